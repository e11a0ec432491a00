//! What several operations do element by element.

use super::operation::{Forward, Values};
use super::{Target, put};
use crate::matrix::{InputRows, Matrix, for_rows};
use crate::pool::Pool;

/// Computes every row of an operation's output from the same rows of its inputs. `elements` is how many elements that takes.
pub fn combine(
    pass: &Forward,
    Values { inputs, output }: Values,
    elements: usize,
    row: impl Fn(&InputRows, &mut [f32]) + Sync,
) {
    for_rows(
        pass.pool(),
        (&pass.values(&inputs), &[pass.value(output)]),
        elements,
        || (),
        |(), _, inputs, outputs| row(inputs, outputs.get(0)),
    );
}

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
