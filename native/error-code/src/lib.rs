//! The one error type of the native crates: a code that a program can test and a sentence that a person can act on.

mod error;

pub use error::{Error, Result};

/// What kind of failure an error of the addon is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "NativeErrorCode"))]
pub enum ErrorCode {
    /// An argument is missing, of another type or out of its range.
    InvalidArgument,
    /// A plan cannot be read or does not hold together.
    InvalidPlan,
    /// The call is not possible now, or not on this system.
    InvalidState,
    /// A file or folder does not exist.
    NotFound,
    /// The operating system refused to read or write.
    Io,
    DiskFull,
    /// A file is damaged, or not what it claims to be.
    Corrupt,
    Cancelled,
    /// An import refused more of the rows than its specification allows.
    TooManyRejectedRows,
    /// A fault of the addon itself.
    Internal,
}

impl ErrorCode {
    /// The code's name as JavaScript sees it.
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorCode::InvalidArgument => "InvalidArgument",
            ErrorCode::InvalidPlan => "InvalidPlan",
            ErrorCode::InvalidState => "InvalidState",
            ErrorCode::NotFound => "NotFound",
            ErrorCode::Io => "Io",
            ErrorCode::DiskFull => "DiskFull",
            ErrorCode::Corrupt => "Corrupt",
            ErrorCode::Cancelled => "Cancelled",
            ErrorCode::TooManyRejectedRows => "TooManyRejectedRows",
            ErrorCode::Internal => "Internal",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_written() {
        let mut declarations = typescript::Declarations::default();
        declarations.add::<ErrorCode>();
        declarations.write("error-code");
    }
}
