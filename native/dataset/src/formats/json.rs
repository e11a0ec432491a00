//! Reads JSON files whose records are objects.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::arrow_values::ValueKind;
use super::block::TableBlock;
use super::items::Items;
use super::json_fields::{Scalar, visit_fields};
use super::json_values::{JsonValues, shape_of};
use super::{FileColumn, FileDescription, START_BYTES, TableReader, WantedColumn, start_of};
use crate::error::{Error, ErrorCode, Result};
use crate::source::{Content, read_error};

/// How many records say what the columns are.
const DESCRIBED_RECORDS: usize = 2000;

/// The columns that the first records have, in the order in which they appear.
pub fn describe(path: &Path, content: Content) -> Result<FileDescription> {
    let mut values = open(path, content)?;
    let mut columns: Vec<FileColumn> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut text = Vec::new();
    let mut fault = None;
    for _ in 0..DESCRIBED_RECORDS {
        let next = values.next(&mut text).map_err(|error| read_error(path, &error))?;
        let Some((line, is_long)) = next else { break };
        if is_long {
            continue;
        }
        let outcome = visit_fields(&text, &mut |path, value, in_list| {
            let kind = kind_of(&value);
            if let Some(at) = known.get(path) {
                let column = &mut columns[*at];
                column.list |= in_list;
                column.kind = common(column.kind, kind);
                return;
            }
            known.insert(path.to_string(), columns.len());
            columns.push(FileColumn {
                name: path.to_string(),
                kind,
                list: in_list,
            });
        });
        // Other records that are no JSON say nothing about the columns; an import rejects them.
        if let Err(reason) = outcome {
            fault.get_or_insert((line, reason));
        }
    }
    if let Some((line, reason)) = fault.filter(|_| columns.is_empty()) {
        let what = format!("row {line}: {reason}");
        return Err(Error::file(ErrorCode::InvalidArgument, path, what));
    }
    Ok(FileDescription {
        columns,
        ..FileDescription::default()
    })
}

fn open(path: &Path, content: Content) -> Result<JsonValues<Content>> {
    let (start, content) = start_of(content, START_BYTES).map_err(|error| read_error(path, &error))?;
    let one_a_line = shape_of(&String::from_utf8_lossy(&start)).unwrap_or(true);
    Ok(JsonValues::new(content, one_a_line))
}

fn kind_of(value: &Scalar<'_>) -> ValueKind {
    match value {
        Scalar::Text(_) => ValueKind::Text,
        Scalar::Plain("true" | "false") => ValueKind::Boolean,
        Scalar::Plain(number) if number.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E')) => {
            ValueKind::Decimal
        }
        Scalar::Plain(_) => ValueKind::Integer,
    }
}

/// What values of two kinds are together.
fn common(one: ValueKind, other: ValueKind) -> ValueKind {
    match (one, other) {
        _ if one == other => one,
        (ValueKind::Integer, ValueKind::Decimal) | (ValueKind::Decimal, ValueKind::Integer) => {
            ValueKind::Decimal
        }
        _ => ValueKind::Text,
    }
}

pub struct JsonRows {
    path: PathBuf,
    values: JsonValues<Content>,
    /// The separator of each multi-valued column.
    separators: Vec<Option<char>>,
    /// The column of a field by its path.
    column_of: HashMap<String, usize>,
    record: Vec<u8>,
    /// The fields of the record that is being read.
    fields: Vec<RecordField>,
}

#[derive(Default)]
struct RecordField {
    text: Vec<u8>,
    items: Option<Items>,
    in_list: bool,
    is_repeated: bool,
}

impl JsonRows {
    pub fn open(path: &Path, content: Content, wanted: &[WantedColumn]) -> Result<Self> {
        let needed = wanted.iter().enumerate().filter(|(_, column)| column.needed);
        Ok(Self {
            path: path.to_path_buf(),
            values: open(path, content)?,
            separators: wanted.iter().map(|column| column.separator).collect(),
            column_of: needed.map(|(at, column)| (column.name.clone(), at)).collect(),
            record: Vec::new(),
            fields: wanted.iter().map(|_| RecordField::default()).collect(),
        })
    }

    /// Reads the record's fields.
    fn read_fields(&mut self) -> std::result::Result<(), Cow<'static, str>> {
        for field in &mut self.fields {
            field.text.clear();
            (field.items, field.in_list, field.is_repeated) = (None, false, false);
        }
        let Self {
            fields,
            column_of,
            separators,
            ..
        } = self;
        visit_fields(&self.record, &mut |path, value, in_list| {
            let Some(&at) = column_of.get(path) else { return };
            let field = &mut fields[at];
            field.is_repeated |= field.items.is_some() && !(in_list && field.in_list);
            field.in_list = in_list;
            let items = field
                .items
                .get_or_insert_with(|| Items::new(separators[at], in_list));
            items.add(&mut field.text, |text| {
                text.extend_from_slice(value.text().as_bytes())
            });
        })
    }
}

impl TableReader for JsonRows {
    fn read(&mut self, block: &mut TableBlock) -> Result<bool> {
        while !block.is_full() {
            let next = self.values.next(&mut self.record);
            let Some((line, is_long)) = next.map_err(|error| read_error(&self.path, &error))? else {
                return Ok(block.rows() > 0);
            };
            block.begin(line);
            let outcome = if is_long {
                Err(Cow::Borrowed("the record is longer than 1.05 MB"))
            } else {
                self.read_fields()
            };
            match outcome {
                Err(reason) => block.reject_text(&self.record, reason),
                Ok(()) => {
                    for (at, field) in self.fields.iter_mut().enumerate() {
                        block.field(|text| text.extend_from_slice(&field.text));
                        if field.is_repeated {
                            block.reject(Some(at), "the record has this field twice");
                        }
                        if let Some(reason) = field.items.take().and_then(Items::fault) {
                            block.reject(Some(at), reason);
                        }
                    }
                }
            }
            block.end();
        }
        Ok(true)
    }
}
