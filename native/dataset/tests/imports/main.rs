//! What the crate promises to others. All these tests are one program, because to link a program with the readers of all
//! formats takes minutes.

mod encode_like;
mod formats;
mod hostile;
mod import;
mod layouts;
mod like_pandas;
mod loader;
mod rejected_rows;
mod round_trip;
mod shaping;
mod splits;
mod support;
mod unknown_values;
