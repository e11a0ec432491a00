//! Which values of a column training has seen, and what a table's row is replaced by when the model predicts for others. The
//! row of a value that no training lookup has touched still has its random initial values, or, in a table whose rows values
//! share (hashed, or half of a pair), those of other values: both would be noise in a prediction.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::plan::{IndexMap, UntrainedRows};
use crate::pool::Pool;

/// How many values one task sums. The sums of these chunks are added in order, so that a mean does not depend on the
/// number of threads.
const CHUNK_VALUES: usize = 8192;

/// A set of a column's values; where each has a row of its own, of the table's rows. Threads may insert different values
/// at the same time.
pub struct TrainedRows {
    words: Vec<AtomicU64>,
    values: usize,
    map: IndexMap,
}

impl TrainedRows {
    /// The empty set of values below `values`, whose rows the map gives.
    pub fn none(values: usize, map: IndexMap) -> Self {
        Self {
            words: (0..values.div_ceil(64)).map(|_| AtomicU64::new(0)).collect(),
            values,
            map,
        }
    }

    /// Whether values have rows in common, so that a row says nothing about one value.
    pub fn shares_rows(&self) -> bool {
        self.map != IndexMap::Identity
    }

    #[inline(always)]
    pub fn contains(&self, value: usize) -> bool {
        self.words[value / 64].load(Ordering::Relaxed) >> (value % 64) & 1 == 1
    }

    #[inline(always)]
    pub fn insert(&self, value: usize) {
        let (word, bit) = (&self.words[value / 64], 1 << (value % 64));
        // Most values have been inserted before, and reading alone leaves the cache line shared between the threads.
        if word.load(Ordering::Relaxed) & bit == 0 {
            word.fetch_or(bit, Ordering::Relaxed);
        }
    }

    pub fn clear(&mut self) {
        self.words.iter_mut().for_each(|word| *word.get_mut() = 0);
    }

    pub fn insert_all(&mut self) {
        for value in 0..self.values {
            *self.words[value / 64].get_mut() |= 1 << (value % 64);
        }
    }

    pub fn len(&self) -> usize {
        let ones = |word: &AtomicU64| word.load(Ordering::Relaxed).count_ones() as usize;
        self.words.iter().map(ones).sum()
    }

    /// What is read in place of the row of every untrained value of `table`, `[rows, width]`; None where such values keep
    /// their rows, and where all are trained. Without a trained value the mean is zero.
    pub fn substitute_row(
        &self,
        pool: &Pool,
        kind: UntrainedRows,
        table: &[f32],
        width: usize,
    ) -> Option<Vec<f32>> {
        if kind == UntrainedRows::Initial || self.len() == self.values {
            return None;
        }
        if kind == UntrainedRows::Zero {
            return Some(vec![0.0; width]);
        }
        Some(self.mean(pool, width, |value, sum| {
            let row = self.map.row(value) as usize;
            for (sum, value) in sum.iter_mut().zip(&table[row * width..][..width]) {
                *sum += f64::from(*value);
            }
        }))
    }

    /// The mean, over the trained values, of the products of their rows in this table and in the other of a pair.
    pub fn mean_product(&self, pool: &Pool, width: usize, tables: [(IndexMap, &[f32]); 2]) -> Vec<f32> {
        self.mean(pool, width, |value, sum| {
            let [first, second] =
                tables.map(|(map, table)| &table[map.row(value) as usize * width..][..width]);
            for (sum, (first, second)) in sum.iter_mut().zip(first.iter().zip(second)) {
                *sum += f64::from(*first) * f64::from(*second);
            }
        })
    }

    /// The mean over the trained values of what `add` adds to a sum for each.
    fn mean(&self, pool: &Pool, width: usize, add: impl Fn(u32, &mut [f64]) + Sync) -> Vec<f32> {
        let chunks = self.values.div_ceil(CHUNK_VALUES);
        let sums: Vec<std::sync::Mutex<Vec<f64>>> = (0..chunks).map(|_| Default::default()).collect();
        pool.tasks(chunks, |chunk| {
            let mut sum = vec![0f64; width];
            let values = chunk * CHUNK_VALUES..((chunk + 1) * CHUNK_VALUES).min(self.values);
            for value in values.filter(|&value| self.contains(value)) {
                add(value as u32, &mut sum);
            }
            *sums[chunk].lock().expect("each chunk is taken once") = sum;
        });
        let mut total = vec![0f64; width];
        for sum in sums {
            let sum = sum.into_inner().expect("no task panicked");
            total.iter_mut().zip(sum).for_each(|(total, sum)| *total += sum);
        }
        let trained = self.len().max(1) as f64;
        total.into_iter().map(|sum| (sum / trained) as f32).collect()
    }

    /// Bytes `range` of what a checkpoint has of the set: a byte a value, 1 where it is trained; where values share rows, a
    /// bit a value, the lowest first, for there may be many more values than rows.
    pub fn bytes(&self, range: std::ops::Range<usize>) -> impl Iterator<Item = u8> + '_ {
        range.map(|at| {
            if self.shares_rows() {
                self.words[at / 8].load(Ordering::Relaxed).to_le_bytes()[at % 8]
            } else {
                u8::from(self.contains(at))
            }
        })
    }

    /// How many there are of `bytes`.
    pub fn byte_count(&self) -> usize {
        if self.shares_rows() {
            self.values.div_ceil(8)
        } else {
            self.values
        }
    }

    /// Takes over what `bytes` gave, from byte `first` on.
    pub fn set_bytes(&mut self, first: usize, bytes: &[u8]) {
        for (at, byte) in (first..).zip(bytes) {
            if self.shares_rows() {
                for value in (8 * at..self.values).take(8) {
                    self.set(value, byte >> (value % 8) & 1 == 1);
                }
            } else {
                self.set(at, *byte != 0);
            }
        }
    }

    /// The values whose rows have a flag, for a checkpoint of an older version, which has flags of the rows.
    pub fn set_by_rows(&mut self, flags: &[u8]) {
        for value in 0..self.values {
            self.set(value, flags[self.map.row(value as u32) as usize] != 0);
        }
    }

    fn set(&mut self, value: usize, trained: bool) {
        let (word, bit) = (self.words[value / 64].get_mut(), 1 << (value % 64));
        *word = if trained { *word | bit } else { *word & !bit };
    }
}

/// What a lookup reads in place of the rows of untrained values.
#[derive(Clone, Copy)]
pub struct Substitute<'a> {
    pub trained: &'a TrainedRows,
    pub row: &'a [f32],
}

impl<'a> Substitute<'a> {
    /// The substitute of a value's row; None where the row itself is read.
    #[inline(always)]
    pub fn for_value(substitute: Option<Self>, value: u32) -> Option<&'a [f32]> {
        substitute
            .filter(|substitute| !substitute.trained.contains(value as usize))
            .map(|substitute| substitute.row)
    }

    /// The row of a value, or its substitute.
    #[inline(always)]
    pub fn read(substitute: Option<Self>, table: &'a [f32], value: u32, row: u32, width: usize) -> &'a [f32] {
        Self::for_value(substitute, value).unwrap_or_else(|| &table[row as usize * width..][..width])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_of_rows_from_an_older_checkpoint_count_for_every_value_of_the_row() {
        let mut trained = TrainedRows::none(10, IndexMap::Quotient { divisor: 4 });
        trained.insert(9);
        trained.set_by_rows(&[0, 1, 0]);
        let found: Vec<usize> = (0..10).filter(|&value| trained.contains(value)).collect();
        assert_eq!(found, [4, 5, 6, 7]);
    }
}
