//! bfloat16 operands: the upper half of an f32, rounded to nearest, ties to even. Sums stay f32.

/// How the kernel finds a packed operand's elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elements {
    /// As f32.
    Whole,
    /// As f32 rounded to bfloat16, for CPUs without instructions for them, or with slow ones.
    Rounded,
    /// Two bfloat16 of consecutive reduction steps in the place of one f32, the first in its lower half.
    Pairs,
}

impl Elements {
    /// The kernel's steps along a reduction of `depth`.
    pub fn steps(self, depth: usize) -> usize {
        match self {
            Elements::Pairs => depth.div_ceil(2),
            _ => depth,
        }
    }
}

/// The bits of the nearest bfloat16, in the upper half. What is not a number stays so.
#[inline(always)]
fn upper(value: f32) -> u32 {
    let bits = value.to_bits();
    let nearest = bits.wrapping_add(0x7fff + (bits >> 16 & 1));
    let is_number = bits & 0x7fff_ffff <= 0x7f80_0000;
    (if is_number { nearest } else { bits | 0x0040_0000 }) & 0xffff_0000
}

#[inline(always)]
fn round_each(values: &mut [f32]) {
    for value in values {
        *value = f32::from_bits(upper(*value));
    }
}

/// Row k of `to` is made of rows 2k and 2k + 1 of `from`; an odd last row gets zeros.
#[inline(always)]
fn pair_rows(from: &[f32], width: usize, to: &mut [f32]) {
    for (rows, to) in from.chunks(2 * width).zip(to.chunks_exact_mut(width)) {
        let (first, second) = rows.split_at(width);
        if second.is_empty() {
            for (to, &first) in to.iter_mut().zip(first) {
                *to = f32::from_bits(upper(first) >> 16);
            }
        }
        for ((to, &first), &second) in to.iter_mut().zip(first).zip(second) {
            *to = f32::from_bits(upper(first) >> 16 | upper(second));
        }
    }
}

/// The two loops compiled once more for vectors of 512 and 256 bits.
macro_rules! widened {
    ($name:ident, $plain:ident, ($($argument:ident: $type:ty),*)) => {
        pub(super) fn $name($($argument: $type),*) {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512bw")]
                fn avx512($($argument: $type),*) {
                    $plain($($argument),*)
                }
                #[target_feature(enable = "avx2")]
                fn avx2($($argument: $type),*) {
                    $plain($($argument),*)
                }
                if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw") {
                    // SAFETY: the instructions are present.
                    return unsafe { avx512($($argument),*) };
                }
                if is_x86_feature_detected!("avx2") {
                    // SAFETY: the instructions are present.
                    return unsafe { avx2($($argument),*) };
                }
            }
            $plain($($argument),*)
        }
    };
}

widened!(round, round_each, (values: &mut [f32]));
widened!(pair, pair_rows, (from: &[f32], width: usize, to: &mut [f32]));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_to_the_nearest_and_ties_to_the_even_one() {
        let step = 2f32.powi(-7);
        let mut values = [
            1.0,
            1.0 + 0.4 * step,
            1.0 + 0.5 * step,
            1.0 + 1.5 * step,
            -1.0 - 0.6 * step,
        ];
        round(&mut values);
        assert_eq!(values, [1.0, 1.0, 1.0, 1.0 + 2.0 * step, -1.0 - step]);
    }

    #[test]
    fn infinities_and_what_is_not_a_number_stay_so() {
        let mut values = [
            f32::INFINITY,
            f32::NEG_INFINITY,
            f32::NAN,
            f32::from_bits(0x7f80_0001),
            f32::MAX,
        ];
        round(&mut values);
        assert_eq!(values[..2], [f32::INFINITY, f32::NEG_INFINITY]);
        assert!(values[2].is_nan() && values[3].is_nan());
        assert_eq!(values[4], f32::INFINITY);
    }

    #[test]
    fn two_rows_become_one_of_pairs_and_an_odd_one_is_paired_with_zeros() {
        let from = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let mut to = [0.0; 4];
        pair(&from, 2, &mut to);
        let halves: Vec<[f32; 2]> = to
            .iter()
            .map(|pair| pair.to_bits())
            .map(|bits| [bits << 16, bits & 0xffff_0000].map(f32::from_bits))
            .collect();
        assert_eq!(halves, [[1.0, 3.0], [2.0, 4.0], [5.0, 0.0], [6.0, 0.0]]);
    }
}
