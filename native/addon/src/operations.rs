//! What the engine knows about the operations of plans.

use std::collections::HashMap;

use engine::plan::Plan;
use napi::bindgen_prelude::Unknown;
use napi_derive::napi;

use crate::arguments::string;
use crate::errors::{Result, guarded};

/// The kinds of operation that a plan may have, each with the names of its fields beside `node` and `kind`.
#[napi]
pub fn operation_fields() -> HashMap<&'static str, Vec<&'static str>> {
    let fields = engine::operation_fields().into_iter();
    fields.map(|(kind, fields)| (kind, fields.to_vec())).collect()
}

/// Indices of a plan's operations that cost nothing, because their inputs are written where their output is (JSON of
/// Plan). Throws InvalidPlan.
#[napi]
pub fn free_operations(#[napi(ts_arg_type = "string")] plan: Unknown) -> Result<Vec<u32>> {
    let plan = string(plan, "plan")?;
    guarded(|| {
        let free = Plan::from_json(&plan)?.free_operations();
        Ok(free.into_iter().map(|index| index as u32).collect())
    })
}
