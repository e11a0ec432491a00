//! Looks for columns that predict the label by themselves, and for test rows that training has seen.

use batch::{Batch, SparseColumn};
use serde::Serialize;

use crate::area_under_curve::area_under_curve;
use crate::control::CancelFlag;
use crate::error::{Error, ErrorCode, Result};
use crate::gather::Selection;
use crate::manifest::{ColumnEntry, Manifest};
use crate::reader::Dataset;
use crate::row_hashes::{RowHashes, row_hashes};
use crate::split::Split;

/// How many rows are read together.
const BLOCK: usize = 8192;
/// Of more rows, evenly spaced ones are scored.
const MAX_SCORED: usize = 500_000;
/// The number of table rows whose labels are counted, of all columns together. Rows beyond it share their counts.
const MAX_COUNTED: u64 = 1 << 26;
/// A value's rate of positives is that of its training rows and as many rows of the mean rate.
const SMOOTHING: f64 = 10.0;

#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct LeakReport {
    /// The rows that are scored: test rows, or validation rows if there are none.
    #[cfg_attr(test, ts(as = "Split"))]
    pub split: &'static str,
    pub scored_rows: u64,
    /// In the order of the manifest.
    pub columns: Vec<ColumnLeak>,
    /// One of this many different rows was compared, if there are too many for the memory.
    pub one_in: u64,
    /// Training rows whose features are those of an earlier one.
    pub repeated_training_rows: u64,
    pub compared_training_rows: u64,
    /// Rows of the split whose features are those of a training row.
    pub seen_rows: u64,
    pub compared_rows: u64,
}

/// How well a column predicts the label alone. A dense column's values are the score, in the direction that training rows
/// have. A sparse column's score is the rate of positives of its value in the training rows, smoothed; of a list, their mean.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ColumnLeak {
    pub column: String,
    /// The area under the ROC curve; none if all scored rows have the same label.
    pub auc: Option<f64>,
}

/// Reads a dataset's training rows and those that are scored. `report` gets the share that is done.
///
/// # Errors
/// InvalidArgument if it has no rows to score, Cancelled, or Corrupt.
pub fn find_leaks(dataset: &Dataset, cancel: &CancelFlag, report: &mut dyn FnMut(f64)) -> Result<LeakReport> {
    let rows = |split: Split| dataset.split(split).rows;
    let scored = [Split::Test, Split::Validation]
        .into_iter()
        .find(|split| rows(*split) > 0);
    let Some(split) = scored.filter(|_| rows(Split::Train) > 0) else {
        let message = "The dataset has no test or validation rows, so no column can be scored on rows that training has not seen. \
                       Import it with a split.";
        return Err(Error::argument(message));
    };
    let reading = Reading::new(dataset)?;
    let total = rows(Split::Train) + rows(split);
    let mut done = 0;
    let mut tick = |rows: usize| -> Result<()> {
        cancel.check()?;
        done += rows;
        report(done as f64 / total as f64);
        Ok(())
    };

    let mut training = Training::new(dataset);
    reading.for_each_block(Split::Train, |first, batch| {
        training.add(first, batch);
        tick(batch.size)
    })?;
    training.hashes.sort();
    let rates = training.rates();

    let mut scores = Scores::new(rows(split), reading.dense + reading.sparse);
    let (mut compared_rows, mut seen_rows) = (0, 0);
    let mut hashes = Vec::new();
    reading.for_each_block(split, |first, batch| {
        row_hashes(batch, &mut hashes);
        for hash in hashes.iter().filter(|hash| training.hashes.keeps(**hash)) {
            compared_rows += 1;
            seen_rows += u64::from(training.hashes.contains(*hash));
        }
        scores.add(first, batch, &rates, training.mean());
        tick(batch.size)
    })?;
    let mut areas = Vec::with_capacity(scores.columns.len());
    for (index, column) in scores.columns.iter_mut().enumerate() {
        cancel.check()?;
        let area = area_under_curve(column);
        let falls = training.falls(index);
        areas.push(area.map(|area| if falls { 1.0 - area } else { area }));
    }
    Ok(LeakReport {
        split: Split::NAMES[split as usize],
        scored_rows: scores.columns.first().map_or(0, Vec::len) as u64,
        columns: in_manifest_order(dataset.manifest(), &areas),
        one_in: training.hashes.one_in,
        repeated_training_rows: training.hashes.repeated,
        compared_training_rows: training.compared,
        seen_rows,
        compared_rows,
    })
}

