//! Benchmarks: whole training steps on random batches, and this machine's own limits.

use std::hint::black_box;
use std::time::{Duration, Instant};

use batch::{Batch, SparseColumn};
use serde::{Deserialize, Serialize};

use crate::activation::Activation;
use crate::distributed::{Distribution, ExchangeReport};
use crate::gemm::{Gemm, InstructionSet, Operand, Precision, Product};
use crate::matrix::Matrix;
use crate::model::Model;
use crate::plan::Plan;
use crate::pool::Pool;
use crate::profile::OperationProfile;
use crate::random::CounterRandom;
use crate::storage::Floats;
use crate::trace::Trace;
use error_code::{Error, ErrorCode, Result};

/// The largest number of steps in a trace.
const MAX_TRACE_STEPS: usize = 10_000;

#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "BenchmarkOptions"))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Options {
    batch_size: usize,
    /// How many different batches of uniform indices are made in advance.
    batches: usize,
    warmup_steps: usize,
    seconds: f64,
    indices_per_lookup: usize,
    /// Whether the size of a bag is uniform up to indicesPerLookup and duplicates are removed, as in the reference.
    variable_bag_size: bool,
    seed: u64,
    /// Further steps to record after the measured ones, for as many seconds at most; 0 if absent.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<usize>"))]
    trace_steps: usize,
    /// Whether operations are counted, from which the report's profile is made; true if absent.
    #[serde(default = "yes")]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    profile: bool,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "BenchmarkReport"))]
#[serde(rename_all = "camelCase")]
pub struct Report {
    pub milliseconds_per_step: Vec<f64>,
    /// The times of the operations, summed over these steps.
    pub profile: Vec<OperationProfile>,
    /// The time of a step outside all operations; 0 without a profile.
    pub overhead_ms: f64,
    /// What this rank's exchanges took in these steps, if the model has ranks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub exchanges: Option<Vec<ExchangeReport>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub trace: Option<Trace>,
}

/// Trains on random batches, which are made in advance, as the JSON of its options says. `stopped` is
/// polled before every step.
///
/// # Errors
/// InvalidArgument naming the option; InvalidState when training is not configured; Cancelled when stopped.
pub fn benchmark(model: &mut Model, options: &str, stopped: impl Fn() -> bool) -> Result<Report> {
    let options: Options = serde_json::from_str(options)
        .map_err(|error| Error::argument(format!("The benchmark options cannot be read: {error}.")))?;
    let counts = [
        ("batchSize", options.batch_size, 1 << 20),
        ("batches", options.batches, 1 << 16),
        ("indicesPerLookup", options.indices_per_lookup, 1 << 16),
    ];
    if options.trace_steps > MAX_TRACE_STEPS {
        return Err(Error::argument(format!(
            "traceSteps is {}; it must be at most {MAX_TRACE_STEPS}.",
            options.trace_steps
        )));
    }
    for (name, value, limit) in counts {
        if value == 0 || value > limit {
            return Err(Error::argument(format!(
                "{name} is {value}; it must be 1 to {limit}."
            )));
        }
    }
    if !(0.0..=3600.0).contains(&options.seconds) {
        return Err(Error::argument(format!(
            "seconds is {}; it must be 0 to 3600.",
            options.seconds
        )));
    }
    let batches: Vec<Batch> = (0..options.batches)
        .map(|index| random_batch(model.plan(), &options, index))
        .collect();
    let warm_up = Instant::now();
    for batch in batches.iter().cycle().take(options.warmup_steps) {
        model.train_batch(batch, 1.0)?;
    }
    let max_steps = agreed_steps(
        model,
        &options,
        (warm_up.elapsed().as_secs_f64(), options.warmup_steps),
    )?;
    let was_on = model.profiler.is_on();
    model.set_profiling(options.profile);
    model.reset_profile();
    if let Some(distribution) = &model.distribution {
        distribution.reset_exchanges();
    }
    let milliseconds_per_step = timed_steps(model, &batches, &options, max_steps, &stopped)?;
    let exchanges = model.distribution.as_ref().map(Distribution::exchanges);
    let profile = model.profile();
    model.set_profiling(was_on);
    let total: f64 = milliseconds_per_step.iter().sum();
    let inside: f64 = profile.iter().map(|operation| operation.milliseconds).sum();
    let overhead_ms = if options.profile {
        (total - inside) / milliseconds_per_step.len() as f64
    } else {
        0.0
    };
    let mut trace = None;
    if options.trace_steps > 0 {
        let measured = (total / 1e3, milliseconds_per_step.len());
        let steps = agreed_steps(model, &options, measured)?.min(options.trace_steps);
        model.record_trace(steps)?;
        timed_steps(model, &batches, &options, steps, &stopped)?;
        trace = model.take_trace();
    }
    Ok(Report {
        milliseconds_per_step,
        profile,
        overhead_ms,
        exchanges,
        trace,
    })
}

/// How many steps are taken at most. Ranks have to take as many steps as each other, so rank 0 decides from the seconds that
/// some steps took before.
fn agreed_steps(model: &Model, options: &Options, (seconds, steps): (f64, usize)) -> Result<usize> {
    let Some(distribution) = &model.distribution else {
        return Ok(usize::MAX);
    };
    let per_step = seconds / steps.max(1) as f64;
    let steps = options.seconds / per_step.max(1e-6);
    distribution.agree_on((steps as usize).max(1))
}

