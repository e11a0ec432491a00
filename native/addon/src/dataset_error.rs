//! The dataset crate's errors as JavaScript errors, with `code` and `details`, and its panics as Internal ones.

use std::panic::{AssertUnwindSafe, catch_unwind};

use dataset::{Error, ErrorCode, Result};
use napi::bindgen_prelude::{JsObjectValue, JsValue};
use napi::{Env, Status};
use serde::Serialize;

use crate::printable::bounded_message;

/// Runs `work`; a panic becomes an Internal error.
pub fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_string());
        let text = text
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        Err(Error::new(
            ErrorCode::Internal,
            format!("The dataset reader failed: {text}."),
        ))
    })
}

/// The JavaScript error to throw or reject with: `code` is a NativeErrorCode, `details` JSON text where there are any.
pub fn thrown(env: &Env, error: &Error) -> napi::Error {
    let made = || {
        let mut object = env.create_error(napi::Error::new(
            Status::GenericFailure,
            bounded_message(&error.message),
        ))?;
        object.set_named_property("code", error.code.as_str())?;
        if let Some(details) = &error.details {
            object.set_named_property("details", details.to_string())?;
        }
        Ok(napi::Error::from(object.to_unknown()))
    };
    made().unwrap_or_else(|failure: napi::Error| failure)
}

/// The JSON text of an answer, which an error calls `what`.
pub fn to_json(value: &impl Serialize, what: &str) -> Result<String> {
    serde_json::to_string(value).map_err(|error| {
        Error::new(
            ErrorCode::Internal,
            format!("{what} could not be reported: {error}."),
        )
    })
}
