//! Adds values of one width element by element.

use serde::Deserialize;

use super::operation::{Backward, Forward, Operation, Values};
use super::validation::{Checked, Validation};
use super::{elementwise, put};

#[derive(Debug, Deserialize)]
pub struct Sum {
    inputs: Vec<usize>,
    output: usize,
}

impl Operation for Sum {
    fn values(&self) -> Values<'_> {
        Values::new(&self.inputs, self.output)
    }

    fn validate(&self, check: &mut Validation) -> Checked {
        check.expect_one_width(&self.values())
    }

    fn forward(&self, pass: &Forward) {
        let elements = pass.value(self.output).width() * self.inputs.len();
        elementwise::combine(pass, self.values(), elements, |inputs, out| {
            out.copy_from_slice(inputs.get(0));
            for i in 1..inputs.count() {
                put(out, true, inputs.get(i).iter().copied());
            }
        });
    }

    fn backward(&self, pass: Backward) {
        for target in pass.targets.iter().flatten() {
            elementwise::copy_gradient(pass.pool(), pass.gradient, *target);
        }
    }
}
