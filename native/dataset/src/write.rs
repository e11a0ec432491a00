//! The last reading: writes every accepted row to the files of its split.

use std::path::Path;

use crate::block::{RowBlock, TextColumn};
use crate::control::{Control, Phase};
use crate::dense_statistics::{DenseStatistics, HISTOGRAM_BINS};
use crate::error::Result;
use crate::inputs::{Inputs, ReadingSummary};
use crate::kept_text::KeptText;
use crate::layout::{Layout, SparseColumn};
use crate::manifest::{FileEntry, UnknownEntry};
use crate::output::SplitWriter;
use crate::pipeline::{for_each_in_parallel, read_in_blocks};
use crate::sparse_statistics::Encoder;
use crate::split::{Split, Splitter};
use crate::unknown_values::{RowSet, UnknownCounter};

/// The results of the last reading.
pub struct Written {
    pub summary: ReadingSummary,
    pub files: Vec<FileEntry>,
    /// Training rows in each bin, by dense column.
    pub histograms: Vec<Vec<u64>>,
    /// One entry for each sparse column.
    pub unknown_values: Vec<UnknownEntry>,
}

/// Reads every file once more and writes the splits' files into `folder`. `trained` are the table
/// rows of the sparse columns that another dataset's training rows use, if the columns are encoded like that one's.
pub fn write_splits(
    inputs: &Inputs,
    splitter: Splitter,
    dense: &[DenseStatistics],
    encoders: &[Encoder],
    trained: &[Option<RowSet>],
    control: &mut Control<'_>,
    folder: &Path,
) -> Result<Written> {
    let layout = &inputs.layout;
    let bags = layout.sparse.iter().filter(|column| column.multi_valued).count();
    let splits = Split::ALL
        .into_iter()
        .map(|split| SplitWriter::create(folder, split, bags));
    let mut splits = splits.collect::<Result<Vec<_>>>()?;
    let mut kept = KeptText::create(layout, folder)?;
    let mut encoding = Encoding::new(layout, dense, encoders, trained);
    let consume = |block: &RowBlock| {
        kept.write(block)?;
        encoding.encode(layout, block)?;
        encoding.write(layout, block, &mut splits)
    };
    let summary = read_in_blocks(inputs, splitter, control, Phase::Write, consume)?;
    let mut files: Vec<FileEntry> = kept.finish()?.into_iter().collect();
    for split in splits {
        control.tick(Phase::Finish, summary.rows, summary.rejected.count)?;
        split.finish(&mut files)?;
    }
    let unknown_values = encoding
        .sparse
        .into_iter()
        .zip(&layout.sparse)
        .map(|(values, column)| values.unknown.finish(&column.name));
    let unknown_values = unknown_values.collect();
    let histograms = encoding.dense.into_iter().map(|column| column.histogram);
    Ok(Written {
        summary,
        files,
        histograms: histograms.collect(),
        unknown_values,
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
    histogram: Vec<u64>,
    values: Vec<f32>,
}

struct SparseValues<'a> {
    encoder: &'a Encoder,
    unknown: UnknownCounter,
    values: Vec<u32>,
    /// Where each row's values end.
    ends: Vec<usize>,
}

impl<'a> Encoding<'a> {
    fn new(
        layout: &Layout,
        dense: &'a [DenseStatistics],
        encoders: &'a [Encoder],
        trained: &[Option<RowSet>],
    ) -> Self {
        let dense = dense.iter().map(|statistics| DenseValues {
            statistics,
            histogram: vec![0; HISTOGRAM_BINS],
            values: Vec::new(),
        });
        let sparse = encoders.iter().enumerate().map(|(index, encoder)| SparseValues {
            encoder,
            unknown: UnknownCounter::new(
                layout.sparse[index].settings.encoding,
                trained.get(index).cloned().flatten(),
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

    fn encode(&mut self, layout: &Layout, block: &RowBlock) -> Result<()> {
        for_each_in_parallel(self.dense.iter_mut().zip(&block.dense), |(column, values)| {
            column.encode(&block.splits, values);
            Ok(())
        })?;
        let sparse = self.sparse.iter_mut().zip(&layout.sparse).zip(&block.sparse);
        for_each_in_parallel(sparse, |((values, column), texts)| {
            values.encode(column, &block.splits, texts);
            Ok(())
        })
    }

    fn write(&mut self, layout: &Layout, block: &RowBlock, splits: &mut [SplitWriter]) -> Result<()> {
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
    fn encode(&mut self, splits: &[Split], values: &[f64]) {
        self.values.clear();
        for (split, value) in splits.iter().zip(values) {
            if *split == Split::Train && !value.is_nan() {
                self.histogram[self.statistics.bin(*value)] += 1;
            }
            self.values
                .push(self.statistics.transformed(self.statistics.filled(*value)));
        }
    }
}

impl SparseValues<'_> {
    fn encode(&mut self, column: &SparseColumn, splits: &[Split], texts: &TextColumn) {
        self.values.clear();
        self.ends.clear();
        for (split, text) in splits.iter().zip(texts.iter()) {
            column.for_each_value(text, |value| {
                let row = self.encoder.index_of(value);
                self.unknown.add(*split, row);
                self.values.push(row);
            });
            if column.multi_valued {
                self.ends.push(self.values.len());
            } else if text.is_empty() {
                self.values.push(0);
            }
        }
    }

    fn bag(&self, row: usize) -> &[u32] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.values[start..self.ends[row]]
    }
}
