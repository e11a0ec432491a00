//! The batch whose dense operations TensorFlow is computing.

use batch::Batch;

/// Keeps the batch from the lookup of its rows to the update of the tables.
#[derive(Default)]
pub(crate) struct HybridStep {
    /// Its size is 0 when there is none.
    batch: Batch,
}

impl HybridStep {
    /// The number of the batch's rows; 0 when there is none.
    pub fn size(&self) -> usize {
        self.batch.size
    }

    /// Takes the batch, or an old one whose memory is free to be used.
    pub fn take(&mut self) -> Batch {
        std::mem::take(&mut self.batch)
    }

    pub fn set(&mut self, batch: Batch) {
        self.batch = batch;
    }

    /// There is no batch any more, but its memory is kept.
    pub fn end(&mut self) {
        self.batch.size = 0;
    }
}
