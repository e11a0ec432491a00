//! The file of all rejected rows, each with its place, its reason and its text as it was read.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::error::{Error, ErrorCode, Result};
use crate::manifest::FileEntry;
use crate::output::HashedFile;
use crate::rejected::{RejectedRow, RejectedSink, RejectedText};

/// The file has one JSON object for each rejected row.
pub const FILE_NAME: &str = "rejected.jsonl";
/// Rows beyond this size are counted and not written.
const MAX_FILE_BYTES: u64 = 64 << 20;
/// Longer rows are cut.
const MAX_TEXT_BYTES: usize = 64 << 10;

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    row: u64,
    byte: Option<u64>,
    column: Option<&'a str>,
    reason: &'a str,
    /// What is not UTF-8 is replaced.
    text: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    cut: bool,
}

/// Writes rejected rows. Without any it writes no file.
pub struct RejectedFile {
    folder: PathBuf,
    /// The paths of the sources.
    sources: Vec<String>,
    file: Option<HashedFile>,
    bytes: u64,
    rows: u64,
    is_full: bool,
}

impl RejectedFile {
    /// The file will be in `folder`; `sources` are the paths of the import's files.
    pub fn new(folder: &Path, sources: Vec<String>) -> Self {
        Self {
            folder: folder.to_path_buf(),
            sources,
            file: None,
            bytes: 0,
            rows: 0,
            is_full: false,
        }
    }

    /// The file, if there is one, and how many rows it has.
    pub fn finish(self) -> Result<(Option<FileEntry>, u64)> {
        Ok((self.file.map(HashedFile::finish).transpose()?, self.rows))
    }
}

impl RejectedSink for RejectedFile {
    fn write(&mut self, row: &RejectedRow, place: &RejectedText<'_>) -> Result<()> {
        if self.is_full {
            return Ok(());
        }
        let kept = &place.text[..place.text.len().min(MAX_TEXT_BYTES)];
        let mut line = serde_json::to_vec(&Line {
            file: &self.sources[row.file],
            row: row.row,
            byte: place.byte,
            column: row.column.as_deref(),
            reason: &row.reason,
            text: &String::from_utf8_lossy(kept),
            cut: kept.len() < place.text.len(),
        })
        .map_err(|error| {
            let message = format!("A rejected row could not be written: {error}.");
            Error::new(ErrorCode::Internal, message)
        })?;
        line.push(b'\n');
        self.is_full = self.bytes + line.len() as u64 > MAX_FILE_BYTES;
        if self.is_full {
            return Ok(());
        }
        if self.file.is_none() {
            self.file = Some(HashedFile::create(&self.folder, FILE_NAME.to_string())?);
        }
        self.bytes += line.len() as u64;
        self.rows += 1;
        self.file.as_mut().map_or(Ok(()), |file| file.write(&line))
    }
}
