//! The first pass: checks every row and gathers what the second one needs.

use std::path::Path;

use crate::control::{Control, Phase};
use crate::dense_statistics::DenseGatherer;
use crate::error::Result;
use crate::inputs::{Inputs, PassSummary, RowVisitor};
use crate::layout::Layout;
use crate::records::Fields;
use crate::row::{Rejection, RowValues, read_row, text_of};
use crate::sparse_statistics::SparseGatherer;
use crate::split::{Part, Splitter};

/// Distinct dense values counted in memory, over all columns and for one.
const ALL_VALUES_IN_MEMORY: usize = 1 << 22;
const VALUES_IN_MEMORY: std::ops::RangeInclusive<usize> = (1 << 12)..=(1 << 18);

/// What the scan found.
pub struct Scan {
    pub summary: PassSummary,
    /// Accepted rows by part.
    pub rows: [u64; 3],
    /// Sums of the labels by part.
    pub label_sums: [f64; 3],
    pub dense: Vec<DenseGatherer>,
    /// Accepted rows without a value, by dense column.
    pub dense_missing: Vec<u64>,
    pub sparse: Vec<SparseGatherer>,
}

impl Scan {
    pub fn accepted(&self) -> u64 {
        self.rows.iter().sum()
    }

    /// Reads every file once. `folder` takes scratch files.
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
        let sparse = layout.sparse.iter();
        let mut visitor = Scanning {
            layout,
            splitter,
            values: RowValues::default(),
            scan: Scan {
                summary: PassSummary::default(),
                rows: [0; 3],
                label_sums: [0.0; 3],
                dense: dense.collect(),
                dense_missing: vec![0; layout.dense.len()],
                sparse: sparse
                    .map(|column| SparseGatherer::new(column.settings.encoding))
                    .collect(),
            },
        };
        let summary = inputs.pass(control, Phase::Scan, &mut visitor)?;
        Ok(Scan {
            summary,
            ..visitor.scan
        })
    }
}

struct Scanning<'a> {
    layout: &'a Layout,
    splitter: Splitter,
    values: RowValues,
    scan: Scan,
}

impl RowVisitor for Scanning<'_> {
    fn visit(&mut self, index: u64, fields: &Fields<'_>) -> Result<std::result::Result<(), Rejection>> {
        // The split counts rows, so it sees those that turn out bad as well.
        let part = self.splitter.part_of(index, fields);
        let part = match read_row(fields, self.layout, &mut self.values).and(part) {
            Ok(part) => part as usize,
            Err(rejection) => return Ok(Err(rejection)),
        };
        let scan = &mut self.scan;
        scan.rows[part] += 1;
        scan.label_sums[part] += f64::from(self.values.label);
        for (column, value) in self.values.dense.iter().enumerate() {
            scan.dense_missing[column] += u64::from(value.is_nan());
            if part == Part::Train as usize {
                scan.dense[column].add(*value)?;
            }
        }
        for (column, gatherer) in self.layout.sparse.iter().zip(&mut scan.sparse) {
            gatherer.add(column, text_of(fields, column.field), part);
        }
        Ok(Ok(()))
    }
}
