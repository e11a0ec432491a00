//! Statistics of a dense column's training rows, and the transform of its values.

use std::path::PathBuf;

use crate::error::Result;
use crate::manifest::{DenseEntry, Scale};
use crate::quantiles::{Quantile, quantiles};
use crate::ranked_values::RankedValues;
use crate::shaping::{QUANTILE_PARTS, log_squared, rank_among};
use crate::spec::{DenseSettings, Missing, Transform};
use crate::split::Split;

/// Bins of a histogram.
pub const HISTOGRAM_BINS: usize = 20;

/// Gathers a column's raw training values while the sources are read once, in file order.
pub struct DenseGatherer {
    settings: DenseSettings,
    present: Moments,
    /// Training rows without a value.
    pub training_missing: u64,
    /// Accepted rows without a value.
    pub missing: u64,
    values: RankedValues,
}

impl DenseGatherer {
    /// `scratch` is a file that may be created to compute the median. `capacity` is how many distinct values are kept in
    /// memory.
    pub fn new(settings: DenseSettings, scratch: PathBuf, capacity: usize) -> Self {
        Self {
            settings,
            present: Moments::default(),
            training_missing: 0,
            missing: 0,
            values: RankedValues::new(scratch, capacity),
        }
    }

    /// Adds the value of an accepted row, which is NaN if it is missing.
    pub fn add(&mut self, split: Split, value: f64) -> Result<()> {
        if value.is_nan() {
            self.missing += 1;
            self.training_missing += u64::from(split == Split::Train);
            return Ok(());
        }
        if split != Split::Train {
            return Ok(());
        }
        self.present.add(value);
        self.values.add(value, 1)
    }

    /// Computes the statistics of the present values and, for the transform, those with missing values filled in.
    pub fn finish(mut self) -> Result<DenseStatistics> {
        let quantiles = quantiles(&mut self.values)?;
        let median = self.values.median()?.unwrap_or(0.0);
        let fill = match self.settings.missing {
            Missing::Median => median,
            Missing::Mean => self.present.mean,
            Missing::Value => self.settings.fill.unwrap_or(0.0),
            Missing::Zero | Missing::Reject => 0.0,
        };
        let percentiles = match self.settings.transform {
            Transform::Quantile => self.values.evenly_spaced(QUANTILE_PARTS)?,
            _ => Vec::new(),
        };
        let present = self.present;
        let mut filled = present.clone();
        if self.training_missing > 0 {
            filled.merge(&Moments::of_copies(fill, self.training_missing));
        }
        let empty = present.count == 0;
        Ok(DenseStatistics {
            transform: self.settings.transform,
            fill,
            scale: Scale {
                mean: filled.mean,
                standard_deviation: filled.population_deviation(),
            },
            mean: present.mean,
            standard_deviation: present.population_deviation(),
            median,
            quantiles,
            percentiles,
            minimum: if empty { 0.0 } else { present.minimum },
            maximum: if empty { 0.0 } else { present.maximum },
        })
    }
}

/// Statistics of the raw training values that are present.
#[derive(Clone, Debug, PartialEq)]
pub struct DenseStatistics {
    transform: Transform,
    /// The value that replaces a missing one.
    pub fill: f64,
    pub scale: Scale,
    pub mean: f64,
    pub standard_deviation: f64,
    pub median: f64,
    /// By ascending share; none of a column without values, or of one that is encoded like another dataset's.
    pub quantiles: Vec<Quantile>,
    /// For the transform `quantile`, from the minimum to the maximum.
    pub percentiles: Vec<f64>,
    pub minimum: f64,
    pub maximum: f64,
}

impl DenseStatistics {
    /// The statistics in a dataset's manifest.
    pub fn of_entry(entry: &DenseEntry) -> Self {
        Self {
            transform: entry.settings.transform,
            fill: match entry.settings.missing {
                Missing::Median => entry.median,
                Missing::Mean => entry.mean,
                Missing::Value => entry.settings.fill.unwrap_or(0.0),
                Missing::Zero | Missing::Reject => 0.0,
            },
            scale: entry.scale.unwrap_or(Scale {
                mean: entry.mean,
                standard_deviation: entry.standard_deviation,
            }),
            mean: entry.mean,
            standard_deviation: entry.standard_deviation,
            median: entry.median,
            quantiles: Vec::new(),
            percentiles: entry.percentiles.clone(),
            minimum: entry.minimum,
            maximum: entry.maximum,
        }
    }

