//! The `Model` class.

use std::collections::HashMap;
use std::sync::Arc;

use batch::BatchSource;
use error_code::ErrorCode;
use napi::bindgen_prelude::{AsyncTask, ClassInstance, Float32Array, Float64Array, FromNapiValue, Unknown};
use napi_derive::napi;

use crate::arrays;
use crate::dataset::BatchLoader;
use crate::errors::{Result, boolean, failure, from_engine, guarded, integer, invalid, number, string};
use crate::job::{Job, Shared, Turn, job};

const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

#[napi(object)]
pub struct ParameterInfo {
    pub name: String,
    pub shape: Vec<f64>,
}

#[napi(object)]
pub struct BinaryMetrics {
    pub log_loss: f64,
    pub auc: f64,
    pub pr_auc: f64,
    pub accuracy: f64,
    /// Log loss over the entropy of the label's mean (He et al. 2014).
    pub normalized_entropy: f64,
    /// Mean prediction over mean label.
    pub calibration: f64,
    /// For regression losses.
    pub mean_squared_error: f64,
    pub rows: f64,
    /// Of the rows whose values are all known, where both parts are asked for and there are any.
    pub known: Option<PartMetrics>,
    /// Of the rows with an unknown value.
    pub unknown: Option<PartMetrics>,
}

#[napi(object)]
pub struct PartMetrics {
    pub rows: f64,
    pub auc: f64,
    pub log_loss: f64,
}

impl From<engine::metrics::BinaryMetrics> for PartMetrics {
    fn from(metrics: engine::metrics::BinaryMetrics) -> Self {
        Self {
            rows: metrics.rows as f64,
            auc: metrics.auc,
            log_loss: metrics.log_loss,
        }
    }
}

/// Metrics of all rows and, where `unknown` marks some of as many rows by 1, of both parts.
pub fn metrics(predictions: &[f32], labels: &[f32], unknown: Option<&[u8]>) -> Result<BinaryMetrics> {
    let mut all = BinaryMetrics::from(engine::metrics::binary_metrics(predictions, labels));
    if let Some(unknown) = unknown {
        if unknown.len() != predictions.len() {
            return Err(invalid(format!(
                "unknown has {} flags, but there are {} rows.",
                unknown.len(),
                predictions.len()
            )));
        }
        let (known, unknown) = engine::metrics::metrics_by_knowledge(predictions, labels, unknown);
        all.known = known.map(Into::into);
        all.unknown = unknown.map(Into::into);
    }
    Ok(all)
}

impl From<engine::metrics::BinaryMetrics> for BinaryMetrics {
    fn from(metrics: engine::metrics::BinaryMetrics) -> Self {
        Self {
            log_loss: metrics.log_loss,
            auc: metrics.auc,
            pr_auc: metrics.pr_auc,
            accuracy: metrics.accuracy,
            normalized_entropy: metrics.normalized_entropy,
            calibration: metrics.calibration,
            mean_squared_error: metrics.mean_squared_error,
            rows: metrics.rows as f64,
            known: None,
            unknown: None,
        }
    }
}

#[napi(object)]
pub struct SavedFile {
    pub bytes: f64,
    pub sha256: String,
}

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

fn infos(tensors: Vec<(String, Vec<usize>)>) -> Vec<ParameterInfo> {
    let info = |(name, shape): (String, Vec<usize>)| ParameterInfo {
        name,
        shape: shape.into_iter().map(|size| size as f64).collect(),
    };
    tensors.into_iter().map(info).collect()
}

/// A model's parameters, optimizer state and scratch space. Methods of one instance never overlap: a call made while another
/// runs is an InvalidState.
#[napi(js_name = "Model")]
pub struct NativeModel {
    shared: Arc<Shared>,
    dense_width: usize,
}

impl NativeModel {
    /// One call on the JavaScript thread.
    fn call<T>(&self, work: impl FnOnce(&mut engine::Model) -> engine::Result<T>) -> Result<T> {
        guarded(|| {
            let turn = self.shared.enter()?;
            let mut model = turn.model()?;
            work(&mut model).map_err(from_engine)
        })
    }

