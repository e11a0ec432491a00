//! Random numbers: NumPy's legacy generator for initial values, and a counter-based one for dropout.

const STATE: usize = 624;
const SHIFT: usize = 397;

/// NumPy's `RandomState`: MT19937 with 53-bit doubles and normals by the polar method.
pub struct NumpyRandom {
    state: [u32; STATE],
    position: usize,
    spare: Option<f64>,
}

impl NumpyRandom {
    /// The stream of `numpy.random.seed(seed)`.
    pub fn new(seed: u32) -> Self {
        let mut state = [0u32; STATE];
        state[0] = seed;
        for i in 1..STATE {
            let previous = state[i - 1];
            state[i] = 1_812_433_253u32
                .wrapping_mul(previous ^ (previous >> 30))
                .wrapping_add(i as u32);
        }
        Self {
            state,
            position: STATE,
            spare: None,
        }
    }

    fn refill(&mut self) {
        for i in 0..STATE {
            let mixed = (self.state[i] & 0x8000_0000) | (self.state[(i + 1) % STATE] & 0x7fff_ffff);
            let twist = if mixed & 1 == 1 { 0x9908_b0df } else { 0 };
            self.state[i] = self.state[(i + SHIFT) % STATE] ^ (mixed >> 1) ^ twist;
        }
        self.position = 0;
    }

    fn next_u32(&mut self) -> u32 {
        if self.position == STATE {
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

    /// `standard_normal()`: the polar method makes two, the second is kept for the next call.
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        loop {
            let x1 = 2.0 * self.uniform() - 1.0;
            let x2 = 2.0 * self.uniform() - 1.0;
            let r2 = x1 * x1 + x2 * x2;
            if r2 < 1.0 && r2 != 0.0 {
                let f = (-2.0 * r2.ln() / r2).sqrt();
                self.spare = Some(f * x1);
                return f * x2;
            }
        }
    }
}

/// Mixes a key into 64 well-spread bits (the finaliser of SplitMix64).
pub fn mix(key: u64) -> u64 {
    let mut z = key.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Uniform numbers addressed by a counter, so that any thread can draw any element's.
#[derive(Clone, Copy)]
pub struct CounterRandom {
    key: u64,
}

impl CounterRandom {
    /// A stream for one seed, pass and place in the model.
    pub fn new(seed: u64, pass: u64, place: u64) -> Self {
        Self {
            key: mix(mix(mix(seed) ^ pass) ^ place),
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
    fn normals_are_numpys_and_keep_the_spare() {
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
    fn counter_streams_differ_by_seed_pass_and_place() {
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
