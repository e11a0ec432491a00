//! Forward: pooled rows of every table for a range of the batch.

use super::{Bag, Lookups, prefetch};
use crate::matrix::Matrix;
use crate::plan::Pooling;
use crate::pool::Pool;

/// Lookups ahead of use at which a row is asked for.
const AHEAD: usize = 16;

/// One bag operation's operands.
#[derive(Clone, Copy)]
pub struct Lookup<'a> {
    pub bag: &'a Bag,
    pub lookups: Lookups<'a>,
    /// `[rows, dimension]`.
    pub table: &'a [f32],
    /// `[rows]`.
    pub weights: Option<&'a [f32]>,
    /// `[batch, dimension]`.
    pub output: Matrix,
}

/// Fills every operation's output; an empty bag gives zeros. Every row index has been checked.
pub fn forward(pool: &Pool, batch: usize, lookups: &[Lookup]) {
    let work: usize = lookups
        .iter()
        .map(|lookup| lookup.lookups.rows.len() * lookup.bag.dimension)
        .sum();
    let least = (16 * 1024usize).div_ceil((work / batch.max(1)).max(1));
    pool.ranges(batch, 1, least, |range| {
        for lookup in lookups {
            for b in range.clone() {
                // SAFETY: this thread alone has these rows of the batch, and no two values overlap (matrix.rs).
                pooled(lookup, b, unsafe { lookup.output.row_mut(b) });
            }
        }
    });
}

fn pooled(lookup: &Lookup, b: usize, out: &mut [f32]) {
    let Lookup {
        bag,
        lookups,
        table,
        weights,
        ..
    } = *lookup;
    let dimension = bag.dimension;
    let row_of = |row: u32| &table[row as usize * dimension..][..dimension];
    let positions = lookups.bag(b);
    let ahead = |position: usize| {
        if let Some(&row) = lookups.rows.get(position + AHEAD) {
            prefetch(table.as_ptr(), row, dimension);
        }
    };
    if positions.len() == 1 && weights.is_none() {
        ahead(positions.start);
        out.copy_from_slice(row_of(lookups.rows[positions.start]));
        return;
    }
    out.fill(0.0);
    for position in positions.clone() {
        ahead(position);
        let row = lookups.rows[position];
        match weights {
            Some(weights) => {
                let weight = weights[row as usize];
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
    if bag.pooling == Pooling::Mean && positions.len() > 1 {
        let count = positions.len() as f32;
        for out in out {
            *out /= count;
        }
    }
}
