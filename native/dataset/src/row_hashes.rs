//! Finds rows that come more than once, by a hash of all their features, in bounded memory.

use std::hash::{BuildHasher, Hasher};

use batch::Batch;
use foldhash::fast::FixedState;

/// The number of rows of which all hashes are kept. Of more rows, a share of the different ones is kept with all their copies.
const MAX_HASHES: usize = 1 << 24;
const SEED: u64 = 0x6475_706c;

/// A hash of each row's dense values and table rows, not of its label, in the order of the batch.
pub fn row_hashes(batch: &Batch, hashes: &mut Vec<u64>) {
    hashes.clear();
    let state = FixedState::with_seed(SEED);
    for row in 0..batch.size {
        let mut hasher = state.build_hasher();
        for value in &batch.dense[row * batch.dense_width..(row + 1) * batch.dense_width] {
            hasher.write_u32(value.to_bits());
        }
        for column in &batch.columns {
            let range = match &column.offsets {
                Some(offsets) => offsets[row] as usize..offsets[row + 1] as usize,
                None => row..row + 1,
            };
            hasher.write_usize(range.len());
            column.indices[range]
                .iter()
                .for_each(|index| hasher.write_u32(*index));
        }
        hashes.push(hasher.finish());
    }
}

/// The different rows of a split.
pub struct RowHashes {
    /// One of this many different rows is kept.
    pub one_in: u64,
    hashes: Vec<u64>,
    pub repeated: u64,
}

impl RowHashes {
    pub fn new(rows: usize) -> Self {
        Self {
            one_in: rows.div_ceil(MAX_HASHES).max(1) as u64,
            hashes: Vec::new(),
            repeated: 0,
        }
    }

    /// Whether a row is among those that are kept.
    pub fn keeps(&self, hash: u64) -> bool {
        (hash >> 16).is_multiple_of(self.one_in)
    }

    /// Takes a row. Returns whether it is kept.
    pub fn add(&mut self, hash: u64) -> bool {
        let kept = self.keeps(hash);
        if kept {
            self.hashes.push(hash);
        }
        kept
    }

    /// Sorts the hashes and counts the rows that repeat another one.
    pub fn sort(&mut self) {
        let rows = self.hashes.len();
        self.hashes.sort_unstable();
        self.hashes.dedup();
        self.repeated = (rows - self.hashes.len()) as u64;
    }

    /// Whether a row was added; after `sort`.
    pub fn contains(&self, hash: u64) -> bool {
        self.hashes.binary_search(&hash).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use batch::SparseColumn;

    #[test]
    fn rows_are_equal_if_all_their_features_are() {
        let batch = Batch {
            size: 4,
            dense_width: 1,
            dense: vec![1.0, 1.0, 1.0, 2.0],
            labels: vec![0.0, 1.0, 0.0, 0.0],
            columns: vec![SparseColumn {
                offsets: Some(vec![0, 2, 4, 5, 7]),
                indices: vec![1, 2, 1, 2, 1, 1, 2],
            }],
        };
        let mut hashes = Vec::new();
        row_hashes(&batch, &mut hashes);
        assert_eq!(hashes[0], hashes[1]);
        assert!(hashes[0] != hashes[2] && hashes[0] != hashes[3]);
        let mut rows = RowHashes::new(4);
        assert!(hashes.iter().take(3).all(|hash| rows.add(*hash)));
        rows.sort();
        assert_eq!(rows.repeated, 1);
        assert!(rows.contains(hashes[0]) && !rows.contains(hashes[3]));
    }
}
