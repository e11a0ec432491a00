//! Computes the last step of a cross layer of version 2, x0 ⊙ projected + x. Linear operations have computed `projected`.

use serde::Deserialize;

use super::operation::{Backward, Forward, Operation, Values};
use super::validation::{Checked, Validation};
use super::{elementwise, put};

#[derive(Debug, Deserialize)]
pub struct CrossV2 {
    x0: usize,
    x: usize,
    projected: usize,
    output: usize,
}

impl Operation for CrossV2 {
    fn values(&self) -> Values<'_> {
        Values::new(vec![self.x0, self.x, self.projected], self.output)
    }

    fn validate(&self, check: &mut Validation) -> Checked {
        check.expect_one_width(&self.values())
    }

    fn forward(&self, pass: &Forward) {
        let width = pass.value(self.output).width();
        elementwise::combine(pass, self.values(), width, |inputs, out| {
            let values = inputs.get(0).iter().zip(inputs.get(1)).zip(inputs.get(2));
            put(out, false, values.map(|((x0, x), projected)| x0 * projected + x));
        });
    }

    fn backward(&self, pass: Backward) {
        let (pool, gradient) = (pass.pool(), pass.gradient);
        if let Some(target) = pass.targets[0] {
            elementwise::product_gradient(pool, gradient, pass.value(self.projected), target);
        }
        if let Some(target) = pass.targets[1] {
            elementwise::copy_gradient(pool, gradient, target);
        }
        if let Some(target) = pass.targets[2] {
            elementwise::product_gradient(pool, gradient, pass.value(self.x0), target);
        }
    }
}
