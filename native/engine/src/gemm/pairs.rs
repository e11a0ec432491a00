//! Dot products of all pairs of a few short vectors, and their gradient: products of matrices so small that a packed
//! panel with its tiles would be mostly moving things about. Every element is one chain of multiply-adds in order.

use super::lanes::Lanes;

/// The k vectors of one row of a batch, side by side or `stride` apart.
#[derive(Clone, Copy)]
pub struct Vectors {
    pub first: *const f32,
    pub stride: usize,
    pub count: usize,
    pub width: usize,
    /// Whether a vector is paired with itself, too.
    pub with_self: bool,
}

impl Vectors {
    /// Pairs in row `i` of the lower triangle.
    pub fn in_row(&self, i: usize) -> usize {
        i + usize::from(self.with_self)
    }

    /// Pairs of all rows.
    pub fn pairs(&self) -> usize {
        self.before(self.count)
    }

    /// Pairs before row `i`.
    fn before(&self, i: usize) -> usize {
        i * (i + 1) / 2 - if self.with_self { 0 } else { i }
    }
}

/// Where a vector's gradient goes: nowhere if null.
#[derive(Clone, Copy)]
pub struct Place {
    pub to: *mut f32,
    pub add: bool,
}

/// The two kernels of an instruction set.
#[derive(Clone, Copy)]
pub(super) struct Pairs {
    /// The triangle's rows one after the other, from the vectors and from their transpose `[width, across_row]`.
    ///
    /// # Safety
    /// The instruction set is present; the vectors are readable, the transpose is in rows long enough for `count`
    /// rounded up to whole registers, and the result has room for the pairs.
    pub products: unsafe fn(&Vectors, (*const f32, usize), *mut f32),
    /// Gradient of vector i: Σ_j G_ij z_j, G the triangle made symmetric; a pair with itself counts twice.
    ///
    /// # Safety
    /// The instruction set is present; vectors and triangle are readable, a place that is not null has `width`.
    pub gradients: unsafe fn(&Vectors, *const f32, &[Place]),
    /// Elements of a register.
    pub lanes: usize,
}

/// Vectors worked on at a time: as many chains as keep two multiply-add units busy.
const ROWS: usize = 8;

/// Calls `$function::<L, n>` for up to ROWS vectors from `$start` on.
macro_rules! for_stretch {
    ($count:expr, $function:ident $arguments:tt, [$($rows:literal)*]) => {
        match $count {
            $($rows => $function::<L, $rows> $arguments,)*
            _ => $function::<L, ROWS> $arguments,
        }
    };
}

/// # Safety
/// As `Pairs::products`.
#[inline(always)]
unsafe fn products<L: Lanes>(vectors: &Vectors, across: (*const f32, usize), out: *mut f32) {
    for start in (0..vectors.count).step_by(ROWS) {
        // SAFETY: the caller's contract.
        unsafe {
            for_stretch!(vectors.count - start, product_rows(vectors, across, out, start), [1 2 3 4 5 6 7])
        }
    }
}

/// # Safety
/// As `Pairs::products`; there are `N` vectors from `start` on.
#[inline(always)]
unsafe fn product_rows<L: Lanes, const N: usize>(
    vectors: &Vectors,
    (across, across_row): (*const f32, usize),
    out: *mut f32,
    start: usize,
) {
    let a = vectors.first.wrapping_add(start * vectors.stride);
    for first in (0..vectors.in_row(start + N - 1)).step_by(L::COUNT) {
        // SAFETY: the caller's contract.
        unsafe {
            let mut sums = [L::splat(0.0); N];
            for k in 0..vectors.width {
                let column = L::load(across.add(k * across_row + first));
                for (r, sum) in sums.iter_mut().enumerate() {
                    let factor = L::splat(*a.add(r * vectors.stride + k));
                    *sum = factor.multiply_add(column, *sum);
                }
            }
            // As in kernel.rs: else the sums would be kept in memory while they grow.
            for (r, sum) in std::hint::black_box(sums).into_iter().enumerate() {
                let row = start + r;
                let to = out.wrapping_add(vectors.before(row) + first);
                match vectors.in_row(row).saturating_sub(first) {
                    0 => {}
                    count if count >= L::COUNT => sum.store(to),
                    count => sum.store_first(to, count),
                }
            }
        }
    }
}

