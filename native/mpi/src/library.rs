//! The functions of shim.c, found in the library of one MPI implementation at run time, so that everything else works
//! where there is no MPI.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::sync::{Mutex, MutexGuard};

/// One message has at most as many bytes, because MPI counts them in an int.
pub const LARGEST_MESSAGE: usize = 1 << 30;

macro_rules! functions {
    ($($field:ident: $name:literal fn($($argument:ty),*) $(-> $result:ty)?;)*) => {
        /// The functions by their names in shim.c, which explains them.
        pub struct Library {
            $(pub $field: unsafe extern "C" fn($($argument),*) $(-> $result)?,)*
            /// Held during each call but `abort`, because MPI takes one call at a time.
            pub turn: Mutex<()>,
        }

        impl Library {
            /// Opens a library, which stays open until the process ends.
            ///
            /// # Errors
            /// A sentence that names the file.
            pub fn open(path: &str) -> Result<Self, String> {
                let handle = open(path)?;
                // SAFETY: shim.c defines these functions with these types.
                Ok(Self { $($field: unsafe { std::mem::transmute::<*mut c_void, unsafe extern "C" fn($($argument),*) $(-> $result)?>(symbol(handle, $name, path)?) },)*
                    turn: Mutex::new(()) })
            }
        }
    };
}

functions! {
    start: c"dlrm_mpi_start" fn(*mut c_int, *mut c_int) -> c_int;
    library: c"dlrm_mpi_library" fn(*mut c_char, c_int) -> c_int;
    message: c"dlrm_mpi_message" fn(c_int, *mut c_char, c_int);
    request_size: c"dlrm_mpi_request_size" fn() -> usize;
    send: c"dlrm_mpi_send" fn(*const c_void, c_int, c_int, c_int, *mut c_void) -> c_int;
    receive: c"dlrm_mpi_receive" fn(*mut c_void, c_int, c_int, c_int, *mut c_void) -> c_int;
    all_to_all: c"dlrm_mpi_all_to_all" fn(*const f32, *const c_int, *const c_int, *mut f32, *const c_int, *const c_int, *mut c_void) -> c_int;
    scatter: c"dlrm_mpi_scatter" fn(*const f32, *const c_int, *const c_int, *mut f32, c_int, c_int, *mut c_void) -> c_int;
    gather: c"dlrm_mpi_gather" fn(*const f32, c_int, *mut f32, *const c_int, *const c_int, c_int, *mut c_void) -> c_int;
    test: c"dlrm_mpi_test" fn(*mut c_void, c_int, *mut c_int) -> c_int;
    finish: c"dlrm_mpi_finish" fn() -> c_int;
    abort: c"dlrm_mpi_abort" fn(c_int);
}

impl Library {
    /// To hold while MPI is called.
    pub fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().expect("no holder panics")
    }

    /// # Errors
    /// The explanation of an error code other than 0.
    pub fn check(&self, what: &str, code: c_int) -> Result<(), String> {
        if code == 0 {
            return Ok(());
        }
        let mut text = [0 as c_char; 512];
        // SAFETY: the text has this capacity, and the function ends it with a zero.
        let reason = unsafe {
            (self.message)(code, text.as_mut_ptr(), 512);
            CStr::from_ptr(text.as_ptr())
        };
        Err(format!("MPI could not {what}: {}.", reason.to_string_lossy()))
    }

    /// The name and version of the implementation.
    ///
    /// # Errors
    /// As `check`.
    pub fn name(&self) -> Result<String, String> {
        let mut text = [0 as c_char; 256];
        // SAFETY: as above.
        let code = unsafe { (self.library)(text.as_mut_ptr(), 256) };
        self.check("tell its version", code)?;
        // SAFETY: as above.
        let whole = unsafe { CStr::from_ptr(text.as_ptr()) }.to_string_lossy();
        // Open MPI goes on with its origin after a comma, and MPICH with its configuration on further lines.
        let first = whole.split([',', '\n']).next().unwrap_or_default();
        let words = first.split_whitespace().filter(|word| *word != "Version:");
        Ok(words.collect::<Vec<_>>().join(" "))
    }
}

fn open(path: &str) -> Result<*mut c_void, String> {
    let name = CString::new(path).map_err(|_| format!("{path} is not the name of a file."))?;
    // OpenMPI finds its own plug-ins only among global symbols.
    // SAFETY: opening runs the library's initializers, which are those of MPI.
    let handle = unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_NOW | libc::RTLD_GLOBAL) };
    if handle.is_null() {
        return Err(format!("The MPI library cannot be opened: {}.", last_error()));
    }
    Ok(handle)
}

fn symbol(handle: *mut c_void, name: &CStr, path: &str) -> Result<*mut c_void, String> {
    // SAFETY: the handle is open.
    let symbol = unsafe { libc::dlsym(handle, name.as_ptr()) };
    if symbol.is_null() {
        return Err(format!(
            "{path} has no {}: run `npm run build`.",
            name.to_string_lossy()
        ));
    }
    Ok(symbol)
}

fn last_error() -> String {
    // SAFETY: the text is valid until the next call of this thread.
    unsafe {
        let text = libc::dlerror();
        if text.is_null() {
            return "unknown error".into();
        }
        CStr::from_ptr(text).to_string_lossy().into_owned()
    }
}
