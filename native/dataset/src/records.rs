//! Splits a file's text into records and records into fields, in bounded memory.

use std::borrow::Cow;

use crate::error::Result;
use crate::lines::{is_blank, line_end, lines};
use crate::quoted::{MAX_RECORD_LINES, Quoted, Quoting, split_quoted};
use crate::source::BlockStream;

/// The longest record; longer ones are rejected without being kept in memory.
pub const MAX_RECORD_BYTES: usize = 1024 * 1024;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
const SEPARATOR_LINE: &[u8] = b"sep=";

const AFTER_QUOTE: &str = "there is text after the closing quotation mark; if quotation marks are part of the text, import without quoting";
const NEVER_CLOSED: &str = "the quotation mark that opens here is never closed";

/// How a file's text is split.
#[derive(Clone, Copy)]
pub struct Dialect<'a> {
    pub delimiter: u8,
    pub quoting: Quoting,
    /// Lines that begin with this byte are comments.
    pub comment: Option<u8>,
    /// Whether a line of white space is skipped. If rows have a single field, it is a row whose field is missing.
    pub skips_blank_lines: bool,
    /// Whether a plain line, split at the delimiter, would be a row. A quoted field over several lines that all are
    /// rows is a stray quote that has swallowed them.
    pub is_row: &'a dyn Fn(&Fields<'_>) -> bool,
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
}

/// One record of a file.
#[derive(Debug)]
pub struct Record<'a> {
    /// 1-based line on which it starts.
    pub line: u64,
    pub content: Content<'a>,
}

#[derive(Debug)]
pub enum Content<'a> {
    Fields(Fields<'a>),
    /// The record cannot be split into fields. `field` is the number of the field at fault, if there is one.
    Malformed {
        field: Option<usize>,
        reason: Cow<'static, str>,
    },
}

/// The position of a record and what kind of record it is.
enum Found {
    /// From the reader's position to `end`; the next line begins at `next`.
    Plain {
        end: usize,
        next: usize,
    },
    Quoted {
        length: usize,
        lines: u64,
    },
    Malformed {
        field: Option<usize>,
        reason: Cow<'static, str>,
    },
    TooLong,
}

/// Reads a file's records one after the other.
pub struct RecordReader<'d> {
    stream: BlockStream,
    dialect: Dialect<'d>,
    buffer: Vec<u8>,
    position: usize,
    at_end: bool,
    line: u64,
    decoded: Vec<u8>,
    ranges: Vec<(usize, usize)>,
}

impl<'d> RecordReader<'d> {
    pub fn new(stream: BlockStream, dialect: Dialect<'d>) -> Result<Self> {
        let mut reader = Self {
            stream,
            dialect,
            buffer: Vec::new(),
            position: 0,
            at_end: false,
            line: 1,
            decoded: Vec::new(),
            ranges: Vec::new(),
        };
        reader.fill()?;
        if reader.buffer.starts_with(BYTE_ORDER_MARK) {
            reader.position = BYTE_ORDER_MARK.len();
        }
        if let Some(next) = after_separator_line(&reader.buffer, reader.position) {
            reader.position = next;
            reader.line += 1;
        }
        Ok(reader)
    }

