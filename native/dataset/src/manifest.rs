//! The manifest of a prepared dataset (main/contract/manifest.ts has its schema).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::hex::to_hex;
use crate::labels::LabelWords;
use crate::rejected::RejectedRows;
use crate::spec::{DenseSettings, Identified, ImportSplit, SparseSettings};
use crate::time_features::Derivation;
use crate::top_value::TopValue;

pub const FORMAT: &str = "dlrm-studio-dataset";
pub const VERSION: u32 = 1;
pub const FILE_NAME: &str = "manifest.json";

/// Unknown members are refused: one could be a checksum whose name is damaged.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Manifest {
    pub format: String,
    pub version: u32,
    pub name: String,
    /// ISO 8601, UTC.
    pub created_at: String,
    /// SHA-256 over the content files' hashes.
    pub hash: String,
    pub rows: u64,
    /// The size of the content files.
    pub bytes: u64,
    pub splits: Splits,
    pub split: ImportSplit,
    pub label: LabelEntry,
    pub columns: Vec<ColumnEntry>,
    /// One entry for each sparse column in file order. Datasets of older versions have none.
    #[serde(default)]
    pub unknown_values: Vec<UnknownEntry>,
    pub rejected: RejectedRows,
    pub sources: Vec<FileEntry>,
    /// Content files by ascending path.
    pub files: Vec<FileEntry>,
    pub provenance: Map<String, Value>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Splits {
    pub train: SplitEntry,
    pub validation: SplitEntry,
    pub test: SplitEntry,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SplitEntry {
    pub rows: u64,
    pub label_mean: Option<f64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LabelEntry {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub positive_from: Option<f64>,
    #[serde(flatten)]
    pub words: Option<LabelWords>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "camelCase")]
pub enum ColumnEntry {
    Dense(DenseEntry),
    Sparse(SparseEntry),
    MultiValued(SparseEntry),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DenseEntry {
    pub name: String,
    #[serde(flatten)]
    pub settings: DenseSettings,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derived: Option<Derivation>,
    pub missing_share: f64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing_texts: Vec<TopValue>,
    /// The number of training rows without a value. Older datasets do not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_training_rows: Option<u64>,
    pub mean: f64,
    pub standard_deviation: f64,
    /// The mean and deviation that the transform `standard` uses. In older datasets these are the ones above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    pub median: f64,
    /// Of the transform `quantile`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub percentiles: Vec<f64>,
    pub minimum: f64,
    pub maximum: f64,
    pub histogram: Vec<u64>,
}

/// Mean and deviation of the raw training values with the missing ones filled in, on which a model is trained.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scale {
    pub mean: f64,
    pub standard_deviation: f64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SparseEntry {
    pub name: String,
    #[serde(flatten)]
    pub settings: SparseSettings,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifies: Option<Identified>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derived: Option<Derivation>,
    pub cardinality: u64,
    pub missing_share: f64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing_texts: Vec<TopValue>,
    pub mean_values: f64,
    pub top_values: Vec<TopValue>,
    pub coverage: Vec<CoveragePoint>,
}

/// How many of a column's values training has not seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnknownEntry {
    pub column: String,
    pub validation: UnknownCount,
    pub test: UnknownCount,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnknownCount {
    /// Values of the split, empty fields left out.
    pub values: u64,
    pub unknown: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoveragePoint {
    pub rows: u64,
    pub share: f64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// The path of a content file is relative to the dataset's folder, with forward slashes.
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
}

/// The dataset's hash: SHA-256 over a line "hash, two spaces, path" for each content file, by ascending path.
pub fn content_hash(files: &[FileEntry]) -> String {
    let mut hasher = Sha256::new();
    for file in files {
        hasher.update(format!("{}  {}\n", file.sha256, file.path));
    }
    to_hex(&hasher.finalize())
}
