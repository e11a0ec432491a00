//! One thread's part of a product: some of the result's tiles, numbered panel by panel and from top to bottom inside a
//! panel, so that any number of threads gets nearly equal parts and touches few panels.

use std::ops::Range;

use super::Product;
use super::bf16::{self, Elements};
use super::isa::Kernel;
use super::kernel::Tile;
use super::lines::Lines;
use super::pack::{self, Operand};
use crate::ops::activation;
use crate::plan::Activation;

/// Longest stretch of the reduction at a time: a packed panel of it fits the first-level cache.
pub(super) const DEPTH_BLOCK: usize = 256;
/// Rows of A at a time: with DEPTH_BLOCK columns they fit the second-level cache.
const ROW_BLOCK: usize = 192;

/// Steps of the reduction that are packed for all panels or rows before the next: a row of an operand is then read
/// from one end to the other.
const PACK: usize = 16;

/// Packing buffers of one thread.
#[derive(Default)]
pub(super) struct Buffers {
    panels: Lines,
    rows: Lines,
    bias: Lines,
    /// What is on its way to be packed in pairs.
    whole: Lines,
}

pub(super) struct Part<'a> {
    kernel: Kernel,
    product: &'a Product<'a>,
    /// Tiles in a panel.
    tiles: usize,
    units: Range<usize>,
    /// First and last panel.
    first: usize,
    last: usize,
    /// Stretches of the reduction, and the longest of them.
    blocks: usize,
    longest: usize,
    /// The kernel's steps in it.
    steps: usize,
}

impl<'a> Part<'a> {
    /// `units` must not be empty.
    pub fn new(kernel: Kernel, product: &'a Product<'a>, tiles: usize, units: Range<usize>) -> Self {
        let blocks = product.depth.div_ceil(DEPTH_BLOCK).max(1);
        let longest = product.depth.div_ceil(blocks);
        Self {
            kernel,
            product,
            tiles,
            first: units.start / tiles,
            last: (units.end - 1) / tiles,
            units,
            blocks,
            longest,
            steps: kernel.elements.steps(longest),
        }
    }

    /// # Safety
    /// As `Gemm::multiply`; nobody else works on these units.
    pub unsafe fn run(&mut self, buffers: &mut Buffers) {
        let Kernel {
            rows: tile_rows,
            width,
            ..
        } = self.kernel;
        let panels = self.last - self.first + 1;
        buffers.panels.grow(panels * self.steps * width);
        if let Some(bias) = self.product.bias {
            buffers.bias.grow(panels * width);
            let columns = self.first * width..((self.last + 1) * width).min(self.product.columns);
            buffers.bias[..columns.len()].copy_from_slice(&bias[columns]);
        }
        if self.packs_rows() {
            buffers.rows.grow(self.tiles * tile_rows * self.steps);
        }
        let all = if self.first == self.last {
            self.tiles_of(self.first)
        } else {
            0..self.tiles
        };
        let step = (ROW_BLOCK / tile_rows).max(1);
        for block in 0..self.blocks {
            // SAFETY of all of it: the caller's.
            unsafe {
                self.pack_panels(block, buffers);
                for start in all.clone().step_by(step) {
                    let tiles = start..(start + step).min(all.end);
                    if self.packs_rows() {
                        self.pack_rows(block, tiles.clone(), buffers);
                    }
                    self.multiply(block, tiles, buffers);
                }
            }
        }
    }

    /// Whether A's rows lie across memory, so that the kernel would read a cache line for each of its elements, or are
    /// not what the kernel multiplies.
    fn packs_rows(&self) -> bool {
        self.kernel.elements != Elements::Whole || self.product.a.column != 1 && self.product.a.row == 1
    }

    /// This part's tiles of a panel.
    fn tiles_of(&self, panel: usize) -> Range<usize> {
        let start = if panel == self.first {
            self.units.start - self.first * self.tiles
        } else {
            0
        };
        let end = if panel == self.last {
            self.units.end - self.last * self.tiles
        } else {
            self.tiles
        };
        start..end
    }

    /// Start and length of a stretch of the reduction.
    fn stretch(&self, block: usize) -> (usize, usize) {
        let from = block * self.longest;
        (from, self.longest.min(self.product.depth - from))
    }

    fn columns_of(&self, panel: usize) -> usize {
        self.kernel
            .width
            .min(self.product.columns - panel * self.kernel.width)
    }

    fn rows_of(&self, tile: usize) -> usize {
        self.kernel.rows.min(self.product.rows - tile * self.kernel.rows)
    }

