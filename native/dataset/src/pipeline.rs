//! Blocks of rows that one thread makes and another one consumes. Those of the sources are read, checked and consumed on three
//! threads at once.

use std::sync::mpsc::sync_channel;
use std::thread;

use crate::block::{BlockBuilder, RowBlock};
use crate::control::Control;
use crate::error::{Error, ErrorCode, Result};
use crate::inputs::{Inputs, ReadingSummary};
use crate::rejected::RejectedSink;
use crate::split::Splitter;

/// How many blocks may wait for the consumer.
const BLOCKS_WAITING: usize = 2;
/// The largest number of threads that work on the columns of a block.
const MAX_COLUMN_THREADS: usize = 8;

/// Visits all accepted rows in file order, in blocks; `consume` runs on another thread. `sink` takes the rejected rows.
pub fn read_in_blocks(
    inputs: &Inputs,
    splitter: Splitter,
    control: &mut Control<'_>,
    sink: &mut dyn RejectedSink,
    mut consume: impl FnMut(&RowBlock) -> Result<()> + Send,
) -> Result<ReadingSummary> {
    let layout = &inputs.layout;
    let make = |deliver: Deliver<'_, RowBlock>| {
        let mut builder = BlockBuilder::new(layout, splitter, deliver);
        let summary = inputs.read(control, &mut builder, Some(sink))?;
        builder.finish().map(|()| summary)
    };
    hand_over(
        || RowBlock::new(layout),
        make,
        |block| {
            consume(block)?;
            block.clear();
            Ok(())
        },
    )
}

/// Takes a full block, and returns a new one or one that has been consumed.
pub type Deliver<'a, B> = &'a mut dyn FnMut(B) -> Result<B>;

/// Runs `make`, which delivers blocks, while another thread consumes them in the same order.
pub fn hand_over<B: Send, T>(
    new: impl Fn() -> B,
    make: impl FnOnce(Deliver<'_, B>) -> Result<T>,
    mut consume: impl FnMut(&mut B) -> Result<()> + Send,
) -> Result<T> {
    let (sender, blocks) = sync_channel::<B>(BLOCKS_WAITING);
    let (spare, spares) = sync_channel(BLOCKS_WAITING + 2);
    thread::scope(|scope| {
        let consumer = scope.spawn(move || {
            for mut block in blocks {
                consume(&mut block)?;
                // If the queue is full, there are enough spare blocks.
                drop(spare.try_send(block));
            }
            Ok(())
        });
        let stopped = || {
            Error::new(
                ErrorCode::Internal,
                "The thread that processes the columns stopped.",
            )
        };
        let made = make(&mut |block| {
            sender.send(block).map_err(|_| stopped())?;
            Ok(spares.try_recv().unwrap_or_else(|_| new()))
        });
        drop(sender);
        // If the consumer failed, its error is returned and not the one that blocks could no longer be sent.
        consumer.join().map_err(|_| stopped()).flatten()?;
        made
    })
}

/// Runs `work` for each item, on as many threads as the machine has to spare. The first error is returned.
pub fn for_each_in_parallel<T: Send>(
    items: impl Iterator<Item = T> + Send,
    work: impl Fn(T) -> Result<()> + Sync,
) -> Result<()> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    // One core is left to the thread that checks rows.
    let threads = cores.saturating_sub(1).clamp(1, MAX_COLUMN_THREADS);
    let items = std::sync::Mutex::new(items);
    let drain = || {
        loop {
            let next = items.lock().map_or(None, |mut items| items.next());
            match next {
                Some(item) => work(item)?,
                None => return Ok(()),
            }
        }
    };
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(drain)).collect();
        let mut outcome = drain();
        for other in others {
            let failed = |_| Error::new(ErrorCode::Internal, "A thread that processes columns failed.");
            outcome = outcome.and(other.join().map_err(failed).flatten());
        }
        outcome
    })
}
