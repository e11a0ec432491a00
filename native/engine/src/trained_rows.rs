//! Which values of a column training has seen, and the substitute that predictions read for all others. The row of a value
//! that training has not seen still has its random initial values. In a hashed table or in one of a quotient-remainder pair,
//! in which values share rows, it has what training made of other values. Either would be noise in a prediction.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::pool::Pool;
use crate::tensors::{IndexMap, UntrainedRows};

/// How many values one task adds up. The sums of the chunks are added in order, so that a mean does not depend on the number
/// of threads.
const CHUNK_VALUES: usize = 8192;

/// A set of a column's values, or of the table's rows where every value has a row of its own. Several threads may insert
/// values at the same time.
pub struct TrainedRows {
    words: Vec<AtomicU64>,
    values: usize,
    map: IndexMap,
}

impl TrainedRows {
    /// An empty set of values below `values`, which `map` maps to rows.
    pub fn empty(values: usize, map: IndexMap) -> Self {
        Self {
            words: (0..values.div_ceil(64)).map(|_| AtomicU64::new(0)).collect(),
            values,
            map,
        }
    }

    /// Whether values share rows, so that a row does not tell which of its values training has seen.
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

    /// The substitute of all untrained values' rows in `table`, `[rows, width]`. None if predictions read the rows
    /// themselves or if all values are trained. If no value is trained, the mean is zero.
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

    /// The mean over the trained values of the products of their rows in the two tables of a quotient-remainder pair.
    pub fn mean_product(&self, pool: &Pool, width: usize, tables: [(IndexMap, &[f32]); 2]) -> Vec<f32> {
        self.mean(pool, width, |value, sum| {
            let [first, second] =
                tables.map(|(map, table)| &table[map.row(value) as usize * width..][..width]);
            for (sum, (first, second)) in sum.iter_mut().zip(first.iter().zip(second)) {
                *sum += f64::from(*first) * f64::from(*second);
            }
        })
    }

    /// The mean over the trained values of the vectors that `add` adds to a sum, one for each value.
    fn mean(&self, pool: &Pool, width: usize, add: impl Fn(u32, &mut [f64]) + Sync) -> Vec<f32> {
        let chunks = self.values.div_ceil(CHUNK_VALUES);
        let mut sums = vec![vec![0f64; width]; chunks];
        pool.each(&mut sums, |chunk, sum| {
            let values = chunk * CHUNK_VALUES..((chunk + 1) * CHUNK_VALUES).min(self.values);
            for value in values.filter(|&value| self.contains(value)) {
                add(value as u32, sum);
            }
        });
        let mut total = vec![0f64; width];
        for sum in sums {
            total.iter_mut().zip(sum).for_each(|(total, sum)| *total += sum);
        }
        let trained = self.len().max(1) as f64;
        total.into_iter().map(|sum| (sum / trained) as f32).collect()
    }

    /// Bytes `range` of the set as a checkpoint stores it. A value has one byte, which is 1 if it is trained. Where values
    /// share rows it has one bit, beginning with the lowest, because there may be many more values than rows.
    pub fn bytes(&self, range: std::ops::Range<usize>) -> impl Iterator<Item = u8> + '_ {
        range.map(|index| {
            if self.shares_rows() {
                self.words[index / 8].load(Ordering::Relaxed).to_le_bytes()[index % 8]
            } else {
                u8::from(self.contains(index))
            }
        })
    }

    /// How many bytes a checkpoint has of the set.
    pub fn byte_count(&self) -> usize {
        if self.shares_rows() {
            self.values.div_ceil(8)
        } else {
            self.values
        }
    }

    /// Sets the values of a checkpoint's bytes, which begin with byte number `first`.
    pub fn set_bytes(&mut self, first: usize, bytes: &[u8]) {
        for (index, byte) in (first..).zip(bytes) {
            if self.shares_rows() {
                for value in (8 * index..self.values).take(8) {
                    self.set(value, byte >> (value % 8) & 1 == 1);
                }
            } else {
                self.set(index, *byte != 0);
            }
        }
    }

    /// Sets the values whose rows have a flag. Checkpoints of older versions have flags of the rows only.
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

/// The substitute that a lookup reads in place of the rows of untrained values.
#[derive(Clone, Copy)]
pub struct Substitute<'a> {
    pub trained: &'a TrainedRows,
    pub row: &'a [f32],
}

impl<'a> Substitute<'a> {
    /// The substitute of a value's row; None if the row itself is read.
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
        let mut trained = TrainedRows::empty(10, IndexMap::Quotient { divisor: 4 });
        trained.insert(9);
        trained.set_by_rows(&[0, 1, 0]);
        let found: Vec<usize> = (0..10).filter(|&value| trained.contains(value)).collect();
        assert_eq!(found, [4, 5, 6, 7]);
    }
}
