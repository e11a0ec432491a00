//! The native engine trains a model on the CPU as its execution plan says: forward pass, backward
//! pass and update. It does not depend on JavaScript; the addon crate makes it available to Node.

mod across_ranks;
pub mod activation;
pub mod bench;
mod checkpoint;
mod cpu;
mod distributed;
mod embedding;
mod evaluate;
pub mod gemm;
mod hybrid;
mod hybrid_step;
mod input;
mod layout;
mod loss;
mod matrix;
mod memory;
mod memory_speed;
pub mod metrics;
mod model;
mod ops;
mod optimizer;
mod parameter;
mod parameters;
mod pass;
mod phase;
pub mod plan;
mod pool;
mod profile;
mod profiler;
mod quantised;
mod random;
mod storage;
mod tables;
pub mod tensors;
mod trace;
mod train;
mod trained_rows;
mod training_state;
#[cfg(test)]
mod typescript;
mod validate;
mod work;

pub use checkpoint::Saved;
pub use cpu::cpu_model;
pub use distributed::{ExchangeReport, exchange_reports};
pub use error_code::{Error, ErrorCode, Result};
pub use hybrid::{Collected, LookedUp};
pub use memory_speed::memory_bandwidth;
pub use model::Model;
pub use ops::operation_fields;
pub use trace::Trace;
