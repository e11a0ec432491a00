//! Reads libsvm, libffm and libfm files: a label, and what features of the row are not 0.
//!
//! A row of libsvm and libfm is `label index:value …`, one of libffm `label field:index:value …`. The names of the columns say how
//! they are read: `feature_7` is the value of feature 7, which is 0 where the row does not name it; `features` are the numbers of
//! all features that the row has; `field_3` are those of field 3 of libffm, and `field_3_value` is the value of its only feature.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::arrow_values::ValueKind;
use super::block::TableBlock;
use super::items::Items;
use super::libsvm_lines::{SparseFormat, parts_of};
use super::long_lines::LineReader;
use super::{FileColumn, FileDescription, TableReader, WantedColumn};
use crate::error::Result;
use crate::source::{Content, read_error};

/// How many rows say what the columns are.
const DESCRIBED_ROWS: usize = 2000;
/// So many features or fewer with real values are a column each.
const MAX_DENSE: usize = 256;

/// What is seen of a field of libffm.
#[derive(Default)]
struct Field {
    indices: BTreeSet<u64>,
    is_repeated: bool,
    has_values: bool,
}

pub fn describe(path: &Path, content: Content, format: SparseFormat) -> Result<FileDescription> {
    let mut lines = LineReader::new(content);
    let mut text = Vec::new();
    let mut fields: BTreeMap<u64, Field> = BTreeMap::new();
    let mut has_query = false;
    let mut rows = 0;
    while rows < DESCRIBED_ROWS {
        let next = lines.next(&mut text).map_err(|error| read_error(path, &error))?;
        let Some((_, is_long)) = next else { break };
        rows += 1;
        let line = String::from_utf8_lossy(&text);
        let mut features = Vec::new();
        let Ok((_, query)) = parts_of(&line, format, &mut features) else {
            continue;
        };
        if is_long {
            continue;
        }
        has_query |= query.is_some();
        let mut seen = BTreeSet::new();
        for feature in &features {
            let field = fields.entry(feature.field).or_default();
            field.is_repeated |= !seen.insert(feature.field);
            field.has_values |= feature.value.parse() != Ok(1.0);
            field.indices.insert(feature.index);
        }
    }
    let mut columns = vec![FileColumn::new("label", ValueKind::Decimal)];
    if has_query {
        columns.push(FileColumn::new("qid", ValueKind::Integer));
    }
    let mut notes = Vec::new();
    match format {
        SparseFormat::Libsvm => {
            let Field {
                indices, has_values, ..
            } = fields.remove(&0).unwrap_or_default();
            if has_values && indices.len() <= MAX_DENSE {
                let names = indices.iter().map(|index| format!("feature_{index}"));
                columns.extend(names.map(|name| FileColumn::new(name, ValueKind::Decimal)));
                notes.push(format!(
                    "The {} features have values, so each is a column; a row that does not name one has 0 there.",
                    indices.len()
                ));
            } else {
                columns.push(FileColumn::list("features", ValueKind::Integer));
                let values = if has_values {
                    " Their values are left out: a list says which features a row has."
                } else {
                    ""
                };
                notes.push(format!(
                    "The numbers of the features that a row has are one list, because there are {}.{values}",
                    if has_values {
                        format!("{} of them", indices.len())
                    } else {
                        "no other values than 1".to_string()
                    }
                ));
            }
        }
        SparseFormat::Libffm => {
            for (number, field) in fields {
                let is_number = field.indices.len() == 1 && field.has_values && !field.is_repeated;
                columns.push(match (is_number, field.is_repeated) {
                    (true, _) => FileColumn::new(format!("field_{number}_value"), ValueKind::Decimal),
                    (false, true) => FileColumn::list(format!("field_{number}"), ValueKind::Integer),
                    (false, false) => FileColumn::new(format!("field_{number}"), ValueKind::Integer),
                });
                if field.has_values && !is_number {
                    notes.push(format!(
                        "Field {number} has {} features with values other than 1, which are left out: its column says which of them a row has.",
                        field.indices.len()
                    ));
                }
            }
        }
    }
    Ok(FileDescription {
        columns,
        notes,
        ..FileDescription::default()
    })
}

/// How a column is read.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Meaning {
    Label,
    Query,
    AllFeatures,
    /// The value of the feature with this index.
    Value(u64),
    /// The features of this field.
    Features(u64),
    /// The value of the feature of this field.
    FieldValue(u64),
}

fn meaning_of(name: &str) -> Option<Meaning> {
    match name {
        "label" => return Some(Meaning::Label),
        "qid" => return Some(Meaning::Query),
        "features" => return Some(Meaning::AllFeatures),
        _ => {}
    }
    if let Some(index) = name.strip_prefix("feature_") {
        return index.parse().ok().map(Meaning::Value);
    }
    let field = name.strip_prefix("field_")?;
    match field.strip_suffix("_value") {
        Some(field) => field.parse().ok().map(Meaning::FieldValue),
        None => field.parse().ok().map(Meaning::Features),
    }
}

