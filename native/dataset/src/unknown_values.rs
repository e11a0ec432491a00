//! Finds the values of validation and test rows that training has not seen. In a vocabulary these are the values without a
//! table row of their own. With hashing or given indices they are those whose table row no training value has.

use std::collections::HashMap;

use batch::Batch;
use foldhash::fast::FixedState;

use crate::error::{Error, ErrorCode, Result};
use crate::gather::Selection;
use crate::manifest::{ColumnEntry, Manifest, SparseEntry, UnknownCount, UnknownEntry};
use crate::reader::Dataset;
use crate::spec::Encoding;
use crate::split::Split;

/// How many rows are read together.
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

/// Counts a column's values in each split while they are encoded. Training rows may come after those of other splits.
#[derive(Debug, Default)]
pub struct UnknownCounter {
    /// The table rows of training values. None for a vocabulary, in which row 0 is that of all unknown values.
    seen: Option<RowSet>,
    values: [u64; 3],
    unknown: [u64; 3],
    /// How often values of the other splits have each table row, until all training rows are known.
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
    pub fn add(&mut self, split: Split, row: u32) {
        self.values[split as usize] += 1;
        match &mut self.seen {
            None => self.unknown[split as usize] += u64::from(row == 0),
            Some(seen) if split == Split::Train => seen.insert(row),
            Some(_) => *self.others[split as usize].entry(row).or_insert(0) += 1,
        }
    }

    pub fn finish(self, column: &str) -> UnknownEntry {
        let count = |split: Split| {
            let later = self.seen.iter().flat_map(|seen| {
                let others = self.others[split as usize].iter();
                others
                    .filter(|(row, _)| !seen.contains(**row))
                    .map(|(_, count)| *count)
            });
            UnknownCount {
                values: self.values[split as usize],
                unknown: self.unknown[split as usize] + later.sum::<u64>(),
            }
        };
        UnknownEntry {
            column: column.to_string(),
            validation: count(Split::Validation),
            test: count(Split::Test),
        }
    }
}

/// The table rows that the dataset's training rows use in each of the named columns.
///
/// # Errors
/// InvalidArgument for an unknown column, Corrupt if an index is out of range.
pub fn training_rows(dataset: &Dataset, columns: &[String]) -> Result<Vec<RowSet>> {
    let mut sets = vec![RowSet::default(); columns.len()];
    if columns.is_empty() {
        return Ok(sets);
    }
    for_each_block(dataset, Split::Train, columns, |_, batch| {
        for (set, column) in sets.iter_mut().zip(&batch.columns) {
            column.indices.iter().for_each(|row| set.insert(*row));
        }
    })?;
    Ok(sets)
}

/// One byte for each row of the split, which is 1 if a value of the row in the named columns is unknown. In a vocabulary an
/// empty field has the same table row as an unknown value. Both count as what is more frequent in the split.
///
/// # Errors
/// Those of `training_rows`.
pub fn unknown_rows(dataset: &Dataset, split: Split, columns: &[String]) -> Result<Vec<u8>> {
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
    let rows = dataset.split(split).rows;
    let trains = dataset.split(Split::Train).rows > 0;
    let zeros = zeros(dataset, split, columns)?;
    let known: Vec<Known> = entries
        .iter()
        .zip(zeros)
        .map(|(entry, zeros)| match entry.settings.encoding {
            Encoding::Vocabulary { .. } if zero_is_unknown(manifest, entry, split, zeros) => {
                Known::AllButZero
            }
            Encoding::Vocabulary { .. } => Known::All,
            // A file that is encoded like a dataset has no training rows of its own.
            _ => sets.next().filter(|_| trains).map_or(Known::All, Known::Rows),
        })
        .collect();
    let mut flags = vec![0u8; rows];
    for_each_block(dataset, split, columns, |first, batch| {
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

/// How often the named columns have index 0 in the split.
fn zeros(dataset: &Dataset, split: Split, columns: &[String]) -> Result<Vec<u64>> {
    let mut zeros = vec![0u64; columns.len()];
    for_each_block(dataset, split, columns, |_, batch| {
        for (zeros, column) in zeros.iter_mut().zip(&batch.columns) {
            *zeros += column.indices.iter().filter(|index| **index == 0).count() as u64;
        }
    })?;
    Ok(zeros)
}

fn zero_is_unknown(manifest: &Manifest, entry: &SparseEntry, split: Split, zeros: u64) -> bool {
    let counts = manifest
        .unknown_values
        .iter()
        .find(|counts| counts.column == entry.name);
    match (counts, split) {
        (Some(counts), Split::Validation) => 2 * counts.validation.unknown >= zeros.max(1),
        (Some(counts), Split::Test) => 2 * counts.test.unknown >= zeros.max(1),
        // A dataset of an older version does not say.
        _ => entry.missing_share == 0.0,
    }
}

fn for_each_block(
    dataset: &Dataset,
    split: Split,
    columns: &[String],
    mut each: impl FnMut(usize, &Batch),
) -> Result<()> {
    let selection = Selection::new(dataset.manifest(), &[], columns)?;
    let files = dataset.split(split);
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
