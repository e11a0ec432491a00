//! The factorization machine's second-order term: ½ Σ_d ((Σ_k v)² − Σ_k v²).

use super::{Target, put};
use crate::matrix::{InputRows, Matrix, for_rows};
use crate::pool::Pool;

fn column_totals(totals: &mut [f32], inputs: &InputRows, count: usize) {
    totals.fill(0.0);
    for i in 0..count {
        put(totals, true, inputs.get(i).iter().copied());
    }
}

pub fn forward(pool: &Pool, inputs: &[Matrix], output: Matrix) {
    let (count, width) = (inputs.len(), inputs[0].width());
    for_rows(
        pool,
        (inputs, &[output]),
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
pub fn backward(pool: &Pool, inputs: &[Matrix], gradient: Matrix, targets: &[Option<Target>]) {
    let (count, width) = (inputs.len(), inputs[0].width());
    let sources: Vec<Matrix> = inputs.iter().copied().chain([gradient]).collect();
    let wanted: Vec<(usize, Target)> = targets
        .iter()
        .enumerate()
        .filter_map(|(i, target)| target.map(|target| (i, target)))
        .collect();
    let outputs: Vec<Matrix> = wanted.iter().map(|(_, target)| target.matrix).collect();
    let elements = count * width * 2;
    for_rows(
        pool,
        (&sources, &outputs),
        elements,
        || vec![0f32; width],
        |totals, _, inputs, outputs| {
            column_totals(totals, inputs, count);
            let g = inputs.get(count)[0];
            for (place, &(i, target)) in wanted.iter().enumerate() {
                let values = totals
                    .iter()
                    .zip(inputs.get(i))
                    .map(|(total, value)| g * (total - value));
                put(outputs.get(place), target.add, values);
            }
        },
    );
}
