//! The copy of some of a batch's dense columns.

use serde::Deserialize;

use super::elementwise;
use super::operation::{Backward, Forward, Operation};
use super::validation::{Checked, Validation};
use crate::matrix::Matrix;

#[derive(Debug, Deserialize)]
pub struct DenseInput {
    /// The first of as many columns as the output is wide.
    first: usize,
    output: usize,
}

impl Operation for DenseInput {
    fn inputs(&self) -> Vec<usize> {
        Vec::new()
    }

    fn output(&self) -> usize {
        self.output
    }

    fn validate(&self, check: &mut Validation) -> Checked {
        let (first, width) = (self.first, check.width(self.output));
        let columns = check.tensors.inputs.dense.len();
        if first > columns || width > columns - first {
            return Err(format!(
                "it reads {width} dense columns starting at {first}, but there are only {columns}"
            ));
        }
        Ok(())
    }

    fn forward(&self, pass: &Forward) {
        let output = pass.value(self.output);
        let features = Matrix::read_only(&pass.batch.dense, pass.batch.size, pass.batch.dense_width);
        elementwise::copy(pass.pool(), features.columns(self.first, output.width()), output);
    }

    /// Nothing: a batch has no gradient.
    fn backward(&self, _pass: Backward) {}
}
