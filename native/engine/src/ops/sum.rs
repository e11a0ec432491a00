//! The elementwise sum of values of one width.

use serde::Deserialize;

use super::operation::{Backward, Forward, Operation};
use super::validation::{Checked, Validation};
use super::{elementwise, put};
use crate::matrix::for_rows;

#[derive(Debug, Deserialize)]
pub struct Sum {
    inputs: Vec<usize>,
    output: usize,
}

impl Operation for Sum {
    fn inputs(&self) -> Vec<usize> {
        self.inputs.clone()
    }

    fn output(&self) -> usize {
        self.output
    }

    fn validate(&self, check: &mut Validation) -> Checked {
        let width = check.same_widths(&self.inputs)?;
        check.expect_width(self.output, width)
    }

    fn forward(&self, pass: &Forward) {
        let output = pass.value(self.output);
        for_rows(
            pass.pool(),
            (&pass.values(&self.inputs), &[output]),
            output.width() * self.inputs.len(),
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

    fn backward(&self, pass: Backward) {
        for target in pass.targets.iter().flatten() {
            elementwise::pass_gradient(pass.pool(), pass.gradient, *target);
        }
    }
}
