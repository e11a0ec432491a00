//! This rank's rows of a batch.

use std::ops::Range;

use batch::Batch;

/// Copies dense values and labels of some rows; the columns stay with the whole batch.
pub(super) fn copy_rows(batch: &Batch, rows: Range<usize>, own: &mut Batch) {
    let width = batch.dense_width;
    own.size = rows.len();
    own.dense_width = width;
    own.dense.clear();
    own.dense
        .extend_from_slice(&batch.dense[rows.start * width..rows.end * width]);
    own.labels.clear();
    own.labels.extend_from_slice(&batch.labels[rows]);
}
