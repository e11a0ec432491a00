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
        Self { row: self.column, column: self.row, ..self }
    }

    /// # Safety
    /// The element exists.
    pub(super) unsafe fn at(self, i: usize, j: usize) -> *const f32 {
        // SAFETY: the caller's.
        unsafe { self.pointer.add(i * self.row + j * self.column) }
    }
}

/// Packs `[depth, columns]` of `from` into rows of `width`, the rest zero.
///
/// # Safety
/// The elements exist and `to` has `depth * width`; `columns <= width`.
#[inline(always)]
unsafe fn pack_panel(from: Operand, depth: usize, columns: usize, width: usize, to: &mut [f32]) {
    // SAFETY of the accesses: the caller's.
    if from.column == 1 {
        for (k, to) in to.chunks_exact_mut(width).take(depth).enumerate() {
            let row = unsafe { std::slice::from_raw_parts(from.at(k, 0), columns) };
            to[..columns].copy_from_slice(row);
            to[columns..].fill(0.0);
        }
        return;
    }
    if columns < width {
        to[..depth * width].fill(0.0);
    }
    let mut k = 0;
    while k < depth {
        let block = (depth - k).min(8);
        for j in 0..columns {
            for i in k..k + block {
                to[i * width + j] = unsafe { *from.at(i, j) };
            }
        }
        k += block;
    }
}

/// Packs `[rows, depth]` of `from`, whose columns are contiguous, so that the `rows` of one k lie together.
///
/// # Safety
/// The elements exist and `to` has `rows * depth`.
#[inline(always)]
unsafe fn pack_rows(from: Operand, rows: usize, depth: usize, to: &mut [f32]) {
    for (k, to) in to.chunks_exact_mut(rows).take(depth).enumerate() {
        for (r, to) in to.iter_mut().enumerate() {
            // SAFETY: the caller's.
            *to = unsafe { *from.at(r, k) };
        }
    }
}

/// # Safety
/// As `pack_panel`.
pub(super) unsafe fn panel(from: Operand, depth: usize, columns: usize, width: usize, to: &mut [f32]) {
    // SAFETY: the caller's.
    unsafe { pack_panel(from, depth, columns, width, to) }
}

/// # Safety
/// As `pack_rows`.
pub(super) unsafe fn rows(from: Operand, rows: usize, depth: usize, to: &mut [f32]) {
    // SAFETY: the caller's.
    unsafe { pack_rows(from, rows, depth, to) }
}
