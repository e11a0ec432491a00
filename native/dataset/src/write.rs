//! Writes the rows that the scan has noted to the files of their splits.

use std::path::Path;
use std::sync::atomic::Ordering;

use crate::columns::Columns;
use crate::control::{Control, Phase};
use crate::dense_statistics::{DenseStatistics, HISTOGRAM_BINS};
use crate::error::Result;
use crate::inputs::Inputs;
use crate::layout::{Layout, SparseColumn};
use crate::manifest::{FileEntry, UnknownEntry};
use crate::noted_rows::{NotedBlock, NotedValues};
use crate::output::SplitWriter;
use crate::packed_numbers::NO_VALUE;
use crate::pipeline::{Deliver, for_each_in_parallel, hand_over};
use crate::scan::Scan;
use crate::sparse_statistics::Numbering;
use crate::split::Split;
use crate::unknown_values::UnknownCounter;
use crate::value_counts::{DenseCounts, SparseCounts};

/// The results of the writing.
pub struct Written {
    pub files: Vec<FileEntry>,
    /// Training rows in each bin, by dense column.
    pub histograms: Vec<Vec<u64>>,
    /// One entry for each sparse column.
    pub unknown_values: Vec<UnknownEntry>,
    pub dense_counts: Vec<DenseCounts>,
    pub sparse_counts: Vec<SparseCounts>,
}

/// Writes the splits' files into `folder`. Progress is that of reading the sources once more.
pub fn write_splits(
    inputs: &Inputs,
    scan: &Scan,
    columns: &Columns,
    control: &mut Control<'_>,
    folder: &Path,
) -> Result<Written> {
    let layout = &inputs.layout;
    let bags = layout.sparse.iter().filter(|column| column.multi_valued).count();
    let splits = Split::ALL
        .into_iter()
        .map(|split| SplitWriter::create(folder, split, bags));
    let mut splits = splits.collect::<Result<Vec<_>>>()?;
    let mut encoding = Encoding::new(layout, columns);
    let mut reader = scan.noted.read(layout.dense.len(), layout.sparse.len())?;
    let (rejected, total) = (scan.summary.rejected.count, scan.accepted());
    let make = |deliver: Deliver<'_, NotedBlock>| {
        let (mut block, mut rows) = (NotedBlock::default(), 0);
        while reader.next(&mut block)? {
            let share = block.splits.len() as f64 / total as f64;
            let bytes = (inputs.bytes() as f64 * share) as u64;
            control.bytes_read.fetch_add(bytes, Ordering::Relaxed);
            rows += block.splits.len() as u64;
            control.tick(Phase::Write, rows, rejected)?;
            block = deliver(block)?;
        }
        Ok(())
    };
    hand_over(NotedBlock::default, make, |block| {
        encoding.encode(layout, block)?;
        encoding.write(layout, block, &mut splits)
    })?;
    let mut files = Vec::new();
    for split in splits {
        control.tick(Phase::Finish, scan.summary.rows, rejected)?;
        split.finish(&mut files)?;
    }
    let sparse = encoding.sparse.into_iter().zip(&layout.sparse);
    let (unknown_values, sparse_counts) = sparse
        .map(|(values, column)| (values.unknown.finish(&column.name), values.counts))
        .unzip();
    let dense = encoding.dense.into_iter();
    let (histograms, dense_counts) = dense.map(|column| (column.histogram, column.counts)).unzip();
    Ok(Written {
        files,
        histograms,
        unknown_values,
        dense_counts,
        sparse_counts,
    })
}

/// The columns of a block as they are written to the disk.
struct Encoding<'a> {
    dense: Vec<DenseValues<'a>>,
    /// One for each sparse column, single- and multi-valued.
    sparse: Vec<SparseValues<'a>>,
    record: Vec<u8>,
}

struct DenseValues<'a> {
    statistics: &'a DenseStatistics,
    counts: DenseCounts,
    histogram: Vec<u64>,
    values: Vec<f32>,
}

struct SparseValues<'a> {
    numbering: &'a Numbering,
    counts: SparseCounts,
    unknown: UnknownCounter,
    values: Vec<u32>,
    /// Where each row's values end.
    ends: Vec<usize>,
}

