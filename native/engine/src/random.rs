//! Random numbers: NumPy's legacy generator for initial values, and a counter-based generator for dropout.

const STATE_LENGTH: usize = 624;
const SHIFT_LENGTH: usize = 397;

/// NumPy's `RandomState`: MT19937 with 53-bit doubles and normals by the polar method.
pub struct NumpyRandom {
    state: [u32; STATE_LENGTH],
    position: usize,
    /// The second normal of a pair, until it is returned.
    cached_normal: Option<f64>,
}

impl NumpyRandom {
    /// The stream of `numpy.random.seed(seed)`.
    pub fn new(seed: u32) -> Self {
        let mut state = [0u32; STATE_LENGTH];
        state[0] = seed;
        for i in 1..STATE_LENGTH {
            let previous = state[i - 1];
            state[i] = 1_812_433_253u32
                .wrapping_mul(previous ^ (previous >> 30))
                .wrapping_add(i as u32);
        }
        Self {
            state,
            position: STATE_LENGTH,
            cached_normal: None,
        }
    }

    fn refill(&mut self) {
        for i in 0..STATE_LENGTH {
            let mixed = (self.state[i] & 0x8000_0000) | (self.state[(i + 1) % STATE_LENGTH] & 0x7fff_ffff);
            let twist = if mixed & 1 == 1 { 0x9908_b0df } else { 0 };
            self.state[i] = self.state[(i + SHIFT_LENGTH) % STATE_LENGTH] ^ (mixed >> 1) ^ twist;
        }
        self.position = 0;
    }

    fn next_u32(&mut self) -> u32 {
        if self.position == STATE_LENGTH {
            self.refill();
        }
        let mut y = self.state[self.position];
        self.position += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    /// `random_sample()`: uniform in [0, 1) with 53 bits.
    pub fn uniform(&mut self) -> f64 {
        let high = f64::from(self.next_u32() >> 5);
        let low = f64::from(self.next_u32() >> 6);
        (high * 67_108_864.0 + low) / 9_007_199_254_740_992.0
    }

    /// `standard_normal()`: the polar method computes two, of which the second is kept for the next call.
    pub fn normal(&mut self) -> f64 {
        if let Some(normal) = self.cached_normal.take() {
            return normal;
        }
        loop {
            let x1 = 2.0 * self.uniform() - 1.0;
            let x2 = 2.0 * self.uniform() - 1.0;
            let r2 = x1 * x1 + x2 * x2;
            if r2 < 1.0 && r2 != 0.0 {
                let f = (-2.0 * r2.ln() / r2).sqrt();
                self.cached_normal = Some(f * x1);
                return f * x2;
            }
        }
    }
}

/// Hashes a key to 64 bits, with the finaliser of SplitMix64.
pub fn mix(key: u64) -> u64 {
    let mut z = key.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Uniform numbers that are addressed by a counter, so that any thread can draw the number of any element.
#[derive(Clone, Copy)]
pub struct CounterRandom {
    key: u64,
}

impl CounterRandom {
    /// The stream of one operation or column, `index`, in one step.
    pub fn new(seed: u64, step: u64, index: u64) -> Self {
        Self {
            key: mix(mix(mix(seed) ^ step) ^ index),
        }
    }

    /// Element `counter` of the stream, uniform in [0, 1).
    pub fn uniform(self, counter: u64) -> f32 {
        (mix(self.key ^ counter) >> 40) as f32 / 16_777_216.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uniforms_are_numpys() {
        let mut random = NumpyRandom::new(123);
        assert_eq!(random.uniform(), 0.6964691855978616);
        assert_eq!(random.uniform(), 0.28613933495037946);
        assert_eq!(random.uniform(), 0.2268514535642031);
    }

    #[test]
    fn normals_are_numpys_and_come_in_pairs() {
        let mut random = NumpyRandom::new(123);
        for expected in [
            -1.0856306033005612,
            0.9973454465835858,
            0.28297849805199204,
            -1.506294713918092,
        ] {
            assert!((random.normal() - expected).abs() < 1e-15);
        }
    }

    #[test]
    fn counter_streams_differ_by_seed_step_and_index() {
        let first = CounterRandom::new(1, 2, 3).uniform(0);
        for other in [
            CounterRandom::new(2, 2, 3),
            CounterRandom::new(1, 3, 3),
            CounterRandom::new(1, 2, 4),
        ] {
            assert_ne!(first, other.uniform(0));
        }
        assert_eq!(first, CounterRandom::new(1, 2, 3).uniform(0));
    }
}
