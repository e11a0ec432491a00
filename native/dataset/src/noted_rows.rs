//! The accepted rows between the two halves of an import, in a scratch file. The reading notes the number of every value there,
//! and the writing turns numbers into table rows as soon as it is known which values have one, so that no text is parsed twice.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorCode, Result};
use crate::packed_numbers::{Unpacker, pack_floats, pack_numbers};
use crate::split::Split;

const READ_BYTES: usize = 1 << 20;

/// Rows by column. Every list has one entry for each row, unless it says otherwise.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NotedBlock {
    pub splits: Vec<Split>,
    pub labels: Vec<f32>,
    /// The values of each dense column, which are NaN for empty fields.
    pub dense: Vec<Vec<f64>>,
    pub sparse: Vec<NotedValues>,
}

/// The values of a sparse column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NotedValues {
    /// One for each row of a single-valued column, which is `NO_VALUE` for an empty field; any number for a row of a
    /// multi-valued one.
    pub numbers: Vec<u32>,
    /// How many values each row has; empty for a single-valued column.
    pub lengths: Vec<u32>,
}

impl NotedValues {
    pub fn clear(&mut self) {
        self.numbers.clear();
        self.lengths.clear();
    }
}

/// A scratch file of blocks, which is removed when this is dropped.
pub struct NotedRows {
    path: PathBuf,
    file: File,
    packed: Vec<u8>,
}

impl NotedRows {
    pub fn create(folder: &Path) -> Result<Self> {
        let path = folder.join("rows.scratch");
        let file = File::options()
            .read(true)
            .append(true)
            .create_new(true)
            .open(&path);
        Ok(Self {
            file: file.map_err(|error| Error::io(&path, &error))?,
            path,
            packed: Vec::new(),
        })
    }

    /// Writes a block, given as the lists that `NotedBlock` has.
    pub fn write(
        &mut self,
        splits: &[Split],
        labels: &[f32],
        dense: &[Vec<f64>],
        sparse: &[NotedValues],
    ) -> Result<()> {
        let packed = &mut self.packed;
        packed.clear();
        // The length of what follows comes first.
        packed.extend_from_slice(&[0; 8]);
        let splits: Vec<u32> = splits.iter().map(|split| *split as u32).collect();
        pack_numbers(packed, &splits);
        for label in labels {
            packed.extend_from_slice(&label.to_le_bytes());
        }
        for values in dense {
            pack_floats(packed, values);
        }
        for values in sparse {
            pack_numbers(packed, &values.numbers);
            pack_numbers(packed, &values.lengths);
        }
        let length = packed.len() as u64 - 8;
        packed[..8].copy_from_slice(&length.to_le_bytes());
        self.file
            .write_all(packed)
            .map_err(|error| Error::io(&self.path, &error))
    }

    /// Reads the blocks in the order in which they were written, each with `dense` and `sparse` columns.
    pub fn read(&self, dense: usize, sparse: usize) -> Result<NotedReader> {
        let file = File::open(&self.path).map_err(|error| Error::io(&self.path, &error))?;
        Ok(NotedReader {
            path: self.path.clone(),
            file: BufReader::with_capacity(READ_BYTES, file),
            packed: Vec::new(),
            dense,
            sparse,
        })
    }
}

impl Drop for NotedRows {
    fn drop(&mut self) {
        // The import's folder is removed as a whole if this fails.
        drop(fs::remove_file(&self.path));
    }
}

pub struct NotedReader {
    path: PathBuf,
    file: BufReader<File>,
    packed: Vec<u8>,
    dense: usize,
    sparse: usize,
}

impl NotedReader {
    /// Fills a block with the next rows. Returns false at the end.
    pub fn next(&mut self, block: &mut NotedBlock) -> Result<bool> {
        let waiting = self
            .file
            .fill_buf()
            .map_err(|error| Error::io(&self.path, &error))?;
        if waiting.is_empty() {
            return Ok(false);
        }
        let mut length = [0; 8];
        let mut read = |bytes: &mut [u8]| {
            self.file
                .read_exact(bytes)
                .map_err(|error| Error::io(&self.path, &error))
        };
        read(&mut length)?;
        self.packed.resize(u64::from_le_bytes(length) as usize, 0);
        read(&mut self.packed)?;
        self.unpack(block).ok_or_else(|| {
            Error::file(
                ErrorCode::Io,
                &self.path,
                "the import's own scratch file has changed",
            )
        })?;
        Ok(true)
    }

    fn unpack(&self, block: &mut NotedBlock) -> Option<()> {
        let mut unpacker = Unpacker::new(&self.packed);
        let mut splits = Vec::new();
        unpacker.numbers(&mut splits)?;
        block.splits.clear();
        for split in splits {
            block.splits.push(*Split::ALL.get(split as usize)?);
        }
        block.labels.clear();
        for _ in &block.splits {
            block.labels.push(f32::from_le_bytes(unpacker.bytes()?));
        }
        block.dense.resize_with(self.dense, Vec::new);
        for values in &mut block.dense {
            unpacker.floats(values)?;
        }
        block.sparse.resize_with(self.sparse, NotedValues::default);
        for values in &mut block.sparse {
            unpacker.numbers(&mut values.numbers)?;
            unpacker.numbers(&mut values.lengths)?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packed_numbers::NO_VALUE;

    fn block(rows: u32) -> NotedBlock {
        NotedBlock {
            splits: (0..rows).map(|row| Split::ALL[row as usize % 3]).collect(),
            labels: (0..rows).map(|row| row as f32 / 3.0).collect(),
            dense: vec![
                (0..rows).map(|row| f64::from(row) - 5.0).collect(),
                (0..rows).map(|row| f64::from(row) / 7.0).collect(),
            ],
            sparse: vec![
                NotedValues {
                    numbers: (0..rows)
                        .map(|row| if row == 1 { NO_VALUE } else { row * 70_000 })
                        .collect(),
                    lengths: Vec::new(),
                },
                NotedValues {
                    numbers: (0..rows * 2).collect(),
                    lengths: vec![2; rows as usize],
                },
            ],
        }
    }

    fn write(noted: &mut NotedRows, block: &NotedBlock) {
        noted
            .write(&block.splits, &block.labels, &block.dense, &block.sparse)
            .unwrap();
    }

    #[test]
    fn gives_every_block_back_and_removes_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut noted = NotedRows::create(folder.path()).unwrap();
        let blocks = [block(3), block(1), block(500)];
        for block in &blocks {
            write(&mut noted, block);
        }
        let mut reader = noted.read(2, 2).unwrap();
        let mut found = NotedBlock::default();
        for block in &blocks {
            assert!(reader.next(&mut found).unwrap());
            assert_eq!(found, *block);
        }
        assert!(!reader.next(&mut found).unwrap());
        drop(noted);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_scratch_file_that_was_cut_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let mut noted = NotedRows::create(folder.path()).unwrap();
        write(&mut noted, &block(100));
        let path = folder.path().join("rows.scratch");
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
        let read = noted.read(2, 2).unwrap().next(&mut NotedBlock::default());
        assert_eq!(read.unwrap_err().code, ErrorCode::Io);
    }
}
