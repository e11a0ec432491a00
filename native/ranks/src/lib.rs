//! What the ranks of one training job exchange, and in which order they sum. A rank is one process of the job. This crate
//! knows no MPI: a `Transport` moves the messages, and the crate `mpi` has one.

mod clock;
mod communicator;
mod exchange;
mod files;
mod leaves;
mod measure;
mod network;
mod service;
pub mod threads;
mod transport;
mod tree_sum;

pub use clock::{CommonOrigin, common_origin};
pub use communicator::{Communicator, ExchangeKind, ExchangeTotal, Pending, RecordedExchange};
pub use exchange::{all_gather, broadcast, gather};
pub use files::{FILES, RemoteFile, answer_about_file};
pub use leaves::{Leaves, Node, halves};
pub use measure::{MeasuredExchange, measure_exchanges};
pub use network::{NetworkSpeed, measure_network};
pub use service::{Client, Lane, Line, put_values, serve, take_values};
pub use transport::{Receive, Result, Send, Transport};
pub use tree_sum::{Addend, sum_across_ranks, sum_of_nodes};
