//! The hash of hashed columns. It is part of the file format: changing it changes what datasets mean.

use crate::random::mix;

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

/// The table row of a value: 1 + h mod (size - 1), h the value's 64-bit FNV-1a hash put through SplitMix64's mixing
/// function. A seed other than 0 is put through it as well and combined with the hash by exclusive or. `size` is at least 2.
pub fn hashed_index(value: &[u8], size: u32, seed: u64) -> u32 {
    let fnv = fnv_1a(value) ^ if seed == 0 { 0 } else { mix(seed) };
    1 + (mix(fnv) % u64::from(size - 1)) as u32
}

/// The value's 64-bit FNV-1a hash.
pub fn fnv_1a(value: &[u8]) -> u64 {
    value.iter().fold(FNV_OFFSET, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(FNV_PRIME)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_inside_the_table_and_off_its_first_row() {
        for size in [2, 3, 1000] {
            for value in 0..5000_u32 {
                let index = hashed_index(&value.to_le_bytes(), size, 0);
                assert!((1..size).contains(&index));
            }
        }
    }

    #[test]
    fn spreads_values_evenly() {
        let mut counts = [0_u32; 11];
        for value in 0..100_000_u32 {
            counts[hashed_index(value.to_string().as_bytes(), 11, 0) as usize] += 1;
        }
        assert!(counts[1..].iter().all(|count| (9_500..10_500).contains(count)));
    }

    #[test]
    fn another_seed_gives_other_rows_and_the_first_none_at_all() {
        let rows = |seed| -> Vec<u32> {
            (0..100_u32)
                .map(|value| hashed_index(&value.to_le_bytes(), 1000, seed))
                .collect()
        };
        assert_eq!(rows(7), rows(7));
        let same = rows(0)
            .iter()
            .zip(rows(7))
            .filter(|(one, other)| **one == *other)
            .count();
        assert!(same < 10);
    }
}
