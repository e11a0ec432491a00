//! Embedding bags: one call looks up the rows of all tables, and one call sums the gradients of the rows that were
//! looked up and takes the optimizer's step on them.

mod lookup;
mod sort;
mod squares;
mod update;

pub use lookup::{Lookup, Table, forward};
pub use squares::{RowSquares, squared_norm, squares_of_rows, sum_of_squares};
pub use update::{RowUpdater, TableGradient, TableUpdate, coalesced, update};

use std::ops::Range;

use crate::cpu;
use crate::matrix::CACHE_LINE_ELEMENTS;
use crate::tensors::{IndexMap, Pooling, Tensors};

/// One embedding bag operation.
#[derive(Clone, Debug)]
pub struct Bag {
    pub column: usize,
    pub table: usize,
    pub row_weights: Option<usize>,
    pub pooling: Pooling,
    pub map: IndexMap,
    pub output: usize,
    pub dimension: usize,
    /// The rows of the table that this rank has, where the rows are divided among ranks.
    pub rows: Option<Range<usize>>,
}

impl Bag {
    /// Whether its learned weights belong to the column's indices and not to the table's rows. They do for the two
    /// tables of a quotient-remainder pair, which share one weight per index.
    pub fn has_index_weights(&self) -> bool {
        self.row_weights.is_some() && self.map.is_quotient_remainder()
    }
}

/// The parameters whose rows are weights of indices, each once.
pub fn shared_weights(bags: &[Bag]) -> Vec<usize> {
    let mut shared: Vec<usize> = bags
        .iter()
        .filter(|bag| bag.has_index_weights())
        .filter_map(|bag| bag.row_weights)
        .collect();
    shared.sort_unstable();
    shared.dedup();
    shared
}

/// How a table or learned weights are read: the map from values to rows, and how many values their column has. None for
/// parameters that no bag reads.
pub fn reads(bags: &[Bag], tensors: &Tensors, parameter: usize) -> Option<(IndexMap, usize)> {
    let bag = bags
        .iter()
        .find(|bag| bag.table == parameter || bag.row_weights == Some(parameter))?;
    let by_index = bag.table != parameter && bag.has_index_weights();
    let map = if by_index { IndexMap::Identity } else { bag.map };
    Some((map, tensors.inputs.sparse[bag.column].cardinality as usize))
}

/// The two bags of every quotient-remainder pair whose rows are multiplied, for columns of single values; `factors` are the
/// values of the plan's elementwise products. Bags with some rows of a table are left out.
pub fn multiplied_pairs<'a>(
    bags: &'a [Bag],
    tensors: &Tensors,
    factors: impl Iterator<Item = [usize; 2]>,
) -> Vec<[&'a Bag; 2]> {
    let pair_member = |value: usize| {
        let bag = bags.iter().find(|bag| bag.output == value)?;
        let is_whole = bag.rows.is_none() && bag.map.is_quotient_remainder();
        (is_whole && !tensors.inputs.sparse[bag.column].multi_valued).then_some(bag)
    };
    factors
        .filter_map(|[first, second]| Some([pair_member(first)?, pair_member(second)?]))
        .filter(|[first, second]| first.column == second.column)
        .collect()
}

/// The table rows that a bag operation looks up for one batch: bag b has `rows[offsets[b]..offsets[b + 1]]`, or only
/// `rows[b]` where there are no offsets.
#[derive(Clone, Copy)]
pub struct Lookups<'a> {
    pub rows: &'a [u32],
    /// The column's indices that were mapped to `rows`.
    pub indices: &'a [u32],
    pub offsets: Option<&'a [u32]>,
}

impl Lookups<'_> {
    /// The positions in `rows` of bag `b`.
    pub fn bag(&self, b: usize) -> Range<usize> {
        match self.offsets {
            Some(offsets) => offsets[b] as usize..offsets[b + 1] as usize,
            None => b..b + 1,
        }
    }
}

/// Prefetches `count` elements from `start` on.
#[inline(always)]
fn prefetch(memory: *const f32, start: usize, count: usize) {
    for line in (0..count.min(128)).step_by(CACHE_LINE_ELEMENTS) {
        cpu::prefetch_far(memory.wrapping_add(start + line));
    }
}
