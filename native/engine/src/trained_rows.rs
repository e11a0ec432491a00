//! Which rows of a table training has reached, and what stands in for the others when the model predicts. A row that no
//! training lookup has touched still has its random initial values, which would be noise in a prediction.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::plan::UntrainedRows;
use crate::pool::Pool;

/// Rows whose sum is taken in one piece; the pieces' sums are added in order, so that a mean does not depend on the
/// number of threads.
const PIECE: usize = 8192;

/// A set of a table's rows. Threads may insert different rows at the same time.
pub struct TrainedRows {
    words: Vec<AtomicU64>,
    rows: usize,
}

impl TrainedRows {
    pub fn none(rows: usize) -> Self {
        Self {
            words: (0..rows.div_ceil(64)).map(|_| AtomicU64::new(0)).collect(),
            rows,
        }
    }

    #[inline(always)]
    pub fn contains(&self, row: usize) -> bool {
        self.words[row / 64].load(Ordering::Relaxed) >> (row % 64) & 1 == 1
    }

    #[inline(always)]
    pub fn insert(&self, row: usize) {
        let (word, bit) = (&self.words[row / 64], 1 << (row % 64));
        // Most rows have been inserted before, and reading alone leaves the cache line shared between the threads.
        if word.load(Ordering::Relaxed) & bit == 0 {
            word.fetch_or(bit, Ordering::Relaxed);
        }
    }

    pub fn clear(&mut self) {
        self.words.iter_mut().for_each(|word| *word.get_mut() = 0);
    }

    pub fn insert_all(&mut self) {
        for row in 0..self.rows {
            *self.words[row / 64].get_mut() |= 1 << (row % 64);
        }
    }

    pub fn len(&self) -> usize {
        let ones = |word: &AtomicU64| word.load(Ordering::Relaxed).count_ones() as usize;
        self.words.iter().map(ones).sum()
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The row that stands in for all untrained ones of `values`, `[rows, width]`; None where they keep their initial
    /// values, and where there is nothing to replace or nothing to take a mean of.
    pub fn substitute(&self, pool: &Pool, kind: UntrainedRows, values: &[f32]) -> Option<Vec<f32>> {
        let trained = self.len();
        if trained == self.rows || trained == 0 {
            return None;
        }
        let width = values.len() / self.rows;
        match kind {
            UntrainedRows::Initial => None,
            UntrainedRows::Zero => Some(vec![0.0; width]),
            UntrainedRows::Mean => Some(self.mean(pool, values, width, trained)),
        }
    }

    fn mean(&self, pool: &Pool, values: &[f32], width: usize, trained: usize) -> Vec<f32> {
        let pieces = self.rows.div_ceil(PIECE);
        let sums: Vec<std::sync::Mutex<Vec<f64>>> = (0..pieces).map(|_| Default::default()).collect();
        pool.tasks(pieces, |piece| {
            let mut sum = vec![0f64; width];
            let rows = piece * PIECE..((piece + 1) * PIECE).min(self.rows);
            for row in rows.filter(|&row| self.contains(row)) {
                for (sum, value) in sum.iter_mut().zip(&values[row * width..][..width]) {
                    *sum += f64::from(*value);
                }
            }
            *sums[piece].lock().expect("each piece is taken once") = sum;
        });
        let mut total = vec![0f64; width];
        for sum in sums {
            let sum = sum.into_inner().expect("no piece failed");
            total.iter_mut().zip(sum).for_each(|(total, sum)| *total += sum);
        }
        total
            .into_iter()
            .map(|sum| (sum / trained as f64) as f32)
            .collect()
    }

    /// One byte a row, 1 where it is trained.
    pub fn flags(&self, rows: Range<usize>) -> impl Iterator<Item = u8> + '_ {
        rows.map(|row| u8::from(self.contains(row)))
    }

    /// Takes over what `flags` gave, from row `first` on.
    pub fn set_flags(&mut self, first: usize, flags: &[u8]) {
        for (row, flag) in (first..self.rows).zip(flags) {
            let (word, bit) = (self.words[row / 64].get_mut(), 1 << (row % 64));
            *word = if *flag == 0 { *word & !bit } else { *word | bit };
        }
    }
}

/// What a lookup reads in place of an untrained row.
#[derive(Clone, Copy)]
pub struct StandIn<'a> {
    pub trained: &'a TrainedRows,
    pub row: &'a [f32],
}

impl<'a> StandIn<'a> {
    /// The row of a table, or the one that stands in for it.
    #[inline(always)]
    pub fn of(stand_in: Option<Self>, table: &'a [f32], row: usize, width: usize) -> &'a [f32] {
        match stand_in {
            Some(StandIn { trained, row: other }) if !trained.contains(row) => other,
            _ => &table[row * width..][..width],
        }
    }
}
