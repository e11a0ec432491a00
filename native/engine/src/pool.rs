//! A thread pool whose threads live as long as the model. Starting a job takes well under a microsecond, because workers spin
//! while they wait for the next job and park only when none comes. The calling thread takes part in each job.

use std::cell::UnsafeCell;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle, Thread};
use std::time::Instant;

/// How often a worker checks for a new job before it parks. That takes some tens of microseconds, which is longer than
/// the gap between two jobs of a step and short enough not to disturb other processes between steps.
const SPINS: usize = 4000;

/// When a thread began and when it finished its share of a job.
pub type Share = (Instant, Instant);

type Job = *const (dyn Fn(usize) + Sync);

struct Shared {
    /// The number of jobs so far. Workers know by a change of it that `job` is new.
    epoch: AtomicUsize,
    job: UnsafeCell<Option<Job>>,
    pending: AtomicUsize,
    parked: Vec<AtomicBool>,
    stop: AtomicBool,
    panicked: AtomicBool,
}

// SAFETY: `job` is written only by `Pool::run` while no worker is active (pending == 0), before the epoch that
// announces it; workers read it only after they have seen that epoch. The pointed-to closure is Sync and outlives the
// job because `run` returns only after pending is 0 again.
unsafe impl Send for Shared {}
unsafe impl Sync for Shared {}

pub struct Pool {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<()>>,
    handles: Vec<Thread>,
    recording: AtomicBool,
    /// The shares that each thread has finished while recording was on.
    shares: Vec<Mutex<Vec<Share>>>,
}

impl Pool {
    /// A pool of `threads` threads, one of which is the caller's; 0 takes all cores.
    pub fn new(threads: usize) -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let count = if threads == 0 { cores } else { threads };
        let shared = Arc::new(Shared {
            epoch: AtomicUsize::new(0),
            job: UnsafeCell::new(None),
            pending: AtomicUsize::new(0),
            parked: (1..count).map(|_| AtomicBool::new(false)).collect(),
            stop: AtomicBool::new(false),
            panicked: AtomicBool::new(false),
        });
        let workers: Vec<_> = (1..count)
            .filter_map(|index| {
                let shared = Arc::clone(&shared);
                thread::Builder::new()
                    .name(format!("engine-{index}"))
                    .spawn(move || work(&shared, index))
                    .ok()
            })
            .collect();
        let handles = workers.iter().map(|worker| worker.thread().clone()).collect();
        Self {
            shares: (0..=workers.len()).map(|_| Mutex::default()).collect(),
            shared,
            workers,
            handles,
            recording: AtomicBool::new(false),
        }
    }

    /// How many threads take part in a job.
    pub fn threads(&self) -> usize {
        self.workers.len() + 1
    }

    /// Calls `job(thread)` once on each of the pool's threads and returns when all are done. Only one job may run at a
    /// time. This is not `&mut self`, because the pool is borrowed together with the data of the job; the model that
    /// owns both is borrowed exclusively instead.
    ///
    /// # Panics
    /// When the job panicked on any thread.
    pub fn run(&self, job: &(dyn Fn(usize) + Sync)) {
        if !self.recording.load(Ordering::Relaxed) {
            return self.dispatch(job);
        }
        self.dispatch(&|thread| {
            let begun = Instant::now();
            job(thread);
            let share = (begun, Instant::now());
            self.shares_of(thread).push(share);
        });
    }

    /// Switches the recording of each thread's share of every job on or off. Shares that are recorded already are kept.
    pub fn record(&self, on: bool) {
        self.recording.store(on, Ordering::Relaxed);
    }

    /// How many shares are recorded.
    pub fn share_count(&self) -> usize {
        (0..self.threads())
            .map(|thread| self.shares_of(thread).len())
            .sum()
    }

    /// Removes and returns the recorded shares, by thread.
    pub fn take_shares(&self) -> Vec<Vec<Share>> {
        (0..self.threads())
            .map(|thread| std::mem::take(&mut *self.shares_of(thread)))
            .collect()
    }

    fn shares_of(&self, thread: usize) -> std::sync::MutexGuard<'_, Vec<Share>> {
        // A poisoned lock means that a job panicked. A push leaves the list valid, whatever the job did before.
        self.shares[thread].lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn dispatch(&self, job: &(dyn Fn(usize) + Sync)) {
        let shared = &self.shared;
        if self.workers.is_empty() {
            return job(0);
        }
        assert_eq!(
            shared.pending.load(Ordering::Acquire),
            0,
            "the pool is already running a job"
        );
        shared.pending.store(self.workers.len(), Ordering::Relaxed);
        // SAFETY: no worker is active, see Shared. The lifetime is erased, but this function returns after every use.
        unsafe {
            *shared.job.get() = Some(std::mem::transmute::<&(dyn Fn(usize) + Sync), Job>(job));
        }
        shared.epoch.fetch_add(1, Ordering::SeqCst);
        for (parked, handle) in shared.parked.iter().zip(&self.handles) {
            if parked.load(Ordering::SeqCst) {
                handle.unpark();
            }
        }
        let own = catch_unwind(AssertUnwindSafe(|| job(0)));
        let mut spins = 0usize;
        while shared.pending.load(Ordering::Acquire) != 0 {
            spins += 1;
            if spins.is_multiple_of(SPINS) {
                thread::yield_now();
            } else {
                std::hint::spin_loop();
            }
        }
        if let Err(panic) = own {
            resume_unwind(panic);
        }
        assert!(
            !shared.panicked.swap(false, Ordering::Relaxed),
            "a worker thread of the engine panicked"
        );
    }

    /// Splits 0..total at multiples of `step` into one contiguous range for each thread, and calls `work` with each range.
    /// Fewer threads take part if ranges would otherwise be shorter than `min_length`.
    pub fn ranges(&self, total: usize, step: usize, min_length: usize, work: impl Fn(Range<usize>) + Sync) {
        let threads = self.threads().min(total / min_length.max(1)).max(1);
        if threads == 1 {
            return work(0..total);
        }
        let steps = total.div_ceil(step);
        self.run(&|thread| {
            if thread < threads {
                let start = steps * thread / threads * step;
                let end = (steps * (thread + 1) / threads * step).min(total);
                if start < end {
                    work(start..end);
                }
            }
        });
    }

    /// Calls `task` with the index of every item and the item itself, each on whichever thread is free.
    pub fn each<T: Send>(&self, items: &mut [T], task: impl Fn(usize, &mut T) + Sync) {
        let items: Vec<_> = items.iter_mut().map(Mutex::new).collect();
        self.tasks(items.len(), |index| {
            let mut item = items[index].lock().expect("each item is one task's");
            task(index, &mut item);
        });
    }

    /// Calls `task(i)` for every i below `count`, each on whichever thread is free.
    pub fn tasks(&self, count: usize, task: impl Fn(usize) + Sync) {
        if self.threads() == 1 || count < 2 {
            return (0..count).for_each(task);
        }
        let next = AtomicUsize::new(0);
        self.run(&|_| {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= count {
                    return;
                }
                task(index);
            }
        });
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        for handle in &self.handles {
            handle.unpark();
        }
        for worker in self.workers.drain(..) {
            // A worker catches the panics of its jobs, so joining it does not fail.
            let _ = worker.join();
        }
    }
}

