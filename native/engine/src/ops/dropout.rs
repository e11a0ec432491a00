//! Dropout zeroes random elements in training and scales the others up, so that the expected value stays the same. A
//! prediction copies all elements.

use std::slice;

use serde::Deserialize;

use super::operation::{Backward, Forward, Operation, Values};
use super::validation::{Checked, Validation};
use super::{elementwise, put};
use crate::matrix::for_rows;
use crate::random::CounterRandom;

#[derive(Debug, Deserialize)]
pub struct Dropout {
    input: usize,
    rate: f64,
    output: usize,
}

impl Operation for Dropout {
    fn values(&self) -> Values<'_> {
        Values::new(slice::from_ref(&self.input), self.output)
    }

    fn validate(&self, check: &mut Validation) -> Checked {
        let rate = self.rate;
        if !(0.0..1.0).contains(&rate) {
            return Err(format!("the dropout rate is {rate}; it must be in [0, 1)"));
        }
        check.expect_one_width(&self.values())
    }

    fn forward(&self, pass: &Forward) {
        let (input, output) = (pass.value(self.input), pass.value(self.output));
        if !pass.training {
            return elementwise::copy(pass.pool(), input, output);
        }
        let (random, rate, first) = (pass.random, self.rate as f32, pass.first_row);
        for_rows(
            pass.pool(),
            (&[input], &[output]),
            input.width() * 2,
            || (),
            |(), row, inputs, outputs| {
                let mask = masked(random, rate, first + row, inputs.get(0));
                put(outputs.get(0), false, mask);
            },
        );
    }

    fn backward(&self, pass: Backward) {
        let Some(target) = pass.targets[0] else { return };
        let (random, rate, first) = (pass.random, self.rate as f32, pass.first_row);
        for_rows(
            pass.pool(),
            (&[pass.gradient], &[target.matrix]),
            pass.gradient.width() * 2,
            || (),
            |(), row, inputs, outputs| {
                let mask = masked(random, rate, first + row, inputs.get(0));
                put(outputs.get(0), target.accumulate, mask);
            },
        );
    }

    /// Each factor is 0 or 1 / (1 - rate).
    fn random_factors(&self, stream: CounterRandom, elements: usize) -> Option<Vec<f32>> {
        let ones = vec![1f32; elements];
        Some(masked(stream, self.rate as f32, 0, &ones).collect())
    }
}

/// Zeroes each element with probability `rate` and scales the others. The backward pass repeats the mask of the forward pass,
/// because the same stream gives the same numbers.
fn masked(stream: CounterRandom, rate: f32, row: usize, values: &[f32]) -> impl Iterator<Item = f32> {
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
