//! Lines memory of a product, kept from one call to the next.

use std::ops::{Deref, DerefMut};

/// A cache line: a vector load from a panel that begins on one never needs two.
#[repr(C, align(64))]
#[derive(Clone, Copy)]
struct Line([f32; 16]);

/// An array of f32 that begins on a cache line and only grows. Its contents are left over from earlier use.
#[derive(Default)]
pub struct Lines(Vec<Line>);

impl Lines {
    /// At least `length` elements from now on.
    pub fn grow(&mut self, length: usize) {
        let lines = length.div_ceil(16);
        if self.0.len() < lines {
            self.0.resize(lines, Line([0.0; 16]));
        }
    }
}

impl Deref for Lines {
    type Target = [f32];
    fn deref(&self) -> &[f32] {
        // SAFETY: a line is sixteen f32s with nothing between.
        unsafe { std::slice::from_raw_parts(self.0.as_ptr().cast(), 16 * self.0.len()) }
    }
}

impl DerefMut for Lines {
    fn deref_mut(&mut self) -> &mut [f32] {
        // SAFETY: as above, borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(self.0.as_mut_ptr().cast(), 16 * self.0.len()) }
    }
}
