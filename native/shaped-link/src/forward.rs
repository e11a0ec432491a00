//! Moves packets between the TUN devices at the times that the shape has for them.
//!
//! One thread does it, with real-time priority: it has to run at its times although the ranks take all cores. Sleeping is
//! accurate to some ten microseconds, which every packet has on top of the latency, and copying a packet in and out of the
//! kernel limits the bandwidth. `measure` says what there is in the end.

use std::io::Write;
use std::net::Ipv4Addr;
use std::time::Instant;

use crate::shape::{Nanoseconds, Shape};
use crate::tun::{HEADER, LARGEST_PACKET, Tun};

/// Packets below this size are copied to memory of their own size, so that acknowledgements do not take 64 KiB each.
const SMALL: usize = 4096;
/// Packets that are taken from one host before others have their turn.
const READS_IN_TURN: usize = 16;
/// Sleeping shorter than this takes longer than it.
const SHORTEST_SLEEP: Nanoseconds = 5_000;

const REAL_TIME_PRIORITY: i32 = 10;

/// # Errors
/// A sentence about the arguments, a namespace or a device.
pub fn run(latency: &str, bandwidth: &str, hosts: &[&str]) -> Result<(), String> {
    let latency: f64 = number(latency)?;
    let bandwidth: f64 = number(bandwidth)?;
    let addresses: Vec<(&str, Ipv4Addr)> = hosts.iter().map(|host| parse(host)).collect::<Result<_, _>>()?;
    let devices: Vec<Tun> = addresses
        .iter()
        .map(|(namespace, _)| Tun::create(namespace))
        .collect::<Result<_, _>>()?;
    take_priority()?;
    println!("ready");
    std::io::stdout().flush().map_err(|error| error.to_string())?;
    let addresses: Vec<_> = addresses.into_iter().map(|(_, address)| address).collect();
    forward(
        &devices,
        &addresses,
        Shape::new(devices.len(), (latency * 1e3) as Nanoseconds, bandwidth),
    )
}

fn number(text: &str) -> Result<f64, String> {
    let value = text.parse().ok().filter(|value| *value >= 0.0);
    value.ok_or_else(|| format!("{text} is no number from 0 on."))
}

fn parse(host: &str) -> Result<(&str, Ipv4Addr), String> {
    let parts = host
        .split_once('=')
        .and_then(|(namespace, address)| Some((namespace, address.parse().ok()?)));
    parts.ok_or_else(|| format!("{host} is not NAMESPACE=ADDRESS."))
}

fn take_priority() -> Result<(), String> {
    // SAFETY: zeros are valid, and the kernel reads the parameter during the call.
    let code = unsafe {
        let mut parameter: libc::sched_param = std::mem::zeroed();
        parameter.sched_priority = REAL_TIME_PRIORITY;
        libc::sched_setscheduler(0, libc::SCHED_FIFO, &parameter)
    };
    if code == 0 {
        return Ok(());
    }
    let error = std::io::Error::last_os_error();
    Err(format!("The network cannot have real-time priority: {error}"))
}

fn forward(devices: &[Tun], addresses: &[Ipv4Addr], mut shape: Shape<Vec<u8>>) -> Result<(), String> {
    let begun = Instant::now();
    let now = || begun.elapsed().as_nanos() as Nanoseconds;
    let mut free: Vec<Vec<u8>> = Vec::new();
    let mut polled: Vec<libc::pollfd> = devices
        .iter()
        .map(|device| libc::pollfd {
            fd: device.descriptor(),
            events: libc::POLLIN,
            revents: 0,
        })
        .collect();
    loop {
        while let Some((to, packet)) = shape.arrived(now()) {
            devices[to].write(&packet);
            if packet.len() >= SMALL {
                free.push(packet);
            }
        }
        let mut is_idle = true;
        for (from, device) in devices.iter().enumerate() {
            for _ in 0..READS_IN_TURN {
                let mut packet = free.pop().unwrap_or_default();
                packet.resize(LARGEST_PACKET, 0);
                let read = device.read(&mut packet);
                let Some(count) = read.map_err(|error| format!("A device cannot be read: {error}"))? else {
                    free.push(packet);
                    break;
                };
                is_idle = false;
                let receiver = receiver_of(&packet[..count]);
                let to = receiver.and_then(|address| addresses.iter().position(|each| *each == address));
                // Broadcasts and what is not IPv4 have no receiver here.
                let Some(to) = to.filter(|_| count >= HEADER) else {
                    free.push(packet);
                    continue;
                };
                if count < SMALL {
                    shape.send(now(), from, to, count - HEADER, packet[..count].to_vec());
                    free.push(packet);
                } else {
                    packet.truncate(count);
                    shape.send(now(), from, to, count - HEADER, packet);
                }
            }
        }
        if is_idle {
            sleep_until_needed(&mut polled, shape.next().map(|at| at.saturating_sub(now())))?;
        }
    }
}

/// The address to which a packet of IPv4 is sent.
fn receiver_of(packet: &[u8]) -> Option<Ipv4Addr> {
    let version = packet.get(HEADER)? >> 4;
    let address: [u8; 4] = packet.get(HEADER + 16..HEADER + 20)?.try_into().ok()?;
    (version == 4).then(|| address.into())
}

/// Sleeps until a host sends something, and for `longest` at most.
fn sleep_until_needed(polled: &mut [libc::pollfd], longest: Option<Nanoseconds>) -> Result<(), String> {
    if longest.is_some_and(|longest| longest < SHORTEST_SLEEP) {
        return Ok(());
    }
    let limit = longest.map(|nanoseconds| libc::timespec {
        tv_sec: (nanoseconds / 1_000_000_000) as libc::time_t,
        tv_nsec: (nanoseconds % 1_000_000_000) as libc::c_long,
    });
    let limit = limit.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: the kernel reads the limit and writes to the list during the call.
    let code = unsafe {
        libc::ppoll(
            polled.as_mut_ptr(),
            polled.len() as libc::nfds_t,
            limit,
            std::ptr::null(),
        )
    };
    let error = std::io::Error::last_os_error();
    if code >= 0 || error.kind() == std::io::ErrorKind::Interrupted {
        return Ok(());
    }
    Err(format!("The devices cannot be watched: {error}"))
}
