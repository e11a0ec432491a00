//! Packing: copies operands into the order in which the micro-kernel reads them.

/// A matrix of f32 with any strides: element (i, j) is at `pointer + i * row_stride + j * column_stride`.
#[derive(Clone, Copy)]
pub struct Operand {
    pub pointer: *const f32,
    pub row_stride: usize,
    pub column_stride: usize,
}

impl Operand {
    /// The transposed matrix, on the same elements.
    pub fn transposed(self) -> Self {
        Self {
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }

    /// # Safety
    /// The element exists.
    pub(super) unsafe fn at(self, i: usize, j: usize) -> *const f32 {
        // SAFETY: the caller keeps the contract above.
        unsafe { self.pointer.add(i * self.row_stride + j * self.column_stride) }
    }

    /// The submatrix that begins at (i, j).
    ///
    /// # Safety
    /// The element exists.
    pub(super) unsafe fn offset(self, i: usize, j: usize) -> Self {
        // SAFETY: the caller keeps the contract above.
        Self {
            pointer: unsafe { self.at(i, j) },
            ..self
        }
    }
}

/// Copies `count` rows of `WIDTH` elements, which begin `stride` apart, into contiguous rows.
///
/// # Safety
/// The elements are readable and `to` has room for `count * WIDTH`.
unsafe fn copy_rows<const WIDTH: usize>(from: *const f32, stride: usize, count: usize, to: *mut f32) {
    for i in 0..count {
        // SAFETY: the caller keeps the contract above. The size is a constant, so the copy compiles to a few vector
        // moves.
        unsafe {
            to.add(i * WIDTH)
                .cast::<[f32; WIDTH]>()
                .write(from.add(i * stride).cast::<[f32; WIDTH]>().read())
        };
    }
}

/// `copy_rows` for any width.
///
/// # Safety
/// As `copy_rows`.
unsafe fn copy_rows_of_width(from: *const f32, stride: usize, count: usize, width: usize, to: *mut f32) {
    // SAFETY: the caller keeps the contract above.
    unsafe {
        match width {
            4 => copy_rows::<4>(from, stride, count, to),
            6 => copy_rows::<6>(from, stride, count, to),
            8 => copy_rows::<8>(from, stride, count, to),
            12 => copy_rows::<12>(from, stride, count, to),
            16 => copy_rows::<16>(from, stride, count, to),
            32 => copy_rows::<32>(from, stride, count, to),
            _ => (0..count)
                .for_each(|i| std::ptr::copy_nonoverlapping(from.add(i * stride), to.add(i * width), width)),
        }
    }
}

/// Packs `[k, columns]` of `source` into rows of `width` elements and fills the rest of each row with zeros. The rows
/// or the columns of `source` are contiguous.
///
/// # Safety
/// The elements are readable and `to` has `k * width` elements; `columns <= width`.
pub(super) unsafe fn panel(source: Operand, k: usize, columns: usize, width: usize, to: &mut [f32]) {
    debug_assert!(to.len() >= k * width && columns <= width);
    let target = to.as_mut_ptr();
    if source.column_stride == 1 && columns == width {
        // SAFETY: the caller keeps the contract above.
        return unsafe { copy_rows_of_width(source.pointer, source.row_stride, k, width, target) };
    }
    if columns < width {
        to[..k * width].fill(0.0);
    }
    if source.column_stride == 1 {
        for p in 0..k {
            // SAFETY: the caller keeps the contract above.
            unsafe { std::ptr::copy_nonoverlapping(source.at(p, 0), target.add(p * width), columns) };
        }
        return;
    }
    // SAFETY: the caller keeps the contract above.
    unsafe { transpose(source, k, columns, target, width) }
}

/// `to[p * width + j] = source(p, j)`.
///
/// # Safety
/// The elements are readable, and `to` has room for `k` rows of `width`.
pub(super) unsafe fn transpose(source: Operand, k: usize, columns: usize, to: *mut f32, width: usize) {
    // SAFETY: the caller keeps the contract above.
    let (block_k, block_columns) = unsafe { transpose_blocks(source, k, columns, to, width) };
    for j in 0..columns {
        let done = if j < block_columns { block_k } else { 0 };
        for p in done..k {
            // SAFETY: the caller keeps the contract above.
            unsafe { *to.add(p * width + j) = *source.at(p, j) };
        }
    }
}

/// Does the part of `transpose` that consists of complete blocks; returns how many rows and columns of `source` that
/// is.
///
/// # Safety
/// As `transpose`.
#[cfg(target_arch = "x86_64")]
unsafe fn transpose_blocks(
    source: Operand,
    k: usize,
    columns: usize,
    to: *mut f32,
    width: usize,
) -> (usize, usize) {
    if source.row_stride != 1 || !is_x86_feature_detected!("avx2") {
        return (0, 0);
    }
    let (block_k, block_columns) = (k / 8 * 8, columns / 8 * 8);
    for j in (0..block_columns).step_by(8) {
        for p in (0..block_k).step_by(8) {
            // SAFETY: the caller keeps the contract above, and AVX2 is present.
            unsafe {
                transpose_8x8(
                    source.at(p, j),
                    source.column_stride,
                    to.add(p * width + j),
                    width,
                )
            };
        }
    }
    // A tile of twelve rows has four rows beyond a block of eight.
    if columns - block_columns < 4 {
        return (block_k, block_columns);
    }
    for p in (0..block_k).step_by(4) {
        // SAFETY: the caller keeps the contract above, and every x86-64 CPU has SSE.
        unsafe {
            let to = to.add(p * width + block_columns);
            transpose_4x4(source.at(p, block_columns), source.column_stride, to, width)
        };
    }
    (block_k, block_columns + 4)
}

#[cfg(not(target_arch = "x86_64"))]
unsafe fn transpose_blocks(_: Operand, _: usize, _: usize, _: *mut f32, _: usize) -> (usize, usize) {
    (0, 0)
}

/// Transposes a block of 4 × 4.
///
/// # Safety
/// Rows that begin `stride` apart are readable and rows that begin `width` apart are writable.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn transpose_4x4(from: *const f32, stride: usize, to: *mut f32, width: usize) {
    use std::arch::x86_64::*;
    // SAFETY: the caller keeps the contract above.
    unsafe {
        let row = |i: usize| _mm_loadu_ps(from.add(i * stride));
        let mut rows = [row(0), row(1), row(2), row(3)];
        let [a, b, c, d] = &mut rows;
        _MM_TRANSPOSE4_PS(a, b, c, d);
        for (i, row) in rows.into_iter().enumerate() {
            _mm_storeu_ps(to.add(i * width), row);
        }
    }
}

