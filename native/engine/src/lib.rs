//! The native engine: runs a model's execution plan (main/model/plan-types.ts) on the CPU, forward, backward and update.
//! It knows nothing of JavaScript; the addon crate shows it to Node.

pub mod activation;
pub mod bench;
mod checkpoint;
mod compact;
mod cpu;
mod embedding;
pub mod error;
mod evaluate;
pub mod gemm;
mod hybrid;
mod input;
mod layout;
mod loss;
mod matrix;
mod memory;
pub mod metrics;
mod model;
mod ops;
mod optimizer;
mod parameter;
mod pass;
mod phase;
pub mod plan;
mod pool;
mod profile;
mod random;
mod storage;
mod trace;
mod train;
mod trained_rows;
mod validate;
mod work;

pub use checkpoint::Saved;
pub use cpu::cpu_model;
pub use error::{Error, ErrorCode, Result};
pub use hybrid::{Collected, LookedUp};
pub use model::Model;
pub use ops::operation_kinds;
pub use trace::Trace;
