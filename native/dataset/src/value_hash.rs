//! The hash of hashed columns. It is part of the file format: changing it changes what datasets mean.

use crate::random::mix;

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

/// The table row of a value: 1 + h mod (size - 1), h the value's 64-bit FNV-1a hash put through SplitMix64's mixing
/// function. `size` is at least 2.
pub fn hashed_index(value: &[u8], size: u32) -> u32 {
    let fnv = value.iter().fold(FNV_OFFSET, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(FNV_PRIME)
    });
    1 + (mix(fnv) % u64::from(size - 1)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_inside_the_table_and_off_its_first_row() {
        for size in [2, 3, 1000] {
            for value in 0..5000_u32 {
                let index = hashed_index(&value.to_le_bytes(), size);
                assert!((1..size).contains(&index));
            }
        }
    }

    #[test]
    fn spreads_values_evenly() {
        let mut counts = [0_u32; 11];
        for value in 0..100_000_u32 {
            counts[hashed_index(value.to_string().as_bytes(), 11) as usize] += 1;
        }
        assert!(counts[1..].iter().all(|count| (9_500..10_500).contains(count)));
    }
}