/// Trains for `options.seconds`, for at least one step and at most `max_steps`. Returns each step's milliseconds.
fn timed_steps(
    model: &mut Model,
    batches: &[Batch],
    options: &Options,
    max_steps: usize,
    stopped: impl Fn() -> bool,
) -> Result<Vec<f64>> {
    let mut milliseconds = Vec::new();
    let end = Instant::now() + Duration::from_secs_f64(options.seconds);
    for batch in batches.iter().cycle().take(max_steps) {
        if stopped() && model.distribution.is_none() {
            return Err(Error::new(ErrorCode::Cancelled, "The benchmark was stopped."));
        }
        let start = Instant::now();
        model.train_batch(batch, 1.0)?;
        milliseconds.push(start.elapsed().as_secs_f64() * 1e3);
        if Instant::now() >= end && model.distribution.is_none() {
            break;
        }
    }
    Ok(milliseconds)
}

/// A batch of uniform dense values, of labels that are 0 or 1, and of uniform indices. The size of a variable bag is uniform
/// up to the limit, and its duplicates are removed, as in the reference.
fn random_batch(plan: &Plan, options: &Options, index: usize) -> Batch {
    let size = options.batch_size;
    let stream = |number: usize| CounterRandom::new(options.seed, index as u64, number as u64);
    let inputs = &plan.tensors.inputs;
    let width = inputs.dense.len();
    let dense = (0..size * width).map(|i| stream(0).uniform(i as u64)).collect();
    let labels = (0..size).map(|i| stream(1).uniform(i as u64).round()).collect();
    let columns = inputs.sparse.iter().enumerate().map(|(position, column)| {
        let random = stream(2 + position);
        let draw = |counter: usize| {
            let (high, low) = (
                random.uniform(2 * counter as u64),
                random.uniform(2 * counter as u64 + 1),
            );
            let share = f64::from(high) + f64::from(low) / 16_777_216.0;
            ((share * column.cardinality as f64) as u64).min(column.cardinality - 1) as u32
        };
        if !column.multi_valued {
            return SparseColumn {
                offsets: None,
                indices: (0..size).map(draw).collect(),
            };
        }
        let max_size = options.indices_per_lookup;
        let (mut offsets, mut indices) = (vec![0u32], Vec::new());
        for row in 0..size {
            let first = row * (max_size + 1);
            let size_share = random.uniform(2 * (first + max_size) as u64);
            let count = if options.variable_bag_size {
                (size_share * max_size as f32).round().max(1.0) as usize
            } else {
                max_size
            };
            let mut bag: Vec<u32> = (first..first + count).map(draw).collect();
            if options.variable_bag_size {
                bag.sort_unstable();
                bag.dedup();
            }
            indices.extend(bag);
            offsets.push(indices.len() as u32);
        }
        SparseColumn {
            offsets: Some(offsets),
            indices,
        }
    });
    Batch {
        size,
        dense,
        dense_width: width,
        labels,
        columns: columns.collect(),
    }
}

#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Roofs {
    pub gflops: f64,
    pub gb_per_second: f64,
}

/// The roofs of this machine: the best of several runs of a large matrix product, and of several reads of memory that is
/// larger than the caches.
///
/// # Errors
/// InvalidState when the machine does not have that much memory.
pub fn measure_roofs(threads: usize) -> Result<Roofs> {
    const SIDE: usize = 768;
    const STREAM: usize = 32 << 20;
    let pool = Pool::new(threads);
    let gemm = Gemm::new(InstructionSet::Auto, Precision::Fp32, pool.threads())?;
    let mut memory = Floats::zeroed(STREAM)?;
    memory.fill(1.0);
    let (mut gflops, mut gb_per_second) = (0f64, 0f64);
    for _ in 0..12 {
        let start = Instant::now();
        square_product(&gemm, &pool, &mut memory, SIDE);
        gflops = gflops.max(2.0 * (SIDE * SIDE * SIDE) as f64 / start.elapsed().as_secs_f64() / 1e9);
    }
    for _ in 0..6 {
        let start = Instant::now();
        pool.ranges(STREAM, 64, 1, |range| {
            // There are enough sums to hide the latency of an addition, so that only the loads limit the speed.
            let mut sums = [0f32; 64];
            for values in memory[range].as_chunks::<64>().0 {
                for (sum, value) in sums.iter_mut().zip(values) {
                    *sum += value;
                }
            }
            black_box(sums);
        });
        gb_per_second = gb_per_second.max(4.0 * STREAM as f64 / start.elapsed().as_secs_f64() / 1e9);
    }
    Ok(Roofs {
        gflops,
        gb_per_second,
    })
}

fn square_product(gemm: &Gemm, pool: &Pool, memory: &mut [f32], side: usize) {
    let (lhs, rest) = memory.split_at_mut(side * side);
    let (rhs, dst) = rest.split_at_mut(side * side);
    let operand = |matrix: &[f32]| Operand {
        pointer: matrix.as_ptr(),
        row_stride: side,
        column_stride: 1,
    };
    let product = Product {
        m: side,
        n: side,
        k: side,
        lhs: operand(lhs),
        rhs: operand(rhs),
        dst: Matrix::new(dst, side, side, side, 0),
        accumulate: false,
        alpha: 1.0,
        bias: None,
        activation: Activation::None,
        relu_mask: None,
    };
    // SAFETY: the operands are three slices of one array, which are borrowed for the call and do not overlap.
    unsafe { gemm.multiply(pool, &product) };
}
