//! Encodes new files like those of a prepared dataset, with its vocabularies, fill values, means and deviations.

use std::io::{BufRead, BufReader};
use std::path::Path;

use crate::columns::{Columns, vocabulary_name};
use crate::dense_statistics::DenseStatistics;
use crate::error::{Error, ErrorCode, Result};
use crate::layout::Layout;
use crate::manifest::{ColumnEntry, SparseEntry};
use crate::reader::Dataset;
use crate::regular_file::open_regular;
use crate::sparse_statistics::{Encoder, Numbering};
use crate::spec::Encoding;
use crate::unknown_values::{RowSet, training_rows};
use crate::vocabulary::ValueMap;

/// The statistics that the dataset in `folder` has for the layout's columns, and the encoders of its sparse columns.
///
/// # Errors
/// InvalidArgument if it has no such column, or one with other settings. NotFound, Io or Corrupt if it cannot be read.
pub fn columns_like(folder: &Path, layout: &Layout) -> Result<(Columns, Vec<Encoder>)> {
    let dataset = Dataset::open(folder)?;
    let known = &dataset.manifest().columns;
    let mut columns = Columns::default();
    let mut encoders = Vec::new();
    for column in &layout.dense {
        let entry = known.iter().find_map(|entry| match entry {
            ColumnEntry::Dense(entry) if entry.name == column.name => Some(entry),
            _ => None,
        });
        let entry = entry.filter(|entry| entry.settings == column.settings);
        let entry = entry.ok_or_else(|| unlike(folder, &column.name))?;
        columns.dense.push(DenseStatistics::of_entry(entry));
        columns.dense_entries.push(entry.clone());
    }
    for column in &layout.sparse {
        let position = known.iter().enumerate().find_map(|(position, entry)| {
            match entry {
                ColumnEntry::Sparse(entry) if !column.multi_valued => Some((position, entry)),
                ColumnEntry::MultiValued(entry) if column.multi_valued => Some((position, entry)),
                _ => None,
            }
            .filter(|(_, entry)| entry.name == column.name && entry.settings == column.settings)
        });
        let (position, entry) = position.ok_or_else(|| unlike(folder, &column.name))?;
        encoders.push(encoder(folder, position, entry)?);
        columns.numberings.push(Numbering::TableRows {
            size: u32::try_from(entry.cardinality).unwrap_or(u32::MAX),
        });
        columns.sparse_entries.push(entry.clone());
    }
    columns.trained = trained_rows(&dataset, &columns.sparse_entries)?;
    Ok((columns, encoders))
}

/// The table rows that the dataset's training rows use, for columns without a vocabulary.
fn trained_rows(dataset: &Dataset, entries: &[SparseEntry]) -> Result<Vec<Option<RowSet>>> {
    let by_row = |entry: &&SparseEntry| !matches!(entry.settings.encoding, Encoding::Vocabulary { .. });
    let names: Vec<String> = entries
        .iter()
        .filter(by_row)
        .map(|entry| entry.name.clone())
        .collect();
    let mut sets = training_rows(dataset, &names)?.into_iter();
    let set = |entry: &SparseEntry| by_row(&entry).then(|| sets.next()).flatten();
    Ok(entries.iter().map(set).collect())
}

fn unlike(folder: &Path, column: &str) -> Error {
    Error::argument(format!(
        "Column \"{column}\" is missing from the dataset in {}, or has different settings there.",
        folder.display()
    ))
}

fn encoder(folder: &Path, position: usize, entry: &SparseEntry) -> Result<Encoder> {
    match entry.settings.encoding {
        Encoding::Hash { size, seed } => Ok(Encoder::Hash { size, seed }),
        Encoding::Index { size } => Ok(Encoder::Index { size }),
        Encoding::Vocabulary { .. } => {
            let values = read_vocabulary(&folder.join(vocabulary_name(position)), entry.cardinality)?;
            Ok(Encoder::Vocabulary(values))
        }
    }
}

/// The values of a vocabulary file, numbered by their lines.
fn read_vocabulary(path: &Path, cardinality: u64) -> Result<ValueMap> {
    let corrupt = |what: String| Error::file(ErrorCode::Corrupt, path, what);
    let file = open_regular(path)?;
    let mut values = ValueMap::default();
    let mut number = 0;
    for line in BufReader::new(file).lines() {
        let line = line.map_err(|error| Error::io(path, &error))?;
        number += 1;
        let value: String = serde_json::from_str(&line)
            .map_err(|error| corrupt(format!("line {number} cannot be read as a value ({error})")))?;
        if values.note(value.as_bytes(), 0) + 1 != number {
            return Err(corrupt(format!(
                "line {number} repeats a value; import the data again"
            )));
        }
    }
    if values.len() as u64 + 1 != cardinality {
        return Err(corrupt(format!(
            "it has {number} values, but the manifest says {}; import the data again",
            cardinality.saturating_sub(1)
        )));
    }
    Ok(values)
}
