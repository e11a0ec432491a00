//! Adds one parameter to every element of a value.

use std::slice;

use serde::Deserialize;

use super::operation::{Backward, Forward, Operation, ParameterGradients, Values, gradient_mut};
use super::validation::{Checked, Validation};
use super::{elementwise, put};
use crate::matrix::{Matrix, for_rows};
use crate::tensors::ParameterKind;

#[derive(Debug, Deserialize)]
pub struct Bias {
    input: usize,
    /// A parameter of shape `[1]`.
    bias: usize,
    output: usize,
}

impl Operation for Bias {
    fn values(&self) -> Values<'_> {
        Values::new(slice::from_ref(&self.input), self.output)
    }

    fn parameters(&self) -> Vec<usize> {
        vec![self.bias]
    }

    fn validate(&self, check: &mut Validation) -> Checked {
        check.expect_shape(self.bias, ParameterKind::Dense, &[1])?;
        check.expect_one_width(&self.values())
    }

    fn forward(&self, pass: &Forward) {
        let (input, bias) = (pass.value(self.input), pass.parameter(self.bias)[0]);
        for_rows(
            pass.pool(),
            (&[input], &[pass.value(self.output)]),
            input.width(),
            || (),
            |(), _, inputs, outputs| {
                put(outputs.get(0), false, inputs.get(0).iter().map(|x| x + bias));
            },
        );
    }

    fn backward(&self, pass: Backward) {
        if !pass.inputs_only {
            let sum = &mut gradient_mut(&mut pass.parameters[self.bias].gradient)[0];
            *sum = total(pass.gradient) + if pass.accumulate { *sum } else { 0.0 };
        }
        if let Some(target) = pass.targets[0] {
            elementwise::copy_gradient(&pass.machine.pool, pass.gradient, target);
        }
    }

    fn parameter_gradients(&self, pass: ParameterGradients) {
        gradient_mut(&mut pass.parameters[self.bias].gradient)[0] = total(pass.gradient);
    }
}

/// Sums all elements in f64. One thread does it row by row, so that the sum does not depend on the number of threads.
fn total(gradient: Matrix) -> f32 {
    let sum: f64 = (0..gradient.rows())
        // SAFETY: nothing writes gradients while an operation reads them.
        .flat_map(|row| unsafe { gradient.row(row) })
        .map(|&value| f64::from(value))
        .sum();
    sum as f32
}
