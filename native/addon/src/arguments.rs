//! Reads JavaScript arguments of the dataset functions; what is missing or of another type is an InvalidArgument.

use dataset::{Error, Result};
use napi::bindgen_prelude::{Array, FnArgs, FromNapiValue, Function, Object, Unknown};
use napi::{JsValue, ValueType};

/// JavaScript's largest exact integer.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;
/// Names a list may have.
const MAX_NAMES: u32 = 200_000;

pub fn text(value: &Unknown<'_>, name: &str) -> Result<String> {
    cast(value, ValueType::String).ok_or_else(|| Error::argument(format!("{name} must be a string.")))
}

/// A list of column names.
pub fn names(value: &Unknown<'_>, name: &str) -> Result<Vec<String>> {
    let fault = || Error::argument(format!("{name} must be a list of column names."));
    let list: Array<'_> = cast(value, ValueType::Object).ok_or_else(fault)?;
    if list.len() > MAX_NAMES {
        return Err(fault());
    }
    let item = |index| match list.get::<Unknown<'_>>(index) {
        Ok(Some(item)) => text(&item, name).map_err(|_| fault()),
        _ => Err(fault()),
    };
    (0..list.len()).map(item).collect()
}

/// A function that takes one text.
pub fn function<'a>(value: &Unknown<'a>, name: &str) -> Result<Function<'a, FnArgs<(String,)>, ()>> {
    cast(value, ValueType::Function).ok_or_else(|| Error::argument(format!("{name} must be a function.")))
}

/// An object whose fields are read by name.
pub struct Options<'a>(Object<'a>);

impl<'a> Options<'a> {
    pub fn new(value: &Unknown<'a>) -> Result<Self> {
        let object = cast(value, ValueType::Object);
        object
            .map(Self)
            .ok_or_else(|| Error::argument("The options must be an object."))
    }

    pub fn text(&self, name: &str) -> Result<String> {
        text(&self.field(name)?, name)
    }

    pub fn flag(&self, name: &str) -> Result<bool> {
        let value = cast(&self.field(name)?, ValueType::Boolean);
        value.ok_or_else(|| Error::argument(format!("{name} must be true or false.")))
    }

    /// An integer from 0 to 2^53 - 1.
    pub fn count(&self, name: &str) -> Result<u64> {
        let value: Option<f64> = cast(&self.field(name)?, ValueType::Number);
        let valid = |value: &f64| value.fract() == 0.0 && (0.0..=MAX_SAFE_INTEGER).contains(value);
        let value = value.filter(valid);
        let value =
            value.ok_or_else(|| Error::argument(format!("{name} must be a whole number, 0 or more.")))?;
        Ok(value as u64)
    }

    pub fn names(&self, name: &str) -> Result<Vec<String>> {
        names(&self.field(name)?, name)
    }

    fn field(&self, name: &str) -> Result<Unknown<'_>> {
        let missing = || Error::argument(format!("The option {name} is missing."));
        self.0.get::<Unknown<'_>>(name).ok().flatten().ok_or_else(missing)
    }
}

fn cast<T: FromNapiValue>(value: &Unknown<'_>, wanted: ValueType) -> Option<T> {
    if value.get_type().ok()? != wanted {
        return None;
    }
    let raw = value.value();
    // SAFETY: the value lives in the current call's scope, and its type was just checked.
    unsafe { T::from_napi_value(raw.env, raw.value) }.ok()
}
