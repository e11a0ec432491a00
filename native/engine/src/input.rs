//! A batch is checked once, before its indices are used; then the indices are mapped to table rows.

use std::ops::Range;

use batch::{Batch, SparseColumn};

use crate::embedding::{Bag, Lookups};
use crate::plan::Plan;
use crate::tensors::{IndexMap, SparseInput};
use error_code::{Error, Result};

/// The largest batch. Its size times any width is far from overflow.
const MAX_BATCH: usize = 1 << 24;

/// What a rank has of a batch.
pub struct OwnPart<'a> {
    /// How many rows have dense values and labels, unless all have them.
    pub rows: usize,
    /// For each sparse column, whether it is looked up.
    pub columns: &'a [bool],
}

/// # Errors
/// InvalidArgument naming the field or column, position and value.
pub fn check(plan: &Plan, batch: &Batch, own: Option<OwnPart>) -> Result<()> {
    let size = batch.size;
    if size == 0 || size > MAX_BATCH {
        return Err(Error::argument(format!(
            "size is {size}; a batch needs 1 to {MAX_BATCH} rows."
        )));
    }
    let width = plan.tensors.inputs.dense.len();
    let rows = match &own {
        Some(own) if batch.labels.len() != size => own.rows,
        _ => size,
    };
    if batch.dense_width != width || batch.dense.len() != rows * width {
        return Err(Error::argument(format!(
            "dense has {} values; {rows} rows of {width} dense columns need {}.",
            batch.dense.len(),
            rows * width
        )));
    }
    if batch.labels.len() != rows {
        return Err(Error::argument(format!(
            "labels has {} values; {rows} rows need as many.",
            batch.labels.len()
        )));
    }
    if batch.columns.len() != plan.tensors.inputs.sparse.len() {
        return Err(Error::argument(format!(
            "columns has {} entries; the plan has {} sparse columns.",
            batch.columns.len(),
            plan.tensors.inputs.sparse.len()
        )));
    }
    let inputs = plan.tensors.inputs.sparse.iter().enumerate();
    for ((index, input), column) in inputs.zip(&batch.columns) {
        if own.as_ref().is_some_and(|own| !own.columns[index]) {
            continue;
        }
        check_column(input, column, size)
            .map_err(|reason| Error::argument(format!("Column '{}': {reason}.", input.name)))?;
    }
    Ok(())
}

fn check_column(input: &SparseInput, column: &SparseColumn, size: usize) -> std::result::Result<(), String> {
    let indices = &column.indices;
    let Some(offsets) = &column.offsets else {
        if indices.len() != size {
            return Err(format!(
                "it has {} indices and no offsets, but {size} rows need one index each",
                indices.len()
            ));
        }
        return check_indices(input, indices);
    };
    if offsets.len() != size + 1 || offsets[0] != 0 || offsets[size] as usize != indices.len() {
        return Err(format!(
            "its offsets must start at 0 and close {size} bags over {} indices",
            indices.len()
        ));
    }
    if let Some(position) = offsets.windows(2).position(|pair| pair[0] > pair[1]) {
        return Err(format!(
            "offset {position} is {} and the next is smaller",
            offsets[position]
        ));
    }
    if !input.multi_valued
        && let Some(row) = offsets.windows(2).position(|pair| pair[1] - pair[0] != 1)
    {
        let count = offsets[row + 1] - offsets[row];
        return Err(format!(
            "row {row} has {count} indices; a single-valued column has exactly one"
        ));
    }
    check_indices(input, indices)
}

fn check_indices(input: &SparseInput, indices: &[u32]) -> std::result::Result<(), String> {
    let highest = indices.iter().copied().fold(0, u32::max);
    if u64::from(highest) < input.cardinality {
        return Ok(());
    }
    let bad = indices
        .iter()
        .enumerate()
        .find(|(_, index)| u64::from(**index) >= input.cardinality);
    match bad {
        Some((position, index)) => Err(format!(
            "index {index} at position {position} must be less than the cardinality, {}",
            input.cardinality
        )),
        None => Ok(()),
    }
}

/// The lookups of a batch that fall on the rows that a rank has of a table.
#[derive(Clone, Default)]
pub struct ShardLookups {
    /// The samples that have such lookups, in ascending order.
    pub samples: Vec<u32>,
    /// `[samples + 1]`: where the lookups of each begin in `rows`.
    pub offsets: Vec<u32>,
    /// Counted from the first row that the rank has.
    rows: Vec<u32>,
    /// As those of `Lookups`; where every value has a row of its own, the values are counted from the first row, too.
    indices: Vec<u32>,
}

impl ShardLookups {
    fn fill(&mut self, bag: &Bag, held: &Range<usize>, batch: &Batch) {
        let column = &batch.columns[bag.column];
        for list in [
            &mut self.samples,
            &mut self.offsets,
            &mut self.rows,
            &mut self.indices,
        ] {
            list.clear();
        }
        self.offsets.push(0);
        for sample in 0..batch.size {
            for &index in column.of_row(sample) {
                let row = bag.map.row(index) as usize;
                if held.contains(&row) {
                    let row = (row - held.start) as u32;
                    self.rows.push(row);
                    let is_own = bag.map == IndexMap::Identity;
                    self.indices.push(if is_own { row } else { index });
                }
            }
            if self.rows.len() as u32 > self.offsets[self.samples.len()] {
                self.samples.push(sample as u32);
                self.offsets.push(self.rows.len() as u32);
            }
        }
    }

    /// One bag for each sample that has any.
    fn by_sample(&self) -> Lookups<'_> {
        Lookups {
            offsets: Some(&self.offsets),
            ..self.one_by_one()
        }
    }

    /// A bag for each lookup.
    pub fn one_by_one(&self) -> Lookups<'_> {
        Lookups {
            rows: &self.rows,
            indices: &self.indices,
            offsets: None,
        }
    }
}

/// Table rows of the bags whose map is not the identity, and of those whose table's rows are divided among ranks.
#[derive(Default)]
pub struct MappedRows {
    rows: Vec<Vec<u32>>,
    shards: Vec<ShardLookups>,
}

impl MappedRows {
    /// Maps a checked batch's indices.
    pub fn fill(&mut self, bags: &[Bag], batch: &Batch) {
        self.rows.resize(bags.len(), Vec::new());
        self.shards.resize(bags.len(), ShardLookups::default());
        for ((bag, rows), shard) in bags.iter().zip(&mut self.rows).zip(&mut self.shards) {
            rows.clear();
            if let Some(held) = &bag.rows {
                shard.fill(bag, held, batch);
            } else if bag.map != IndexMap::Identity {
                rows.extend(
                    batch.columns[bag.column]
                        .indices
                        .iter()
                        .map(|&index| bag.map.row(index)),
                );
            }
        }
    }

    /// The lookups of bag operation `index`, whose table's rows are divided among ranks.
    pub fn shard(&self, index: usize) -> &ShardLookups {
        &self.shards[index]
    }

    /// The lookups of bag operation `index`. Where rows are divided among ranks, the bags are those of the samples that look
    /// up a row of this rank.
    pub fn lookups<'a>(&'a self, index: usize, bag: &Bag, batch: &'a Batch) -> Lookups<'a> {
        if bag.rows.is_some() {
            return self.shards[index].by_sample();
        }
        let column = &batch.columns[bag.column];
        let rows = if bag.map == IndexMap::Identity {
            &column.indices
        } else {
            &self.rows[index]
        };
        Lookups {
            rows,
            indices: &column.indices,
            offsets: column.offsets.as_deref(),
        }
    }
}
