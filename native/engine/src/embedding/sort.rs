//! Sorting lookups by table row.

const DIGIT: u32 = 11;
/// Below this a comparison sort is faster than the histograms.
const SMALL: usize = 2048;

/// Sorts keys `row << 32 | bag` that are already in ascending order of bag. `spare` is scratch.
pub fn by_row(keys: &mut Vec<u64>, spare: &mut Vec<u64>) {
    if keys.len() < SMALL {
        keys.sort_unstable();
        return;
    }
    let highest = keys.iter().map(|key| key >> 32).max().unwrap_or(0);
    let digits = (64 - highest.leading_zeros()).div_ceil(DIGIT);
    spare.resize(keys.len(), 0);
    for digit in 0..digits {
        let shift = 32 + digit * DIGIT;
        let bucket = |key: u64| (key >> shift) as usize & ((1 << DIGIT) - 1);
        let mut ends = vec![0usize; (1 << DIGIT) + 1];
        for &key in keys.iter() {
            ends[bucket(key) + 1] += 1;
        }
        for i in 1..ends.len() {
            ends[i] += ends[i - 1];
        }
        for &key in keys.iter() {
            let place = &mut ends[bucket(key)];
            spare[*place] = key;
            *place += 1;
        }
        std::mem::swap(keys, spare);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::mix;

    #[test]
    fn large_and_small_inputs_come_out_in_order() {
        for (count, rows) in [(0u64, 1u64), (5, 3), (10_000, 1), (10_000, 7), (50_000, 1 << 31)] {
            let mut keys: Vec<u64> = (0..count).map(|bag| (mix(bag) % rows) << 32 | bag).collect();
            let mut expected = keys.clone();
            expected.sort();
            by_row(&mut keys, &mut Vec::new());
            assert_eq!(keys, expected);
        }
    }
}
