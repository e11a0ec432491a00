//! The search for leaks in a prepared dataset, as JavaScript sees it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dataset::Dataset;
use napi::Env;
use napi::bindgen_prelude::{Object, Unknown};

use crate::arguments::function;
use crate::errors::{answer, to_json};
use crate::import::long_job;

/// Progress is reported at most this often.
const REPORT_INTERVAL: Duration = Duration::from_millis(100);

/// Starts the search on a thread of its own. `on_progress` is a function of JavaScript.
pub fn start<'env>(
    env: &'env Env,
    dataset: Arc<Dataset>,
    on_progress: Unknown<'env>,
) -> napi::Result<Object<'env>> {
    let on_progress = answer(env, || function(on_progress, "onProgress"))?;
    long_job(env, "leaks", &on_progress, move |cancel, progress| {
        let mut last: Option<Instant> = None;
        let mut report = |share: f64| {
            if last.is_none_or(|last| last.elapsed() >= REPORT_INTERVAL) {
                last = Some(Instant::now());
                progress.report(&share);
            }
        };
        let found = dataset::find_leaks(&dataset, cancel, &mut report)?;
        to_json(&found, "The report on leaks")
    })
}
