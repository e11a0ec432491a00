//! What JavaScript sees of the native crates; native/index.ts is its documentation.