/// Transposes a block of 8 × 8.
///
/// # Safety
/// AVX2 is present; rows that begin `stride` apart are readable and rows that begin `width` apart are writable.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn transpose_8x8(from: *const f32, stride: usize, to: *mut f32, width: usize) {
    use std::arch::x86_64::*;
    // SAFETY: the caller keeps the contract above.
    let row = |i: usize| unsafe { _mm256_loadu_ps(from.add(i * stride)) };
    let rows = [row(0), row(1), row(2), row(3), row(4), row(5), row(6), row(7)];
    let low = |a, b| _mm256_unpacklo_ps(a, b);
    let high = |a, b| _mm256_unpackhi_ps(a, b);
    let pairs = [
        low(rows[0], rows[1]),
        high(rows[0], rows[1]),
        low(rows[2], rows[3]),
        high(rows[2], rows[3]),
        low(rows[4], rows[5]),
        high(rows[4], rows[5]),
        low(rows[6], rows[7]),
        high(rows[6], rows[7]),
    ];
    let even = |a, b| _mm256_shuffle_ps::<0x44>(a, b);
    let odd = |a, b| _mm256_shuffle_ps::<0xee>(a, b);
    let upper = [
        even(pairs[0], pairs[2]),
        odd(pairs[0], pairs[2]),
        even(pairs[1], pairs[3]),
        odd(pairs[1], pairs[3]),
    ];
    let lower = [
        even(pairs[4], pairs[6]),
        odd(pairs[4], pairs[6]),
        even(pairs[5], pairs[7]),
        odd(pairs[5], pairs[7]),
    ];
    for i in 0..4 {
        // SAFETY: the caller keeps the contract above.
        unsafe {
            _mm256_storeu_ps(
                to.add(i * width),
                _mm256_permute2f128_ps::<0x20>(upper[i], lower[i]),
            );
            _mm256_storeu_ps(
                to.add((i + 4) * width),
                _mm256_permute2f128_ps::<0x31>(upper[i], lower[i]),
            );
        }
    }
}
