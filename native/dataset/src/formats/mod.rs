//! Files that are no delimited text. A reader of a format gives rows of the fields that a delimited file would have, so that
//! everything after it is the same for all files.

mod arrow_file;
mod arrow_footer;
mod arrow_messages;
mod arrow_rows;
mod arrow_stream;
mod arrow_values;
mod block;
mod items;
mod json;
mod json_fields;
mod json_values;
mod libsvm;
mod libsvm_lines;
mod long_lines;
mod moments;
mod parquet;
mod preview;
mod table_stream;

use std::fmt::Display;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub use arrow_values::ValueKind;
pub use block::TableBlock;
pub use preview::{TableOptions, TablePreview, preview_table};
pub use table_stream::TableStream;

use crate::error::{Error, ErrorCode, Result};
use crate::excerpt::quoted_excerpt;
use crate::source::{Content, Source};
use crate::spec::TableFormat;
use libsvm_lines::SparseFormat;
use table_stream::guarded;

/// How much of a file tells its format.
const START_BYTES: u64 = 64 * 1024;
/// The length of a library's reason in a message.
const MAX_REASON: usize = 200;

/// A column as its file describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileColumn {
    pub name: String,
    pub kind: ValueKind,
    pub list: bool,
}

impl FileColumn {
    fn new(name: impl Into<String>, kind: ValueKind) -> Self {
        let name = name.into();
        Self {
            name,
            kind,
            list: false,
        }
    }

    fn list(name: impl Into<String>, kind: ValueKind) -> Self {
        let name = name.into();
        Self {
            name,
            kind,
            list: true,
        }
    }
}

/// A column that an import reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedColumn {
    pub name: String,
    /// What separates the items of a multi-valued column.
    pub separator: Option<char>,
    /// Whether anything is done with its values. The fields of others are left empty.
    pub needed: bool,
}

/// What a file says about itself.
#[derive(Debug, Default)]
struct FileDescription {
    columns: Vec<FileColumn>,
    /// Columns whose values have no text.
    left_out: Vec<String>,
    /// The number of rows, if the file says it.
    rows: Option<u64>,
    /// Sentences about how the file is read.
    notes: Vec<String>,
}

/// A reader of a file's rows.
pub trait TableReader {
    /// Adds rows to an empty block until it is full. Returns false, and adds none, at the end.
    fn read(&mut self, block: &mut TableBlock) -> Result<bool>;
}

/// The format of a file, by its content; `None` if it is taken for delimited text.
///
/// # Errors
/// InvalidArgument for a file whose format is known and not read; Io or Corrupt if it cannot be read.
pub fn detect(source: &Source) -> Result<Option<TableFormat>> {
    let start = source.beginning(START_BYTES)?;
    let end = source.end()?;
    if start.starts_with(b"PAR1") && end == b"PAR1" {
        return Ok(Some(TableFormat::Parquet));
    }
    if start.starts_with(b"PAR1") && end == b"PARE" || start.starts_with(b"PARE") {
        let what = "this Parquet file is encrypted; decrypt it first";
        return Err(Error::file(ErrorCode::InvalidArgument, &source.path, what));
    }
    if start.starts_with(arrow_file::FEATHER_START) && start.contains(&0) {
        return Err(arrow_file::refuse_feather(&source.path));
    }
    let is_stream = start.starts_with(&arrow_messages::MESSAGE_START) && start.get(6..8) == Some(&[0, 0]);
    if start.starts_with(arrow_messages::FILE_START) || is_stream {
        return Ok(Some(TableFormat::Arrow));
    }
    // A character may be cut at the end.
    let valid = match std::str::from_utf8(&start) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&start[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return Ok(None),
    };
    if json_values::shape_of(valid).is_some() {
        return Ok(Some(TableFormat::Json));
    }
    Ok(libsvm_lines::shape_of(valid).map(|format| match format {
        SparseFormat::Libsvm => TableFormat::Libsvm,
        SparseFormat::Libffm => TableFormat::Libffm,
    }))
}

fn describe(source: &Source, format: TableFormat) -> Result<FileDescription> {
    let content = || source.content(Arc::default());
    match format {
        TableFormat::Parquet => parquet::describe(requires_file(source)?),
        TableFormat::Arrow => {
            let file = parquet::PartialFile::open(&source.path, Arc::default())?;
            arrow_file::describe(source, content, file)
        }
        TableFormat::Json => json::describe(&source.path, content()?),
        TableFormat::Libsvm => libsvm::describe(&source.path, content()?, SparseFormat::Libsvm),
        TableFormat::Libffm => libsvm::describe(&source.path, content()?, SparseFormat::Libffm),
    }
}

