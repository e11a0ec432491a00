//! Reads a file's rows ahead on a thread of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::{TableBlock, TableReader, WantedColumn, damaged, describe, open, require_columns};
use crate::error::Result;
use crate::read_ahead::{BlockSender, ReadAhead};
use crate::records::Record;
use crate::source::{Hash, Source};
use crate::spec::TableFormat;

/// The rows of a file, one after the other.
pub struct TableStream {
    blocks: ReadAhead<TableBlock>,
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
        let source = source.clone();
        let read = move |sender: BlockSender<TableBlock>| {
            let hash = Hash::default();
            let outcome = guarded(&source, format, || {
                let content = || source.hashed_content(bytes_read.clone(), &hash);
                let mut reader = open(&source, format, &wanted, content, bytes_read.clone())?;
                send_blocks(&mut *reader, &sender)
            });
            match outcome {
                Ok(true) => {
                    // Whoever waits for a block need not wait for the hash.
                    drop(sender);
                    source.finish_hash(&hash)
                }
                Ok(false) => Ok(String::new()),
                Err(error) => {
                    // Without a receiver nobody waits for it.
                    sender.send(Err(error));
                    Ok(String::new())
                }
            }
        };
        Ok(Self {
            blocks: ReadAhead::start(read)?,
            block: TableBlock::default(),
            next: 0,
        })
    }

    /// The next row, or `None` at the end of the file.
    pub fn next_record(&mut self) -> Result<Option<Record<'_>>> {
        while self.next >= self.block.rows() {
            let Some(block) = self.blocks.next()? else {
                return Ok(None);
            };
            self.blocks.recycle(std::mem::replace(&mut self.block, block));
            self.next = 0;
        }
        self.next += 1;
        Ok(self.block.record(self.next - 1))
    }

    /// The SHA-256 of the source's bytes; call it after the last row.
    pub fn finish(self) -> Result<String> {
        self.blocks.finish()
    }
}

/// Reads to the end, or until the receiver is dropped. Returns whether it was to the end.
fn send_blocks(reader: &mut dyn TableReader, sender: &BlockSender<TableBlock>) -> Result<bool> {
    loop {
        let mut block = sender.spare().unwrap_or_default();
        block.clear();
        if !reader.read(&mut block)? {
            return Ok(true);
        }
        if !sender.send(Ok(block)) {
            return Ok(false);
        }
    }
}

/// Libraries may panic over a file that contradicts itself. That is the file's fault and ends no more than its import.
pub fn guarded<T>(source: &Source, format: TableFormat, work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(damaged(&source.path, format.name(), &"it contradicts itself")))
}