/// All columns of a dataset, block by block.
struct Reading<'a> {
    dataset: &'a Dataset,
    selection: Selection,
    dense: usize,
    sparse: usize,
}

impl<'a> Reading<'a> {
    fn new(dataset: &'a Dataset) -> Result<Self> {
        let (mut dense, mut sparse) = (Vec::new(), Vec::new());
        for column in &dataset.manifest().columns {
            match column {
                ColumnEntry::Dense(entry) => dense.push(entry.name.clone()),
                ColumnEntry::Sparse(entry) | ColumnEntry::MultiValued(entry) => {
                    sparse.push(entry.name.clone())
                }
            }
        }
        Ok(Self {
            dataset,
            selection: Selection::new(dataset.manifest(), &dense, &sparse)?,
            dense: dense.len(),
            sparse: sparse.len(),
        })
    }

    /// Calls `each` with the number of a block's first row, and its rows.
    fn for_each_block(&self, split: Split, mut each: impl FnMut(usize, &Batch) -> Result<()>) -> Result<()> {
        let files = self.dataset.split(split);
        let mut batch = Batch::default();
        for first in (0..files.rows).step_by(BLOCK) {
            let rows = first..(first + BLOCK).min(files.rows);
            self.selection
                .gather(files, rows, &mut batch)
                .map_err(|message| Error::new(ErrorCode::Corrupt, message))?;
            each(first, &batch)?;
        }
        Ok(())
    }
}

/// Which of a split's rows are scored: every one, or evenly spaced ones.
fn spacing(rows: usize) -> usize {
    rows.div_ceil(MAX_SCORED).max(1)
}

/// How many rows of a table are counted apart at most, so that the memory is bounded.
fn largest_count(cardinalities: &[u64]) -> u64 {
    let halves = std::iter::successors(Some(1_u64 << 32), |size| Some(size / 2));
    let fits = |size: &u64| {
        *size <= 1 || cardinalities.iter().map(|rows| rows.min(size)).sum::<u64>() <= MAX_COUNTED
    };
    halves.take(33).find(fits).unwrap_or(1)
}

/// What the training rows teach.
struct Training {
    /// Values of dense columns in evenly spaced rows.
    dense: Vec<Vec<(f32, bool)>>,
    falls: Vec<bool>,
    /// Rows and positive labels of each table row, by sparse column.
    counts: Vec<Vec<(u32, u32)>>,
    rows: u64,
    positives: u64,
    spacing: usize,
    hashes: RowHashes,
    compared: u64,
    row_hashes: Vec<u64>,
}

impl Training {
    fn new(dataset: &Dataset) -> Self {
        let columns = &dataset.manifest().columns;
        let cardinalities = columns.iter().filter_map(|column| match column {
            ColumnEntry::Dense(_) => None,
            ColumnEntry::Sparse(entry) | ColumnEntry::MultiValued(entry) => Some(entry.cardinality),
        });
        let cardinalities: Vec<u64> = cardinalities.collect();
        let largest = largest_count(&cardinalities);
        let sizes = cardinalities.iter().map(|size| (*size).min(largest).max(1));
        let counts: Vec<_> = sizes.map(|size| vec![(0, 0); size as usize]).collect();
        let rows = dataset.split(Split::Train).rows;
        Self {
            dense: vec![Vec::new(); columns.len() - counts.len()],
            falls: Vec::new(),
            counts,
            rows: 0,
            positives: 0,
            spacing: spacing(rows),
            hashes: RowHashes::new(rows),
            compared: 0,
            row_hashes: Vec::new(),
        }
    }

