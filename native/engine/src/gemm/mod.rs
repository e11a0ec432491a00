//! Matrix products on the pool: panels of B are packed, tiles of the result stay in registers, and bias and activation
//! are applied while a tile is hot. Threads share out tiles of the result, never the reduction.

mod isa;
mod kernel;
mod lanes;
mod pack;
pub mod reference;

use std::ops::Range;
use std::sync::Mutex;

pub use isa::InstructionSet;
pub use pack::Operand;

use crate::error::Result;
use crate::matrix::Matrix;
use crate::ops::activation;
use crate::plan::Activation;
use crate::pool::Pool;
use isa::Kernel;
use kernel::Tile;

/// Longest stretch of the reduction at a time: a packed panel of it fits the first-level cache.
const DEPTH_BLOCK: usize = 256;
/// Rows of A at a time: with DEPTH_BLOCK columns they fit the second-level cache.
const ROW_BLOCK: usize = 192;
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

/// Packing buffers of one thread.
#[derive(Default)]
struct Buffers {
    panels: Vec<f32>,
    rows: Vec<f32>,
    bias: Vec<f32>,
}

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
        Ok(Self { kernel, instruction_set, buffers: (0..threads).map(|_| Mutex::default()).collect() })
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
            let mut buffers = self.buffers[thread].lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            let range = units * thread / threads..units * (thread + 1) / threads;
            // SAFETY: the caller's; threads have disjoint units, that is tiles of c.
            unsafe { self.part(product, tiles, range, &mut buffers) };
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

    /// Computes some of the result's tiles, numbered panel by panel and from top to bottom inside a panel.
    unsafe fn part(&self, product: &Product, tiles: usize, units: Range<usize>, buffers: &mut Buffers) {
        let Kernel { rows: tile_rows, width, .. } = self.kernel;
        if units.is_empty() {
            return;
        }
        let (first, last) = (units.start / tiles, (units.end - 1) / tiles);
        let blocks = product.depth.div_ceil(DEPTH_BLOCK).max(1);
        let longest = product.depth.div_ceil(blocks);
        let panels = last - first + 1;
        grow(&mut buffers.panels, panels * longest * width);
        if let Some(bias) = product.bias {
            grow(&mut buffers.bias, panels * width);
            let columns = first * width..((last + 1) * width).min(product.columns);
            buffers.bias[..columns.len()].copy_from_slice(&bias[columns]);
        }
        let pack_rows = product.a.column != 1 && product.a.row == 1;
        if pack_rows {
            grow(&mut buffers.rows, tiles * tile_rows * longest);
        }
        for block in 0..blocks {
            let from = block * longest;
            let depth = longest.min(product.depth - from);
            for panel in first..=last {
                let column = panel * width;
                let to = &mut buffers.panels[(panel - first) * longest * width..][..depth * width];
                let columns = width.min(product.columns - column);
                // SAFETY: inside b.
                unsafe {
                    let source = Operand { pointer: product.b.at(from, column), ..product.b };
                    pack::panel(source, depth, columns, width, to);
                }
            }
            let tiles_of = |panel: usize| {
                let start = if panel == first { units.start - first * tiles } else { 0 };
                let end = if panel == last { units.end - last * tiles } else { tiles };
                start..end
            };
            let all = if first == last { tiles_of(first) } else { 0..tiles };
            for row_block in all.clone().step_by((ROW_BLOCK / tile_rows).max(1)) {
                let row_block = row_block..(row_block + (ROW_BLOCK / tile_rows).max(1)).min(all.end);
                if pack_rows {
                    for tile in row_block.clone() {
                        let row = tile * tile_rows;
                        let rows = tile_rows.min(product.rows - row);
                        let to = &mut buffers.rows[tile * tile_rows * longest..][..rows * depth];
                        // SAFETY: inside a.
                        unsafe {
                            let source = Operand { pointer: product.a.at(row, from), ..product.a };
                            pack::rows(source, rows, depth, to);
                        }
                    }
                }
                for panel in first..=last {
                    let range = tiles_of(panel);
                    for tile in row_block.start.max(range.start)..row_block.end.min(range.end) {
                        let row = tile * tile_rows;
                        let rows = tile_rows.min(product.rows - row);
                        // SAFETY: the tile lies inside a and c, its panel and bias in the buffers.
                        unsafe {
                            let (a, a_row, a_column) = if pack_rows {
                                (buffers.rows[tile * tile_rows * longest..].as_ptr(), 1, rows)
                            } else {
                                (product.a.at(row, from), product.a.row, product.a.column)
                            };
                            let is_last = block + 1 == blocks;
                            let column = panel * width;
                            let work = Tile {
                                a,
                                a_row,
                                a_column,
                                b: buffers.panels[(panel - first) * longest * width..].as_ptr(),
                                depth,
                                c: product.c.pointer().add(row * product.c.stride() + column),
                                c_row: product.c.stride(),
                                rows,
                                columns: width.min(product.columns - column),
                                add: product.add || block > 0,
                                scale: product.scale,
                                bias: if is_last && product.bias.is_some() {
                                    buffers.bias[(panel - first) * width..].as_ptr()
                                } else {
                                    std::ptr::null()
                                },
                                relu: is_last && product.activation == Activation::Relu,
                            };
                            (self.kernel.run)(&work);
                            if is_last && !matches!(product.activation, Activation::None | Activation::Relu) {
                                activate(&work, product.activation);
                            }
                        }
                    }
                }
            }
        }
    }
}

/// # Safety
/// The tile's result is writable.
unsafe fn activate(tile: &Tile, kind: Activation) {
    for row in 0..tile.rows {
        // SAFETY: the caller's.
        let row = unsafe { std::slice::from_raw_parts_mut(tile.c.add(row * tile.c_row), tile.columns) };
        for value in row {
            *value = activation::apply(kind, *value);
        }
    }
}

fn grow(buffer: &mut Vec<f32>, length: usize) {
    if buffer.len() < length {
        buffer.resize(length, 0.0);
    }
}
