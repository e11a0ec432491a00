//! Opens shared libraries for addons that are loaded after them.

use error_code::ErrorCode;
use napi::bindgen_prelude::Unknown;
use napi_derive::napi;

use crate::arguments::string;
use crate::errors::{Result, failure, guarded};

/// Opens a shared library so that addons loaded later find its symbols; it stays open. Throws Io with the reason.
#[napi]
pub fn open_library(#[napi(ts_arg_type = "string")] path: Unknown) -> Result<()> {
    let path = string(path, "path")?;
    guarded(|| open(&path))
}

#[cfg(unix)]
fn open(path: &str) -> Result<()> {
    let name = std::ffi::CString::new(path)
        .map_err(|_| failure(ErrorCode::InvalidArgument, "path must not contain a NUL byte."))?;
    // SAFETY: a terminated string; what the library's own initialisers do is the caller's choice of library.
    let handle = unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_NOW | libc::RTLD_GLOBAL) };
    if !handle.is_null() {
        return Ok(());
    }
    // SAFETY: after a failed dlopen dlerror gives a terminated string or null.
    let reason = unsafe {
        let text = libc::dlerror();
        if text.is_null() {
            "for an unknown reason".to_owned()
        } else {
            std::ffi::CStr::from_ptr(text).to_string_lossy().into_owned()
        }
    };
    Err(failure(
        ErrorCode::Io,
        format!("{path} cannot be opened: {reason}."),
    ))
}

#[cfg(not(unix))]
fn open(path: &str) -> Result<()> {
    Err(failure(
        ErrorCode::InvalidState,
        format!("{path} cannot be opened: this system does not support global library symbols."),
    ))
}
