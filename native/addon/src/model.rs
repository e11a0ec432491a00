//! The `Model` class of native/index.ts.

use std::collections::HashMap;
use std::sync::Arc;

use batch::BatchSource;
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
    pub normalized_entropy: f64,
    pub calibration: f64,
    pub mean_squared_error: f64,
    pub rows: f64,
    /// Of the rows whose values are all known, and of those with an unknown one, where both are asked for and there are any.
    pub known: Option<PartMetrics>,
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

/// LookedUpBatch of native/index.ts, as CollectedGradients below.
#[napi(object)]
pub struct LookedUpBatch {
    pub size: f64,
    pub dense: Float32Array,
    pub labels: Float32Array,
    pub pooled: Float32Array,
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
    pub due: bool,
    pub accumulated: f64,
    pub squared_norm: f64,
}

fn infos(tensors: Vec<(String, Vec<usize>)>) -> Vec<ParameterInfo> {
    let info = |(name, shape): (String, Vec<usize>)| ParameterInfo {
        name,
        shape: shape.into_iter().map(|size| size as f64).collect(),
    };
    tensors.into_iter().map(info).collect()
}

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
    let refuse = |reason: &str| failure("InvalidState", format!("The loader {reason}."));
    let mut source = loader
        .try_lock()
        .map_err(|_| refuse("is being read by another call"))?;
    let source = source.as_mut().ok_or_else(|| refuse("is closed"))?;
    let mut model = turn.model()?;
    work(&mut model, source.as_mut()).map_err(from_engine)
}

#[napi]
impl NativeModel {
    #[napi(constructor)]
    pub fn new(plan: Unknown, options: Unknown) -> Result<Self> {
        guarded(|| {
            let (plan, options) = (string(plan, "plan")?, string(options, "options")?);
            let model = engine::Model::new(&plan, &options).map_err(from_engine)?;
            Ok(Self {
                dense_width: model.plan().inputs.dense.len(),
                shared: Shared::new(model),
            })
        })
    }

    #[napi]
    pub fn initialize(&self, seed: Unknown) -> Result<()> {
        let seed = integer(seed, "seed", u64::from(u32::MAX))?;
        self.call(|model| model.initialize(seed as u32))
    }

    #[napi]
    pub fn parameters(&self) -> Result<Vec<ParameterInfo>> {
        self.call(|model| Ok(infos(model.parameters())))
    }

    #[napi]
    pub fn get_parameter(&self, name: Unknown) -> Result<Float32Array> {
        let name = string(name, "name")?;
        self.call(|model| Ok(Float32Array::new(model.parameter(&name)?.to_vec())))
    }

    #[napi]
    pub fn set_parameter(&self, name: Unknown, values: Unknown) -> Result<()> {
        let (name, values) = (string(name, "name")?, arrays::float32(values, "values")?);
        self.call(|model| model.set_parameter(&name, &values))
    }

    #[napi]
    pub fn state_tensors(&self) -> Result<Vec<ParameterInfo>> {
        self.call(|model| Ok(infos(model.state_tensors())))
    }

    #[napi]
    pub fn get_state(&self, name: Unknown) -> Result<Float32Array> {
        let name = string(name, "name")?;
        self.call(|model| Ok(Float32Array::new(model.state(&name)?.to_vec())))
    }

    #[napi]
    pub fn set_state(&self, name: Unknown, values: Unknown) -> Result<()> {
        let (name, values) = (string(name, "name")?, arrays::float32(values, "values")?);
        self.call(|model| model.set_state(&name, &values))
    }

    #[napi]
    pub fn step_count(&self) -> Result<f64> {
        self.call(|model| Ok(model.step_count() as f64))
    }

    #[napi]
    pub fn set_step_count(&self, count: Unknown) -> Result<()> {
        let count = integer(count, "count", MAX_SAFE_INTEGER)?;
        self.call(|model| {
            model.set_step_count(count);
            Ok(())
        })
    }

    #[napi]
    pub fn configure_training(&self, settings: Unknown) -> Result<()> {
        let settings = string(settings, "settings")?;
        self.call(|model| model.configure_training(&settings))
    }

    #[napi]
    pub fn train_batch(&self, batch: Unknown, learning_rate_scale: Unknown) -> Result<f64> {
        let batch = arrays::batch(batch, self.dense_width)?;
        let scale = number(learning_rate_scale, "learningRateScale")?;
        self.call(|model| model.train_batch(&batch, scale))
    }

