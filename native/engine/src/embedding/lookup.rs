//! Forward: pooled rows of every table for a range of the batch.

use std::ops::Range;

use super::{Bag, Lookups, prefetch};
use crate::compact::Compact;
use crate::matrix::Matrix;
use crate::plan::Pooling;
use crate::pool::Pool;
use crate::trained_rows::StandIn;

/// Lookups ahead of use at which a row is asked for.
const AHEAD: usize = 48;

/// One bag operation's operands.
#[derive(Clone, Copy)]
pub struct Lookup<'a> {
    pub bag: &'a Bag,
    pub lookups: Lookups<'a>,
    pub table: Table<'a>,
    /// `[rows]`, or one for each of the column's indices (`Bag::weighs_indices`).
    pub weights: Option<&'a [f32]>,
    /// In predictions, what is read in place of untrained rows and of untrained weights.
    pub untrained: Option<StandIn<'a>>,
    pub untrained_weights: Option<StandIn<'a>>,
    /// `[batch, dimension]`.
    pub output: Matrix,
}

/// A table's rows, `[rows, dimension]`.
#[derive(Clone, Copy)]
pub enum Table<'a> {
    Whole(&'a [f32]),
    Compact(&'a Compact),
}

/// Fills every operation's output; an empty bag gives zeros. Every row index has been checked.
pub fn forward(pool: &Pool, batch: usize, lookups: &[Lookup]) {
    let work: usize = lookups
        .iter()
        .map(|lookup| lookup.lookups.rows.len() * lookup.bag.dimension)
        .sum();
    let least = (16 * 1024usize).div_ceil((work / batch.max(1)).max(1));
    pool.ranges(batch, 1, least, |range| {
        // A table's first rows are asked for while the table before is at work.
        let parts: Vec<Part> = lookups.iter().map(|lookup| Part::new(lookup, &range)).collect();
        let mut coming = parts.iter();
        coming.next().inspect(|part| part.ask_for_first());
        for (lookup, part) in lookups.iter().zip(&parts) {
            coming.next().inspect(|part| part.ask_for_first());
            for b in range.clone() {
                // SAFETY: this thread alone has these rows of the batch, and no two values overlap (matrix.rs).
                pooled(lookup, part, b, unsafe { lookup.output.row_mut(b) });
            }
        }
    });
}

/// One operation's lookups of a range of the batch, to ask for their rows ahead of use.
struct Part<'a> {
    lookup: &'a Lookup<'a>,
    positions: Range<usize>,
}

impl<'a> Part<'a> {
    fn new(lookup: &'a Lookup<'a>, range: &Range<usize>) -> Self {
        let bag = |b: usize| lookup.lookups.bag(b);
        Self {
            lookup,
            positions: bag(range.start).start..bag(range.end - 1).end,
        }
    }

    fn ask_for_first(&self) {
        for position in self.positions.clone().take(AHEAD) {
            self.ask_for(position);
        }
    }

    #[inline(always)]
    fn ask_for(&self, position: usize) {
        if position < self.positions.end {
            let (row, dimension) = (self.lookup.lookups.rows[position], self.lookup.bag.dimension);
            match self.lookup.table {
                Table::Whole(table) => prefetch(table.as_ptr(), row as usize * dimension, dimension),
                Table::Compact(table) => table.ask_for(row as usize),
            }
        }
    }
}

fn pooled(lookup: &Lookup, part: &Part, b: usize, out: &mut [f32]) {
    let Lookup {
        bag,
        lookups,
        table,
        weights,
        untrained,
        untrained_weights,
        ..
    } = *lookup;
    let positions = lookups.bag(b);
    let weighted = if bag.weighs_indices() {
        lookups.indices
    } else {
        lookups.rows
    };
    match table {
        Table::Whole(table) => {
            let dimension = bag.dimension;
            let row_of = |row: u32| StandIn::of(untrained, table, row as usize, dimension);
            if positions.len() == 1 && weights.is_none() {
                part.ask_for(positions.start + AHEAD);
                out.copy_from_slice(row_of(lookups.rows[positions.start]));
                return;
            }
            out.fill(0.0);
            for position in positions.clone() {
                part.ask_for(position + AHEAD);
                let row = lookups.rows[position];
                match weights {
                    Some(weights) => {
                        let weight =
                            StandIn::of(untrained_weights, weights, weighted[position] as usize, 1)[0];
                        for (out, value) in out.iter_mut().zip(row_of(row)) {
                            *out += weight * value;
                        }
                    }
                    None => {
                        for (out, value) in out.iter_mut().zip(row_of(row)) {
                            *out += value;
                        }
                    }
                }
            }
        }
        Table::Compact(table) => {
            out.fill(0.0);
            for position in positions.clone() {
                part.ask_for(position + AHEAD);
                let row = lookups.rows[position] as usize;
                let weight = weights.map_or(1.0, |weights| {
                    StandIn::of(untrained_weights, weights, weighted[position] as usize, 1)[0]
                });
                table.add_row(row, weight, out);
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
