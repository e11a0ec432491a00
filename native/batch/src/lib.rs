//! A batch of rows, which the dataset reader makes and the engine consumes.

/// The sparse indices of one column for a batch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SparseColumn {
    /// `None` if every row has exactly one index. Otherwise `size + 1` positions in `indices`: bag b is
    /// `indices[offsets[b]..offsets[b + 1]]` and may be empty.
    pub offsets: Option<Vec<u32>>,
    pub indices: Vec<u32>,
}

impl SparseColumn {
    /// The indices of one row of the batch.
    pub fn of_row(&self, row: usize) -> &[u32] {
        match &self.offsets {
            Some(offsets) => &self.indices[offsets[row] as usize..offsets[row + 1] as usize],
            None => &self.indices[row..row + 1],
        }
    }
}

/// The rows of a batch, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// Number of rows.
    pub size: usize,
    /// `[size, dense_width]`, row-major; of a rank's batch `[own rows, dense_width]`.
    pub dense: Vec<f32>,
    pub dense_width: usize,
    /// `[size]`; of a rank's batch `[own rows]`.
    pub labels: Vec<f32>,
    /// All of them. In a rank's batch those that the rank does not look up are empty.
    pub columns: Vec<SparseColumn>,
}

/// A source of batches in a fixed order, read on another thread than the one that made it.
pub trait BatchSource: Send {
    /// How many batches are left in this epoch.
    fn remaining(&self) -> usize;
    /// Fills `batch` and reuses its memory. Returns false at the end of the epoch.
    ///
    /// # Errors
    /// A sentence for the user when the underlying file cannot be read.
    fn next_into(&mut self, batch: &mut Batch) -> Result<bool, String>;
}
