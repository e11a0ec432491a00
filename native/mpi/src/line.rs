//! Messages between two ranks beside the exchanges of all, over MPI.

use std::ffi::{c_int, c_void};
use std::sync::Arc;
use std::time::Duration;

use ranks::{Lane, Line, Result};

use crate::library::{LARGEST_MESSAGE, Library};

/// The tags of the lanes. Exchanges have the tag 0.
const REQUESTS: c_int = 1;
const OTHERS: c_int = 2;
/// After so many tests, which take about a millisecond, nobody asks or answers at the moment, and the thread leaves its core to
/// those that compute.
const TESTS_BEFORE_SLEEPING: u32 = 1000;
const SLEEP: Duration = Duration::from_micros(200);

/// A rank's line to all others.
pub struct MpiLine {
    library: Arc<Library>,
    request_bytes: usize,
}

impl MpiLine {
    pub(crate) fn new(library: Arc<Library>) -> Self {
        // SAFETY: the function has no conditions.
        let request_bytes = unsafe { (library.request_size)() };
        Self {
            library,
            request_bytes,
        }
    }

    /// Starts one message with `start` and waits until it is through.
    fn complete(&self, what: &str, start: impl FnOnce(*mut c_void) -> c_int) -> Result<()> {
        let mut request = vec![0u64; self.request_bytes.div_ceil(8)];
        let request: *mut c_void = request.as_mut_ptr().cast();
        let code = {
            let _turn = self.library.turn();
            start(request)
        };
        self.library.check(what, code)?;
        let mut tests = 0_u32;
        loop {
            let mut ended = 0;
            let code = {
                let _turn = self.library.turn();
                // SAFETY: the request was started, and the memory that it uses outlives this call.
                unsafe { (self.library.test)(request, 1, &mut ended) }
            };
            self.library.check(what, code)?;
            if ended != 0 {
                return Ok(());
            }
            tests = tests.saturating_add(1);
            if tests > TESTS_BEFORE_SLEEPING {
                std::thread::sleep(SLEEP);
            } else {
                std::thread::yield_now();
            }
        }
    }
}

impl Line for MpiLine {
    fn send(&self, to: usize, lane: Lane, bytes: &[u8]) -> Result<()> {
        for piece in bytes.chunks(LARGEST_MESSAGE) {
            self.complete("send a message", |request| {
                // SAFETY: `complete` returns only when the message is through, and `send` borrows the bytes until then.
                unsafe {
                    (self.library.send)(
                        piece.as_ptr().cast(),
                        piece.len() as c_int,
                        to as c_int,
                        tag(lane),
                        request,
                    )
                }
            })?;
        }
        Ok(())
    }

    fn receive(&self, from: Option<usize>, lane: Lane, bytes: &mut [u8]) -> Result<()> {
        for piece in bytes.chunks_mut(LARGEST_MESSAGE) {
            self.complete("receive a message", |request| {
                let from = from.map_or(-1, |from| from as c_int);
                // SAFETY: as above.
                unsafe {
                    (self.library.receive)(
                        piece.as_mut_ptr().cast(),
                        piece.len() as c_int,
                        from,
                        tag(lane),
                        request,
                    )
                }
            })?;
        }
        Ok(())
    }
}

fn tag(lane: Lane) -> c_int {
    match lane {
        Lane::Request => REQUESTS,
        Lane::Other => OTHERS,
    }
}
