//! Makes the batches of one epoch in advance, on a thread of its own.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use batch::{Batch, BatchSource};

use crate::epoch::{Epoch, LoaderOptions};
use crate::error::{Error, ErrorCode, Result};
use crate::reader::Dataset;

/// How many batches are made in advance.
const BATCHES_AHEAD: usize = 4;

/// The batches of one epoch over a split. Dropping it ends its thread.
pub struct BatchLoader {
    batches: Receiver<std::result::Result<Batch, String>>,
    spare: SyncSender<Batch>,
    remaining: usize,
}

impl BatchLoader {
    /// # Errors
    /// InvalidArgument for an unknown column, a batch size of 0, or a split too large to shuffle.
    pub fn new(dataset: Arc<Dataset>, options: &LoaderOptions) -> Result<Self> {
        let mut epoch = Epoch::new(dataset, options)?;
        let numbers = epoch.numbers(options.start_batch);
        Self::with_maker(numbers, move |number, batch| epoch.make(number, batch))
    }

    /// Batches with these numbers, which `make` makes on the loader's thread.
    pub(crate) fn with_maker(
        numbers: Range<usize>,
        mut make: impl FnMut(usize, &mut Batch) -> std::result::Result<(), String> + Send + 'static,
    ) -> Result<Self> {
        let (sender, batches) = sync_channel(BATCHES_AHEAD);
        let (spare, spares) = sync_channel::<Batch>(BATCHES_AHEAD + 2);
        let remaining = numbers.len();
        let work = move || {
            for number in numbers {
                let mut batch = spares.try_recv().unwrap_or_default();
                let made = make(number, &mut batch);
                let failed = made.is_err();
                if sender.send(made.map(|()| batch)).is_err() || failed {
                    return;
                }
            }
        };
        std::thread::Builder::new()
            .name("batches".to_string())
            // After a panic the sender is gone, which the receiver reports.
            .spawn(|| drop(catch_unwind(AssertUnwindSafe(work))))
            .map_err(|error| {
                Error::new(
                    ErrorCode::Internal,
                    format!("The thread that makes batches could not be started: {error}."),
                )
            })?;
        Ok(Self {
            batches,
            spare,
            remaining,
        })
    }
}

impl BatchSource for BatchLoader {
    fn remaining(&self) -> usize {
        self.remaining
    }

    fn next_into(&mut self, batch: &mut Batch) -> std::result::Result<bool, String> {
        if self.remaining == 0 {
            return Ok(false);
        }
        let next = self
            .batches
            .recv()
            .unwrap_or_else(|_| Err("The thread that makes batches failed.".to_string()));
        match next {
            Ok(made) => {
                self.remaining -= 1;
                // If the queue is full, there are enough spare batches.
                drop(self.spare.try_send(std::mem::replace(batch, made)));
                Ok(true)
            }
            Err(message) => {
                self.remaining = 0;
                Err(message)
            }
        }
    }
}
