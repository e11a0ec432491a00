//! The rows that an import rejects, as its result and the manifest report them.

use serde::{Deserialize, Serialize};

/// A rejected row, as it is reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RejectedRow {
    /// Index into ImportSpec.files.
    pub file: usize,
    /// 1-based line in the file (a header is line 1).
    pub row: u64,
    /// The column's name; none if the row as a whole is wrong.
    pub column: Option<String>,
    pub reason: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RejectedRows {
    pub count: u64,
    pub first: Vec<RejectedRow>,
}
