//! How many floating-point operations and bytes an operation takes (`Operation::work`): what the profile divides by its
//! time.

use batch::Batch;

use crate::embedding::Bag;
use crate::layout::Layout;
use crate::phase::Work;
use crate::plan::Plan;

/// All tables' lookups of a batch: rows read, sums written.
pub fn lookups(bags: &[Bag], batch: &Batch) -> Work {
    let mut work = Work::default();
    for bag in bags {
        let rows = batch.columns[bag.column].indices.len();
        work.flops += rows * bag.dimension;
        work.bytes += 4 * (rows * (bag.dimension + 1) + batch.size * bag.dimension);
    }
    work
}

/// The backward pass of an operation other than a lookup.
pub fn backward(plan: &Plan, layout: &Layout, operation: usize, batch: usize) -> Work {
    let operation = &plan.operations[operation];
    let Work { flops, bytes } = operation.work(plan, batch);
    let wanted = operation
        .inputs()
        .into_iter()
        .any(|input| layout.needs_gradient[input]);
    let factor = operation.backward_factor(wanted);
    Work {
        flops: flops * factor,
        bytes: bytes * factor,
    }
}
