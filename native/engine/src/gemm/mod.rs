//! Matrix products (GEMM) on the pool, blocked as in BLIS: panels of the right operand are packed, a micro-kernel holds
//! a tile of the result in registers, and bias and activation are applied before the tile leaves the cache. Threads
//! share out tiles of the result and never split the reduction.

mod aligned_buf;
mod bf16;
mod dot_interaction;
mod isa;
mod microkernel;
mod pack;
pub mod reference;
mod simd;
mod tile_range;

use std::sync::Mutex;

pub use aligned_buf::AlignedBuf;
pub use dot_interaction::{GradientTarget, Vectors};
pub use isa::{InstructionSet, Precision};
pub use pack::Operand;

use crate::activation::Activation;
use crate::matrix::Matrix;
use crate::pool::Pool;
use error_code::Result;
use isa::MicroKernel;
use tile_range::{PackBuffers, TileRange};

/// The longest reduction that is a single k block: `alpha` times the whole sum is then rounded before it is added to
/// `dst`.
pub const KC: usize = tile_range::KC;

/// Multiply-adds that a thread must have at least: a further thread costs more than it gains on fewer.
const MIN_WORK_PER_THREAD: usize = 32 * 1024;

/// `dst (+)= alpha * lhs · rhs`, then bias, activation and ReLU mask, with lhs `[m, k]`, rhs `[k, n]` and dst `[m, n]`.
#[derive(Clone, Copy)]
pub struct Product<'a> {
    pub m: usize,
    pub n: usize,
    pub k: usize,
    pub lhs: Operand,
    pub rhs: Operand,
    pub dst: Matrix,
    /// Whether the product is added to `dst` or overwrites it.
    pub accumulate: bool,
    pub alpha: f32,
    /// `[n]`, added to every row.
    pub bias: Option<&'a [f32]>,
    pub activation: Activation,
    /// `[m, n]`, the output of a ReLU: the result is zero where it is zero or less. This is the ReLU's derivative,
    /// applied to the gradient of its output.
    pub relu_mask: Option<Matrix>,
}

// SAFETY: a Product only describes operands; the caller of `Gemm::multiply` answers for their addresses.
unsafe impl Sync for Product<'_> {}

pub struct Gemm {
    kernel: MicroKernel,
    instruction_set: InstructionSet,
    /// Of each thread.
    buffers: Vec<Mutex<PackBuffers>>,
}

impl Gemm {
    /// # Errors
    /// InvalidArgument when this CPU does not have the instruction set.
    pub fn new(requested: InstructionSet, precision: Precision, threads: usize) -> Result<Self> {
        let (kernel, instruction_set) = isa::select(requested, precision)?;
        Ok(Self::with_kernel(kernel, instruction_set, threads))
    }

    fn with_kernel(kernel: MicroKernel, instruction_set: InstructionSet, threads: usize) -> Self {
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
    /// The operands' elements are readable, dst is writable and overlaps none of them, and no other thread writes any
    /// of them.
    pub unsafe fn multiply(&self, pool: &Pool, product: &Product) {
        let MicroKernel { mr, nr, .. } = self.kernel;
        let tiles_per_panel = product.m.div_ceil(mr);
        let tiles = product.n.div_ceil(nr) * tiles_per_panel;
        let work = product.m * product.n * product.k;
        let threads = pool.threads().min(work / MIN_WORK_PER_THREAD).min(tiles).max(1);
        let multiply_range = |thread: usize| {
            // A poisoned lock means that an earlier call panicked. The buffers hold no state from one call to the next.
            let mut buffers = self.buffers[thread]
                .lock()
                .unwrap_or_else(|poisoned| poisoned.into_inner());
            let tiles = tiles * thread / threads..tiles * (thread + 1) / threads;
            let mut range = TileRange::new(self.kernel, product, tiles_per_panel, tiles);
            // SAFETY: the caller keeps the contract above, and threads have disjoint ranges of dst's tiles.
            unsafe { range.multiply(&mut buffers) };
        };
        if threads == 1 {
            return multiply_range(0);
        }
        pool.run(&|thread| {
            if thread < threads {
                multiply_range(thread);
            }
        });
    }

    /// Dot products of all pairs of vectors, as the rows of a lower triangle one after the other, on the calling
    /// thread. `transposed` is scratch.
    ///
    /// # Safety
    /// The vectors are readable; `out` has room for all pairs and overlaps none of the vectors.
    pub unsafe fn dot_interaction(&self, vectors: &Vectors, out: *mut f32, transposed: &mut AlignedBuf) {
        let &Vectors {
            first,
            stride,
            count,
            width,
            ..
        } = vectors;
        let row_stride = count.next_multiple_of(self.kernel.dot_interaction.lanes);
        transposed.grow(width * row_stride);
        let columns = Operand {
            pointer: first,
            row_stride: 1,
            column_stride: stride,
        };
        // SAFETY: the caller says that the vectors are readable and `out` has the room; `transposed` was grown to its
        // room.
        unsafe {
            pack::transpose(columns, width, count, transposed.as_mut_ptr(), row_stride);
            (self.kernel.dot_interaction.forward)(vectors, (transposed.as_ptr(), row_stride), out);
        }
    }

    /// The vectors' gradients, from the triangle of their products' gradients, on the calling thread.
    ///
    /// # Safety
    /// Vectors and triangle are readable; the targets, one for each vector, overlap none of them.
    pub unsafe fn dot_interaction_backward(
        &self,
        vectors: &Vectors,
        triangle: *const f32,
        targets: &[GradientTarget],
    ) {
        assert_eq!(targets.len(), vectors.count);
        // SAFETY: the caller keeps the contract above.
        unsafe { (self.kernel.dot_interaction.backward)(vectors, triangle, targets) }
    }
}

#[cfg(test)]
mod tests;
