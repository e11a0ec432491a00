//! What to import and how, as it arrives from JavaScript.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::list_text::ListForm;
use crate::shaping::{Bucket, Clip};
use crate::text_encoding::TextEncoding;
use crate::time_features::TimeFeature;
use crate::time_format::TimeFormat;

/// What to read and how; what became of the rows is in ImportResult.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct ImportSpec {
    /// Compressed ones are decompressed, and a zip archive stands for the files in it.
    pub files: Vec<PathBuf>,
    /// The format of files that are no delimited text. They have no dialect: what follows up to `missingValues` is not read.
    #[serde(default)]
    pub table: Option<TableFormat>,
    /// For each file the values of the last columns, which are not in the file but in the names of its folders; an empty list if
    /// there are no such columns.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<Vec<String>>>"))]
    pub partitions: Vec<Vec<String>>,
    /// A separator of one or more characters, or the word spaces for runs of blanks.
    pub delimiter: String,
    /// RFC 4180 quotes; false for Criteo TSV.
    pub quotes: bool,
    /// Where `quotes`: a backslash escapes a quote sign in a quoted field, instead of a second quote sign.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub backslash_quotes: bool,
    /// The sign around quoted fields; a double quotation mark if absent.
    #[serde(default)]
    pub quote_sign: Option<String>,
    /// How many lines at the beginning of each file are skipped.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<u32>"))]
    pub skip_lines: u32,
    pub header: bool,
    /// UTF-8 if absent.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<TextEncoding>"))]
    pub encoding: TextEncoding,
    /// Numbers have a comma before their fraction.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub decimal_comma: bool,
    /// The character between groups of digits, if there is one.
    #[serde(default)]
    pub thousands: Option<char>,
    /// Lines that begin with this text are comments.
    #[serde(default)]
    pub comment: Option<String>,
    /// A line may end with one delimiter more than its fields need.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub trailing_delimiter: bool,
    /// The fields that a row lacks at its end are missing. Otherwise the row is rejected.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub fill_short_rows: bool,
    /// The fields that a row has beyond the columns are dropped. Otherwise the row is rejected.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub cut_long_rows: bool,
    /// Markers of a missing value. An empty field is always one.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<String>>"))]
    pub missing_values: Vec<String>,
    /// In file order; their count is the field count that every row must have.
    pub columns: Vec<ImportColumn>,
    pub split: ImportSplit,
    /// A new folder, written completely or removed again. The caller renames it into place.
    pub destination: PathBuf,
    pub name: String,
    /// Share of rows, 0 to 1, above which the import fails with TooManyRejectedRows.
    pub max_rejected: f64,
    /// The number of rows above which it fails likewise.
    #[serde(default)]
    pub max_rejected_rows: Option<u64>,
    /// Where the file of rejected rows goes if the import fails because of them; an older file is replaced.
    #[serde(default)]
    pub rejected_file: Option<PathBuf>,
    /// How many rejected rows to report in full.
    pub report_rejected: usize,
    /// Free-form provenance kept in the manifest (source, licence notice, ceiling AUC).
    #[cfg_attr(test, ts(type = "Record<string, unknown>"))]
    pub provenance: Map<String, Value>,
    /// A prepared dataset's folder: values become numbers as they did there, and statistics are the ones there. A
    /// label and rows to train on are not needed then; without a label column every label is 0.
    pub encode_like: Option<PathBuf>,
    /// Columns whose text is kept in `kept.jsonl` in the destination: a JSON array of strings a row, in file order.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<String>>"))]
    pub keep_text: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct ImportColumn {
    pub name: String,
    /// Instead of the specification's.
    #[serde(default)]
    pub missing_values: Option<Vec<String>>,
    /// What the values of a sparse column are the ids of.
    #[serde(default)]
    pub identifies: Option<Identified>,
    #[serde(flatten)]
    pub role: ColumnRole,
}

#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "role", rename_all = "camelCase")]
pub enum ColumnRole {
    Label(LabelSettings),
    Dense(DenseSettings),
    Sparse(SparseSettings),
    MultiValued(SparseSettings),
    Time(TimeSettings),
    Ignore,
}

#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct LabelSettings {
    /// label = value >= positiveFrom; without it only 0 and 1 are labels.
    pub positive_from: Option<f64>,
    /// The values that mean 1 instead of 1 itself, such as click and buy.
    pub positive: Option<LabelTexts>,
    /// Where `positive` is given, those that mean 0; without it, every other value does.
    pub negative: Option<LabelTexts>,
}

/// A value of a label, or several that mean the same.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(untagged)]
pub enum LabelTexts {
    One(String),
    Several(Vec<String>),
}

impl LabelTexts {
    pub fn as_slice(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Several(texts) => texts,
        }
    }
}

/// user, item: who and what a row is about. group: rows that belong together, such as those of a session or a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Identified {
    User,
    Item,
    Group,
}

/// A column whose rows are rejected if they hold neither a time nor a missing value.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TimeSettings {
    pub format: TimeFormat,
    /// Columns that are made of it, which are named after it: when_hour.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<TimeFeature>>"))]
    pub derive: Vec<TimeFeature>,
}

