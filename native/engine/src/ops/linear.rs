//! A fully connected layer: three matrix products.

use super::{Machine, Target, activation, inner_product, put};
use crate::gemm::{Operand, Product};
use crate::matrix::{Matrix, for_rows};
use crate::plan::Activation;

fn operand(matrix: Matrix) -> Operand {
    Operand {
        pointer: matrix.pointer(),
        row_stride: matrix.stride(),
        column_stride: 1,
    }
}

/// `output = activation(input · weightᵀ + bias)`, weight `[out, in]`. Where the derivative needs the activation's input
/// (GELU), `before` keeps it.
pub fn forward(
    machine: &Machine,
    input: Matrix,
    (weight, bias): (&[f32], Option<&[f32]>),
    kind: Activation,
    before: Option<Matrix>,
    output: Matrix,
) {
    let (rows, columns, depth) = (input.rows(), output.width(), input.width());
    if columns == 1 {
        let out = before.unwrap_or(output);
        single_output(
            machine,
            input,
            (weight, bias),
            if before.is_some() { Activation::None } else { kind },
            out,
        );
    } else {
        let weight = operand(Matrix::read_only(weight, columns, depth));
        let product = Product {
            m: rows,
            n: columns,
            k: depth,
            lhs: operand(input),
            rhs: weight.transposed(),
            dst: before.unwrap_or(output),
            accumulate: false,
            alpha: 1.0,
            bias,
            activation: if before.is_some() { Activation::None } else { kind },
            relu_mask: None,
        };
        // SAFETY: values of a plan do not overlap (matrix.rs), parameters are only read.
        unsafe { machine.gemm.multiply(&machine.pool, &product) };
    }
    if let Some(before) = before {
        activation::forward(&machine.pool, kind, before, output);
    }
}

/// A layer of one output is a dot product a row: a sixteenth of a kernel's tile would be of use.
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
            outputs.get(0)[0] = activation::apply(kind, inner_product(inputs.get(0), weight) + bias);
        },
    );
}

/// Its input's gradient: the weights times the output's gradient.
fn single_output_backward(machine: &Machine, weight: &[f32], gradient: Matrix, target: Target) {
    for_rows(
        &machine.pool,
        (&[gradient], &[target.matrix]),
        weight.len(),
        || (),
        |(), _, inputs, outputs| {
            let g = inputs.get(0)[0];
            put(outputs.get(0), target.add, weight.iter().map(|weight| g * weight));
        },
    );
}

/// Where a layer's parameter gradients go, and whether they add to what is there.
pub struct ParameterTargets<'a> {
    pub weight: WeightTarget<'a>,
    pub bias: Option<&'a mut [f32]>,
    pub add: bool,
}

/// What becomes of a weight's gradient.
pub enum WeightTarget<'a> {
    Gradient(&'a mut [f32]),
    /// The weight takes a step of plain SGD at this learning rate: the product goes to it at once. The bits are those
    /// of a step of its own where the batch is no longer than `gemm::KC`.
    Step(f32),
}

/// Gradients of input, weight and bias. `gradient` is that of the output and becomes that of the product. With
/// `relu_before` the input is a ReLU's output, and its gradient becomes that of the ReLU's input.
pub fn backward(
    machine: &Machine,
    (input, before, output): (Matrix, Option<Matrix>, Matrix),
    weight: &mut [f32],
    kind: Activation,
    gradient: Matrix,
    (target, relu_before): (Option<Target>, bool),
    parameters: ParameterTargets,
) {
    let (rows, columns, depth) = (input.rows(), output.width(), input.width());
    let bias = parameters.bias.map(|bias| (bias, parameters.add));
    activation::backward_in_place(
        &machine.pool,
        kind,
        (before.unwrap_or(output), output),
        gradient,
        bias,
    );
    if let Some(target) = target.filter(|_| columns == 1) {
        single_output_backward(machine, weight, gradient, target);
    } else if let Some(target) = target {
        let product = Product {
            m: rows,
            n: depth,
            k: columns,
            lhs: operand(gradient),
            rhs: operand(Matrix::read_only(weight, columns, depth)),
            dst: target.matrix,
            accumulate: target.add,
            alpha: 1.0,
            bias: None,
            activation: Activation::None,
            relu_mask: relu_before.then_some(input),
        };
        // SAFETY: gradients of two values do not overlap (matrix.rs), parameters are only read.
        unsafe { machine.gemm.multiply(&machine.pool, &product) };
    }
    let (to, add, scale) = match parameters.weight {
        WeightTarget::Gradient(to) => (to, parameters.add, 1.0),
        WeightTarget::Step(rate) => (weight, true, -rate),
    };
    let product = Product {
        m: columns,
        n: depth,
        k: rows,
        lhs: operand(gradient).transposed(),
        rhs: operand(input),
        dst: Matrix::new(to, columns, depth, depth, 0),
        accumulate: add,
        alpha: scale,
        bias: None,
        activation: Activation::None,
        relu_mask: None,
    };
    // SAFETY: the weight or its gradient is ours alone; gradient and input are only read.
    unsafe { machine.gemm.multiply(&machine.pool, &product) };
}
