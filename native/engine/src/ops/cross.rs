//! Cross layers: version 1 with its vector weight, and the elementwise end of version 2.

use super::{Machine, Target, inner_product, put};
use crate::gemm::{Operand, Product};
use crate::matrix::{Matrix, for_rows};
use crate::ops::{activation, elementwise};
use crate::plan::Activation;

/// `output = x0 * (x · weight) + bias + x`; keeps x · weight of each row in `products` [batch, 1].
pub fn forward_v1(
    machine: &Machine,
    (x0, x): (Matrix, Matrix),
    (weight, bias): (&[f32], &[f32]),
    products: Matrix,
    output: Matrix,
) {
    let outputs = [output, products];
    for_rows(
        &machine.pool,
        (&[x0, x], &outputs),
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

/// Gradients of version 1. `products` is what forward kept; `slopes` [batch, 1] is scratch.
pub fn backward_v1(
    machine: &Machine,
    (x0, x): (Matrix, Matrix),
    weight: &[f32],
    (products, slopes): (Matrix, Matrix),
    gradient: Matrix,
    targets: &[Option<Target>],
    (weight_gradient, bias_gradient, add): (&mut [f32], &mut [f32], bool),
) {
    let (pool, width) = (&machine.pool, x.width());
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
                    target.add,
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
                    .zip(weight)
                    .map(|(g, weight)| g + slope * weight);
                put(outputs.get(0), target.add, values);
            },
        );
    }
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
        dst: Matrix::new(weight_gradient, 1, width, width, 0),
        accumulate: add,
        alpha: 1.0,
        bias: None,
        activation: Activation::None,
        relu_mask: None,
    };
    // SAFETY: slopes and x are only read now, and the weight's gradient is ours alone.
    unsafe { machine.gemm.multiply(pool, &product) };
    activation::column_sums(pool, gradient, bias_gradient, add);
}

/// `output = x0 ⊙ projected + x`.
pub fn forward_v2(machine: &Machine, inputs: [Matrix; 3], output: Matrix) {
    for_rows(
        &machine.pool,
        (&inputs, &[output]),
        output.width(),
        || (),
        |(), _, inputs, outputs| {
            let values = inputs.get(0).iter().zip(inputs.get(1)).zip(inputs.get(2));
            put(
                outputs.get(0),
                false,
                values.map(|((x0, x), projected)| x0 * projected + x),
            );
        },
    );
}

pub fn backward_v2(
    machine: &Machine,
    [x0, _, projected]: [Matrix; 3],
    gradient: Matrix,
    targets: &[Option<Target>],
) {
    let pool = &machine.pool;
    if let Some(target) = targets[0] {
        elementwise::product_gradient(pool, gradient, projected, target);
    }
    if let Some(target) = targets[1] {
        elementwise::pass_gradient(pool, gradient, target);
    }
    if let Some(target) = targets[2] {
        elementwise::product_gradient(pool, gradient, x0, target);
    }
}
