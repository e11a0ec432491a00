//! Prepared datasets and their batches, as JavaScript sees them.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use batch::{Batch, BatchSource, SparseColumn};
use dataset::{BatchLoader as DatasetLoader, Dataset, ErrorCode, LoaderOptions, RankOptions, Split};
use napi::Env;
use napi::bindgen_prelude::{AsyncTask, Float32Array, Int32Array, Object, Uint8Array, Unknown};
use napi_derive::napi;

use crate::arguments::{Fields, MAX_SAFE_INTEGER, boolean, integer, names, optional, string};
use crate::errors::{Result, answer, failure, invalid};
use crate::job::{Job, job};

/// More ranks than any job has.
const MAX_RANKS: u64 = 1 << 20;

/// Opens the prepared dataset in a folder. Throws NotFound, Io or Corrupt.
#[napi(catch_unwind)]
pub fn open_dataset(
    env: Env,
    #[napi(ts_arg_type = "string")] directory: Unknown<'_>,
) -> napi::Result<NativeDataset> {
    answer(&env, || {
        let dataset = Dataset::open(Path::new(&string(directory, "directory")?))?;
        Ok(NativeDataset(Arc::new(dataset)))
    })
}

/// A prepared dataset, memory-mapped.
#[napi]
pub struct NativeDataset(Arc<Dataset>);

#[napi]
impl NativeDataset {
    /// JSON of the manifest (main/contract/manifest.ts has its schema).
    #[napi(catch_unwind)]
    pub fn manifest(&self) -> String {
        self.0.manifest_text().to_string()
    }

    /// Checks every file's size and SHA-256 off the JavaScript thread; rejects with Corrupt.
    #[napi(catch_unwind, ts_return_type = "Promise<void>")]
    pub fn verify(&self) -> AsyncTask<Job<()>> {
        let dataset = self.0.clone();
        job(move || Ok(dataset.verify()?))
    }

    /// One byte a row of the split, 1 where one of the row's values in these columns is in no training row. Off the
    /// JavaScript thread.
    #[napi(catch_unwind, ts_return_type = "Promise<Uint8Array>")]
    pub fn unknown_rows(
        &self,
        env: Env,
        #[napi(ts_arg_type = "SplitName")] split: Unknown<'_>,
        #[napi(ts_arg_type = "string[]")] sparse: Unknown<'_>,
    ) -> napi::Result<AsyncTask<Job<Uint8Array>>> {
        let (split, columns) = answer(&env, || {
            Ok((named_split(split, "split")?, names(sparse, "sparse")?))
        })?;
        let dataset = self.0.clone();
        Ok(job(move || {
            let flags = dataset::unknown_rows(&dataset, split, &columns)?;
            Ok(Uint8Array::new(flags))
        }))
    }

    /// Starts a search for columns that predict the label alone and for rows that training has seen; onProgress gets the
    /// share that is done, as JSON, at most 10 times a second. `done` resolves to JSON of LeakReport, and rejects with
    /// Cancelled after cancel(), or InvalidArgument if there are no rows to score.
    #[napi(catch_unwind, ts_return_type = "{ done: Promise<string>; cancel(): void }")]
    pub fn find_leaks<'env>(
        &self,
        env: &'env Env,
        #[napi(ts_arg_type = "(progress: string) => void")] on_progress: Unknown<'env>,
    ) -> napi::Result<Object<'env>> {
        crate::leaks::start(env, self.0.clone(), on_progress)
    }

    /// The batches of one epoch over a split, which a thread of its own prepares.
    #[napi(catch_unwind, ts_return_type = "NativeBatchLoader")]
    pub fn batches(
        &self,
        env: Env,
        #[napi(ts_arg_type = "BatchLoaderOptions")] options: Unknown<'_>,
    ) -> napi::Result<BatchLoader> {
        answer(&env, || {
            let loader = DatasetLoader::new(self.0.clone(), &loader_options(options)?)?;
            Ok(BatchLoader::new(loader))
        })
    }
}

impl NativeDataset {
    /// For threads that read it.
    pub fn opened(&self) -> Arc<Dataset> {
        Arc::clone(&self.0)
    }
}

fn named_split(value: Unknown, name: &str) -> Result<Split> {
    Split::from_name(&string(value, name)?)
        .ok_or_else(|| invalid(format!("{name} must be one of {}.", Split::NAMES.join(", "))))
}

pub fn loader_options(options: Unknown) -> Result<LoaderOptions> {
    let fields = Fields::options(options)?;
    let count = |key| fields.get(key, |value, name| integer(value, name, MAX_SAFE_INTEGER));
    Ok(LoaderOptions {
        split: fields.get("split", named_split)?,
        batch_size: usize::try_from(count("batchSize")?).unwrap_or(usize::MAX),
        shuffle: fields.get("shuffle", boolean)?,
        seed: count("seed")?,
        epoch: count("epoch")?,
        start_batch: count("startBatch")?,
        dense: fields.get("dense", names)?,
        sparse: fields.get("sparse", names)?,
        rank: fields.get("rank", |value, name| optional(value, name, rank_options))?,
    })
}

