//! Matrix products on the pool: panels of B are packed, tiles of the result stay in registers, and bias and activation
//! are applied while a tile is hot. Threads share out tiles of the result, never the reduction.

mod bf16;
mod isa;
mod kernel;
mod lanes;
mod lines;
mod pack;
mod pairs;
mod part;
pub mod reference;

use std::sync::Mutex;

pub use isa::{InstructionSet, Precision};
pub use lines::Lines;
pub use pack::Operand;
pub use pairs::{Place, Vectors};

use crate::error::Result;
use crate::matrix::Matrix;
use crate::plan::Activation;
use crate::pool::Pool;
use isa::Kernel;
use part::{Buffers, Part};

/// The longest reduction that is done in one go: `scale` times the whole sum is then rounded before it is added to c.
pub const WHOLE_DEPTH: usize = part::DEPTH_BLOCK;

/// Multiply-adds below which one thread does it alone.
const LEAST_WORK: usize = 32 * 1024;

/// `c (+)= scale * a · b (+ bias, activation, mask)` with a `[rows, depth]`, b `[depth, columns]`, c `[rows, columns]`.
#[derive(Clone, Copy)]
pub struct Product<'a> {
    pub rows: usize,
    pub columns: usize,
    pub depth: usize,
    pub a: Operand,
    pub b: Operand,
    pub c: Matrix,
    /// Adds to c instead of writing over it.
    pub add: bool,
    pub scale: f32,
    /// `[columns]`, added to every row.
    pub bias: Option<&'a [f32]>,
    pub activation: Activation,
    /// `[rows, columns]`: the result is zero where these elements are zero or less (the derivative of a ReLU, from its
    /// output).
    pub positive: Option<Matrix>,
}

// SAFETY: a Product is a description; `Gemm::multiply`'s caller answers for the addresses.
unsafe impl Sync for Product<'_> {}

pub struct Gemm {
    kernel: Kernel,
    instruction_set: InstructionSet,
    buffers: Vec<Mutex<Buffers>>,
}

impl Gemm {
    /// # Errors
    /// InvalidArgument when this CPU does not have the instruction set.
    pub fn new(wanted: InstructionSet, precision: Precision, threads: usize) -> Result<Self> {
        let (kernel, instruction_set) = isa::select(wanted, precision)?;
        Ok(Self::with_kernel(kernel, instruction_set, threads))
    }

    fn with_kernel(kernel: Kernel, instruction_set: InstructionSet, threads: usize) -> Self {
        Self {
            kernel,
            instruction_set,
            buffers: (0..threads).map(|_| Mutex::default()).collect(),
        }
    }

    pub fn instruction_set(&self) -> InstructionSet {
        self.instruction_set
    }

    /// # Safety
    /// The operands' elements are readable, c is writable and overlaps none of them, and nobody else writes any of them.
    pub unsafe fn multiply(&self, pool: &Pool, product: &Product) {
        let Kernel { rows, width, .. } = self.kernel;
        let tiles = product.rows.div_ceil(rows);
        let units = product.columns.div_ceil(width) * tiles;
        let work = product.rows * product.columns * product.depth;
        let threads = pool.threads().min(work / LEAST_WORK).min(units).max(1);
        let part = |thread: usize| {
            // A poisoned lock means an earlier panic; the buffers hold no state from one call to the next.
            let mut buffers = self.buffers[thread]
                .lock()
                .unwrap_or_else(|poisoned| poisoned.into_inner());
            let units = units * thread / threads..units * (thread + 1) / threads;
            let mut part = Part::new(self.kernel, product, tiles, units);
            // SAFETY: the caller's; threads have disjoint units, that is tiles of c.
            unsafe { part.run(&mut buffers) };
        };
        if threads == 1 {
            return part(0);
        }
        pool.run(&|thread| {
            if thread < threads {
                part(thread);
            }
        });
    }

    /// Dot products of all pairs of vectors, row by row of the lower triangle, on the calling thread. `across` is scratch.
    ///
    /// # Safety
    /// The vectors are readable; `out` has room for the pairs and overlaps none of them.
    pub unsafe fn pairs(&self, vectors: &Vectors, out: *mut f32, across: &mut Lines) {
        let &Vectors {
            first,
            stride,
            count,
            width,
            ..
        } = vectors;
        let across_row = count.next_multiple_of(self.kernel.pairs.lanes);
        across.grow(width * across_row);
        let standing = Operand {
            pointer: first,
            row: 1,
            column: stride,
        };
        // SAFETY: the caller's; the scratch has the room.
        unsafe {
            pack::transpose(standing, width, count, across.as_mut_ptr(), across_row);
            (self.kernel.pairs.products)(vectors, (across.as_ptr(), across_row), out);
        }
    }

    /// The vectors' gradients, from the triangle of their products' gradients, on the calling thread.
    ///
    /// # Safety
    /// Vectors and triangle are readable; the places, one a vector, overlap none of them.
    pub unsafe fn pairs_backward(&self, vectors: &Vectors, triangle: *const f32, places: &[Place]) {
        assert_eq!(places.len(), vectors.count);
        // SAFETY: the caller's.
        unsafe { (self.kernel.pairs.gradients)(vectors, triangle, places) }
    }
}

#[cfg(test)]
mod tests;
