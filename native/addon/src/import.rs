//! Imports as JavaScript sees them: a job on a thread of its own, with progress, a promise and a way to cancel.

use std::sync::Arc;

use dataset::{CancelFlag, Error, ImportProgress, ImportSpec};
use napi::Env;
use napi::bindgen_prelude::{FnArgs, Function, FunctionCallContext, Object, Unknown};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi_derive::napi;
use serde::Serialize;

use crate::arguments::{function, string};
use crate::errors::{Failure, Result, answer, guarded, to_json};

/// Starts an import of the tables that `spec` (JSON of ImportSpec) describes; onProgress gets JSON of ImportProgress, at
/// most 10 times a second. `done` resolves to JSON of ImportResult, and rejects with Cancelled after cancel(). An error may
/// carry `details`, JSON text: { file, row?, column? }; { count, rows, first: RejectedRow[], file, row, column } of
/// TooManyRejectedRows; { neededBytes, availableBytes } of DiskFull.
#[napi(catch_unwind, ts_return_type = "{ done: Promise<string>; cancel(): void }")]
pub fn import_table<'env>(
    env: &'env Env,
    #[napi(ts_arg_type = "string")] spec: Unknown<'env>,
    #[napi(ts_arg_type = "(progress: string) => void")] on_progress: Unknown<'env>,
) -> napi::Result<Object<'env>> {
    let (spec, on_progress) = answer(env, || {
        let spec: ImportSpec = serde_json::from_str(&string(spec, "spec")?)
            .map_err(|error| Error::argument(format!("The import specification is invalid: {error}.")))?;
        Ok((spec, function(on_progress, "onProgress")?))
    })?;
    let work = move |flag: &CancelFlag, progress: &ProgressFunction| {
        let mut report = |report: &ImportProgress| progress.report(report);
        let result = dataset::import_table(&spec, flag, &mut report)?;
        to_json(&result, "The result of an import")
    };
    long_job(env, "import", &on_progress, work)
}

/// Starts work on a thread of its own, which a cancel flag stops and which reports its progress. Returns an object with the
/// promise `done` of the work's JSON, and `cancel()`.
pub fn long_job<'env>(
    env: &'env Env,
    name: &'static str,
    on_progress: &Function<'_, FnArgs<(String,)>, ()>,
    work: impl FnOnce(&CancelFlag, &ProgressFunction) -> Result<String> + Send + 'static,
) -> napi::Result<Object<'env>> {
    let progress = ProgressFunction::new(on_progress)?;
    let cancel = CancelFlag::default();
    let (deferred, promise) = env.create_deferred()?;

    let flag = cancel.clone();
    let run = move || {
        let outcome = guarded(|| work(&flag, &progress));
        deferred.resolve(move |env| outcome.map_err(|failure| failure.thrown(&env)));
    };
    std::thread::Builder::new()
        .name(name.to_string())
        .spawn(run)
        .map_err(|error| {
            let message = format!("The thread of the {name} could not be started: {error}.");
            Failure::from(Error::internal(message)).thrown(env)
        })?;

    let mut job = Object::new(env)?;
    job.set("done", promise)?;
    let stop = move |_: FunctionCallContext<'_>| {
        cancel.cancel();
        Ok(())
    };
    job.set(
        "cancel",
        env.create_function_from_closure::<(), (), _>("cancel", stop)?,
    )?;
    Ok(job)
}

/// Calls the JavaScript progress function from the work's thread.
pub struct ProgressFunction(Arc<ThreadsafeFunction<String, (), FnArgs<(String,)>, napi::Status, false>>);

impl ProgressFunction {
    fn new(function: &Function<'_, FnArgs<(String,)>, ()>) -> napi::Result<Self> {
        let builder = function.build_threadsafe_function::<String>();
        let called = builder.build_callback(|context| Ok(FnArgs::from((context.value,))))?;
        Ok(Self(Arc::new(called)))
    }

    pub fn report(&self, progress: &impl Serialize) {
        if let Ok(text) = to_json(progress, "Progress") {
            // Whatever the function throws is its own affair and does not stop the work.
            self.0
                .call_with_return_value(text, ThreadsafeFunctionCallMode::NonBlocking, |_, _| Ok(()));
        }
    }
}
