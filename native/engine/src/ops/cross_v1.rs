//! Computes a cross layer of version 1, whose weight is a vector: x0 (x · weight) + bias + x.

use serde::Deserialize;

use super::operation::{Backward, Forward, Operation, ParameterGradients, Values, gradient_mut};
use super::validation::{Checked, Validation};
use super::{Machine, activation, inner_product, put};
use crate::activation::Activation;
use crate::gemm::{Operand, Product};
use crate::matrix::{Matrix, for_rows};
use crate::parameter::Parameter;
use crate::tensors::{ParameterKind, Tensors};

#[derive(Debug, Deserialize)]
pub struct CrossV1 {
    x0: usize,
    x: usize,
    /// A parameter of shape `[width]`, as is the bias.
    weight: usize,
    bias: usize,
    output: usize,
}

impl Operation for CrossV1 {
    fn values(&self) -> Values<'_> {
        Values::new(vec![self.x0, self.x], self.output)
    }

    fn parameters(&self) -> Vec<usize> {
        vec![self.weight, self.bias]
    }

    fn validate(&self, check: &mut Validation) -> Checked {
        let width = check.same_widths(&[self.x0, self.x])?;
        check.expect_shape(self.weight, ParameterKind::Dense, &[width])?;
        check.expect_shape(self.bias, ParameterKind::Dense, &[width])?;
        check.expect_width(self.output, width)
    }

    /// The first column has x · weight of each row, and the second has gradient · x0.
    fn scratch_width(&self, _tensors: &Tensors) -> Option<usize> {
        Some(2)
    }

    fn forward(&self, pass: &Forward) {
        let (x0, x) = (pass.value(self.x0), pass.value(self.x));
        let (weight, bias) = (pass.parameter(self.weight), pass.parameter(self.bias));
        let (products, _) = columns(pass.scratch());
        for_rows(
            pass.pool(),
            (&[x0, x], &[pass.value(self.output), products]),
            x.width() * 2,
            || (),
            |(), _, inputs, outputs| {
                let (x0, x) = (inputs.get(0), inputs.get(1));
                let product = inner_product(x, weight);
                outputs.get(1)[0] = product;
                let values = x0
                    .iter()
                    .zip(x)
                    .zip(bias)
                    .map(|((x0, x), bias)| x0 * product + bias + x);
                put(outputs.get(0), false, values);
            },
        );
    }

    fn backward(&self, pass: Backward) {
        let (x0, x) = (pass.value(self.x0), pass.value(self.x));
        let (products, slopes) = columns(pass.scratch());
        let (machine, gradient, targets) = (pass.machine, pass.gradient, &pass.targets);
        let accumulate = pass.accumulate;
        let (pool, width) = (&machine.pool, x.width());
        let parameters = pass
            .parameters
            .get_disjoint_mut([self.weight, self.bias])
            .expect("validation refuses a parameter that is used twice");
        let weights = &parameters[0].values[..];
        for_rows(
            pool,
            (&[x0, gradient], &[slopes]),
            width,
            || (),
            |(), _, inputs, outputs| {
                outputs.get(0)[0] = inner_product(inputs.get(0), inputs.get(1));
            },
        );
        if let Some(target) = targets[0] {
            for_rows(
                pool,
                (&[gradient, products], &[target.matrix]),
                width,
                || (),
                |(), _, inputs, outputs| {
                    let product = inputs.get(1)[0];
                    put(
                        outputs.get(0),
                        target.accumulate,
                        inputs.get(0).iter().map(|g| g * product),
                    );
                },
            );
        }
        if let Some(target) = targets[1] {
            for_rows(
                pool,
                (&[gradient, slopes], &[target.matrix]),
                width,
                || (),
                |(), _, inputs, outputs| {
                    let slope = inputs.get(1)[0];
                    let values = inputs
                        .get(0)
                        .iter()
                        .zip(weights)
                        .map(|(g, weight)| g + slope * weight);
                    put(outputs.get(0), target.accumulate, values);
                },
            );
        }
        if !pass.inputs_only {
            sum_parameters(machine, (slopes, x, gradient), parameters, accumulate);
        }
    }

    fn parameter_gradients(&self, pass: ParameterGradients) {
        let (x, (_, slopes)) = (pass.value(self.x), columns(pass.scratch()));
        let parameters = pass
            .parameters
            .get_disjoint_mut([self.weight, self.bias])
            .expect("validation refuses a parameter that is used twice");
        sum_parameters(pass.machine, (slopes, x, pass.gradient), parameters, false);
    }
}

/// Writes or adds the gradients of weight and bias over the rows of the matrices.
fn sum_parameters(
    machine: &Machine,
    (slopes, x, gradient): (Matrix, Matrix, Matrix),
    [weight, bias]: [&mut Parameter; 2],
    accumulate: bool,
) {
    let width = x.width();
    let product = Product {
        m: 1,
        n: width,
        k: gradient.rows(),
        lhs: Operand {
            pointer: slopes.pointer(),
            row_stride: 1,
            column_stride: slopes.stride(),
        },
        rhs: Operand {
            pointer: x.pointer(),
            row_stride: x.stride(),
            column_stride: 1,
        },
        dst: Matrix::new(gradient_mut(&mut weight.gradient), 1, width, width, 0),
        accumulate,
        alpha: 1.0,
        bias: None,
        activation: Activation::None,
        relu_mask: None,
    };
    // SAFETY: slopes and x are only read now, and nothing else uses the weight's gradient meanwhile.
    unsafe { machine.gemm.multiply(&machine.pool, &product) };
    activation::column_sums(
        &machine.pool,
        gradient,
        gradient_mut(&mut bias.gradient),
        accumulate,
    );
}

fn columns(scratch: Option<Matrix>) -> (Matrix, Matrix) {
    let both = scratch.expect("a cross layer has scratch");
    (both.columns(0, 1), both.columns(1, 1))
}
