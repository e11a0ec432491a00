//! Makes the batches of one epoch in advance, on a thread of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use batch::{Batch, BatchSource};

use crate::error::{Error, ErrorCode, Result};
use crate::gather::Selection;
use crate::random::shuffled;
use crate::reader::Dataset;
use crate::split::Split;
use ranks::Leaves;

/// How many batches are made in advance.
const BATCHES_AHEAD: usize = 4;

/// What one epoch reads.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    test,
    derive(ts_rs::TS),
    ts(rename = "BatchLoaderOptions", rename_all = "camelCase")
)]
pub struct LoaderOptions {
    pub split: Split,
    /// At least 1.
    pub batch_size: usize,
    pub shuffle: bool,
    /// It decides the order together with `epoch`. The order is the same on every machine.
    pub seed: u64,
    pub epoch: u64,
    /// How many batches are skipped at the beginning, for a resumed run.
    pub start_batch: u64,
    /// The names of the dense columns that batches have, in this order; `sparse` likewise.
    pub dense: Vec<String>,
    pub sparse: Vec<String>,
    /// What one rank of a job reads of it. Without it, everything.
    #[cfg_attr(test, ts(optional))]
    pub rank: Option<RankOptions>,
}

/// What one rank reads: the sparse columns that it looks up for all rows, and dense columns and labels of its own rows.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RankOptions {
    /// Counted from 0.
    pub rank: usize,
    pub ranks: usize,
    /// The names of the sparse columns that it looks up. The others are empty in its batches.
    pub columns: Vec<String>,
}

/// The batches of one epoch over a split. Dropping it ends its thread.
pub struct BatchLoader {
    batches: Receiver<std::result::Result<Batch, String>>,
    spare: SyncSender<Batch>,
    remaining: usize,
}

impl BatchLoader {
    /// # Errors
    /// InvalidArgument for an unknown column, a batch size of 0, or a split too large to shuffle.
    pub fn new(dataset: Arc<Dataset>, options: &LoaderOptions) -> Result<Self> {
        let mut selection = Selection::new(dataset.manifest(), &options.dense, &options.sparse)?;
        if options.batch_size == 0 {
            return Err(Error::argument("The batch size must be at least 1."));
        }
        if let Some(RankOptions { rank, ranks, columns }) = &options.rank {
            if rank >= ranks {
                return Err(Error::argument(format!(
                    "Rank {rank} is not one of {ranks} ranks, which are counted from 0."
                )));
            }
            selection.restrict(Leaves::new(*ranks), *rank, columns);
        }
        let rows = dataset.split(options.split).rows;
        let shuffle = match (options.shuffle, u32::try_from(rows)) {
            (true, Ok(rows)) => Some((rows, options.seed, options.epoch)),
            (true, Err(_)) => {
                return Err(Error::argument(format!(
                    "The split has {rows} rows; at most {} can be shuffled.",
                    u32::MAX
                )));
            }
            (false, _) => None,
        };
        let total = rows.div_ceil(options.batch_size);
        let start = usize::try_from(options.start_batch).map_or(total, |start| start.min(total));
        let (sender, batches) = sync_channel(BATCHES_AHEAD);
        let (spare, spares) = sync_channel(BATCHES_AHEAD + 2);
        let (split, size) = (options.split, options.batch_size);
        let work = move || {
            // Shuffling takes a while for large splits, so it happens on this thread as well.
            let order = shuffle.map(|(rows, seed, epoch)| shuffled(rows, seed, epoch));
            for number in start..total {
                let range = number * size..((number + 1) * size).min(rows);
                let mut batch = spares.try_recv().unwrap_or_default();
                let split = dataset.split(split);
                let gathered = match &order {
                    Some(order) => {
                        selection.gather(split, order[range].iter().map(|row| *row as usize), &mut batch)
                    }
                    None => selection.gather(split, range, &mut batch),
                };
                let failed = gathered.is_err();
                if sender.send(gathered.map(|()| batch)).is_err() || failed {
                    return;
                }
            }
        };
        std::thread::Builder::new()
            .name("batches".to_string())
            // After a panic the sender is gone, which the receiver reports.
            .spawn(|| drop(catch_unwind(AssertUnwindSafe(work))))
            .map_err(|error| {
                Error::new(
                    ErrorCode::Internal,
                    format!("The thread that makes batches could not be started: {error}."),
                )
            })?;
        Ok(Self {
            batches,
            spare,
            remaining: total - start,
        })
    }
}

impl BatchSource for BatchLoader {
    fn remaining(&self) -> usize {
        self.remaining
    }

    fn next_into(&mut self, batch: &mut Batch) -> std::result::Result<bool, String> {
        if self.remaining == 0 {
            return Ok(false);
        }
        let next = self
            .batches
            .recv()
            .unwrap_or_else(|_| Err("The thread that makes batches failed.".to_string()));
        match next {
            Ok(made) => {
                self.remaining -= 1;
                // If the queue is full, there are enough spare batches.
                drop(self.spare.try_send(std::mem::replace(batch, made)));
                Ok(true)
            }
            Err(message) => {
                self.remaining = 0;
                Err(message)
            }
        }
    }
}
