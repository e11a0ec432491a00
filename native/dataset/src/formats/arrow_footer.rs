//! Reads Arrow files by their table of contents at the end. Some writers leave out of the file what a stream would begin with.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_buffer::Buffer;
use arrow_ipc::convert::try_fb_to_schema;
use arrow_ipc::reader::FileDecoder;
use arrow_ipc::{Block, root_as_footer, root_as_message};
use arrow_schema::SchemaRef;
use bytes::Bytes;
use parquet::file::reader::{ChunkReader, Length};

use super::arrow_messages::{FILE_START, MESSAGE_START, check_buffers};
use super::arrow_rows::BatchRows;
use super::damaged;
use super::parquet::PartialFile;
use crate::error::{Error, Result};

/// The length of the table of contents and the name of the format.
const END_BYTES: u64 = 10;
const END_NAME: &[u8] = b"ARROW1";

/// The record batches of a file.
pub struct FileBatches {
    path: PathBuf,
    file: PartialFile,
    decoder: FileDecoder,
    pub schema: SchemaRef,
    blocks: Vec<Block>,
    next: usize,
}

impl FileBatches {
    /// # Errors
    /// Corrupt with the reason.
    pub fn open(path: &Path, file: PartialFile) -> Result<Self> {
        let fault = |error: &dyn std::fmt::Display| damaged(path, "Arrow", error);
        let bytes = file.len();
        let ends_at = bytes.checked_sub(END_BYTES + FILE_START.len() as u64);
        let ends_at = ends_at.ok_or_else(|| fault(&"it is too short"))? + FILE_START.len() as u64;
        let end = part(path, &file, ends_at, END_BYTES)?;
        let length = u64::from(u32::from_le_bytes(end[..4].try_into().unwrap_or_default()));
        if &end[4..] != END_NAME || length > ends_at {
            return Err(fault(&"it ends before its table of contents"));
        }
        let contents = part(path, &file, ends_at - length, length)?;
        let footer = root_as_footer(&contents).map_err(|error| fault(&error))?;
        let schema = footer.schema().ok_or_else(|| fault(&"it has no schema"))?;
        let schema = Arc::new(try_fb_to_schema(schema).map_err(|error| fault(&error))?);
        let mut decoder = FileDecoder::new(schema.clone(), footer.version());
        for block in footer.dictionaries().iter().flatten() {
            let message = message(path, &file, block)?;
            let read = decoder.read_dictionary(block, &message);
            read.map_err(|error| fault(&error))?;
        }
        Ok(Self {
            path: path.to_path_buf(),
            decoder,
            schema,
            blocks: footer.recordBatches().iter().flatten().copied().collect(),
            next: 0,
            file,
        })
    }

    pub fn next(&mut self) -> Result<Option<BatchRows>> {
        while let Some(block) = self.blocks.get(self.next) {
            self.next += 1;
            let message = message(&self.path, &self.file, block)?;
            let batch = self.decoder.read_record_batch(block, &message);
            if let Some(batch) = batch.map_err(|error| damaged(&self.path, "Arrow", &error))? {
                return Ok(Some(BatchRows::new(batch)));
            }
        }
        Ok(None)
    }
}

/// A message of the file, whose lengths have been checked.
fn message(path: &Path, file: &PartialFile, block: &Block) -> Result<Buffer> {
    let fault = |error: &dyn std::fmt::Display| damaged(path, "Arrow", error);
    let sizes = [
        block.offset(),
        i64::from(block.metaDataLength()),
        block.bodyLength(),
    ];
    let [offset, described, body] = sizes.map(|size| u64::try_from(size).unwrap_or(u64::MAX));
    let bytes = part(path, file, offset, described.saturating_add(body))?;
    let (description, body) = bytes.split_at(described as usize);
    let before = if description.starts_with(&MESSAGE_START) {
        8
    } else {
        4
    };
    let description = description
        .get(before..)
        .ok_or_else(|| fault(&"a message is too short"))?;
    let described = root_as_message(description).map_err(|error| fault(&error))?;
    check_buffers(&described, body).map_err(|what| fault(&what))?;
    Ok(Buffer::from(bytes))
}

fn part(path: &Path, file: &PartialFile, start: u64, length: u64) -> Result<Bytes> {
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let part = file.get_bytes(start, length);
    part.map_err(|error| -> Error { damaged(path, "Arrow", &error) })
}
