//! What this machine is and how fast: benchmark, roofs, CPU, and metrics of plain arrays.

use engine::gemm::InstructionSet;
use engine::metrics::BinaryMetrics;
use napi::bindgen_prelude::{AsyncTask, ClassInstance, FromNapiValue, Unknown};
use napi_derive::napi;
use serde_json::json;

use crate::arguments::{float32, integer, optional_bytes, string};
use crate::errors::{Result, guarded, invalid};
use crate::job::{Job, job};
use crate::model::Model;
use crate::serialised::Serialised;

/// Trains on prebuilt random batches off the JavaScript thread (JSON of BenchmarkOptions). Resolves to JSON of
/// BenchmarkReport; rejects with Cancelled once the model is stopped.
#[napi(ts_return_type = "Promise<string>")]
pub fn benchmark(
    #[napi(ts_arg_type = "Model")] model: Unknown,
    #[napi(ts_arg_type = "string")] options: Unknown,
) -> Result<AsyncTask<Job<String>>> {
    let model = ClassInstance::<Model>::from_unknown(model).map_err(|_| invalid("model must be a Model."))?;
    let options = string(options, "options")?;
    let mut turn = model.enter()?;
    Ok(job(move || {
        let stopped = turn.stopped();
        let report = engine::bench::benchmark(&mut turn, &options, stopped)?;
        Ok(json!(report).to_string())
    }))
}

/// This machine's roofs with this many threads, off the JavaScript thread: JSON of Roofs.
#[napi(ts_return_type = "Promise<string>")]
pub fn measure_roofs(#[napi(ts_arg_type = "number")] threads: Unknown) -> Result<AsyncTask<Job<String>>> {
    let threads = integer(threads, "threads", 1024)? as usize;
    Ok(job(move || {
        Ok(json!(engine::bench::measure_roofs(threads)?).to_string())
    }))
}

/// Bytes a second that this many threads together read from memory, measured in a quarter of a second off the JavaScript
/// thread.
#[napi(ts_return_type = "Promise<number>")]
pub fn memory_bandwidth(#[napi(ts_arg_type = "number")] threads: Unknown) -> Result<AsyncTask<Job<f64>>> {
    let threads = integer(threads, "threads", 1024)? as usize;
    Ok(job(move || Ok(engine::memory_bandwidth(threads))))
}

#[napi(object)]
pub struct CpuInfo {
    /// Those that the processor has and the engine uses, the best first.
    pub instruction_sets: Vec<String>,
    pub cores: f64,
    pub model: String,
}

#[napi]
pub fn cpu_info() -> Result<CpuInfo> {
    guarded(|| {
        let sets = InstructionSet::available().into_iter().map(InstructionSet::name);
        Ok(CpuInfo {
            instruction_sets: sets.map(str::to_owned).collect(),
            cores: std::thread::available_parallelism().map_or(1, usize::from) as f64,
            model: engine::cpu_model(),
        })
    })
}

/// Metrics of predictions against as many labels; `unknown` has a byte a row: those of 1 are judged apart.
#[napi(
    ts_args_type = "predictions: Float32Array, labels: Float32Array, unknown?: Uint8Array | null",
    ts_return_type = "BinaryMetrics"
)]
pub fn binary_metrics(
    predictions: Unknown,
    labels: Unknown,
    unknown: Unknown,
) -> Result<Serialised<BinaryMetrics>> {
    let unknown = optional_bytes(unknown, "unknown")?;
    let predictions = float32(predictions, "predictions")?;
    let labels = float32(labels, "labels")?;
    guarded(|| {
        let metrics = engine::metrics::binary_metrics(&predictions, &labels, unknown.as_deref())?;
        Ok(Serialised(metrics))
    })
}
