//! How many floating-point operations and bytes of memory traffic an operation takes (`Operation::work`). Profiles divide
//! them by its time.

use batch::Batch;

use crate::embedding::Bag;
use crate::layout::Layout;
use crate::phase::Work;
use crate::plan::Plan;

/// The work of all tables' lookups for a batch: rows are read and their sums are written.
pub fn lookups(bags: &[Bag], batch: &Batch) -> Work {
    let mut work = Work::default();
    for bag in bags {
        let rows = batch.columns[bag.column].indices.len();
        work.flops += rows * bag.dimension;
        work.bytes += 4 * (rows * (bag.dimension + 1) + batch.size * bag.dimension);
    }
    work
}

/// The work of the backward pass of an operation that is not a lookup.
pub fn backward(plan: &Plan, layout: &Layout, operation: usize, batch: usize) -> Work {
    let operation = &plan.operations[operation];
    let Work { flops, bytes } = operation.work(&plan.tensors, batch);
    let has_targets = operation
        .inputs()
        .iter()
        .any(|&input| layout.needs_gradient[input]);
    let factor = operation.backward_factor(has_targets);
    Work {
        flops: flops * factor,
        bytes: bytes * factor,
    }
}
