//! Reads Arrow's files and streams of record batches.

use std::path::Path;

use arrow_schema::SchemaRef;

use super::arrow_footer::FileBatches;
use super::arrow_messages::FILE_START;
use super::arrow_rows::{BatchRows, columns_of};
use super::arrow_stream::StreamBatches;
use super::block::TableBlock;
use super::parquet::PartialFile;
use super::{FileDescription, TableReader, WantedColumn};
use crate::error::{Error, ErrorCode, Result};
use crate::source::{Content, Source};

/// What the first version of Feather began with.
pub const FEATHER_START: &[u8] = b"FEA1";

/// Where record batches come from.
enum Batches {
    Stream(StreamBatches),
    File(FileBatches),
}

impl Batches {
    /// A file is read by its table of contents, if it can be read in any order, and from start to end otherwise.
    fn open(
        source: &Source,
        content: impl FnOnce() -> Result<Content>,
        file: PartialFile,
    ) -> Result<(Self, SchemaRef)> {
        if source.is_plain() && source.beginning(FILE_START.len() as u64)? == FILE_START {
            let batches = FileBatches::open(&source.path, file)?;
            let schema = batches.schema.clone();
            return Ok((Self::File(batches), schema));
        }
        let (batches, schema) = StreamBatches::open(&source.path, content()?)?;
        Ok((Self::Stream(batches), schema))
    }

    fn next(&mut self) -> Result<Option<BatchRows>> {
        match self {
            Self::Stream(batches) => batches.next(),
            Self::File(batches) => batches.next(),
        }
    }
}

/// # Errors
/// Corrupt with the reason.
pub fn describe(
    source: &Source,
    content: impl FnOnce() -> Result<Content>,
    file: PartialFile,
) -> Result<FileDescription> {
    let (_, schema) = Batches::open(source, content, file)?;
    let (columns, left_out) = columns_of(schema.fields().iter().map(|field| &**field));
    Ok(FileDescription {
        columns,
        left_out,
        ..FileDescription::default()
    })
}

/// Refuses the first version of Feather.
pub fn refuse_feather(path: &Path) -> Error {
    let what = "this is a file of Feather's first version, which is no longer written; save it as Feather version 2 or Parquet";
    Error::file(ErrorCode::InvalidArgument, path, what)
}

pub struct ArrowRows {
    batches: Batches,
    wanted: Vec<WantedColumn>,
    batch: Option<BatchRows>,
    before: u64,
}

impl ArrowRows {
    pub fn open(
        source: &Source,
        content: impl FnOnce() -> Result<Content>,
        file: PartialFile,
        wanted: &[WantedColumn],
    ) -> Result<Self> {
        let (batches, _) = Batches::open(source, content, file)?;
        Ok(Self {
            batches,
            wanted: wanted.to_vec(),
            batch: None,
            before: 0,
        })
    }
}

impl TableReader for ArrowRows {
    fn read(&mut self, block: &mut TableBlock) -> Result<bool> {
        while !block.is_full() {
            if self.batch.as_ref().is_none_or(BatchRows::is_done) {
                self.before += self.batch.take().map_or(0, |batch| batch.rows() as u64);
                self.batch = self.batches.next()?;
                if self.batch.is_none() {
                    return Ok(block.rows() > 0);
                }
            }
            if let Some(batch) = &mut self.batch {
                batch.fill(&self.wanted, self.before, block);
            }
        }
        Ok(true)
    }
}
