//! How fast messages between hosts are: a short measurement before a job begins.

use std::time::{Duration, Instant};

use crate::transport::{Receive, Result, Send, Transport};

/// The round trip that took least time counts.
const ROUND_TRIPS: usize = 20;
/// As large as messages of a training step often are.
const LARGE: usize = 4 << 20;
/// A slow network carries fewer, so that the measurement stays short.
const LARGE_MESSAGES: usize = 4;
const LONG_ENOUGH: Duration = Duration::from_millis(100);

/// What one rank has measured between its host and others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NetworkSpeed {
    /// Until a short message arrives, in seconds.
    pub latency: f64,
    /// Bytes a second in each direction.
    pub bandwidth: f64,
}

/// Measures between neighbours among `leaders`, of which each host has one, in ascending order. All ranks call it at once; a
/// rank that is no leader, or has no neighbour, gets None. Of two neighbours the slower one counts.
///
/// # Errors
/// What the network reports.
pub fn measure_network(transport: &mut dyn Transport, leaders: &[usize]) -> Result<Option<NetworkSpeed>> {
    let own = transport.rank();
    let Some(position) = leaders.iter().position(|&leader| leader == own) else {
        return Ok(None);
    };
    let mut slowest: Option<NetworkSpeed> = None;
    // First the pairs that begin at even positions, then the others, so that all pairs of a round are measured at once.
    for round in 0..2 {
        let is_first = position % 2 == round;
        let other = if is_first {
            Some(position + 1)
        } else {
            position.checked_sub(1)
        };
        let Some(&other) = other.and_then(|other| leaders.get(other)) else {
            continue;
        };
        let speed = measure_pair(transport, other, is_first)?;
        slowest = Some(slowest.map_or(speed, |before| NetworkSpeed {
            latency: before.latency.max(speed.latency),
            bandwidth: before.bandwidth.min(speed.bandwidth),
        }));
    }
    Ok(slowest)
}

fn measure_pair(transport: &mut dyn Transport, other: usize, is_first: bool) -> Result<NetworkSpeed> {
    let mut byte = [0u8];
    let mut least = Duration::MAX;
    for _ in 0..ROUND_TRIPS {
        let begun = Instant::now();
        for sends in [is_first, !is_first] {
            if sends {
                transport.exchange(
                    &[Send {
                        to: other,
                        bytes: &[1],
                    }],
                    &mut [],
                )?;
            } else {
                let bytes = &mut byte[..];
                transport.exchange(&[], &mut [Receive { from: other, bytes }])?;
            }
        }
        least = least.min(begun.elapsed());
    }
    let sent = vec![1u8; LARGE];
    let mut received = vec![0u8; LARGE];
    let mut fastest = Duration::MAX;
    let mut total = Duration::ZERO;
    for _ in 0..LARGE_MESSAGES {
        let begun = Instant::now();
        let send = Send {
            to: other,
            bytes: &sent,
        };
        let bytes = &mut received[..];
        transport.exchange(&[send], &mut [Receive { from: other, bytes }])?;
        let took = begun.elapsed();
        fastest = fastest.min(took);
        total += took;
        // Both must stop at the same message, so the first one decides.
        let mut goes_on = [u8::from(total < LONG_ENOUGH)];
        if is_first {
            transport.exchange(
                &[Send {
                    to: other,
                    bytes: &goes_on,
                }],
                &mut [],
            )?;
        } else {
            let bytes = &mut goes_on[..];
            transport.exchange(&[], &mut [Receive { from: other, bytes }])?;
        }
        if goes_on[0] == 0 {
            break;
        }
    }
    Ok(NetworkSpeed {
        latency: least.as_secs_f64() / 2.0,
        bandwidth: LARGE as f64 / fastest.as_secs_f64().max(1e-9),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::threads::run;

    #[test]
    fn each_host_is_measured_with_its_neighbours() {
        let speeds = run(5, |mut transport| {
            measure_network(&mut transport, &[0, 2, 3]).unwrap()
        });
        for (rank, speed) in speeds.iter().enumerate() {
            assert_eq!(speed.is_some(), [0, 2, 3].contains(&rank), "rank {rank}");
        }
        for speed in speeds.iter().flatten() {
            assert!(speed.latency > 0.0 && speed.latency < 1.0);
            assert!(speed.bandwidth > 1e6);
        }
        assert_eq!(
            run(2, |mut transport| measure_network(&mut transport, &[0]).unwrap()),
            [None, None]
        );
    }
}