fn work(shared: &Shared, index: usize) {
    let mut seen = 0;
    loop {
        let Some(epoch) = wait_for_job(shared, index, seen) else {
            return;
        };
        seen = epoch;
        // SAFETY: the epoch announced this job, and `run` keeps it alive until pending is 0.
        let job = unsafe { (*shared.job.get()).map(|job| &*job) };
        if let Some(job) = job
            && catch_unwind(AssertUnwindSafe(|| job(index))).is_err()
        {
            shared.panicked.store(true, Ordering::Relaxed);
        }
        shared.pending.fetch_sub(1, Ordering::Release);
    }
}

/// Waits for the next job and returns its epoch, or None when the pool is dropped.
fn wait_for_job(shared: &Shared, index: usize, seen: usize) -> Option<usize> {
    let mut spins = 0;
    loop {
        if shared.stop.load(Ordering::Relaxed) {
            return None;
        }
        let epoch = shared.epoch.load(Ordering::Acquire);
        if epoch != seen {
            return Some(epoch);
        }
        spins += 1;
        if spins < SPINS {
            std::hint::spin_loop();
            continue;
        }
        let parked = &shared.parked[index - 1];
        parked.store(true, Ordering::SeqCst);
        while shared.epoch.load(Ordering::SeqCst) == seen && !shared.stop.load(Ordering::SeqCst) {
            thread::park();
        }
        parked.store(false, Ordering::SeqCst);
        spins = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_index_is_processed_exactly_once() {
        let pool = Pool::new(3);
        for total in [0, 1, 5, 1000] {
            let counts: Vec<AtomicUsize> = (0..total).map(|_| AtomicUsize::new(0)).collect();
            pool.tasks(total, |i| {
                counts[i].fetch_add(1, Ordering::Relaxed);
            });
            pool.ranges(total, 4, 1, |range| {
                for i in range {
                    counts[i].fetch_add(1, Ordering::Relaxed);
                }
            });
            assert!(counts.iter().all(|count| count.load(Ordering::Relaxed) == 2));
        }
    }

    #[test]
    fn workers_wake_up_after_they_have_parked() {
        let pool = Pool::new(2);
        for _ in 0..3 {
            thread::sleep(std::time::Duration::from_millis(20));
            let seen = AtomicUsize::new(0);
            pool.run(&|thread| {
                seen.fetch_or(1 << thread, Ordering::Relaxed);
            });
            assert_eq!(seen.load(Ordering::Relaxed), 3);
        }
    }

    #[test]
    fn each_threads_share_of_a_job_is_recorded_only_while_recording_is_on() {
        let pool = Pool::new(2);
        pool.run(&|_| {});
        pool.record(true);
        pool.run(&|_| {});
        pool.record(false);
        pool.run(&|_| {});
        assert_eq!(pool.share_count(), 2);
        let shares = pool.take_shares();
        assert_eq!(shares.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1]);
        assert_eq!(pool.share_count(), 0);
    }

    #[test]
    fn a_panic_on_a_worker_reaches_the_caller_and_the_pool_stays_usable() {
        let pool = Pool::new(2);
        let result = catch_unwind(AssertUnwindSafe(|| pool.run(&|thread| assert_ne!(thread, 1))));
        assert!(result.is_err());
        pool.run(&|_| {});
    }
}
