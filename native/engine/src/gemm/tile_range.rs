//! What one thread computes of a product: a range of the result's tiles. Tiles are numbered panel by panel, and from
//! top to bottom inside a panel, so that any number of threads gets nearly equal ranges that touch few panels.

use std::ops::Range;

use super::Product;
use super::aligned_buf::AlignedBuf;
use super::bf16::{self, Packing};
use super::isa::MicroKernel;
use super::microkernel::Tile;
use super::pack::{self, Operand};
use crate::activation::Activation;

/// Longest k block: a packed panel of the right operand with that many rows fits the first-level cache.
pub(super) const KC: usize = 256;
/// Rows of the left operand in one block: with KC columns they fit the second-level cache.
const MC: usize = 192;

/// Steps along the reduction that are packed for all panels before the next steps are, so that each row of an operand
/// is read from one end to the other.
const PACK_STEPS: usize = 16;

/// Packing buffers of one thread.
#[derive(Default)]
pub(super) struct PackBuffers {
    rhs_panels: AlignedBuf,
    lhs_panels: AlignedBuf,
    bias: AlignedBuf,
    /// A panel in f32, before it is packed as pairs of bfloat16.
    f32_panel: AlignedBuf,
}

pub(super) struct TileRange<'a> {
    kernel: MicroKernel,
    product: &'a Product<'a>,
    tiles_per_panel: usize,
    /// Numbers of this range's tiles.
    tiles: Range<usize>,
    first_panel: usize,
    last_panel: usize,
    /// The reduction is cut into this many k blocks, of `kc` elements or, the last one, fewer.
    k_blocks: usize,
    kc: usize,
    /// The micro-kernel's steps along `kc` elements.
    kc_steps: usize,
}

impl<'a> TileRange<'a> {
    /// `tiles` must not be empty.
    pub fn new(
        kernel: MicroKernel,
        product: &'a Product<'a>,
        tiles_per_panel: usize,
        tiles: Range<usize>,
    ) -> Self {
        let k_blocks = product.k.div_ceil(KC).max(1);
        let kc = product.k.div_ceil(k_blocks);
        Self {
            kernel,
            product,
            tiles_per_panel,
            first_panel: tiles.start / tiles_per_panel,
            last_panel: (tiles.end - 1) / tiles_per_panel,
            tiles,
            k_blocks,
            kc,
            kc_steps: kernel.packing.steps(kc),
        }
    }

    /// # Safety
    /// As `Gemm::multiply`; no other thread computes these tiles.
    pub unsafe fn multiply(&mut self, buffers: &mut PackBuffers) {
        let MicroKernel { mr, nr, .. } = self.kernel;
        let panels = self.last_panel - self.first_panel + 1;
        buffers.rhs_panels.grow(panels * self.kc_steps * nr);
        if let Some(bias) = self.product.bias {
            buffers.bias.grow(panels * nr);
            let columns = self.first_panel * nr..((self.last_panel + 1) * nr).min(self.product.n);
            buffers.bias[..columns.len()].copy_from_slice(&bias[columns]);
        }
        if self.packs_lhs() {
            buffers.lhs_panels.grow(self.tiles_per_panel * mr * self.kc_steps);
        }
        let all = if self.first_panel == self.last_panel {
            self.tiles_in_panel(self.first_panel)
        } else {
            0..self.tiles_per_panel
        };
        let tiles_per_block = (MC / mr).max(1);
        for k_block in 0..self.k_blocks {
            // SAFETY: the caller keeps the contract of `Gemm::multiply`.
            unsafe {
                self.pack_rhs(k_block, buffers);
                for start in all.clone().step_by(tiles_per_block) {
                    let tiles = start..(start + tiles_per_block).min(all.end);
                    if self.packs_lhs() {
                        self.pack_lhs(k_block, tiles.clone(), buffers);
                    }
                    self.multiply_block(k_block, tiles, buffers);
                }
            }
        }
    }

