//! Reads Arrow's streams of record batches, from start to end. A file is a stream with a beginning and a table of contents of its
//! own, which reading from the start does not need.

use std::io::Read;
use std::path::{Path, PathBuf};

use arrow_buffer::Buffer;
use arrow_ipc::reader::StreamDecoder;
use arrow_ipc::root_as_message;
use arrow_schema::SchemaRef;

use super::arrow_messages::{FILE_START, MESSAGE_START, check_buffers};
use super::arrow_rows::BatchRows;
use super::damaged;
use crate::error::{Error, Result};
use crate::source::{Content, read_error};

/// The longest description of a message, and the longest message, in bytes.
const MAX_DESCRIPTION: usize = 64 << 20;
const MAX_BODY: u64 = 2 << 30;

/// The record batches of a stream.
pub struct StreamBatches {
    path: PathBuf,
    content: Content,
    decoder: StreamDecoder,
    /// Whether a table of contents follows the stream, as it does in a file.
    in_file: bool,
}

impl StreamBatches {
    /// Reads up to the schema.
    pub fn open(path: &Path, mut content: Content) -> Result<(Self, SchemaRef)> {
        let mut start = Vec::new();
        let wanted = FILE_START.len() as u64;
        (&mut content)
            .take(wanted)
            .read_to_end(&mut start)
            .map_err(|error| read_error(path, &error))?;
        let mut batches = StreamBatches {
            path: path.to_path_buf(),
            content,
            decoder: StreamDecoder::new(),
            in_file: start == FILE_START,
        };
        if batches.in_file {
            start.clear();
        }
        let mut schema = None;
        let mut head = Some(start);
        while schema.is_none() {
            let Some(message) = batches.message(head.take().unwrap_or_default())? else {
                return Err(batches.fault(&"it ends before it says what its columns are"));
            };
            batches.decode(message)?;
            schema = batches.decoder.schema();
        }
        let schema = schema.ok_or_else(|| batches.fault(&"it has no schema"))?;
        Ok((batches, schema))
    }

    pub fn next(&mut self) -> Result<Option<BatchRows>> {
        while let Some(message) = self.message(Vec::new())? {
            if let Some(batch) = self.decode(message)? {
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }

    fn decode(&mut self, message: Vec<u8>) -> Result<Option<BatchRows>> {
        let mut buffer = Buffer::from_vec(message);
        let mut found = None;
        while !buffer.is_empty() {
            let batch = self.decoder.decode(&mut buffer);
            found = batch
                .map_err(|error| self.fault(&error))?
                .map(BatchRows::new)
                .or(found);
        }
        Ok(found)
    }

    /// The bytes of the next message, of which `head` has been read; `None` at the end. Its lengths are checked before anything of
    /// that size is kept.
    fn message(&mut self, mut head: Vec<u8>) -> Result<Option<Vec<u8>>> {
        self.append(&mut head, 4)?;
        let has_marker = head.starts_with(&MESSAGE_START);
        if head.is_empty() && self.in_file {
            return Err(self.fault(&"it ends before its table of contents"));
        }
        // Some writers of files put nothing between the last message and the table of contents, which has no marker.
        if head.is_empty() || self.in_file && !has_marker {
            return Ok(None);
        }
        let mut length_at = 0;
        if has_marker {
            length_at = 4;
            self.append(&mut head, 8)?;
        }
        let Some(length) = head.get(length_at..length_at + 4) else {
            return Err(self.fault(&"it ends within a message"));
        };
        let length = u32::from_le_bytes(length.try_into().unwrap_or_default()) as usize;
        if length == 0 {
            return Ok(None);
        }
        if length > MAX_DESCRIPTION {
            return Err(self.fault(&"the description of a message is too long"));
        }
        let described = length_at + 4;
        let body_at = described + length;
        self.append(&mut head, body_at)?;
        if head.len() < body_at {
            return Err(self.fault(&"it ends within a message"));
        }
        let description = &head[described..body_at];
        let message = root_as_message(description).map_err(|error| self.fault(&error))?;
        let body = u64::try_from(message.bodyLength()).unwrap_or(u64::MAX);
        if body > MAX_BODY {
            return Err(self.fault(&format!("a message announces {body} bytes")));
        }
        let mut rest = Vec::new();
        self.append(&mut rest, body as usize)?;
        if rest.len() < body as usize {
            return Err(self.fault(&"it ends within a message"));
        }
        let message = root_as_message(&head[described..]).map_err(|error| self.fault(&error))?;
        check_buffers(&message, &rest).map_err(|what| self.fault(&what))?;
        head.append(&mut rest);
        Ok(Some(head))
    }

    /// Reads on until `bytes` has this length, or to the end of the file.
    fn append(&mut self, bytes: &mut Vec<u8>, length: usize) -> Result<()> {
        let missing = length.saturating_sub(bytes.len()) as u64;
        let read = (&mut self.content).take(missing).read_to_end(bytes);
        read.map(drop).map_err(|error| read_error(&self.path, &error))
    }

    fn fault(&self, error: &dyn std::fmt::Display) -> Error {
        damaged(&self.path, "Arrow", error)
    }
}