    /// The next record, or `None` at the end of the file. Blank lines and comments are skipped.
    pub fn next_record(&mut self) -> Result<Option<Record<'_>>> {
        let found = loop {
            match self.find()? {
                None => return Ok(None),
                Some(Found::Plain { end, next }) if self.is_no_row(end) => {
                    self.position = next;
                    self.line += 1;
                }
                Some(found) => break found,
            }
        };
        let line = self.line;
        let start = self.position;
        let content = match found {
            Found::Plain { end, next } => {
                self.position = next;
                self.line += 1;
                let text = &self.buffer[start..end];
                split_plain(text, self.dialect.delimiter, &mut self.ranges);
                Content::Fields(Fields {
                    text,
                    ranges: &self.ranges,
                })
            }
            Found::Quoted { length, lines } => {
                self.position += length;
                self.line += lines;
                Content::Fields(Fields {
                    text: &self.decoded,
                    ranges: &self.ranges,
                })
            }
            // The next record begins on the next line, so that one bad quote costs one line and not the rest of the file.
            Found::Malformed { field, reason } => {
                self.skip_line()?;
                Content::Malformed { field, reason }
            }
            Found::TooLong => {
                self.skip_line()?;
                Content::Malformed {
                    field: None,
                    reason: Cow::Borrowed("the line is longer than 1.05 MB"),
                }
            }
        };
        Ok(Some(Record { line, content }))
    }

    /// The SHA-256 of the source; call it after the last record.
    pub fn finish(self) -> Result<String> {
        self.stream.finish()
    }

    /// Whether the plain line up to `end` is blank or a comment.
    fn is_no_row(&self, end: usize) -> bool {
        let line = &self.buffer[self.position..end];
        let dialect = &self.dialect;
        let is_comment = dialect.comment.is_some_and(|sign| line.first() == Some(&sign));
        is_comment || dialect.skips_blank_lines && is_blank(line, dialect.delimiter)
    }

    fn find(&mut self) -> Result<Option<Found>> {
        let mut searched = 0;
        loop {
            let pending = &self.buffer[self.position..];
            let end = match memchr::memchr2(b'\n', b'\r', &pending[searched..]) {
                // Whether a line feed belongs to this carriage return is in the next block.
                Some(found)
                    if searched + found + 1 == pending.len() && pending.ends_with(b"\r") && !self.at_end =>
                {
                    searched += found;
                    self.fill()?;
                    continue;
                }
                Some(found) => searched + found,
                None if self.at_end && pending.is_empty() => return Ok(None),
                None if self.at_end => pending.len(),
                None if pending.len() > MAX_RECORD_BYTES => return Ok(Some(Found::TooLong)),
                None => {
                    searched = pending.len();
                    self.fill()?;
                    continue;
                }
            };
            if end > MAX_RECORD_BYTES {
                return Ok(Some(Found::TooLong));
            }
            if self.dialect.quoting != Quoting::None
                && memchr::memchr(b'"', &pending[..end]).is_some()
                && !self.is_no_row(self.position + end)
            {
                return self.find_quoted().map(Some);
            }
            let sign = match pending[end..] {
                [] => 0,
                [b'\r', b'\n', ..] => 2,
                _ => 1,
            };
            let end = self.position + end;
            let next = end + sign;
            return Ok(Some(Found::Plain { end, next }));
        }
    }

    fn find_quoted(&mut self) -> Result<Found> {
        let malformed = |field: usize, reason: Cow<'static, str>| {
            let field = Some(field);
            Ok(Found::Malformed { field, reason })
        };
        loop {
            let pending = &self.buffer[self.position..];
            let limit = pending.len().min(MAX_RECORD_BYTES);
            let whole = limit == pending.len() && self.at_end;
            match split_quoted(
                &pending[..limit],
                self.dialect.delimiter,
                self.dialect.quoting,
                &mut self.decoded,
                &mut self.ranges,
            ) {
                // A record that ends with the text is whole only where the file ends too.
                Quoted::Complete {
                    length,
                    lines,
                    spanning,
                } if length < limit || whole || ends_line(pending, length) => {
                    return match spanning {
                        Some(field) if self.swallows_rows(length) => malformed(field, swallowed(lines)),
                        _ => Ok(Found::Quoted { length, lines }),
                    };
                }
                Quoted::AfterQuote { field } => return malformed(field, Cow::Borrowed(AFTER_QUOTE)),
                Quoted::Endless { field } => return malformed(field, endless()),
                Quoted::Open { field } if whole || limit == MAX_RECORD_BYTES => {
                    return malformed(field, Cow::Borrowed(NEVER_CLOSED));
                }
                Quoted::Complete { .. } if limit == MAX_RECORD_BYTES => return Ok(Found::TooLong),
                Quoted::Complete { .. } | Quoted::Open { .. } => self.fill()?,
            }
        }
    }

    /// Whether the lines of a record of `length` bytes are rows themselves: at least three of four, or both of two.
    fn swallows_rows(&self, length: usize) -> bool {
        let record = &self.buffer[self.position..self.position + length];
        let mut ranges = Vec::new();
        let (mut count, mut rows) = (0, 0);
        for line in lines(record).filter(|line| !is_blank(line, self.dialect.delimiter)) {
            split_plain(line, self.dialect.delimiter, &mut ranges);
            ranges
                .iter_mut()
                .for_each(|range| *range = without_quotes(line, *range));
            let fields = Fields {
                text: line,
                ranges: &ranges,
            };
            count += 1;
            rows += usize::from((self.dialect.is_row)(&fields));
        }
        rows * 4 >= count * 3
    }

    /// Drops everything up to and including the next line end.
    fn skip_line(&mut self) -> Result<()> {
        self.line += 1;
        loop {
            let (end, next) = line_end(&self.buffer, self.position);
            let is_cut = next == self.buffer.len() && !self.buffer.ends_with(b"\n");
            if !is_cut || self.at_end {
                self.position = next;
                return Ok(());
            }
            // A carriage return at the block's end stays until it is known what follows.
            self.position = end;
            self.fill()?;
        }
    }

    /// Moves the unread rest to the front and appends the next block.
    fn fill(&mut self) -> Result<()> {
        match self.stream.next()? {
            None => self.at_end = true,
            Some(block) if self.position == self.buffer.len() => {
                let used = std::mem::replace(&mut self.buffer, block);
                self.stream.recycle(used);
                self.position = 0;
            }
            Some(block) => {
                self.buffer.drain(..self.position);
                self.position = 0;
                self.buffer.extend_from_slice(&block);
                self.stream.recycle(block);
            }
        }
        Ok(())
    }
}

