//! Splits a file's text into records and records into fields, in bounded memory.

use std::borrow::Cow;

use crate::dialect::{Dialect, Fields, Quoting};
use crate::error::Result;
use crate::file_start::first_record;
use crate::lines::line_end;
use crate::quoted::{MAX_RECORD_LINES, Quoted, split_quoted};
use crate::source::Blocks;

/// The size of the longest record. Longer ones are rejected without being kept in memory.
pub const MAX_RECORD_BYTES: usize = 1024 * 1024;

/// What a file begins with before its records has been read within so many bytes.
const LONGEST_START: usize = 256;

const AFTER_QUOTE: &str = "there is text after the closing quotation mark; if quotation marks are part of the text, import without quoting";
const NEVER_CLOSED: &str = "the quotation mark that opens here is never closed";

/// One record of a file.
#[derive(Debug)]
pub struct Record<'a> {
    /// 1-based line on which it starts.
    pub line: u64,
    /// Byte of the text at which it starts.
    pub byte: u64,
    /// Its text as it was read, without a line end. Of a malformed record this is its first line.
    pub text: &'a [u8],
    /// How many of its fields are in quotes.
    pub quoted: usize,
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
        quoted: usize,
    },
    Malformed {
        field: Option<usize>,
        reason: Cow<'static, str>,
    },
    TooLong,
}

/// Reads a file's records one after the other.
pub struct RecordReader<'d, B> {
    blocks: B,
    dialect: Dialect<'d>,
    buffer: Vec<u8>,
    position: usize,
    /// How many bytes of the text came before the buffer.
    before: u64,
    at_end: bool,
    line: u64,
    decoded: Vec<u8>,
    /// The first line of a malformed record, which may be read over before it is returned.
    malformed: Vec<u8>,
    ranges: Vec<(usize, usize)>,
}

impl<'d, B: Blocks> RecordReader<'d, B> {
    pub fn new(blocks: B, dialect: Dialect<'d>) -> Result<Self> {
        let mut reader = Self {
            blocks,
            dialect,
            buffer: Vec::new(),
            position: 0,
            before: 0,
            at_end: false,
            line: 1,
            decoded: Vec::new(),
            malformed: Vec::new(),
            ranges: Vec::new(),
        };
        while !reader.at_end && reader.buffer.len() < LONGEST_START {
            reader.fill()?;
        }
        (reader.position, reader.line) = first_record(&reader.buffer);
        while reader.line <= dialect.skipped_lines && !reader.is_finished()? {
            reader.skip_line()?;
        }
        Ok(reader)
    }

    /// The next record, or `None` at the end of the file. Blank lines and comments are skipped.
    pub fn next_record(&mut self) -> Result<Option<Record<'_>>> {
        let Some(found) = self.find_record()? else {
            return Ok(None);
        };
        let line = self.line;
        let start = self.position;
        let byte = self.before + start as u64;
        let mut quoted_fields = 0;
        let (text, content) = match found {
            Found::Plain { end, next } => {
                self.position = next;
                self.line += 1;
                let text = &self.buffer[start..end];
                self.dialect.separator.split(text, &mut self.ranges);
                let content = Content::Fields(Fields {
                    text,
                    ranges: &self.ranges,
                });
                (text, content)
            }
            Found::Quoted {
                length,
                lines,
                quoted,
            } => {
                self.position += length;
                self.line += lines;
                quoted_fields = quoted;
                let content = Content::Fields(Fields {
                    text: &self.decoded,
                    ranges: &self.ranges,
                });
                (without_line_end(&self.buffer[start..start + length]), content)
            }
            // The next record begins on the next line, so that one bad quote costs one line and not the rest of the file.
            Found::Malformed { field, reason } => {
                self.skip_line()?;
                (&self.malformed[..], Content::Malformed { field, reason })
            }
            Found::TooLong => {
                self.skip_line()?;
                let content = Content::Malformed {
                    field: None,
                    reason: Cow::Borrowed("the line is longer than 1.05 MB"),
                };
                (&self.malformed[..], content)
            }
        };
        Ok(Some(Record {
            line,
            byte,
            text,
            quoted: quoted_fields,
            content,
        }))
    }

    /// Passes the next record without splitting it. Returns false at the end of the file.
    pub fn pass_record(&mut self) -> Result<bool> {
        match self.find_record()? {
            None => return Ok(false),
            Some(Found::Plain { next, .. }) => {
                self.position = next;
                self.line += 1;
            }
            Some(Found::Quoted { length, lines, .. }) => {
                self.position += length;
                self.line += lines;
            }
            Some(Found::Malformed { .. } | Found::TooLong) => self.skip_line()?,
        }
        Ok(true)
    }

    /// Gives back where the text came from, after the last record.
    pub fn into_blocks(self) -> B {
        self.blocks
    }

    /// Finds the next record that is neither blank nor a comment.
    fn find_record(&mut self) -> Result<Option<Found>> {
        loop {
            match self.find()? {
                Some(Found::Plain { end, next }) if self.dialect.skips(&self.buffer[self.position..end]) => {
                    self.position = next;
                    self.line += 1;
                }
                found => return Ok(found),
            }
        }
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
                && memchr::memchr(self.dialect.quote_sign, &pending[..end]).is_some()
                && !self.dialect.skips(&pending[..end])
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
                &self.dialect,
                &mut self.decoded,
                &mut self.ranges,
            ) {
                // A record that ends with the text is whole only where the file ends too.
                Quoted::Complete {
                    length,
                    lines,
                    quoted,
                    spanning,
                } if length < limit || whole || ends_line(pending, length) => {
                    let swallows = || self.dialect.swallows_rows(&pending[..length], self.ranges.len());
                    return match spanning {
                        Some(field) if swallows() => malformed(field, swallowed(lines)),
                        _ => Ok(Found::Quoted {
                            length,
                            lines,
                            quoted,
                        }),
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

    /// Whether nothing is left; reads on if that is not known.
    fn is_finished(&mut self) -> Result<bool> {
        while !self.at_end && self.position == self.buffer.len() {
            self.fill()?;
        }
        Ok(self.position == self.buffer.len())
    }

    /// Drops everything up to and including the next line end, and keeps the beginning of the line that was dropped.
    fn skip_line(&mut self) -> Result<()> {
        self.line += 1;
        let (end, _) = line_end(&self.buffer, self.position);
        self.malformed.clear();
        self.malformed
            .extend_from_slice(&self.buffer[self.position..end.min(self.position + MAX_RECORD_BYTES)]);
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
        match self.blocks.next()? {
            None => self.at_end = true,
            Some(block) if self.position == self.buffer.len() => {
                self.before += self.buffer.len() as u64;
                let used = std::mem::replace(&mut self.buffer, block);
                self.blocks.recycle(used);
                self.position = 0;
            }
            Some(block) => {
                self.before += self.position as u64;
                self.buffer.drain(..self.position);
                self.position = 0;
                self.buffer.extend_from_slice(&block);
                self.blocks.recycle(block);
            }
        }
        Ok(())
    }
}

fn ends_line(text: &[u8], length: usize) -> bool {
    length > 0 && text[length - 1] == b'\n'
}

fn without_line_end(text: &[u8]) -> &[u8] {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    text.strip_suffix(b"\r").unwrap_or(text)
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
