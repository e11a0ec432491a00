//! What the engine knows about the operations of plans.

use engine::plan::Plan;
use napi::bindgen_prelude::Unknown;
use napi_derive::napi;

use crate::errors::{Result, from_engine, guarded, string};

#[napi]
pub fn operation_kinds() -> Vec<&'static str> {
    engine::operation_kinds()
}

#[napi]
pub fn free_operations(plan: Unknown) -> Result<Vec<u32>> {
    let plan = string(plan, "plan")?;
    guarded(|| {
        let free = Plan::from_json(&plan).map_err(from_engine)?.free_operations();
        Ok(free.into_iter().map(|index| index as u32).collect())
    })
}
