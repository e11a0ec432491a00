//! Values of the other crates on their way to JavaScript.

use napi::bindgen_prelude::{JsValue, ToNapiValue, TypeName};
use napi::{Env, ValueType, sys};
use serde::Serialize;

/// A struct as an object with the fields that serde knows. Unlike JSON it can have numbers that are NaN or infinite.
/// A u64 or usize above 2^32 becomes a BigInt, with which JavaScript cannot calculate: what may grow so far has to be an i64.
pub struct Serialised<T>(pub T);

impl<T: Serialize> ToNapiValue for Serialised<T> {
    unsafe fn to_napi_value(env: sys::napi_env, Self(value): Self) -> napi::Result<sys::napi_value> {
        Ok(Env::from_raw(env).to_js_value(&value)?.raw())
    }
}

impl<T> TypeName for Serialised<T> {
    fn type_name() -> &'static str {
        "Object"
    }

    fn value_type() -> ValueType {
        ValueType::Object
    }
}
