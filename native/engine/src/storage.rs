//! Arrays of f32 for parameters, optimizer state and scratch. They are zeroed, aligned for vector loads and, where they
//! are large, in huge pages if the system has them: with small pages most embedding lookups would miss the TLB.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

use error_code::{Error, Result};

const CACHE_LINE: usize = 64;

/// An array that is zero at first. Pages that are never written take no memory.
pub struct Floats {
    pointer: NonNull<f32>,
    length: usize,
    /// Of all its memory, which may be more than its length; of no size where it has none.
    layout: Layout,
}

// SAFETY: Floats owns its memory, as a Vec<f32> does.
unsafe impl Send for Floats {}
unsafe impl Sync for Floats {}

impl Floats {
    /// # Errors
    /// InvalidState when the machine does not have that much memory.
    pub fn zeroed(length: usize) -> Result<Self> {
        let out_of_memory = || {
            let megabytes = length as f64 * 4.0 / 1e6;
            Error::state(format!(
                "There is not enough memory for an array of {megabytes:.0} MB. Make the model smaller."
            ))
        };
        let bytes = length.max(1).checked_mul(4).ok_or_else(out_of_memory)?;
        let layout = Layout::from_size_align(bytes, CACHE_LINE).map_err(|_| out_of_memory())?;
        let pointer = if huge_pages::are_used_for(bytes) {
            huge_pages::map(bytes)
        } else {
            // SAFETY: the layout's size is above zero.
            unsafe { alloc_zeroed(layout) }
        };
        Ok(Self {
            pointer: NonNull::new(pointer.cast()).ok_or_else(out_of_memory)?,
            length,
            layout,
        })
    }

    /// Changes the length. The elements are kept if there was room for as many before, and are zero otherwise.
    ///
    /// # Errors
    /// InvalidState when the machine does not have that much memory.
    pub fn make_room(&mut self, length: usize) -> Result<()> {
        if length > self.layout.size() / size_of::<f32>() {
            *self = Self::zeroed(length)?;
        }
        self.length = length;
        Ok(())
    }
}

impl Default for Floats {
    /// An empty array without memory.
    fn default() -> Self {
        Self {
            pointer: NonNull::dangling(),
            length: 0,
            layout: Layout::new::<()>(),
        }
    }
}

impl Drop for Floats {
    fn drop(&mut self) {
        if self.layout.size() == 0 {
            return;
        }
        let pointer = self.pointer.as_ptr().cast();
        // SAFETY: `zeroed` allocated the memory in the same way and with this layout.
        unsafe {
            if huge_pages::are_used_for(self.layout.size()) {
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
        // SAFETY: the memory holds `length` elements, which are zero or were written; zero bytes are a valid f32.
        unsafe { std::slice::from_raw_parts(self.pointer.as_ptr(), self.length) }
    }
}

impl DerefMut for Floats {
    fn deref_mut(&mut self) -> &mut [f32] {
        // SAFETY: as in `deref`, and the array is borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(self.pointer.as_ptr(), self.length) }
    }
}

/// Memory is mapped directly, because an allocator would write zeros to it before huge pages could be requested.
#[cfg(target_os = "linux")]
mod huge_pages {
    const HUGE_PAGE: usize = 2 << 20;
    /// A multiple of the page size of every system.
    const PAGE_MULTIPLE: usize = 64 << 10;

    pub fn are_used_for(bytes: usize) -> bool {
        bytes >= HUGE_PAGE
    }

    /// Returns zeroed memory that begins on a huge page; null when there is not enough memory.
    pub fn map(bytes: usize) -> *mut u8 {
        let Some(span) = bytes.checked_add(HUGE_PAGE + PAGE_MULTIPLE) else {
            return std::ptr::null_mut();
        };
        let (span, whole) = (
            span / PAGE_MULTIPLE * PAGE_MULTIPLE,
            bytes.next_multiple_of(PAGE_MULTIPLE),
        );
        let (protection, flags) = (
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
        );
        // SAFETY: the mapping is new, and everything but its aligned middle is unmapped; madvise is only a hint.
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
    /// `map(bytes)` returned the pointer, and nothing uses it any more.
    pub unsafe fn unmap(pointer: *mut u8, bytes: usize) {
        // SAFETY: the caller keeps the contract above.
        unsafe { libc::munmap(pointer.cast(), bytes.next_multiple_of(PAGE_MULTIPLE)) };
    }
}

#[cfg(not(target_os = "linux"))]
mod huge_pages {
    pub fn are_used_for(_bytes: usize) -> bool {
        false
    }

    pub fn map(_bytes: usize) -> *mut u8 {
        std::ptr::null_mut()
    }

    /// # Safety
    /// This is never called, because `map` returns no memory here.
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
    fn an_array_that_shrinks_and_grows_again_keeps_its_elements_as_long_as_they_have_room() {
        let mut floats = Floats::default();
        assert!(floats.is_empty());
        floats.make_room(600_000).unwrap();
        floats.fill(1.0);
        let pointer = floats.as_ptr();
        floats.make_room(3).unwrap();
        assert_eq!(*floats, [1.0; 3]);
        floats.make_room(600_000).unwrap();
        assert_eq!((floats.as_ptr(), floats.iter().sum()), (pointer, 600_000.0));
        floats.make_room(600_001).unwrap();
        assert!(floats.iter().all(|&value| value == 0.0));
    }

    #[test]
    fn an_array_too_large_for_any_machine_is_refused_with_its_size() {
        let error = Floats::zeroed(1 << 60).err().unwrap();
        assert!(error.message.contains("not enough memory"), "{error}");
    }
}
