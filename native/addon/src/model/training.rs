//! Training steps of a model.

use std::collections::HashMap;

use napi::bindgen_prelude::{AsyncTask, Float32Array, Float64Array, Unknown};
use napi_derive::napi;

use super::{Model, shared_source};
use crate::arguments::{float64, number, string};
use crate::batch_arrays::batch as read_batch;
use crate::errors::Result;
use crate::job::Job;

#[napi]
impl Model {
    /// Sets optimizers (JSON of TrainingSettings); allocates their state as zeros if the kinds changed.
    #[napi]
    pub fn configure_training(&self, #[napi(ts_arg_type = "string")] settings: Unknown) -> Result<()> {
        let settings = string(settings, "settings")?;
        self.call(|model| model.configure_training(&settings))
    }

    /// One step at learning rates scale × settings' rates; the mean loss before the update.
    #[napi]
    pub fn train_batch(
        &self,
        #[napi(ts_arg_type = "BatchArrays")] batch: Unknown,
        #[napi(ts_arg_type = "number")] learning_rate_scale: Unknown,
    ) -> Result<f64> {
        let batch = read_batch(batch, self.dense_width)?;
        let scale = number(learning_rate_scale, "learningRateScale")?;
        self.call(|model| model.train_batch(&batch, scale))
    }

    /// learningRateScales.length steps off the JavaScript thread (fewer at the loader's end); the losses.
    #[napi(ts_return_type = "Promise<Float64Array>")]
    pub fn train_steps(
        &self,
        #[napi(ts_arg_type = "NativeBatchLoader")] loader: Unknown,
        #[napi(ts_arg_type = "Float64Array")] learning_rate_scales: Unknown,
    ) -> Result<AsyncTask<Job<Float64Array>>> {
        let source = shared_source(loader)?;
        let scales = float64(learning_rate_scales, "learningRateScales")?;
        self.job_on(source, move |model, source| {
            model.train_steps(source, &scales).map(Float64Array::new)
        })
    }

    /// Gradients of the mean loss for tests and parity: every parameter's full gradient, by name.
    #[napi]
    pub fn gradients(
        &self,
        #[napi(ts_arg_type = "BatchArrays")] batch: Unknown,
    ) -> Result<HashMap<String, Float32Array>> {
        let batch = read_batch(batch, self.dense_width)?;
        let gradients = self.call(|model| model.gradients(&batch))?;
        Ok(gradients
            .into_iter()
            .map(|(name, values)| (name, Float32Array::new(values)))
            .collect())
    }
}