    /// The model for a call that goes on after this one has returned.
    pub fn enter(&self) -> Result<Turn> {
        self.shared.enter()
    }
}

type Loader = Arc<std::sync::Mutex<Option<Box<dyn BatchSource>>>>;

fn loader(value: Unknown) -> Result<Loader> {
    let refuse = |_| invalid("loader must be what dataset.batches() returned.");
    let instance = ClassInstance::<BatchLoader>::from_unknown(value).map_err(refuse)?;
    Ok(Arc::clone(&instance.source))
}

/// Runs work on a loader's batches; another promise reading the same loader, or a closed one, is an InvalidState.
fn with_source<T>(
    turn: &Turn,
    loader: &Loader,
    work: impl FnOnce(&mut engine::Model, &mut dyn BatchSource) -> engine::Result<T>,
) -> Result<T> {
    let refuse = |reason: &str| failure(ErrorCode::InvalidState, format!("The loader {reason}."));
    let mut source = loader
        .try_lock()
        .map_err(|_| refuse("is being read by another call"))?;
    let source = source.as_mut().ok_or_else(|| refuse("is closed"))?;
    let mut model = turn.model()?;
    work(&mut model, source.as_mut()).map_err(from_engine)
}

#[napi]
impl NativeModel {
    /// Reads a plan and its options (JSON of Plan and EngineOptions); all parameters are zero. Throws InvalidPlan, or
    /// InvalidArgument naming the option.
    #[napi(constructor)]
    pub fn new(
        #[napi(ts_arg_type = "string")] plan: Unknown,
        #[napi(ts_arg_type = "string")] options: Unknown,
    ) -> Result<Self> {
        guarded(|| {
            let (plan, options) = (string(plan, "plan")?, string(options, "options")?);
            let model = engine::Model::new(&plan, &options).map_err(from_engine)?;
            Ok(Self {
                dense_width: model.plan().tensors.inputs.dense.len(),
                shared: Shared::new(model),
            })
        })
    }

    /// Draws every parameter in plan order from NumPy's legacy generator (MT19937) with this seed.
    #[napi]
    pub fn initialize(&self, #[napi(ts_arg_type = "number")] seed: Unknown) -> Result<()> {
        let seed = integer(seed, "seed", u64::from(u32::MAX))?;
        self.call(|model| model.initialize(seed as u32))
    }

    #[napi]
    pub fn parameters(&self) -> Result<Vec<ParameterInfo>> {
        self.call(|model| Ok(infos(model.parameters())))
    }

    /// A copy, row-major.
    #[napi]
    pub fn get_parameter(&self, #[napi(ts_arg_type = "string")] name: Unknown) -> Result<Float32Array> {
        let name = string(name, "name")?;
        self.call(|model| Ok(Float32Array::new(model.parameter(&name)?.to_vec())))
    }

    /// All rows of a table that is set count as trained.
    #[napi]
    pub fn set_parameter(
        &self,
        #[napi(ts_arg_type = "string")] name: Unknown,
        #[napi(ts_arg_type = "Float32Array")] values: Unknown,
    ) -> Result<()> {
        let (name, values) = (string(name, "name")?, arrays::float32(values, "values")?);
        self.call(|model| model.set_parameter(&name, &values))
    }

    /// Optimizer state and tensors beside the parameters: names `<parameter>/sum`, `/mean`, `/variance`.
    #[napi]
    pub fn state_tensors(&self) -> Result<Vec<ParameterInfo>> {
        self.call(|model| Ok(infos(model.state_tensors())))
    }

    #[napi]
    pub fn get_state(&self, #[napi(ts_arg_type = "string")] name: Unknown) -> Result<Float32Array> {
        let name = string(name, "name")?;
        self.call(|model| Ok(Float32Array::new(model.state(&name)?.to_vec())))
    }