fn rank_options(value: Unknown, name: &str) -> Result<RankOptions> {
    let fields = Fields::new(value, name)?;
    let count = |key| fields.get(key, |value, name| integer(value, name, MAX_RANKS));
    Ok(RankOptions {
        rank: count("rank")? as usize,
        ranks: count("ranks")? as usize,
        columns: fields.get("columns", names)?,
    })
}

/// A batch source of a loader that JavaScript has, which threads of the engine read.
pub type SharedSource = Arc<Mutex<Option<Box<dyn BatchSource>>>>;

/// The batches of one epoch over a split.
#[napi(js_name = "NativeBatchLoader")]
pub struct BatchLoader {
    /// `None` once closed. The engine locks it while it trains or evaluates.
    #[napi(skip)]
    pub source: SharedSource,
    state: Arc<LoaderState>,
}

/// What can be asked while another thread has the source locked.
struct LoaderState {
    remaining: AtomicUsize,
    closed: AtomicBool,
}

#[napi]
impl BatchLoader {
    /// Batches of this epoch that are left.
    #[napi(catch_unwind)]
    pub fn remaining(&self) -> u32 {
        if self.state.closed.load(Ordering::Relaxed) {
            return 0;
        }
        u32::try_from(self.state.remaining.load(Ordering::Relaxed)).unwrap_or(u32::MAX)
    }

    /// The next batch as plain arrays, or null at the end.
    #[napi(catch_unwind)]
    pub fn next(&self, env: Env) -> napi::Result<Option<BatchArrays>> {
        answer(&env, || Ok(self.take_next()?.map(BatchArrays::from)))
    }

    /// Ends the epoch and its thread. A step that is being trained from it is completed.
    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.state.closed.store(true, Ordering::Relaxed);
        if let Ok(mut source) = self.source.try_lock() {
            *source = None;
        }
    }
}

impl BatchLoader {
    pub fn new(loader: DatasetLoader) -> Self {
        let state = Arc::new(LoaderState {
            remaining: AtomicUsize::new(loader.remaining()),
            closed: AtomicBool::new(false),
        });
        let watched = WatchedSource {
            loader,
            state: state.clone(),
        };
        Self {
            source: Arc::new(Mutex::new(Some(Box::new(watched)))),
            state,
        }
    }

    fn take_next(&self) -> Result<Option<Batch>> {
        let mut guard = match self.source.try_lock() {
            Ok(guard) => guard,
            Err(std::sync::TryLockError::Poisoned(poisoned)) => PoisonError::into_inner(poisoned),
            Err(std::sync::TryLockError::WouldBlock) => {
                let message = "The batches are being read by a training step or an evaluation.";
                return Err(failure(ErrorCode::InvalidState, message));
            }
        };
        let Some(source) = guard.as_mut() else {
            return Ok(None);
        };
        let mut batch = Batch::default();
        match source.next_into(&mut batch) {
            Ok(more) => Ok(more.then_some(batch)),
            Err(message) => Err(failure(ErrorCode::Corrupt, message)),
        }
    }
}

/// A loader that tells its state, and ends when it is closed from another thread.
struct WatchedSource {
    loader: DatasetLoader,
    state: Arc<LoaderState>,
}

impl BatchSource for WatchedSource {
    fn remaining(&self) -> usize {
        if self.state.closed.load(Ordering::Relaxed) {
            return 0;
        }
        self.loader.remaining()
    }

    fn next_into(&mut self, batch: &mut Batch) -> std::result::Result<bool, String> {
        if self.state.closed.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let next = self.loader.next_into(batch);
        self.state
            .remaining
            .store(self.loader.remaining(), Ordering::Relaxed);
        next
    }
}

/// One batch as plain arrays.
#[napi(object, object_from_js = false)]
pub struct BatchArrays {
    pub size: f64,
    /// [size, dense width], row-major.
    pub dense: Float32Array,
    /// [size].
    pub labels: Float32Array,
    pub columns: Vec<BatchColumn>,
}

/// One sparse column of a batch.
#[napi(object, object_from_js = false)]
pub struct BatchColumn {
    /// offsets[b] .. offsets[b + 1] (or the end) are bag b; without offsets there is one index a row.
    #[napi(ts_type = "Int32Array | BigInt64Array")]
    pub offsets: Option<Int32Array>,
    #[napi(ts_type = "Int32Array | BigInt64Array")]
    pub indices: Int32Array,
}

impl From<Batch> for BatchArrays {
    fn from(batch: Batch) -> Self {
        Self {
            size: batch.size as f64,
            dense: Float32Array::new(batch.dense),
            labels: Float32Array::new(batch.labels),
            columns: batch.columns.into_iter().map(BatchColumn::from).collect(),
        }
    }
}

impl From<SparseColumn> for BatchColumn {
    fn from(column: SparseColumn) -> Self {
        // Indices are below a table's at most 2^31 rows and offsets below a batch's number of values: both fit an i32.
        let signed =
            |values: Vec<u32>| Int32Array::new(values.into_iter().map(|value| value as i32).collect());
        Self {
            offsets: column.offsets.map(signed),
            indices: signed(column.indices),
        }
    }
}
