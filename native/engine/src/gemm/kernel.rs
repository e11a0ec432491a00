//! The micro-kernel: a tile of the product held in registers while it walks along the reduction. Every element is one
//! chain of multiply-adds in order, so its value depends neither on the tile it falls into nor on the thread.

use super::lanes::Lanes;
use crate::cpu::prefetch;
use crate::matrix::LINE;

/// One tile's work. All addresses are in elements of f32.
#[derive(Clone, Copy)]
pub(super) struct Tile {
    /// First element of the tile's rows; element (r, k) is at `a + r * a_row + k * a_column`.
    pub a: *const f32,
    pub a_row: usize,
    pub a_column: usize,
    /// First element of the rows that come next, whose elements lie together and are asked for ahead; or null.
    pub next: *const f32,
    /// A packed panel: `depth` rows of the kernel's full width.
    pub b: *const f32,
    pub depth: usize,
    /// `rows` × `columns` of the result, at most the kernel's tile.
    pub c: *mut f32,
    pub c_row: usize,
    pub rows: usize,
    pub columns: usize,
    /// Added to what is there, else written over it.
    pub add: bool,
    /// Factor on the product.
    pub scale: f32,
    /// One value a column (the panel's full width readable), or null.
    pub bias: *const f32,
    pub relu: bool,
    /// Elements with the result's places, `positive_row` apart: the result is zero where they are zero or less. Or null.
    pub positive: *const f32,
    pub positive_row: usize,
}

/// # Safety
/// The instruction set of `L` is present and the tile's addresses are valid for what `Tile` says.
#[inline(always)]
unsafe fn tile<L: Lanes, const ROWS: usize, const VECTORS: usize>(tile: &Tile) {
    let width = VECTORS * L::COUNT;
    // SAFETY of all of it: the caller's contract.
    unsafe {
        let mut sums = [[L::splat(0.0); VECTORS]; ROWS];
        let (mut a, mut b) = (tile.a, tile.b);
        for r in 0..ROWS {
            for v in 0..VECTORS {
                prefetch(tile.c.wrapping_add(r * tile.c_row + v * L::COUNT));
            }
        }
        let mut left = tile.depth;
        let mut ahead = tile.next;
        while left > 0 {
            let stretch = left.min(LINE);
            if !ahead.is_null() {
                for r in 0..ROWS {
                    prefetch(ahead.wrapping_add(r * tile.a_row));
                }
                ahead = ahead.wrapping_add(LINE);
            }
            for _ in 0..stretch {
                let row: [L; VECTORS] = std::array::from_fn(|v| L::load(b.add(v * L::COUNT)));
                for (r, sums) in sums.iter_mut().enumerate() {
                    let factor = L::splat(*a.add(r * tile.a_row));
                    for (sum, &column) in sums.iter_mut().zip(&row) {
                        *sum = factor.multiply_add(column, *sum);
                    }
                }
                a = a.wrapping_add(tile.a_column);
                b = b.add(width);
            }
            left -= stretch;
        }
        // Rows are written in a loop over memory: were the loop to index `sums` itself, the compiler would keep them in
        // memory while they are summed, too (measured: a third of the speed with AVX-512).
        let sums = std::hint::black_box(sums);
        for (r, sums) in sums.iter().enumerate() {
            if tile.columns == width {
                finish::<L, VECTORS, true>(tile, sums, r);
            } else {
                finish::<L, VECTORS, false>(tile, sums, r);
            }
        }
    }
}

/// Writes row `r` of a tile: scale, add, bias, ReLU or its mask. A row that is not `WHOLE` has fewer columns than the kernel.
///
/// # Safety
/// As `tile`.
#[inline(always)]
unsafe fn finish<L: Lanes, const VECTORS: usize, const WHOLE: bool>(
    tile: &Tile,
    sums: &[L; VECTORS],
    r: usize,
) {
    for (v, &sum) in sums.iter().enumerate() {
        let start = v * L::COUNT;
        let count = if WHOLE {
            L::COUNT
        } else {
            tile.columns.saturating_sub(start).min(L::COUNT)
        };
        if count == 0 {
            return;
        }
        let to = tile.c.wrapping_add(r * tile.c_row + start);
        // SAFETY: the caller's contract.
        unsafe {
            let mut value = sum;
            if tile.scale != 1.0 {
                value = value.multiply(L::splat(tile.scale));
            }
            if tile.add {
                value = if WHOLE {
                    L::load(to)
                } else {
                    L::load_first(to, count)
                }
                .add(value);
            }
            if !tile.bias.is_null() {
                value = value.add(L::load(tile.bias.add(start)));
            }
            if tile.relu {
                value = value.relu();
            }
            if !tile.positive.is_null() {
                let from = tile.positive.add(r * tile.positive_row + start);
                value = value.where_positive(if WHOLE {
                    L::load(from)
                } else {
                    L::load_first(from, count)
                });
            }
            if WHOLE {
                value.store(to)
            } else {
                value.store_first(to, count)
            }
        }
    }
}

macro_rules! kernel {
    ($(#[$attribute:meta])* $name:ident, $lanes:ty, $vectors:literal, [$($rows:literal)*]) => {
        /// # Safety
        /// As `tile`.
        $(#[$attribute])*
        pub(super) unsafe fn $name(work: &Tile) {
            match work.rows {
                // SAFETY: the caller's contract.
                $($rows => unsafe { tile::<$lanes, $rows, $vectors>(work) },)*
                rows => unreachable!("a tile of {rows} rows"),
            }
        }
    };
}

use super::lanes::Portable;
kernel!(portable, Portable, 2, [1 2 3 4]);
#[cfg(target_arch = "x86_64")]
kernel!(#[target_feature(enable = "avx2,fma")] avx2, super::lanes::Avx2, 2, [1 2 3 4 5 6]);
#[cfg(target_arch = "x86_64")]
kernel!(#[target_feature(enable = "avx512f")] avx512, super::lanes::Avx512, 2, [1 2 3 4 5 6 7 8 9 10 11 12]);
#[cfg(target_arch = "x86_64")]
kernel!(#[target_feature(enable = "avx512f,avx512bf16")] avx512_bf16, super::lanes::Avx512Bf16, 2, [1 2 3 4 5 6 7 8 9 10 11 12]);
#[cfg(target_arch = "aarch64")]
kernel!(#[target_feature(enable = "neon")] neon, super::lanes::Neon, 3, [1 2 3 4 5 6 7 8]);
