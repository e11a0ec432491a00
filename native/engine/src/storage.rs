//! Arrays of f32 for parameters, state and scratch: zeroed, aligned for vector loads, in huge pages where they are
//! large and the system has them (an embedding lookup is a TLB miss otherwise).

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

use crate::error::{Error, Result};

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
        let layout = Layout::from_size_align(bytes, CACHE_LINE).map_err(|_| refused())?;
        let pointer = if huge_pages::suit(bytes) {
            huge_pages::map(bytes)
        } else {
            // SAFETY: the layout has a size over zero.
            unsafe { alloc_zeroed(layout) }
        };
        Ok(Self {
            pointer: NonNull::new(pointer.cast()).ok_or_else(refused)?,
            length,
            layout,
        })
    }
}

impl Drop for Floats {
    fn drop(&mut self) {
        let pointer = self.pointer.as_ptr().cast();
        // SAFETY: `zeroed` got it from the same place, with this layout.
        unsafe {
            if huge_pages::suit(self.layout.size()) {
                huge_pages::unmap(pointer, self.layout.size());
            } else {
                dealloc(pointer, self.layout);
            }
        }
    }
}

impl Deref for Floats {
    type Target = [f32];
    fn deref(&self) -> &[f32] {
        // SAFETY: `length` elements, zero or written: zero bytes are valid f32s.
        unsafe { std::slice::from_raw_parts(self.pointer.as_ptr(), self.length) }
    }
}

impl DerefMut for Floats {
    fn deref_mut(&mut self) -> &mut [f32] {
        // SAFETY: as above, borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(self.pointer.as_ptr(), self.length) }
    }
}

/// Memory straight from the system: an allocator would write zeros into it before it can be asked for in huge pages.
#[cfg(target_os = "linux")]
mod huge_pages {
    const HUGE_PAGE: usize = 2 << 20;
    /// A multiple of every size that a system's pages have.
    const PAGES: usize = 64 << 10;

    pub fn suit(bytes: usize) -> bool {
        bytes >= HUGE_PAGE
    }

    /// Zeroed memory that begins on a huge page; null when there is none.
    pub fn map(bytes: usize) -> *mut u8 {
        let Some(span) = bytes.checked_add(HUGE_PAGE + PAGES) else {
            return std::ptr::null_mut();
        };
        let (span, whole) = (span / PAGES * PAGES, bytes.next_multiple_of(PAGES));
        let (protection, flags) = (
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
        );
        // SAFETY: a new mapping of which all but the aligned middle is given back; the advice is only a hint.
        unsafe {
            let start = libc::mmap(std::ptr::null_mut(), span, protection, flags, -1, 0);
            if start == libc::MAP_FAILED {
                return std::ptr::null_mut();
            }
            let before = start.cast::<u8>().align_offset(HUGE_PAGE);
            let middle = start.byte_add(before);
            if before > 0 {
                libc::munmap(start, before);
            }
            if span > before + whole {
                libc::munmap(middle.byte_add(whole), span - before - whole);
            }
            libc::madvise(middle, whole, libc::MADV_HUGEPAGE);
            middle.cast()
        }
    }

    /// # Safety
    /// `map(bytes)` gave the pointer, and nothing uses it any more.
    pub unsafe fn unmap(pointer: *mut u8, bytes: usize) {
        // SAFETY: the caller's.
        unsafe { libc::munmap(pointer.cast(), bytes.next_multiple_of(PAGES)) };
    }
}

#[cfg(not(target_os = "linux"))]
mod huge_pages {
    pub fn suit(_bytes: usize) -> bool {
        false
    }

    pub fn map(_bytes: usize) -> *mut u8 {
        std::ptr::null_mut()
    }

    /// # Safety
    /// Never called: no memory came from `map`.
    pub unsafe fn unmap(_pointer: *mut u8, _bytes: usize) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_of_any_size_are_zeroed_aligned_and_writable_to_the_last_element() {
        for length in [0, 1, 17, 300_000, (2 << 20) / 4, (5 << 20) / 4 + 1] {
            let mut floats = Floats::zeroed(length).unwrap();
            assert_eq!(floats.len(), length);
            assert_eq!(floats.as_ptr().addr() % CACHE_LINE, 0);
            assert!(floats.iter().all(|&value| value == 0.0));
            floats.fill(1.0);
            assert_eq!(floats.iter().sum::<f32>(), length as f32);
        }
    }

    #[test]
    fn an_array_that_no_machine_holds_is_refused_with_its_size() {
        let error = Floats::zeroed(1 << 60).err().unwrap();
        assert!(error.message.contains("not enough memory"), "{error}");
    }
}
