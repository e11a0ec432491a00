//! What to import and how, as it arrives from JavaScript (`ImportSpec` of native/index.ts).

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportSpec {
    pub files: Vec<PathBuf>,
    /// One byte.
    pub delimiter: String,
    pub quotes: bool,
    /// Where `quotes`: a backslash escapes a quote sign in a quoted field, instead of a second quote sign.
    #[serde(default)]
    pub backslash_quotes: bool,
    pub header: bool,
    #[serde(default)]
    pub encoding: TextEncoding,
    /// Numbers have a comma before their fraction.
    #[serde(default)]
    pub decimal_comma: bool,
    /// Lines that begin with this byte are comments.
    #[serde(default)]
    pub comment: Option<String>,
    /// A line may end with one delimiter more than its fields need.
    #[serde(default)]
    pub trailing_delimiter: bool,
    /// Markers of a missing value. An empty field is always one.
    #[serde(default)]
    pub missing_values: Vec<String>,
    /// In file order.
    pub columns: Vec<ImportColumn>,
    pub split: ImportSplit,
    /// A folder that does not exist yet.
    pub destination: PathBuf,
    pub name: String,
    /// Share of rows, 0 to 1.
    pub max_rejected: f64,
    pub report_rejected: usize,
    pub provenance: Map<String, Value>,
    /// A prepared dataset's folder: values become numbers as they did there, and statistics are the ones there. A
    /// label and rows to train on are not needed then; without a label column every label is 0.
    pub encode_like: Option<PathBuf>,
    /// Columns whose text is kept, row by row, in `kept.jsonl`.
    #[serde(default)]
    pub keep_text: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportColumn {
    pub name: String,
    /// Instead of the specification's.
    #[serde(default)]
    pub missing_values: Option<Vec<String>>,
    #[serde(flatten)]
    pub role: ColumnRole,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "role", rename_all = "camelCase")]
pub enum ColumnRole {
    Label(LabelSettings),
    Dense(DenseSettings),
    Sparse(SparseSettings),
    MultiValued(SparseSettings),
    Ignore,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LabelSettings {
    /// label = value >= positive_from; without it only 0 and 1 are labels.
    pub positive_from: Option<f64>,
    /// The two values that a label has instead of 1 and 0, such as yes and no; both or neither.
    pub positive: Option<String>,
    pub negative: Option<String>,
}

/// How a file's bytes are text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum TextEncoding {
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// As the web reads it: Windows-1252.
    #[serde(rename = "latin1")]
    Latin1,
    /// In the byte order of its mark.
    #[serde(rename = "utf-16")]
    Utf16,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
pub struct DenseSettings {
    #[serde(rename = "type")]
    pub kind: NumberType,
    pub transform: Transform,
    pub missing: Missing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum NumberType {
    Integer,
    Float,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Transform {
    None,
    /// log(1 + max(x, 0)).
    LogClipped,
    /// (x - mean) / population deviation over training rows; 0 for a constant column.
    Standard,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Missing {
    Zero,
    Median,
    Reject,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct SparseSettings {
    #[serde(rename = "type")]
    pub kind: ValueType,
    pub encoding: Encoding,
    /// Of a multi-valued field; a space if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separator: Option<char>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ValueType {
    Text,
    /// 1 to 16 hex digits; their case does not matter.
    Hex,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Encoding {
    /// Training values seen at least `minimum_count` times, sorted bytewise, numbered from 1; 0 = unseen.
    Vocabulary { minimum_count: u32 },
    /// 1 + hash mod (size - 1); 0 = missing.
    Hash { size: u32 },
    /// The value itself, a whole number below `size`, of data that are encoded already; 0 = missing.
    Index { size: u32 },
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ImportSplit {
    /// By i mod modulus, where i is the number of the data row from 0, accepted or not.
    Modulo {
        modulus: u64,
        validation: Vec<u64>,
        test: Vec<u64>,
    },
    /// The first data rows train, then validation, then test, in file order; shares of all data rows.
    Tail { validation: f64, test: f64 },
    /// By a seeded hash of the row's number.
    Ratio { validation: f64, test: f64, seed: u64 },
    /// The latest rows by a numeric column are test; equal times keep file order.
    Time {
        column: String,
        validation: f64,
        test: f64,
    },
    /// By a column's text.
    Column {
        column: String,
        train: Vec<String>,
        validation: Vec<String>,
        test: Vec<String>,
    },
}
