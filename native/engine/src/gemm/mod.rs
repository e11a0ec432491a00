//! Matrix products on the pool: panels of B are packed, tiles of the result stay in registers, and bias and activation
//! are applied while a tile is hot. Threads share out tiles of the result, never the reduction.

mod isa;
mod kernel;
mod lanes;
mod lines;
mod pack;
mod part;
pub mod reference;

use std::sync::Mutex;

pub use isa::InstructionSet;
pub use lines::Lines;
pub use pack::Operand;

use crate::error::Result;
use crate::matrix::Matrix;
use crate::plan::Activation;
use crate::pool::Pool;
use isa::Kernel;
use kernel::Tile;
use part::{Buffers, Part};

/// Multiply-adds below which one thread does it alone.
const LEAST_WORK: usize = 32 * 1024;

/// `c (+)= scale * a · b (+ bias, activation)` with a `[rows, depth]`, b `[depth, columns]`, c `[rows, columns]`.
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
    pub fn new(wanted: InstructionSet, threads: usize) -> Result<Self> {
        let (kernel, instruction_set) = isa::select(wanted)?;
        Ok(Self {
            kernel,
            instruction_set,
            buffers: (0..threads).map(|_| Mutex::default()).collect(),
        })
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

    /// `c = a · b` of a small size on the calling thread: a `[rows, depth]`, b `[depth, columns]`, c with `c_row` elements
    /// a row. `panel` is scratch.
    ///
    /// # Safety
    /// The operands' elements are readable and c is writable and overlaps none of them.
    pub unsafe fn small(
        &self,
        (rows, columns, depth): (usize, usize, usize),
        (a, b): (Operand, Operand),
        (c, c_row): (*mut f32, usize),
        panel: &mut Lines,
    ) {
        let Kernel {
            rows: most,
            width,
            run,
        } = self.kernel;
        panel.grow(depth * width);
        for column in (0..columns).step_by(width) {
            let columns = width.min(columns - column);
            // SAFETY of all of it: the caller's; the panel has the room.
            unsafe {
                pack::panel(b.from(0, column), depth, columns, width, panel);
                for row in (0..rows).step_by(most) {
                    run(&Tile {
                        a: a.at(row, 0),
                        a_row: a.row,
                        a_column: a.column,
                        next: std::ptr::null(),
                        b: panel.as_ptr(),
                        depth,
                        c: c.add(row * c_row + column),
                        c_row,
                        rows: most.min(rows - row),
                        columns,
                        add: false,
                        scale: 1.0,
                        bias: std::ptr::null(),
                        relu: false,
                    });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