    /// Whether the left operand has to be packed, either because its rows are not contiguous, so that the kernel would
    /// read a cache line for each element, or because the kernel does not multiply plain f32.
    fn packs_lhs(&self) -> bool {
        self.kernel.packing != Packing::F32
            || self.product.lhs.column_stride != 1 && self.product.lhs.row_stride == 1
    }

    /// This range's tiles of a panel.
    fn tiles_in_panel(&self, panel: usize) -> Range<usize> {
        let start = if panel == self.first_panel {
            self.tiles.start - self.first_panel * self.tiles_per_panel
        } else {
            0
        };
        let end = if panel == self.last_panel {
            self.tiles.end - self.last_panel * self.tiles_per_panel
        } else {
            self.tiles_per_panel
        };
        start..end
    }

    /// Start and length of a k block.
    fn k_block(&self, k_block: usize) -> (usize, usize) {
        let start = k_block * self.kc;
        (start, self.kc.min(self.product.k - start))
    }

    fn columns_in_panel(&self, panel: usize) -> usize {
        self.kernel.nr.min(self.product.n - panel * self.kernel.nr)
    }

    fn rows_in_tile(&self, tile: usize) -> usize {
        self.kernel.mr.min(self.product.m - tile * self.kernel.mr)
    }

    unsafe fn pack_rhs(&self, k_block: usize, buffers: &mut PackBuffers) {
        let (k_start, kc) = self.k_block(k_block);
        let nr = self.kernel.nr;
        let pack_steps = steps_packed_at_once(self.product.rhs.column_stride);
        for start in (0..kc).step_by(pack_steps) {
            let count = pack_steps.min(kc - start);
            for panel in self.first_panel..=self.last_panel {
                let offset =
                    ((panel - self.first_panel) * self.kc_steps + self.kernel.packing.steps(start)) * nr;
                let packed = &mut buffers.rhs_panels[offset..];
                // SAFETY: the panel's columns and these steps lie inside the right operand.
                unsafe {
                    let source = self.product.rhs.offset(k_start + start, panel * nr);
                    self.pack(
                        source,
                        (count, self.columns_in_panel(panel), nr),
                        packed,
                        &mut buffers.f32_panel,
                    );
                }
            }
        }
    }

    unsafe fn pack_lhs(&self, k_block: usize, tiles: Range<usize>, buffers: &mut PackBuffers) {
        let (k_start, kc) = self.k_block(k_block);
        let pack_steps = steps_packed_at_once(self.product.lhs.row_stride);
        for start in (0..kc).step_by(pack_steps) {
            let count = pack_steps.min(kc - start);
            for tile in tiles.clone() {
                let rows = self.rows_in_tile(tile);
                let offset = tile * self.kernel.mr * self.kc_steps + self.kernel.packing.steps(start) * rows;
                let packed = &mut buffers.lhs_panels[offset..];
                // SAFETY: the tile's rows and these steps lie inside the left operand.
                unsafe {
                    let source = self.product.lhs.offset(tile * self.kernel.mr, k_start + start);
                    self.pack(
                        source.transposed(),
                        (count, rows, rows),
                        packed,
                        &mut buffers.f32_panel,
                    )
                };
            }
        }
    }

    /// Packs `[k, columns]` of an operand into rows of `width` elements in the kernel's packing. `k` is even, except at
    /// the end of a k block.
    ///
    /// # Safety
    /// The operand's elements are readable.
    unsafe fn pack(
        &self,
        source: Operand,
        (k, columns, width): (usize, usize, usize),
        packed: &mut [f32],
        f32_panel: &mut AlignedBuf,
    ) {
        let packing = self.kernel.packing;
        let packed = &mut packed[..packing.steps(k) * width];
        if packing == Packing::Bf16Pairs {
            f32_panel.grow(k * width);
            let f32_panel = &mut f32_panel[..k * width];
            // SAFETY: the caller says that the elements are readable.
            unsafe { pack::panel(source, k, columns, width, f32_panel) };
            return bf16::pack_pairs(f32_panel, width, packed);
        }
        // SAFETY: the caller says that the elements are readable.
        unsafe { pack::panel(source, k, columns, width, packed) };
        if packing == Packing::RoundedF32 {
            bf16::round(packed);
        }
    }

