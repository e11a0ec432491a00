//! The embedding half of training steps whose dense operations TensorFlow computes.

use napi::bindgen_prelude::{AsyncTask, Float32Array, Unknown};
use napi_derive::napi;

use super::{Model, shared_source};
use crate::arguments::{MAX_SAFE_INTEGER, boolean, float32, integer, number};
use crate::batch_arrays::batch as read_batch;
use crate::errors::Result;
use crate::job::Job;

#[napi(object)]
pub struct LookedUpBatch {
    pub size: f64,
    /// [size, dense columns], row-major.
    pub dense: Float32Array,
    /// [size].
    pub labels: Float32Array,
    /// [size, sum of the bags' widths]; bags in the plan's order.
    pub pooled: Float32Array,
    /// Whether the loader has no batch after this one.
    pub last: bool,
}

impl From<engine::LookedUp> for LookedUpBatch {
    fn from(batch: engine::LookedUp) -> Self {
        Self {
            size: batch.size as f64,
            dense: Float32Array::new(batch.dense),
            labels: Float32Array::new(batch.labels),
            pooled: Float32Array::new(batch.pooled),
            last: batch.last,
        }
    }
}

#[napi(object)]
pub struct CollectedGradients {
    /// Whether the optimizer steps now.
    pub due: bool,
    /// Batches whose gradients are summed.
    pub accumulated: f64,
    /// Sum of squares of the tables' summed gradients, where gradients are clipped and a step is due; else 0.
    pub squared_norm: f64,
}

#[napi]
impl Model {
    /// The embedding half of a step whose dense half is computed elsewhere: pools the batch's rows and, in training, keeps
    /// the batch for collectGradients. Otherwise untrained rows are what stands in for them.
    #[napi]
    pub fn look_up(
        &self,
        #[napi(ts_arg_type = "BatchArrays")] batch: Unknown,
        #[napi(ts_arg_type = "boolean")] training: Unknown,
    ) -> Result<LookedUpBatch> {
        let batch = read_batch(batch, self.dense_width)?;
        let training = boolean(training, "training")?;
        self.call(|model| model.look_up(batch, false, training))
            .map(Into::into)
    }

    /// The same for the loader's next batch, off the JavaScript thread and without copying its indices; null at the end.
    #[napi(ts_return_type = "Promise<LookedUpBatch | null>")]
    pub fn look_up_next(
        &self,
        #[napi(ts_arg_type = "NativeBatchLoader")] loader: Unknown,
        #[napi(ts_arg_type = "boolean")] training: Unknown,
    ) -> Result<AsyncTask<Job<Option<LookedUpBatch>>>> {
        let source = shared_source(loader)?;
        let training = boolean(training, "training")?;
        self.job_on(source, move |model, source| {
            let batch = model.look_up_next(source, training)?;
            Ok(batch.map(Into::into))
        })
    }

    /// Takes the gradient of the mean loss by the looked up batch's pooled rows; `last` ends an accumulation early.
    #[napi]
    pub fn collect_gradients(
        &self,
        #[napi(ts_arg_type = "Float32Array")] gradients: Unknown,
        #[napi(ts_arg_type = "boolean")] last: Unknown,
    ) -> Result<CollectedGradients> {
        let gradients = float32(gradients, "gradients")?;
        let last = boolean(last, "last")?;
        self.call(|model| {
            let collected = model.collect_gradients(&gradients, last)?;
            Ok(CollectedGradients {
                due: collected.due,
                accumulated: f64::from(model.accumulated()),
                squared_norm: collected.squared_norm,
            })
        })
    }

    /// The tables' optimizer step on `gradientScale` times the summed gradients; counts as a step.
    #[napi]
    pub fn update_tables(
        &self,
        #[napi(ts_arg_type = "number")] learning_rate_scale: Unknown,
        #[napi(ts_arg_type = "number")] gradient_scale: Unknown,
    ) -> Result<()> {
        let scale = number(learning_rate_scale, "learningRateScale")?;
        let gradient_scale = number(gradient_scale, "gradientScale")?;
        self.call(|model| model.update_tables(scale, gradient_scale))
    }

    /// The factors of dropout operation `operation` of the plan for the looked up batch: [size, width].
    #[napi]
    pub fn dropout_mask(&self, #[napi(ts_arg_type = "number")] operation: Unknown) -> Result<Float32Array> {
        let operation = integer(operation, "operation", MAX_SAFE_INTEGER)? as usize;
        self.call(|model| model.dropout_mask(operation).map(Float32Array::new))
    }
}
