//! Backward and update in one pass. Lookups are sorted by row once a step; each stretch of rows then belongs to one
//! thread, which sums a row's gradient in the order of the batch and applies the optimizer to it. No gradient of a table
//! is ever held, there are no atomics, and the result does not depend on the number of threads.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Bag, Lookups, prefetch, sort};
use crate::matrix::Matrix;
use crate::optimizer::Step;
use crate::plan::Pooling;
use crate::pool::Pool;
use crate::trained_rows::TrainedRows;

/// Lookups in one piece of work.
const CHUNK: usize = 4096;
/// Lookups ahead of use at which a table row and its bag's gradient are asked for.
const AHEAD: usize = 16;

/// What a table's next step will be made of: one batch's lookups, or those of several.
#[derive(Default)]
pub struct TableGradient {
    /// `row << 32 | bag`; ascending by bag until `sort`.
    keys: Vec<u64>,
    spare: Vec<u64>,
    /// Bag gradients of accumulated batches; unused with a single batch.
    held: Vec<f32>,
    bags: usize,
}

impl TableGradient {
    /// Forgets all lookups.
    pub fn clear(&mut self) {
        self.keys.clear();
        self.held.clear();
        self.bags = 0;
    }

    /// Lookups taken so far.
    pub fn lookups(&self) -> usize {
        self.keys.len()
    }

    /// Takes a batch's lookups. `gradient` `[batch, dimension]` is divided by the bag's size for mean pooling. With
    /// `hold` its rows are copied, for a step that comes after later batches.
    pub fn collect(&mut self, bag: &Bag, lookups: Lookups, gradient: Matrix, hold: bool) {
        let batch = gradient.rows();
        for b in 0..batch {
            let positions = lookups.bag(b);
            share(bag, positions.len(), gradient, b);
            if hold {
                // SAFETY: this operation alone has its output's gradient now.
                self.held.extend_from_slice(unsafe { gradient.row(b) });
            }
            let place = (self.bags + b) as u64;
            self.keys.extend(
                lookups.rows[positions]
                    .iter()
                    .map(|&row| u64::from(row) << 32 | place),
            );
        }
        self.bags += batch;
    }

    /// Takes a batch's lookups of half of a pair, each with the weight of its index. `of_weights` takes the gradient of
    /// these, `[indices, 1]`; both hold theirs, a row for each lookup.
    pub fn collect_weighted(
        &mut self,
        bag: &Bag,
        lookups: Lookups,
        gradient: Matrix,
        (table, weights): (&[f32], &[f32]),
        of_weights: &mut TableGradient,
    ) {
        for b in 0..gradient.rows() {
            let positions = lookups.bag(b);
            share(bag, positions.len(), gradient, b);
            // SAFETY: this operation alone has its output's gradient now.
            let of_bag = unsafe { gradient.row(b) };
            for position in positions {
                let (row, index) = (lookups.rows[position], lookups.indices[position]);
                let values = &table[row as usize * bag.dimension..][..bag.dimension];
                let weight = weights[index as usize];
                self.hold(row, of_bag.iter().map(|value| weight * value));
                let of_weight = values.iter().zip(of_bag).map(|(value, g)| value * g).sum();
                of_weights.hold(index, std::iter::once(of_weight));
            }
        }
    }

    fn hold(&mut self, row: u32, gradient: impl Iterator<Item = f32>) {
        self.keys.push(u64::from(row) << 32 | self.bags as u64);
        self.held.extend(gradient);
        self.bags += 1;
    }

    /// The held rows, `width` wide.
    pub fn held(&self, width: usize) -> Matrix {
        Matrix::read_only(&self.held, self.bags, width)
    }

    /// Orders the lookups by row, and by bag within a row.
    pub fn sort(&mut self) {
        sort::by_row(&mut self.keys, &mut self.spare);
    }

    /// The rows the bags' gradients are in: `batch`, or the held ones.
    pub fn source(&self, batch: Matrix) -> Matrix {
        if self.held.is_empty() {
            batch
        } else {
            self.held(batch.width())
        }
    }

