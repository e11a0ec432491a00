//! Computes the second-order term of a factorization machine, ½ Σ_d ((Σ_k v)² − Σ_k v²).

use serde::Deserialize;

use super::operation::{Backward, Forward, Operation, Placement, Values};
use super::pair_sums::{column_totals, pair_gradients};
use super::validation::{Checked, Validation};
use crate::matrix::for_rows;

#[derive(Debug, Deserialize)]
pub struct FactorizationMachine {
    /// Vectors of one width.
    inputs: Vec<usize>,
    output: usize,
}

impl Operation for FactorizationMachine {
    fn values(&self) -> Values<'_> {
        Values::new(&self.inputs, self.output)
    }

    fn validate(&self, check: &mut Validation) -> Checked {
        check.same_widths(&self.inputs)?;
        check.expect_width(self.output, 1)
    }

    fn placement(&self) -> Placement {
        Placement::SideBySide
    }

    fn forward(&self, pass: &Forward) {
        let inputs = pass.values(&self.inputs);
        let (count, width) = (inputs.len(), inputs[0].width());
        for_rows(
            pass.pool(),
            (&inputs, &[pass.value(self.output)]),
            count * width * 2,
            || vec![0f32; width],
            |totals, _, inputs, outputs| {
                column_totals(totals, inputs, count);
                let square_of_sums: f64 = totals
                    .iter()
                    .map(|&total| f64::from(total) * f64::from(total))
                    .sum();
                let sum_of_squares: f64 = (0..count)
                    .flat_map(|i| inputs.get(i))
                    .map(|&value| f64::from(value) * f64::from(value))
                    .sum();
                outputs.get(0)[0] = (0.5 * (square_of_sums - sum_of_squares)) as f32;
            },
        );
    }

    fn backward(&self, pass: Backward) {
        pair_gradients(&pass, &self.inputs);
    }
}
