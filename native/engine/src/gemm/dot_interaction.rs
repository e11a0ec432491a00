//! The dot interaction: dot products of all pairs of a few short vectors, and their gradients. As matrix products they
//! are so small that packing panels would take most of the time. Every element is one chain of multiply-adds in order.

use super::simd::Simd;

/// The vectors of one row of a batch, whose beginnings are `stride` elements apart.
#[derive(Clone, Copy)]
pub struct Vectors {
    pub first: *const f32,
    pub stride: usize,
    pub count: usize,
    pub width: usize,
    /// Whether a vector is also paired with itself.
    pub include_self: bool,
}

impl Vectors {
    /// Pairs in row `i` of the lower triangle.
    pub fn pairs_in_row(&self, i: usize) -> usize {
        i + usize::from(self.include_self)
    }

    /// Pairs in all rows.
    pub fn pairs(&self) -> usize {
        self.pairs_before_row(self.count)
    }

    fn pairs_before_row(&self, i: usize) -> usize {
        i * (i + 1) / 2 - if self.include_self { 0 } else { i }
    }
}

/// Where a vector's gradient is written, or added if `accumulate`. A null pointer means that it is not needed.
#[derive(Clone, Copy)]
pub struct GradientTarget {
    pub pointer: *mut f32,
    pub accumulate: bool,
}

/// The two kernels of an instruction set.
#[derive(Clone, Copy)]
pub(super) struct DotInteraction {
    /// Computes the triangle's rows one after the other, from the vectors and from their transpose, `[width,
    /// row_stride]`.
    ///
    /// # Safety
    /// The instruction set is present; the vectors are readable, the transpose's rows have room for `count` rounded up
    /// to whole registers, and the output has room for the pairs.
    pub forward: unsafe fn(&Vectors, (*const f32, usize), *mut f32),
    /// Computes the gradient of vector i: Σ_j G_ij z_j, where G is the triangle made symmetric; a pair of a vector with
    /// itself counts twice.
    ///
    /// # Safety
    /// The instruction set is present; vectors and triangle are readable, and a target that is not null has room for
    /// `width` elements.
    pub backward: unsafe fn(&Vectors, *const f32, &[GradientTarget]),
    /// Elements of a register.
    pub lanes: usize,
}

/// Vectors that are worked on at a time: as many chains of multiply-adds as keep two units busy.
const BLOCK: usize = 8;

/// Calls `$function::<S, N>` for the `N` vectors that are left, at most BLOCK.
macro_rules! for_block {
    ($remaining:expr, $function:ident $arguments:tt, [$($count:literal)*]) => {
        match $remaining {
            $($count => $function::<S, $count> $arguments,)*
            _ => $function::<S, BLOCK> $arguments,
        }
    };
}

/// # Safety
/// As `DotInteraction::forward`.
#[inline(always)]
unsafe fn forward<S: Simd>(vectors: &Vectors, transposed: (*const f32, usize), out: *mut f32) {
    for start in (0..vectors.count).step_by(BLOCK) {
        // SAFETY: the caller keeps the contract of `DotInteraction::forward`.
        unsafe {
            for_block!(vectors.count - start, forward_block(vectors, transposed, out, start), [1 2 3 4 5 6 7])
        }
    }
}

/// # Safety
/// As `DotInteraction::forward`; there are `N` vectors from `start` on.
#[inline(always)]
unsafe fn forward_block<S: Simd, const N: usize>(
    vectors: &Vectors,
    (transposed, row_stride): (*const f32, usize),
    out: *mut f32,
    start: usize,
) {
    let block = vectors.first.wrapping_add(start * vectors.stride);
    for first in (0..vectors.pairs_in_row(start + N - 1)).step_by(S::LANES) {
        // SAFETY: the caller keeps the contract of `DotInteraction::forward`.
        unsafe {
            let mut sums = [S::splat(0.0); N];
            for p in 0..vectors.width {
                let column = S::load(transposed.add(p * row_stride + first));
                for (r, sum) in sums.iter_mut().enumerate() {
                    let factor = S::splat(*block.add(r * vectors.stride + p));
                    *sum = factor.mul_add(column, *sum);
                }
            }
            // As in microkernel.rs: otherwise the sums would be kept in memory during the reduction.
            for (r, sum) in std::hint::black_box(sums).into_iter().enumerate() {
                let row = start + r;
                let out = out.wrapping_add(vectors.pairs_before_row(row) + first);
                match vectors.pairs_in_row(row).saturating_sub(first) {
                    0 => {}
                    count if count >= S::LANES => sum.store(out),
                    count => sum.store_partial(out, count),
                }
            }
        }
    }
}

