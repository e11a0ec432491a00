//! The tables' gradients and the optimizer's step on them, fused. Lookups are sorted by row once a step. Each chunk of
//! rows then belongs to one thread, which sums the gradient of a row in the order of the batch and updates the row. The
//! gradient of a whole table is never stored, there are no atomics, and the result does not depend on the number of
//! threads.

use std::ops::Range;

use super::{Bag, Lookups, prefetch, sort};
use crate::matrix::Matrix;
use crate::optimizer::Step;
use crate::pool::Pool;
use crate::tensors::Pooling;
use crate::trained_rows::TrainedRows;

/// How many lookups make one task of a thread.
pub(super) const CHUNK_LOOKUPS: usize = 4096;
/// A table row and the gradient of its bag are prefetched this many lookups before they are used.
const PREFETCH_DISTANCE: usize = 16;

/// The gradient for a table's next optimizer step, as the lookups of one batch or of several.
#[derive(Default)]
pub struct TableGradient {
    /// `row << 32 | bag`; ascending by bag until `sort`.
    pub(super) keys: Vec<u64>,
    sort_scratch: Vec<u64>,
    /// Copies of the bag gradients of accumulated batches; unused with a single batch.
    stored: Vec<f32>,
    bags: usize,
}

impl TableGradient {
    /// Removes all lookups.
    pub fn clear(&mut self) {
        self.keys.clear();
        self.stored.clear();
        self.bags = 0;
    }

    /// How many lookups have been collected.
    pub fn lookups(&self) -> usize {
        self.keys.len()
    }

    /// Collects the lookups of a batch. `gradient`, `[batch, dimension]`, is divided by the bag's size for mean
    /// pooling. With `store` its rows are copied, because the optimizer's step comes after later batches.
    pub fn collect(&mut self, bag: &Bag, lookups: Lookups, gradient: Matrix, store: bool) {
        let batch = gradient.rows();
        for b in 0..batch {
            let positions = lookups.bag(b);
            divide_by_bag_size(bag, positions.len(), gradient, b);
            if store {
                // SAFETY: only this operation uses the gradient of its output now.
                self.stored.extend_from_slice(unsafe { gradient.row(b) });
            }
            let bag = (self.bags + b) as u64;
            self.keys.extend(
                lookups.rows[positions]
                    .iter()
                    .map(|&row| u64::from(row) << 32 | bag),
            );
        }
        self.bags += batch;
    }

    /// Collects the lookups of one table of a quotient-remainder pair, each scaled by the weight of its index.
    /// `weight_gradient` collects the gradient of the weights, `[indices, 1]`. Both store a gradient row per lookup.
    pub fn collect_weighted(
        &mut self,
        bag: &Bag,
        lookups: Lookups,
        gradient: Matrix,
        (table, weights): (&[f32], &[f32]),
        weight_gradient: &mut TableGradient,
    ) {
        for b in 0..gradient.rows() {
            let positions = lookups.bag(b);
            divide_by_bag_size(bag, positions.len(), gradient, b);
            // SAFETY: only this operation uses the gradient of its output now.
            let bag_gradient = unsafe { gradient.row(b) };
            for position in positions {
                let (row, index) = (lookups.rows[position], lookups.indices[position]);
                let values = &table[row as usize * bag.dimension..][..bag.dimension];
                let weight = weights[index as usize];
                self.store(row, bag_gradient.iter().map(|value| weight * value));
                let gradient = values.iter().zip(bag_gradient).map(|(value, g)| value * g).sum();
                weight_gradient.store(index, std::iter::once(gradient));
            }
        }
    }

    fn store(&mut self, row: u32, gradient: impl Iterator<Item = f32>) {
        self.keys.push(u64::from(row) << 32 | self.bags as u64);
        self.stored.extend(gradient);
        self.bags += 1;
    }

