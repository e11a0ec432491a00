//! Records of a file's beginning as JavaScript sees them.

use dataset::{Error, SampleOptions, split_records as split};
use napi::Env;
use napi::bindgen_prelude::Unknown;
use napi_derive::napi;

use crate::arguments::string;
use crate::errors::{answer, to_json};

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
        let options: SampleOptions = serde_json::from_str(&string(options, "options")?)
            .map_err(|error| Error::argument(format!("The options cannot be read: {error}.")))?;
        to_json(&split(&beginning, &options)?, "The records")
    })
}
