//! The results of the scan for each column: statistics for the manifest, and what the writing needs.

use crate::control::{Control, Phase};
use crate::dense_statistics::{DenseGatherer, DenseStatistics};
use crate::error::{Error, ErrorCode, Result};
use crate::inputs::Inputs;
use crate::layout::{DenseColumn, Layout, SparseColumn};
use crate::manifest::{ColumnEntry, DenseEntry, FileEntry, SparseEntry};
use crate::output::{HashedFile, NewFolder};
use crate::scan::Scan;
use crate::sparse_statistics::{Numbering, SparseGatherer};
use crate::spec::Encoding;
use crate::top_rows::TopRows;
use crate::unknown_values::RowSet;

/// How many vocabulary values are written between two checks of the cancel flag.
const TICK_VALUES: u64 = 4096;

/// Each list in the order of the layout's columns.
#[derive(Default)]
pub struct Columns {
    pub dense: Vec<DenseStatistics>,
    /// What the noted numbers of the sparse columns' values are.
    pub numberings: Vec<Numbering>,
    pub dense_entries: Vec<DenseEntry>,
    pub sparse_entries: Vec<SparseEntry>,
    /// For a column that is encoded without a vocabulary like that of another dataset: the table rows that the other
    /// dataset's training rows use.
    pub trained: Vec<Option<RowSet>>,
    /// The most frequent training values of each sparse column with their table rows, by descending count. With a vocabulary,
    /// values that are too rare for it are left out.
    pub top_rows: Vec<Vec<(String, u32)>>,
    /// Vocabularies written.
    pub files: Vec<FileEntry>,
}

impl Columns {
    /// Finishes the scan's gatherers and writes the vocabularies into `folder`.
    pub fn finish(
        scan: &mut Scan,
        inputs: &Inputs,
        control: &mut Control<'_>,
        folder: &NewFolder,
    ) -> Result<Self> {
        let layout = &inputs.layout;
        let accepted = scan.accepted() as f64;
        let marked = std::mem::take(&mut scan.marked);
        let mut tick = || control.tick(Phase::Scan, scan.summary.rows, scan.summary.rejected.count);
        let mut columns = Self::default();
        for (index, gatherer) in std::mem::take(&mut scan.dense).into_iter().enumerate() {
            tick()?;
            let column = &layout.dense[index];
            columns.add_dense(column, gatherer, accepted, &marked[column.field])?;
        }
        let gatherers = std::mem::take(&mut scan.sparse).into_iter().zip(&scan.values);
        for (column, (gatherer, values)) in layout.sparse.iter().zip(gatherers) {
            columns.add_sparse(column, gatherer, accepted, folder, &mut tick)?;
            if let Some(entry) = columns.sparse_entries.last_mut() {
                entry.missing_texts = column.markers.with_counts(&marked[column.field]);
                if column.multi_valued {
                    entry.mean_values = *values as f64 / accepted;
                }
            }
        }
        Ok(columns)
    }

    /// Sets the histograms, which the writing has counted.
    pub fn set_histograms(&mut self, histograms: Vec<Vec<u64>>) {
        for (entry, histogram) in self.dense_entries.iter_mut().zip(histograms) {
            entry.histogram = histogram;
        }
    }

    /// The manifest's entries in file order.
    pub fn entries(self, layout: &Layout) -> Vec<ColumnEntry> {
        let mut entries = Vec::with_capacity(layout.names.len());
        for (column, entry) in layout.dense.iter().zip(self.dense_entries) {
            entries.push((column.position, ColumnEntry::Dense(entry)));
        }
        for (column, entry) in layout.sparse.iter().zip(self.sparse_entries) {
            let entry = match column.multi_valued {
                true => ColumnEntry::MultiValued(entry),
                false => ColumnEntry::Sparse(entry),
            };
            entries.push((column.position, entry));
        }
        entries.sort_by_key(|(position, _)| *position);
        entries.into_iter().map(|(_, entry)| entry).collect()
    }

    fn add_dense(
        &mut self,
        column: &DenseColumn,
        gatherer: DenseGatherer,
        accepted: f64,
        marked: &[u64],
    ) -> Result<()> {
        let missing_share = gatherer.missing as f64 / accepted;
        let missing_training_rows = Some(gatherer.training_missing);
        let statistics = gatherer.finish()?;
        self.dense_entries.push(DenseEntry {
            name: column.name.clone(),
            settings: column.settings,
            derived: column.derived.as_ref().map(|derived| derived.described.clone()),
            missing_share,
            missing_texts: column.markers.with_counts(marked),
            missing_training_rows,
            mean: statistics.mean,
            standard_deviation: statistics.standard_deviation,
            scale: Some(statistics.scale),
            median: statistics.median,
            percentiles: statistics.percentiles.clone(),
            minimum: statistics.minimum,
            maximum: statistics.maximum,
            histogram: Vec::new(),
        });
        self.dense.push(statistics);
        Ok(())
    }

    fn add_sparse(
        &mut self,
        column: &SparseColumn,
        gatherer: SparseGatherer,
        accepted: f64,
        folder: &NewFolder,
        tick: &mut impl FnMut() -> Result<()>,
    ) -> Result<()> {
        let (top_values, coverage) = gatherer.frequencies();
        let missing_share = gatherer.missing as f64 / accepted;
        let mut file = match column.settings.encoding {
            Encoding::Vocabulary { .. } => Some(HashedFile::create(
                folder.path(),
                vocabulary_name(column.position),
            )?),
            Encoding::Hash { .. } | Encoding::Index { .. } => None,
        };
        let mut rows = TopRows::new(&top_values);
        let mut seen = 0_u64;
        let numbering = gatherer.finish(|value| {
            seen += 1;
            rows.visit(value);
            if seen.is_multiple_of(TICK_VALUES) {
                tick()?;
            }
            file.as_mut()
                .map_or(Ok(()), |file| file.write(&json_line(value)?))
        })?;
        self.files.extend(file.map(HashedFile::finish).transpose()?);
        self.sparse_entries.push(SparseEntry {
            name: column.name.clone(),
            settings: column.settings.clone(),
            identifies: column.identifies,
            derived: column.derived.as_ref().map(|derived| derived.described.clone()),
            cardinality: numbering.cardinality(),
            missing_share,
            missing_texts: Vec::new(),
            mean_values: 1.0,
            top_values,
            coverage,
        });
        self.top_rows.push(rows.finish(column.settings.encoding));
        self.numberings.push(numbering);
        Ok(())
    }
}

/// The file name of a vocabulary, from the position of its column in the manifest.
pub fn vocabulary_name(position: usize) -> String {
    format!("vocabulary-{position}.jsonl")
}

/// A value as a JSON string and a line break.
fn json_line(value: &[u8]) -> Result<Vec<u8>> {
    let text = String::from_utf8_lossy(value);
    let mut line = serde_json::to_vec(&text).map_err(|error| {
        Error::new(
            ErrorCode::Internal,
            format!("A value could not be written: {error}."),
        )
    })?;
    line.push(b'\n');
    Ok(line)
}
