//! The sum of squares of the tables' gradients, to clip them.

use std::sync::atomic::{AtomicU64, Ordering};

use super::update::{CHUNK_LOOKUPS, TableUpdate, apply_row_weight, for_chunks};
use crate::pool::Pool;

/// The sum of squares of all tables' gradients, added in an order that does not depend on the number of threads.
pub fn squared_norm(pool: &Pool, updates: &[TableUpdate]) -> f64 {
    let starts: Vec<usize> = updates
        .iter()
        .scan(0, |total, update| {
            let start = *total;
            *total += update.gradient.chunks();
            Some(start)
        })
        .collect();
    let count = updates.iter().map(|update| update.gradient.chunks()).sum();
    let partial: Vec<AtomicU64> = (0..count).map(|_| AtomicU64::new(0)).collect();
    for_chunks(pool, updates, |index, chunk| {
        let update = &updates[index];
        let mut squares = 0f64;
        update
            .gradient
            .for_rows(chunk, update.bag_gradients, update.table.values, |row, sum| {
                squares += squares_of_row(update, row, sum);
            });
        partial[starts[index] + chunk].store(squares.to_bits(), Ordering::Relaxed);
    });
    partial
        .iter()
        .map(|bits| f64::from_bits(bits.load(Ordering::Relaxed)))
        .sum()
}

/// The sum of squares of the gradients of a row and of its weight, from the sum of the row's bag gradients.
fn squares_of_row(update: &TableUpdate, row: u32, sum: &mut [f32]) -> f64 {
    // SAFETY: nothing writes the tables meanwhile.
    let weight = unsafe { apply_row_weight(update, row as usize, sum) };
    let gradients = sum.iter().chain(weight.as_ref());
    gradients.map(|&g| f64::from(g) * f64::from(g)).sum()
}

/// How many lookups a row has, and the sum of squares of its gradients.
#[derive(Clone, Copy)]
pub struct RowSquares {
    pub lookups: u64,
    pub squares: f64,
}

/// The parts of `squared_norm` that come from some of a table's rows, in ascending order of the rows.
pub fn squares_of_rows(update: &TableUpdate) -> Vec<RowSquares> {
    let mut found = Vec::new();
    let keys = &update.gradient.keys;
    for chunk in 0..update.gradient.chunks() {
        let mut position = update.gradient.chunk(chunk).start;
        update
            .gradient
            .for_rows(chunk, update.bag_gradients, update.table.values, |row, sum| {
                let lookups = keys[position..].partition_point(|key| (key >> 32) as u32 == row);
                position += lookups;
                found.push(RowSquares {
                    lookups: lookups as u64,
                    squares: squares_of_row(update, row, sum),
                });
            });
    }
    found
}

/// The `squared_norm` of a table whose rows are divided among ranks, from the squares of all of its rows: to the bit that of
/// the whole table.
pub fn sum_of_squares(rows: impl Iterator<Item = RowSquares>) -> f64 {
    let mut chunks = vec![0f64];
    let mut position = 0;
    for row in rows {
        // A row belongs to the chunk in which its lookups begin.
        chunks.resize((position / CHUNK_LOOKUPS + 1).max(chunks.len()), 0.0);
        chunks[position / CHUNK_LOOKUPS] += row.squares;
        position += row.lookups as usize;
    }
    chunks.iter().sum()
}