    /// The stored bag gradients, `[bags, width]`.
    pub fn stored(&self, width: usize) -> Matrix {
        Matrix::read_only(&self.stored, self.bags, width)
    }

    /// Orders the lookups by row, and by bag within a row.
    pub fn sort(&mut self) {
        sort::by_row(&mut self.keys, &mut self.sort_scratch);
    }

    /// The bags' gradients: the stored ones if there are any, otherwise `batch`.
    pub fn bag_gradients(&self, batch: Matrix) -> Matrix {
        if self.stored.is_empty() {
            batch
        } else {
            self.stored(batch.width())
        }
    }

    pub(super) fn chunks(&self) -> usize {
        self.keys.len().div_ceil(CHUNK_LOOKUPS)
    }

    /// The lookups of chunk `index`, whose limits are moved to the next row, so that a row lies in one chunk only.
    pub(super) fn chunk(&self, index: usize) -> Range<usize> {
        let boundary = |position: usize| {
            let position = position.min(self.keys.len());
            if position == 0 || position == self.keys.len() {
                return position;
            }
            let row = self.keys[position - 1] >> 32;
            position + self.keys[position..].partition_point(|key| key >> 32 == row)
        };
        boundary(index * CHUNK_LOOKUPS)..boundary((index + 1) * CHUNK_LOOKUPS)
    }

    /// Calls `work(row, sum of the row's gradients)` for each row of a chunk, in ascending order.
    pub(super) fn for_rows(
        &self,
        index: usize,
        bag_gradients: Matrix,
        table: Matrix,
        mut work: impl FnMut(u32, &mut [f32]),
    ) {
        let dimension = bag_gradients.width();
        let range = self.chunk(index);
        let keys = &self.keys[..range.end];
        let prefetch_lookup = |position: usize| {
            if let Some(&key) = keys.get(position) {
                prefetch(table.pointer(), (key >> 32) as usize * dimension, dimension);
                prefetch(
                    bag_gradients.pointer(),
                    key as u32 as usize * bag_gradients.stride(),
                    dimension,
                );
            }
        };
        (range.start..range.start + PREFETCH_DISTANCE).for_each(prefetch_lookup);
        let mut sum = vec![0f32; dimension];
        let mut position = range.start;
        while position < range.end {
            let row = (keys[position] >> 32) as u32;
            sum.fill(0.0);
            while position < range.end && (keys[position] >> 32) as u32 == row {
                prefetch_lookup(position + PREFETCH_DISTANCE);
                // SAFETY: the bags' gradients are only read during an update.
                let gradient = unsafe { bag_gradients.row(keys[position] as u32 as usize) };
                for (sum, value) in sum.iter_mut().zip(gradient) {
                    *sum += value;
                }
                position += 1;
            }
            work(row, &mut sum);
        }
    }
}

/// Divides the gradient of a mean-pooled bag by the bag's size, which gives the gradient of each of its lookups.
fn divide_by_bag_size(bag: &Bag, count: usize, gradient: Matrix, b: usize) {
    if bag.pooling == Pooling::Mean && count > 1 {
        // SAFETY: only this operation uses the gradient of its output now.
        for value in unsafe { gradient.row_mut(b) } {
            *value /= count as f32;
        }
    }
}

/// Updates single rows of a tensor and of its optimizer's state tensors.
pub struct RowUpdater<'a> {
    pub(super) values: Matrix,
    states: Vec<Matrix>,
    trained: Option<&'a TrainedRows>,
    memory: std::marker::PhantomData<&'a mut [f32]>,
}

impl<'a> RowUpdater<'a> {
    /// `values` is `[rows, width]`, and each state has as many rows. Updated rows are inserted into `trained`.
    pub fn new(
        rows: usize,
        values: &'a mut [f32],
        states: impl Iterator<Item = &'a mut [f32]>,
        trained: Option<&'a TrainedRows>,
    ) -> Self {
        let view = |memory: &mut [f32]| {
            let width = memory.len() / rows;
            Matrix::new(memory, rows, width, width, 0)
        };
        Self {
            values: view(values),
            states: states.map(view).collect(),
            trained,
            memory: std::marker::PhantomData,
        }
    }

