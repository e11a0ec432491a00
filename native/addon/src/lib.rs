//! What JavaScript sees of the native crates; native/index.ts is its documentation.

mod arguments;
mod dataset;
mod dataset_error;
mod import;
