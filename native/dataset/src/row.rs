//! Turns a record into checked values, or into the reason why not.

use std::borrow::Cow;

use crate::fields::{check_hex, parse_dense, parse_label};
use crate::layout::{FieldCheck, Layout};
use crate::records::Fields;
use crate::spec::Missing;

/// Why a row is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// Field number, or `None` where the row as a whole is wrong.
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

/// The checked numbers of one row; its texts stay in the record.
#[derive(Debug, Default)]
pub struct RowValues {
    pub label: f32,
    /// One a dense column; NaN where the field is empty.
    pub dense: Vec<f64>,
}

/// Checks that the record has one field a column and that all are text.
///
/// # Errors
/// The first field at fault, from the left.
pub fn check_shape(fields: &Fields<'_>, layout: &Layout) -> Result<(), Rejection> {
    let (count, expected) = (fields.ranges.len(), layout.names.len());
    if count != expected {
        let reason = if fields.text.is_empty() {
            "the line is empty".to_string()
        } else {
            let plural = if count == 1 { "field" } else { "fields" };
            format!("the row has {count} {plural}; {expected} are expected")
        };
        return Err(Rejection {
            field: None,
            reason: reason.into(),
        });
    }
    if std::str::from_utf8(fields.text).is_ok() && memchr::memchr(0, fields.text).is_none() {
        return Ok(());
    }
    for field in 0..count {
        let bytes = fields.get(field);
        if memchr::memchr(0, bytes).is_some() {
            return Err(Rejection::of_field(field, "the field contains a NUL byte"));
        }
        if std::str::from_utf8(bytes).is_err() {
            return Err(Rejection::of_field(field, "the field is not valid UTF-8 text"));
        }
    }
    Ok(())
}

/// The text of a field of a record that passed `check_shape`.
pub fn text_of<'a>(fields: &Fields<'a>, field: usize) -> &'a str {
    std::str::from_utf8(fields.get(field)).unwrap_or_default()
}

/// Reads a row that passed `check_shape` into `values`.
///
/// # Errors
/// The first field at fault, from the left.
pub fn read_row(fields: &Fields<'_>, layout: &Layout, values: &mut RowValues) -> Result<(), Rejection> {
    values.dense.resize(layout.dense.len(), 0.0);
    for (field, check) in layout.checks.iter().enumerate() {
        let reject = |reason: String| Rejection::of_field(field, reason);
        match *check {
            FieldCheck::Nothing => {}
            FieldCheck::Label { positive_from } => {
                values.label = parse_label(text_of(fields, field), positive_from).map_err(reject)?;
            }
            FieldCheck::Dense { index, settings } => {
                let value = parse_dense(text_of(fields, field), settings.kind).map_err(reject)?;
                if value.is_nan() && settings.missing == Missing::Reject {
                    return Err(Rejection::of_field(
                        field,
                        "the field is empty; a value is required",
                    ));
                }
                values.dense[index] = value;
            }
            FieldCheck::Hex { separator } => {
                let text = text_of(fields, field);
                let pieces = separator.map_or_else(|| text.split('\0'), |separator| text.split(separator));
                for value in pieces.filter(|value| !value.is_empty()) {
                    check_hex(value).map_err(reject)?;
                }
            }
        }
    }
    Ok(())
}