impl<'a> Encoding<'a> {
    fn new(layout: &Layout, columns: &'a Columns) -> Self {
        let dense = columns.dense.iter().map(|statistics| DenseValues {
            statistics,
            counts: DenseCounts::new(&statistics.quantiles),
            histogram: vec![0; HISTOGRAM_BINS],
            values: Vec::new(),
        });
        let sparse = columns
            .numberings
            .iter()
            .enumerate()
            .map(|(index, numbering)| SparseValues {
                numbering,
                counts: SparseCounts::new(
                    columns.top_rows.get(index).map_or(&[], Vec::as_slice),
                    matches!(numbering, Numbering::Vocabulary(_)),
                ),
                unknown: UnknownCounter::new(
                    layout.sparse[index].settings.encoding,
                    columns.trained.get(index).cloned().flatten(),
                ),
                values: Vec::new(),
                ends: Vec::new(),
            });
        Self {
            dense: dense.collect(),
            sparse: sparse.collect(),
            record: Vec::with_capacity(layout.record_bytes()),
        }
    }

    fn encode(&mut self, layout: &Layout, block: &NotedBlock) -> Result<()> {
        for_each_in_parallel(self.dense.iter_mut().zip(&block.dense), |(column, values)| {
            column.encode(block, values);
            Ok(())
        })?;
        let sparse = self.sparse.iter_mut().zip(&layout.sparse).zip(&block.sparse);
        for_each_in_parallel(sparse, |((values, column), noted)| {
            values.encode(column, block, noted);
            Ok(())
        })
    }

    fn write(&mut self, layout: &Layout, block: &NotedBlock, splits: &mut [SplitWriter]) -> Result<()> {
        for (row, (split, label)) in block.splits.iter().zip(&block.labels).enumerate() {
            let writer = &mut splits[*split as usize];
            self.record.clear();
            self.record.extend_from_slice(&label.to_le_bytes());
            for column in &self.dense {
                self.record.extend_from_slice(&column.values[row].to_le_bytes());
            }
            let mut bag = 0;
            for (values, column) in self.sparse.iter().zip(&layout.sparse) {
                if column.multi_valued {
                    writer.write_bag(bag, values.bag(row))?;
                    bag += 1;
                } else {
                    self.record.extend_from_slice(&values.values[row].to_le_bytes());
                }
            }
            writer.write_record(&self.record)?;
        }
        Ok(())
    }
}

impl DenseValues<'_> {
    fn encode(&mut self, block: &NotedBlock, values: &[f64]) {
        self.values.clear();
        for ((split, label), value) in block.splits.iter().zip(&block.labels).zip(values) {
            self.counts.add(*split, *label, *value);
            if *split == Split::Train && !value.is_nan() {
                self.histogram[self.statistics.bin(*value)] += 1;
            }
            self.values
                .push(self.statistics.transformed(self.statistics.filled(*value)));
        }
    }
}

impl SparseValues<'_> {
    fn encode(&mut self, column: &SparseColumn, block: &NotedBlock, noted: &NotedValues) {
        self.values.clear();
        self.ends.clear();
        let rows = block.splits.iter().copied().zip(block.labels.iter().copied());
        if column.multi_valued {
            let mut end = 0;
            for (row, length) in rows.zip(&noted.lengths) {
                let start = end;
                end += *length as usize;
                for number in &noted.numbers[start..end] {
                    let index = self.take(row, *number);
                    self.values.push(index);
                }
                if start == end {
                    self.counts.missing.add(row.0, row.1);
                }
                self.ends.push(end);
            }
        } else {
            for (row, number) in rows.zip(&noted.numbers) {
                let index = if *number == NO_VALUE {
                    self.counts.missing.add(row.0, row.1);
                    0
                } else {
                    self.take(row, *number)
                };
                self.values.push(index);
            }
        }
    }

    /// The table row of a value, which is counted, of a row with this split and label.
    fn take(&mut self, (split, label): (Split, f32), number: u32) -> u32 {
        let row = match self.numbering {
            Numbering::TableRows { .. } => number,
            Numbering::Vocabulary(rows) => rows.rows[number as usize],
        };
        self.unknown.add(split, row);
        self.counts.add(split, label, row);
        row
    }

    fn bag(&self, row: usize) -> &[u32] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.values[start..self.ends[row]]
    }
}