    fn add(&mut self, first: usize, batch: &Batch) {
        let mut hashes = std::mem::take(&mut self.row_hashes);
        row_hashes(batch, &mut hashes);
        for hash in &hashes {
            self.compared += u64::from(self.hashes.add(*hash));
        }
        self.row_hashes = hashes;
        self.rows += batch.size as u64;
        self.positives += batch.labels.iter().filter(|label| **label > 0.5).count() as u64;
        for row in (0..batch.size).filter(|row| (first + row).is_multiple_of(self.spacing)) {
            let values = &batch.dense[row * batch.dense_width..(row + 1) * batch.dense_width];
            for (column, value) in self.dense.iter_mut().zip(values) {
                column.push((*value, batch.labels[row] > 0.5));
            }
        }
        for (counts, column) in self.counts.iter_mut().zip(&batch.columns) {
            for row in 0..batch.size {
                let positive = u32::from(batch.labels[row] > 0.5);
                for index in values_of(column, row) {
                    let place = *index as usize % counts.len();
                    let (rows, positives) = &mut counts[place];
                    *rows = rows.saturating_add(1);
                    *positives = positives.saturating_add(positive);
                }
            }
        }
    }

    fn mean(&self) -> f64 {
        self.positives as f64 / self.rows as f64
    }

    /// The smoothed rate of positives of each table row. Afterwards it is known which dense columns fall.
    fn rates(&mut self) -> Vec<Vec<f32>> {
        let dense = std::mem::take(&mut self.dense).into_iter();
        self.falls = dense
            .map(|mut column| area_under_curve(&mut column).is_some_and(|area| area < 0.5))
            .collect();
        let mean = self.mean();
        let counts = std::mem::take(&mut self.counts).into_iter();
        let rate = |(rows, positives): (u32, u32)| {
            let smoothed = (f64::from(positives) + SMOOTHING * mean) / (f64::from(rows) + SMOOTHING);
            smoothed as f32
        };
        counts
            .map(|column| column.into_iter().map(rate).collect())
            .collect()
    }

    /// Whether fewer labels are positive where a dense column's values are higher.
    fn falls(&self, column: usize) -> bool {
        self.falls.get(column).copied().unwrap_or(false)
    }
}

/// Scores and labels of evenly spaced rows, first of the dense columns and then of the sparse ones.
struct Scores {
    columns: Vec<Vec<(f32, bool)>>,
    spacing: usize,
}

impl Scores {
    fn new(rows: usize, columns: usize) -> Self {
        Self {
            columns: vec![Vec::new(); columns],
            spacing: spacing(rows),
        }
    }

    fn add(&mut self, first: usize, batch: &Batch, rates: &[Vec<f32>], mean: f64) {
        for row in (0..batch.size).filter(|row| (first + row).is_multiple_of(self.spacing)) {
            let positive = batch.labels[row] > 0.5;
            let dense = &batch.dense[row * batch.dense_width..(row + 1) * batch.dense_width];
            let sparse = batch.columns.iter().zip(rates).map(|(column, rates)| {
                let values = values_of(column, row);
                let sum: f64 = values
                    .iter()
                    .map(|index| f64::from(rates[*index as usize % rates.len()]))
                    .sum();
                if values.is_empty() {
                    mean as f32
                } else {
                    (sum / values.len() as f64) as f32
                }
            });
            let scores = dense.iter().copied().chain(sparse);
            for (column, score) in self.columns.iter_mut().zip(scores) {
                column.push((score, positive));
            }
        }
    }
}

fn values_of(column: &SparseColumn, row: usize) -> &[u32] {
    match &column.offsets {
        Some(offsets) => &column.indices[offsets[row] as usize..offsets[row + 1] as usize],
        None => &column.indices[row..=row],
    }
}

/// The areas of the dense columns and then of the sparse ones, as the manifest has the columns.
fn in_manifest_order(manifest: &Manifest, areas: &[Option<f64>]) -> Vec<ColumnLeak> {
    let is_dense = |column: &ColumnEntry| matches!(column, ColumnEntry::Dense(_));
    let mut sparse = manifest.columns.iter().filter(|column| is_dense(column)).count();
    let mut dense = 0;
    let leaks = manifest.columns.iter().map(|column| {
        let place = if is_dense(column) { &mut dense } else { &mut sparse };
        let auc = areas.get(*place).copied().flatten();
        *place += 1;
        ColumnLeak {
            column: name_of(column),
            auc,
        }
    });
    leaks.collect()
}

fn name_of(column: &ColumnEntry) -> String {
    match column {
        ColumnEntry::Dense(entry) => entry.name.clone(),
        ColumnEntry::Sparse(entry) | ColumnEntry::MultiValued(entry) => entry.name.clone(),
    }
}
