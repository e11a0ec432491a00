//! Errors as JavaScript sees them: an Error whose `code` is one of NativeErrorCode. Arguments are taken as unknown values
//! and converted here, so that a wrong type is an InvalidArgument naming the argument.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use error_code::ErrorCode;
use napi::bindgen_prelude::{FromNapiValue, Unknown};
use napi::{Env, Error, JsError, ValueType};

use crate::printable::bounded_message;

/// An error with a code of its own.
pub type Failure = Error<String>;
pub type Result<T> = std::result::Result<T, Failure>;

pub fn failure(code: ErrorCode, message: impl Into<String>) -> Failure {
    Error::new(code.as_str().to_owned(), bounded_message(&message.into()))
}

pub fn invalid(message: impl Into<String>) -> Failure {
    failure(ErrorCode::InvalidArgument, message)
}

pub fn from_engine(error: engine::Error) -> Failure {
    failure(error.code, error.message)
}

/// What Node's own calls refuse can only be an unusable value.
pub fn from_napi(error: Error) -> Failure {
    failure(ErrorCode::Internal, error.reason.clone())
}

/// Runs what must not take the process down: a panic becomes an Internal error.
pub fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|panic| Err(failure(ErrorCode::Internal, panic_message(panic.as_ref()))))
}

pub fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!(
        "The native engine failed: {}.",
        text.unwrap_or("for an unknown reason")
    )
}

/// The error as a JavaScript value that a promise can be rejected with, its code kept.
pub fn rejection(env: &Env, failure: Failure) -> Error {
    let error = JsError::from(failure);
    // `from_unknown_without_coercion` hands exactly this object to the promise.
    Error::from_unknown_without_coercion(error.into_unknown(*env))
}

fn expect(value: Unknown, kind: ValueType, name: &str, wanted: &str) -> Result<()> {
    match value.get_type() {
        Ok(found) if found == kind => Ok(()),
        _ => Err(invalid(format!("{name} must be {wanted}."))),
    }
}

/// Reads a value whose type has been checked.
pub fn convert<T: FromNapiValue>(value: Unknown, name: &str, wanted: &str) -> Result<T> {
    T::from_unknown(value).map_err(|_| invalid(format!("{name} must be {wanted}.")))
}

pub fn string(value: Unknown, name: &str) -> Result<String> {
    expect(value, ValueType::String, name, "a string")?;
    convert(value, name, "a string")
}

pub fn boolean(value: Unknown, name: &str) -> Result<bool> {
    expect(value, ValueType::Boolean, name, "true or false")?;
    convert(value, name, "true or false")
}

pub fn number(value: Unknown, name: &str) -> Result<f64> {
    expect(value, ValueType::Number, name, "a number")?;
    convert(value, name, "a number")
}

/// A whole number from 0 to `most`.
pub fn integer(value: Unknown, name: &str, most: u64) -> Result<u64> {
    let wanted = || invalid(format!("{name} must be a whole number from 0 to {most}."));
    let number = number(value, name).map_err(|_| wanted())?;
    let fits = number.fract() == 0.0 && number >= 0.0 && number <= most as f64;
    if fits { Ok(number as u64) } else { Err(wanted()) }
}

/// An object that is neither null nor a function.
pub fn object<'a>(value: Unknown<'a>, name: &str) -> Result<napi::bindgen_prelude::Object<'a>> {
    expect(value, ValueType::Object, name, "an object")?;
    convert(value, name, "an object")
}