    #[napi(ts_return_type = "Promise<Float64Array>")]
    pub fn train_steps(
        &self,
        loader: Unknown,
        learning_rate_scales: Unknown,
    ) -> Result<AsyncTask<Job<Float64Array>>> {
        let loader = self::loader(loader)?;
        let scales = arrays::float64(learning_rate_scales, "learningRateScales")?;
        let turn = self.enter()?;
        Ok(job(move || {
            with_source(&turn, &loader, |model, source| model.train_steps(source, &scales))
                .map(Float64Array::new)
        }))
    }

    #[napi]
    pub fn look_up(&self, batch: Unknown, training: Unknown) -> Result<LookedUpBatch> {
        let batch = arrays::batch(batch, self.dense_width)?;
        let training = boolean(training, "training")?;
        self.call(|model| model.look_up(batch, false, training))
            .map(Into::into)
    }

    #[napi(ts_return_type = "Promise<LookedUpBatch | null>")]
    pub fn look_up_next(
        &self,
        loader: Unknown,
        training: Unknown,
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

    #[napi]
    pub fn collect_gradients(&self, gradients: Unknown, last: Unknown) -> Result<CollectedGradients> {
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

    #[napi]
    pub fn update_tables(&self, learning_rate_scale: Unknown, gradient_scale: Unknown) -> Result<()> {
        let scale = number(learning_rate_scale, "learningRateScale")?;
        let gradient_scale = number(gradient_scale, "gradientScale")?;
        self.call(|model| model.update_tables(scale, gradient_scale))
    }

    #[napi]
    pub fn dropout_mask(&self, operation: Unknown) -> Result<Float32Array> {
        let operation = integer(operation, "operation", MAX_SAFE_INTEGER)? as usize;
        self.call(|model| model.dropout_mask(operation).map(Float32Array::new))
    }

    #[napi]
    pub fn predict_batch(&self, batch: Unknown) -> Result<Float32Array> {
        let batch = arrays::batch(batch, self.dense_width)?;
        self.call(|model| model.predict_batch(&batch).map(Float32Array::new))
    }

    #[napi]
    pub fn loss_of_batch(&self, batch: Unknown) -> Result<f64> {
        let batch = arrays::batch(batch, self.dense_width)?;
        self.call(|model| model.loss_of_batch(&batch))
    }

    #[napi(ts_return_type = "Promise<BinaryMetrics>")]
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

    #[napi(ts_return_type = "Promise<Float32Array>")]
    pub fn predict(&self, loader: Unknown) -> Result<AsyncTask<Job<Float32Array>>> {
        let loader = self::loader(loader)?;
        let turn = self.enter()?;
        Ok(job(move || {
            with_source(&turn, &loader, |model, source| model.predict(source)).map(Float32Array::new)
        }))
    }

    #[napi]
    pub fn gradients(&self, batch: Unknown) -> Result<HashMap<String, Float32Array>> {
        let batch = arrays::batch(batch, self.dense_width)?;
        let gradients = self.call(|model| model.gradients(&batch))?;
        Ok(gradients
            .into_iter()
            .map(|(name, values)| (name, Float32Array::new(values)))
            .collect())
    }

    #[napi(ts_return_type = "Promise<SavedFile>")]
    pub fn save(
        &self,
        path: Unknown,
        metadata: Unknown,
        include_state: Unknown,
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

    #[napi(ts_return_type = "Promise<string>")]
    pub fn load(&self, path: Unknown, include_state: Unknown) -> Result<AsyncTask<Job<String>>> {
        let path = string(path, "path")?;
        let include_state = boolean(include_state, "includeState")?;
        let turn = self.enter()?;
        Ok(job(move || {
            turn.model()?.load(&path, include_state).map_err(from_engine)
        }))
    }

    #[napi(ts_return_type = "Promise<void>")]
    pub fn quantise(&self, options: Unknown) -> Result<AsyncTask<Job<()>>> {
        let options = string(options, "options")?;
        let turn = self.enter()?;
        Ok(job(move || turn.model()?.quantise(&options).map_err(from_engine)))
    }

    #[napi]
    pub fn stop(&self) {
        self.shared.stop();
    }

    #[napi]
    pub fn set_profiling(&self, on: Unknown) -> Result<()> {
        let on = boolean(on, "on")?;
        self.call(|model| {
            model.set_profiling(on);
            Ok(())
        })
    }

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

    #[napi]
    pub fn record_trace(&self, steps: Unknown) -> Result<()> {
        let steps = integer(steps, "steps", 10_000)? as usize;
        self.call(|model| {
            model.record_trace(steps);
            Ok(())
        })
    }

    #[napi]
    pub fn take_trace(&self) -> Result<String> {
        self.call(|model| Ok(serde_json::json!(model.take_trace()).to_string()))
    }

    #[napi]
    pub fn memory_bytes(&self) -> Result<f64> {
        self.call(|model| Ok(model.memory_bytes() as f64))
    }
}
