//! Exact ranks (medians, time boundaries) of any number of values in bounded memory: values are counted in a map that
//! is written out, sorted, to a scratch file whenever it grows too large, and the sorted runs are merged at the end.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use foldhash::fast::FixedState;
use memmap2::Mmap;

use crate::error::{Error, Result};
use crate::key_order::{key_of, value_of};

/// The bytes of a counted value in a run, which are its key and its count.
const ENTRY_BYTES: usize = 16;

pub struct RankedValues {
    counts: HashMap<u64, u64, FixedState>,
    /// How many distinct values are kept in memory.
    capacity: usize,
    total: u64,
    scratch: Scratch,
    /// The number of entries of each run in the scratch file.
    runs: Vec<usize>,
}

/// A key and how many smaller ones there are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RankedKey {
    pub key: u64,
    pub smaller: u64,
}

/// A value and how many smaller ones there are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    pub value: f64,
    pub smaller: u64,
}

impl RankedValues {
    /// `scratch` is a file that may be made and is removed again.
    pub fn new(scratch: PathBuf, capacity: usize) -> Self {
        Self {
            counts: HashMap::default(),
            capacity,
            total: 0,
            scratch: Scratch {
                path: scratch,
                file: None,
            },
            runs: Vec::new(),
        }
    }

    /// Takes `count` copies of a value that is not NaN.
    pub fn add(&mut self, value: f64, count: u64) -> Result<()> {
        self.add_key(key_of(value), count)
    }

    /// Takes `count` copies of a key instead of a value, for what is sorted by other keys than floats have.
    pub fn add_key(&mut self, key: u64, count: u64) -> Result<()> {
        self.total += count;
        *self.counts.entry(key).or_insert(0) += count;
        if self.counts.len() > self.capacity {
            self.write_run()?;
        }
        Ok(())
    }

    pub fn total(&self) -> u64 {
        self.total
    }

    /// The values of ascending 0-based ranks below `total`.
    pub fn at_ranks(&mut self, ranks: &[u64]) -> Result<Vec<Ranked>> {
        let ranked = |RankedKey { key, smaller }| Ranked {
            value: value_of(key),
            smaller,
        };
        Ok(self.keys_at_ranks(ranks)?.into_iter().map(ranked).collect())
    }

    /// The keys of ascending 0-based ranks below `total`.
    pub fn keys_at_ranks(&mut self, ranks: &[u64]) -> Result<Vec<RankedKey>> {
        if self.runs.is_empty() {
            return Ok(pick(self.sorted().into_iter(), ranks));
        }
        self.write_run()?;
        let map = self.scratch.map()?;
        Ok(pick(merge(&map, &self.runs), ranks))
    }

    /// The `parts` + 1 quantiles from the smallest value to the largest, linear between the values around each, as NumPy has
    /// them. Empty if there are no values.
    pub fn evenly_spaced(&mut self, parts: usize) -> Result<Vec<f64>> {
        if self.total == 0 {
            return Ok(Vec::new());
        }
        let last = self.total - 1;
        let positions =
            (0..=parts as u64).map(|part| (part * last / parts as u64, part * last % parts as u64));
        let around = |rank: u64| [rank, (rank + 1).min(last)];
        let mut ranks: Vec<u64> = positions.clone().flat_map(|(rank, _)| around(rank)).collect();
        // Neighbouring positions among few values share their ranks.
        ranks.sort_unstable();
        ranks.dedup();
        let values = self.at_ranks(&ranks)?;
        let value_at = |rank: u64| ranks.binary_search(&rank).map_or(0.0, |at| values[at].value);
        let quantile = |(rank, rest): (u64, u64)| {
            let [low, high] = around(rank).map(value_at);
            low + (high - low) * (rest as f64 / parts as f64)
        };
        Ok(positions.map(quantile).collect())
    }

    /// The middle value, or the mean of the two middle ones. `None` if there are no values.
    pub fn median(&mut self) -> Result<Option<f64>> {
        if self.total == 0 {
            return Ok(None);
        }
        let middle = self.at_ranks(&[(self.total - 1) / 2, self.total / 2])?;
        Ok(Some(middle[0].value / 2.0 + middle[1].value / 2.0))
    }

    fn sorted(&self) -> Vec<(u64, u64)> {
        let mut entries: Vec<_> = self.counts.iter().map(|(key, count)| (*key, *count)).collect();
        entries.sort_unstable();
        entries
    }

    fn write_run(&mut self) -> Result<()> {
        let entries = self.sorted();
        self.counts.clear();
        self.scratch.append(&entries)?;
        self.runs.push(entries.len());
        Ok(())
    }
}

struct Scratch {
    path: PathBuf,
    file: Option<File>,
}

