//! What the engine's tests share: a slow and plain executor in f64, and random plans for it and the engine to agree on.

pub mod executor;
pub mod operations;
pub mod random_plan;
