//! When a packet arrives in a network of hosts that are connected by one switch, each by a cable of the same bandwidth. It is
//! a function of times alone, so tests need no network.
//!
//! A packet leaves its host when those before it have left, at the cable's bandwidth. It reaches the switch a latency later and
//! passes on while it still arrives there, unless the cable to its receiver is taken by packets from other hosts: the two
//! cables of a lonely packet do not count twice, and senders to one receiver share its bandwidth. No packet is dropped; how much
//! waits is limited by the windows of TCP.

use std::collections::VecDeque;

/// Nanoseconds since an arbitrary moment.
pub type Nanoseconds = u64;

/// The network, with packets of any kind on their way.
pub struct Shape<Packet> {
    latency: Nanoseconds,
    bits_per_second: f64,
    hosts: Vec<Host<Packet>>,
}

struct Host<Packet> {
    /// When the cable has sent, and delivered, everything that was given to it so far.
    sends_until: Nanoseconds,
    receives_until: Nanoseconds,
    /// Sent packets in the order in which their last byte reaches the switch.
    at_switch: VecDeque<(Nanoseconds, Sent<Packet>)>,
    /// In the order in which their last byte arrives here.
    arriving: VecDeque<(Nanoseconds, Packet)>,
}

struct Sent<Packet> {
    to: usize,
    bytes: usize,
    packet: Packet,
}

impl<Packet> Shape<Packet> {
    /// `latency` is that of one way.
    pub fn new(hosts: usize, latency: Nanoseconds, bits_per_second: f64) -> Self {
        let host = || Host {
            sends_until: 0,
            receives_until: 0,
            at_switch: VecDeque::new(),
            arriving: VecDeque::new(),
        };
        Self {
            latency,
            bits_per_second,
            hosts: (0..hosts).map(|_| host()).collect(),
        }
    }

    /// How long a cable is taken by so many bytes.
    fn takes(&self, bytes: usize) -> Nanoseconds {
        (bytes as f64 * 8e9 / self.bits_per_second) as Nanoseconds
    }

    /// Host `from` gives a packet of `bytes` bytes to its cable now.
    pub fn send(&mut self, now: Nanoseconds, from: usize, to: usize, bytes: usize, packet: Packet) {
        let left = self.hosts[from].sends_until.max(now) + self.takes(bytes);
        let sender = &mut self.hosts[from];
        sender.sends_until = left;
        let sent = Sent { to, bytes, packet };
        sender.at_switch.push_back((left + self.latency, sent));
    }

    /// A packet that has arrived by now, with its receiver, or None.
    pub fn arrived(&mut self, now: Nanoseconds) -> Option<(usize, Packet)> {
        self.pass_switch(now);
        let arrived = |host: &Host<Packet>| host.arriving.front().is_some_and(|&(at, _)| at <= now);
        let to = self.hosts.iter().position(arrived)?;
        let (_, packet) = self.hosts[to].arriving.pop_front()?;
        Some((to, packet))
    }

    /// When the next packet reaches the switch or its receiver, or None when none is under way.
    pub fn next(&self) -> Option<Nanoseconds> {
        let times = self.hosts.iter().flat_map(|host| {
            let at_switch = host.at_switch.front().map(|&(at, _)| at);
            let arriving = host.arriving.front().map(|&(at, _)| at);
            [at_switch, arriving].into_iter().flatten()
        });
        times.min()
    }

    /// Packets that are at the switch by now go on to their receivers, in the order in which they got there.
    fn pass_switch(&mut self, now: Nanoseconds) {
        loop {
            let first = self.hosts.iter().enumerate().filter_map(|(from, host)| {
                let &(at, _) = host.at_switch.front()?;
                (at <= now).then_some((at, from))
            });
            let Some((_, from)) = first.min() else { return };
            let Some((at, sent)) = self.hosts[from].at_switch.pop_front() else {
                return;
            };
            let takes = self.takes(sent.bytes);
            let receiver = &mut self.hosts[sent.to];
            let arrives = at.max(receiver.receives_until + takes);
            receiver.receives_until = arrives;
            receiver.arriving.push_back((arrives, sent.packet));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATENCY: Nanoseconds = 1_000_000;
    /// So that a byte takes 8 ns.
    const BANDWIDTH: f64 = 1e9;

    /// Sends packets of (time, from, to, bytes) and returns when each arrives, in their order.
    fn arrivals(packets: &[(Nanoseconds, usize, usize, usize)]) -> Vec<Nanoseconds> {
        let mut shape = Shape::new(3, LATENCY, BANDWIDTH);
        let mut times = vec![0; packets.len()];
        let mut waiting = packets.iter().enumerate().peekable();
        loop {
            let next = shape.next();
            let now = match (next, waiting.peek()) {
                (Some(event), Some(&(_, &(at, ..)))) => event.min(at),
                (Some(event), None) => event,
                (None, Some(&(_, &(at, ..)))) => at,
                (None, None) => return times,
            };
            while let Some(&(index, &(at, from, to, bytes))) = waiting.peek() {
                if at > now {
                    break;
                }
                shape.send(now, from, to, bytes, index);
                waiting.next();
            }
            while let Some((to, index)) = shape.arrived(now) {
                assert_eq!(to, packets[index].2);
                times[index] = now;
            }
        }
    }

    #[test]
    fn a_packet_takes_the_latency_and_its_bytes_once() {
        assert_eq!(arrivals(&[(500, 0, 1, 1000)]), [500 + 8_000 + LATENCY]);
    }

    #[test]
    fn packets_of_one_sender_follow_each_other_at_the_bandwidth() {
        let sent = [(0, 0, 1, 1000), (0, 0, 2, 1000), (0, 0, 1, 1000)];
        assert_eq!(
            arrivals(&sent),
            [8_000 + LATENCY, 16_000 + LATENCY, 24_000 + LATENCY]
        );
    }

    #[test]
    fn senders_to_one_receiver_share_its_bandwidth() {
        let sent = [(0, 0, 2, 1000), (0, 1, 2, 1000)];
        assert_eq!(arrivals(&sent), [8_000 + LATENCY, 16_000 + LATENCY]);
    }

    #[test]
    fn what_one_sender_has_queued_does_not_delay_another_one_before_it_is_at_the_switch() {
        let sent = [(0, 0, 2, 100_000), (0, 0, 2, 100_000), (0, 1, 2, 1000)];
        let [first, second, other] = arrivals(&sent)[..] else {
            panic!()
        };
        assert_eq!(other, 8_000 + LATENCY);
        assert_eq!(first, 808_000 + LATENCY);
        assert_eq!(second, 1_608_000 + LATENCY);
    }

    #[test]
    fn both_directions_have_the_whole_bandwidth() {
        let sent = [(0, 0, 1, 1000), (0, 1, 0, 1000)];
        assert_eq!(arrivals(&sent), [8_000 + LATENCY, 8_000 + LATENCY]);
    }
}