    /// The raw value, filled in where it is NaN.
    pub fn filled(&self, value: f64) -> f64 {
        if value.is_nan() { self.fill } else { value }
    }

    /// What is written to disk for a filled value.
    pub fn transformed(&self, value: f64) -> f32 {
        let result = match self.transform {
            Transform::None => value,
            Transform::LogSquared => log_squared(value),
            Transform::Quantile => rank_among(&self.percentiles, value),
            Transform::MinMax if self.maximum <= self.minimum => 0.0,
            Transform::MinMax => (value - self.minimum) / (self.maximum - self.minimum),
            Transform::LogClipped => libm::log1p(value.max(0.0)),
            Transform::Standard if self.scale.standard_deviation == 0.0 => 0.0,
            Transform::Standard => (value - self.scale.mean) / self.scale.standard_deviation,
        };
        result.clamp(f64::from(f32::MIN), f64::from(f32::MAX)) as f32
    }

    /// The histogram bin of a training value.
    pub fn bin(&self, value: f64) -> usize {
        let width = self.maximum - self.minimum;
        if width <= 0.0 {
            return 0;
        }
        let bin = (value - self.minimum) / width * HISTOGRAM_BINS as f64;
        (bin as usize).min(HISTOGRAM_BINS - 1)
    }
}

/// Count, mean, spread and range of numbers, each of which is seen once, as Welford does, and merged as Chan et al. do.
#[derive(Clone, Debug)]
struct Moments {
    count: u64,
    mean: f64,
    /// Sum of squared distances from the mean.
    squares: f64,
    minimum: f64,
    maximum: f64,
}

impl Default for Moments {
    fn default() -> Self {
        Self {
            count: 0,
            mean: 0.0,
            squares: 0.0,
            minimum: f64::INFINITY,
            maximum: f64::NEG_INFINITY,
        }
    }
}

impl Moments {
    fn of_copies(value: f64, count: u64) -> Self {
        Self {
            count,
            mean: value,
            squares: 0.0,
            minimum: value,
            maximum: value,
        }
    }

    fn add(&mut self, value: f64) {
        self.count += 1;
        let distance = value - self.mean;
        self.mean += distance / self.count as f64;
        self.squares += distance * (value - self.mean);
        self.minimum = self.minimum.min(value);
        self.maximum = self.maximum.max(value);
    }

    fn merge(&mut self, other: &Moments) {
        let count = self.count + other.count;
        let (ours, theirs) = (self.count as f64, other.count as f64);
        let distance = other.mean - self.mean;
        self.mean += distance * theirs / count as f64;
        self.squares += other.squares + distance * distance * ours * theirs / count as f64;
        self.count = count;
        self.minimum = self.minimum.min(other.minimum);
        self.maximum = self.maximum.max(other.maximum);
    }

