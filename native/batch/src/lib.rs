//! One batch of training rows: what the dataset reader makes and the engine consumes.

/// The sparse indices of one column for a batch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SparseColumn {
    /// `None`: exactly one index a row. Otherwise `size + 1` positions into `indices`; bag b is
    /// `indices[offsets[b]..offsets[b + 1]]` and may be empty.
    pub offsets: Option<Vec<u32>>,
    pub indices: Vec<u32>,
}

/// Rows of one step, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// Number of rows.
    pub size: usize,
    /// `[size, dense_width]`, row-major.
    pub dense: Vec<f32>,
    pub dense_width: usize,
    /// `[size]`.
    pub labels: Vec<f32>,
    pub columns: Vec<SparseColumn>,
}

/// A source of batches in a fixed order, read on another thread than the one that made it.
pub trait BatchSource: Send {
    /// Batches left in this pass.
    fn remaining(&self) -> usize;
    /// Fills `batch`, reusing its buffers; false at the end of the pass.
    ///
    /// # Errors
    /// A sentence for the user when the underlying file cannot be read.
    fn next_into(&mut self, batch: &mut Batch) -> Result<bool, String>;
}