pub struct SparseRows {
    path: PathBuf,
    format: SparseFormat,
    lines: LineReader<Content>,
    wanted: Vec<WantedColumn>,
    meanings: Vec<Option<Meaning>>,
    column_of: HashMap<Meaning, usize>,
    /// Whether features of libsvm are columns of their own.
    has_dense: bool,
    line: Vec<u8>,
}

impl SparseRows {
    pub fn open(path: &Path, content: Content, format: SparseFormat, wanted: &[WantedColumn]) -> Self {
        let meanings: Vec<_> = wanted.iter().map(|column| meaning_of(&column.name)).collect();
        let column_of = meanings
            .iter()
            .enumerate()
            .filter_map(|(at, meaning)| Some(((*meaning)?, at)));
        Self {
            path: path.to_path_buf(),
            format,
            lines: LineReader::new(content),
            wanted: wanted.to_vec(),
            column_of: column_of.collect(),
            has_dense: meanings
                .iter()
                .any(|meaning| matches!(meaning, Some(Meaning::Value(_)))),
            meanings,
            line: Vec::new(),
        }
    }

    fn add_row(&self, block: &mut TableBlock) {
        let Ok(line) = std::str::from_utf8(&self.line) else {
            return block.reject_text(&self.line, "the row is not valid UTF-8 text");
        };
        let mut found = Vec::new();
        let (label, query) = match parts_of(line, self.format, &mut found) {
            Ok(parts) => parts,
            Err(reason) => return block.reject_text(&self.line, reason),
        };
        let mut features: Vec<(usize, &str)> = Vec::with_capacity(found.len());
        for feature in &found {
            let is_present = feature.value.parse() != Ok(0.0);
            let (meanings, texts) = match self.format {
                SparseFormat::Libsvm => (
                    [Meaning::Value(feature.index), Meaning::AllFeatures],
                    [feature.value, feature.index_text],
                ),
                SparseFormat::Libffm => (
                    [
                        Meaning::FieldValue(feature.field),
                        Meaning::Features(feature.field),
                    ],
                    [feature.value, feature.index_text],
                ),
            };
            let columns = meanings.map(|meaning| self.column_of.get(&meaning));
            for (column, text) in columns.iter().zip(texts).filter(|_| is_present) {
                features.extend(column.map(|column| (*column, text)));
            }
            if is_present && self.has_dense && columns[0].is_none() {
                let index = feature.index;
                let reason = format!(
                    "feature {index} is none of the columns, which are the features of the first rows"
                );
                block.reject(None, reason);
            }
        }
        features.sort_by_key(|(column, _)| *column);
        let mut rest = &features[..];
        for (at, (meaning, wanted)) in self.meanings.iter().zip(&self.wanted).enumerate() {
            let count = rest.iter().take_while(|(column, _)| *column == at).count();
            let (own, others) = rest.split_at(count);
            rest = others;
            let mut items = Items::new(wanted.separator, true);
            block.field(|text| match meaning {
                Some(Meaning::Label) => {
                    text.extend_from_slice(label.strip_prefix('+').unwrap_or(label).as_bytes())
                }
                Some(Meaning::Query) => text.extend_from_slice(query.unwrap_or_default().as_bytes()),
                Some(Meaning::Value(_)) if own.is_empty() && wanted.needed => text.push(b'0'),
                _ => {
                    for (_, item) in own {
                        items.add(text, |text| text.extend_from_slice(item.as_bytes()));
                    }
                }
            });
            if own.len() > 1 && matches!(meaning, Some(Meaning::Value(_) | Meaning::FieldValue(_))) {
                block.reject(Some(at), "the row has this feature twice");
            }
            if own.len() > 1
                && matches!(meaning, Some(Meaning::Features(_)))
                && wanted.needed
                && wanted.separator.is_none()
            {
                block.reject(
                    Some(at),
                    "the row has several features of this field; make the column multi-valued",
                );
            }
        }
    }
}

impl TableReader for SparseRows {
    fn read(&mut self, block: &mut TableBlock) -> Result<bool> {
        while !block.is_full() {
            let next = self.lines.next(&mut self.line);
            let Some((number, is_long)) = next.map_err(|error| read_error(&self.path, &error))? else {
                return Ok(block.rows() > 0);
            };
            let is_blank = || {
                self.line
                    .split(|byte| *byte == b'#')
                    .next()
                    .is_none_or(|row| row.trim_ascii().is_empty())
            };
            if !is_long && is_blank() {
                continue;
            }
            block.begin(number);
            if is_long {
                block.reject(None, "the line is longer than 1.05 MB");
            } else {
                self.add_row(block);
            }
            block.end();
        }
        Ok(true)
    }
}
