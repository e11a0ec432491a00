//! What JavaScript sees of the native crates. napi writes its declarations while it compiles this crate, doc comments
//! included: they become native/generated/addon.ts. Everything here throws an Error whose `code` is an ErrorCode; no call may
//! crash the process, whatever its arguments.

mod arguments;
mod batch_arrays;
mod dataset;
mod errors;
mod import;
mod job;
mod leaks;
mod library;
mod machine;
mod model;
mod operations;
mod printable;
mod ranks;
mod records;
mod serialised;
