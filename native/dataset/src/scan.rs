//! The reading that checks every row, gathers statistics, and notes the rows for the writing.

use std::path::Path;

use crate::block::{RowBlock, TextColumn};
use crate::control::Control;
use crate::dense_statistics::DenseGatherer;
use crate::error::Result;
use crate::inputs::{Inputs, ReadingSummary};
use crate::kept_text::KeptText;
use crate::layout::{Layout, SparseColumn};
use crate::manifest::FileEntry;
use crate::noted_rows::{NotedRows, NotedValues};
use crate::packed_numbers::NO_VALUE;
use crate::pipeline::{for_each_in_parallel, read_in_blocks};
use crate::rejected_file::RejectedFile;
use crate::sparse_statistics::{Encoder, SparseGatherer};
use crate::split::{Split, Splitter};

/// How many distinct dense values are counted in memory, of all columns together and of one column.
const ALL_VALUES_IN_MEMORY: usize = 1 << 22;
const VALUES_IN_MEMORY: std::ops::RangeInclusive<usize> = (1 << 12)..=(1 << 18);
/// How many rows before its turn a field's entry in a vocabulary is loaded.
const ROWS_AHEAD: usize = 16;

/// The results of the scan.
pub struct Scan {
    pub summary: ReadingSummary,
    /// Accepted rows by split.
    pub rows: [u64; 3],
    /// Sums of the labels by split.
    pub label_sums: [f64; 3],
    /// The gatherers are those of a dataset of its own. One that is encoded like another one has none.
    pub dense: Vec<DenseGatherer>,
    pub sparse: Vec<SparseGatherer>,
    /// How many values each sparse column has in accepted rows.
    pub values: Vec<u64>,
    /// For each field, how often each marker of a missing value was found.
    pub marked: Vec<Vec<u64>>,
    /// The accepted rows.
    pub noted: NotedRows,
    /// The file of the text that is kept, if any is.
    pub kept: Option<FileEntry>,
    /// The file of rejected rows, if there are any.
    pub rejected_file: Option<FileEntry>,
}

impl Scan {
    pub fn accepted(&self) -> u64 {
        self.rows.iter().sum()
    }

    /// Reads every file once. Scratch files are created in `folder`, and the file of rejected rows. `like` are the encoders of
    /// another dataset, if the rows are encoded like its rows.
    pub fn run(
        inputs: &Inputs,
        splitter: Splitter,
        like: Option<&[Encoder]>,
        control: &mut Control<'_>,
        folder: &Path,
    ) -> Result<Self> {
        let layout = &inputs.layout;
        let share = ALL_VALUES_IN_MEMORY / layout.dense.len().max(1);
        let capacity = share.clamp(*VALUES_IN_MEMORY.start(), *VALUES_IN_MEMORY.end());
        let dense = layout.dense.iter().enumerate().map(|(index, column)| {
            let scratch = folder.join(format!("values-{index}.scratch"));
            DenseGatherer::new(column.settings, scratch, capacity)
        });
        let sparse = layout
            .sparse
            .iter()
            .map(|column| SparseGatherer::new(column.settings.encoding));
        let mut scan = Scan {
            summary: ReadingSummary::default(),
            rows: [0; 3],
            label_sums: [0.0; 3],
            dense: dense.filter(|_| like.is_none()).collect(),
            sparse: sparse.filter(|_| like.is_none()).collect(),
            values: vec![0; layout.sparse.len()],
            marked: vec![Vec::new(); layout.names.len()],
            noted: NotedRows::create(folder)?,
            kept: None,
            rejected_file: None,
        };
        let mut kept = KeptText::create(layout, folder)?;
        let mut sparse = vec![NotedValues::default(); layout.sparse.len()];
        let gather = |block: &RowBlock| {
            kept.write(block)?;
            scan.gather(layout, like, block, &mut sparse)?;
            scan.noted
                .write(&block.splits, &block.labels, &block.dense, &sparse)
        };
        let mut file = RejectedFile::new(folder, inputs.paths());
        let mut summary = read_in_blocks(inputs, splitter, control, &mut file, gather)?;
        let (rejected_file, stored) = file.finish()?;
        summary.rejected.stored = stored;
        let kept = kept.finish()?;
        Ok(Scan {
            summary,
            kept,
            rejected_file,
            ..scan
        })
    }

    fn gather(
        &mut self,
        layout: &Layout,
        like: Option<&[Encoder]>,
        block: &RowBlock,
        noted: &mut [NotedValues],
    ) -> Result<()> {
        for (split, label) in block.splits.iter().zip(&block.labels) {
            self.rows[*split as usize] += 1;
            self.label_sums[*split as usize] += f64::from(*label);
        }
        for (field, marker) in &block.marked {
            let counts = &mut self.marked[*field];
            counts.resize(counts.len().max(marker + 1), 0);
            counts[*marker] += 1;
        }
        let dense = self.dense.iter_mut().zip(&block.dense);
        for_each_in_parallel(dense, |(gatherer, values)| {
            block
                .splits
                .iter()
                .zip(values)
                .try_for_each(|(split, value)| gatherer.add(*split, *value))
        })?;
        let columns = layout.sparse.iter().zip(&block.sparse).zip(noted.iter_mut());
        match like {
            None => for_each_in_parallel(self.sparse.iter_mut().zip(columns), |(gatherer, columns)| {
                let ((column, texts), noted) = columns;
                gather_column(gatherer, column, &block.splits, texts, noted);
                Ok(())
            })?,
            Some(encoders) => for_each_in_parallel(encoders.iter().zip(columns), |(encoder, columns)| {
                let ((column, texts), noted) = columns;
                let encode = |_: Split, text: &str, noted: &mut NotedValues| {
                    column.for_each_value(text, |value| noted.numbers.push(encoder.index_of(value)));
                };
                note_column(column, &block.splits, texts, noted, encode);
                Ok(())
            })?,
        }
        for ((values, noted), column) in self.values.iter_mut().zip(noted.iter()).zip(&layout.sparse) {
            if column.multi_valued {
                *values += noted.numbers.len() as u64;
            }
        }
        Ok(())
    }
}

/// Adds a block's fields of a column to its statistics, and notes their values' numbers.
fn gather_column(
    gatherer: &mut SparseGatherer,
    column: &SparseColumn,
    splits: &[Split],
    texts: &TextColumn,
    noted: &mut NotedValues,
) {
    let mut ahead = texts.iter();
    for text in ahead.by_ref().take(ROWS_AHEAD) {
        gatherer.prefetch(column, text);
    }
    note_column(column, splits, texts, noted, |split, text, noted| {
        if let Some(later) = ahead.next() {
            gatherer.prefetch(column, later);
        }
        gatherer.add(column, split, text, |number| noted.numbers.push(number));
    });
}

/// Notes what `values_of` appends for each field.
fn note_column(
    column: &SparseColumn,
    splits: &[Split],
    texts: &TextColumn,
    noted: &mut NotedValues,
    mut values_of: impl FnMut(Split, &str, &mut NotedValues),
) {
    noted.clear();
    for (split, text) in splits.iter().zip(texts.iter()) {
        let before = noted.numbers.len();
        values_of(*split, text, noted);
        let count = noted.numbers.len() - before;
        if column.multi_valued {
            noted.lengths.push(count as u32);
        } else if count == 0 {
            noted.numbers.push(NO_VALUE);
        }
    }
}
