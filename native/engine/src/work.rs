//! How many floating-point operations and bytes of memory traffic an operation takes (`Operation::work`). Profiles divide
//! them by its time.

use crate::embedding::Bag;
use crate::layout::Layout;
use crate::phase::Work;
use crate::plan::Plan;

/// The work of a table's lookups: `rows` rows are read and `sums` sums of them are written.
pub fn lookups(bag: &Bag, rows: usize, sums: usize) -> Work {
    Work {
        flops: rows * bag.dimension,
        bytes: 4 * (rows * (bag.dimension + 1) + sums * bag.dimension),
    }
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
