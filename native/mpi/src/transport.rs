//! Messages over MPI.

#[cfg(unix)]
pub use unix::{Job, Mpi};

#[cfg(not(unix))]
pub use elsewhere::{Job, Mpi};

#[cfg(unix)]
mod unix {
    use std::ffi::{c_int, c_void};
    use std::sync::Arc;
    use std::time::Duration;

    use ranks::{Line, Receive, Result, Send, Transport};

    use crate::library::{LARGEST_MESSAGE, Library};
    use crate::line::MpiLine;

    /// The tag of exchanges.
    const EXCHANGES: c_int = 0;
    /// How often an exchange is tested before its thread gives its core to another one each time.
    const TESTS_BEFORE_YIELDING: u32 = 100;
    /// After so many tests, which take about a second, the other rank does not train at the moment: the run is paused, or
    /// a checkpoint is written. The thread then sleeps between tests, so that it leaves its core to others.
    const TESTS_BEFORE_SLEEPING: u32 = 1_000_000;
    const SLEEP: Duration = Duration::from_millis(1);

    /// A job, for what can be done while exchanges run.
    #[derive(Clone)]
    pub struct Job {
        library: Arc<Library>,
    }

    impl Job {
        /// Ends all ranks, this one included.
        pub fn abort(&self, code: i32) {
            // SAFETY: MPI has been started.
            unsafe { (self.library.abort)(code) };
        }
    }

    /// This process as a rank of the job by which it was started.
    pub struct Mpi {
        library: Arc<Library>,
        rank: usize,
        ranks: usize,
        name: String,
        requests: Requests,
        has_failed: bool,
    }

    impl Mpi {
        /// Joins the job, with the library of the MPI implementation that started the process.
        ///
        /// # Errors
        /// A sentence for the user when the library cannot be used or MPI does not start.
        pub fn start(path: &str) -> Result<Self> {
            let library = Library::open(path)?;
            let (mut rank, mut ranks) = (0, 0);
            // SAFETY: the function writes the two numbers.
            let code = unsafe { (library.start)(&mut rank, &mut ranks) };
            library.check("start", code)?;
            let name = library.name()?;
            // SAFETY: the function has no conditions.
            let size = unsafe { (library.request_size)() };
            Ok(Self {
                library: Arc::new(library),
                rank: rank as usize,
                ranks: ranks as usize,
                name,
                requests: Requests {
                    size,
                    memory: Vec::new(),
                    count: 0,
                },
                has_failed: false,
            })
        }

        /// The name and version of the implementation.
        pub fn name(&self) -> &str {
            &self.name
        }

        pub fn job(&self) -> Job {
            Job {
                library: Arc::clone(&self.library),
            }
        }

        /// For messages beside the exchanges, until the job is left.
        pub fn line(&self) -> Arc<dyn Line> {
            Arc::new(MpiLine::new(Arc::clone(&self.library)))
        }

        fn check(&mut self, what: &str, code: c_int) -> Result<()> {
            let result = self.library.check(what, code);
            self.has_failed |= result.is_err();
            result
        }

        /// The end of a single exchange that was started with `requests.only()`, as which MPI has answered this code.
        fn end(&mut self, what: &str, code: c_int) -> Result<()> {
            self.check(what, code)?;
            self.wait(what)
        }

        /// Waits for the started requests. The thread gives way to others meanwhile, because there may be as many ranks as
        /// cores.
        fn wait(&mut self, what: &str) -> Result<()> {
            let mut tests = 0_u32;
            loop {
                let mut ended = 0;
                // SAFETY: the requests were started, and the memory that they use outlives the caller.
                let code = {
                    let _turn = self.library.turn();
                    unsafe {
                        (self.library.test)(self.requests.first(), self.requests.count as c_int, &mut ended)
                    }
                };
                self.check(what, code)?;
                if ended != 0 {
                    self.requests.count = 0;
                    return Ok(());
                }
                tests = tests.saturating_add(1);
                if tests > TESTS_BEFORE_SLEEPING {
                    std::thread::sleep(SLEEP);
                } else if tests > TESTS_BEFORE_YIELDING {
                    std::thread::yield_now();
                }
            }
        }
    }