/// The formats of files that are no delimited text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum TableFormat {
    Parquet,
    Arrow,
    Json,
    /// And libfm, whose files are the same.
    Libsvm,
    Libffm,
}

impl TableFormat {
    pub fn name(self) -> &'static str {
        match self {
            Self::Parquet => "Parquet",
            Self::Arrow => "Arrow",
            Self::Json => "JSON",
            Self::Libsvm => "libsvm",
            Self::Libffm => "libffm",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DenseSettings {
    #[serde(rename = "type")]
    pub kind: NumberType,
    pub transform: Transform,
    pub missing: Missing,
    /// What stands for a missing value, where `missing` is value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub fill: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub clip: Option<Clip>,
}

/// Of a well-formed field: an int64 or a finite float.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum NumberType {
    Integer,
    Float,
}

/// logClipped: log(1 + max(x, 0)). logSquared: floor((ln x)^2) where x > 2, otherwise x without its fraction. standard: (x -
/// mean) / population deviation over training rows. minMax: (x - minimum) / (maximum - minimum) of training rows. Both are 0
/// for a constant column. quantile: where x is among the percentiles of training rows, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Transform {
    None,
    LogClipped,
    LogSquared,
    Standard,
    MinMax,
    Quantile,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Missing {
    Zero,
    Median,
    Mean,
    Value,
    Reject,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct SparseSettings {
    #[serde(rename = "type")]
    pub kind: ValueType,
    pub encoding: Encoding,
    /// Of a multi-valued field; a space if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separator: Option<char>,
    /// Multi-valued fields may be in brackets, and their values in quotation marks: ["a", "b"].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub brackets: bool,
    /// Of a single-valued column of numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket: Option<Bucket>,
    /// What a missing value is.
    #[serde(default, skip_serializing_if = "MissingCategory::is_unknown")]
    #[cfg_attr(test, ts(optional, as = "Option<MissingCategory>"))]
    pub missing: MissingCategory,
}

/// unknown: as a value that training has not seen. category: a value of its own, the empty text. reject: a reason to leave the
/// row out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum MissingCategory {
    #[default]
    Unknown,
    Category,
    Reject,
}

impl MissingCategory {
    pub fn is_unknown(&self) -> bool {
        *self == Self::Unknown
    }
}

impl SparseSettings {
    /// How multi-valued fields are written.
    pub fn list_form(&self) -> ListForm {
        ListForm {
            separator: self.separator.unwrap_or(' '),
            brackets: self.brackets,
        }
    }
}

/// hex: 1 to 16 hex digits, as in Criteo's data; their case does not matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ValueType {
    Text,
    Hex,
}

/// vocabulary: training values seen at least minimumCount times, and of those the maximumSize most frequent ones (the bytewise
/// first of equally frequent ones), sorted bytewise, numbered from 1; 0 = unseen.
/// hash: 1 + hash mod (size - 1), with the seed mixed in unless it is 0; 0 = missing.
/// index: the value itself, a whole number below size, of data that are encoded already; 0 = missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Encoding {
    Vocabulary {
        minimum_count: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        maximum_size: Option<u32>,
    },
    Hash {
        size: u32,
        #[serde(default, skip_serializing_if = "is_zero")]
        #[cfg_attr(test, ts(optional, as = "Option<u64>"))]
        seed: u64,
    },
    Index {
        size: u32,
    },
}

fn is_zero(seed: &u64) -> bool {
    *seed == 0
}

/// modulo: by i mod modulus, where i is the number of the data row from 0, accepted or not.
/// tail: the first data rows train, then validation, then test, in file order; shares of all data rows.
/// ratio: by a seeded hash of the row's number.
/// time: the latest rows by a column of times are test, with shares as in tail; equal times keep file order. Without a format
/// the times are plain numbers.
/// user: all rows of a user in one split, by a seeded hash of the column's text, so that shares are those of users.
/// leaveOneOut: of each user the last row is test and the one before validation, by time or, without a column of times, in file
/// order. Of two rows the first trains, and a single row trains.
/// files: by the number of the file in the specification, from 0; the others train.
/// column: by a column's text; rows whose value is in none of the lists are rejected.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ImportSplit {
    Modulo {
        modulus: u64,
        validation: Vec<u64>,
        test: Vec<u64>,
    },
    Tail {
        validation: f64,
        test: f64,
    },
    Ratio {
        validation: f64,
        test: f64,
        seed: u64,
    },
    Time {
        column: String,
        validation: f64,
        test: f64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        format: Option<TimeFormat>,
    },
    User {
        column: String,
        validation: f64,
        test: f64,
        seed: u64,
    },
    #[serde(rename = "leaveOneOut")]
    LeaveOneOut {
        user: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        time: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        format: Option<TimeFormat>,
    },
    Files {
        validation: Vec<usize>,
        test: Vec<usize>,
    },
    Column {
        column: String,
        train: Vec<String>,
        validation: Vec<String>,
        test: Vec<String>,
    },
}