    fn population_deviation(&self) -> f64 {
        if self.count == 0 {
            return 0.0;
        }
        (self.squares / self.count as f64).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::NumberType;

    fn statistics(values: &[f64], transform: Transform, missing: Missing) -> DenseStatistics {
        let folder = tempfile::tempdir().unwrap();
        let settings = DenseSettings {
            kind: NumberType::Float,
            transform,
            missing,
            fill: (missing == Missing::Value).then_some(7.0),
            clip: None,
        };
        let mut gatherer = DenseGatherer::new(settings, folder.path().join("scratch"), 2);
        for value in values {
            gatherer.add(Split::Train, *value).unwrap();
        }
        gatherer.finish().unwrap()
    }

    #[test]
    fn standardises_by_what_is_filled_in_and_reports_what_is_present() {
        let values = [1.0, f64::NAN, 3.0, 100.0, f64::NAN];
        let found = statistics(&values, Transform::Standard, Missing::Median);
        let filled = [1.0, 3.0, 3.0, 100.0, 3.0];
        let mean = filled.iter().sum::<f64>() / 5.0;
        let deviation = (filled.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 5.0).sqrt();
        assert_eq!((found.fill, found.median), (3.0, 3.0));
        let Scale {
            mean: centre,
            standard_deviation: spread,
        } = found.scale;
        assert!((centre - mean).abs() < 1e-12 && (spread - deviation).abs() < 1e-12);
        let present = [1.0_f64, 3.0, 100.0];
        let mean_present = present.iter().sum::<f64>() / 3.0;
        let spread_present = (present.iter().map(|x| (x - mean_present).powi(2)).sum::<f64>() / 3.0).sqrt();
        assert!((found.mean - mean_present).abs() < 1e-12);
        assert!((found.standard_deviation - spread_present).abs() < 1e-12);
        assert_eq!((found.minimum, found.maximum), (1.0, 100.0));
        assert_eq!(
            found.transformed(found.filled(f64::NAN)),
            ((3.0 - mean) / deviation) as f32
        );
    }

    #[test]
    fn does_not_count_zeros_that_stand_for_missing_values() {
        let found = statistics(
            &[5.0, f64::NAN, 7.0, f64::NAN, f64::NAN],
            Transform::None,
            Missing::Zero,
        );
        assert_eq!((found.mean, found.median, found.minimum), (6.0, 6.0, 5.0));
        assert_eq!((found.fill, found.scale.mean), (0.0, 12.0 / 5.0));
    }

    #[test]
    fn takes_the_logarithm_of_what_is_above_zero() {
        let found = statistics(&[5.0], Transform::LogClipped, Missing::Zero);
        assert_eq!(found.transformed(-7.0), 0.0);
        assert_eq!(found.transformed(found.filled(f64::NAN)), 0.0);
        assert_eq!(found.transformed(5.0), 6.0_f64.ln() as f32);
    }

    #[test]
    fn scales_by_range_and_rank_and_fills_in_the_mean_or_a_value() {
        let values = [1.0, f64::NAN, 3.0, 11.0];
        let range = statistics(&values, Transform::MinMax, Missing::Mean);
        assert_eq!((range.fill, range.transformed(3.0)), (5.0, 0.2));
        assert_eq!(range.transformed(16.0), 1.5);
        let value = statistics(&values, Transform::LogSquared, Missing::Value);
        assert_eq!(value.transformed(value.filled(f64::NAN)), 3.0);
        let rank = statistics(&values, Transform::Quantile, Missing::Median);
        assert_eq!(rank.percentiles.len(), 101);
        assert_eq!(
            [0.0, 1.0, 2.0, 3.0, 7.0, 11.0, 99.0].map(|x| rank.transformed(x)),
            [0.0, 0.0, 0.25, 0.5, 0.75, 1.0, 1.0]
        );
        let none = statistics(&[], Transform::Quantile, Missing::Mean);
        assert_eq!(none.transformed(3.0), 0.0);
    }

    #[test]
    fn stays_finite_for_constant_huge_and_absent_values() {
        assert_eq!(
            statistics(&[4.0, 4.0], Transform::Standard, Missing::Zero).transformed(4.0),
            0.0
        );
        let huge = f64::from(f32::MAX);
        let found = statistics(&[-huge, huge], Transform::Standard, Missing::Zero);
        assert!(found.standard_deviation.is_finite() && found.transformed(huge).is_finite());
        let none = statistics(&[], Transform::Standard, Missing::Median);
        assert_eq!((none.mean, none.minimum, none.median), (0.0, 0.0, 0.0));
    }

    #[test]
    fn sorts_values_into_equal_bins() {
        let found = statistics(&[0.0, 20.0], Transform::None, Missing::Zero);
        assert_eq!(
            [0.0, 0.99, 1.0, 19.5, 20.0].map(|value| found.bin(value)),
            [0, 0, 1, 19, 19]
        );
    }
}
