//! Batches for a rank whose host has no copy of the dataset. A rank that has one makes them, with the columns and rows that
//! the other one needs, and they are received on the loader's thread, while others compute.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use batch::{Batch, SparseColumn};
use ranks::{Client, put_values, take_values};

use crate::epoch::{Epoch, LoaderOptions};
use crate::error::{Error, ErrorCode, Result};
use crate::loader::BatchLoader;
use crate::reader::Dataset;

/// The first byte of a request for batches.
pub const BATCHES: u8 = b'b';

const OPEN: u8 = b'o';
const NEXT: u8 = b'n';
const CLOSE: u8 = b'c';

/// Tells the loaders of this process apart.
static LOADERS: AtomicU64 = AtomicU64::new(0);

impl BatchLoader {
    /// The batches of one epoch over a split, as a loader of the server's dataset would have them.
    ///
    /// # Errors
    /// InvalidState with the reason if the server refuses the options or cannot be reached.
    pub fn remote(client: Arc<Client>, options: &LoaderOptions) -> Result<Self> {
        let failed = |reason: String| Error::new(ErrorCode::InvalidState, reason);
        let id = LOADERS.fetch_add(1, Ordering::Relaxed);
        let mut answer = Vec::new();
        let options = serde_json::to_vec(options).map_err(|error| failed(error.to_string()))?;
        client
            .ask(&request(OPEN, id, &options), &mut answer)
            .map_err(failed)?;
        let mut numbers: Vec<u64> = Vec::new();
        take_values(&mut &answer[..], &mut numbers).map_err(failed)?;
        let [start, end] = numbers[..] else {
            return Err(failed("A rank sent no number of batches.".into()));
        };
        let opened = Opened { client, id };
        Self::with_maker(start as usize..end as usize, move |number, batch| {
            let place = (number as u64).to_le_bytes();
            opened
                .client
                .ask(&request(NEXT, opened.id, &place), &mut answer)?;
            unpack(&answer, batch)
        })
    }
}

/// Batches that the server has opened. It forgets them when the loader's thread ends.
struct Opened {
    client: Arc<Client>,
    id: u64,
}

impl Drop for Opened {
    fn drop(&mut self) {
        // A client that has left is forgotten as a whole.
        drop(self.client.ask(&request(CLOSE, self.id, &[]), &mut Vec::new()));
    }
}

fn request(kind: u8, id: u64, rest: &[u8]) -> Vec<u8> {
    [&[BATCHES, kind][..], &id.to_le_bytes(), rest].concat()
}

/// The epochs that the clients of a server read.
pub struct BatchServer {
    dataset: Arc<Dataset>,
    epochs: HashMap<(usize, u64), Epoch>,
    batch: Batch,
}

impl BatchServer {
    pub fn new(dataset: Arc<Dataset>) -> Self {
        Self {
            dataset,
            epochs: HashMap::new(),
            batch: Batch::default(),
        }
    }

    /// Answers a request of a loader of another rank.
    ///
    /// # Errors
    /// A sentence for that rank.
    pub fn answer(
        &mut self,
        from: usize,
        request: &[u8],
        answer: &mut Vec<u8>,
    ) -> std::result::Result<(), String> {
        let unreadable = || "A rank sent a request that cannot be read.".to_string();
        let (kind, rest) = request
            .get(1..)
            .and_then(<[u8]>::split_first)
            .ok_or_else(unreadable)?;
        let (id, rest) = rest.split_first_chunk::<8>().ok_or_else(unreadable)?;
        let key = (from, u64::from_le_bytes(*id));
        match *kind {
            OPEN => {
                let options: LoaderOptions =
                    serde_json::from_slice(rest).map_err(|error| error.to_string())?;
                let mut epoch =
                    Epoch::new(Arc::clone(&self.dataset), &options).map_err(|error| error.message)?;
                for other in self.epochs.values() {
                    epoch.share_order(other);
                }
                let numbers = epoch.numbers(options.start_batch);
                put_values(answer, &[numbers.start as u64, numbers.end as u64]);
                self.epochs.insert(key, epoch);
                Ok(())
            }
            NEXT => {
                let number = rest.first_chunk::<8>().ok_or_else(unreadable)?;
                let epoch = self.epochs.get_mut(&key).ok_or_else(unreadable)?;
                epoch.make(u64::from_le_bytes(*number) as usize, &mut self.batch)?;
                pack(&self.batch, answer);
                Ok(())
            }
            _ => {
                self.epochs.remove(&key);
                Ok(())
            }
        }
    }

    /// Forgets a client that has left.
    pub fn forget(&mut self, client: usize) {
        self.epochs.retain(|(from, _), _| *from != client);
    }
}

fn pack(batch: &Batch, message: &mut Vec<u8>) {
    put_values(message, &[batch.size as u64, batch.dense_width as u64]);
    put_values(message, &batch.dense);
    put_values(message, &batch.labels);
    let has_offsets: Vec<u8> = batch
        .columns
        .iter()
        .map(|column| u8::from(column.offsets.is_some()))
        .collect();
    put_values(message, &has_offsets);
    for column in &batch.columns {
        put_values(message, &column.indices);
        if let Some(offsets) = &column.offsets {
            put_values(message, offsets);
        }
    }
}

/// The engine checks what is in the batch, as it does for every batch.
fn unpack(mut message: &[u8], batch: &mut Batch) -> std::result::Result<(), String> {
    let (mut sizes, mut has_offsets) = (Vec::<u64>::new(), Vec::<u8>::new());
    take_values(&mut message, &mut sizes)?;
    let [size, dense_width] = sizes[..] else {
        return Err("A rank sent a batch that cannot be read.".into());
    };
    (batch.size, batch.dense_width) = (size as usize, dense_width as usize);
    take_values(&mut message, &mut batch.dense)?;
    take_values(&mut message, &mut batch.labels)?;
    take_values(&mut message, &mut has_offsets)?;
    batch
        .columns
        .resize_with(has_offsets.len(), SparseColumn::default);
    for (column, has_offsets) in batch.columns.iter_mut().zip(has_offsets) {
        take_values(&mut message, &mut column.indices)?;
        if has_offsets == 0 {
            column.offsets = None;
        } else {
            take_values(&mut message, column.offsets.get_or_insert_default())?;
        }
    }
    Ok(())
}
