//! Which values of a column training has seen, and the substitute that predictions read for all others. The row of a value
//! that training has not seen still has its random initial values. In a hashed table or in one of a quotient-remainder pair,
//! in which values share rows, it has what training made of other values. Either would be noise in a prediction.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::pool::Pool;
use crate::tensors::IndexMap;

/// How many rows or values one task adds up. The sums of the chunks are added in order, so that a mean does not depend on the
/// number of threads.
const CHUNK: usize = 8192;

/// A mean over the trained values of a column, to which parts of a table are added in the order of its rows. So ranks that
/// have parts of the table find the mean of the whole to the bit.
#[derive(Clone, Debug, PartialEq)]
pub struct RunningMean {
    /// How many vectors have been added.
    pub trained: u64,
    /// The sum over all chunks but the last.
    total: Vec<f64>,
    chunk: Vec<f64>,
}

impl RunningMean {
    pub fn new(width: usize) -> Self {
        Self {
            trained: 0,
            total: vec![0.0; width],
            chunk: vec![0.0; width],
        }
    }

    fn width(&self) -> usize {
        self.total.len()
    }

    /// Adds the vectors that `add` adds to a sum, one for each item that has one. The items follow those of the last call.
    fn add(&mut self, pool: &Pool, items: Range<usize>, add: impl Fn(usize, &mut [f64]) + Sync) {
        let mut parts = Vec::new();
        let mut start = items.start;
        while start < items.end {
            let end = ((start / CHUNK + 1) * CHUNK).min(items.end);
            let zeros = vec![0.0; self.width()];
            let is_begun = !start.is_multiple_of(CHUNK);
            let sum = if is_begun {
                std::mem::replace(&mut self.chunk, zeros)
            } else {
                zeros
            };
            parts.push((start..end, sum));
            start = end;
        }
        pool.each(&mut parts, |_, (items, sum)| {
            items.clone().for_each(|item| add(item, sum));
        });
        for (_, sum) in parts {
            self.end_chunk();
            self.chunk = sum;
        }
    }

    fn end_chunk(&mut self) {
        self.total
            .iter_mut()
            .zip(&self.chunk)
            .for_each(|(total, sum)| *total += sum);
    }

    /// The mean; zeros if nothing was added.
    pub fn value(&self) -> Vec<f32> {
        let count = self.trained.max(1) as f64;
        let sums = self.total.iter().zip(&self.chunk);
        sums.map(|(total, chunk)| ((total + chunk) / count) as f32)
            .collect()
    }

    /// The numbers of which it consists, for a message.
    pub fn to_words(&self) -> impl Iterator<Item = u64> {
        let sums = self.total.iter().chain(&self.chunk).map(|sum| sum.to_bits());
        std::iter::once(self.trained).chain(sums)
    }

