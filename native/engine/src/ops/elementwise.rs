//! What several operations do element by element.

use super::{Target, put};
use crate::matrix::{Matrix, for_rows};
use crate::pool::Pool;

/// Copies an input to an output.
pub fn copy(pool: &Pool, input: Matrix, output: Matrix) {
    for_rows(
        pool,
        (&[input], &[output]),
        input.width(),
        || (),
        |(), _, inputs, outputs| {
            outputs.get(0).copy_from_slice(inputs.get(0));
        },
    );
}

/// Copies the output's gradient to an input's, or adds it there.
pub fn copy_gradient(pool: &Pool, gradient: Matrix, target: Target) {
    for_rows(
        pool,
        (&[gradient], &[target.matrix]),
        gradient.width(),
        || (),
        |(), _, inputs, outputs| {
            put(outputs.get(0), target.accumulate, inputs.get(0).iter().copied());
        },
    );
}

/// Writes or adds the gradient of one factor of a product: the output's gradient times the other factor.
pub fn product_gradient(pool: &Pool, gradient: Matrix, other: Matrix, target: Target) {
    for_rows(
        pool,
        (&[gradient, other], &[target.matrix]),
        other.width(),
        || (),
        |(), _, inputs, outputs| {
            let values = inputs.get(0).iter().zip(inputs.get(1)).map(|(g, x)| g * x);
            put(outputs.get(0), target.accumulate, values);
        },
    );
}
