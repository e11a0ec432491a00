//! A fully connected layer. It takes one matrix product in the forward pass and two in the backward pass.

use std::slice;

use serde::Deserialize;

use super::operation::{Backward, Forward, Operation, ParameterGradients, Values, gradient_mut};
use super::validation::{Checked, Validation};
use super::{Machine, Target, activation, inner_product, put};
use crate::activation::Activation;
use crate::gemm::{Operand, Product};
use crate::matrix::{Matrix, for_rows};
use crate::phase::Work;
use crate::tensors::{ParameterKind, Tensors};

#[derive(Debug, Deserialize)]
pub struct Linear {
    input: usize,
    /// A parameter of shape `[output's width, input's width]`.
    weight: usize,
    /// A parameter of shape `[output's width]`.
    bias: Option<usize>,
    activation: Activation,
    output: usize,
}

impl Operation for Linear {
    fn values(&self) -> Values<'_> {
        Values::new(slice::from_ref(&self.input), self.output)
    }

    fn parameters(&self) -> Vec<usize> {
        std::iter::once(self.weight).chain(self.bias).collect()
    }

    fn validate(&self, check: &mut Validation) -> Checked {
        let (wide, narrow) = (check.width(self.output), check.width(self.input));
        check.expect_shape(self.weight, ParameterKind::Dense, &[wide, narrow])?;
        self.bias.map_or(Ok(()), |bias| {
            check.expect_shape(bias, ParameterKind::Dense, &[wide])
        })
    }

    /// Keeps the input of the activation function if that is GELU, because its derivative needs it.
    fn scratch_width(&self, tensors: &Tensors) -> Option<usize> {
        (self.activation == Activation::Gelu).then(|| tensors.width(self.output))
    }

    /// Computes `activation(input · weightᵀ + bias)`.
    fn forward(&self, pass: &Forward) {
        let (input, output) = (pass.value(self.input), pass.value(self.output));
        let weight = pass.layer_weight(self.weight);
        let bias = self.bias.map(|bias| pass.parameter(bias));
        let before = pass.scratch();
        let (rows, columns, depth) = (input.rows(), output.width(), input.width());
        let product_output = before.unwrap_or(output);
        let activation = if before.is_some() {
            Activation::None
        } else {
            self.activation
        };
        if columns == 1 {
            single_output(pass.machine, input, (&weight, bias), activation, product_output);
        } else {
            let product = Product {
                m: rows,
                n: columns,
                k: depth,
                lhs: operand(input),
                rhs: operand(Matrix::read_only(&weight, columns, depth)).transposed(),
                dst: product_output,
                accumulate: false,
                alpha: 1.0,
                bias,
                activation,
                relu_mask: None,
            };
            // SAFETY: values of a plan do not overlap (matrix.rs), parameters are only read.
            unsafe { pass.machine.gemm.multiply(&pass.machine.pool, &product) };
        }
        if let Some(before) = before {
            activation::forward(&pass.machine.pool, self.activation, before, output);
        }
    }

    /// Overwrites the output's gradient with that of the product. With `Backward::sgd_rate` the weight is bit for bit
    /// what a separate step would make it, if the batch has at most `gemm::KC` rows.
    fn backward(&self, pass: Backward) {
        let (input, output) = (pass.value(self.input), pass.value(self.output));
        let before = pass.scratch().unwrap_or(output);
        let activation = if pass.relu_done {
            Activation::None
        } else {
            self.activation
        };
        let (machine, gradient) = (pass.machine, pass.gradient);
        let (rows, columns, depth) = (input.rows(), output.width(), input.width());
        let (weight, bias) = match self.bias {
            Some(bias) => {
                let [weight, bias] = pass
                    .parameters
                    .get_disjoint_mut([self.weight, bias])
                    .expect("validation refuses a parameter that is used twice");
                (weight, Some(gradient_mut(&mut bias.gradient)))
            }
            None => (&mut pass.parameters[self.weight], None),
        };
        activation::backward_in_place(
            &machine.pool,
            activation,
            (before, output),
            gradient,
            bias.filter(|_| !pass.inputs_only)
                .map(|bias| (bias, pass.accumulate)),
        );
        match pass.targets[0] {
            Some(target) if columns == 1 => {
                single_output_backward(machine, &weight.values, gradient, target);
            }
            Some(target) => {
                let product = Product {
                    m: rows,
                    n: depth,
                    k: columns,
                    lhs: operand(gradient),
                    rhs: operand(Matrix::read_only(&weight.values, columns, depth)),
                    dst: target.matrix,
                    accumulate: target.accumulate,
                    alpha: 1.0,
                    bias: None,
                    activation: Activation::None,
                    relu_mask: target.through_relu.then_some(input),
                };
                // SAFETY: gradients of two values do not overlap (matrix.rs), parameters are only read.
                unsafe { machine.gemm.multiply(&machine.pool, &product) };
            }
            None => {}
        }
        if pass.inputs_only {
            return;
        }
        let (dst, accumulate, alpha) = match pass.sgd_rate {
            None => (gradient_mut(&mut weight.gradient), pass.accumulate, 1.0),
            Some(rate) => (&mut weight.values[..], true, -rate),
        };
        add_outer_products(machine, (gradient, input), dst, (accumulate, alpha));
    }

    fn parameter_gradients(&self, pass: ParameterGradients) {
        let (machine, gradient, input) = (pass.machine, pass.gradient, pass.value(self.input));
        if let Some(bias) = self.bias {
            let sums = gradient_mut(&mut pass.parameters[bias].gradient);
            activation::column_sums(&machine.pool, gradient, sums, false);
        }
        let weight = gradient_mut(&mut pass.parameters[self.weight].gradient);
        add_outer_products(machine, (gradient, input), weight, (false, 1.0));
    }

    fn work(&self, tensors: &Tensors, batch: usize) -> Work {
        let (inputs, outputs) = (tensors.width(self.input), tensors.width(self.output));
        Work {
            flops: 2 * batch * inputs * outputs,
            bytes: 4 * (batch * (inputs + outputs) + inputs * outputs),
        }
    }

    /// There is one product for the weight, and one for the input if it needs a gradient.
    fn backward_factor(&self, has_targets: bool) -> usize {
        1 + usize::from(has_targets)
    }

    /// Its name is that of its weight, without the suffix.
    fn name<'a>(&self, tensors: &'a Tensors) -> &'a str {
        tensors.parameters[self.weight].name.trim_end_matches(".weight")
    }

    fn layer_weight(&self) -> Option<usize> {
        Some(self.weight)
    }

    fn ends_in_relu(&self) -> bool {
        self.activation == Activation::Relu
    }

    /// A layer of one output has no product for its input's gradient.
    fn applies_relu_derivative(&self, tensors: &Tensors) -> bool {
        tensors.width(self.output) > 1
    }
}

