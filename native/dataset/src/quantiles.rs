//! Quantiles of a column's values.

use serde::Serialize;

use crate::error::Result;
use crate::ranked_values::RankedValues;

const QUANTILE_SHARES: [f64; 13] = [
    0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99,
];

/// The value below which a share of the training values lie.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quantile {
    pub share: f64,
    pub value: f64,
}

/// The quantiles, interpolated between the two values next to each, as NumPy does unless told otherwise.
pub fn quantiles(values: &mut RankedValues) -> Result<Vec<Quantile>> {
    if values.total() == 0 {
        return Ok(Vec::new());
    }
    let last = values.total() - 1;
    let places = QUANTILE_SHARES.map(|share| share * last as f64);
    let neighbours = |place: f64| [place.floor() as u64, (place.ceil() as u64).min(last)];
    let mut ranks: Vec<u64> = places.into_iter().flat_map(neighbours).collect();
    ranks.sort_unstable();
    let found = values.at_ranks(&ranks)?;
    let value_at = |rank: u64| found[ranks.partition_point(|other| *other < rank)].value;
    let quantiles = QUANTILE_SHARES.into_iter().zip(places).map(|(share, place)| {
        let [low, high] = neighbours(place).map(value_at);
        Quantile {
            share,
            value: between(low, high, place - place.floor()),
        }
    });
    Ok(quantiles.collect())
}

/// The number at a share of the way. Between equal numbers it is that number, to the last bit, since bins end there.
fn between(low: f64, high: f64, share: f64) -> f64 {
    if share < 0.5 {
        low + (high - low) * share
    } else {
        high - (high - low) * (1.0 - share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantiles_of(values: &[f64], capacity: usize) -> Vec<f64> {
        let folder = tempfile::tempdir().unwrap();
        let mut ranked = RankedValues::new(folder.path().join("scratch"), capacity);
        for value in values {
            ranked.add(*value, 1).unwrap();
        }
        let found = quantiles(&mut ranked).unwrap();
        found.into_iter().map(|quantile| quantile.value).collect()
    }

    #[test]
    fn are_interpolated_as_numpy_does_in_memory_and_over_scratch_runs() {
        // numpy.quantile([1, 2, 4, 8, 16, 32], shares)
        let expected = [
            1.05, 1.25, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 28.0, 31.2,
        ];
        for capacity in [2, 100] {
            let found = quantiles_of(&[8.0, 1.0, 32.0, 2.0, 16.0, 4.0], capacity);
            assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-12, "{found} {expected}");
            }
        }
    }

    #[test]
    fn of_one_value_are_that_value_and_of_none_there_are_none() {
        assert!(
            quantiles_of(&[7.4, 7.4, 7.4], 9)
                .iter()
                .all(|value| *value == 7.4)
        );
        assert!(quantiles_of(&[], 9).is_empty());
    }
}
