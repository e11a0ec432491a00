//! Which rows of a table have been trained, and what predictions read in place of the others. A row that no training
//! batch has looked up still has its random initial values, which would be noise in a prediction.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::plan::UntrainedRows;
use crate::pool::Pool;

/// Rows that one task sums. The sums of these chunks are added in order, so that a mean does not depend on the number
/// of threads.
const CHUNK_ROWS: usize = 8192;

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

    /// The row that predictions read in place of each untrained row of `values`, `[rows, width]`. None where they read
    /// the initial values, where all rows are trained, and where no row is.
    pub fn substitute_row(&self, pool: &Pool, kind: UntrainedRows, values: &[f32]) -> Option<Vec<f32>> {
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
        let chunks = self.rows.div_ceil(CHUNK_ROWS);
        let sums: Vec<std::sync::Mutex<Vec<f64>>> = (0..chunks).map(|_| Default::default()).collect();
        pool.tasks(chunks, |chunk| {
            let mut sum = vec![0f64; width];
            let rows = chunk * CHUNK_ROWS..((chunk + 1) * CHUNK_ROWS).min(self.rows);
            for row in rows.filter(|&row| self.contains(row)) {
                for (sum, value) in sum.iter_mut().zip(&values[row * width..][..width]) {
                    *sum += f64::from(*value);
                }
            }
            *sums[chunk].lock().expect("each chunk is taken once") = sum;
        });
        let mut total = vec![0f64; width];
        for sum in sums {
            let sum = sum.into_inner().expect("no task panicked");
            total.iter_mut().zip(sum).for_each(|(total, sum)| *total += sum);
        }
        total
            .into_iter()
            .map(|sum| (sum / trained as f64) as f32)
            .collect()
    }

    /// One byte per row, which is 1 where the row is trained.
    pub fn flags(&self, rows: Range<usize>) -> impl Iterator<Item = u8> + '_ {
        rows.map(|row| u8::from(self.contains(row)))
    }

    /// Sets the rows from `first` on to what `flags` returned for them.
    pub fn set_flags(&mut self, first: usize, flags: &[u8]) {
        for (row, flag) in (first..self.rows).zip(flags) {
            let (word, bit) = (self.words[row / 64].get_mut(), 1 << (row % 64));
            *word = if *flag == 0 { *word & !bit } else { *word | bit };
        }
    }
}

/// What a lookup of a prediction reads in place of untrained rows.
#[derive(Clone, Copy)]
pub struct Substitute<'a> {
    pub trained: &'a TrainedRows,
    pub row: &'a [f32],
}

impl<'a> Substitute<'a> {
    /// A row of a table, or the substitute where there is one and the row is untrained.
    #[inline(always)]
    pub fn read(substitute: Option<Self>, table: &'a [f32], row: usize, width: usize) -> &'a [f32] {
        match substitute {
            Some(Substitute {
                trained,
                row: replacement,
            }) if !trained.contains(row) => replacement,
            _ => &table[row * width..][..width],
        }
    }
}