    fn chunks(&self) -> usize {
        self.keys.len().div_ceil(CHUNK)
    }

    /// The lookups of chunk `index`, moved to the next row boundaries.
    fn chunk(&self, index: usize) -> Range<usize> {
        let boundary = |position: usize| {
            let position = position.min(self.keys.len());
            if position == 0 || position == self.keys.len() {
                return position;
            }
            let row = self.keys[position - 1] >> 32;
            position + self.keys[position..].partition_point(|key| key >> 32 == row)
        };
        boundary(index * CHUNK)..boundary((index + 1) * CHUNK)
    }

    /// Calls `work(row, gradient sum)` for each row of a chunk, ascending.
    fn for_rows(&self, index: usize, source: Matrix, table: Matrix, mut work: impl FnMut(u32, &mut [f32])) {
        let dimension = source.width();
        let range = self.chunk(index);
        let keys = &self.keys[..range.end];
        let ask_for = |position: usize| {
            if let Some(&key) = keys.get(position) {
                prefetch(table.pointer(), (key >> 32) as usize * dimension, dimension);
                prefetch(source.pointer(), key as u32 as usize * source.stride(), dimension);
            }
        };
        (range.start..range.start + AHEAD).for_each(ask_for);
        let mut sum = vec![0f32; dimension];
        let mut position = range.start;
        while position < range.end {
            let row = (keys[position] >> 32) as u32;
            sum.fill(0.0);
            while position < range.end && (keys[position] >> 32) as u32 == row {
                ask_for(position + AHEAD);
                // SAFETY: the bags' gradients are only read during an update.
                let gradient = unsafe { source.row(keys[position] as u32 as usize) };
                for (sum, value) in sum.iter_mut().zip(gradient) {
                    *sum += value;
                }
                position += 1;
            }
            work(row, &mut sum);
        }
    }
}

/// A bag's gradient becomes each lookup's: with mean pooling it is divided by the bag's size.
fn share(bag: &Bag, count: usize, gradient: Matrix, b: usize) {
    if bag.pooling == Pooling::Mean && count > 1 {
        // SAFETY: this operation alone has its output's gradient now.
        for value in unsafe { gradient.row_mut(b) } {
            *value /= count as f32;
        }
    }
}

/// One tensor that is updated row by row, with its state tensors.
pub struct Rows<'a> {
    values: Matrix,
    states: Vec<Matrix>,
    trained: Option<&'a TrainedRows>,
    memory: std::marker::PhantomData<&'a mut [f32]>,
}

impl<'a> Rows<'a> {
    /// `values` is `[rows, width]`; each state has as many rows. Rows that are updated go into `trained`.
    pub fn new(
        rows: usize,
        values: &'a mut [f32],
        states: impl Iterator<Item = &'a mut [f32]>,
        trained: Option<&'a TrainedRows>,
    ) -> Self {
        let window = |memory: &mut [f32]| {
            let width = memory.len() / rows;
            Matrix::new(memory, rows, width, width, 0)
        };
        Self {
            values: window(values),
            states: states.map(window).collect(),
            trained,
            memory: std::marker::PhantomData,
        }
    }

    /// # Safety
    /// No other thread has this row.
    unsafe fn step(&self, step: &Step, row: usize, gradient: &[f32]) {
        if let Some(trained) = self.trained {
            trained.insert(row);
        }
        let mut states: [&mut [f32]; 2] = [&mut [], &mut []];
        for (state, matrix) in states.iter_mut().zip(&self.states) {
            // SAFETY: the caller's.
            *state = unsafe { matrix.row_mut(row) };
        }
        // SAFETY: the caller's.
        step.row(
            unsafe { self.values.row_mut(row) },
            gradient,
            &mut states[..self.states.len()],
        );
    }
}

