//! Ranks that are threads of one process, so that tests exchange messages without a job.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Condvar, Mutex};
use std::thread;

use crate::service::{Lane, Line};
use crate::transport::{Receive, Result, Send, Transport};

/// One thread's end of the channels to all others.
pub struct ThreadTransport {
    rank: usize,
    outgoing: Vec<Sender<Vec<u8>>>,
    incoming: Vec<Receiver<Vec<u8>>>,
}

impl Transport for ThreadTransport {
    fn rank(&self) -> usize {
        self.rank
    }

    fn ranks(&self) -> usize {
        self.outgoing.len()
    }

    fn exchange(&mut self, sends: &[Send], receives: &mut [Receive]) -> Result<()> {
        for send in sends {
            self.outgoing[send.to]
                .send(send.bytes.to_vec())
                .map_err(|_| format!("Rank {} has ended.", send.to))?;
        }
        for receive in receives {
            let message = self.incoming[receive.from]
                .recv()
                .map_err(|_| format!("Rank {} has ended.", receive.from))?;
            if message.len() != receive.bytes.len() {
                return Err(format!(
                    "Rank {} sent {} bytes where {} were expected.",
                    receive.from,
                    message.len(),
                    receive.bytes.len()
                ));
            }
            receive.bytes.copy_from_slice(&message);
        }
        Ok(())
    }
}

/// The connected transports of a job.
pub fn transports(ranks: usize) -> Vec<ThreadTransport> {
    let mut outgoing: Vec<Vec<Sender<Vec<u8>>>> = (0..ranks).map(|_| Vec::new()).collect();
    let mut incoming: Vec<Vec<Receiver<Vec<u8>>>> = (0..ranks).map(|_| Vec::new()).collect();
    for from in &mut outgoing {
        for to in &mut incoming {
            let (sender, receiver) = channel();
            from.push(sender);
            to.push(receiver);
        }
    }
    outgoing
        .into_iter()
        .zip(incoming)
        .enumerate()
        .map(|(rank, (outgoing, incoming))| ThreadTransport {
            rank,
            outgoing,
            incoming,
        })
        .collect()
}

/// Calls `work` on every rank and returns the results in the order of the ranks.
pub fn run<T: std::marker::Send>(ranks: usize, work: impl Fn(ThreadTransport) -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let threads: Vec<_> = transports(ranks)
            .into_iter()
            .map(|transport| scope.spawn(|| work(transport)))
            .collect();
        let results = threads.into_iter().map(|thread| thread.join());
        results.map(|result| result.expect("no rank panics")).collect()
    })
}

/// Messages between a server and one client, which are threads: whoever receives takes the first message of the lane that
/// another thread has sent.
#[derive(Default)]
pub struct ThreadLine {
    messages: Mutex<Vec<(thread::ThreadId, Lane, Vec<u8>)>>,
    arrived: Condvar,
}

impl Line for ThreadLine {
    fn send(&self, _to: usize, lane: Lane, bytes: &[u8]) -> Result<()> {
        let message = (thread::current().id(), lane, bytes.to_vec());
        self.messages.lock().expect("no holder panics").push(message);
        self.arrived.notify_all();
        Ok(())
    }

    fn receive(&self, _from: Option<usize>, lane: Lane, bytes: &mut [u8]) -> Result<()> {
        let own = thread::current().id();
        let mut messages = self.messages.lock().expect("no holder panics");
        loop {
            let found = messages
                .iter()
                .position(|(sender, of, _)| *sender != own && *of == lane);
            if let Some(position) = found {
                let (_, _, message) = messages.remove(position);
                bytes.copy_from_slice(&message);
                return Ok(());
            }
            messages = self.arrived.wait(messages).expect("no holder panics");
        }
    }
}
