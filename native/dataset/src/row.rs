//! Turns a record into checked values, or into the reason why not.

use std::borrow::Cow;

use crate::fields::{parse_dense, parse_label};
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

/// A record of the right shape: one field a column, all of them text.
#[derive(Clone, Copy, Debug)]
pub struct RowText<'a> {
    pub text: &'a str,
    ranges: &'a [(usize, usize)],
}

impl<'a> RowText<'a> {
    /// # Errors
    /// The first field at fault, from the left.
    pub fn new(fields: &Fields<'a>, columns: usize) -> Result<Self, Rejection> {
        let count = fields.ranges.len();
        if count != columns {
            let reason = if fields.text.is_empty() {
                "the line is empty".to_string()
            } else {
                let plural = if count == 1 { "field" } else { "fields" };
                format!("the row has {count} {plural}; {columns} are expected")
            };
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
            _ => Err(no_text(fields)),
        }
    }

    pub fn get(&self, field: usize) -> &'a str {
        let (start, end) = self.ranges[field];
        &self.text[start..end]
    }
}

/// The first field that is not text.
fn no_text(fields: &Fields<'_>) -> Rejection {
    for field in 0..fields.ranges.len() {
        let bytes = fields.get(field);
        if memchr::memchr(0, bytes).is_some() {
            return Rejection::of_field(field, "the field contains a NUL byte");
        }
        if std::str::from_utf8(bytes).is_err() {
            return Rejection::of_field(field, "the field is not valid UTF-8 text");
        }
    }
    Rejection {
        field: None,
        reason: Cow::Borrowed("the row is not valid UTF-8 text"),
    }
}

/// Reads a row's numbers into `values`.
///
/// # Errors
/// The first field at fault, from the left.
pub fn read_row(row: &RowText<'_>, layout: &Layout, values: &mut RowValues) -> Result<(), Rejection> {
    values.dense.resize(layout.dense.len(), 0.0);
    for (field, check) in layout.checks.iter().enumerate() {
        let reject = |reason: String| Rejection::of_field(field, reason);
        match *check {
            FieldCheck::Nothing => {}
            FieldCheck::Label { positive_from } => {
                values.label = parse_label(row.get(field), positive_from).map_err(reject)?;
            }
            FieldCheck::Dense { index, settings } => {
                let value = parse_dense(row.get(field), settings.kind).map_err(reject)?;
                if value.is_nan() && settings.missing == Missing::Reject {
                    return Err(Rejection::of_field(
                        field,
                        "the field is empty; a value is required",
                    ));
                }
                values.dense[index] = value;
            }
            FieldCheck::Values {
                check,
                separator: None,
            } => match row.get(field) {
                "" => {}
                value => check.of(value).map_err(reject)?,
            },
            FieldCheck::Values {
                check,
                separator: Some(separator),
            } => {
                for value in row.get(field).split(separator).filter(|value| !value.is_empty()) {
                    check.of(value).map_err(reject)?;
                }
            }
        }
    }
    Ok(())
}
