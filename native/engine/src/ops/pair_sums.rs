//! What operations on sums over all pairs of vectors share: ½((Σ_k v_k)² − Σ_k v_k²), element by element or summed.

use super::operation::Backward;
use super::{Target, put};
use crate::matrix::{InputRows, Matrix, for_rows};

/// Writes the sum of the first `count` inputs of a row, column by column.
pub fn column_totals(totals: &mut [f32], inputs: &InputRows, count: usize) {
    totals.fill(0.0);
    for i in 0..count {
        put(totals, true, inputs.get(i).iter().copied());
    }
}

/// The gradient of vector k is g (Σ v − v_k), where g is the output's gradient: one for each column, or one for all of them
/// where the output is their sum.
pub fn pair_gradients(pass: &Backward, inputs: &[usize]) {
    let mut sources = pass.values(inputs);
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
            let gradient = inputs.get(count);
            for (output, &(i, target)) in needed.iter().enumerate() {
                let others = totals
                    .iter()
                    .zip(inputs.get(i))
                    .map(|(total, value)| total - value);
                let output = outputs.get(output);
                if let &[g] = gradient {
                    put(output, target.accumulate, others.map(|other| g * other));
                } else {
                    let products = others.zip(gradient).map(|(other, g)| g * other);
                    put(output, target.accumulate, products);
                }
            }
        },
    );
}
