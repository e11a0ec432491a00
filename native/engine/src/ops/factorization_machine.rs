//! The factorization machine's second-order term: ½ Σ_d ((Σ_k v)² − Σ_k v²).

use serde::Deserialize;

use super::operation::{Backward, Forward, Operation, Placement};
use super::validation::{Checked, Validation};
use super::{Target, put};
use crate::matrix::{InputRows, Matrix, for_rows};

#[derive(Debug, Deserialize)]
pub struct FactorizationMachine {
    /// Vectors of one width.
    inputs: Vec<usize>,
    output: usize,
}

impl Operation for FactorizationMachine {
    fn inputs(&self) -> Vec<usize> {
        self.inputs.clone()
    }

    fn output(&self) -> usize {
        self.output
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

    /// Gradient of vector k: g (Σ v − v_k).
    fn backward(&self, pass: Backward) {
        let mut sources = pass.values(&self.inputs);
        let (count, width) = (sources.len(), sources[0].width());
        sources.push(pass.gradient);
        let needed: Vec<(usize, Target)> = pass
            .targets
            .iter()
            .enumerate()
            .filter_map(|(i, target)| target.map(|target| (i, target)))
            .collect();
        let outputs: Vec<Matrix> = needed.iter().map(|(_, target)| target.matrix).collect();
        for_rows(
            pass.pool(),
            (&sources, &outputs),
            count * width * 2,
            || vec![0f32; width],
            |totals, _, inputs, outputs| {
                column_totals(totals, inputs, count);
                let g = inputs.get(count)[0];
                for (output, &(i, target)) in needed.iter().enumerate() {
                    let values = totals
                        .iter()
                        .zip(inputs.get(i))
                        .map(|(total, value)| g * (total - value));
                    put(outputs.get(output), target.accumulate, values);
                }
            },
        );
    }
}

fn column_totals(totals: &mut [f32], inputs: &InputRows, count: usize) {
    totals.fill(0.0);
    for i in 0..count {
        put(totals, true, inputs.get(i).iter().copied());
    }
}
