//! Computes the bi-interaction of neural factorization machines (He and Chua 2017), ½((Σ_k v_k)² − Σ_k v_k²), element by
//! element.

use serde::Deserialize;

use super::operation::{Backward, Forward, Operation, Placement, Values};
use super::pair_sums::{column_totals, pair_gradients};
use super::put;
use super::validation::{Checked, Validation};
use crate::matrix::for_rows;

#[derive(Debug, Deserialize)]
pub struct BiInteraction {
    /// Vectors of one width, which is the output's as well.
    inputs: Vec<usize>,
    output: usize,
}

impl Operation for BiInteraction {
    fn values(&self) -> Values<'_> {
        Values::new(&self.inputs, self.output)
    }

    fn validate(&self, check: &mut Validation) -> Checked {
        check.expect_one_width(&self.values())
    }

    fn placement(&self) -> Placement {
        Placement::SideBySide
    }

    fn forward(&self, pass: &Forward) {
        let inputs = pass.values(&self.inputs);
        let output = pass.value(self.output);
        let (count, width) = (inputs.len(), output.width());
        for_rows(
            pass.pool(),
            (&inputs, &[output]),
            count * width * 2,
            || (vec![0f32; width], vec![0f32; width]),
            |(totals, squares), _, inputs, outputs| {
                column_totals(totals, inputs, count);
                squares.fill(0.0);
                for i in 0..count {
                    put(squares, true, inputs.get(i).iter().map(|v| v * v));
                }
                let pairs = totals.iter().zip(&*squares);
                let products = pairs.map(|(total, square)| 0.5 * (total * total - square));
                put(outputs.get(0), false, products);
            },
        );
    }

    fn backward(&self, pass: Backward) {
        pair_gradients(&pass, &self.inputs);
    }
}
