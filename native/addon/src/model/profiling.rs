//! What the steps of a model cost: profiles and traces.

use napi::bindgen_prelude::Unknown;
use napi_derive::napi;

use super::Model;
use crate::arguments::{boolean, integer};
use crate::errors::Result;

#[napi]
impl Model {
    /// Whether training steps count time, operations and bytes; off at first. Evaluations and predictions never do.
    #[napi]
    pub fn set_profiling(&self, #[napi(ts_arg_type = "boolean")] on: Unknown) -> Result<()> {
        let on = boolean(on, "on")?;
        self.call(|model| {
            model.set_profiling(on);
            Ok(())
        })
    }

    /// JSON of OperationProfile[] since the last reset.
    #[napi]
    pub fn profile(&self) -> Result<String> {
        self.call(|model| Ok(serde_json::json!(model.profile()).to_string()))
    }

    #[napi]
    pub fn reset_profile(&self) -> Result<()> {
        self.call(|model| {
            model.reset_profile();
            Ok(())
        })
    }

    /// Records the next training steps, at most so many (up to 10,000), or fewer where 100,000 events are reached.
    #[napi]
    pub fn record_trace(&self, #[napi(ts_arg_type = "number")] steps: Unknown) -> Result<()> {
        let steps = integer(steps, "steps", 10_000)? as usize;
        self.call(|model| {
            model.record_trace(steps)?;
            Ok(())
        })
    }

    /// Ends the recording: JSON of a Trace, or of null where there was none.
    #[napi]
    pub fn take_trace(&self) -> Result<String> {
        self.call(|model| Ok(serde_json::json!(model.take_trace()).to_string()))
    }
}
