//! The ranks of an MPI job: a `Transport` over the library that mpicc makes of shim.c.

#[cfg(unix)]
mod library;
mod transport;

pub use transport::{Job, Mpi};
