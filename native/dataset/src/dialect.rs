//! How a file's text is split into records and fields, and the fields of one record.

use serde::Deserialize;

use crate::lines::{is_blank, lines};
use crate::separator::Separator;

/// How fields are quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Quoting {
    /// Quote signs are text.
    None,
    /// As in RFC 4180: a quote sign inside a quoted field is doubled.
    Doubled,
    /// A backslash before it makes a quote sign, or a backslash, text.
    Backslash,
}

/// How a file's text is split.
#[derive(Clone, Copy)]
pub struct Dialect<'a> {
    pub separator: Separator<'a>,
    pub quoting: Quoting,
    /// The sign around quoted fields.
    pub quote_sign: u8,
    /// Lines that begin with this text are comments; if it is empty, none are.
    pub comment: &'a [u8],
    /// How many lines at the beginning of a file are no records.
    pub skipped_lines: u64,
    /// Whether a line of white space is skipped. If rows have a single field, it is a row whose field is missing.
    pub skips_blank_lines: bool,
    /// Whether a plain line, split at the delimiter, would be a row where other rows have as many fields as the second
    /// argument says. A quoted field over several lines that all are rows is a stray quote that has swallowed them.
    pub is_row: &'a dyn Fn(&Fields<'_>, usize) -> bool,
}

impl Dialect<'_> {
    /// Whether a line holds no record because it is blank or a comment.
    pub fn skips(&self, line: &[u8]) -> bool {
        let is_comment = !self.comment.is_empty() && line.starts_with(self.comment);
        is_comment || self.skips_blank_lines && is_blank(line, self.separator)
    }

    /// Whether the lines of a record of `width` fields are rows themselves: at least three of four, or both of two.
    pub fn swallows_rows(&self, record: &[u8], width: usize) -> bool {
        let mut ranges = Vec::new();
        let (mut count, mut rows) = (0, 0);
        for line in lines(record).filter(|line| !is_blank(line, self.separator)) {
            self.separator.split(line, &mut ranges);
            ranges
                .iter_mut()
                .for_each(|range| *range = without_quotes(line, *range, self.quote_sign));
            let fields = Fields {
                text: line,
                ranges: &ranges,
            };
            count += 1;
            rows += usize::from((self.is_row)(&fields, width));
        }
        rows * 4 >= count * 3
    }
}

/// A record's fields: ranges of `text`.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a> {
    pub text: &'a [u8],
    pub ranges: &'a [(usize, usize)],
}

impl<'a> Fields<'a> {
    pub fn get(&self, field: usize) -> &'a [u8] {
        let (start, end) = self.ranges[field];
        &self.text[start..end]
    }

    pub fn iter(&self) -> impl Iterator<Item = &'a [u8]> {
        self.ranges.iter().map(|(start, end)| &self.text[*start..*end])
    }
}

/// A field without a quote sign at either end.
fn without_quotes(text: &[u8], (start, end): (usize, usize), sign: u8) -> (usize, usize) {
    let start = start + usize::from(start < end && text[start] == sign);
    let end = end - usize::from(start < end && text[end - 1] == sign);
    (start, end)
}
