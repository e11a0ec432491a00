//! Concatenation, sum, product, scalar bias, dropout and the copy of the dense inputs.

use super::{Target, put};
use crate::matrix::{Matrix, for_rows};
use crate::pool::Pool;
use crate::random::CounterRandom;

/// `output = input`.
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

pub fn concat(pool: &Pool, inputs: &[Matrix], output: Matrix) {
    for_rows(
        pool,
        (inputs, &[output]),
        output.width(),
        || (),
        |(), _, inputs, outputs| {
            let mut out = &mut outputs.get(0)[..];
            for i in 0..inputs.count() {
                let (here, rest) = out.split_at_mut(inputs.get(i).len());
                here.copy_from_slice(inputs.get(i));
                out = rest;
            }
        },
    );
}

/// Each input's gradient is its columns of the output's.
pub fn concat_backward(pool: &Pool, widths: &[usize], gradient: Matrix, targets: &[Option<Target>]) {
    let mut start = 0;
    for (&width, target) in widths.iter().zip(targets) {
        if let Some(target) = target {
            for_rows(
                pool,
                (&[gradient], &[target.matrix]),
                width,
                || (),
                |(), _, inputs, outputs| {
                    let values = &inputs.get(0)[start..start + width];
                    put(outputs.get(0), target.add, values.iter().copied());
                },
            );
        }
        start += width;
    }
}

pub fn sum(pool: &Pool, inputs: &[Matrix], output: Matrix) {
    for_rows(
        pool,
        (inputs, &[output]),
        output.width() * inputs.len(),
        || (),
        |(), _, inputs, outputs| {
            let out = outputs.get(0);
            out.copy_from_slice(inputs.get(0));
            for i in 1..inputs.count() {
                put(out, true, inputs.get(i).iter().copied());
            }
        },
    );
}

pub fn sum_backward(pool: &Pool, gradient: Matrix, targets: &[Option<Target>]) {
    for target in targets.iter().flatten() {
        pass_gradient(pool, gradient, *target);
    }
}

/// `target (+)= gradient`.
pub fn pass_gradient(pool: &Pool, gradient: Matrix, target: Target) {
    for_rows(
        pool,
        (&[gradient], &[target.matrix]),
        gradient.width(),
        || (),
        |(), _, inputs, outputs| {
            put(outputs.get(0), target.add, inputs.get(0).iter().copied());
        },
    );
}

pub fn multiply(pool: &Pool, inputs: [Matrix; 2], output: Matrix) {
    for_rows(
        pool,
        (&inputs, &[output]),
        output.width(),
        || (),
        |(), _, inputs, outputs| {
            put(
                outputs.get(0),
                false,
                inputs.get(0).iter().zip(inputs.get(1)).map(|(a, b)| a * b),
            );
        },
    );
}

pub fn multiply_backward(pool: &Pool, inputs: [Matrix; 2], gradient: Matrix, targets: &[Option<Target>]) {
    for (target, other) in targets.iter().zip([inputs[1], inputs[0]]) {
        if let Some(target) = target {
            product_gradient(pool, gradient, other, *target);
        }
    }
}

/// `target (+)= gradient ⊙ other`.
pub fn product_gradient(pool: &Pool, gradient: Matrix, other: Matrix, target: Target) {
    for_rows(
        pool,
        (&[gradient, other], &[target.matrix]),
        other.width(),
        || (),
        |(), _, inputs, outputs| {
            let values = inputs.get(0).iter().zip(inputs.get(1)).map(|(g, x)| g * x);
            put(outputs.get(0), target.add, values);
        },
    );
}

pub fn bias(pool: &Pool, input: Matrix, bias: f32, output: Matrix) {
    for_rows(
        pool,
        (&[input], &[output]),
        input.width(),
        || (),
        |(), _, inputs, outputs| {
            put(outputs.get(0), false, inputs.get(0).iter().map(|x| x + bias));
        },
    );
}

/// The sum over all elements, row by row on one thread, in f64.
pub fn total(gradient: Matrix) -> f32 {
    let sum: f64 = (0..gradient.rows())
        // SAFETY: nothing writes gradients while an operation reads them.
        .flat_map(|row| unsafe { gradient.row(row) })
        .map(|&value| f64::from(value))
        .sum();
    sum as f32
}

/// Zeroes elements with probability `rate` and scales the rest; the same stream gives the same mask again.
pub fn masked(stream: CounterRandom, rate: f32, row: usize, values: &[f32]) -> impl Iterator<Item = f32> {
    let scale = 1.0 / (1.0 - rate);
    let first = row as u64 * values.len() as u64;
    values.iter().enumerate().map(move |(i, value)| {
        if stream.uniform(first + i as u64) < rate {
            0.0
        } else {
            value * scale
        }
    })
}

pub fn dropout(pool: &Pool, stream: CounterRandom, rate: f32, input: Matrix, output: Matrix) {
    for_rows(
        pool,
        (&[input], &[output]),
        input.width() * 2,
        || (),
        |(), row, inputs, outputs| {
            put(outputs.get(0), false, masked(stream, rate, row, inputs.get(0)));
        },
    );
}

pub fn dropout_backward(pool: &Pool, stream: CounterRandom, rate: f32, gradient: Matrix, target: Target) {
    let elements = gradient.width() * 2;
    for_rows(
        pool,
        (&[gradient], &[target.matrix]),
        elements,
        || (),
        |(), row, inputs, outputs| {
            put(
                outputs.get(0),
                target.add,
                masked(stream, rate, row, inputs.get(0)),
            );
        },
    );
}
