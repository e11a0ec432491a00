//! Metrics of predicted probabilities, accumulated in f64.

use error_code::{Error, Result};
use serde::Serialize;

use crate::loss::bounded_ln;

/// How good a set of predictions is. A metric that is not defined, such as the AUC of a single class, is NaN.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct BinaryMetrics {
    pub log_loss: f64,
    pub auc: f64,
    pub pr_auc: f64,
    pub accuracy: f64,
    /// Log loss over the entropy of the label's mean (He et al. 2014).
    pub normalized_entropy: f64,
    /// Mean prediction over mean label.
    pub calibration: f64,
    /// For regression losses.
    pub mean_squared_error: f64,
    pub rows: usize,
    /// Of the rows whose values are all known, where both parts are asked for and there are any.
    #[cfg_attr(test, ts(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<PartMetrics>,
    /// Of the rows with an unknown value.
    #[cfg_attr(test, ts(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<PartMetrics>,
}

/// Metrics of some of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PartMetrics {
    pub rows: usize,
    pub auc: f64,
    pub log_loss: f64,
}

/// Metrics of predictions and as many labels, of which those of at least 0.5 count as positive. `unknown` marks the rows with
/// an unknown value with 1, if the metrics of these and of the other rows are needed as well.
///
/// # Errors
/// InvalidArgument when the numbers of rows differ.
pub fn binary_metrics(predictions: &[f32], labels: &[f32], unknown: Option<&[u8]>) -> Result<BinaryMetrics> {
    if predictions.len() != labels.len() {
        return Err(Error::argument(format!(
            "There are {} predictions but {} labels.",
            predictions.len(),
            labels.len()
        )));
    }
    let all = metrics_of(predictions, labels);
    let Some(unknown) = unknown else {
        return Ok(all);
    };
    if unknown.len() != predictions.len() {
        return Err(Error::argument(format!(
            "unknown has {} flags, but there are {} rows.",
            unknown.len(),
            predictions.len()
        )));
    }
    let of_rows = |flag: bool| {
        let rows = predictions.iter().zip(labels).zip(unknown);
        let (predictions, labels): (Vec<f32>, Vec<f32>) = rows
            .filter(|(_, unknown)| (**unknown != 0) == flag)
            .map(|((prediction, label), _)| (*prediction, *label))
            .unzip();
        (!predictions.is_empty()).then(|| {
            let metrics = metrics_of(&predictions, &labels);
            PartMetrics {
                rows: metrics.rows,
                auc: metrics.auc,
                log_loss: metrics.log_loss,
            }
        })
    };
    Ok(BinaryMetrics {
        known: of_rows(false),
        unknown: of_rows(true),
        ..all
    })
}

fn metrics_of(predictions: &[f32], labels: &[f32]) -> BinaryMetrics {
    let rows = predictions.len();
    let count = rows as f64;
    let (mut loss, mut squares, mut correct, mut sum_p, mut sum_y) = (0f64, 0f64, 0usize, 0f64, 0f64);
    for (&prediction, &label) in predictions.iter().zip(labels) {
        let (p, y) = (f64::from(prediction), f64::from(label));
        let probability = p.clamp(0.0, 1.0);
        loss -= y * bounded_ln(probability) + (1.0 - y) * bounded_ln(1.0 - probability);
        squares += (p - y) * (p - y);
        correct += usize::from((prediction >= 0.5) == (label >= 0.5));
        sum_p += p;
        sum_y += y;
    }
    let mean_label = sum_y / count;
    let entropy = -(mean_label * mean_label.ln() + (1.0 - mean_label) * (1.0 - mean_label).ln());
    let (auc, pr_auc) = ranking_metrics(predictions, labels);
    BinaryMetrics {
        log_loss: loss / count,
        auc,
        pr_auc,
        accuracy: correct as f64 / count,
        normalized_entropy: loss / count / entropy,
        calibration: sum_p / sum_y,
        mean_squared_error: squares / count,
        rows,
        known: None,
        unknown: None,
    }
}

