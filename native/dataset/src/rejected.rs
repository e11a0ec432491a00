//! The rows that an import rejects, as its result and the manifest report them.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::top_value::TopValue;

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

/// Rejected rows with the same fault in the same column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RejectedGroup {
    /// The column's name; none if the rows as a whole are wrong.
    pub column: Option<String>,
    /// The reason, with an ellipsis for each text of the file in it.
    pub reason: String,
    pub count: u64,
    /// The most frequent fields at fault, without the spaces around them, by descending count.
    pub values: Vec<TopValue>,
    /// How many different fields there are, as far as they were counted.
    pub distinct: u64,
    /// The first of the rows.
    pub first: RejectedRow,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RejectedRows {
    pub count: u64,
    pub first: Vec<RejectedRow>,
    /// By descending count. Datasets of older versions have none.
    #[serde(default)]
    pub groups: Vec<RejectedGroup>,
    /// How many rows the file of rejected rows has, which is limited in size. Older versions wrote no such file.
    #[serde(default)]
    pub stored: u64,
}

/// Where a rejected row begins and what its text is.
#[derive(Clone, Copy, Debug)]
pub struct RejectedText<'a> {
    /// The byte of the source at which the row begins, unless the source is compressed or decoded.
    pub byte: Option<u64>,
    pub text: &'a [u8],
}

/// Takes all rejected rows of a reading.
pub trait RejectedSink {
    fn write(&mut self, row: &RejectedRow, place: &RejectedText<'_>) -> Result<()>;
}