    unsafe fn pack_panels(&self, block: usize, buffers: &mut Buffers) {
        let (from, depth) = self.stretch(block);
        let width = self.kernel.width;
        let step = step_along(self.product.b.column);
        for start in (0..depth).step_by(step) {
            let count = step.min(depth - start);
            for panel in self.first..=self.last {
                let place = ((panel - self.first) * self.steps + self.kernel.elements.steps(start)) * width;
                let to = &mut buffers.panels[place..];
                // SAFETY: inside b.
                unsafe {
                    let source = self.product.b.from(from + start, panel * width);
                    self.pack(
                        source,
                        (count, self.columns_of(panel), width),
                        to,
                        &mut buffers.whole,
                    );
                }
            }
        }
    }

    unsafe fn pack_rows(&self, block: usize, tiles: Range<usize>, buffers: &mut Buffers) {
        let (from, depth) = self.stretch(block);
        let step = step_along(self.product.a.row);
        for start in (0..depth).step_by(step) {
            let count = step.min(depth - start);
            for tile in tiles.clone() {
                let rows = self.rows_of(tile);
                let place = tile * self.kernel.rows * self.steps + self.kernel.elements.steps(start) * rows;
                let to = &mut buffers.rows[place..];
                // SAFETY: inside a.
                unsafe {
                    let source = self.product.a.from(tile * self.kernel.rows, from + start);
                    self.pack(source.transposed(), (count, rows, rows), to, &mut buffers.whole)
                };
            }
        }
    }

    /// Packs `[depth, columns]` of an operand into rows of `width` of the kernel's elements. `depth` is even, or the last
    /// of a stretch.
    ///
    /// # Safety
    /// The elements exist.
    unsafe fn pack(
        &self,
        from: Operand,
        (depth, columns, width): (usize, usize, usize),
        to: &mut [f32],
        whole: &mut Lines,
    ) {
        let elements = self.kernel.elements;
        let to = &mut to[..elements.steps(depth) * width];
        if elements == Elements::Pairs {
            whole.grow(depth * width);
            let whole = &mut whole[..depth * width];
            // SAFETY: the caller's.
            unsafe { pack::panel(from, depth, columns, width, whole) };
            return bf16::pair(whole, width, to);
        }
        // SAFETY: the caller's.
        unsafe { pack::panel(from, depth, columns, width, to) };
        if elements == Elements::Rounded {
            bf16::round(to);
        }
    }

    unsafe fn multiply(&self, block: usize, tiles: Range<usize>, buffers: &Buffers) {
        let activation = self.product.activation;
        let is_last = block + 1 == self.blocks;
        for panel in self.first..=self.last {
            let range = self.tiles_of(panel);
            for tile in tiles.start.max(range.start)..tiles.end.min(range.end) {
                // SAFETY: the tile lies inside a and c, its panel and bias in the buffers.
                unsafe {
                    let mut work = self.tile(block, panel, tile, buffers);
                    if panel == self.first && tile + 1 < range.end && !self.packs_rows() {
                        work.next = work.a.wrapping_add(self.kernel.rows * work.a_row);
                    }
                    (self.kernel.run)(&work);
                    if is_last && !matches!(activation, Activation::None | Activation::Relu) {
                        activate(&work, activation);
                    }
                }
            }
        }
    }

    unsafe fn tile(&self, block: usize, panel: usize, tile: usize, buffers: &Buffers) -> Tile {
        let (product, width) = (self.product, self.kernel.width);
        let (from, depth) = self.stretch(block);
        let (row, rows) = (tile * self.kernel.rows, self.rows_of(tile));
        let is_last = block + 1 == self.blocks;
        let (a, a_row, a_column) = if self.packs_rows() {
            (buffers.rows[row * self.steps..].as_ptr(), 1, rows)
        } else {
            // SAFETY: inside a.
            (
                unsafe { product.a.at(row, from) },
                product.a.row,
                product.a.column,
            )
        };
        let bias = match product.bias {
            Some(_) if is_last => buffers.bias[(panel - self.first) * width..].as_ptr(),
            _ => std::ptr::null(),
        };
        let positive = product.positive.filter(|_| is_last);
        Tile {
            a,
            a_row,
            a_column,
            next: std::ptr::null(),
            b: buffers.panels[(panel - self.first) * self.steps * width..].as_ptr(),
            depth: self.kernel.elements.steps(depth),
            // SAFETY: inside c.
            c: unsafe { product.c.pointer().add(row * product.c.stride() + panel * width) },
            c_row: product.c.stride(),
            rows,
            columns: self.columns_of(panel),
            add: product.add || block > 0,
            scale: product.scale,
            bias,
            relu: is_last && product.activation == Activation::Relu,
            positive: positive.map_or(std::ptr::null(), |positive| {
                positive
                    .pointer()
                    .wrapping_add(row * positive.stride() + panel * width)
            }),
            positive_row: positive.map_or(0, |positive| positive.stride()),
        }
    }
}

/// Steps of the reduction to pack at a time, from the distance of neighbours across it: those that touch are read row by
/// row; others lie along the reduction and are read along it in any case.
fn step_along(across: usize) -> usize {
    if across == 1 { PACK } else { DEPTH_BLOCK }
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
