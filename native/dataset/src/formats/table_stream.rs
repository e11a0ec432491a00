//! Reads a file's rows ahead on a thread of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use super::{TableBlock, TableReader, WantedColumn, damaged, describe, open, require_columns};
use crate::error::{Error, ErrorCode, Result};
use crate::records::Record;
use crate::source::{Hash, Source};
use crate::spec::TableFormat;

/// How many blocks are read in advance.
const BLOCKS_AHEAD: usize = 4;

/// The rows of a file, one after the other.
pub struct TableStream {
    blocks: Receiver<Result<TableBlock>>,
    spare: SyncSender<TableBlock>,
    thread: JoinHandle<Result<String>>,
    block: TableBlock,
    next: usize,
}

impl TableStream {
    /// `bytes_read` is added to as source bytes are read.
    pub fn open(
        source: &Source,
        format: TableFormat,
        wanted: Arc<[WantedColumn]>,
        bytes_read: Arc<AtomicU64>,
    ) -> Result<Self> {
        if matches!(format, TableFormat::Parquet | TableFormat::Arrow) {
            require_columns(
                source,
                &guarded(source, format, || describe(source, format))?.columns,
                &wanted,
            )?;
        }
        let (sender, blocks) = sync_channel(BLOCKS_AHEAD);
        let (spare, spares) = sync_channel(BLOCKS_AHEAD + 1);
        let source = source.clone();
        let work = move || {
            let hash = Hash::default();
            let outcome = guarded(&source, format, || {
                let content = || source.hashed_content(bytes_read.clone(), &hash);
                let mut reader = open(&source, format, &wanted, content, bytes_read.clone())?;
                send_blocks(&mut *reader, &sender, &spares)
            });
            match outcome {
                Ok(true) => {
                    drop(sender);
                    source.finish_hash(&hash)
                }
                Ok(false) => Ok(String::new()),
                Err(error) => {
                    // Without a receiver nobody waits for it.
                    drop(sender.send(Err(error)));
                    Ok(String::new())
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name("import-read".to_string())
            .spawn(work);
        let thread = thread.map_err(|error| {
            Error::new(
                ErrorCode::Internal,
                format!("The thread that reads the file could not be started: {error}."),
            )
        })?;
        Ok(Self {
            blocks,
            spare,
            thread,
            block: TableBlock::default(),
            next: 0,
        })
    }

    /// The next row, or `None` at the end of the file.
    pub fn next_record(&mut self) -> Result<Option<Record<'_>>> {
        while self.next >= self.block.rows() {
            let Ok(block) = self.blocks.recv() else {
                return Ok(None);
            };
            let used = std::mem::replace(&mut self.block, block?);
            // If the queue is full, there are enough spare blocks.
            drop(self.spare.try_send(used));
            self.next = 0;
        }
        self.next += 1;
        Ok(self.block.record(self.next - 1))
    }

    /// The SHA-256 of the source's bytes; call it after the last row.
    pub fn finish(self) -> Result<String> {
        drop(self.blocks);
        self.thread
            .join()
            .map_err(|_| Error::new(ErrorCode::Internal, "The reading thread failed."))?
    }
}

/// Reads to the end, or until the receiver is dropped. Returns whether it was to the end.
fn send_blocks(
    reader: &mut dyn TableReader,
    sender: &SyncSender<Result<TableBlock>>,
    spares: &Receiver<TableBlock>,
) -> Result<bool> {
    loop {
        let mut block = spares.try_recv().unwrap_or_default();
        block.clear();
        if !reader.read(&mut block)? {
            return Ok(true);
        }
        if sender.send(Ok(block)).is_err() {
            return Ok(false);
        }
    }
}

/// Libraries may panic over a file that contradicts itself. That is the file's fault and ends no more than its import.
pub fn guarded<T>(source: &Source, format: TableFormat, work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(damaged(&source.path, format.name(), &"it contradicts itself")))
}
