//! A thread that makes a rank's exchanges, one after the other, while other threads compute.

use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use crate::service::Client;
use crate::transport::{Result, Transport};

/// What an exchange is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExchangeKind {
    /// Pooled rows go to the ranks that have the samples.
    Pooled,
    /// The gradients of pooled rows go to the ranks that have the tables.
    PooledGradients,
    /// The gradients of dense parameters are summed.
    DenseGradients,
    /// Losses, predictions, checkpoints and requests.
    Other,
}

const KINDS: usize = 4;

/// What the exchanges of a kind have taken so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExchangeTotal {
    pub count: u64,
    /// Bytes that this rank sent to others and received from them.
    pub bytes: u64,
    /// From the exchange's begin to its end.
    pub took: Duration,
    /// The part of it for which a computation had to wait.
    pub waited: Duration,
}

/// An exchange on the time line of a rank.
#[derive(Clone, Copy, Debug)]
pub struct RecordedExchange {
    pub kind: ExchangeKind,
    pub bytes: u64,
    pub begun: Instant,
    pub ended: Instant,
}

/// What is known of the exchanges so far.
#[derive(Default)]
struct Measured {
    totals: [ExchangeTotal; KINDS],
    /// None unless single exchanges are recorded.
    recorded: Option<Vec<RecordedExchange>>,
}

type Job = Box<dyn FnOnce(&mut dyn Transport) + std::marker::Send>;

enum Connection {
    Thread(Sender<Job>, JoinHandle<()>),
    /// A single rank waits for nobody, so its exchanges need no thread.
    Single(Box<dyn Transport>),
}

impl Connection {
    /// Returns false if the thread has ended.
    fn run(&mut self, job: Job) -> bool {
        match self {
            Connection::Thread(queue, _) => queue.send(job).is_ok(),
            Connection::Single(transport) => {
                job(&mut **transport);
                true
            }
        }
    }
}

/// A rank's connection to the others. Exchanges run in the order in which they are started, which must be the same on all
/// ranks.
pub struct Communicator {
    rank: usize,
    ranks: usize,
    /// None after the rank has left.
    connection: Mutex<Option<Connection>>,
    client: OnceLock<Arc<Client>>,
    measured: Arc<Mutex<Measured>>,
}

impl Communicator {
    /// # Errors
    /// When the system has no thread left.
    pub fn new(mut transport: Box<dyn Transport>) -> Result<Self> {
        let (rank, ranks) = (transport.rank(), transport.ranks());
        let connection = if ranks == 1 {
            Connection::Single(transport)
        } else {
            let (queue, jobs) = channel::<Job>();
            let thread = Builder::new()
                .name("exchanges".into())
                .spawn(move || jobs.iter().for_each(|job| job(&mut *transport)))
                .map_err(|error| format!("A thread for exchanges cannot be started: {error}."))?;
            Connection::Thread(queue, thread)
        };
        Ok(Self {
            rank,
            ranks,
            connection: Mutex::new(Some(connection)),
            client: OnceLock::new(),
            measured: Arc::default(),
        })
    }

    pub fn rank(&self) -> usize {
        self.rank
    }

    pub fn ranks(&self) -> usize {
        self.ranks
    }

    /// The way to the rank that serves this one, which does not see the files of the others; None if it sees them.
    pub fn client(&self) -> Option<&Arc<Client>> {
        self.client.get()
    }

    /// From now on another rank serves this one. The first one stays.
    pub fn be_served(&self, client: Arc<Client>) {
        drop(self.client.set(client));
    }

