//! Sorts lookups by table row.

const DIGIT_BITS: u32 = 11;
/// For fewer keys a comparison sort is faster than a radix sort's histograms.
const MIN_RADIX_SORT: usize = 2048;

/// Sorts keys `row << 32 | bag`, which must be in ascending order of bag. `scratch` may hold anything.
pub fn by_row(keys: &mut Vec<u64>, scratch: &mut Vec<u64>) {
    if keys.len() < MIN_RADIX_SORT {
        keys.sort_unstable();
        return;
    }
    let highest = keys.iter().map(|key| key >> 32).max().unwrap_or(0);
    let digits = (64 - highest.leading_zeros()).div_ceil(DIGIT_BITS);
    scratch.resize(keys.len(), 0);
    for digit in 0..digits {
        let shift = 32 + digit * DIGIT_BITS;
        let bucket = |key: u64| (key >> shift) as usize & ((1 << DIGIT_BITS) - 1);
        let mut ends = vec![0usize; (1 << DIGIT_BITS) + 1];
        for &key in keys.iter() {
            ends[bucket(key) + 1] += 1;
        }
        for i in 1..ends.len() {
            ends[i] += ends[i - 1];
        }
        for &key in keys.iter() {
            let position = &mut ends[bucket(key)];
            scratch[*position] = key;
            *position += 1;
        }
        std::mem::swap(keys, scratch);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::mix;

    #[test]
    fn few_and_many_keys_are_sorted() {
        for (count, rows) in [(0u64, 1u64), (5, 3), (10_000, 1), (10_000, 7), (50_000, 1 << 31)] {
            let mut keys: Vec<u64> = (0..count).map(|bag| (mix(bag) % rows) << 32 | bag).collect();
            let mut expected = keys.clone();
            expected.sort();
            by_row(&mut keys, &mut Vec::new());
            assert_eq!(keys, expected);
        }
    }
}