    /// Memory for requests, whose size MPI does not fix.
    struct Requests {
        size: usize,
        memory: Vec<u64>,
        count: usize,
    }

    // SAFETY: a request belongs to the process, and one thread at a time has the transport.
    unsafe impl std::marker::Send for Requests {}

    impl Requests {
        fn reserve(&mut self, count: usize) {
            self.memory.resize((count * self.size).div_ceil(8).max(1), 0);
            self.count = 0;
        }

        /// The place of a request that is started alone.
        fn only(&mut self) -> *mut c_void {
            self.reserve(1);
            self.next()
        }

        fn first(&mut self) -> *mut c_void {
            self.memory.as_mut_ptr().cast()
        }

        fn next(&mut self) -> *mut c_void {
            let offset = self.count * self.size;
            assert!(
                offset + self.size <= self.memory.len() * 8,
                "requests are reserved"
            );
            self.count += 1;
            // SAFETY: the offset lies inside the memory.
            unsafe { self.first().byte_add(offset) }
        }
    }

    /// Values for or from each rank, as MPI takes their numbers.
    struct Layout {
        counts: Vec<c_int>,
        offsets: Vec<c_int>,
    }

    /// # Panics
    /// When there are more values than an int counts. A batch has far fewer.
    fn counts_and_offsets(counts: &[usize]) -> Layout {
        let int = |value: usize| c_int::try_from(value).expect("an int counts the values of a batch");
        let mut offset = 0;
        let offsets = counts.iter().map(|&count| {
            let here = int(offset);
            offset += count;
            here
        });
        Layout {
            offsets: offsets.collect(),
            counts: counts.iter().map(|&count| int(count)).collect(),
        }
    }

    impl Transport for Mpi {
        fn rank(&self) -> usize {
            self.rank
        }

        fn ranks(&self) -> usize {
            self.ranks
        }

        fn exchange(&mut self, sends: &[Send], receives: &mut [Receive]) -> Result<()> {
            let pieces = |bytes: usize| bytes.div_ceil(LARGEST_MESSAGE);
            let count = sends.iter().map(|send| pieces(send.bytes.len())).sum::<usize>()
                + receives
                    .iter()
                    .map(|receive| pieces(receive.bytes.len()))
                    .sum::<usize>();
            self.requests.reserve(count);
            for receive in receives.iter_mut() {
                for piece in receive.bytes.chunks_mut(LARGEST_MESSAGE) {
                    let (bytes, count) = (piece.as_mut_ptr().cast(), piece.len() as c_int);
                    let request = self.requests.next();
                    // SAFETY: `wait` returns only when the message has arrived, and `receive` borrows the memory until then.
                    let code = {
                        let _turn = self.library.turn();
                        unsafe {
                            (self.library.receive)(bytes, count, receive.from as c_int, EXCHANGES, request)
                        }
                    };
                    self.check("receive", code)?;
                }
            }
            for send in sends {
                for piece in send.bytes.chunks(LARGEST_MESSAGE) {
                    let (bytes, count) = (piece.as_ptr().cast(), piece.len() as c_int);
                    let request = self.requests.next();
                    // SAFETY: as above.
                    let code = {
                        let _turn = self.library.turn();
                        unsafe { (self.library.send)(bytes, count, send.to as c_int, EXCHANGES, request) }
                    };
                    self.check("send", code)?;
                }
            }
            self.wait("exchange messages")
        }

