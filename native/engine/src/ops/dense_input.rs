//! Copies consecutive dense columns of a batch.

use serde::Deserialize;

use super::elementwise;
use super::operation::{Backward, Forward, Operation, Values};
use super::validation::{Checked, Validation};
use crate::matrix::Matrix;

#[derive(Debug, Deserialize)]
pub struct DenseInput {
    /// The first of the columns. There are as many as the output is wide.
    first: usize,
    output: usize,
}

impl Operation for DenseInput {
    fn values(&self) -> Values<'_> {
        Values::new(&[], self.output)
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

    /// Does nothing, because a batch has no gradient.
    fn backward(&self, _pass: Backward) {}
}