fn operand(matrix: Matrix) -> Operand {
    Operand {
        pointer: matrix.pointer(),
        row_stride: matrix.stride(),
        column_stride: 1,
    }
}

/// `dst = alpha * gradientᵀ · input`, or added to it: the gradient of the weight, `[output's width, input's width]`.
fn add_outer_products(
    machine: &Machine,
    (gradient, input): (Matrix, Matrix),
    dst: &mut [f32],
    (accumulate, alpha): (bool, f32),
) {
    let (columns, depth) = (gradient.width(), input.width());
    let product = Product {
        m: columns,
        n: depth,
        k: gradient.rows(),
        lhs: operand(gradient).transposed(),
        rhs: operand(input),
        dst: Matrix::new(dst, columns, depth, depth, 0),
        accumulate,
        alpha,
        bias: None,
        activation: Activation::None,
        relu_mask: None,
    };
    // SAFETY: `dst` is borrowed exclusively; gradient and input are only read.
    unsafe { machine.gemm.multiply(&machine.pool, &product) };
}

/// A layer with one output is one dot product for each row. The micro-kernel would use one column of its tile for it.
fn single_output(
    machine: &Machine,
    input: Matrix,
    (weight, bias): (&[f32], Option<&[f32]>),
    kind: Activation,
    output: Matrix,
) {
    let bias = bias.map_or(0.0, |bias| bias[0]);
    for_rows(
        &machine.pool,
        (&[input], &[output]),
        input.width(),
        || (),
        |(), _, inputs, outputs| {
            outputs.get(0)[0] = kind.apply(inner_product(inputs.get(0), weight) + bias);
        },
    );
}

/// Computes the input's gradient, which is the weights times the output's gradient.
fn single_output_backward(machine: &Machine, weight: &[f32], gradient: Matrix, target: Target) {
    for_rows(
        &machine.pool,
        (&[gradient], &[target.matrix]),
        weight.len(),
        || (),
        |(), _, inputs, outputs| {
            let g = inputs.get(0)[0];
            put(
                outputs.get(0),
                target.accumulate,
                weight.iter().map(|weight| g * weight),
            );
        },
    );
}
