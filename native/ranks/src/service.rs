//! What a rank without files asks of one that has them: requests and answers beside the exchanges, at any time.

use std::sync::{Arc, Mutex};

use crate::transport::{Plain, Result, bytes_of, bytes_of_mut};

/// Requests can come from any rank. What follows one, and what answers it, is between two ranks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    Request,
    Other,
}

/// Moves messages between two ranks independently of the exchanges of all. Several threads may use it at once.
pub trait Line: std::marker::Send + Sync {
    /// # Errors
    /// What the network reports.
    fn send(&self, to: usize, lane: Lane, bytes: &[u8]) -> Result<()>;

    /// Waits for a message of exactly as many bytes, from any rank if `from` is None.
    ///
    /// # Errors
    /// What the network reports.
    fn receive(&self, from: Option<usize>, lane: Lane, bytes: &mut [u8]) -> Result<()>;
}

/// How an answer begins: whether the rest of it is a reason why there is none, and its length.
type AnswerHead = [u64; 2];
/// How a request begins: the rank that asks, and the length of the rest. A client that leaves sends nothing else.
type RequestHead = [u64; 2];

/// A rank's way to the one that serves it.
pub struct Client {
    line: Arc<dyn Line>,
    rank: usize,
    server: usize,
    /// Whether it has left. Requests are made one at a time.
    left: Mutex<bool>,
}

impl Client {
    pub fn new(line: Arc<dyn Line>, rank: usize, server: usize) -> Self {
        Self {
            line,
            rank,
            server,
            left: Mutex::new(false),
        }
    }

    /// Writes the answer to a request, which must not be empty, into `answer`.
    ///
    /// # Errors
    /// The reason that the server gives, or what the network reports.
    pub fn ask(&self, request: &[u8], answer: &mut Vec<u8>) -> Result<()> {
        let left = self.left.lock().expect("no holder panics");
        if *left {
            return Err("This process has left its job.".into());
        }
        self.request(request)?;
        let mut head: AnswerHead = [0; 2];
        self.line
            .receive(Some(self.server), Lane::Other, bytes_of_mut(&mut head))?;
        let [has_failed, length] = head;
        answer.clear();
        answer.resize(length as usize, 0);
        if length > 0 {
            self.line.receive(Some(self.server), Lane::Other, answer)?;
        }
        if has_failed == 0 {
            return Ok(());
        }
        Err(String::from_utf8_lossy(answer).into_owned())
    }

    fn request(&self, request: &[u8]) -> Result<()> {
        let head: RequestHead = [self.rank as u64, request.len() as u64];
        self.line.send(self.server, Lane::Request, bytes_of(&head))?;
        if request.is_empty() {
            return Ok(());
        }
        self.line.send(self.server, Lane::Other, request)
    }

    /// Asks nothing any more, so that the server can end.
    ///
    /// # Errors
    /// What the network reports.
    pub fn leave(&self) -> Result<()> {
        let mut left = self.left.lock().expect("no holder panics");
        if std::mem::replace(&mut *left, true) {
            return Ok(());
        }
        self.request(&[])
    }
}

/// Answers the requests of these many clients, one after the other, until all have left. `answer` gets the rank, the
/// request, and where to write the answer; a client that leaves makes an empty request.
///
/// # Errors
/// What the network reports.
pub fn serve(
    line: &dyn Line,
    clients: usize,
    mut answer: impl FnMut(usize, &[u8], &mut Vec<u8>) -> Result<()>,
) -> Result<()> {
    let (mut request, mut answered) = (Vec::new(), Vec::new());
    let mut left = 0;
    while left < clients {
        let mut head: RequestHead = [0; 2];
        line.receive(None, Lane::Request, bytes_of_mut(&mut head))?;
        let [from, length] = head.map(|number| number as usize);
        request.resize(length, 0);
        answered.clear();
        if length == 0 {
            left += 1;
            // Nobody waits for an answer.
            drop(answer(from, &request, &mut answered));
            continue;
        }
        line.receive(Some(from), Lane::Other, &mut request)?;
        let outcome = answer(from, &request, &mut answered);
        let has_failed = outcome.is_err();
        if let Err(reason) = outcome {
            answered = reason.into_bytes();
        }
        let head: AnswerHead = [u64::from(has_failed), answered.len() as u64];
        line.send(from, Lane::Other, bytes_of(&head))?;
        if !answered.is_empty() {
            line.send(from, Lane::Other, &answered)?;
        }
    }
    Ok(())
}

/// Puts values at the end of a message: their number, then their bytes.
#[expect(
    private_bounds,
    reason = "only numbers of this crate's choice are sent as bytes"
)]
pub fn put_values<T: Plain>(message: &mut Vec<u8>, values: &[T]) {
    message.extend_from_slice(&(values.len() as u64).to_le_bytes());
    message.extend_from_slice(bytes_of(values));
}

/// Takes from the front of a message what `put_values` has put there, into `values`.
///
/// # Errors
/// When the message ends before.
#[expect(
    private_bounds,
    reason = "only numbers of this crate's choice are sent as bytes"
)]
pub fn take_values<T: Plain + Default>(message: &mut &[u8], values: &mut Vec<T>) -> Result<()> {
    let ended = || "A rank sent a message that ends too early.".to_string();
    let (length, rest) = message.split_first_chunk::<8>().ok_or_else(ended)?;
    let count = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| ended())?;
    let bytes = count.checked_mul(size_of::<T>()).ok_or_else(ended)?;
    let (own, rest) = rest.split_at_checked(bytes).ok_or_else(ended)?;
    values.clear();
    values.resize(count, T::default());
    bytes_of_mut(values).copy_from_slice(own);
    *message = rest;
    Ok(())
}
