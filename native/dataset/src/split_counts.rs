//! Rows and positive labels, counted by split.

use serde::Serialize;

use crate::split::Split;

/// Each list has the training, validation and test rows, in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SplitCounts {
    pub rows: [u64; 3],
    pub positives: [u64; 3],
}

impl SplitCounts {
    /// Counts a row with its label, which is 0 or 1.
    pub fn add(&mut self, split: Split, label: f32) {
        self.rows[split as usize] += 1;
        self.positives[split as usize] += u64::from(label > 0.5);
    }
}
