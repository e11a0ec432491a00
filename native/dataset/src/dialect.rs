//! How a file's text is split into records and fields, and the fields of one record.

use crate::lines::{is_blank, lines};
use crate::quoted::Quoting;

/// How a file's text is split.
#[derive(Clone, Copy)]
pub struct Dialect<'a> {
    pub delimiter: u8,
    pub quoting: Quoting,
    /// Lines that begin with this byte are comments.
    pub comment: Option<u8>,
    /// Whether a line of white space is skipped. If rows have a single field, it is a row whose field is missing.
    pub skips_blank_lines: bool,
    /// Whether a plain line, split at the delimiter, would be a row where other rows have as many fields as the second
    /// argument says. A quoted field over several lines that all are rows is a stray quote that has swallowed them.
    pub is_row: &'a dyn Fn(&Fields<'_>, usize) -> bool,
}

impl Dialect<'_> {
    /// Whether a line holds no record because it is blank or a comment.
    pub fn skips(&self, line: &[u8]) -> bool {
        let is_comment = self.comment.is_some_and(|sign| line.first() == Some(&sign));
        is_comment || self.skips_blank_lines && is_blank(line, self.delimiter)
    }

    /// Whether the lines of a record of `width` fields are rows themselves: at least three of four, or both of two.
    pub fn swallows_rows(&self, record: &[u8], width: usize) -> bool {
        let mut ranges = Vec::new();
        let (mut count, mut rows) = (0, 0);
        for line in lines(record).filter(|line| !is_blank(line, self.delimiter)) {
            split_plain(line, self.delimiter, &mut ranges);
            ranges
                .iter_mut()
                .for_each(|range| *range = without_quotes(line, *range));
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

/// Splits a line without quoted fields.
pub fn split_plain(text: &[u8], delimiter: u8, ranges: &mut Vec<(usize, usize)>) {
    ranges.clear();
    let mut start = 0;
    for end in memchr::memchr_iter(delimiter, text) {
        ranges.push((start, end));
        start = end + 1;
    }
    ranges.push((start, text.len()));
}

/// A field without a quote sign at either end.
fn without_quotes(text: &[u8], (start, end): (usize, usize)) -> (usize, usize) {
    let start = start + usize::from(start < end && text[start] == b'"');
    let end = end - usize::from(start < end && text[end - 1] == b'"');
    (start, end)
}
