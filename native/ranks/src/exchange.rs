//! Exchanges of single messages: one rank's to all, and all ranks' to one.

use crate::transport::{Plain, Receive, Result, Send, Transport, bytes_of, bytes_of_mut};

/// Gives rank 0's message to all ranks. The others' own messages are ignored.
///
/// # Errors
/// What the network reports.
pub fn broadcast(transport: &mut dyn Transport, message: Vec<u8>) -> Result<Vec<u8>> {
    let mut length = [message.len() as u64];
    broadcast_values(transport, &mut length)?;
    let mut message = message;
    message.resize(length[0] as usize, 0);
    broadcast_bytes(transport, &mut message)?;
    Ok(message)
}

/// Collects a message of every rank on rank 0, in the order of the ranks; the others get nothing.
///
/// # Errors
/// What the network reports.
pub fn gather(transport: &mut dyn Transport, message: Vec<u8>) -> Result<Vec<Vec<u8>>> {
    if transport.rank() > 0 {
        let length = [message.len() as u64];
        for bytes in [bytes_of(&length), &message] {
            transport.exchange(&[Send { to: 0, bytes }], &mut [])?;
        }
        return Ok(Vec::new());
    }
    let mut messages = vec![message];
    for from in 1..transport.ranks() {
        let mut length = [0u64];
        let bytes = bytes_of_mut(&mut length);
        transport.exchange(&[], &mut [Receive { from, bytes }])?;
        let mut message = vec![0; length[0] as usize];
        let bytes = &mut message[..];
        transport.exchange(&[], &mut [Receive { from, bytes }])?;
        messages.push(message);
    }
    Ok(messages)
}

/// Collects a message of every rank on every rank, in the order of the ranks.
///
/// # Errors
/// What the network reports.
pub fn all_gather(transport: &mut dyn Transport, message: Vec<u8>) -> Result<Vec<Vec<u8>>> {
    let mut joined = Vec::new();
    for message in gather(transport, message)? {
        joined.extend_from_slice(&(message.len() as u64).to_le_bytes());
        joined.extend_from_slice(&message);
    }
    let joined = broadcast(transport, joined)?;
    let mut messages = Vec::new();
    let mut rest = &joined[..];
    while let Some((length, after)) = rest.split_first_chunk::<8>() {
        let (message, after) = after.split_at(u64::from_le_bytes(*length) as usize);
        messages.push(message.to_vec());
        rest = after;
    }
    Ok(messages)
}

/// Gives rank 0's values to all ranks.
pub(crate) fn broadcast_values<T: Plain>(transport: &mut dyn Transport, values: &mut [T]) -> Result<()> {
    broadcast_bytes(transport, bytes_of_mut(values))
}

/// In every round the ranks that have the message pass it on, so that twice as many have it afterwards.
fn broadcast_bytes(transport: &mut dyn Transport, bytes: &mut [u8]) -> Result<()> {
    let (rank, ranks) = (transport.rank(), transport.ranks());
    let mut having = 1;
    while having < ranks {
        if rank < having && rank + having < ranks {
            let send = Send {
                to: rank + having,
                bytes,
            };
            transport.exchange(&[send], &mut [])?;
        } else if (having..2 * having).contains(&rank) {
            let receive = Receive {
                from: rank - having,
                bytes,
            };
            transport.exchange(&[], &mut [receive])?;
        }
        having *= 2;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::threads::run;

    #[test]
    fn every_rank_gets_the_message_of_rank_0() {
        for ranks in 1..=9 {
            let messages = run(ranks, |mut transport| {
                let own = vec![transport.rank() as u8; transport.rank() + 3];
                broadcast(&mut transport, own).unwrap()
            });
            assert!(
                messages.iter().all(|message| message == &[0, 0, 0]),
                "{ranks} ranks"
            );
        }
    }

    #[test]
    fn rank_0_gets_the_messages_of_all_in_order() {
        let gathered = run(5, |mut transport| {
            let own = vec![7; transport.rank()];
            gather(&mut transport, own).unwrap()
        });
        let lengths: Vec<usize> = gathered[0].iter().map(Vec::len).collect();
        assert_eq!(lengths, [0, 1, 2, 3, 4]);
        assert!(gathered[1..].iter().all(Vec::is_empty));
    }

    #[test]
    fn every_rank_gets_the_messages_of_all_in_order() {
        for gathered in run(3, |mut transport| {
            let own = vec![7; 2 - transport.rank()];
            all_gather(&mut transport, own).unwrap()
        }) {
            assert_eq!(gathered, [vec![7, 7], vec![7], vec![]]);
        }
    }
}
