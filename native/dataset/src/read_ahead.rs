//! Blocks of a file that a thread of its own reads ahead.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use crate::error::{Error, ErrorCode, Result};

/// How many blocks are read in advance.
const BLOCKS_AHEAD: usize = 4;

/// The side of those who use the blocks.
pub struct ReadAhead<B> {
    blocks: Receiver<Result<B>>,
    spare: SyncSender<B>,
    thread: JoinHandle<Result<String>>,
}

/// The side of the thread that reads.
pub struct BlockSender<B> {
    blocks: SyncSender<Result<B>>,
    spares: Receiver<B>,
}

impl<B: Send + 'static> ReadAhead<B> {
    /// `read` sends the blocks, and returns the SHA-256 of the source's bytes.
    pub fn start(read: impl FnOnce(BlockSender<B>) -> Result<String> + Send + 'static) -> Result<Self> {
        let (sender, blocks) = sync_channel(BLOCKS_AHEAD);
        let (spare, spares) = sync_channel(BLOCKS_AHEAD + 1);
        let sender = BlockSender {
            blocks: sender,
            spares,
        };
        let thread = std::thread::Builder::new()
            .name("import-read".to_string())
            .spawn(move || read(sender))
            .map_err(|error| {
                Error::new(
                    ErrorCode::Internal,
                    format!("The thread that reads the file could not be started: {error}."),
                )
            })?;
        Ok(Self {
            blocks,
            spare,
            thread,
        })
    }

    /// The next block, or `None` at the end.
    pub fn next(&mut self) -> Result<Option<B>> {
        self.blocks.recv().map_or(Ok(None), |block| block.map(Some))
    }

    /// Returns a used block, so that its memory is used again.
    pub fn recycle(&self, block: B) {
        // If the queue is full, there are enough spare blocks.
        drop(self.spare.try_send(block));
    }

    /// The SHA-256 of the source's bytes; call it after the last block.
    pub fn finish(self) -> Result<String> {
        drop(self.blocks);
        self.thread
            .join()
            .map_err(|_| Error::new(ErrorCode::Internal, "The reading thread failed."))?
    }
}

impl<B> BlockSender<B> {
    /// A used block.
    pub fn spare(&self) -> Option<B> {
        self.spares.try_recv().ok()
    }

    /// Waits until there is room for a block. Returns whether anybody still wants blocks.
    pub fn send(&self, block: Result<B>) -> bool {
        self.blocks.send(block).is_ok()
    }
}