impl Scratch {
    fn append(&mut self, entries: &[(u64, u64)]) -> Result<()> {
        let fail = |error: std::io::Error| Error::io(&self.path, &error);
        let file = match self.file.take() {
            Some(file) => file,
            None => File::options()
                .read(true)
                .append(true)
                .create_new(true)
                .open(&self.path)
                .map_err(fail)?,
        };
        let mut writer = BufWriter::with_capacity(1 << 16, file);
        for (key, count) in entries {
            writer.write_all(&key.to_le_bytes()).map_err(fail)?;
            writer.write_all(&count.to_le_bytes()).map_err(fail)?;
        }
        self.file = Some(writer.into_inner().map_err(|error| fail(error.into_error()))?);
        Ok(())
    }

    fn map(&self) -> Result<Mmap> {
        let fail = |error: std::io::Error| Error::io(&self.path, &error);
        let file = File::open(&self.path).map_err(fail)?;
        // SAFETY: the file is this object's own, lies in the import's own folder and is not written any more.
        unsafe { Mmap::map(&file) }.map_err(fail)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            // The import's folder is removed as a whole if this fails.
            drop(fs::remove_file(&self.path));
        }
    }
}

/// The entries of all runs in ascending order of their keys. A key may come more than once.
fn merge<'m>(map: &'m [u8], runs: &[usize]) -> impl Iterator<Item = (u64, u64)> + 'm {
    let mut rest = map;
    let mut iterators = Vec::with_capacity(runs.len());
    for entries in runs {
        let (run, others) = rest.split_at(entries * ENTRY_BYTES);
        rest = others;
        iterators.push(run.chunks_exact(ENTRY_BYTES).map(entry));
    }
    let mut heap = BinaryHeap::with_capacity(runs.len());
    for (run, iterator) in iterators.iter_mut().enumerate() {
        heap.extend(iterator.next().map(|first| Reverse((first, run))));
    }
    std::iter::from_fn(move || {
        let Reverse((smallest, run)) = heap.pop()?;
        heap.extend(iterators[run].next().map(|next| Reverse((next, run))));
        Some(smallest)
    })
}

fn entry(bytes: &[u8]) -> (u64, u64) {
    let (key, count) = bytes.split_at(8);
    let number = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().unwrap_or_default());
    (number(key), number(count))
}

fn pick(entries: impl Iterator<Item = (u64, u64)>, ranks: &[u64]) -> Vec<RankedKey> {
    let mut picked = Vec::with_capacity(ranks.len());
    let mut current: Option<(u64, u64, u64)> = None;
    for (key, count) in entries {
        let (smaller, seen) = match current {
            Some((last, smaller, seen)) if last == key => (smaller, seen),
            Some((_, _, seen)) => (seen, seen),
            None => (0, 0),
        };
        current = Some((key, smaller, seen + count));
        while picked.len() < ranks.len() && ranks[picked.len()] < seen + count {
            picked.push(RankedKey { key, smaller });
        }
        if picked.len() == ranks.len() {
            break;
        }
    }
    picked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranked(capacity: usize, values: &[f64]) -> (tempfile::TempDir, RankedValues) {
        let folder = tempfile::tempdir().unwrap();
        let mut ranked = RankedValues::new(folder.path().join("scratch"), capacity);
        for value in values {
            ranked.add(*value, 1).unwrap();
        }
        (folder, ranked)
    }

    #[test]
    fn finds_the_same_ranks_in_memory_and_over_scratch_runs() {
        let values: Vec<f64> = (0..1000).map(|i| f64::from((i * 7919) % 101) - 50.0).collect();
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let ranks: Vec<u64> = (0..1000).collect();
        for capacity in [5, 64, 10_000] {
            let (_folder, mut ranked) = ranked(capacity, &values);
            let found = ranked.at_ranks(&ranks).unwrap();
            for (rank, found) in found.iter().enumerate() {
                assert_eq!(found.value, sorted[rank]);
                let smaller = sorted.iter().filter(|value| **value < found.value).count();
                assert_eq!(found.smaller, smaller as u64);
            }
        }
    }

    #[test]
    fn takes_the_middle_of_an_even_number_of_values() {
        assert_eq!(ranked(9, &[4.0, 1.0, 3.0, 2.0]).1.median().unwrap(), Some(2.5));
        assert_eq!(ranked(9, &[4.0, 1.0, 3.0]).1.median().unwrap(), Some(3.0));
        assert_eq!(ranked(9, &[]).1.median().unwrap(), None);
    }

    #[test]
    fn removes_its_scratch_file() {
        let (folder, mut ranked) = ranked(2, &[1.0, 2.0, 3.0, 4.0]);
        assert_eq!(ranked.median().unwrap(), Some(2.5));
        drop(ranked);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