    /// Takes the numbers of another one with the same width.
    pub fn set_words(&mut self, mut words: impl Iterator<Item = u64>) {
        let mut next = || words.next().expect("a message has a whole mean");
        self.trained = next();
        let sums = self.total.iter_mut().chain(&mut self.chunk);
        sums.for_each(|sum| *sum = f64::from_bits(next()));
    }
}

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

    /// How many values the column has, whose set this is.
    pub fn value_count(&self) -> usize {
        self.values
    }

    /// Adds the trained values' rows among `rows` to a mean. `table` has these rows, `[rows, width]`. Where every value has a
    /// row of its own, the set is that of these rows only.
    pub fn add_rows(&self, pool: &Pool, table: &[f32], rows: Range<usize>, mean: &mut RunningMean) {
        let width = mean.width();
        let counts = self.shares_rows().then(|| self.count_of_rows(&rows));
        mean.trained += match &counts {
            Some(counts) => counts.iter().map(|&count| u64::from(count)).sum(),
            None => self.len() as u64,
        };
        mean.add(pool, rows.clone(), |row, sum| {
            let row = row - rows.start;
            let values = &table[row * width..][..width];
            match &counts {
                Some(counts) if counts[row] > 0 => {
                    for (sum, value) in sum.iter_mut().zip(values) {
                        *sum += f64::from(counts[row]) * f64::from(*value);
                    }
                }
                None if self.contains(row) => {
                    for (sum, value) in sum.iter_mut().zip(values) {
                        *sum += f64::from(*value);
                    }
                }
                _ => (),
            }
        });
    }

    /// How many trained values each of these rows has.
    fn count_of_rows(&self, rows: &Range<usize>) -> Vec<u32> {
        let mut counts = vec![0; rows.len()];
        for value in (0..self.values).filter(|&value| self.contains(value)) {
            let row = self.map.row(value as u32) as usize;
            if rows.contains(&row) {
                counts[row - rows.start] += 1;
            }
        }
        counts
    }

    /// Adds the products of the trained values' rows in the two tables of a quotient-remainder pair to a mean, for some of the
    /// values. A table is given with its map and the number of its first row.
    pub fn add_products(
        &self,
        pool: &Pool,
        values: Range<usize>,
        tables: [(IndexMap, usize, &[f32]); 2],
        mean: &mut RunningMean,
    ) {
        let width = mean.width();
        mean.trained += values.clone().filter(|&value| self.contains(value)).count() as u64;
        mean.add(pool, values, |value, sum| {
            if !self.contains(value) {
                return;
            }
            let [first, second] = tables.map(|(map, first_row, table)| {
                let row = map.row(value as u32) as usize - first_row;
                &table[row * width..][..width]
            });
            for (sum, (first, second)) in sum.iter_mut().zip(first.iter().zip(second)) {
                *sum += f64::from(*first) * f64::from(*second);
            }
        });
    }

    /// Bytes `range` of the set as a checkpoint stores it. A value has one byte, which is 1 if it is trained. Where values
    /// share rows it has one bit, beginning with the lowest, because there may be many more values than rows.
    pub fn bytes(&self, range: Range<usize>) -> impl Iterator<Item = u8> + '_ {
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
    fn a_mean_whose_parts_are_added_in_turn_is_that_of_the_whole_table() {
        let (pool, rows, width) = (Pool::new(2), 3 * CHUNK + 5, 2);
        let table: Vec<f32> = (0..rows * width).map(|index| 1.0 / (index + 1) as f32).collect();
        let trained_among = |values: Range<usize>, map: IndexMap| {
            let trained = TrainedRows::empty(values.len(), map);
            let chosen = values.clone().filter(|value| value % 3 > 0);
            chosen.for_each(|value| trained.insert(value - values.start));
            trained
        };
        let shared = IndexMap::Remainder { divisor: rows as u64 };
        for (map, values) in [(IndexMap::Identity, rows), (shared, 2 * rows)] {
            let add = |part: Range<usize>, mean: &mut RunningMean| {
                let own = &table[part.start * width..part.end * width];
                // Where values share rows, every rank has the set of all values.
                let values = if map == IndexMap::Identity {
                    part.clone()
                } else {
                    0..values
                };
                trained_among(values, map).add_rows(&pool, own, part, mean);
            };
            let mut whole = RunningMean::new(width);
            add(0..rows, &mut whole);
            let mut parts = RunningMean::new(width);
            for part in [0..7, 7..CHUNK, CHUNK..2 * CHUNK + 1, 2 * CHUNK + 1..rows] {
                let mut next = RunningMean::new(width);
                next.set_words(parts.to_words());
                add(part, &mut next);
                parts = next;
            }
            assert_eq!(parts.trained, whole.trained);
            assert_eq!(parts.value(), whole.value());
        }
    }

    #[test]
    fn flags_of_rows_from_an_older_checkpoint_count_for_every_value_of_the_row() {
        let mut trained = TrainedRows::empty(10, IndexMap::Quotient { divisor: 4 });
        trained.insert(9);
        trained.set_by_rows(&[0, 1, 0]);
        let found: Vec<usize> = (0..10).filter(|&value| trained.contains(value)).collect();
        assert_eq!(found, [4, 5, 6, 7]);
    }
}