/// Area under the ROC curve, where ties count half, and average precision, where ties are one threshold.
fn ranking_metrics(predictions: &[f32], labels: &[f32]) -> (f64, f64) {
    let mut order: Vec<u32> = (0..predictions.len() as u32).collect();
    order.sort_unstable_by(|&a, &b| predictions[b as usize].total_cmp(&predictions[a as usize]));
    let positive = |&row: &u32| labels[row as usize] >= 0.5;
    let positives = order.iter().filter(|row| positive(row)).count() as f64;
    let negatives = order.len() as f64 - positives;
    let (mut positives_above, mut rows_above, mut area, mut precision) = (0f64, 0f64, 0f64, 0f64);
    for tied in order.chunk_by(|&a, &b| predictions[a as usize] == predictions[b as usize]) {
        let tied_positives = tied.iter().filter(|row| positive(row)).count() as f64;
        let tied_negatives = tied.len() as f64 - tied_positives;
        area += tied_negatives * (positives_above + tied_positives / 2.0);
        positives_above += tied_positives;
        rows_above += tied.len() as f64;
        precision += tied_positives * positives_above / rows_above;
    }
    let auc = if positives > 0.0 && negatives > 0.0 {
        area / (positives * negatives)
    } else {
        f64::NAN
    };
    // Where every row is positive, every ranking has a precision of one, which says nothing about the ranking.
    let pr_auc = if auc.is_nan() {
        f64::NAN
    } else {
        precision / positives
    };
    (auc, pr_auc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auc_counts_ties_half() {
        let metrics = metrics_of(&[0.1, 0.4, 0.4, 0.8], &[0.0, 0.0, 1.0, 1.0]);
        assert_eq!(metrics.auc, 0.875);
        // Thresholds 0.8 (precision 1, one positive) and 0.4 (precision 2/3, one positive).
        assert!((metrics.pr_auc - (1.0 + 2.0 / 3.0) / 2.0).abs() < 1e-12);
        assert_eq!(metrics.accuracy, 0.75);
    }

    #[test]
    fn a_constant_right_guess_has_normalized_entropy_and_calibration_one() {
        let metrics = metrics_of(&[0.25; 4], &[0.0, 1.0, 0.0, 0.0]);
        assert!((metrics.normalized_entropy - 1.0).abs() < 1e-12);
        assert!((metrics.calibration - 1.0).abs() < 1e-12);
        assert!((metrics.mean_squared_error - 0.1875).abs() < 1e-12);
        assert_eq!(metrics.auc, 0.5);
    }

    #[test]
    fn rows_with_an_unknown_value_are_judged_apart() {
        let (predictions, labels) = ([0.1, 0.9, 0.8, 0.2, 0.6], [0.0, 1.0, 0.0, 1.0, 1.0]);
        let metrics = binary_metrics(&predictions, &labels, Some(&[0, 0, 1, 1, 0])).unwrap();
        let (known, unknown) = (metrics.known.unwrap(), metrics.unknown.unwrap());
        assert_eq!((known.rows, known.auc), (3, 1.0));
        assert_eq!((unknown.rows, unknown.auc), (2, 0.0));
        let metrics = binary_metrics(&predictions, &labels, Some(&[0; 5])).unwrap();
        assert!(metrics.unknown.is_none());
        assert!(binary_metrics(&predictions, &labels, Some(&[0; 4])).is_err());
    }

    #[test]
    fn one_class_has_no_auc() {
        for label in [0.0, 1.0] {
            let metrics = metrics_of(&[0.5, 0.6], &[label, label]);
            assert!(metrics.auc.is_nan() && metrics.pr_auc.is_nan() && metrics.normalized_entropy.is_nan());
            assert_eq!(metrics.calibration.is_finite(), label == 1.0);
        }
        assert!(metrics_of(&[], &[]).log_loss.is_nan());
    }
}