/// A table, its learned row weights if any, and the gradient of its bags.
pub struct Change<'a> {
    pub gradient: &'a TableGradient,
    pub source: Matrix,
    pub table: Rows<'a>,
    pub weights: Option<Rows<'a>>,
}

fn for_chunks(pool: &Pool, changes: &[Change], work: impl Fn(usize, usize) + Sync) {
    let mut chunks = Vec::new();
    for (change, item) in changes.iter().enumerate() {
        chunks.extend((0..item.gradient.chunks()).map(|chunk| (change, chunk)));
    }
    pool.tasks(chunks.len(), |i| work(chunks[i].0, chunks[i].1));
}

/// Turns the sum of a row's bag gradients into the row's gradient; gives the gradient of the row's weight.
///
/// # Safety
/// No other thread writes this row.
unsafe fn apply_weight(change: &Change, row: usize, sum: &mut [f32]) -> Option<f32> {
    let weights = change.weights.as_ref()?;
    // SAFETY: the caller's.
    let (values, weight) = unsafe { (change.table.values.row(row), weights.values.row(row)[0]) };
    let gradient = values.iter().zip(&*sum).map(|(value, sum)| value * sum).sum();
    for sum in sum {
        *sum *= weight;
    }
    Some(gradient)
}

/// One optimizer step on every touched row of every table.
pub fn update(pool: &Pool, changes: &[Change], step: &Step) {
    for_chunks(pool, changes, |index, chunk| {
        let change = &changes[index];
        let table = change.table.values;
        change.gradient.for_rows(chunk, change.source, table, |row, sum| {
            let row = row as usize;
            assert!(row < table.rows(), "a lookup was not checked");
            // SAFETY: a row is in one chunk only, and a chunk is worked on by one thread.
            unsafe {
                let weight_gradient = apply_weight(change, row, sum);
                change.table.step(step, row, sum);
                if let (Some(weights), Some(gradient)) = (&change.weights, weight_gradient) {
                    weights.step(step, row, &[gradient]);
                }
            }
        });
    });
}

/// The sum of squares of all the tables' gradients, in an order of its own.
pub fn squared_norm(pool: &Pool, changes: &[Change]) -> f64 {
    let starts: Vec<usize> = changes
        .iter()
        .scan(0, |total, change| {
            let start = *total;
            *total += change.gradient.chunks();
            Some(start)
        })
        .collect();
    let count = changes.iter().map(|change| change.gradient.chunks()).sum();
    let partial: Vec<AtomicU64> = (0..count).map(|_| AtomicU64::new(0)).collect();
    for_chunks(pool, changes, |index, chunk| {
        let change = &changes[index];
        let mut squares = 0f64;
        change
            .gradient
            .for_rows(chunk, change.source, change.table.values, |row, sum| {
                // SAFETY: nothing is written during this pass.
                let weight = unsafe { apply_weight(change, row as usize, sum) };
                squares += sum
                    .iter()
                    .chain(weight.as_ref())
                    .map(|&g| f64::from(g) * f64::from(g))
                    .sum::<f64>();
            });
        partial[starts[index] + chunk].store(squares.to_bits(), Ordering::Relaxed);
    });
    partial
        .iter()
        .map(|bits| f64::from_bits(bits.load(Ordering::Relaxed)))
        .sum()
}

/// The gradients as full tensors, for tests: the table's and that of the row weights.
pub fn coalesced(change: &Change, rows: usize) -> (Vec<f32>, Vec<f32>) {
    let dimension = change.source.width();
    let mut table = vec![0f32; rows * dimension];
    let mut weights = vec![0f32; rows];
    for chunk in 0..change.gradient.chunks() {
        change
            .gradient
            .for_rows(chunk, change.source, change.table.values, |row, sum| {
                let row = row as usize;
                // SAFETY: one thread, and nothing is written.
                let gradient = unsafe { apply_weight(change, row, sum) };
                table[row * dimension..][..dimension].copy_from_slice(sum);
                weights[row] = gradient.unwrap_or(0.0);
            });
    }
    (table, weights)
}
