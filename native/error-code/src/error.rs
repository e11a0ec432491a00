use std::fmt;
use std::io;
use std::path::Path;

use serde_json::{Value, json};

use crate::ErrorCode;

/// What went wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    pub code: ErrorCode,
    pub message: String,
    /// What else a program may want to know: `{ file, row?, column? }`, or `{ count, rows, first }` of TooManyRejectedRows, or
    /// `{ neededBytes, availableBytes }` of DiskFull.
    pub details: Option<Value>,
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            details: None,
        }
    }

    pub fn argument(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidArgument, message)
    }

    pub fn plan(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidPlan, message)
    }

    pub fn state(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidState, message)
    }

    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Internal, message)
    }

    pub fn cancelled() -> Self {
        Self::new(ErrorCode::Cancelled, "The import was cancelled.")
    }

    /// An error about one file. The message starts with its name.
    pub fn file(code: ErrorCode, path: &Path, what: impl fmt::Display) -> Self {
        Self::new(code, format!("{}: {what}", path.display()))
            .with_details(json!({ "file": path.display().to_string() }))
    }

    /// An operating system's error on a file, with the file's name.
    pub fn io(path: &Path, error: &io::Error) -> Self {
        let code = match error.kind() {
            io::ErrorKind::NotFound => ErrorCode::NotFound,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ErrorCode::DiskFull,
            _ => ErrorCode::Io,
        };
        let what = match error.kind() {
            io::ErrorKind::NotFound => "there is no such file or folder".to_string(),
            io::ErrorKind::PermissionDenied => "permission denied".to_string(),
            io::ErrorKind::StorageFull => "the disk is full; free some space and try again".to_string(),
            _ => error.to_string(),
        };
        Self::file(code, path, what)
    }

    pub fn with_details(mut self, details: Value) -> Self {
        self.details = Some(details);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.code.as_str(), self.message)
    }
}

impl std::error::Error for Error {}
