//! Embedding bags: all tables' lookups in one pass, and one fused backward and optimizer pass over the touched rows.

mod lookup;
mod sort;
mod update;

pub use lookup::{Lookup, Table, forward};
pub use update::{Change, Rows, TableGradient, coalesced, squared_norm, update};

use crate::cpu;
use crate::matrix::CACHE_LINE_ELEMENTS;
use crate::plan::{IndexMap, OperationKind, Plan, Pooling};

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
}

impl Bag {
    /// Whether its learned weights are those of the column's indices, which both halves of a pair share, and not those
    /// of the table's rows.
    pub fn weighs_indices(&self) -> bool {
        self.row_weights.is_some() && self.map.is_half()
    }
}

/// The parameters that are weights of indices, each once.
pub fn shared_weights(bags: &[Bag]) -> Vec<usize> {
    let mut shared: Vec<usize> = bags
        .iter()
        .filter(|bag| bag.weighs_indices())
        .filter_map(|bag| bag.row_weights)
        .collect();
    shared.sort_unstable();
    shared.dedup();
    shared
}

/// The live embedding bags of a plan, in its order.
pub fn bags(plan: &Plan, live: &[bool]) -> Vec<Bag> {
    let bag = |kind: &OperationKind| match *kind {
        OperationKind::EmbeddingBag {
            column,
            table,
            row_weights,
            pooling,
            index_map,
            output,
        } => Some(Bag {
            column,
            table,
            row_weights,
            pooling,
            map: index_map,
            output,
            dimension: plan.values[output].width,
        }),
        _ => None,
    };
    let operations = plan.operations.iter().zip(live).filter(|(_, live)| **live);
    operations
        .filter_map(|(operation, _)| bag(&operation.kind))
        .collect()
}

/// A bag operation's table rows for one batch: bag b is `rows[offsets[b]..offsets[b + 1]]`, or `rows[b]` alone.
#[derive(Clone, Copy)]
pub struct Lookups<'a> {
    pub rows: &'a [u32],
    /// The column's indices that the rows are of.
    pub indices: &'a [u32],
    pub offsets: Option<&'a [u32]>,
}

impl Lookups<'_> {
    /// Positions in `rows` of bag `b`.
    pub fn bag(&self, b: usize) -> std::ops::Range<usize> {
        match self.offsets {
            Some(offsets) => offsets[b] as usize..offsets[b + 1] as usize,
            None => b..b + 1,
        }
    }
}

/// Asks the memory system for `count` elements from `start` on that are needed soon.
#[inline(always)]
fn prefetch(memory: *const f32, start: usize, count: usize) {
    for line in (0..count.min(128)).step_by(CACHE_LINE_ELEMENTS) {
        cpu::prefetch_far(memory.wrapping_add(start + line));
    }
}
