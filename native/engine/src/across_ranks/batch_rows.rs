//! This rank's rows of a batch.

use std::ops::Range;

use batch::Batch;

/// Copies dense values and labels of some rows, unless the batch has those of no other rows. The columns stay with the batch.
pub(super) fn copy_rows(batch: &Batch, rows: Range<usize>, own: &mut Batch) {
    let width = batch.dense_width;
    let size = rows.len();
    let rows = if batch.labels.len() == batch.size {
        rows
    } else {
        0..size
    };
    own.size = rows.len();
    own.dense_width = width;
    own.dense.clear();
    own.dense
        .extend_from_slice(&batch.dense[rows.start * width..rows.end * width]);
    own.labels.clear();
    own.labels.extend_from_slice(&batch.labels[rows]);
}
