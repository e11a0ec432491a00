//! Statistics of a sparse column's rows, and the encoding of its values as table rows.

use crate::fields::parse_index;
use crate::layout::SparseColumn;
use crate::manifest::{CoveragePoint, TopValue};
use crate::spec::Encoding;
use crate::split::Split;
use crate::value_hash::hashed_index;
use crate::vocabulary::ValueMap;

/// How many distinct values of a column without a vocabulary are counted. They are the first that come, so that memory stays
/// bounded.
const COUNTED_VALUES: usize = 1 << 18;
const TOP_VALUES: usize = 20;
/// The largest number of points of a coverage curve.
const COVERAGE_POINTS: usize = 20;

/// Gathers a column's values while the sources are read once.
pub struct SparseGatherer {
    encoding: Encoding,
    /// Training values.
    counts: ValueMap,
    /// Training values that are not in `counts`.
    uncounted: u64,
    /// Training rows of a single-valued column without a value, whose lookup is that of row 0.
    training_missing: u64,
    /// Accepted rows without a value.
    pub missing: u64,
    /// Values in accepted rows, by split.
    pub values: [u64; 3],
}

impl SparseGatherer {
    pub fn new(encoding: Encoding) -> Self {
        Self {
            encoding,
            counts: ValueMap::default(),
            uncounted: 0,
            training_missing: 0,
            missing: 0,
            values: [0; 3],
        }
    }

    /// Adds the field of an accepted row.
    pub fn add(&mut self, column: &SparseColumn, split: Split, text: &str) {
        let mut values = 0;
        column.for_each_value(text, |value| {
            values += 1;
            if split != Split::Train {
                return;
            }
            let full =
                !matches!(self.encoding, Encoding::Vocabulary { .. }) && self.counts.len() >= COUNTED_VALUES;
            if !full {
                self.counts.count(value);
            } else if !self.counts.count_known(value) {
                self.uncounted += 1;
            }
        });
        self.values[split as usize] += values;
        if values == 0 {
            self.missing += 1;
            self.training_missing += u64::from(split == Split::Train && !column.multi_valued);
        }
    }

    /// The most frequent training values, and the share of lookups that the most frequent table rows take.
    pub fn frequencies(&self) -> (Vec<TopValue>, Vec<CoveragePoint>) {
        let minimum = match self.encoding {
            Encoding::Vocabulary { minimum_count } => minimum_count,
            Encoding::Hash { .. } | Encoding::Index { .. } => 1,
        };
        let mut top: Vec<(u32, Vec<u8>)> = Vec::new();
        let mut counts = Vec::with_capacity(self.counts.len() + 1);
        let mut row_zero = self.training_missing;
        self.counts.for_each(|value, count| {
            if count >= minimum {
                counts.push(u64::from(count));
            } else {
                row_zero += u64::from(count);
            }
            keep_top(&mut top, value, count);
        });
        counts.push(row_zero);
        counts.sort_unstable_by_key(|count| std::cmp::Reverse(*count));
        let top = top.into_iter().map(|(count, value)| TopValue {
            value: String::from_utf8_lossy(&value).into_owned(),
            count: u64::from(count),
        });
        (top.collect(), coverage(&counts, self.uncounted))
    }

    /// Numbers the values. For a vocabulary, `each` is called with its values in the order of their indices.
    pub fn finish<E>(self, each: impl FnMut(&[u8]) -> Result<(), E>) -> Result<Encoder, E> {
        match self.encoding {
            Encoding::Hash { size } => Ok(Encoder::Hash { size }),
            Encoding::Index { size } => Ok(Encoder::Index { size }),
            Encoding::Vocabulary { minimum_count } => {
                let mut values = self.counts;
                values.number(minimum_count, each)?;
                Ok(Encoder::Vocabulary(values))
            }
        }
    }
}

/// Turns a column's values into table rows.
pub enum Encoder {
    Vocabulary(ValueMap),
    Hash { size: u32 },
    Index { size: u32 },
}

impl Encoder {
    pub fn index_of(&self, value: &[u8]) -> u32 {
        match self {
            Encoder::Vocabulary(values) => values.get(value).unwrap_or(0),
            Encoder::Hash { size } => hashed_index(value, *size),
            Encoder::Index { size } => parse_index(value).filter(|index| index < size).unwrap_or(0),
        }
    }

    /// The number of rows of the table, row 0 included.
    pub fn cardinality(&self) -> u64 {
        match self {
            Encoder::Vocabulary(values) => values.len() as u64 + 1,
            Encoder::Hash { size } | Encoder::Index { size } => u64::from(*size),
        }
    }
}

/// Keeps `top` the most frequent values, the bytewise first among equals, in that order.
fn keep_top(top: &mut Vec<(u32, Vec<u8>)>, value: &[u8], count: u32) {
    let position =
        top.partition_point(|(other, name)| *other > count || (*other == count && name.as_slice() < value));
    if position < TOP_VALUES {
        top.truncate(TOP_VALUES - 1);
        top.insert(position, (count, value.to_vec()));
    }
}

/// The coverage curve of table rows with these counts, in descending order. `uncounted` lookups went to rows that are not
/// among them.
fn coverage(counts: &[u64], uncounted: u64) -> Vec<CoveragePoint> {
    let total = counts.iter().sum::<u64>() + uncounted;
    let used = counts.iter().filter(|count| **count > 0).count();
    if total == 0 {
        return Vec::new();
    }
    let step = (used as f64).powf(1.0 / (COVERAGE_POINTS - 1) as f64);
    let mut sizes: Vec<usize> = (0..COVERAGE_POINTS)
        .map(|point| (step.powi(point as i32).round() as usize).clamp(1, used))
        .collect();
    sizes[COVERAGE_POINTS - 1] = used;
    sizes.dedup();
    let mut covered = 0;
    let mut done = 0;
    let points = sizes.into_iter().map(|rows| {
        covered += counts[done..rows].iter().sum::<u64>();
        done = rows;
        CoveragePoint {
            rows: rows as u64,
            share: covered as f64 / total as f64,
        }
    });
    points.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_a_coverage_curve_that_ends_at_everything() {
        let counts: Vec<u64> = (1..=1000).rev().collect();
        let points = coverage(&counts, 0);
        assert!(points.len() > 10 && points.len() <= COVERAGE_POINTS);
        assert_eq!(
            points[0],
            CoveragePoint {
                rows: 1,
                share: 1000.0 / 500_500.0
            }
        );
        assert_eq!(
            points.last(),
            Some(&CoveragePoint {
                rows: 1000,
                share: 1.0
            })
        );
        assert!(
            points
                .windows(2)
                .all(|pair| pair[0].rows < pair[1].rows && pair[0].share < pair[1].share)
        );
    }

    #[test]
    fn has_no_curve_without_lookups() {
        assert_eq!(coverage(&[0], 0), []);
    }

    #[test]
    fn keeps_the_most_frequent_values_in_order() {
        let mut top = Vec::new();
        for value in 0..100_u32 {
            keep_top(&mut top, format!("{value:03}").as_bytes(), value / 2);
        }
        assert_eq!(top.len(), TOP_VALUES);
        assert_eq!(top[0], (49, b"098".to_vec()));
        assert_eq!(top[1], (49, b"099".to_vec()));
        assert_eq!(top[2], (48, b"096".to_vec()));
    }
}
