//! The second pass: writes every accepted row into its part.

use std::path::Path;

use crate::control::{Control, Phase};
use crate::dense_statistics::{DenseStatistics, HISTOGRAM_BINS};
use crate::error::Result;
use crate::inputs::{Inputs, PassSummary, RowVisitor};
use crate::layout::Layout;
use crate::manifest::FileEntry;
use crate::output::PartWriter;
use crate::records::Fields;
use crate::row::{Rejection, RowValues, read_row, text_of};
use crate::sparse_statistics::Encoder;
use crate::split::{Part, Splitter};

/// What the second pass leaves behind.
pub struct Written {
    pub summary: PassSummary,
    pub files: Vec<FileEntry>,
    /// Training rows in each bin, by dense column.
    pub histograms: Vec<Vec<u64>>,
}

/// Reads every file once more and writes the parts' files into `folder`.
pub fn write_parts(
    inputs: &Inputs,
    splitter: Splitter,
    dense: &[DenseStatistics],
    encoders: &[Encoder],
    control: &mut Control<'_>,
    folder: &Path,
) -> Result<Written> {
    let layout = &inputs.layout;
    let bags = layout.sparse.iter().filter(|column| column.multi_valued).count();
    let parts = Part::ALL
        .into_iter()
        .map(|part| PartWriter::create(folder, part, bags));
    let mut visitor = Writing {
        layout,
        splitter,
        dense,
        encoders,
        parts: parts.collect::<Result<_>>()?,
        histograms: vec![vec![0; HISTOGRAM_BINS]; dense.len()],
        values: RowValues::default(),
        record: Vec::with_capacity(layout.record_bytes()),
        bags: vec![Vec::new(); bags],
    };
    let summary = inputs.pass(control, Phase::Write, &mut visitor)?;
    let mut files = Vec::new();
    for part in visitor.parts {
        control.tick(Phase::Finish, summary.rows, summary.rejected.count)?;
        part.finish(&mut files)?;
    }
    Ok(Written {
        summary,
        files,
        histograms: visitor.histograms,
    })
}

struct Writing<'a> {
    layout: &'a Layout,
    splitter: Splitter,
    dense: &'a [DenseStatistics],
    encoders: &'a [Encoder],
    parts: Vec<PartWriter>,
    histograms: Vec<Vec<u64>>,
    values: RowValues,
    record: Vec<u8>,
    bags: Vec<Vec<u32>>,
}

impl Writing<'_> {
    fn encode_dense(&mut self, training: bool) {
        let columns = self.dense.iter().zip(&mut self.histograms);
        for ((statistics, histogram), value) in columns.zip(&self.values.dense) {
            let filled = statistics.filled(*value);
            if training {
                histogram[statistics.bin(filled)] += 1;
            }
            self.record
                .extend_from_slice(&statistics.transformed(filled).to_le_bytes());
        }
    }

    fn encode_sparse(&mut self, fields: &Fields<'_>) {
        let mut bags = self.bags.iter_mut();
        for (column, encoder) in self.layout.sparse.iter().zip(self.encoders) {
            let text = text_of(fields, column.field);
            if column.multi_valued {
                if let Some(bag) = bags.next() {
                    bag.clear();
                    column.for_each_value(text, |value| bag.push(encoder.index_of(value)));
                }
            } else {
                let mut index = 0;
                column.for_each_value(text, |value| index = encoder.index_of(value));
                self.record.extend_from_slice(&index.to_le_bytes());
            }
        }
    }
}

impl RowVisitor for Writing<'_> {
    fn visit(&mut self, index: u64, fields: &Fields<'_>) -> Result<std::result::Result<(), Rejection>> {
        let part = self.splitter.part_of(index, fields);
        let part = match read_row(fields, self.layout, &mut self.values).and(part) {
            Ok(part) => part,
            Err(rejection) => return Ok(Err(rejection)),
        };
        self.record.clear();
        self.record.extend_from_slice(&self.values.label.to_le_bytes());
        self.encode_dense(part == Part::Train);
        self.encode_sparse(fields);
        self.parts[part as usize].write_row(&self.record, &self.bags)?;
        Ok(Ok(()))
    }
}
