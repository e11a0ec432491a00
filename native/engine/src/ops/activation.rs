//! Activation functions and their derivatives.

use super::{Target, put};
use crate::matrix::{Matrix, for_rows};
use crate::plan::Activation;
use crate::pool::Pool;

/// The function of one element. GELU is the exact one, with the error function.
pub fn apply(kind: Activation, x: f32) -> f32 {
    match kind {
        Activation::None => x,
        // A NaN stays one, so that a run that diverged cannot pass for one with idle units.
        Activation::Relu => {
            if x < 0.0 {
                0.0
            } else {
                x
            }
        }
        Activation::Sigmoid => 1.0 / (1.0 + (-x).exp()),
        Activation::Tanh => x.tanh(),
        Activation::Gelu => 0.5 * x * (1.0 + libm::erff(x * std::f32::consts::FRAC_1_SQRT_2)),
    }
}

/// The derivative, from the output `y` for all but GELU, which needs the input `x`.
fn derivative(kind: Activation, x: f32, y: f32) -> f32 {
    match kind {
        Activation::None => 1.0,
        Activation::Relu => f32::from(u8::from(y > 0.0)),
        Activation::Sigmoid => (1.0 - y) * y,
        Activation::Tanh => 1.0 - y * y,
        Activation::Gelu => {
            let cumulative = 0.5 * (1.0 + libm::erff(x * std::f32::consts::FRAC_1_SQRT_2));
            let density = (-0.5 * x * x).exp() * 0.398_942_3;
            cumulative + x * density
        }
    }
}

/// `output = activation(input)`.
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
                inputs.get(0).iter().map(|&x| apply(kind, x)),
            );
        },
    );
}

/// `target (+)= gradient * activation'`.
pub fn backward(
    pool: &Pool,
    kind: Activation,
    (input, output): (Matrix, Matrix),
    gradient: Matrix,
    target: Target,
) {
    let elements = input.width() * 4;
    for_rows(
        pool,
        (&[input, output, gradient], &[target.matrix]),
        elements,
        || (),
        |(), _, inputs, outputs| {
            let pairs = inputs.get(0).iter().zip(inputs.get(1)).zip(inputs.get(2));
            put(
                outputs.get(0),
                target.add,
                pairs.map(|((&x, &y), &g)| g * derivative(kind, x, y)),
            );
        },
    );
}

/// `gradient *= activation'` in place; `before` is the activation's input and needed by GELU only.
pub fn backward_in_place(
    pool: &Pool,
    kind: Activation,
    (before, output): (Matrix, Matrix),
    gradient: Matrix,
) {
    let work = gradient.width();
    match kind {
        Activation::None => {}
        Activation::Relu => for_rows(
            pool,
            (&[output], &[gradient]),
            work,
            || (),
            |(), _, inputs, outputs| {
                for (g, &y) in outputs.get(0).iter_mut().zip(inputs.get(0)) {
                    *g = if y <= 0.0 { 0.0 } else { *g };
                }
            },
        ),
        _ => for_rows(
            pool,
            (&[before, output], &[gradient]),
            work * 4,
            || (),
            |(), _, inputs, outputs| {
                let pairs = inputs.get(0).iter().zip(inputs.get(1));
                for (g, (&x, &y)) in outputs.get(0).iter_mut().zip(pairs) {
                    *g *= derivative(kind, x, y);
                }
            },
        ),
    }
}
