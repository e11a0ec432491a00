//! Reads JavaScript arguments. The addon takes all of them as unknown values and checks them here, so that one of another
//! type is an InvalidArgument that names the argument.

use napi::ValueType;
use napi::bindgen_prelude::{
    Array, BigInt64ArraySlice, Float32ArraySlice, Float64ArraySlice, FnArgs, FromNapiValue, Function,
    Int32ArraySlice, JsObjectValue, Object, Uint8ArraySlice, Unknown,
};

use crate::errors::{Failure, Result, invalid};

/// JavaScript's largest exact integer.
pub const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;
/// The number of names that a list may have.
const MAX_NAMES: u32 = 200_000;

fn refusal(name: &str, expected: &str) -> Failure {
    invalid(format!("{name} must be {expected}."))
}

/// Reads a value if it is of a type of JavaScript.
fn cast<T: FromNapiValue>(value: Unknown, kind: ValueType) -> Option<T> {
    value.get_type().ok().filter(|found| *found == kind)?;
    T::from_unknown(value).ok()
}

pub fn string(value: Unknown, name: &str) -> Result<String> {
    cast(value, ValueType::String).ok_or_else(|| refusal(name, "a string"))
}

pub fn boolean(value: Unknown, name: &str) -> Result<bool> {
    cast(value, ValueType::Boolean).ok_or_else(|| refusal(name, "true or false"))
}

pub fn number(value: Unknown, name: &str) -> Result<f64> {
    cast(value, ValueType::Number).ok_or_else(|| refusal(name, "a number"))
}

/// A whole number from 0 to `max`.
pub fn integer(value: Unknown, name: &str, max: u64) -> Result<u64> {
    cast(value, ValueType::Number)
        .filter(|number: &f64| number.fract() == 0.0 && (0.0..=max as f64).contains(number))
        .map(|number| number as u64)
        .ok_or_else(|| refusal(name, &format!("a whole number from 0 to {max}")))
}

/// A function that takes one text.
pub fn function<'a>(value: Unknown<'a>, name: &str) -> Result<Function<'a, FnArgs<(String,)>, ()>> {
    cast(value, ValueType::Function).ok_or_else(|| refusal(name, "a function"))
}

/// A list of at most `max` items, of which each is read as `item` does. Errors call the first one `name[0]`.
pub fn list<'a, T>(
    value: Unknown<'a>,
    name: &str,
    max: u32,
    item: impl Fn(Unknown<'a>, &str) -> Result<T>,
) -> Result<Vec<T>> {
    let expected = format!("an array of at most {max} items");
    let list: Array = cast(value, ValueType::Object)
        .filter(|list: &Array| list.len() <= max)
        .ok_or_else(|| refusal(name, &expected))?;
    let read = |index| {
        let name = format!("{name}[{index}]");
        match list.get::<Unknown>(index) {
            Ok(Some(found)) => item(found, &name),
            _ => Err(invalid(format!("{name} cannot be read."))),
        }
    };
    (0..list.len()).map(read).collect()
}

/// A list of column names.
pub fn names(value: Unknown, name: &str) -> Result<Vec<String>> {
    list(value, name, MAX_NAMES, string)
}

/// A copy of a typed array; None for a value of another type.
fn copied<S: FromNapiValue + AsRef<[T]>, T: Clone>(value: Unknown) -> Option<Vec<T>> {
    S::from_unknown(value).ok().map(|slice| slice.as_ref().to_vec())
}

pub fn float32(value: Unknown, name: &str) -> Result<Vec<f32>> {
    copied::<Float32ArraySlice, _>(value).ok_or_else(|| refusal(name, "a Float32Array"))
}

pub fn float64(value: Unknown, name: &str) -> Result<Vec<f64>> {
    copied::<Float64ArraySlice, _>(value).ok_or_else(|| refusal(name, "a Float64Array"))
}

/// None for undefined and null; what is given is read as `read` does.
pub fn optional<'a, T>(
    value: Unknown<'a>,
    name: &str,
    read: impl FnOnce(Unknown<'a>, &str) -> Result<T>,
) -> Result<Option<T>> {
    if matches!(value.get_type()?, ValueType::Undefined | ValueType::Null) {
        return Ok(None);
    }
    read(value, name).map(Some)
}

pub fn bytes(value: Unknown, name: &str) -> Result<Vec<u8>> {
    copied::<Uint8ArraySlice, _>(value).ok_or_else(|| refusal(name, "a Uint8Array"))
}

/// Bytes, or None for undefined and null.
pub fn optional_bytes(value: Unknown, name: &str) -> Result<Option<Vec<u8>>> {
    optional(value, name, bytes)
}

/// Indices or offsets: an Int32Array or BigInt64Array of numbers from 0 to 2^32 - 1.
pub fn unsigned(value: Unknown, name: &str) -> Result<Vec<u32>> {
    let integers = copied::<Int32ArraySlice, _>(value)
        .map(|array: Vec<i32>| array.into_iter().map(i64::from).collect())
        .or_else(|| copied::<BigInt64ArraySlice, _>(value))
        .ok_or_else(|| refusal(name, "an Int32Array or BigInt64Array"))?;
    let checked = |(position, &found): (usize, &i64)| {
        u32::try_from(found).map_err(|_| {
            invalid(format!(
                "{name}[{position}] is {found}; it must be 0 to 2^32 - 1."
            ))
        })
    };
    integers.iter().enumerate().map(checked).collect()
}

/// An object whose fields are read by name.
pub struct Fields<'a> {
    object: Object<'a>,
    /// What errors call the object. The options of a call have no name: their fields stand for themselves.
    name: Option<String>,
}

impl<'a> Fields<'a> {
    /// The fields of an object that is neither null nor a function.
    pub fn new(value: Unknown<'a>, name: &str) -> Result<Self> {
        Self::named(value, name, Some(name.to_owned()))
    }

    pub fn options(value: Unknown<'a>) -> Result<Self> {
        Self::named(value, "The options", None)
    }

    fn named(value: Unknown<'a>, called: &str, name: Option<String>) -> Result<Self> {
        let object = cast(value, ValueType::Object).ok_or_else(|| refusal(called, "an object"))?;
        Ok(Self { object, name })
    }

    /// What errors call a field.
    fn name(&self, key: &str) -> String {
        self.name
            .as_ref()
            .map_or(key.to_owned(), |name| format!("{name}.{key}"))
    }

    /// Reads a field as one of the functions above does, which gets its name.
    pub fn get<T>(&self, key: &str, read: impl FnOnce(Unknown<'a>, &str) -> Result<T>) -> Result<T> {
        let name = self.name(key);
        let value = self.object.get_named_property::<Unknown>(key);
        read(
            value.map_err(|_| invalid(format!("{name} cannot be read.")))?,
            &name,
        )
    }
}
