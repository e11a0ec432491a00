//! The ranks of an MPI job: a `Transport` over the library that mpicc makes of shim.c.

#[cfg(unix)]
mod library;
#[cfg(unix)]
mod line;
mod transport;

pub use transport::{Job, Mpi};
