//! Losses: the mean over the batch of losses in f32, summed in f64, and the gradient of the predictions.

use crate::matrix::Matrix;
use crate::plan::{Loss, LossKind};

/// The prediction after the loss's clamp.
pub fn clamped(loss: &Loss, prediction: f32) -> f32 {
    if loss.clamp > 0.0 {
        prediction.clamp(loss.clamp, 1.0 - loss.clamp)
    } else {
        prediction
    }
}

fn weight(loss: &Loss, label: f32) -> f32 {
    match loss.kind {
        LossKind::WeightedBce => loss.weights[usize::from(label >= 1.0)],
        LossKind::Bce | LossKind::Mse => 1.0,
    }
}

/// The logarithm, but at least −100. A NaN stays a NaN; `f64::max` would turn it into −100.
pub(crate) fn bounded_ln(x: f64) -> f64 {
    let ln = x.ln();
    if ln < -100.0 { -100.0 } else { ln }
}

/// The loss of one row, rounded to f32 as PyTorch's is, so that printed losses agree to the last digit.
fn row_loss(loss: &Loss, prediction: f32, label: f32) -> f64 {
    let (p, y) = (f64::from(prediction), f64::from(label));
    let exact = match loss.kind {
        LossKind::Mse => (p - y) * (p - y),
        LossKind::Bce | LossKind::WeightedBce => {
            let cross_entropy = -(y * bounded_ln(p) + (1.0 - y) * bounded_ln(1.0 - p));
            f64::from(weight(loss, label)) * cross_entropy
        }
    };
    f64::from(exact as f32)
}

/// The mean loss of predictions `[batch, 1]`.
pub fn mean(loss: &Loss, predictions: Matrix, labels: &[f32]) -> f64 {
    sum(loss, predictions, labels) / labels.len() as f64
}

/// The sum of the losses of predictions `[rows, 1]`.
pub fn sum(loss: &Loss, predictions: Matrix, labels: &[f32]) -> f64 {
    labels
        .iter()
        .enumerate()
        // SAFETY: nothing writes the predictions while the loss reads them.
        .map(|(row, &label)| row_loss(loss, clamped(loss, unsafe { predictions.row(row)[0] }), label))
        .sum()
}

/// Writes the gradient of the mean loss over `batch` rows, of which these may be some. It is zero where the clamp changed
/// the prediction.
pub fn gradient(loss: &Loss, predictions: Matrix, labels: &[f32], gradients: Matrix, batch: usize) {
    let inverse_batch = 1.0 / batch as f32;
    for (row, &y) in labels.iter().enumerate() {
        // SAFETY: there is one thread, and gradients and values lie in different buffers.
        let (p, out) = unsafe { (predictions.row(row)[0], &mut gradients.row_mut(row)[0]) };
        let unclamped = loss.clamp == 0.0 || (loss.clamp..=1.0 - loss.clamp).contains(&p);
        *out = match loss.kind {
            _ if !unclamped => 0.0,
            LossKind::Mse => inverse_batch * 2.0 * (p - y),
            LossKind::Bce | LossKind::WeightedBce => {
                inverse_batch * weight(loss, y) * (p - y) / (p * (1.0 - p)).max(1e-12)
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certain_and_wrong_prediction_has_a_loss_of_100_and_nan_has_nan() {
        let loss = |kind| Loss {
            kind,
            prediction: 0,
            clamp: 0.0,
            weights: [1.0, 1.0],
        };
        assert_eq!(row_loss(&loss(LossKind::Bce), 0.0, 1.0), 100.0);
        for kind in [LossKind::Bce, LossKind::WeightedBce, LossKind::Mse] {
            assert!(row_loss(&loss(kind), f32::NAN, 1.0).is_nan());
        }
    }
}
