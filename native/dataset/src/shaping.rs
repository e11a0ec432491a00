//! How numbers are shaped before a model sees them: clipped, ranked, or put into buckets.

use serde::{Deserialize, Serialize};

/// The bounds to which a dense column's values are limited when they are read. At least one is given.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct Clip {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<f64>,
}

impl Clip {
    pub fn of(self, value: f64) -> f64 {
        let above = self.minimum.map_or(value, |minimum| value.max(minimum));
        // max and min take the other number for NaN, which stands for a missing value.
        let within = self.maximum.map_or(above, |maximum| above.min(maximum));
        if value.is_nan() { value } else { within }
    }
}

/// What a number of a sparse column becomes.
/// logSquared: floor((ln x)^2) where x > 2, otherwise x without its fraction, as BARS prepares Criteo_x4.
/// boundaries: which of the ascending numbers the value has reached.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Bucket {
    LogSquared,
    Boundaries { at: Vec<f64> },
}

impl Bucket {
    /// The name of the bucket of a finite number.
    pub fn name(&self, value: f64) -> String {
        match self {
            Self::LogSquared => (log_squared(value) as i64).to_string(),
            Self::Boundaries { at } => {
                let reached = at.partition_point(|boundary| *boundary <= value);
                match (reached.checked_sub(1).map(|below| at[below]), at.get(reached)) {
                    (Some(from), Some(to)) => format!("{from} to {to}"),
                    (Some(from), None) => format!("{from} and above"),
                    (None, Some(to)) => format!("below {to}"),
                    (None, None) => String::new(),
                }
            }
        }
    }
}

/// floor((ln x)^2) where x > 2, otherwise x without its fraction.
pub fn log_squared(value: f64) -> f64 {
    if value > 2.0 {
        let logarithm = libm::log(value);
        (logarithm * logarithm).floor()
    } else {
        value.trunc()
    }
}

/// The number of parts into which quantiles divide a column's values.
pub const QUANTILE_PARTS: usize = 100;

/// Where a value is among a column's quantiles, from 0 to 1, as scikit-learn's QuantileTransformer has it: linear between them,
/// in the middle of equal ones, and 0 or 1 for the smallest and the largest, however often they occur.
pub fn rank_among(quantiles: &[f64], value: f64) -> f64 {
    let (Some(first), Some(greatest)) = (quantiles.first(), quantiles.last()) else {
        return 0.0;
    };
    if value <= *first {
        return 0.0;
    }
    if value >= *greatest {
        return 1.0;
    }
    let below = quantiles.partition_point(|quantile| *quantile < value);
    let until = quantiles.partition_point(|quantile| *quantile <= value);
    let position = if below < until {
        (below + until - 1) as f64 / 2.0
    } else {
        let (from, to) = (quantiles[below - 1], quantiles[below]);
        (below - 1) as f64 + (value - from) / (to - from)
    };
    position / (quantiles.len() - 1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_those_of_bars() {
        // int(math.floor(math.log(x) ** 2)) if x > 2 else int(x), by Python.
        for (value, bucket) in [
            (-3.0, -3.0),
            (-1.5, -1.0),
            (0.0, 0.0),
            (1.9, 1.0),
            (2.0, 2.0),
            (3.0, 1.0),
            (8.0, 4.0),
            (20.0, 8.0),
            (100.0, 21.0),
            (5000.0, 72.0),
            (65535.0, 122.0),
            (2e9, 458.0),
        ] {
            assert_eq!(log_squared(value), bucket, "{value}");
        }
        assert_eq!(Bucket::LogSquared.name(-1.5), "-1");
    }

    #[test]
    fn boundaries_belong_to_the_bucket_above_them() {
        let ages = Bucket::Boundaries { at: vec![18.0, 65.5] };
        let names = [17.9, 18.0, 65.0, 65.5].map(|age| ages.name(age));
        assert_eq!(names, ["below 18", "18 to 65.5", "18 to 65.5", "65.5 and above"]);
    }

    #[test]
    fn clipping_keeps_what_is_missing() {
        let both = Clip {
            minimum: Some(0.0),
            maximum: Some(10.0),
        };
        assert_eq!([-1.0, 5.0, 11.0].map(|value| both.of(value)), [0.0, 5.0, 10.0]);
        assert!(both.of(f64::NAN).is_nan());
        assert_eq!(
            Clip {
                minimum: None,
                maximum: Some(1.0)
            }
            .of(-5.0),
            -5.0
        );
    }

    #[test]
    fn ranks_are_those_of_scikit_learn() {
        // QuantileTransformer(n_quantiles=5) fitted to [0, 1, 1, 1, 4]: quantiles 0 1 1 1 4.
        let quantiles = [0.0, 1.0, 1.0, 1.0, 4.0];
        let ranks = [-1.0, 0.0, 0.5, 1.0, 2.5, 4.0, 9.0].map(|value| rank_among(&quantiles, value));
        assert_eq!(ranks, [0.0, 0.0, 0.125, 0.5, 0.875, 1.0, 1.0]);
        let zeros = [0.0, 0.0, 0.0, 1.0, 2.0];
        assert_eq!(
            [0.0, 0.5, 1.0].map(|value| rank_among(&zeros, value)),
            [0.0, 0.625, 0.75]
        );
        assert_eq!(
            [2.0, 3.0, 4.0].map(|value| rank_among(&[3.0], value)),
            [0.0, 0.0, 1.0]
        );
        assert_eq!(rank_among(&[], 3.0), 0.0);
    }
}
