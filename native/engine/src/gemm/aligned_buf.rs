//! The scratch memory of a product, which is kept from one call to the next.

use std::ops::{Deref, DerefMut};

use crate::matrix::CACHE_LINE_ELEMENTS;

/// A cache line. A vector load from a panel that begins on a cache line never touches two of them.
#[repr(C, align(64))]
#[derive(Clone, Copy)]
struct CacheLine([f32; CACHE_LINE_ELEMENTS]);

/// An array of f32 that begins on a cache line and only grows. It holds whatever its last use left in it.
#[derive(Default)]
pub struct AlignedBuf(Vec<CacheLine>);

impl AlignedBuf {
    /// Makes room for at least `length` elements.
    pub fn grow(&mut self, length: usize) {
        let lines = length.div_ceil(CACHE_LINE_ELEMENTS);
        if self.0.len() < lines {
            self.0.resize(lines, CacheLine([0.0; CACHE_LINE_ELEMENTS]));
        }
    }
}

impl Deref for AlignedBuf {
    type Target = [f32];
    fn deref(&self) -> &[f32] {
        // SAFETY: a cache line is an array of f32s without padding, so the lines are one contiguous array of f32s.
        unsafe { std::slice::from_raw_parts(self.0.as_ptr().cast(), CACHE_LINE_ELEMENTS * self.0.len()) }
    }
}

impl DerefMut for AlignedBuf {
    fn deref_mut(&mut self) -> &mut [f32] {
        // SAFETY: as in `deref`, and the buffer is borrowed exclusively.
        unsafe {
            std::slice::from_raw_parts_mut(self.0.as_mut_ptr().cast(), CACHE_LINE_ELEMENTS * self.0.len())
        }
    }
}
