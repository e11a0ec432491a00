//! How many floating-point operations and bytes an operation takes: what the profile divides by its time.

use batch::Batch;

use crate::embedding::Bag;
use crate::layout::Layout;
use crate::plan::{OperationKind, Plan};
use crate::profile::Work;

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

fn widths(plan: &Plan, kind: &OperationKind) -> (usize, usize) {
    let inputs = kind.inputs().iter().map(|&input| plan.values[input].width).sum();
    (inputs, plan.values[kind.output()].width)
}

/// Forward work of an operation other than an embedding bag.
pub fn forward(plan: &Plan, operation: usize, batch: usize) -> Work {
    let kind = &plan.operations[operation].kind;
    let (inputs, output) = widths(plan, kind);
    let elements = batch * (inputs + output);
    match kind {
        OperationKind::EmbeddingBag { .. } => Work::default(),
        OperationKind::Linear { .. } => Work {
            flops: 2 * batch * inputs * output,
            bytes: 4 * (elements + inputs * output),
        },
        OperationKind::Dot { inputs: vectors, .. } => Work {
            flops: batch * vectors.len() * inputs,
            bytes: 4 * elements,
        },
        _ => Work {
            flops: elements,
            bytes: 4 * elements,
        },
    }
}

/// Backward work: for a linear layer a product for the weights and, where asked for, one for the input.
pub fn backward(plan: &Plan, layout: &Layout, operation: usize, batch: usize) -> Work {
    let kind = &plan.operations[operation].kind;
    let Work { flops, bytes } = forward(plan, operation, batch);
    let wanted = kind.inputs().iter().any(|&input| layout.needs_gradient[input]);
    let products = match kind {
        OperationKind::Linear { .. } => 1 + usize::from(wanted),
        _ => 2,
    };
    Work {
        flops: flops * products,
        bytes: bytes * products,
    }
}
