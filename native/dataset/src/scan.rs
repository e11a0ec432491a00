//! The reading that checks every row and gathers the statistics that the last reading needs.

use std::path::Path;

use crate::block::RowBlock;
use crate::control::{Control, Phase};
use crate::dense_statistics::DenseGatherer;
use crate::error::Result;
use crate::inputs::{Inputs, ReadingSummary};
use crate::layout::Layout;
use crate::pipeline::{for_each_in_parallel, read_in_blocks};
use crate::sparse_statistics::SparseGatherer;
use crate::split::Splitter;

/// How many distinct dense values are counted in memory, of all columns together and of one column.
const ALL_VALUES_IN_MEMORY: usize = 1 << 22;
const VALUES_IN_MEMORY: std::ops::RangeInclusive<usize> = (1 << 12)..=(1 << 18);

/// The results of the scan.
pub struct Scan {
    pub summary: ReadingSummary,
    /// Accepted rows by split.
    pub rows: [u64; 3],
    /// Sums of the labels by split.
    pub label_sums: [f64; 3],
    pub dense: Vec<DenseGatherer>,
    pub sparse: Vec<SparseGatherer>,
    /// For each field, how often each marker of a missing value was found.
    pub marked: Vec<Vec<u64>>,
}

impl Scan {
    pub fn accepted(&self) -> u64 {
        self.rows.iter().sum()
    }

    /// Reads every file once. Scratch files are created in `folder`.
    pub fn run(
        inputs: &Inputs,
        splitter: Splitter,
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
            dense: dense.collect(),
            sparse: sparse.collect(),
            marked: vec![Vec::new(); layout.names.len()],
        };
        let gather = |block: &RowBlock| scan.gather(layout, block);
        let summary = read_in_blocks(inputs, splitter, control, Phase::Scan, gather)?;
        Ok(Scan { summary, ..scan })
    }

    fn gather(&mut self, layout: &Layout, block: &RowBlock) -> Result<()> {
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
        let sparse = self.sparse.iter_mut().zip(&layout.sparse).zip(&block.sparse);
        for_each_in_parallel(sparse, |((gatherer, column), texts)| {
            for (split, text) in block.splits.iter().zip(texts.iter()) {
                gatherer.add(column, *split, text);
            }
            Ok(())
        })
    }
}
