//! Arrays of f32 for parameters, state and scratch: zeroed, aligned for vector loads, in huge pages where they are
//! large and the system has them (an embedding lookup is a TLB miss otherwise).

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

use crate::error::{Error, Result};

const HUGE_PAGE: usize = 2 << 20;
const CACHE_LINE: usize = 64;

/// A fixed-size zero-initialised array. Pages never written take no memory.
pub struct Floats {
    pointer: NonNull<f32>,
    length: usize,
    layout: Layout,
}

// SAFETY: Floats owns its memory like a Vec<f32>.
unsafe impl Send for Floats {}
unsafe impl Sync for Floats {}

impl Floats {
    /// # Errors
    /// InvalidState when the machine has not that much memory.
    pub fn zeroed(length: usize) -> Result<Self> {
        let refused = || {
            let megabytes = length as f64 * 4.0 / 1e6;
            Error::state(format!(
                "There is not enough memory for an array of {megabytes:.0} MB: make the model smaller."
            ))
        };
        let bytes = length.max(1).checked_mul(4).ok_or_else(refused)?;
        let align = if bytes >= HUGE_PAGE { HUGE_PAGE } else { CACHE_LINE };
        let layout = Layout::from_size_align(bytes, align).map_err(|_| refused())?;
        // SAFETY: the layout has a size over zero; zero bytes are valid f32s.
        let pointer = unsafe { alloc_zeroed(layout) }.cast::<f32>();
        let pointer = NonNull::new(pointer).ok_or_else(refused)?;
        advise_huge_pages(pointer.as_ptr(), bytes);
        Ok(Self {
            pointer,
            length,
            layout,
        })
    }
}

#[cfg(target_os = "linux")]
fn advise_huge_pages(pointer: *mut f32, bytes: usize) {
    if bytes >= HUGE_PAGE {
        // SAFETY: the range is ours; the call is a hint and its failure changes nothing.
        unsafe { libc::madvise(pointer.cast(), bytes, libc::MADV_HUGEPAGE) };
    }
}

#[cfg(not(target_os = "linux"))]
fn advise_huge_pages(_pointer: *mut f32, _bytes: usize) {}

impl Drop for Floats {
    fn drop(&mut self) {
        // SAFETY: allocated in `zeroed` with this layout.
        unsafe { dealloc(self.pointer.as_ptr().cast(), self.layout) };
    }
}

impl Deref for Floats {
    type Target = [f32];
    fn deref(&self) -> &[f32] {
        // SAFETY: `length` initialised elements.
        unsafe { std::slice::from_raw_parts(self.pointer.as_ptr(), self.length) }
    }
}

impl DerefMut for Floats {
    fn deref_mut(&mut self) -> &mut [f32] {
        // SAFETY: `length` initialised elements, borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(self.pointer.as_ptr(), self.length) }
    }
}
