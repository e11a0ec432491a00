//! A file's beginning as JavaScript sees it: its text, and its records.

use dataset::{
    BeginningOptions, Error, SampleOptions, decode_beginning as decode, detect_time as detect,
    split_records as split,
};
use napi::Env;
use napi::bindgen_prelude::Unknown;
use napi_derive::napi;
use serde::de::DeserializeOwned;

use crate::arguments::{boolean, bytes, names, string};
use crate::errors::{Result, answer, to_json};

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
