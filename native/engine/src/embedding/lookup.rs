//! Forward: looks up and pools the rows of every table for a range of the batch.

use std::ops::Range;

use super::{Bag, Lookups, prefetch};
use crate::matrix::Matrix;
use crate::pool::Pool;
use crate::quantised::QuantisedMatrix;
use crate::tensors::Pooling;
use crate::trained_rows::Substitute;

/// A row is prefetched this many lookups before it is used.
const PREFETCH_DISTANCE: usize = 48;

/// One bag operation's operands.
#[derive(Clone, Copy)]
pub struct Lookup<'a> {
    pub bag: &'a Bag,
    pub lookups: Lookups<'a>,
    pub table: Table<'a>,
    /// `[rows]`, or one for each of the column's indices (`Bag::has_index_weights`).
    pub weights: Option<&'a [f32]>,
    /// In predictions, what is read in place of the rows and of the weights of values that training has not seen.
    pub substitute: Option<Substitute<'a>>,
    pub weight_substitute: Option<Substitute<'a>>,
    /// `[batch, dimension]`.
    pub output: Matrix,
}

/// A table's rows, `[rows, dimension]`.
#[derive(Clone, Copy)]
pub enum Table<'a> {
    Fp32(&'a [f32]),
    Quantised(&'a QuantisedMatrix),
}

/// Writes the output of every operation; an empty bag gives zeros. All row indices must have been checked.
pub fn forward(pool: &Pool, batch: usize, lookups: &[Lookup]) {
    let work: usize = lookups
        .iter()
        .map(|lookup| lookup.lookups.rows.len() * lookup.bag.dimension)
        .sum();
    let min_rows = (16 * 1024usize).div_ceil((work / batch.max(1)).max(1));
    pool.ranges(batch, 1, min_rows, |range| {
        // The first rows of a table are prefetched while the table before it is pooled.
        let ranges: Vec<LookupRange> = lookups
            .iter()
            .map(|lookup| LookupRange::new(lookup, &range))
            .collect();
        let mut upcoming = ranges.iter();
        upcoming.next().inspect(|range| range.prefetch_first());
        for (lookup, lookup_range) in lookups.iter().zip(&ranges) {
            upcoming.next().inspect(|range| range.prefetch_first());
            for b in range.clone() {
                // SAFETY: only this thread has these rows of the batch, and no two values overlap (matrix.rs).
                pool_bag(lookup, lookup_range, b, unsafe { lookup.output.row_mut(b) });
            }
        }
    });
}

/// One operation's lookups for a range of the batch, whose rows it prefetches.
struct LookupRange<'a> {
    lookup: &'a Lookup<'a>,
    positions: Range<usize>,
}

impl<'a> LookupRange<'a> {
    fn new(lookup: &'a Lookup<'a>, range: &Range<usize>) -> Self {
        let bag = |b: usize| lookup.lookups.bag(b);
        Self {
            lookup,
            positions: bag(range.start).start..bag(range.end - 1).end,
        }
    }

    fn prefetch_first(&self) {
        for position in self.positions.clone().take(PREFETCH_DISTANCE) {
            self.prefetch(position);
        }
    }

    #[inline(always)]
    fn prefetch(&self, position: usize) {
        if position < self.positions.end {
            let (row, dimension) = (self.lookup.lookups.rows[position], self.lookup.bag.dimension);
            match self.lookup.table {
                Table::Fp32(table) => prefetch(table.as_ptr(), row as usize * dimension, dimension),
                Table::Quantised(table) => table.prefetch(row as usize),
            }
        }
    }
}

fn pool_bag(lookup: &Lookup, range: &LookupRange, b: usize, out: &mut [f32]) {
    let Lookup {
        bag,
        lookups,
        table,
        weights,
        substitute,
        weight_substitute,
        ..
    } = *lookup;
    let positions = lookups.bag(b);
    let weight_indices = if bag.has_index_weights() {
        lookups.indices
    } else {
        lookups.rows
    };
    let weight_of = |weights: &[f32], position: usize| {
        let value = lookups.indices[position];
        Substitute::read(weight_substitute, weights, value, weight_indices[position], 1)[0]
    };
    match table {
        Table::Fp32(table) => {
            let dimension = bag.dimension;
            let row_of = |position: usize| {
                let (value, row) = (lookups.indices[position], lookups.rows[position]);
                Substitute::read(substitute, table, value, row, dimension)
            };
            if positions.len() == 1 && weights.is_none() {
                range.prefetch(positions.start + PREFETCH_DISTANCE);
                out.copy_from_slice(row_of(positions.start));
                return;
            }
            out.fill(0.0);
            for position in positions.clone() {
                range.prefetch(position + PREFETCH_DISTANCE);
                match weights {
                    Some(weights) => {
                        let weight = weight_of(weights, position);
                        for (out, value) in out.iter_mut().zip(row_of(position)) {
                            *out += weight * value;
                        }
                    }
                    None => {
                        for (out, value) in out.iter_mut().zip(row_of(position)) {
                            *out += value;
                        }
                    }
                }
            }
        }
        Table::Quantised(table) => {
            out.fill(0.0);
            for position in positions.clone() {
                range.prefetch(position + PREFETCH_DISTANCE);
                let weight = weights.map_or(1.0, |weights| weight_of(weights, position));
                match Substitute::for_value(substitute, lookups.indices[position]) {
                    Some(row) => out
                        .iter_mut()
                        .zip(row)
                        .for_each(|(out, value)| *out += weight * value),
                    None => table.add_row(lookups.rows[position] as usize, weight, out),
                }
            }
        }
    }
    if bag.pooling == Pooling::Mean && positions.len() > 1 {
        let count = positions.len() as f32;
        for out in out {
            *out /= count;
        }
    }
}
