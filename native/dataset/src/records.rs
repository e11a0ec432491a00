//! Cuts a file's text into records and records into fields, in bounded memory.

use crate::error::Result;
use crate::quoted::{Quoted, split_quoted};
use crate::source::BlockStream;

/// The longest record; longer ones are rejected without being kept in memory.
pub const MAX_RECORD_BYTES: usize = 1024 * 1024;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

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
    /// No fields could be told apart; `field` is the number of the one at fault, if one is.
    Malformed {
        field: Option<usize>,
        reason: &'static str,
    },
}

/// Where the bytes of a record are and what is known of it.
enum Found {
    Plain {
        end: usize,
    },
    Quoted {
        length: usize,
        lines: u64,
    },
    Malformed {
        field: Option<usize>,
        reason: &'static str,
    },
    TooLong,
}

/// Reads a file's records one after the other.
pub struct RecordReader {
    stream: BlockStream,
    delimiter: u8,
    quotes: bool,
    buffer: Vec<u8>,
    position: usize,
    at_end: bool,
    line: u64,
    decoded: Vec<u8>,
    ranges: Vec<(usize, usize)>,
}

impl RecordReader {
    pub fn new(stream: BlockStream, delimiter: u8, quotes: bool) -> Result<Self> {
        let mut reader = Self {
            stream,
            delimiter,
            quotes,
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
        Ok(reader)
    }

    /// The next record, or `None` at the end of the file.
    pub fn next_record(&mut self) -> Result<Option<Record<'_>>> {
        let line = self.line;
        let Some(found) = self.find()? else {
            return Ok(None);
        };
        let start = self.position;
        let content = match found {
            Found::Plain { end } => {
                self.position = (end + 1).min(self.buffer.len());
                self.line += 1;
                let text = &self.buffer[start..end];
                let text = text.strip_suffix(b"\r").unwrap_or(text);
                split_plain(text, self.delimiter, &mut self.ranges);
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
            // Reading goes on at the next line, so that one bad quote costs one line and not the rest of the file.
            Found::Malformed { field, reason } => {
                self.skip_line()?;
                Content::Malformed { field, reason }
            }
            Found::TooLong => {
                self.skip_line()?;
                Content::Malformed {
                    field: None,
                    reason: "the line is longer than 1 MiB",
                }
            }
        };
        Ok(Some(Record { line, content }))
    }

    /// The SHA-256 of the source; call it after the last record.
    pub fn finish(self) -> Result<String> {
        self.stream.finish()
    }

    fn find(&mut self) -> Result<Option<Found>> {
        let mut searched = 0;
        loop {
            let pending = &self.buffer[self.position..];
            let end = match memchr::memchr(b'\n', &pending[searched..]) {
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
            if self.quotes && memchr::memchr(b'"', &pending[..end]).is_some() {
                return self.find_quoted().map(Some);
            }
            return Ok(Some(Found::Plain {
                end: self.position + end,
            }));
        }
    }

    fn find_quoted(&mut self) -> Result<Found> {
        loop {
            let pending = &self.buffer[self.position..];
            let limit = pending.len().min(MAX_RECORD_BYTES);
            let whole = limit == pending.len() && self.at_end;
            match split_quoted(
                &pending[..limit],
                self.delimiter,
                &mut self.decoded,
                &mut self.ranges,
            ) {
                // A record that ends with the text is whole only where the file ends too.
                Quoted::Complete { length, lines }
                    if length < limit || whole || ends_line(pending, length) =>
                {
                    return Ok(Found::Quoted { length, lines });
                }
                Quoted::Malformed { field, reason } => {
                    return Ok(Found::Malformed {
                        field: Some(field),
                        reason,
                    });
                }
                Quoted::Open { field } if whole || limit == MAX_RECORD_BYTES => {
                    return Ok(Found::Malformed {
                        field: Some(field),
                        reason: "the quote that opens here is never closed",
                    });
                }
                Quoted::Complete { .. } if limit == MAX_RECORD_BYTES => return Ok(Found::TooLong),
                Quoted::Complete { .. } | Quoted::Open { .. } => self.fill()?,
            }
        }
    }

    /// Drops everything up to and including the next line break.
    fn skip_line(&mut self) -> Result<()> {
        self.line += 1;
        loop {
            if let Some(end) = memchr::memchr(b'\n', &self.buffer[self.position..]) {
                self.position += end + 1;
                return Ok(());
            }
            self.position = self.buffer.len();
            if self.at_end {
                return Ok(());
            }
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

fn ends_line(text: &[u8], length: usize) -> bool {
    length > 0 && text[length - 1] == b'\n'
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
