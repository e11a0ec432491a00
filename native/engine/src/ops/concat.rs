//! Copies its inputs next to each other. It runs only if the layout could not place the inputs where the output lies.

use serde::Deserialize;

use super::operation::{Backward, Forward, Operation, Placement, Values};
use super::put;
use super::validation::{Checked, Validation};
use crate::matrix::for_rows;

#[derive(Debug, Deserialize)]
pub struct Concat {
    inputs: Vec<usize>,
    output: usize,
}

impl Operation for Concat {
    fn values(&self) -> Values<'_> {
        Values::new(&self.inputs, self.output)
    }

    fn validate(&self, check: &mut Validation) -> Checked {
        let total = self.inputs.iter().map(|&input| check.width(input)).sum();
        check.expect_width(self.output, total)
    }

    fn placement(&self) -> Placement {
        Placement::InOutput
    }

    fn forward(&self, pass: &Forward) {
        let output = pass.value(self.output);
        for_rows(
            pass.pool(),
            (&pass.values(&self.inputs), &[output]),
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

    /// Copies to each input's gradient its own columns of the output's gradient.
    fn backward(&self, pass: Backward) {
        let mut start = 0;
        for (&input, target) in self.inputs.iter().zip(&pass.targets) {
            let width = pass.value(input).width();
            if let Some(target) = target {
                for_rows(
                    pass.pool(),
                    (&[pass.gradient], &[target.matrix]),
                    width,
                    || (),
                    |(), _, inputs, outputs| {
                        let values = &inputs.get(0)[start..start + width];
                        put(outputs.get(0), target.accumulate, values.iter().copied());
                    },
                );
            }
            start += width;
        }
    }
}
