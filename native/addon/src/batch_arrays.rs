//! Batches on their way from JavaScript: everything is checked and copied, nothing is kept.

use batch::{Batch, SparseColumn};
use napi::ValueType;
use napi::bindgen_prelude::Unknown;

use crate::arguments::{Fields, float32, integer, list, unsigned};
use crate::errors::{Result, invalid};

const MAX_BATCH: u64 = 1 << 24;
const MAX_COLUMNS: u32 = 1 << 20;

/// Reads a batch that JavaScript has as BatchArrays. The engine itself checks that the numbers fit the model.
pub fn batch(value: Unknown, dense_width: usize) -> Result<Batch> {
    let fields = Fields::new(value, "batch")?;
    let size = fields.get("size", |value, name| integer(value, name, MAX_BATCH))? as usize;
    Ok(Batch {
        size,
        columns: fields.get("columns", |value, name| columns(value, name, size))?,
        dense: fields.get("dense", float32)?,
        dense_width,
        labels: fields.get("labels", float32)?,
    })
}

fn columns(value: Unknown, name: &str, size: usize) -> Result<Vec<SparseColumn>> {
    list(value, name, MAX_COLUMNS, |entry, name| {
        sparse_column(entry, name, size)
    })
}

/// Offsets may be given without the last one, which is the end.
fn sparse_column(value: Unknown, name: &str, size: usize) -> Result<SparseColumn> {
    let fields = Fields::new(value, name)?;
    let indices = fields.get("indices", unsigned)?;
    let offsets = fields.get("offsets", |value, name| {
        if value.get_type()? == ValueType::Undefined {
            return Ok(None);
        }
        unsigned(value, name).map(Some)
    })?;
    let offsets = match offsets {
        Some(mut offsets) if offsets.len() == size => {
            let end = u32::try_from(indices.len());
            offsets.push(end.map_err(|_| invalid(format!("{name}.indices is too long.")))?);
            Some(offsets)
        }
        offsets => offsets,
    };
    Ok(SparseColumn { offsets, indices })
}