    #[napi]
    pub fn set_state(
        &self,
        #[napi(ts_arg_type = "string")] name: Unknown,
        #[napi(ts_arg_type = "Float32Array")] values: Unknown,
    ) -> Result<()> {
        let (name, values) = (string(name, "name")?, arrays::float32(values, "values")?);
        self.call(|model| model.set_state(&name, &values))
    }

    /// Optimizer steps done; part of what a resumed run needs (Adam's bias correction, dropout's stream).
    #[napi]
    pub fn step_count(&self) -> Result<f64> {
        self.call(|model| Ok(model.step_count() as f64))
    }

    #[napi]
    pub fn set_step_count(&self, #[napi(ts_arg_type = "number")] count: Unknown) -> Result<()> {
        let count = integer(count, "count", MAX_SAFE_INTEGER)?;
        self.call(|model| {
            model.set_step_count(count);
            Ok(())
        })
    }

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
        let batch = arrays::batch(batch, self.dense_width)?;
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
        let loader = self::loader(loader)?;
        let scales = arrays::float64(learning_rate_scales, "learningRateScales")?;
        let turn = self.enter()?;
        Ok(job(move || {
            with_source(&turn, &loader, |model, source| model.train_steps(source, &scales))
                .map(Float64Array::new)
        }))
    }

    /// The embedding half of a step whose dense half is computed elsewhere: pools the batch's rows and, in training, keeps
    /// the batch for collectGradients. Otherwise untrained rows are what stands in for them.
    #[napi]
    pub fn look_up(
        &self,
        #[napi(ts_arg_type = "BatchArrays")] batch: Unknown,
        #[napi(ts_arg_type = "boolean")] training: Unknown,
    ) -> Result<LookedUpBatch> {
        let batch = arrays::batch(batch, self.dense_width)?;
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
        let loader = self::loader(loader)?;
        let training = boolean(training, "training")?;
        let turn = self.enter()?;
        Ok(job(move || {
            with_source(&turn, &loader, |model, source| {
                model.look_up_next(source, training)
            })
            .map(|batch| batch.map(Into::into))
        }))
    }

    /// Takes the gradient of the mean loss by the looked up batch's pooled rows; `last` ends an accumulation early.
    #[napi]
    pub fn collect_gradients(
        &self,
        #[napi(ts_arg_type = "Float32Array")] gradients: Unknown,
        #[napi(ts_arg_type = "boolean")] last: Unknown,
    ) -> Result<CollectedGradients> {
        let gradients = arrays::float32(gradients, "gradients")?;
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

    /// Forward only, after the loss's clamp; [size].
    #[napi]
    pub fn predict_batch(&self, #[napi(ts_arg_type = "BatchArrays")] batch: Unknown) -> Result<Float32Array> {
        let batch = arrays::batch(batch, self.dense_width)?;
        self.call(|model| model.predict_batch(&batch).map(Float32Array::new))
    }

    /// The mean loss of one batch, forward only.
    #[napi]
    pub fn loss_of_batch(&self, #[napi(ts_arg_type = "BatchArrays")] batch: Unknown) -> Result<f64> {
        let batch = arrays::batch(batch, self.dense_width)?;
        self.call(|model| model.loss_of_batch(&batch))
    }

    /// Consumes the loader off the JavaScript thread. `unknown` has a byte a row: those of 1 are judged apart.
    #[napi(
        ts_args_type = "loader: NativeBatchLoader, unknown?: Uint8Array | null",
        ts_return_type = "Promise<BinaryMetrics>"
    )]
    pub fn evaluate(&self, loader: Unknown, unknown: Unknown) -> Result<AsyncTask<Job<BinaryMetrics>>> {
        let loader = self::loader(loader)?;
        let unknown = arrays::optional_bytes(unknown, "unknown")?;
        let turn = self.enter()?;
        Ok(job(move || {
            let (predictions, labels) = with_source(&turn, &loader, |model, source| {
                model.predictions_and_labels(source)
            })?;
            metrics(&predictions, &labels, unknown.as_deref())
        }))
    }

    /// Consumes the loader off the JavaScript thread; predictions in the loader's order.
    #[napi(ts_return_type = "Promise<Float32Array>")]
    pub fn predict(
        &self,
        #[napi(ts_arg_type = "NativeBatchLoader")] loader: Unknown,
    ) -> Result<AsyncTask<Job<Float32Array>>> {
        let loader = self::loader(loader)?;
        let turn = self.enter()?;
        Ok(job(move || {
            with_source(&turn, &loader, |model, source| model.predict(source)).map(Float32Array::new)
        }))
    }

    /// Gradients of the mean loss for tests and parity: every parameter's full gradient, by name.
    #[napi]
    pub fn gradients(
        &self,
        #[napi(ts_arg_type = "BatchArrays")] batch: Unknown,
    ) -> Result<HashMap<String, Float32Array>> {
        let batch = arrays::batch(batch, self.dense_width)?;
        let gradients = self.call(|model| model.gradients(&batch))?;
        Ok(gradients
            .into_iter()
            .map(|(name, values)| (name, Float32Array::new(values)))
            .collect())
    }

    /// Writes parameters and state as safetensors with fsync (not a rename); `metadata` goes into its header.
    #[napi(ts_return_type = "Promise<SavedFile>")]
    pub fn save(
        &self,
        #[napi(ts_arg_type = "string")] path: Unknown,
        #[napi(ts_arg_type = "string")] metadata: Unknown,
        #[napi(ts_arg_type = "boolean")] include_state: Unknown,
    ) -> Result<AsyncTask<Job<SavedFile>>> {
        let (path, metadata) = (string(path, "path")?, string(metadata, "metadata")?);
        let include_state = boolean(include_state, "includeState")?;
        let turn = self.enter()?;
        Ok(job(move || {
            let saved = turn
                .model()?
                .save(&path, &metadata, include_state)
                .map_err(from_engine)?;
            Ok(SavedFile {
                bytes: saved.bytes as f64,
                sha256: saved.sha256,
            })
        }))
    }

    /// Loads what save wrote: names and shapes must match exactly. Returns the metadata.
    #[napi(ts_return_type = "Promise<string>")]
    pub fn load(
        &self,
        #[napi(ts_arg_type = "string")] path: Unknown,
        #[napi(ts_arg_type = "boolean")] include_state: Unknown,
    ) -> Result<AsyncTask<Job<String>>> {
        let path = string(path, "path")?;
        let include_state = boolean(include_state, "includeState")?;
        let turn = self.enter()?;
        Ok(job(move || {
            turn.model()?.load(&path, include_state).map_err(from_engine)
        }))
    }

    /// Makes tables and layers compact, off the JavaScript thread (JSON of Quantisation): the model then only predicts.
    #[napi(ts_return_type = "Promise<void>")]
    pub fn quantise(&self, #[napi(ts_arg_type = "string")] options: Unknown) -> Result<AsyncTask<Job<()>>> {
        let options = string(options, "options")?;
        let turn = self.enter()?;
        Ok(job(move || turn.model()?.quantise(&options).map_err(from_engine)))
    }

    /// Ends a benchmark that is running on this model after its current step: its promise rejects with Cancelled.
    #[napi]
    pub fn stop(&self) {
        self.shared.stop();
    }

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
            model.record_trace(steps);
            Ok(())
        })
    }

    /// Ends the recording: JSON of a Trace, or of null where there was none.
    #[napi]
    pub fn take_trace(&self) -> Result<String> {
        self.call(|model| Ok(serde_json::json!(model.take_trace()).to_string()))
    }

    /// Bytes of parameters + optimizer state.
    #[napi]
    pub fn memory_bytes(&self) -> Result<f64> {
        self.call(|model| Ok(model.memory_bytes() as f64))
    }
}
