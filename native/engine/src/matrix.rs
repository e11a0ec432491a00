//! Views of memory that several threads write at disjoint positions, and the row loops over them.
//!
//! The layout of a plan may put several values side by side in one buffer, so that a concatenation costs nothing; a
//! value is then a view with a row stride, and Rust's slices cannot express two such views at once. `Matrix` is a raw
//! view. It is safe to use under one rule, which layout.rs keeps: two values of a plan never overlap, except for a
//! concatenation and its own inputs, which it neither reads nor writes, and gradients lie in other buffers than values.

use std::ops::Range;

use crate::pool::Pool;

/// How many f32 a cache line holds.
pub const CACHE_LINE_ELEMENTS: usize = 16;

/// A row-major view of `[rows, width]` elements with a row stride, in elements.
#[derive(Clone, Copy, Debug)]
pub struct Matrix {
    pointer: *mut f32,
    rows: usize,
    width: usize,
    stride: usize,
}

// SAFETY: a Matrix is only an address; whoever dereferences it answers for the access.
unsafe impl Send for Matrix {}
unsafe impl Sync for Matrix {}

impl Matrix {
    /// A view of the columns from `offset` on in rows of `stride` elements.
    ///
    /// # Panics
    /// When the view does not fit the memory.
    pub fn new(memory: &mut [f32], rows: usize, width: usize, stride: usize, offset: usize) -> Self {
        assert!(
            offset + width <= stride && rows * stride <= memory.len(),
            "a view must fit its memory"
        );
        Self {
            pointer: memory.as_mut_ptr().wrapping_add(offset),
            rows,
            width,
            stride,
        }
    }

    /// A contiguous matrix that is only read.
    ///
    /// # Panics
    /// When the memory is too short.
    pub fn read_only(memory: &[f32], rows: usize, width: usize) -> Self {
        assert!(rows * width <= memory.len(), "a view must fit its memory");
        Self {
            pointer: memory.as_ptr().cast_mut(),
            rows,
            width,
            stride: width,
        }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn stride(&self) -> usize {
        self.stride
    }

    pub fn pointer(&self) -> *mut f32 {
        self.pointer
    }

    /// The first `rows` rows.
    ///
    /// # Panics
    /// When there are fewer.
    pub fn first_rows(self, rows: usize) -> Self {
        assert!(rows <= self.rows);
        Self { rows, ..self }
    }

    /// Some of the rows.
    ///
    /// # Panics
    /// When there are fewer.
    pub fn row_range(self, rows: Range<usize>) -> Self {
        assert!(rows.start <= rows.end && rows.end <= self.rows);
        Self {
            pointer: self.pointer.wrapping_add(rows.start * self.stride),
            rows: rows.len(),
            ..self
        }
    }

    /// `width` columns from `first` on.
    ///
    /// # Panics
    /// When there are not that many.
    pub fn columns(self, first: usize, width: usize) -> Self {
        assert!(first + width <= self.width);
        Self {
            pointer: self.pointer.wrapping_add(first),
            width,
            ..self
        }
    }

    /// # Safety
    /// `row` is below `rows`, and nothing writes that row while the slice is in use.
    pub unsafe fn row<'a>(&self, row: usize) -> &'a [f32] {
        debug_assert!(row < self.rows);
        // SAFETY: the row lies inside the memory, which the constructor has checked.
        unsafe { std::slice::from_raw_parts(self.pointer.add(row * self.stride), self.width) }
    }

    /// # Safety
    /// `row` is below `rows`, and nothing else accesses that row while the slice is in use.
    pub unsafe fn row_mut<'a>(&self, row: usize) -> &'a mut [f32] {
        debug_assert!(row < self.rows);
        // SAFETY: the row lies inside the memory, which the constructor has checked.
        unsafe { std::slice::from_raw_parts_mut(self.pointer.add(row * self.stride), self.width) }
    }
}

/// One row of each of an operation's inputs.
pub struct InputRows<'a> {
    matrices: &'a [Matrix],
    row: usize,
}

impl InputRows<'_> {
    pub fn get(&self, input: usize) -> &[f32] {
        // SAFETY: nothing writes the inputs of an operation while it runs (see the module's rule).
        unsafe { self.matrices[input].row(self.row) }
    }

    pub fn count(&self) -> usize {
        self.matrices.len()
    }
}

/// One row of each of an operation's outputs. They are borrowed one at a time, because two of them may be the same
/// view.
pub struct OutputRows<'a> {
    matrices: &'a [Matrix],
    row: usize,
}

impl OutputRows<'_> {
    pub fn get(&mut self, output: usize) -> &mut [f32] {
        // SAFETY: only this thread has this row, and the exclusive borrow of self keeps this the only reference.
        unsafe { self.matrices[output].row_mut(self.row) }
    }
}

/// Elements that a thread must have at least: a further thread costs more than it gains on fewer.
pub const MIN_ELEMENTS_PER_THREAD: usize = 8192;

/// Calls `work(scratch, row index, inputs, outputs)` for every row, with the rows split among the threads. `elements`
/// is how many elements one row reads and writes. No output may overlap an input.
pub fn for_rows<S>(
    pool: &Pool,
    (inputs, outputs): (&[Matrix], &[Matrix]),
    elements: usize,
    scratch: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize, &InputRows, &mut OutputRows) + Sync,
) {
    let Some(rows) = outputs.first().map(Matrix::rows) else {
        return;
    };
    assert!(
        inputs.iter().chain(outputs).all(|matrix| matrix.rows >= rows),
        "every matrix must have the rows"
    );
    pool.ranges(
        rows,
        1,
        MIN_ELEMENTS_PER_THREAD.div_ceil(elements.max(1)),
        |range| {
            let mut scratch = scratch();
            for row in range {
                work(
                    &mut scratch,
                    row,
                    &InputRows {
                        matrices: inputs,
                        row,
                    },
                    &mut OutputRows {
                        matrices: outputs,
                        row,
                    },
                );
            }
        },
    );
}