/// # Safety
/// As `DotInteraction::backward`.
#[inline(always)]
unsafe fn backward<S: Simd>(vectors: &Vectors, triangle: *const f32, targets: &[GradientTarget]) {
    for start in (0..vectors.count).step_by(BLOCK) {
        // SAFETY: the caller keeps the contract of `DotInteraction::backward`.
        unsafe {
            for_block!(vectors.count - start, backward_block(vectors, triangle, targets, start), [1 2 3 4 5 6 7])
        }
    }
}

/// # Safety
/// As `DotInteraction::backward`; there are `N` vectors from `start` on.
#[inline(always)]
unsafe fn backward_block<S: Simd, const N: usize>(
    vectors: &Vectors,
    triangle: *const f32,
    targets: &[GradientTarget],
    start: usize,
) {
    let end = start + N;
    let rows: [*const f32; N] =
        std::array::from_fn(|r| triangle.wrapping_add(vectors.pairs_before_row(start + r)));
    for first in (0..vectors.width).step_by(S::LANES) {
        let count = (vectors.width - first).min(S::LANES);
        // SAFETY: the caller keeps the contract of `DotInteraction::backward`.
        let vector = |j: usize| unsafe {
            let source = vectors.first.add(j * vectors.stride + first);
            if count == S::LANES {
                S::load(source)
            } else {
                S::load_partial(source, count)
            }
        };
        // SAFETY: the caller keeps the contract of `DotInteraction::backward`.
        unsafe {
            let mut sums = [S::splat(0.0); N];
            for j in 0..start {
                let vector = vector(j);
                for r in 0..N {
                    sums[r] = S::splat(*rows[r].add(j)).mul_add(vector, sums[r]);
                }
            }
            for j in 0..N {
                let vector = vector(start + j);
                for r in 0..N {
                    let pair = if j < r {
                        *rows[r].add(start + j)
                    } else if j > r {
                        *rows[j].add(start + r)
                    } else if vectors.include_self {
                        2.0 * *rows[r].add(start + r)
                    } else {
                        continue;
                    };
                    sums[r] = S::splat(pair).mul_add(vector, sums[r]);
                }
            }
            for j in end..vectors.count {
                let vector = vector(j);
                let row = triangle.add(vectors.pairs_before_row(j) + start);
                for (r, sum) in sums.iter_mut().enumerate() {
                    *sum = S::splat(*row.add(r)).mul_add(vector, *sum);
                }
            }
            for (sum, target) in std::hint::black_box(sums).into_iter().zip(&targets[start..]) {
                if target.pointer.is_null() {
                    continue;
                }
                let dst = target.pointer.add(first);
                let sum = if target.accumulate {
                    S::load_partial(dst, count).add(sum)
                } else {
                    sum
                };
                if count == S::LANES {
                    sum.store(dst)
                } else {
                    sum.store_partial(dst, count)
                }
            }
        }
    }
}

macro_rules! dot_interaction {
    ($(#[$attribute:meta])* $name:ident, $simd:ty) => {
        pub(super) const $name: DotInteraction = {
            $(#[$attribute])*
            unsafe fn forward_with(vectors: &Vectors, transposed: (*const f32, usize), out: *mut f32) {
                // SAFETY: the caller keeps the contract of `DotInteraction::forward`.
                unsafe { forward::<$simd>(vectors, transposed, out) }
            }
            $(#[$attribute])*
            unsafe fn backward_with(vectors: &Vectors, triangle: *const f32, targets: &[GradientTarget]) {
                // SAFETY: the caller keeps the contract of `DotInteraction::backward`.
                unsafe { backward::<$simd>(vectors, triangle, targets) }
            }
            DotInteraction {
                forward: forward_with,
                backward: backward_with,
                lanes: <$simd as Simd>::LANES,
            }
        };
    };
}

dot_interaction!(PORTABLE, super::simd::Portable);
#[cfg(target_arch = "x86_64")]
dot_interaction!(
    #[target_feature(enable = "avx2,fma")]
    AVX2,
    super::simd::Avx2
);
#[cfg(target_arch = "x86_64")]
dot_interaction!(
    #[target_feature(enable = "avx512f")]
    AVX512,
    super::simd::Avx512
);
#[cfg(target_arch = "aarch64")]
dot_interaction!(
    #[target_feature(enable = "neon")]
    NEON,
    super::simd::Neon
);