/// # Safety
/// As `Pairs::gradients`.
#[inline(always)]
unsafe fn gradients<L: Lanes>(vectors: &Vectors, triangle: *const f32, places: &[Place]) {
    for start in (0..vectors.count).step_by(ROWS) {
        // SAFETY: the caller's contract.
        unsafe {
            for_stretch!(vectors.count - start, gradient_rows(vectors, triangle, places, start), [1 2 3 4 5 6 7])
        }
    }
}

/// # Safety
/// As `Pairs::gradients`; there are `N` vectors from `start` on.
#[inline(always)]
unsafe fn gradient_rows<L: Lanes, const N: usize>(
    vectors: &Vectors,
    triangle: *const f32,
    places: &[Place],
    start: usize,
) {
    let end = start + N;
    let rows: [*const f32; N] = std::array::from_fn(|r| triangle.wrapping_add(vectors.before(start + r)));
    for first in (0..vectors.width).step_by(L::COUNT) {
        let count = (vectors.width - first).min(L::COUNT);
        // SAFETY: the caller's contract.
        let vector = |j: usize| unsafe {
            let from = vectors.first.add(j * vectors.stride + first);
            if count == L::COUNT {
                L::load(from)
            } else {
                L::load_first(from, count)
            }
        };
        // SAFETY: the caller's contract.
        unsafe {
            let mut sums = [L::splat(0.0); N];
            for j in 0..start {
                let vector = vector(j);
                for r in 0..N {
                    sums[r] = L::splat(*rows[r].add(j)).multiply_add(vector, sums[r]);
                }
            }
            for j in 0..N {
                let vector = vector(start + j);
                for r in 0..N {
                    let pair = if j < r {
                        *rows[r].add(start + j)
                    } else if j > r {
                        *rows[j].add(start + r)
                    } else if vectors.with_self {
                        2.0 * *rows[r].add(start + r)
                    } else {
                        continue;
                    };
                    sums[r] = L::splat(pair).multiply_add(vector, sums[r]);
                }
            }
            for j in end..vectors.count {
                let vector = vector(j);
                let row = triangle.add(vectors.before(j) + start);
                for (r, sum) in sums.iter_mut().enumerate() {
                    *sum = L::splat(*row.add(r)).multiply_add(vector, *sum);
                }
            }
            for (sum, place) in std::hint::black_box(sums).into_iter().zip(&places[start..]) {
                if place.to.is_null() {
                    continue;
                }
                let to = place.to.add(first);
                let sum = if place.add {
                    L::load_first(to, count).add(sum)
                } else {
                    sum
                };
                if count == L::COUNT {
                    sum.store(to)
                } else {
                    sum.store_first(to, count)
                }
            }
        }
    }
}

macro_rules! pairs {
    ($(#[$attribute:meta])* $name:ident, $lanes:ty) => {
        pub(super) const $name: Pairs = {
            $(#[$attribute])*
            unsafe fn forward(vectors: &Vectors, across: (*const f32, usize), out: *mut f32) {
                // SAFETY: the caller's contract.
                unsafe { products::<$lanes>(vectors, across, out) }
            }
            $(#[$attribute])*
            unsafe fn backward(vectors: &Vectors, triangle: *const f32, places: &[Place]) {
                // SAFETY: the caller's contract.
                unsafe { gradients::<$lanes>(vectors, triangle, places) }
            }
            Pairs {
                products: forward,
                gradients: backward,
                lanes: <$lanes as Lanes>::COUNT,
            }
        };
    };
}

pairs!(PORTABLE, super::lanes::Portable);
#[cfg(target_arch = "x86_64")]
pairs!(
    #[target_feature(enable = "avx2,fma")]
    AVX2,
    super::lanes::Avx2
);
#[cfg(target_arch = "x86_64")]
pairs!(
    #[target_feature(enable = "avx512f")]
    AVX512,
    super::lanes::Avx512
);
#[cfg(target_arch = "aarch64")]
pairs!(
    #[target_feature(enable = "neon")]
    NEON,
    super::lanes::Neon
);
