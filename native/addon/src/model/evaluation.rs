//! Predictions of a model and how good they are.

use engine::metrics::BinaryMetrics;
use napi::bindgen_prelude::{AsyncTask, Float32Array, Unknown};
use napi_derive::napi;

use super::{Model, shared_source};
use crate::arguments::optional_bytes;
use crate::batch_arrays::batch as read_batch;
use crate::errors::Result;
use crate::job::Job;
use crate::serialised::Serialised;

#[napi]
impl Model {
    /// Forward only, after the loss's clamp; [size].
    #[napi]
    pub fn predict_batch(&self, #[napi(ts_arg_type = "BatchArrays")] batch: Unknown) -> Result<Float32Array> {
        let batch = read_batch(batch, self.dense_width)?;
        self.call(|model| model.predict_batch(&batch).map(Float32Array::new))
    }

    /// The mean loss of one batch, forward only.
    #[napi]
    pub fn loss_of_batch(&self, #[napi(ts_arg_type = "BatchArrays")] batch: Unknown) -> Result<f64> {
        let batch = read_batch(batch, self.dense_width)?;
        self.call(|model| model.loss_of_batch(&batch))
    }

    /// Consumes the loader off the JavaScript thread. `unknown` has a byte a row: those of 1 are judged apart.
    #[napi(
        ts_args_type = "loader: NativeBatchLoader, unknown?: Uint8Array | null",
        ts_return_type = "Promise<BinaryMetrics>"
    )]
    pub fn evaluate(
        &self,
        loader: Unknown,
        unknown: Unknown,
    ) -> Result<AsyncTask<Job<Serialised<BinaryMetrics>>>> {
        let source = shared_source(loader)?;
        let unknown = optional_bytes(unknown, "unknown")?;
        self.job_on(source, move |model, source| {
            model.evaluate(source, unknown.as_deref()).map(Serialised)
        })
    }

    /// Consumes the loader off the JavaScript thread; predictions in the loader's order.
    #[napi(ts_return_type = "Promise<Float32Array>")]
    pub fn predict(
        &self,
        #[napi(ts_arg_type = "NativeBatchLoader")] loader: Unknown,
    ) -> Result<AsyncTask<Job<Float32Array>>> {
        let source = shared_source(loader)?;
        self.job_on(source, |model, source| {
            model.predict(source).map(Float32Array::new)
        })
    }
}
