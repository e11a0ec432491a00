//! The phases of a training step, and the work that an operation does in one of them.

use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    Forward,
    Backward,
    Update,
    Data,
}

/// Floating-point operations, and bytes that are read or written.
#[derive(Clone, Copy, Default)]
pub struct Work {
    pub flops: usize,
    pub bytes: usize,
}
