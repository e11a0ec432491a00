//! Random numbers that are the same on every machine: SplitMix64 for seeding and hashing, xoshiro256++ for the rest.

/// The step of SplitMix64's counter.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// SplitMix64's mixing function: a bijection of 64-bit numbers.
pub fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// A number in [0, 1) that only depends on seed and position.
pub fn uniform_at(seed: u64, position: u64) -> f64 {
    let bits = mix(mix(seed.wrapping_add(GOLDEN)) ^ position.wrapping_add(1).wrapping_mul(GOLDEN));
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

/// xoshiro256++ (Blackman and Vigna).
#[derive(Clone, Debug)]
pub struct Xoshiro([u64; 4]);

impl Xoshiro {
    /// The state is four SplitMix64 outputs of a counter that starts at mix(seed) xor stream.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut counter = mix(seed.wrapping_add(GOLDEN)) ^ stream;
        Self(std::array::from_fn(|_| {
            counter = counter.wrapping_add(GOLDEN);
            mix(counter)
        }))
    }

    pub fn next_u64(&mut self) -> u64 {
        let state = &mut self.0;
        let result = state[0]
            .wrapping_add(state[3])
            .rotate_left(23)
            .wrapping_add(state[0]);
        let shifted = state[1] << 17;
        state[2] ^= state[0];
        state[3] ^= state[1];
        state[1] ^= state[2];
        state[0] ^= state[3];
        state[2] ^= shifted;
        state[3] = state[3].rotate_left(45);
        result
    }

    /// Uniform below `bound` (at least 1), without bias: Lemire's multiplication with rejection.
    pub fn below(&mut self, bound: u64) -> u64 {
        loop {
            let product = u128::from(self.next_u64()) * u128::from(bound);
            let low = product as u64;
            if low >= bound || low >= bound.wrapping_neg() % bound {
                return (product >> 64) as u64;
            }
        }
    }
}

/// The order of an epoch's rows: Fisher-Yates from the end, drawing from xoshiro256++ of (seed, epoch).
pub fn shuffled(rows: u32, seed: u64, epoch: u64) -> Vec<u32> {
    let mut order: Vec<u32> = (0..rows).collect();
    let mut random = Xoshiro::new(seed, epoch);
    for last in (1..order.len()).rev() {
        order.swap(last, random.below(last as u64 + 1) as usize);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shuffles_into_a_permutation_that_seed_and_epoch_decide() {
        let order = shuffled(1000, 7, 0);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..1000).collect::<Vec<u32>>());
        assert_eq!(order, shuffled(1000, 7, 0));
        assert_ne!(order, shuffled(1000, 7, 1));
        assert_ne!(order, shuffled(1000, 8, 0));
        assert!(shuffled(0, 1, 1).is_empty());
    }

    #[test]
    fn keeps_its_documented_order_for_ever() {
        assert_eq!(shuffled(8, 1, 2), [5, 3, 0, 6, 2, 4, 1, 7]);
    }

    #[test]
    fn draws_evenly_below_a_bound() {
        let mut random = Xoshiro::new(3, 0);
        let mut counts = [0_u32; 7];
        for _ in 0..70_000 {
            counts[random.below(7) as usize] += 1;
        }
        assert!(counts.iter().all(|count| (9_500..10_500).contains(count)));
    }

    #[test]
    fn positions_are_uniform() {
        let share = (0..100_000).filter(|row| uniform_at(5, *row) < 0.1).count();
        assert!((9_600..10_400).contains(&share));
    }
}
