//! The columns and first rows of a file, as a preview shows them.

use serde::{Deserialize, Serialize};

use super::block::TableBlock;
use super::items::USUAL_SEPARATOR;
use super::table_stream::guarded;
use super::{FileColumn, ValueKind, WantedColumn, describe, detect, open};
use crate::error::Result;
use crate::records::Content;
use crate::sample::TextRecord;
use crate::source::Source;
use crate::spec::TableFormat;

/// What may separate the items of lists, the most usual first; the last is a sign that no text has.
const SEPARATORS: [char; 6] = [USUAL_SEPARATOR, ' ', ',', ';', '/', '\u{1f}'];

/// How a file is previewed.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct TableOptions {
    /// By the file's content if absent.
    #[serde(default)]
    pub format: Option<TableFormat>,
    /// At most this many rows are read.
    pub limit: usize,
}

/// A column as a preview shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct PreviewColumn {
    pub name: String,
    pub kind: ValueKind,
    /// What separates the items of a list; absent if the column has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separator: Option<char>,
}

/// The beginning of a file that is no delimited text.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct TablePreview {
    pub format: TableFormat,
    /// What the file is compressed by, as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compression: Option<String>,
    pub columns: Vec<PreviewColumn>,
    pub records: Vec<TextRecord>,
    /// Sentences about how the file is read.
    pub notes: Vec<String>,
}

/// The columns and first rows of a file, or `None` if it is delimited text.
///
/// # Errors
/// InvalidArgument, NotFound, Io or Corrupt that names the file.
pub fn preview_table(source: &Source, options: &TableOptions) -> Result<Option<TablePreview>> {
    let Some(format) = options
        .format
        .map_or_else(|| detect(source), |format| Ok(Some(format)))?
    else {
        return Ok(None);
    };
    let description = guarded(source, format, || describe(source, format))?;
    let (records, items) = guarded(source, format, || {
        first_rows(source, format, &description.columns, options.limit)
    })?;
    let separator = SEPARATORS
        .into_iter()
        .find(|sign| !items.iter().any(|item| item.contains(*sign)))
        .unwrap_or('\u{1f}');
    let shown = |mut record: TextRecord| {
        for (field, column) in record.fields.iter_mut().zip(&description.columns) {
            if column.list {
                *field = field.replace(BETWEEN_ITEMS, &separator.to_string());
            }
        }
        record
    };
    let columns = description.columns.iter().map(|column| PreviewColumn {
        name: column.name.clone(),
        kind: column.kind,
        separator: column.list.then_some(separator),
    });
    let mut notes = description.notes.clone();
    if !description.left_out.is_empty() {
        notes.push(format!(
            "Left out, because their values are neither numbers, text, times nor lists of them: {}.",
            description.left_out.join(", ")
        ));
    }
    Ok(Some(TablePreview {
        format,
        compression: source.compression().map(str::to_string),
        columns: columns.collect(),
        records: records.into_iter().map(shown).collect(),
        notes,
    }))
}

/// A sign that separates items until it is known which one none of them has.
const BETWEEN_ITEMS: char = '\u{1f}';

/// The first rows, and the items of their lists.
fn first_rows(
    source: &Source,
    format: TableFormat,
    columns: &[FileColumn],
    limit: usize,
) -> Result<(Vec<TextRecord>, Vec<String>)> {
    let wanted: Vec<WantedColumn> = columns
        .iter()
        .map(|column| WantedColumn {
            name: column.name.clone(),
            separator: column.list.then_some(BETWEEN_ITEMS),
            needed: true,
        })
        .collect();
    let mut reader = open(
        source,
        format,
        &wanted,
        || source.content(Default::default()),
        Default::default(),
    )?;
    let mut records = Vec::new();
    let mut items = Vec::new();
    let mut block = TableBlock::default();
    while records.len() < limit && reader.read(&mut block)? {
        for row in 0..block.rows().min(limit - records.len()) {
            let Some(record) = block.record(row) else { break };
            let fields: Option<Vec<String>> = match &record.content {
                Content::Malformed { .. } => None,
                Content::Fields(fields) => Some(
                    fields
                        .iter()
                        .map(|field| String::from_utf8_lossy(field).into_owned())
                        .collect(),
                ),
            };
            for (field, _) in fields
                .iter()
                .flatten()
                .zip(columns)
                .filter(|(_, column)| column.list)
            {
                items.extend(field.split(BETWEEN_ITEMS).map(str::to_string));
            }
            records.push(TextRecord {
                line: record.line,
                malformed: fields.is_none(),
                fields: fields.unwrap_or_default(),
                quoted: 0,
            });
        }
        block.clear();
    }
    Ok((records, items))
}
