//! What JavaScript sees of the native crates; native/index.ts is its documentation.

mod arguments;
mod arrays;
mod dataset;
mod dataset_error;
mod errors;
mod import;
mod job;
mod library;
mod machine;
mod model;
mod operations;
mod printable;
