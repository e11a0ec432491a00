//! Reads the sources in blocks, which are read, checked and consumed on three threads at once.

use std::sync::mpsc::sync_channel;
use std::thread;

use crate::block::{BlockBuilder, RowBlock};
use crate::control::{Control, Phase};
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
    phase: Phase,
    sink: Option<&mut dyn RejectedSink>,
    mut consume: impl FnMut(&mut RowBlock) -> Result<()> + Send,
) -> Result<ReadingSummary> {
    let (sender, blocks) = sync_channel::<RowBlock>(BLOCKS_WAITING);
    let (spare, spares) = sync_channel(BLOCKS_WAITING + 2);
    thread::scope(|scope| {
        let consumer = scope.spawn(move || {
            for mut block in blocks {
                consume(&mut block)?;
                block.clear();
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
        let deliver = |block| {
            sender.send(block).map_err(|_| stopped())?;
            Ok(spares
                .try_recv()
                .unwrap_or_else(|_| RowBlock::new(&inputs.layout)))
        };
        let mut builder = BlockBuilder::new(&inputs.layout, splitter, deliver);
        let summary = inputs.read(control, phase, &mut builder, sink);
        let summary = summary.and_then(|summary| builder.finish().map(|()| summary));
        drop(sender);
        // If the consumer failed, its error is returned and not the one that blocks could no longer be sent.
        consumer.join().map_err(|_| stopped()).flatten()?;
        summary
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
