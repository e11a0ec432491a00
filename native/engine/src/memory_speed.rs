//! A short measurement of how fast this machine's memory is.

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

/// What all threads read together, which is more than most caches hold.
const BYTES: usize = 256 << 20;
const DURATION: Duration = Duration::from_millis(150);

/// Bytes a second that this many threads together read from memory. It takes a quarter of a second.
pub fn memory_bandwidth(threads: usize) -> f64 {
    let threads = threads.max(1);
    let values = BYTES / 8 / threads;
    let barrier = Barrier::new(threads);
    let read = || {
        // Written first, because pages of zeros that nobody has written are one page.
        let memory: Vec<u64> = (0..values as u64).collect();
        barrier.wait();
        let begun = Instant::now();
        let mut passes = 0;
        while passes == 0 || begun.elapsed() < DURATION {
            black_box(memory.iter().fold(0u64, |sum, value| sum.wrapping_add(*value)));
            passes += 1;
        }
        (8 * values * passes) as f64 / begun.elapsed().as_secs_f64()
    };
    thread::scope(|scope| {
        let readers: Vec<_> = (0..threads).map(|_| scope.spawn(read)).collect();
        let speeds = readers.into_iter().map(|reader| reader.join());
        speeds.map(|speed| speed.expect("reading does not panic")).sum()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_is_measured_in_less_than_a_second_for_each_thread() {
        let begun = Instant::now();
        let speed = memory_bandwidth(2);
        assert!((1e8..1e13).contains(&speed), "{speed}");
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
}