        fn all_to_all(
            &mut self,
            (values, counts): (&[f32], &[usize]),
            (received, received_counts): (&mut [f32], &[usize]),
        ) -> Result<()> {
            let (sent, expected) = (counts_and_offsets(counts), counts_and_offsets(received_counts));
            let largest = [counts, received_counts].map(|counts| counts.iter().sum::<usize>());
            assert_eq!(
                largest,
                [values.len(), received.len()],
                "the counts add up to the values"
            );
            let request = self.requests.only();
            // SAFETY: `wait` returns only when all values have arrived, and the borrows last until then.
            let turn = self.library.turn();
            let code = unsafe {
                (self.library.all_to_all)(
                    values.as_ptr(),
                    sent.counts.as_ptr(),
                    sent.offsets.as_ptr(),
                    received.as_mut_ptr(),
                    expected.counts.as_ptr(),
                    expected.offsets.as_ptr(),
                    request,
                )
            };
            drop(turn);
            self.end("exchange values", code)
        }

        fn scatter(
            &mut self,
            root: usize,
            (values, counts): (&[f32], &[usize]),
            received: &mut [f32],
        ) -> Result<()> {
            let sent = counts_and_offsets(counts);
            assert_eq!(
                counts[self.rank],
                received.len(),
                "the count is that of the values"
            );
            assert!(
                self.rank != root || counts.iter().sum::<usize>() == values.len(),
                "the counts add up"
            );
            let request = self.requests.only();
            // SAFETY: as in `all_to_all`; only the root's values are read.
            let turn = self.library.turn();
            let code = unsafe {
                (self.library.scatter)(
                    values.as_ptr(),
                    sent.counts.as_ptr(),
                    sent.offsets.as_ptr(),
                    received.as_mut_ptr(),
                    received.len() as c_int,
                    root as c_int,
                    request,
                )
            };
            drop(turn);
            self.end("scatter values", code)
        }

        fn gather(
            &mut self,
            root: usize,
            values: &[f32],
            (received, counts): (&mut [f32], &[usize]),
        ) -> Result<()> {
            let expected = counts_and_offsets(counts);
            assert_eq!(counts[self.rank], values.len(), "the count is that of the values");
            assert!(
                self.rank != root || counts.iter().sum::<usize>() == received.len(),
                "the counts add up"
            );
            let request = self.requests.only();
            // SAFETY: as in `all_to_all`; only the root's memory is written.
            let turn = self.library.turn();
            let code = unsafe {
                (self.library.gather)(
                    values.as_ptr(),
                    values.len() as c_int,
                    received.as_mut_ptr(),
                    expected.counts.as_ptr(),
                    expected.offsets.as_ptr(),
                    root as c_int,
                    request,
                )
            };
            drop(turn);
            self.end("gather values", code)
        }
    }

    impl Drop for Mpi {
        /// Waits until every rank leaves the job, unless this one has failed: then the job has to end without it.
        fn drop(&mut self) {
            if !self.has_failed {
                // SAFETY: no request is under way. A failure changes nothing any more.
                unsafe { (self.library.finish)() };
            }
        }
    }
}

#[cfg(not(unix))]
mod elsewhere {
    use std::sync::Arc;

    use ranks::{Line, Receive, Result, Send, Transport};

    /// A job, which this system cannot have.
    #[derive(Clone)]
    pub enum Job {}

    impl Job {
        pub fn abort(&self, _code: i32) {
            match *self {}
        }
    }

    /// A rank, which this system cannot have.
    pub enum Mpi {}

    impl Mpi {
        /// # Errors
        /// Always.
        pub fn start(_path: &str) -> Result<Self> {
            Err("Training with several ranks needs Linux or macOS.".into())
        }

        pub fn name(&self) -> &str {
            match *self {}
        }

        pub fn job(&self) -> Job {
            match *self {}
        }

        pub fn line(&self) -> Arc<dyn Line> {
            match *self {}
        }
    }

    impl Transport for Mpi {
        fn rank(&self) -> usize {
            match *self {}
        }

        fn ranks(&self) -> usize {
            match *self {}
        }

        fn exchange(&mut self, _sends: &[Send], _receives: &mut [Receive]) -> Result<()> {
            match *self {}
        }
    }
}