/// Spreadsheets write a first line such as sep=; or "sep=;" to say what separates the fields, which is no row: where
/// the next line begins.
fn after_separator_line(text: &[u8], start: usize) -> Option<usize> {
    let (end, next) = line_end(text, start);
    let line = text[start..end].trim_ascii_end();
    // The separator may be white space itself.
    let line = if line.ends_with(b"=") {
        &text[start..end]
    } else {
        line
    };
    let bare = line
        .strip_prefix(b"\"")
        .and_then(|line| line.strip_suffix(b"\""))
        .unwrap_or(line);
    let (name, separator) = bare.split_at_checked(SEPARATOR_LINE.len())?;
    let is_separator_line = name.eq_ignore_ascii_case(SEPARATOR_LINE) && separator.len() == 1;
    (is_separator_line && next > end).then_some(next)
}

fn ends_line(text: &[u8], length: usize) -> bool {
    length > 0 && text[length - 1] == b'\n'
}

/// A field without a quote sign at either end.
fn without_quotes(text: &[u8], (start, end): (usize, usize)) -> (usize, usize) {
    let start = start + usize::from(start < end && text[start] == b'"');
    let end = end - usize::from(start < end && text[end - 1] == b'"');
    (start, end)
}

fn swallowed(lines: u64) -> Cow<'static, str> {
    let end = lines - 1;
    let plural = if end == 1 { "line" } else { "lines" };
    Cow::Owned(format!(
        "the quotation mark that opens here is closed only {end} {plural} further down, and the lines in between look like \
         rows; close it, or import without quoting"
    ))
}

fn endless() -> Cow<'static, str> {
    Cow::Owned(format!(
        "the quotation mark that opens here is not closed within {MAX_RECORD_LINES} lines; close it, or import without quoting"
    ))
}

fn split_plain(text: &[u8], delimiter: u8, ranges: &mut Vec<(usize, usize)>) {
    ranges.clear();
    let mut start = 0;
    for end in memchr::memchr_iter(delimiter, text) {
        ranges.push((start, end));
        start = end + 1;
    }
    ranges.push((start, text.len()));
}