    /// Starts an exchange of `bytes` bytes. It fails if the rank has left.
    pub fn start<T: std::marker::Send + 'static>(
        &self,
        kind: ExchangeKind,
        bytes: usize,
        exchange: impl FnOnce(&mut dyn Transport) -> Result<T> + std::marker::Send + 'static,
    ) -> Pending<T> {
        self.start_several(kind, (1, bytes), exchange)
    }

    /// As `start`, for several exchanges of so many bytes together, one after the other.
    pub fn start_several<T: std::marker::Send + 'static>(
        &self,
        kind: ExchangeKind,
        (count, bytes): (usize, usize),
        exchange: impl FnOnce(&mut dyn Transport) -> Result<T> + std::marker::Send + 'static,
    ) -> Pending<T> {
        let outcome = Arc::new(Outcome::default());
        let (at_end, measured) = (Arc::clone(&outcome), Arc::clone(&self.measured));
        let job = move |transport: &mut dyn Transport| {
            let begun = Instant::now();
            let result = exchange(transport);
            let (bytes, ended) = (bytes as u64, Instant::now());
            let mut measured = measured.lock().expect("no holder panics");
            let total = &mut measured.totals[kind as usize];
            total.count += count as u64;
            total.bytes += bytes;
            total.took += ended - begun;
            if let Some(recorded) = &mut measured.recorded {
                recorded.push(RecordedExchange {
                    kind,
                    bytes,
                    begun,
                    ended,
                });
            }
            drop(measured);
            *at_end.result.lock().expect("no holder panics") = Some(result);
            at_end.arrived.notify_all();
        };
        let mut connection = self.connection.lock().expect("no holder panics");
        let begun = connection
            .as_mut()
            .is_some_and(|connection| connection.run(Box::new(job)));
        if !begun {
            let failure = Err("This process has left its job.".into());
            *outcome.result.lock().expect("no holder panics") = Some(failure);
        }
        Pending {
            outcome,
            kind,
            measured: Arc::clone(&self.measured),
        }
    }

    /// Leaves the job after the exchanges that were started, and waits for what the transport does at its end.
    pub fn leave(&self) {
        let connection = self.connection.lock().expect("no holder panics").take();
        if let Some(Connection::Thread(queue, thread)) = connection {
            drop(queue);
            // The thread panics only where an exchange did, whose waiting end has not gone on.
            let _ = thread.join();
        }
    }

    /// The totals of a kind since the start or the last `reset_totals`.
    pub fn total(&self, kind: ExchangeKind) -> ExchangeTotal {
        self.measured().totals[kind as usize]
    }

    pub fn reset_totals(&self) {
        self.measured().totals = Default::default();
    }

    /// Records single exchanges from now on, until `take_recorded`.
    pub fn record(&self) {
        self.measured().recorded = Some(Vec::new());
    }

    /// How many exchanges are recorded.
    pub fn recorded_count(&self) -> usize {
        self.measured().recorded.as_ref().map_or(0, Vec::len)
    }

    /// Ends the recording and returns it, in the order in which the exchanges were made.
    pub fn take_recorded(&self) -> Vec<RecordedExchange> {
        self.measured().recorded.take().unwrap_or_default()
    }

    fn measured(&self) -> MutexGuard<'_, Measured> {
        self.measured.lock().expect("no holder panics")
    }
}

impl Drop for Communicator {
    fn drop(&mut self) {
        self.leave();
    }
}

struct Outcome<T> {
    result: Mutex<Option<Result<T>>>,
    arrived: Condvar,
}

impl<T> Default for Outcome<T> {
    fn default() -> Self {
        Self {
            result: Mutex::new(None),
            arrived: Condvar::new(),
        }
    }
}

/// An exchange that was started.
#[must_use = "memory that it reads or writes must not be used before it has ended"]
pub struct Pending<T> {
    outcome: Arc<Outcome<T>>,
    kind: ExchangeKind,
    measured: Arc<Mutex<Measured>>,
}

impl<T> Pending<T> {
    /// Waits for the exchange's end.
    ///
    /// # Errors
    /// What the network reports.
    pub fn wait(self) -> Result<T> {
        let begun = Instant::now();
        let result = self.outcome.result.lock().expect("no holder panics");
        let mut result = self
            .outcome
            .arrived
            .wait_while(result, |result| result.is_none())
            .expect("no holder panics");
        let mut measured = self.measured.lock().expect("no holder panics");
        measured.totals[self.kind as usize].waited += begun.elapsed();
        result.take().expect("the wait ends with a result")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::broadcast;
    use crate::threads::run;

    #[test]
    fn exchanges_run_in_order_beside_the_caller_and_are_counted() {
        let heard = run(3, |transport| {
            let communicator = Communicator::new(Box::new(transport)).unwrap();
            let own = communicator.rank() as u8;
            communicator.record();
            let pending: Vec<_> = (0..4u8)
                .map(|number| {
                    communicator.start(ExchangeKind::Other, 2, move |transport| {
                        broadcast(transport, vec![own, number])
                    })
                })
                .collect();
            let heard: Vec<_> = pending
                .into_iter()
                .map(|pending| pending.wait().unwrap())
                .collect();
            let total = communicator.total(ExchangeKind::Other);
            assert_eq!((total.count, total.bytes), (4, 8));
            let recorded = communicator.take_recorded();
            assert_eq!(recorded.len(), 4);
            assert!(recorded.is_sorted_by(|earlier, later| earlier.ended <= later.begun));
            heard
        });
        for heard in heard {
            assert_eq!(heard, [[0, 0], [0, 1], [0, 2], [0, 3]]);
        }
    }

    #[test]
    fn no_exchange_is_possible_after_leaving() {
        let results = run(2, |transport| {
            let communicator = Communicator::new(Box::new(transport)).unwrap();
            communicator.leave();
            let late = communicator.start(ExchangeKind::Other, 0, |transport| broadcast(transport, vec![1]));
            late.wait().unwrap_err()
        });
        assert!(results.iter().all(|message| message.contains("left its job")));
    }

    #[test]
    fn a_failed_exchange_says_why() {
        let results = run(2, |transport| {
            let communicator = Communicator::new(Box::new(transport)).unwrap();
            let failing =
                communicator.start::<()>(ExchangeKind::Other, 0, |_| Err("The cable is cut.".into()));
            failing.wait()
        });
        assert_eq!(results, vec![Err("The cable is cut.".to_string()); 2]);
    }
}
