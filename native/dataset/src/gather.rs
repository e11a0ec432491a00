//! Copies chosen rows and columns of a split into a batch, checking every index on the way.

use batch::{Batch, SparseColumn};

use crate::error::{Error, Result};
use ranks::Leaves;

use crate::manifest::{ColumnEntry, Manifest};
use crate::reader::{BagFiles, OFFSET_BYTES, SplitFiles, VALUE_BYTES};

/// Which columns a batch has and where they lie in the files.
#[derive(Clone, Debug)]
pub struct Selection {
    record_bytes: usize,
    /// The byte positions of dense values in a record.
    dense: Vec<usize>,
    sparse: Vec<SelectedColumn>,
    /// The rank whose rows have dense values and labels; without it, all rows have them.
    rank: Option<(Leaves, usize)>,
}

#[derive(Clone, Debug)]
struct SelectedColumn {
    name: String,
    cardinality: u64,
    source: ColumnSource,
}

/// Where a sparse column's indices are stored.
#[derive(Clone, Copy, Debug)]
enum ColumnSource {
    /// At this byte of every record of `rows.bin`.
    Record(usize),
    /// In the files of the multi-valued column with this number.
    Bag(usize),
    /// Somewhere, but the rank does not look it up.
    Unread,
}

impl Selection {
    /// # Errors
    /// InvalidArgument that names a column which the dataset lacks.
    pub fn new(manifest: &Manifest, dense: &[String], sparse: &[String]) -> Result<Self> {
        let is_dense = |column: &&ColumnEntry| matches!(column, ColumnEntry::Dense(_));
        let dense_count = manifest.columns.iter().filter(is_dense).count();
        let (mut dense_known, mut sparse_known) = (Vec::new(), Vec::new());
        let (mut singles, mut bags) = (0, 0);
        for column in &manifest.columns {
            let (entry, source) = match column {
                ColumnEntry::Dense(entry) => {
                    dense_known.push((&entry.name, VALUE_BYTES * (1 + dense_known.len())));
                    continue;
                }
                ColumnEntry::Sparse(entry) => {
                    singles += 1;
                    (entry, ColumnSource::Record(VALUE_BYTES * (dense_count + singles)))
                }
                ColumnEntry::MultiValued(entry) => {
                    bags += 1;
                    (entry, ColumnSource::Bag(bags - 1))
                }
            };
            sparse_known.push(SelectedColumn {
                name: entry.name.clone(),
                cardinality: entry.cardinality,
                source,
            });
        }
        let unknown = |kind: &str, name: &String| {
            Error::argument(format!("The dataset has no {kind} column named \"{name}\"."))
        };
        let find_dense = |name: &String| {
            let found = dense_known.iter().find(|(known, _)| *known == name);
            found
                .map(|(_, position)| *position)
                .ok_or_else(|| unknown("dense", name))
        };
        let find_sparse = |name: &String| {
            let found = sparse_known.iter().find(|column| column.name == *name);
            found.cloned().ok_or_else(|| unknown("sparse", name))
        };
        Ok(Self {
            record_bytes: VALUE_BYTES * (1 + dense_count + singles),
            dense: dense.iter().map(find_dense).collect::<Result<_>>()?,
            sparse: sparse.iter().map(find_sparse).collect::<Result<_>>()?,
            rank: None,
        })
    }

    /// Limits batches to what a rank needs: these sparse columns of all rows, and the rest of its own rows.
    pub fn restrict(&mut self, leaves: Leaves, rank: usize, columns: &[String]) {
        self.rank = Some((leaves, rank));
        for column in &mut self.sparse {
            if !columns.contains(&column.name) {
                column.source = ColumnSource::Unread;
            }
        }
    }

    /// Fills `batch` with the rows in the order of `rows`, each below the split's number of rows.
    ///
    /// # Errors
    /// A sentence that names the column whose stored index or bag is out of range.
    pub fn gather(
        &self,
        split: &SplitFiles,
        rows: impl ExactSizeIterator<Item = usize> + Clone,
        batch: &mut Batch,
    ) -> std::result::Result<(), String> {
        batch.size = rows.len();
        batch.dense_width = self.dense.len();
        batch.dense.clear();
        batch.labels.clear();
        batch
            .columns
            .resize_with(self.sparse.len(), SparseColumn::default);
        for (selected, column) in self.sparse.iter().zip(&mut batch.columns) {
            column.indices.clear();
            match selected.source {
                ColumnSource::Record(_) | ColumnSource::Unread => column.offsets = None,
                ColumnSource::Bag(_) => column.offsets.get_or_insert_default().clear(),
            }
        }
        let records = split.records.bytes();
        let own = match self.rank {
            Some((leaves, rank)) => leaves.rows_of_rank(rank, batch.size),
            None => 0..batch.size,
        };
        for (position, row) in rows.clone().enumerate() {
            let record = &records[row * self.record_bytes..(row + 1) * self.record_bytes];
            if own.contains(&position) {
                batch.labels.push(f32::from_bits(number(record, 0)));
                let values = self
                    .dense
                    .iter()
                    .map(|position| f32::from_bits(number(record, *position)));
                batch.dense.extend(values);
            }
            for (selected, column) in self.sparse.iter().zip(&mut batch.columns) {
                if let ColumnSource::Record(position) = selected.source {
                    column.indices.push(number(record, position));
                }
            }
        }
        for (selected, column) in self.sparse.iter().zip(&mut batch.columns) {
            if let ColumnSource::Bag(bag) = selected.source {
                gather_bag(selected, &split.bags[bag], rows.clone(), column)?;
            }
            selected.check(&column.indices)?;
        }
        Ok(())
    }
}

impl SelectedColumn {
    fn check(&self, indices: &[u32]) -> std::result::Result<(), String> {
        let largest = indices.iter().max().copied().unwrap_or(0);
        if u64::from(largest) < self.cardinality {
            return Ok(());
        }
        Err(format!(
            "The dataset is damaged: column \"{}\" holds the index {largest}, but its table has {} rows. Import the data again.",
            self.name, self.cardinality
        ))
    }
}

fn gather_bag(
    selected: &SelectedColumn,
    files: &BagFiles,
    rows: impl Iterator<Item = usize>,
    column: &mut SparseColumn,
) -> std::result::Result<(), String> {
    let values = files.values.bytes();
    let offsets = column.offsets.get_or_insert_default();
    offsets.push(0);
    for row in rows {
        let bounds = &files.offsets.bytes()[row * OFFSET_BYTES..(row + 2) * OFFSET_BYTES];
        let (start, end) = bounds.split_at(OFFSET_BYTES);
        let bag = position(start)
            .zip(position(end))
            .and_then(|(start, end)| values.get(start..end));
        let Some(bag) = bag else {
            return Err(format!(
                "The dataset is damaged: column \"{}\" has a list that lies outside its values. Import the data again.",
                selected.name
            ));
        };
        column
            .indices
            .extend(bag.chunks_exact(VALUE_BYTES).map(|value| number(value, 0)));
        let total = u32::try_from(column.indices.len());
        offsets.push(
            total.map_err(|_| format!("Column \"{}\" has too many values for one batch.", selected.name))?,
        );
    }
    Ok(())
}

/// The byte position of a stored offset, which counts values.
fn position(offset: &[u8]) -> Option<usize> {
    let offset = u64::from_le_bytes(offset.try_into().ok()?);
    usize::try_from(offset).ok()?.checked_mul(VALUE_BYTES)
}

fn number(record: &[u8], position: usize) -> u32 {
    let bytes = record[position..position + VALUE_BYTES].try_into();
    bytes.map_or(0, u32::from_le_bytes)
}
