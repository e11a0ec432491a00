//! One epoch over a split: which rows each of its batches has.

use std::ops::Range;
use std::sync::Arc;

use batch::Batch;
use ranks::Leaves;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::gather::Selection;
use crate::random::shuffled;
use crate::reader::Dataset;
use crate::split::Split;

/// What one epoch reads.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
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
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RankOptions {
    /// Counted from 0.
    pub rank: usize,
    pub ranks: usize,
    /// The names of the sparse columns that it looks up. The others are empty in its batches.
    pub columns: Vec<String>,
}

/// Makes the batches of one epoch, in any order.
pub struct Epoch {
    dataset: Arc<Dataset>,
    split: Split,
    rows: usize,
    batch_size: usize,
    selection: Selection,
    /// The seed and the number of the epoch, if its rows are shuffled.
    shuffle: Option<(u64, u64)>,
    /// The shuffled rows. Shuffling takes a while for large splits, so it waits for the first batch.
    order: Option<Arc<Vec<u32>>>,
}

impl Epoch {
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
        if options.shuffle && u32::try_from(rows).is_err() {
            return Err(Error::argument(format!(
                "The split has {rows} rows; at most {} can be shuffled.",
                u32::MAX
            )));
        }
        Ok(Self {
            split: options.split,
            batch_size: options.batch_size,
            dataset,
            rows,
            selection,
            shuffle: options.shuffle.then_some((options.seed, options.epoch)),
            order: None,
        })
    }

    /// The numbers of its batches without those before `start`.
    pub fn numbers(&self, start: u64) -> Range<usize> {
        let total = self.rows.div_ceil(self.batch_size);
        usize::try_from(start).map_or(total, |start| start.min(total))..total
    }

    /// Fills `batch` with the rows of the batch with this number, which is one of `numbers`.
    ///
    /// # Errors
    /// A sentence that names the column whose stored index or bag is out of range.
    pub fn make(&mut self, number: usize, batch: &mut Batch) -> std::result::Result<(), String> {
        let first = number * self.batch_size;
        let range = first.min(self.rows)..(first + self.batch_size).min(self.rows);
        let split = self.dataset.split(self.split);
        let order = self.shuffle.map(|(seed, epoch)| {
            let shuffle = || Arc::new(shuffled(self.rows as u32, seed, epoch));
            &*self.order.get_or_insert_with(shuffle)
        });
        match order {
            Some(order) => {
                let rows = order[range].iter().map(|row| *row as usize);
                self.selection.gather(split, rows, batch)
            }
            None => self.selection.gather(split, range, batch),
        }
    }

    /// Takes the shuffled rows of another epoch if they are the same, so that they are in memory once.
    pub fn share_order(&mut self, other: &Epoch) {
        if (self.split, self.shuffle) == (other.split, other.shuffle) && other.order.is_some() {
            self.order.clone_from(&other.order);
        }
    }
}
