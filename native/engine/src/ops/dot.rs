//! Computes the dot products of all pairs of k vectors. They are the lower triangle of Z·Zᵀ, row by row.

use serde::Deserialize;

use super::operation::{Backward, Forward, Operation, Placement, Values, input_width};
use super::validation::{Checked, Validation};
use super::{Target, put};
use crate::gemm::{AlignedBuf, GradientTarget, Vectors};
use crate::matrix::{MIN_ELEMENTS_PER_THREAD, Matrix};
use crate::phase::Work;
use crate::tensors::Tensors;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dot {
    /// Vectors of one width.
    inputs: Vec<usize>,
    /// Whether each vector is also multiplied by itself.
    include_self: bool,
    /// Whether the output begins with the first vector, before the products.
    keep_first: bool,
    output: usize,
}

/// Gives the vectors of one row of the batch side by side. They are copied unless the layout has placed them like that.
struct Source<'a> {
    inputs: &'a [Matrix],
    side_by_side: bool,
    include_self: bool,
}

impl<'a> Source<'a> {
    fn new(inputs: &'a [Matrix], include_self: bool) -> Self {
        let first = inputs[0];
        let in_place = |(i, matrix): (usize, &Matrix)| {
            matrix.pointer() == first.pointer().wrapping_add(i * first.width())
                && matrix.stride() == first.stride()
        };
        Self {
            inputs,
            side_by_side: inputs.iter().enumerate().all(in_place),
            include_self,
        }
    }

    /// # Safety
    /// `row` is below the batch size, and nothing writes the inputs meanwhile.
    unsafe fn row(&self, row: usize, copies: &mut [f32]) -> Vectors {
        let width = self.inputs[0].width();
        // SAFETY: the caller keeps the contract above.
        let first = unsafe { self.inputs[0].row(row) };
        if !self.side_by_side {
            for (copy, input) in copies.chunks_exact_mut(width).zip(self.inputs) {
                // SAFETY: the caller keeps the contract above.
                copy.copy_from_slice(unsafe { input.row(row) });
            }
        }
        Vectors {
            first: if self.side_by_side {
                first.as_ptr()
            } else {
                copies.as_ptr()
            },
            stride: width,
            count: self.inputs.len(),
            width,
            include_self: self.include_self,
        }
    }

    /// The memory for the copies that `row` makes. It is empty if `row` makes none.
    fn copies(&self) -> Vec<f32> {
        let elements = self.inputs.len() * self.inputs[0].width();
        vec![0.0; if self.side_by_side { 0 } else { elements }]
    }
}

impl Operation for Dot {
    fn values(&self) -> Values<'_> {
        Values::new(&self.inputs, self.output)
    }

    fn validate(&self, check: &mut Validation) -> Checked {
        let width = check.same_widths(&self.inputs)?;
        let count = self.inputs.len();
        let pairs = if self.include_self {
            count * (count + 1) / 2
        } else {
            count * (count - 1) / 2
        };
        check.expect_width(self.output, pairs + if self.keep_first { width } else { 0 })
    }

    fn placement(&self) -> Placement {
        Placement::SideBySide
    }

    /// Writes the first vector, if it is kept, and then the products.
    fn forward(&self, pass: &Forward) {
        let (machine, output) = (pass.machine, pass.value(self.output));
        let inputs = &pass.values(&self.inputs)[..];
        let (count, width) = (inputs.len(), inputs[0].width());
        let kept = if self.keep_first { width } else { 0 };
        let source = Source::new(inputs, self.include_self);
        let min_rows = MIN_ELEMENTS_PER_THREAD.div_ceil((count * count * width / 2).max(1));
        machine.pool.ranges(output.rows(), 1, min_rows, |rows| {
            let (mut copies, mut transposed) = (source.copies(), AlignedBuf::default());
            for row in rows {
                // SAFETY: each thread has other rows of the output, inputs are only read (matrix.rs).
                unsafe {
                    let vectors = source.row(row, &mut copies);
                    let (first, products) = output.row_mut(row).split_at_mut(kept);
                    first.copy_from_slice(&inputs[0].row(row)[..kept]);
                    debug_assert_eq!(products.len(), vectors.pairs());
                    machine
                        .gemm
                        .dot_interaction(&vectors, products.as_mut_ptr(), &mut transposed);
                }
            }
        });
    }

    /// The gradient of vector i is Σ_j G_ij z_j, where G is the triangle made symmetric. Its diagonal counts twice.
    fn backward(&self, pass: Backward) {
        let (machine, gradient, targets) = (pass.machine, pass.gradient, &pass.targets);
        let inputs = &pass.values(&self.inputs)[..];
        let (count, width) = (inputs.len(), inputs[0].width());
        let kept = if self.keep_first { width } else { 0 };
        let source = Source::new(inputs, self.include_self);
        let min_rows = MIN_ELEMENTS_PER_THREAD.div_ceil((count * count * width).max(1));
        machine.pool.ranges(gradient.rows(), 1, min_rows, |rows| {
            let mut copies = source.copies();
            let mut gradient_targets = Vec::with_capacity(count);
            for row in rows {
                // SAFETY: each thread has other rows of the targets, inputs and gradient are only read (matrix.rs).
                unsafe {
                    let vectors = source.row(row, &mut copies);
                    let (first, triangle) = gradient.row(row).split_at(kept);
                    gradient_targets.clear();
                    gradient_targets.extend(targets.iter().map(|target| match target {
                        Some(Target {
                            matrix, accumulate, ..
                        }) => GradientTarget {
                            pointer: matrix.pointer().wrapping_add(row * matrix.stride()),
                            accumulate: *accumulate,
                        },
                        None => GradientTarget {
                            pointer: std::ptr::null_mut(),
                            accumulate: false,
                        },
                    }));
                    machine
                        .gemm
                        .dot_interaction_backward(&vectors, triangle.as_ptr(), &gradient_targets);
                    if let (Some(target), true) = (targets[0], self.keep_first) {
                        put(target.matrix.row_mut(row), true, first.iter().copied());
                    }
                }
            }
        });
    }

    fn work(&self, tensors: &Tensors, batch: usize) -> Work {
        let inputs = input_width(&self.inputs, tensors);
        Work {
            flops: batch * self.inputs.len() * inputs,
            bytes: 4 * batch * (inputs + tensors.width(self.output)),
        }
    }
}
