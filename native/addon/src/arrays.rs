//! Batches and arrays on their way from JavaScript: everything is checked and copied, nothing is kept.

use batch::{Batch, SparseColumn};
use napi::ValueType;
use napi::bindgen_prelude::{
    BigInt64ArraySlice, Float32ArraySlice, Float64ArraySlice, FromNapiValue, Int32ArraySlice, JsObjectValue,
    JsValue, Object, TypedArray, TypedArrayType, Uint8ArraySlice, Unknown,
};

use crate::errors::{Result, convert, from_napi, integer, invalid, object};

const MAX_BATCH: u64 = 1 << 24;
const MAX_COLUMNS: u64 = 1 << 20;

fn is_kind(value: Unknown, kind: TypedArrayType) -> bool {
    TypedArray::from_unknown(value).is_ok_and(|array| array.typed_array_type == kind)
}

pub fn float32(value: Unknown, name: &str) -> Result<Vec<f32>> {
    if !is_kind(value, TypedArrayType::Float32) {
        return Err(invalid(format!("{name} must be a Float32Array.")));
    }
    Ok(convert::<Float32ArraySlice>(value, name, "a Float32Array")?.to_vec())
}

/// None for undefined and null.
pub fn optional_bytes(value: Unknown, name: &str) -> Result<Option<Vec<u8>>> {
    let kind = value.get_type().map_err(from_napi)?;
    if matches!(kind, ValueType::Undefined | ValueType::Null) {
        return Ok(None);
    }
    if !is_kind(value, TypedArrayType::Uint8) {
        return Err(invalid(format!("{name} must be a Uint8Array.")));
    }
    Ok(Some(
        convert::<Uint8ArraySlice>(value, name, "a Uint8Array")?.to_vec(),
    ))
}

pub fn float64(value: Unknown, name: &str) -> Result<Vec<f64>> {
    if !is_kind(value, TypedArrayType::Float64) {
        return Err(invalid(format!("{name} must be a Float64Array.")));
    }
    Ok(convert::<Float64ArraySlice>(value, name, "a Float64Array")?.to_vec())
}

/// Indices or offsets: an Int32Array or BigInt64Array of numbers from 0 to 2^32 - 1.
fn unsigned(value: Unknown, name: &str) -> Result<Vec<u32>> {
    let wanted = "an Int32Array or BigInt64Array";
    let refuse = |position: usize, found: i64| {
        invalid(format!(
            "{name}[{position}] is {found}; it must be 0 to 2^32 - 1."
        ))
    };
    let checked = |(position, found): (usize, i64)| u32::try_from(found).map_err(|_| refuse(position, found));
    if is_kind(value, TypedArrayType::Int32) {
        let array = convert::<Int32ArraySlice>(value, name, wanted)?;
        return array
            .iter()
            .map(|&found| i64::from(found))
            .enumerate()
            .map(checked)
            .collect();
    }
    if is_kind(value, TypedArrayType::BigInt64) {
        let array = convert::<BigInt64ArraySlice>(value, name, wanted)?;
        return array.iter().copied().enumerate().map(checked).collect();
    }
    Err(invalid(format!("{name} must be {wanted}.")))
}

fn property<'a>(from: &Object<'a>, key: &str, owner: &str) -> Result<Unknown<'a>> {
    from.get_named_property::<Unknown>(key)
        .map_err(|_| invalid(format!("{owner}.{key} cannot be read.")))
}

/// A batch from what JavaScript has as BatchArrays. That the numbers fit the model is the engine's own check.
pub fn batch(value: Unknown, dense_width: usize) -> Result<Batch> {
    let from = object(value, "batch")?;
    let size = integer(property(&from, "size", "batch")?, "batch.size", MAX_BATCH)? as usize;
    let columns = object(property(&from, "columns", "batch")?, "batch.columns")?;
    if !columns.is_array().map_err(from_napi)? {
        return Err(invalid("batch.columns must be an array."));
    }
    let count = integer(
        property(&columns, "length", "batch.columns")?,
        "batch.columns.length",
        MAX_COLUMNS,
    )?;
    let column = |index: u64| {
        let name = format!("batch.columns[{index}]");
        let entry = columns
            .get_element::<Unknown>(index as u32)
            .map_err(|_| invalid(format!("{name} cannot be read.")))?;
        sparse_column(entry, &name, size)
    };
    Ok(Batch {
        size,
        dense: float32(property(&from, "dense", "batch")?, "batch.dense")?,
        dense_width,
        labels: float32(property(&from, "labels", "batch")?, "batch.labels")?,
        columns: (0..count).map(column).collect::<Result<_>>()?,
    })
}

/// Offsets may be given without the last one, the end.
fn sparse_column(value: Unknown, name: &str, size: usize) -> Result<SparseColumn> {
    let from = object(value, name)?;
    let indices = unsigned(property(&from, "indices", name)?, &format!("{name}.indices"))?;
    let offsets = property(&from, "offsets", name)?;
    if offsets.get_type().map_err(from_napi)? == napi::ValueType::Undefined {
        return Ok(SparseColumn {
            offsets: None,
            indices,
        });
    }
    let mut offsets = unsigned(offsets, &format!("{name}.offsets"))?;
    if offsets.len() == size {
        let end =
            u32::try_from(indices.len()).map_err(|_| invalid(format!("{name}.indices is too long.")))?;
        offsets.push(end);
    }
    Ok(SparseColumn {
        offsets: Some(offsets),
        indices,
    })
}