/// How many rows the beginning of a file has, how much text they are, and of how many bytes of the file they come.
#[derive(Debug)]
pub struct Sample {
    pub rows: u64,
    pub text_bytes: u64,
    pub source_bytes: u64,
}

/// The first block of a file's rows.
///
/// # Errors
/// As reading them.
pub fn sample(source: &Source, format: TableFormat, wanted: &[WantedColumn]) -> Result<Sample> {
    guarded(source, format, || {
        let bytes_read = Arc::new(AtomicU64::new(0));
        let content = || source.content(bytes_read.clone());
        let mut block = TableBlock::default();
        open(source, format, wanted, content, bytes_read.clone())?.read(&mut block)?;
        let (rows, text_bytes) = (block.rows() as u64, block.bytes() as u64);
        // A file that says how many rows it has need not be read to know it.
        let all_rows = describe(source, format)?.rows.filter(|_| rows > 0);
        Ok(match all_rows {
            Some(all) => Sample {
                rows: all,
                text_bytes: (text_bytes as f64 / rows as f64 * all as f64) as u64,
                source_bytes: source.bytes,
            },
            None => Sample {
                rows,
                text_bytes,
                source_bytes: bytes_read.load(Ordering::Relaxed).max(1),
            },
        })
    })
}

/// Opens a file to read its rows. `bytes_read` is added to as the file is read.
fn open(
    source: &Source,
    format: TableFormat,
    wanted: &[WantedColumn],
    content: impl FnOnce() -> Result<Content>,
    bytes_read: Arc<AtomicU64>,
) -> Result<Box<dyn TableReader>> {
    let path = &source.path;
    Ok(match format {
        TableFormat::Parquet => {
            let path = requires_file(source)?;
            let file = parquet::PartialFile::open(path, bytes_read)?;
            Box::new(parquet::ParquetRows::open(path, file, wanted)?)
        }
        TableFormat::Arrow => {
            let file = parquet::PartialFile::open(path, bytes_read)?;
            Box::new(arrow_file::ArrowRows::open(source, content, file, wanted)?)
        }
        TableFormat::Json => Box::new(json::JsonRows::open(path, content()?, wanted)?),
        TableFormat::Libsvm => Box::new(libsvm::SparseRows::open(
            path,
            content()?,
            SparseFormat::Libsvm,
            wanted,
        )),
        TableFormat::Libffm => Box::new(libsvm::SparseRows::open(
            path,
            content()?,
            SparseFormat::Libffm,
            wanted,
        )),
    })
}

/// A Parquet file is read from its end, which a compressed one does not allow.
fn requires_file(source: &Source) -> Result<&Path> {
    if source.is_plain() {
        return Ok(&source.path);
    }
    let what = "a Parquet file inside a compressed one cannot be read; unpack it first, because Parquet compresses its data itself";
    Err(Error::file(ErrorCode::InvalidArgument, &source.path, what))
}

/// The first bytes of a content, and the whole content.
fn start_of(mut content: Content, bytes: u64) -> io::Result<(Vec<u8>, Content)> {
    let mut start = Vec::new();
    (&mut content).take(bytes).read_to_end(&mut start)?;
    let whole = Cursor::new(start.clone()).chain(content);
    Ok((start, Box::new(BufReader::with_capacity(1 << 16, whole))))
}

/// A file that is not what its format asks for.
fn damaged(path: &Path, format: &str, reason: &dyn Display) -> Error {
    // The further lines of Arrow's reasons are the path through its own tables.
    let reason = reason.to_string();
    let first_line = reason.lines().next().unwrap_or_default();
    let reason: String = first_line.chars().take(MAX_REASON).collect();
    let what = format!("the {format} data cannot be read ({reason}); write or copy the file again");
    Error::file(ErrorCode::Corrupt, path, what)
}

/// # Errors
/// InvalidArgument if a column that an import needs is not in the file.
fn require_columns(source: &Source, columns: &[FileColumn], wanted: &[WantedColumn]) -> Result<()> {
    let is_missing =
        |column: &&WantedColumn| column.needed && !columns.iter().any(|known| known.name == column.name);
    let Some(missing) = wanted.iter().find(is_missing) else {
        return Ok(());
    };
    let what = format!("there is no column {}", quoted_excerpt(&missing.name));
    Err(Error::file(ErrorCode::InvalidArgument, &source.path, what))
}
