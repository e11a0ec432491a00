//! Importing click data and reading it back: text files become a prepared dataset on disk, which is memory-mapped
//! and turned into batches on a thread of its own. docs/file-formats.md describes the files.
//!
//! The data flow: `source` (bytes) -> `records` -> `row` -> `block` -> `scan` (a reading of the sources, driven
//! by `inputs` and `pipeline`) -> `noted_rows` -> `write` -> `output` -> `reader` -> `gather` -> `loader`.

mod area_under_curve;
mod block;
mod calendar;
mod columns;
mod compression;
mod control;
mod decimal;
mod dense_statistics;
mod dialect;
mod disk;
mod encode_like;
mod encoding_detection;
mod epoch;
mod excerpt;
mod fields;
mod file_start;
mod formats;
mod gather;
mod hex;
mod import;
mod inputs;
mod kept_text;
mod key_order;
mod labels;
mod last_rows;
mod layout;
mod leaks;
mod lines;
mod list_text;
mod loader;
mod manifest;
mod missing_markers;
#[cfg(test)]
mod mutated_text;
mod noted_rows;
mod output;
mod packed_numbers;
mod partition;
mod pipeline;
mod quantiles;
mod quoted;
mod random;
mod ranked_values;
mod read_ahead;
mod reader;
mod records;
mod regular_file;
mod rejected;
mod rejected_file;
mod rejection_groups;
mod remote;
mod row;
mod row_hashes;
mod sample;
mod scan;
mod seal;
mod separator;
mod shaping;
mod short_values;
mod source;
mod source_records;
mod sparse_statistics;
mod spec;
mod spec_check;
mod split;
mod split_counts;
mod statistics_file;
mod text_encoding;
mod time_features;
mod time_format;
mod time_text;
mod timestamp;
mod top_rows;
mod top_value;
#[cfg(test)]
mod typescript;
mod unknown_values;
mod value_counts;
mod value_hash;
mod vocabulary;
mod write;
mod zip_members;

use error_code as error;

pub use control::{CancelFlag, ImportProgress, Phase};
pub use encoding_detection::{BeginningOptions, TextBeginning, decode_beginning};
pub use epoch::{LoaderOptions, RankOptions};
pub use error_code::{Error, ErrorCode, Result};
pub use formats::{TableOptions, TablePreview, preview_table};
pub use import::{ImportResult, import_table};
pub use leaks::{ColumnLeak, LeakReport, find_leaks};
pub use loader::BatchLoader;
pub use manifest::{ColumnEntry, DenseEntry, FileEntry, Manifest, SparseEntry, UnknownCount, UnknownEntry};
pub use reader::Dataset;
pub use rejected::{RejectedGroup, RejectedRow, RejectedRows};
pub use remote::{BATCHES, BatchServer};
pub use sample::{SampleOptions, TextRecord, split_records};
pub use source::Source;
pub use spec::{ImportSpec, TableFormat};
pub use split::Split;
pub use time_format::{DetectedTime, detect_time};
pub use unknown_values::unknown_rows;
