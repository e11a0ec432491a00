//! Errors as JavaScript sees them. Whatever goes wrong becomes a Failure, and a Failure becomes an Error of JavaScript whose
//! `code` is a NativeErrorCode.

use std::panic::{AssertUnwindSafe, catch_unwind};

use error_code::{Error, ErrorCode};
use napi::bindgen_prelude::{JsObjectValue, JsValue};
use napi::{Env, JsError, Status};
use serde::Serialize;

use crate::printable::bounded_message;

/// An error of the native crates on its way to JavaScript.
#[derive(Debug)]
pub struct Failure(Error);

pub type Result<T> = std::result::Result<T, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

/// Node's own calls refuse nothing but values that cannot be used, which the addon should not have passed on.
impl From<napi::Error> for Failure {
    fn from(error: napi::Error) -> Self {
        Self(Error::internal(error.reason.clone()))
    }
}

/// Makes the error that a call throws when it returns a Failure. It has no `details`, which would need an Env: calls whose
/// errors have some use `answer`.
impl From<Failure> for JsError<String> {
    fn from(Failure(error): Failure) -> Self {
        let code = error.code.as_str().to_owned();
        JsError::from(napi::Error::new(code, bounded_message(&error.message)))
    }
}

impl Failure {
    /// The error for a promise to reject with, or for a call to throw, with its `code` and, if it has any, its `details` as
    /// JSON text.
    pub fn thrown(&self, env: &Env) -> napi::Error {
        let Self(error) = self;
        let create = || {
            let message = bounded_message(&error.message);
            let mut object = env.create_error(napi::Error::new(Status::GenericFailure, message))?;
            object.set_named_property("code", error.code.as_str())?;
            if let Some(details) = &error.details {
                object.set_named_property("details", details.to_string())?;
            }
            // Without coercion, a promise rejects with exactly this object.
            Ok(napi::Error::from_unknown_without_coercion(object.to_unknown()))
        };
        create().unwrap_or_else(|refused: napi::Error| refused)
    }
}

pub fn failure(code: ErrorCode, message: impl Into<String>) -> Failure {
    Error::new(code, message).into()
}

pub fn invalid(message: impl Into<String>) -> Failure {
    Error::argument(message).into()
}

/// Does what must not end the process: a panic becomes an Internal error.
pub fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("for an unknown reason");
        Err(Error::internal(format!("The native engine failed: {text}.")).into())
    })
}

/// As `guarded`, for a call whose error is thrown with its details.
pub fn answer<T>(env: &Env, work: impl FnOnce() -> Result<T>) -> napi::Result<T> {
    guarded(work).map_err(|failure| failure.thrown(env))
}

/// The JSON text of an answer, which an error calls `what`.
pub fn to_json(value: &impl Serialize, what: &str) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|error| Error::internal(format!("{what} could not be reported: {error}.")).into())
}
