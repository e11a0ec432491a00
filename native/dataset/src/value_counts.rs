//! Counts the rows of each split by a column's values, while they are written. Only what is present is a value; rows without
//! one are counted by themselves, whatever is filled in.

use crate::quantiles::Quantile;
use crate::split::Split;
use crate::split_counts::SplitCounts;

/// The shares of training values at which a column's bins end, if that many of its values differ.
const BIN_SHARES: [f64; 9] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/// A dense column's rows by bins that have about as many training rows each.
#[derive(Clone, Debug)]
pub struct DenseCounts {
    /// Ascending ends of all bins but the last, which has no end. A bin has its end and not the one before.
    pub ends: Vec<f64>,
    pub bins: Vec<SplitCounts>,
    pub missing: SplitCounts,
}

impl DenseCounts {
    pub fn new(quantiles: &[Quantile]) -> Self {
        let wanted = quantiles
            .iter()
            .filter(|quantile| BIN_SHARES.contains(&quantile.share));
        let mut ends: Vec<f64> = wanted.map(|quantile| quantile.value).collect();
        ends.dedup();
        Self {
            bins: vec![SplitCounts::default(); ends.len() + 1],
            ends,
            missing: SplitCounts::default(),
        }
    }

    /// Counts a row's raw value, which is NaN if it is missing.
    pub fn add(&mut self, split: Split, label: f32, value: f64) {
        if value.is_nan() {
            self.missing.add(split, label);
        } else {
            let bin = self.ends.partition_point(|end| *end < value);
            self.bins[bin].add(split, label);
        }
    }
}

/// A sparse column's rows by its most frequent training values. A row of a multi-valued column counts once for each of its
/// values. Without a vocabulary, a value is counted with those that share its table row.
#[derive(Clone, Debug)]
pub struct SparseCounts {
    pub top: Vec<(String, SplitCounts)>,
    /// The table rows of these values with their places in `top`, by ascending table row.
    places: Vec<(u32, usize)>,
    pub missing: SplitCounts,
    /// Values without a table row of their own, if a vocabulary gives the table rows.
    pub unknown: SplitCounts,
    /// All other values.
    pub others: SplitCounts,
    has_vocabulary: bool,
}

impl SparseCounts {
    /// `top` are the values with their table rows, all of which differ.
    pub fn new(top: &[(String, u32)], has_vocabulary: bool) -> Self {
        let places = top.iter().enumerate();
        let mut places: Vec<_> = places.map(|(place, (_, row))| (*row, place)).collect();
        places.sort_unstable();
        let counts = top
            .iter()
            .map(|(value, _)| (value.clone(), SplitCounts::default()));
        Self {
            top: counts.collect(),
            places,
            missing: SplitCounts::default(),
            unknown: SplitCounts::default(),
            others: SplitCounts::default(),
            has_vocabulary,
        }
    }

    /// Counts a value with this table row.
    pub fn add(&mut self, split: Split, label: f32, row: u32) {
        let counts = match self.places.binary_search_by_key(&row, |(other, _)| *other) {
            Ok(found) => &mut self.top[self.places[found].1].1,
            Err(_) if self.has_vocabulary && row == 0 => &mut self.unknown,
            Err(_) => &mut self.others,
        };
        counts.add(split, label);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_is_present_in_bins_and_what_is_missing_apart() {
        let quantiles = [0.05, 0.1, 0.2, 0.5, 0.9].map(|share| Quantile {
            share,
            value: (share * 10.0_f64).floor(),
        });
        let mut counts = DenseCounts::new(&quantiles);
        assert_eq!(counts.ends, [1.0, 2.0, 5.0, 9.0]);
        for (value, label) in [(1.0, 1.0), (1.5, 0.0), (9.0, 1.0), (9.5, 1.0), (f64::NAN, 1.0)] {
            counts.add(Split::Test, label, value);
        }
        assert_eq!(
            counts.bins.iter().map(|bin| bin.rows[2]).collect::<Vec<_>>(),
            [1, 1, 0, 1, 1]
        );
        assert_eq!(
            counts.bins.iter().map(|bin| bin.positives[2]).collect::<Vec<_>>(),
            [1, 0, 0, 1, 1]
        );
        assert_eq!(
            (counts.missing.rows, counts.missing.positives),
            ([0, 0, 1], [0, 0, 1])
        );
        assert_eq!(DenseCounts::new(&[]).bins.len(), 1);
    }

    #[test]
    fn counts_frequent_values_by_their_table_rows_and_all_others_together() {
        let top = [("b".to_string(), 9), ("a".to_string(), 4)];
        let mut counts = SparseCounts::new(&top, true);
        for row in [4, 9, 4, 0, 5] {
            counts.add(Split::Train, 1.0, row);
        }
        counts.add(Split::Validation, 0.0, 9);
        let rows: Vec<_> = counts.top.iter().map(|(_, counts)| counts.rows).collect();
        assert_eq!(rows, [[1, 1, 0], [2, 0, 0]]);
        assert_eq!((counts.unknown.rows[0], counts.others.rows[0]), (1, 1));
        let mut hashed = SparseCounts::new(&top, false);
        hashed.add(Split::Test, 0.0, 0);
        assert_eq!((hashed.unknown.rows[2], hashed.others.rows[2]), (0, 1));
    }
}
