//! Which values of the validation and test rows training has not seen: a vocabulary's are those without a row of their
//! own, a hashed or given index's those whose row no training value has.

use std::collections::HashMap;

use batch::Batch;
use foldhash::fast::FixedState;

use crate::error::{Error, ErrorCode, Result};
use crate::gather::Selection;
use crate::manifest::{ColumnEntry, Manifest, SparseEntry, UnknownCount, UnknownEntry};
use crate::reader::Dataset;
use crate::spec::Encoding;
use crate::split::Part;

/// Rows that are looked at together.
const BLOCK: usize = 8192;

/// A set of table rows.
#[derive(Clone, Debug, Default)]
pub struct RowSet {
    words: Vec<u64>,
}

impl RowSet {
    pub fn insert(&mut self, row: u32) {
        let word = row as usize / 64;
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= 1 << (row % 64);
    }

    pub fn contains(&self, row: u32) -> bool {
        let word = self.words.get(row as usize / 64).copied().unwrap_or(0);
        word >> (row % 64) & 1 == 1
    }
}

/// Counts a column's values by part while they are encoded. Training rows may come after those of the other parts.
#[derive(Debug, Default)]
pub struct UnknownCounter {
    /// None of a vocabulary, whose row 0 says it.
    seen: Option<RowSet>,
    values: [u64; 3],
    unknown: [u64; 3],
    /// Rows of the other parts' values, until all training rows are known.
    others: [HashMap<u32, u64, FixedState>; 3],
}

impl UnknownCounter {
    /// `seen` are the rows that are known to be trained before the first value comes.
    pub fn new(encoding: Encoding, seen: Option<RowSet>) -> Self {
        let seen = match encoding {
            Encoding::Vocabulary { .. } => None,
            Encoding::Hash { .. } | Encoding::Index { .. } => Some(seen.unwrap_or_default()),
        };
        Self {
            seen,
            ..Self::default()
        }
    }

    /// Takes the row of a value, not of an empty field.
    pub fn add(&mut self, part: Part, row: u32) {
        self.values[part as usize] += 1;
        match &mut self.seen {
            None => self.unknown[part as usize] += u64::from(row == 0),
            Some(seen) if part == Part::Train => seen.insert(row),
            Some(_) => *self.others[part as usize].entry(row).or_insert(0) += 1,
        }
    }

    pub fn finish(self, column: &str) -> UnknownEntry {
        let count = |part: Part| {
            let later = self.seen.iter().flat_map(|seen| {
                let others = self.others[part as usize].iter();
                others
                    .filter(|(row, _)| !seen.contains(**row))
                    .map(|(_, count)| *count)
            });
            UnknownCount {
                values: self.values[part as usize],
                unknown: self.unknown[part as usize] + later.sum::<u64>(),
            }
        };
        UnknownEntry {
            column: column.to_string(),
            validation: count(Part::Validation),
            test: count(Part::Test),
        }
    }
}

/// The rows of the named columns' tables that the dataset's training rows look up, in the order of the names.
///
/// # Errors
/// InvalidArgument for an unknown column; Corrupt where an index is out of range.
pub fn training_rows(dataset: &Dataset, columns: &[String]) -> Result<Vec<RowSet>> {
    let mut sets = vec![RowSet::default(); columns.len()];
    if columns.is_empty() {
        return Ok(sets);
    }
    for_each_block(dataset, Part::Train, columns, |_, batch| {
        for (set, column) in sets.iter_mut().zip(&batch.columns) {
            column.indices.iter().for_each(|row| set.insert(*row));
        }
    })?;
    Ok(sets)
}