    unsafe fn multiply_block(&self, k_block: usize, tiles: Range<usize>, buffers: &PackBuffers) {
        let activation = self.product.activation;
        let is_last = k_block + 1 == self.k_blocks;
        for panel in self.first_panel..=self.last_panel {
            let range = self.tiles_in_panel(panel);
            for index in tiles.start.max(range.start)..tiles.end.min(range.end) {
                // SAFETY: the tile lies inside the operands and the result, and its panels and bias inside the buffers.
                unsafe {
                    let mut tile = self.tile(k_block, panel, index, buffers);
                    if panel == self.first_panel && index + 1 < range.end && !self.packs_lhs() {
                        tile.next_lhs = tile.lhs.wrapping_add(self.kernel.mr * tile.lhs_row_stride);
                    }
                    (self.kernel.run)(&tile);
                    if is_last && !matches!(activation, Activation::None | Activation::Relu) {
                        activate(&tile, activation);
                    }
                }
            }
        }
    }

    unsafe fn tile(&self, k_block: usize, panel: usize, tile: usize, buffers: &PackBuffers) -> Tile {
        let (product, nr) = (self.product, self.kernel.nr);
        let (k_start, kc) = self.k_block(k_block);
        let (row, rows) = (tile * self.kernel.mr, self.rows_in_tile(tile));
        let is_last = k_block + 1 == self.k_blocks;
        let (lhs, lhs_row_stride, lhs_column_stride) = if self.packs_lhs() {
            (buffers.lhs_panels[row * self.kc_steps..].as_ptr(), 1, rows)
        } else {
            // SAFETY: the tile's first row and the block's first step lie inside the left operand.
            (
                unsafe { product.lhs.at(row, k_start) },
                product.lhs.row_stride,
                product.lhs.column_stride,
            )
        };
        let bias = match product.bias {
            Some(_) if is_last => buffers.bias[(panel - self.first_panel) * nr..].as_ptr(),
            _ => std::ptr::null(),
        };
        let relu_mask = product.relu_mask.filter(|_| is_last);
        Tile {
            lhs,
            lhs_row_stride,
            lhs_column_stride,
            next_lhs: std::ptr::null(),
            rhs_panel: buffers.rhs_panels[(panel - self.first_panel) * self.kc_steps * nr..].as_ptr(),
            k: self.kernel.packing.steps(kc),
            // SAFETY: the tile's first element lies inside the result.
            dst: unsafe { product.dst.pointer().add(row * product.dst.stride() + panel * nr) },
            dst_stride: product.dst.stride(),
            rows,
            columns: self.columns_in_panel(panel),
            accumulate: product.accumulate || k_block > 0,
            alpha: product.alpha,
            bias,
            relu: is_last && product.activation == Activation::Relu,
            relu_mask: relu_mask.map_or(std::ptr::null(), |mask| {
                mask.pointer().wrapping_add(row * mask.stride() + panel * nr)
            }),
            relu_mask_stride: relu_mask.map_or(0, |mask| mask.stride()),
        }
    }
}

/// How many steps along the reduction are packed at a time. `stride` is the distance of neighbouring elements across
/// the reduction: where they are contiguous, an operand is read row by row. Otherwise its elements are contiguous along
/// the reduction, and it is read along it whatever the number of steps.
fn steps_packed_at_once(stride: usize) -> usize {
    if stride == 1 { PACK_STEPS } else { KC }
}

/// # Safety
/// The tile's result is writable.
unsafe fn activate(tile: &Tile, kind: Activation) {
    for row in 0..tile.rows {
        // SAFETY: the caller says that the tile's result is writable.
        let row =
            unsafe { std::slice::from_raw_parts_mut(tile.dst.add(row * tile.dst_stride), tile.columns) };
        for value in row {
            *value = kind.apply(*value);
        }
    }
}
