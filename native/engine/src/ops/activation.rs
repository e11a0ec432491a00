//! Applies activation functions, as an operation of its own and to the outputs of layers.

use std::slice;

use serde::Deserialize;

use super::operation::{Backward, Forward, Operation, Values};
use super::put;
use super::validation::{Checked, Validation};
use crate::activation::Activation;
use crate::matrix::{CACHE_LINE_ELEMENTS, MIN_ELEMENTS_PER_THREAD, Matrix, for_rows};
use crate::pool::Pool;

#[derive(Debug, Deserialize)]
pub struct ActivationLayer {
    input: usize,
    activation: Activation,
    output: usize,
}

impl Operation for ActivationLayer {
    fn values(&self) -> Values<'_> {
        Values::new(slice::from_ref(&self.input), self.output)
    }

    fn validate(&self, check: &mut Validation) -> Checked {
        check.expect_one_width(&self.values())
    }

    fn forward(&self, pass: &Forward) {
        let (input, output) = (pass.value(self.input), pass.value(self.output));
        forward(pass.pool(), self.activation, input, output);
    }

    /// Multiplies the output's gradient by the derivative and writes or adds the product.
    fn backward(&self, pass: Backward) {
        let Some(target) = pass.targets[0] else { return };
        let (input, output, kind) = (pass.value(self.input), pass.value(self.output), self.activation);
        for_rows(
            pass.pool(),
            (&[input, output, pass.gradient], &[target.matrix]),
            input.width() * 4,
            || (),
            |(), _, inputs, outputs| {
                let pairs = inputs.get(0).iter().zip(inputs.get(1)).zip(inputs.get(2));
                put(
                    outputs.get(0),
                    target.accumulate,
                    pairs.map(|((&x, &y), &g)| g * kind.derivative(x, y)),
                );
            },
        );
    }
}

/// Writes `activation(input)`.
pub fn forward(pool: &Pool, kind: Activation, input: Matrix, output: Matrix) {
    for_rows(
        pool,
        (&[input], &[output]),
        input.width() * 4,
        || (),
        |(), _, inputs, outputs| {
            put(
                outputs.get(0),
                false,
                inputs.get(0).iter().map(|&x| kind.apply(x)),
            );
        },
    );
}

/// Multiplies the gradient by the derivative in place. With `bias` the sums of the gradient's columns over the batch are
/// written there, or added. The threads split the columns, so that every sum is taken in the order of the rows. `before` is
/// the input of the activation function, which only GELU reads.
pub fn backward_in_place(
    pool: &Pool,
    kind: Activation,
    (before, output): (Matrix, Matrix),
    gradient: Matrix,
    bias: Option<(&mut [f32], bool)>,
) {
    if kind == Activation::None && bias.is_none() {
        return;
    }
    let sums = bias.map(|(bias, accumulate)| {
        (
            Matrix::new(bias, 1, gradient.width(), gradient.width(), 0),
            accumulate,
        )
    });
    let min_columns = MIN_ELEMENTS_PER_THREAD.div_ceil(gradient.rows().max(1));
    pool.ranges(gradient.width(), CACHE_LINE_ELEMENTS, min_columns, |columns| {
        let own_columns = |matrix: Matrix| matrix.columns(columns.start, columns.len());
        let (before, output, gradient) = (own_columns(before), own_columns(output), own_columns(gradient));
        // SAFETY: each thread has other columns of gradient and sums; values are only read.
        let mut sums = sums.map(|(sums, accumulate)| unsafe { (own_columns(sums).row_mut(0), accumulate) });
        if let Some((sums, false)) = &mut sums {
            sums.fill(0.0);
        }
        for row in 0..gradient.rows() {
            // SAFETY of every access to a row below: as above.
            let g = unsafe { gradient.row_mut(row) };
            match kind {
                Activation::None => {}
                Activation::Relu => {
                    for (g, &y) in g.iter_mut().zip(unsafe { output.row(row) }) {
                        *g = if y <= 0.0 { 0.0 } else { *g };
                    }
                }
                _ => {
                    let (x, y) = unsafe { (before.row(row), output.row(row)) };
                    for (g, (&x, &y)) in g.iter_mut().zip(x.iter().zip(y)) {
                        *g *= kind.derivative(x, y);
                    }
                }
            }
            if let Some((sums, _)) = &mut sums {
                put(sums, true, g.iter().copied());
            }
        }
    });
}

/// Writes or adds the sum of each column of a matrix.
pub fn column_sums(pool: &Pool, matrix: Matrix, out: &mut [f32], accumulate: bool) {
    backward_in_place(
        pool,
        Activation::None,
        (matrix, matrix),
        matrix,
        Some((out, accumulate)),
    );
}
