//! Statistics of a sparse column's rows, and the encoding of its values as table rows.

use crate::fields::parse_index;
use crate::layout::SparseColumn;
use crate::manifest::CoveragePoint;
use crate::short_values::Noted;
use crate::spec::Encoding;
use crate::split::Split;
use crate::top_value::TopValue;
use crate::value_hash::hashed_index;
use crate::vocabulary::{Rows, ValueMap};

/// How many distinct values of a column without a vocabulary are counted. They are the first that come, so that memory stays
/// bounded.
const COUNTED_VALUES: usize = 1 << 18;
const TOP_VALUES: usize = 20;
/// The largest number of points of a coverage curve.
const COVERAGE_POINTS: usize = 20;

/// Gathers a column's values while the sources are read once.
pub struct SparseGatherer {
    encoding: Encoding,
    /// The column's values, of which those in training rows are counted.
    values: ValueMap,
    /// Training values that are not in `values`.
    uncounted: u64,
    /// Training rows of a single-valued column without a value, whose lookup is that of row 0.
    training_missing: u64,
    /// Accepted rows without a value.
    pub missing: u64,
}

impl SparseGatherer {
    pub fn new(encoding: Encoding) -> Self {
        Self {
            encoding,
            values: ValueMap::default(),
            uncounted: 0,
            training_missing: 0,
            missing: 0,
        }
    }

    /// Starts to load what `add` will need of a field.
    pub fn prefetch(&self, column: &SparseColumn, text: &str) {
        column.for_each_value(text, |value| self.values.prefetch(value));
    }

    /// Adds the field of an accepted row. `each` is called with a number for each of its values: with a vocabulary the number
    /// of the value, otherwise its table row.
    pub fn add(&mut self, column: &SparseColumn, split: Split, text: &str, mut each: impl FnMut(u32)) {
        let mut values = 0;
        let mut missing = true;
        let counts = u32::from(split == Split::Train);
        column.for_each_value(text, |value| {
            values += 1;
            missing &= value.is_empty();
            match self.encoding {
                Encoding::Vocabulary { .. } => each(self.values.note(value, counts)),
                Encoding::Hash { size, seed } => {
                    self.count(value, counts);
                    each(hashed_index(value, size, seed));
                }
                Encoding::Index { size } => {
                    self.count(value, counts);
                    each(index_below(value, size));
                }
            }
        });
        self.missing += u64::from(missing);
        self.training_missing += u64::from(values == 0 && split == Split::Train && !column.multi_valued);
    }

    /// Counts a value of a column without a vocabulary.
    fn count(&mut self, value: &[u8], counts: u32) {
        if counts == 0 {
            return;
        }
        if self.values.len() < COUNTED_VALUES || self.values.get(value).is_some() {
            self.values.note(value, counts);
        } else {
            self.uncounted += 1;
        }
    }

    /// The most frequent training values, and the share of lookups that the most frequent table rows take.
    pub fn frequencies(&self) -> (Vec<TopValue>, Vec<CoveragePoint>) {
        let (minimum, most) = match self.encoding {
            Encoding::Vocabulary {
                minimum_count,
                maximum_size,
            } => (
                minimum_count,
                maximum_size.map_or(usize::MAX, |size| size as usize),
            ),
            Encoding::Hash { .. } | Encoding::Index { .. } => (1, usize::MAX),
        };
        let mut top: Vec<(u32, Vec<u8>)> = Vec::new();
        let mut counts = Vec::with_capacity(self.values.len() + 1);
        let mut row_zero = self.training_missing;
        self.values.for_each(|value, Noted { count, .. }| {
            if count == 0 {
                return;
            }
            if count >= minimum {
                counts.push(u64::from(count));
            } else {
                row_zero += u64::from(count);
            }
            keep_top(&mut top, value, count);
        });
        counts.sort_unstable_by_key(|count| std::cmp::Reverse(*count));
        row_zero += counts.drain(most.min(counts.len())..).sum::<u64>();
        counts.push(row_zero);
        counts.sort_unstable_by_key(|count| std::cmp::Reverse(*count));
        let top = top.into_iter().map(|(count, value)| TopValue {
            value: String::from_utf8_lossy(&value).into_owned(),
            count: u64::from(count),
        });
        (top.collect(), coverage(&counts, self.uncounted))
    }

    /// What the numbers of `add` mean. For a vocabulary, `each` is called with its values in the order of their table rows.
    pub fn finish<E>(self, each: impl FnMut(&[u8]) -> Result<(), E>) -> Result<Numbering, E> {
        match self.encoding {
            Encoding::Hash { size, .. } | Encoding::Index { size } => Ok(Numbering::TableRows { size }),
            Encoding::Vocabulary {
                minimum_count,
                maximum_size,
            } => {
                let rows = self.values.rows(minimum_count, maximum_size, each);
                rows.map(Numbering::Vocabulary)
            }
        }
    }
}

/// What the numbers of a column's values are.
pub enum Numbering {
    /// Those of the rows of a table of this size.
    TableRows { size: u32 },
    /// Those of values, which have the table rows that this says.
    Vocabulary(Rows),
}

impl Numbering {
    /// The number of rows of the table, row 0 included.
    pub fn cardinality(&self) -> u64 {
        match self {
            Numbering::TableRows { size } => u64::from(*size),
            Numbering::Vocabulary(rows) => u64::from(rows.values) + 1,
        }
    }
}

/// Turns a column's values into table rows like those of a prepared dataset.
pub enum Encoder {
    /// Values in the order of their table rows, from row 1.
    Vocabulary(ValueMap),
    Hash {
        size: u32,
        seed: u64,
    },
    Index {
        size: u32,
    },
}

impl Encoder {
    pub fn index_of(&self, value: &[u8]) -> u32 {
        match self {
            Encoder::Vocabulary(values) => values.get(value).map_or(0, |number| number + 1),
            Encoder::Hash { size, seed } => hashed_index(value, *size, *seed),
            Encoder::Index { size } => index_below(value, *size),
        }
    }
}

/// The table row of a value of a column without a vocabulary.
pub fn row_without_vocabulary(encoding: Encoding, value: &[u8]) -> Option<u32> {
    match encoding {
        Encoding::Vocabulary { .. } => None,
        Encoding::Hash { size, seed } => Some(hashed_index(value, size, seed)),
        Encoding::Index { size } => Some(index_below(value, size)),
    }
}

fn index_below(value: &[u8], size: u32) -> u32 {
    parse_index(value).filter(|index| *index < size).unwrap_or(0)
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
