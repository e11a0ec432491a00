//! Reads Parquet files, a part of a row group at a time.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Take};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_schema::{DataType, Field, FieldRef, Schema};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::reader::{ChunkReader, Length};

use super::arrow_rows::{BatchRows, columns_of};
use super::block::TableBlock;
use super::{FileDescription, TableReader, WantedColumn, damaged};
use crate::error::{Error, Result};
use crate::regular_file::open_regular;

/// How many rows are decoded at once.
const BATCH_ROWS: usize = 2048;

/// A file of which parts are read, at most as many bytes as it has, whatever its metadata says.
#[derive(Clone)]
pub struct PartialFile {
    file: Arc<File>,
    bytes: u64,
    bytes_read: Arc<AtomicU64>,
}

impl PartialFile {
    /// `bytes_read` is added to as the file is read.
    pub fn open(path: &Path, bytes_read: Arc<AtomicU64>) -> Result<Self> {
        let file = open_regular(path)?;
        let bytes = file.metadata().map_err(|error| Error::io(path, &error))?.len();
        Ok(Self {
            file: Arc::new(file),
            bytes,
            bytes_read,
        })
    }

    fn part(&self, start: u64, length: u64) -> ParquetResult<Take<File>> {
        if start.checked_add(length).is_none_or(|end| end > self.bytes) {
            return Err(ParquetError::EOF(
                "the file ends before the data it announces".to_string(),
            ));
        }
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(start))?;
        self.bytes_read.fetch_add(length, Ordering::Relaxed);
        Ok(file.take(length))
    }
}

impl Length for PartialFile {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for PartialFile {
    type T = BufReader<Take<File>>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(start))?;
        Ok(BufReader::new(file.take(self.bytes.saturating_sub(start))))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        let mut part = Vec::new();
        self.part(start, length as u64)?.read_to_end(&mut part)?;
        if part.len() == length {
            return Ok(part.into());
        }
        Err(ParquetError::EOF("the file has become shorter".to_string()))
    }
}

/// What the file's own description says.
pub fn describe(path: &Path) -> Result<FileDescription> {
    let metadata =
        read_metadata(&PartialFile::open(path, Arc::default())?).map_err(|error| fault(path, &error))?;
    let (columns, left_out) = columns_of(metadata.schema().fields().iter().map(|field| &**field));
    let rows = metadata.metadata().file_metadata().num_rows();
    Ok(FileDescription {
        columns,
        left_out,
        rows: u64::try_from(rows).ok(),
        notes: Vec::new(),
    })
}

pub struct ParquetRows {
    path: PathBuf,
    reader: ParquetRecordBatchReader,
    wanted: Vec<WantedColumn>,
    batch: Option<BatchRows>,
    before: u64,
}

impl ParquetRows {
    pub fn open(path: &Path, file: PartialFile, wanted: &[WantedColumn]) -> Result<Self> {
        let metadata = read_metadata(&file).map_err(|error| fault(path, &error))?;
        let is_needed = |field: &FieldRef| {
            let below = format!("{}.", field.name());
            let mut wanted = wanted.iter().filter(|column| column.needed);
            wanted.any(|column| column.name == *field.name() || column.name.starts_with(&below))
        };
        let fields = metadata.schema().fields().iter().enumerate();
        let needed: Vec<usize> = fields
            .filter(|(_, field)| is_needed(field))
            .map(|(at, _)| at)
            .collect();
        let projection = ProjectionMask::roots(metadata.parquet_schema(), needed);
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata)
            .with_batch_size(BATCH_ROWS)
            .with_projection(projection)
            .build()
            .map_err(|error| fault(path, &error))?;
        Ok(Self {
            path: path.to_path_buf(),
            reader,
            wanted: wanted.to_vec(),
            batch: None,
            before: 0,
        })
    }
}

impl TableReader for ParquetRows {
    fn read(&mut self, block: &mut TableBlock) -> Result<bool> {
        while !block.is_full() {
            if self.batch.as_ref().is_none_or(BatchRows::is_done) {
                self.before += self.batch.take().map_or(0, |batch| batch.rows() as u64);
                match self.reader.next() {
                    None => return Ok(block.rows() > 0),
                    Some(batch) => {
                        let batch = batch.map_err(|error| damaged(&self.path, "Parquet", &error))?;
                        self.batch = Some(BatchRows::new(batch));
                    }
                }
            }
            if let Some(batch) = &mut self.batch {
                batch.fill(&self.wanted, self.before, block);
            }
        }
        Ok(true)
    }
}

/// Texts are read as views of the file's dictionary, so that a long value that many rows have is in memory once.
fn read_metadata(file: &PartialFile) -> ParquetResult<ArrowReaderMetadata> {
    let metadata = ArrowReaderMetadata::load(file, ArrowReaderOptions::new())?;
    let fields: Vec<FieldRef> = metadata.schema().fields().iter().map(with_views).collect();
    let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields)));
    Ok(ArrowReaderMetadata::try_new(metadata.metadata().clone(), options).unwrap_or(metadata))
}

fn with_views(field: &FieldRef) -> FieldRef {
    let data_type = match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 => DataType::Utf8View,
        DataType::Binary | DataType::LargeBinary => DataType::BinaryView,
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(with_views).collect()),
        DataType::List(item) => DataType::List(with_views(item)),
        DataType::LargeList(item) => DataType::LargeList(with_views(item)),
        other => other.clone(),
    };
    Arc::new(Field::new(field.name(), data_type, field.is_nullable()))
}

fn fault(path: &Path, error: &ParquetError) -> Error {
    damaged(path, "Parquet", error)
}