    /// # Safety
    /// No other thread accesses this row.
    unsafe fn update(&self, step: &Step, row: usize, gradient: &[f32]) {
        if let Some(trained) = self.trained {
            trained.insert(row);
        }
        let mut states: [&mut [f32]; 2] = [&mut [], &mut []];
        for (state, matrix) in states.iter_mut().zip(&self.states) {
            // SAFETY: the caller keeps the contract above.
            *state = unsafe { matrix.row_mut(row) };
        }
        // SAFETY: the caller keeps the contract above.
        step.update_row(
            unsafe { self.values.row_mut(row) },
            gradient,
            &mut states[..self.states.len()],
        );
    }
}

/// A table, its learned row weights if it has any, and the gradient to update them with.
pub struct TableUpdate<'a> {
    pub gradient: &'a TableGradient,
    pub bag_gradients: Matrix,
    pub table: RowUpdater<'a>,
    pub weights: Option<RowUpdater<'a>>,
}

pub(super) fn for_chunks(pool: &Pool, updates: &[TableUpdate], work: impl Fn(usize, usize) + Sync) {
    let mut chunks = Vec::new();
    for (index, update) in updates.iter().enumerate() {
        chunks.extend((0..update.gradient.chunks()).map(|chunk| (index, chunk)));
    }
    pool.tasks(chunks.len(), |i| work(chunks[i].0, chunks[i].1));
}

/// Turns the sum of a row's bag gradients into the gradient of the row, and returns the gradient of its weight.
///
/// # Safety
/// No other thread writes this row.
pub(super) unsafe fn apply_row_weight(update: &TableUpdate, row: usize, sum: &mut [f32]) -> Option<f32> {
    let weights = update.weights.as_ref()?;
    // SAFETY: the caller keeps the contract above.
    let (values, weight) = unsafe { (update.table.values.row(row), weights.values.row(row)[0]) };
    let gradient = values.iter().zip(&*sum).map(|(value, sum)| value * sum).sum();
    for sum in sum {
        *sum *= weight;
    }
    Some(gradient)
}

/// Takes one optimizer step on every row of every table that was looked up.
pub fn update(pool: &Pool, updates: &[TableUpdate], step: &Step) {
    for_chunks(pool, updates, |index, chunk| {
        let update = &updates[index];
        let table = update.table.values;
        update
            .gradient
            .for_rows(chunk, update.bag_gradients, table, |row, sum| {
                let row = row as usize;
                assert!(row < table.rows(), "a lookup was not checked");
                // SAFETY: a row lies in one chunk only, and a chunk is processed by one thread.
                unsafe {
                    let weight_gradient = apply_row_weight(update, row, sum);
                    update.table.update(step, row, sum);
                    if let (Some(weights), Some(gradient)) = (&update.weights, weight_gradient) {
                        weights.update(step, row, &[gradient]);
                    }
                }
            });
    });
}

/// The gradients of the table and of its row weights as full tensors, for tests.
pub fn coalesced(update: &TableUpdate, rows: usize) -> (Vec<f32>, Vec<f32>) {
    let dimension = update.bag_gradients.width();
    let mut table = vec![0f32; rows * dimension];
    let mut weights = vec![0f32; rows];
    for chunk in 0..update.gradient.chunks() {
        update
            .gradient
            .for_rows(chunk, update.bag_gradients, update.table.values, |row, sum| {
                let row = row as usize;
                // SAFETY: there is one thread, and nothing writes the table meanwhile.
                let gradient = unsafe { apply_row_weight(update, row, sum) };
                table[row * dimension..][..dimension].copy_from_slice(sum);
                weights[row] = gradient.unwrap_or(0.0);
            });
    }
    (table, weights)
}
