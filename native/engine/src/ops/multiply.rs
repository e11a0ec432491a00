//! Multiplies two values element by element.

use serde::Deserialize;

use super::operation::{Backward, Forward, Operation, Values};
use super::validation::{Checked, Validation};
use super::{elementwise, put};

#[derive(Debug, Deserialize)]
pub struct Multiply {
    inputs: [usize; 2],
    output: usize,
}

impl Operation for Multiply {
    fn values(&self) -> Values<'_> {
        Values::new(&self.inputs, self.output)
    }

    fn factors(&self) -> Option<[usize; 2]> {
        Some(self.inputs)
    }

    fn validate(&self, check: &mut Validation) -> Checked {
        check.expect_one_width(&self.values())
    }

    fn forward(&self, pass: &Forward) {
        let width = pass.value(self.output).width();
        elementwise::combine(pass, self.values(), width, |inputs, out| {
            let pairs = inputs.get(0).iter().zip(inputs.get(1));
            put(out, false, pairs.map(|(a, b)| a * b));
        });
    }

    fn backward(&self, pass: Backward) {
        let [first, second] = self.inputs.map(|input| pass.value(input));
        for (target, other) in pass.targets.iter().zip([second, first]) {
            if let Some(target) = target {
                elementwise::product_gradient(pass.pool(), pass.gradient, other, *target);
            }
        }
    }
}
