//! The ranks of a job have clocks of their own, which need not agree. Here they find how theirs and rank 0's are apart.

use std::time::{Duration, Instant};

use crate::transport::{Receive, Result, Send, Transport, bytes_of, bytes_of_mut};

/// The round trip that took least time counts, which is the one that waited least on its way.
const ROUND_TRIPS: usize = 20;

/// A moment of rank 0, on this rank's clock.
#[derive(Clone, Copy, Debug)]
pub struct CommonOrigin {
    pub origin: Instant,
    /// By how much it can be wrong at most: half of a round trip. Zero on rank 0.
    pub error: Duration,
}

impl CommonOrigin {
    /// A moment of rank 0, or of a process that has no ranks.
    pub fn own(origin: Instant) -> Self {
        Self {
            origin,
            error: Duration::ZERO,
        }
    }
}

/// Every rank gives a moment of its own, and gets that of rank 0 as its own clock shows it.
///
/// # Errors
/// What the network reports.
pub fn common_origin(transport: &mut dyn Transport, moment: Instant) -> Result<CommonOrigin> {
    if transport.rank() > 0 {
        return answer(transport, moment);
    }
    for to in 1..transport.ranks() {
        let mut best: Option<[u64; 3]> = None;
        for _ in 0..ROUND_TRIPS {
            let sent = moment.elapsed();
            let mut theirs = [0u64];
            send(transport, to, &[0])?;
            receive(transport, to, &mut theirs)?;
            let round_trip = moment.elapsed() - sent;
            let halfway = sent + round_trip / 2;
            let measured = [nanoseconds(halfway), theirs[0], nanoseconds(round_trip / 2)];
            if best.is_none_or(|best| measured[2] < best[2]) {
                best = Some(measured);
            }
        }
        send(transport, to, &best.unwrap_or_default())?;
    }
    Ok(CommonOrigin::own(moment))
}

fn answer(transport: &mut dyn Transport, moment: Instant) -> Result<CommonOrigin> {
    for _ in 0..ROUND_TRIPS {
        receive(transport, 0, &mut [0u64])?;
        send(transport, 0, &[nanoseconds(moment.elapsed())])?;
    }
    let mut measured = [0u64; 3];
    receive(transport, 0, &mut measured)?;
    let [since_origin, since_moment, error] = measured;
    // At one time `since_origin` had passed on rank 0 since its moment, and `since_moment` here since this rank's.
    let origin = if since_origin > since_moment {
        // A clock that began after the moment of rank 0 cannot show it. Its start is then the nearest time.
        let earlier = Duration::from_nanos(since_origin - since_moment);
        moment.checked_sub(earlier).unwrap_or(moment)
    } else {
        moment + Duration::from_nanos(since_moment - since_origin)
    };
    Ok(CommonOrigin {
        origin,
        error: Duration::from_nanos(error),
    })
}

fn nanoseconds(duration: Duration) -> u64 {
    duration.as_nanos() as u64
}

fn send(transport: &mut dyn Transport, to: usize, values: &[u64]) -> Result<()> {
    let bytes = bytes_of(values);
    transport.exchange(&[Send { to, bytes }], &mut [])
}

fn receive(transport: &mut dyn Transport, from: usize, values: &mut [u64]) -> Result<()> {
    let bytes = bytes_of_mut(values);
    transport.exchange(&[], &mut [Receive { from, bytes }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::threads::run;

    #[test]
    fn all_ranks_find_the_moment_of_rank_0_within_the_error_that_they_name() {
        let start = Instant::now();
        // Threads share a clock, so the moments must be the same on it, whatever moment a rank begins from.
        let origins = run(3, |mut transport| {
            let own = start + Duration::from_micros(100 * transport.rank() as u64);
            common_origin(&mut transport, own).unwrap()
        });
        assert_eq!(origins[0].origin, start);
        for CommonOrigin { origin, error } in origins {
            let apart = origin.max(start) - origin.min(start);
            assert!(
                apart <= error + Duration::from_micros(1),
                "{apart:?} and {error:?}"
            );
        }
    }
}
