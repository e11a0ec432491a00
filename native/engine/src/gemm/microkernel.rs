//! The micro-kernel: it holds a tile of the product in registers while it walks along the reduction. Every element is
//! one chain of multiply-adds in order, so its value depends neither on the tile it falls into nor on the thread.

use super::simd::Simd;
use crate::cpu::prefetch;
use crate::matrix::CACHE_LINE_ELEMENTS;

/// The operands of one call of a micro-kernel. All strides are in elements of f32.
#[derive(Clone, Copy)]
pub(super) struct Tile {
    /// The tile's rows of the left operand: element (i, p) is at `lhs + i * lhs_row_stride + p * lhs_column_stride`.
    pub lhs: *const f32,
    pub lhs_row_stride: usize,
    pub lhs_column_stride: usize,
    /// The rows of the next tile, which are contiguous and are prefetched; or null.
    pub next_lhs: *const f32,
    /// A packed panel of the right operand: `k` rows of the kernel's `nr` elements.
    pub rhs_panel: *const f32,
    /// Steps along the reduction.
    pub k: usize,
    /// `rows` × `columns` of the result, at most the kernel's `mr` × `nr`.
    pub dst: *mut f32,
    pub dst_stride: usize,
    pub rows: usize,
    pub columns: usize,
    /// Whether the product is added to `dst` or overwrites it.
    pub accumulate: bool,
    /// Factor on the product.
    pub alpha: f32,
    /// One value per column, of which `nr` are readable; or null.
    pub bias: *const f32,
    pub relu: bool,
    /// A ReLU's output, in rows `relu_mask_stride` apart: the result is zero where it is zero or less. Or null.
    pub relu_mask: *const f32,
    pub relu_mask_stride: usize,
}

/// # Safety
/// The instruction set of `S` is present and the tile's addresses are valid for what `Tile` says.
#[inline(always)]
unsafe fn compute<S: Simd, const MR: usize, const NR_VECTORS: usize>(tile: &Tile) {
    let nr = NR_VECTORS * S::LANES;
    // SAFETY: the caller keeps the contract above, which covers every access in this block.
    unsafe {
        let mut sums = [[S::splat(0.0); NR_VECTORS]; MR];
        let (mut lhs, mut rhs) = (tile.lhs, tile.rhs_panel);
        for i in 0..MR {
            for v in 0..NR_VECTORS {
                prefetch(tile.dst.wrapping_add(i * tile.dst_stride + v * S::LANES));
            }
        }
        let mut remaining = tile.k;
        let mut next_lhs = tile.next_lhs;
        while remaining > 0 {
            let steps = remaining.min(CACHE_LINE_ELEMENTS);
            if !next_lhs.is_null() {
                for i in 0..MR {
                    prefetch(next_lhs.wrapping_add(i * tile.lhs_row_stride));
                }
                next_lhs = next_lhs.wrapping_add(CACHE_LINE_ELEMENTS);
            }
            for _ in 0..steps {
                let row: [S; NR_VECTORS] = std::array::from_fn(|v| S::load(rhs.add(v * S::LANES)));
                for (i, sums) in sums.iter_mut().enumerate() {
                    let factor = S::splat(*lhs.add(i * tile.lhs_row_stride));
                    for (sum, &column) in sums.iter_mut().zip(&row) {
                        *sum = factor.mul_add(column, *sum);
                    }
                }
                lhs = lhs.wrapping_add(tile.lhs_column_stride);
                rhs = rhs.add(nr);
            }
            remaining -= steps;
        }
        // The rows are written in a loop over a copy in memory. If this loop indexed `sums` itself, the compiler would
        // keep them in memory during the reduction, too (measured: a third of the speed with AVX-512).
        let sums = std::hint::black_box(sums);
        for (i, sums) in sums.iter().enumerate() {
            if tile.columns == nr {
                write_row::<S, NR_VECTORS, true>(tile, sums, i);
            } else {
                write_row::<S, NR_VECTORS, false>(tile, sums, i);
            }
        }
    }
}

/// Writes row `i` of a tile and applies alpha, accumulation, bias, ReLU and the ReLU mask to it. A row that is not
/// `FULL` has fewer columns than the kernel's `nr`.
///
/// # Safety
/// As `compute`.
#[inline(always)]
unsafe fn write_row<S: Simd, const NR_VECTORS: usize, const FULL: bool>(
    tile: &Tile,
    sums: &[S; NR_VECTORS],
    i: usize,
) {
    for (v, &sum) in sums.iter().enumerate() {
        let start = v * S::LANES;
        let count = if FULL {
            S::LANES
        } else {
            tile.columns.saturating_sub(start).min(S::LANES)
        };
        if count == 0 {
            return;
        }
        let dst = tile.dst.wrapping_add(i * tile.dst_stride + start);
        // SAFETY: the caller keeps `compute`'s contract.
        unsafe {
            let mut value = sum;
            if tile.alpha != 1.0 {
                value = value.mul(S::splat(tile.alpha));
            }
            if tile.accumulate {
                value = if FULL {
                    S::load(dst)
                } else {
                    S::load_partial(dst, count)
                }
                .add(value);
            }
            if !tile.bias.is_null() {
                value = value.add(S::load(tile.bias.add(start)));
            }
            if tile.relu {
                value = value.relu();
            }
            if !tile.relu_mask.is_null() {
                let mask = tile.relu_mask.add(i * tile.relu_mask_stride + start);
                value = value.relu_mask(if FULL {
                    S::load(mask)
                } else {
                    S::load_partial(mask, count)
                });
            }
            if FULL {
                value.store(dst)
            } else {
                value.store_partial(dst, count)
            }
        }
    }
}

macro_rules! microkernel {
    ($(#[$attribute:meta])* $name:ident, $simd:ty, $nr_vectors:literal, [$($mr:literal)*]) => {
        /// # Safety
        /// As `compute`.
        $(#[$attribute])*
        pub(super) unsafe fn $name(tile: &Tile) {
            match tile.rows {
                // SAFETY: the caller keeps `compute`'s contract.
                $($mr => unsafe { compute::<$simd, $mr, $nr_vectors>(tile) },)*
                rows => unreachable!("a tile of {rows} rows"),
            }
        }
    };
}

use super::simd::Portable;
microkernel!(portable, Portable, 2, [1 2 3 4]);
#[cfg(target_arch = "x86_64")]
microkernel!(#[target_feature(enable = "avx2,fma")] avx2, super::simd::Avx2, 2, [1 2 3 4 5 6]);
#[cfg(target_arch = "x86_64")]
microkernel!(#[target_feature(enable = "avx512f")] avx512, super::simd::Avx512, 2, [1 2 3 4 5 6 7 8 9 10 11 12]);
#[cfg(target_arch = "x86_64")]
microkernel!(#[target_feature(enable = "avx512f,avx512bf16")] avx512_bf16, super::simd::Avx512Bf16, 2, [1 2 3 4 5 6 7 8 9 10 11 12]);
#[cfg(target_arch = "aarch64")]
microkernel!(#[target_feature(enable = "neon")] neon, super::simd::Neon, 3, [1 2 3 4 5 6 7 8]);
