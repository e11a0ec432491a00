//! A file's beginning as JavaScript sees it: its text, and its records.

use std::path::Path;

use dataset::{
    BeginningOptions, Error, SampleOptions, Source, TableOptions, decode_beginning as decode,
    detect_time as detect, preview_table as preview, split_records as split,
};
use napi::Env;
use napi::bindgen_prelude::{AsyncTask, Buffer, Unknown};
use napi_derive::napi;
use serde::de::DeserializeOwned;

use crate::arguments::{boolean, bytes, integer, names, string};
use crate::errors::{Result, answer, to_json};
use crate::job::{Job, job};

/// The largest beginning of a file that is read at once.
const MAX_BEGINNING: u64 = 1 << 30;

/// Decodes a file's beginning as an import does: JSON of TextBeginning. `options` is JSON of BeginningOptions.
#[napi(catch_unwind)]
pub fn decode_beginning(
    env: Env,
    #[napi(ts_arg_type = "Uint8Array")] beginning: Unknown<'_>,
    #[napi(ts_arg_type = "string")] options: Unknown<'_>,
) -> napi::Result<String> {
    answer(&env, || {
        let beginning = bytes(beginning, "beginning")?;
        let options: BeginningOptions = options_of(options)?;
        to_json(&decode(&beginning, &options), "The text")
    })
}

/// Splits the beginning of a file into records as an import does: JSON of TextRecord[]. `options` is JSON of SampleOptions.
/// Throws InvalidArgument for a delimiter or a sign of comments that an import refuses.
#[napi(catch_unwind)]
pub fn split_records(
    env: Env,
    #[napi(ts_arg_type = "string")] beginning: Unknown<'_>,
    #[napi(ts_arg_type = "string")] options: Unknown<'_>,
) -> napi::Result<String> {
    answer(&env, || {
        let beginning = string(beginning, "beginning")?;
        let options: SampleOptions = options_of(options)?;
        to_json(&split(&beginning, &options)?, "The records")
    })
}

/// The beginning of a file, or of the first file in a zip archive.
#[napi(object)]
pub struct FileBeginning {
    /// The first bytes, decompressed.
    pub bytes: Buffer,
    /// What the file is compressed by: gzip, zstd, bzip2, xz, lzma or zip.
    pub compression: Option<String>,
}

/// Resolves to at most `maxBytes` of the decompressed content of a file. Rejects with NotFound, Io, Corrupt or InvalidArgument
/// that names the file.
#[napi(catch_unwind, ts_return_type = "Promise<FileBeginning>")]
pub fn file_beginning(
    env: Env,
    #[napi(ts_arg_type = "string")] file: Unknown<'_>,
    #[napi(ts_arg_type = "number")] max_bytes: Unknown<'_>,
) -> napi::Result<AsyncTask<Job<FileBeginning>>> {
    answer(&env, || {
        let file = string(file, "file")?;
        let max_bytes = integer(max_bytes, "maxBytes", MAX_BEGINNING)?;
        Ok(job(move || {
            let source = first_source(&file)?;
            Ok(FileBeginning {
                bytes: source.beginning(max_bytes)?.into(),
                compression: source.compression().map(str::to_string),
            })
        }))
    })
}

/// Resolves to JSON of TablePreview, or to null for a file that is delimited text. `options` is JSON of TableOptions. Rejects with
/// NotFound, Io, Corrupt or InvalidArgument that names the file.
#[napi(catch_unwind, ts_return_type = "Promise<string>")]
pub fn preview_table(
    env: Env,
    #[napi(ts_arg_type = "string")] file: Unknown<'_>,
    #[napi(ts_arg_type = "string")] options: Unknown<'_>,
) -> napi::Result<AsyncTask<Job<String>>> {
    answer(&env, || {
        let file = string(file, "file")?;
        let options: TableOptions = options_of(options)?;
        Ok(job(move || {
            to_json(&preview(&first_source(&file)?, &options)?, "The preview")
        }))
    })
}

/// The file, or the first file in it if it is a zip archive.
fn first_source(file: &str) -> Result<Source> {
    Ok(Source::first(Path::new(file))?)
}

fn options_of<T: DeserializeOwned>(options: Unknown<'_>) -> Result<T> {
    let options = serde_json::from_str(&string(options, "options")?)
        .map_err(|error| Error::argument(format!("The options cannot be read: {error}.")))?;
    Ok(options)
}

/// How the times of a column are written, from its first values: JSON of DetectedTime, or of null if they are no times.
#[napi(catch_unwind)]
pub fn detect_time(
    env: Env,
    #[napi(ts_arg_type = "string[]")] values: Unknown<'_>,
    #[napi(ts_arg_type = "boolean")] decimal_comma: Unknown<'_>,
) -> napi::Result<String> {
    answer(&env, || {
        let values = names(values, "values")?;
        let decimal_comma = boolean(decimal_comma, "decimalComma")?;
        to_json(&detect(&values, decimal_comma), "The format")
    })
}
