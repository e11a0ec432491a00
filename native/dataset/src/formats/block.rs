//! Rows of a file that is no delimited text, as a reader of its format gives them.

use std::borrow::Cow;

use crate::dialect::Fields;
use crate::records::{Content, MAX_RECORD_BYTES, Record};

/// A block is full with this much text or this many rows.
const FULL_BYTES: usize = 256 * 1024;
const FULL_ROWS: usize = 4096;
/// Between two fields, so that the bytes of neighbours cannot form one character.
const BETWEEN: u8 = b'\t';

struct Row {
    line: u64,
    text: (usize, usize),
    ranges: (usize, usize),
    malformed: Option<(Option<usize>, Cow<'static, str>)>,
}

/// Rows of fields. A field is the text that a delimited file would have; an absent value is an empty one.
#[derive(Default)]
pub struct TableBlock {
    text: Vec<u8>,
    /// Within the text of their row.
    ranges: Vec<(usize, usize)>,
    rows: Vec<Row>,
}

impl TableBlock {
    pub fn clear(&mut self) {
        self.text.clear();
        self.ranges.clear();
        self.rows.clear();
    }

    pub fn is_full(&self) -> bool {
        self.text.len() >= FULL_BYTES || self.rows.len() >= FULL_ROWS
    }

    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The size of the text in bytes.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Begins a row; `line` is its 1-based line, or its number in a file without lines.
    pub fn begin(&mut self, line: u64) {
        let (text, ranges) = (self.text.len(), self.ranges.len());
        self.rows.push(Row {
            line,
            text: (text, text),
            ranges: (ranges, ranges),
            malformed: None,
        });
    }

    /// Adds a field to the row begun last: what `write` appends.
    pub fn field(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let row = self.text_of_last();
        let start = self.text.len() - row;
        // A row that is too long already is rejected, so nothing more of it is kept.
        if start <= MAX_RECORD_BYTES {
            write(&mut self.text);
        }
        self.ranges.push((start, self.text.len() - row));
        self.text.push(BETWEEN);
    }

    /// Rejects the row begun last.
    pub fn reject(&mut self, field: Option<usize>, reason: impl Into<Cow<'static, str>>) {
        if let Some(row) = self.rows.last_mut() {
            row.malformed.get_or_insert_with(|| (field, reason.into()));
        }
    }

    /// Rejects the row begun last, whose text was this.
    pub fn reject_text(&mut self, text: &[u8], reason: impl Into<Cow<'static, str>>) {
        self.reject(None, reason);
        self.text.extend_from_slice(text);
    }

    /// Ends the row begun last.
    pub fn end(&mut self) {
        let start = self.text_of_last();
        if self.text.len() - start > MAX_RECORD_BYTES {
            self.text.truncate(start);
            self.reject(None, "the row is longer than 1.05 MB");
        }
        let (text, ranges) = (self.text.len(), self.ranges.len());
        if let Some(row) = self.rows.last_mut() {
            row.text.1 = text;
            row.ranges.1 = ranges;
        }
    }

    /// The row with this index.
    pub fn record(&self, row: usize) -> Option<Record<'_>> {
        let row = self.rows.get(row)?;
        let content = match &row.malformed {
            Some((field, reason)) => Content::Malformed {
                field: *field,
                reason: reason.clone(),
            },
            None => Content::Fields(Fields {
                text: &self.text[row.text.0..row.text.1],
                ranges: &self.ranges[row.ranges.0..row.ranges.1],
            }),
        };
        Some(Record {
            line: row.line,
            byte: 0,
            text: &self.text[row.text.0..row.text.1],
            quoted: 0,
            content,
        })
    }

    fn text_of_last(&self) -> usize {
        self.rows.last().map_or(0, |row| row.text.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_back_rows_and_why_one_is_rejected() {
        let mut block = TableBlock::default();
        for line in [2, 5] {
            block.begin(line);
            block.field(|text| text.extend_from_slice(b"a\nb"));
            block.field(|_| {});
            block.end();
        }
        block.begin(6);
        block.reject(Some(1), "first");
        block.reject_text(b"{a", "second");
        block.end();
        let record = block.record(1).unwrap();
        assert_eq!(record.line, 5);
        match record.content {
            Content::Fields(fields) => assert_eq!(fields.iter().collect::<Vec<_>>(), [&b"a\nb"[..], b""]),
            Content::Malformed { reason, .. } => panic!("{reason}"),
        }
        assert_eq!(block.record(2).unwrap().text, b"{a");
        match block.record(2).unwrap().content {
            Content::Malformed { field, reason } => assert_eq!((field, &*reason), (Some(1), "first")),
            Content::Fields(_) => panic!("a rejected row has no fields"),
        }
        assert!(block.record(3).is_none());
    }

    #[test]
    fn a_row_of_more_than_a_megabyte_is_rejected_and_not_kept() {
        let mut block = TableBlock::default();
        block.begin(1);
        block.field(|text| text.resize(text.len() + MAX_RECORD_BYTES + 1, b'x'));
        block.end();
        assert_eq!(block.bytes(), 0);
        assert!(matches!(
            block.record(0).unwrap().content,
            Content::Malformed { .. }
        ));
    }
}