/// One byte a row of the part, 1 where one of the row's values in the named columns is unknown. An empty field has the
/// same row as an unknown value of a vocabulary: which of both it is taken for is what it is more often in the part.
///
/// # Errors
/// As `training_rows`.
pub fn unknown_rows(dataset: &Dataset, part: Part, columns: &[String]) -> Result<Vec<u8>> {
    let manifest = dataset.manifest();
    let entries = columns
        .iter()
        .map(|name| entry_of(manifest, name))
        .collect::<Result<Vec<_>>>()?;
    let by_row: Vec<String> = entries
        .iter()
        .filter(|entry| !matches!(entry.settings.encoding, Encoding::Vocabulary { .. }))
        .map(|entry| entry.name.clone())
        .collect();
    let mut sets = training_rows(dataset, &by_row)?.into_iter();
    let rows = dataset.part(part).rows;
    let trains = dataset.part(Part::Train).rows > 0;
    let zeros = zeros(dataset, part, columns)?;
    let known: Vec<Known> = entries
        .iter()
        .zip(zeros)
        .map(|(entry, zeros)| match entry.settings.encoding {
            Encoding::Vocabulary { .. } if zero_is_unknown(manifest, entry, part, zeros) => Known::AllButZero,
            Encoding::Vocabulary { .. } => Known::All,
            // A file that is encoded like a dataset has no training rows of its own.
            _ => sets.next().filter(|_| trains).map_or(Known::All, Known::Rows),
        })
        .collect();
    let mut flags = vec![0u8; rows];
    for_each_block(dataset, part, columns, |first, batch| {
        for (known, column) in known.iter().zip(&batch.columns) {
            for row in 0..batch.size {
                let range = match &column.offsets {
                    Some(offsets) => offsets[row] as usize..offsets[row + 1] as usize,
                    None => row..row + 1,
                };
                let unknown = column.indices[range].iter().any(|index| !known.contains(*index));
                flags[first + row] |= u8::from(unknown);
            }
        }
    })?;
    Ok(flags)
}

enum Known {
    All,
    AllButZero,
    Rows(RowSet),
}

impl Known {
    fn contains(&self, index: u32) -> bool {
        match self {
            Known::All => true,
            Known::AllButZero => index > 0,
            Known::Rows(rows) => rows.contains(index),
        }
    }
}

fn entry_of<'a>(manifest: &'a Manifest, name: &str) -> Result<&'a SparseEntry> {
    let mut sparse = manifest.columns.iter().filter_map(|column| match column {
        ColumnEntry::Dense(_) => None,
        ColumnEntry::Sparse(entry) | ColumnEntry::MultiValued(entry) => Some(entry),
    });
    sparse
        .find(|entry| entry.name == name)
        .ok_or_else(|| Error::argument(format!("The dataset has no sparse column named \"{name}\".")))
}

/// How often the named columns have index 0 in the part.
fn zeros(dataset: &Dataset, part: Part, columns: &[String]) -> Result<Vec<u64>> {
    let mut zeros = vec![0u64; columns.len()];
    for_each_block(dataset, part, columns, |_, batch| {
        for (zeros, column) in zeros.iter_mut().zip(&batch.columns) {
            *zeros += column.indices.iter().filter(|index| **index == 0).count() as u64;
        }
    })?;
    Ok(zeros)
}

fn zero_is_unknown(manifest: &Manifest, entry: &SparseEntry, part: Part, zeros: u64) -> bool {
    let counts = manifest
        .unknown_values
        .iter()
        .find(|counts| counts.column == entry.name);
    match (counts, part) {
        (Some(counts), Part::Validation) => 2 * counts.validation.unknown >= zeros.max(1),
        (Some(counts), Part::Test) => 2 * counts.test.unknown >= zeros.max(1),
        // A dataset of an older version does not say.
        _ => entry.missing_share == 0.0,
    }
}

fn for_each_block(
    dataset: &Dataset,
    part: Part,
    columns: &[String],
    mut each: impl FnMut(usize, &Batch),
) -> Result<()> {
    let selection = Selection::new(dataset.manifest(), &[], columns)?;
    let files = dataset.part(part);
    let mut batch = Batch::default();
    for first in (0..files.rows).step_by(BLOCK) {
        let rows = first..(first + BLOCK).min(files.rows);
        selection
            .gather(files, rows, &mut batch)
            .map_err(|message| Error::new(ErrorCode::Corrupt, message))?;
        each(first, &batch);
    }
    Ok(())
}
