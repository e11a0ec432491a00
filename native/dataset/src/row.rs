//! Converts a record to checked values, or says why it is rejected.

use std::borrow::Cow;

use crate::dialect::Fields;
use crate::excerpt::quoted_excerpt;
use crate::fields::parse_dense;
use crate::labels::parse_label;
use crate::layout::{FieldCheck, Layout, SparseColumn, ValueCheck};
use crate::spec::Missing;
use crate::text_encoding::TextEncoding;

/// Why a row is rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The field's number, or `None` if the row as a whole is wrong.
    pub field: Option<usize>,
    pub reason: Cow<'static, str>,
}

impl Rejection {
    pub fn of_field(field: usize, reason: impl Into<Cow<'static, str>>) -> Self {
        Self {
            field: Some(field),
            reason: reason.into(),
        }
    }
}

/// The checked numbers of one row. Its texts are read from the record.
#[derive(Debug, Default)]
pub struct RowValues {
    pub label: f32,
    /// One value for each dense column, which is NaN if the field is empty.
    pub dense: Vec<f64>,
    /// Nanoseconds since 1970 of each column of times, unless the time is missing or a plain number.
    pub times: Vec<Option<i64>>,
}

/// A record of the right shape: one field a column, all of them text.
#[derive(Clone, Copy, Debug)]
pub struct RowText<'a> {
    pub text: &'a str,
    ranges: &'a [(usize, usize)],
}

impl<'a> RowText<'a> {
    /// # Errors
    /// The first field at fault, from the left.
    pub fn new(fields: &Fields<'a>, layout: &Layout) -> Result<Self, Rejection> {
        let count = fields.ranges.len();
        let columns = layout.names.len();
        let is_ragged =
            count < columns && layout.fills_short_rows || count > columns && layout.cuts_long_rows;
        let ends_in_delimiters =
            || count > columns && (columns..count).all(|field| fields.get(field).trim_ascii().is_empty());
        if count != columns && !is_ragged && !(layout.trailing_delimiter && ends_in_delimiters()) {
            let plural = if count == 1 { "field" } else { "fields" };
            let reason = format!("the row has {count} {plural}; {columns} are expected");
            return Err(Rejection {
                field: None,
                reason: reason.into(),
            });
        }
        match std::str::from_utf8(fields.text) {
            Ok(text) if memchr::memchr(0, fields.text).is_none() => Ok(Self {
                text,
                ranges: fields.ranges,
            }),
            _ => Err(no_text(fields, layout.encoding)),
        }
    }

    pub fn get(&self, field: usize) -> &'a str {
        // A short row's missing fields are empty.
        self.ranges
            .get(field)
            .map_or("", |(start, end)| &self.text[*start..*end])
    }
}

/// The first field that is not text.
fn no_text(fields: &Fields<'_>, encoding: TextEncoding) -> Rejection {
    let reason = match encoding {
        TextEncoding::Utf8 => "the field is not valid UTF-8 text; if the file is in another encoding, import it with that encoding".to_string(),
        other => format!("the field has bytes that are no character in {}", other.name()),
    };
    for field in 0..fields.ranges.len() {
        let bytes = fields.get(field);
        if memchr::memchr(0, bytes).is_some() {
            return Rejection::of_field(field, "the field contains a NUL byte");
        }
        if std::str::from_utf8(bytes).is_err() {
            return Rejection::of_field(field, reason);
        }
    }
    Rejection {
        field: None,
        reason: Cow::Owned(reason),
    }
}

/// Checks a value of a sparse column. A marker of a missing value is always accepted.
#[inline]
fn check_value(check: ValueCheck, value: &str, column: &SparseColumn, field: &str) -> Result<(), String> {
    match check.of(value) {
        Ok(()) => Ok(()),
        Err(_) if column.markers.contain(field) => Ok(()),
        Err(reason) => Err(reason),
    }
}

fn required(text: &str) -> String {
    match text.trim_ascii() {
        "" => "the field is empty; a value is required".to_string(),
        marker => format!(
            "{} stands for a missing value; a value is required",
            quoted_excerpt(marker)
        ),
    }
}

/// Reads a row's numbers into `values`.
///
/// # Errors
/// The first field at fault, from the left.
pub fn read_row(row: &RowText<'_>, layout: &Layout, values: &mut RowValues) -> Result<(), Rejection> {
    values.dense.resize(layout.dense.len(), 0.0);
    values.times.clear();
    values.times.resize(layout.times, None);
    for (field, check) in layout.checks.iter().enumerate() {
        let reject = |reason: String| Rejection::of_field(field, reason);
        match check {
            FieldCheck::Nothing => {}
            FieldCheck::Label { markers } => {
                let text = row.get(field);
                if layout.label.takes_any() && markers.contain(text) {
                    return Err(reject(required(text)));
                }
                values.label = parse_label(text, &layout.label, layout.numbers).map_err(reject)?;
            }
            FieldCheck::Dense { index, settings } => {
                let index = *index;
                let text = row.get(field);
                let markers = &layout.dense[index].markers;
                let value = parse_dense(text, settings.kind, layout.numbers, markers).map_err(reject)?;
                if value.is_nan() && settings.missing == Missing::Reject {
                    return Err(Rejection::of_field(field, required(text)));
                }
                values.dense[index] = settings.clip.map_or(value, |clip| clip.of(value));
            }
            FieldCheck::Time {
                index,
                format,
                markers,
            } => {
                let text = row.get(field);
                if !text.trim_ascii().is_empty() && !markers.contain(text) {
                    format.sort_key(text, layout.numbers).map_err(reject)?;
                    values.times[*index] = format.nanoseconds(text, layout.numbers).ok();
                }
            }
            FieldCheck::Values {
                index,
                check,
                list: None,
                required: needed,
            } => match row.get(field) {
                text if *needed
                    && (text.trim_ascii().is_empty() || layout.sparse[*index].markers.contain(text)) =>
                {
                    return Err(reject(required(text)));
                }
                "" => {}
                value => check_value(*check, value, &layout.sparse[*index], value).map_err(reject)?,
            },
            FieldCheck::Values {
                index,
                check,
                list: Some(form),
                required: needed,
            } => {
                let text = row.get(field);
                let mut outcome = Ok(());
                let mut any = false;
                form.for_each(text, |value| {
                    any = true;
                    if outcome.is_ok() {
                        outcome = check_value(*check, value, &layout.sparse[*index], text);
                    }
                });
                if *needed && (!any || layout.sparse[*index].markers.contain(text)) {
                    return Err(reject(required(if any { text } else { "" })));
                }
                outcome.map_err(reject)?;
            }
        }
    }
    for (value, column) in values.dense.iter_mut().zip(&layout.dense) {
        if let Some(derived) = &column.derived {
            *value = derived.of_row.value(&values.times);
        }
    }
    Ok(())
}
