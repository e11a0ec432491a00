//! Copies operands into the order in which the micro-kernel reads them.

/// Where an operand's elements are: (i, j) at `pointer + i * row + j * column`.
#[derive(Clone, Copy)]
pub struct Operand {
    pub pointer: *const f32,
    pub row: usize,
    pub column: usize,
}

impl Operand {
    /// The same elements with rows and columns exchanged.
    pub fn transposed(self) -> Self {
        Self {
            row: self.column,
            column: self.row,
            ..self
        }
    }

    /// # Safety
    /// The element exists.
    pub(super) unsafe fn at(self, i: usize, j: usize) -> *const f32 {
        // SAFETY: the caller's.
        unsafe { self.pointer.add(i * self.row + j * self.column) }
    }

    /// The part that starts at (i, j).
    ///
    /// # Safety
    /// The element exists.
    pub(super) unsafe fn from(self, i: usize, j: usize) -> Self {
        // SAFETY: the caller's.
        Self {
            pointer: unsafe { self.at(i, j) },
            ..self
        }
    }
}

/// Copies `count` rows of exactly `WIDTH` elements, from rows `stride` apart to rows that touch.
///
/// # Safety
/// The elements exist and `to` has `count * WIDTH`.
unsafe fn copy_rows<const WIDTH: usize>(from: *const f32, stride: usize, count: usize, to: *mut f32) {
    for i in 0..count {
        // SAFETY: the caller's; a fixed size compiles to a few vector moves.
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
unsafe fn copy_any_rows(from: *const f32, stride: usize, count: usize, width: usize, to: *mut f32) {
    // SAFETY: the caller's.
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

/// Packs `[depth, columns]` of `from` into rows of `width`, the rest zero. Rows or columns of `from` are contiguous.
///
/// # Safety
/// The elements exist and `to` has `depth * width`; `columns <= width`.
pub(super) unsafe fn panel(from: Operand, depth: usize, columns: usize, width: usize, to: &mut [f32]) {
    debug_assert!(to.len() >= depth * width && columns <= width);
    let target = to.as_mut_ptr();
    if from.column == 1 && columns == width {
        // SAFETY: the caller's.
        return unsafe { copy_any_rows(from.pointer, from.row, depth, width, target) };
    }
    if columns < width {
        to[..depth * width].fill(0.0);
    }
    if from.column == 1 {
        for k in 0..depth {
            // SAFETY: the caller's.
            unsafe { std::ptr::copy_nonoverlapping(from.at(k, 0), target.add(k * width), columns) };
        }
        return;
    }
    // SAFETY: the caller's.
    unsafe { transpose(from, depth, columns, target, width) }
}

/// `to[k * width + j] = from(k, j)`.
///
/// # Safety
/// The elements exist.
pub(super) unsafe fn transpose(from: Operand, depth: usize, columns: usize, to: *mut f32, width: usize) {
    // SAFETY: the caller's.
    let (whole_depth, whole_columns) = unsafe { transpose_blocks(from, depth, columns, to, width) };
    for j in 0..columns {
        let done = if j < whole_columns { whole_depth } else { 0 };
        for k in done..depth {
            // SAFETY: the caller's.
            unsafe { *to.add(k * width + j) = *from.at(k, j) };
        }
    }
}

/// The part of `transpose` that whole blocks make up: how far it went along the reduction and across.
///
/// # Safety
/// As `transpose`.
#[cfg(target_arch = "x86_64")]
unsafe fn transpose_blocks(
    from: Operand,
    depth: usize,
    columns: usize,
    to: *mut f32,
    width: usize,
) -> (usize, usize) {
    if from.row != 1 || !is_x86_feature_detected!("avx2") {
        return (0, 0);
    }
    let (whole_depth, whole_columns) = (depth / 8 * 8, columns / 8 * 8);
    for j in (0..whole_columns).step_by(8) {
        for k in (0..whole_depth).step_by(8) {
            // SAFETY: the caller's; AVX2 is present.
            unsafe { transpose_block(from.at(k, j), from.column, to.add(k * width + j), width) };
        }
    }
    // A tile of twelve rows has four more.
    if columns - whole_columns < 4 {
        return (whole_depth, whole_columns);
    }
    for k in (0..whole_depth).step_by(4) {
        // SAFETY: the caller's; every x86-64 CPU has SSE.
        unsafe {
            let to = to.add(k * width + whole_columns);
            transpose_half_block(from.at(k, whole_columns), from.column, to, width)
        };
    }
    (whole_depth, whole_columns + 4)
}

#[cfg(not(target_arch = "x86_64"))]
unsafe fn transpose_blocks(_: Operand, _: usize, _: usize, _: *mut f32, _: usize) -> (usize, usize) {
    (0, 0)
}

/// Transposes four rows of four.
///
/// # Safety
/// Rows `stride` and `width` apart are readable and writable.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn transpose_half_block(from: *const f32, stride: usize, to: *mut f32, width: usize) {
    use std::arch::x86_64::*;
    // SAFETY of all of it: the caller's.
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

/// Transposes eight rows of eight.
///
/// # Safety
/// AVX2 is present, rows `stride` and `width` apart are readable and writable.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn transpose_block(from: *const f32, stride: usize, to: *mut f32, width: usize) {
    use std::arch::x86_64::*;
    // SAFETY: the caller's.
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
        // SAFETY: the caller's.
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
