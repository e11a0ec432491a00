//! bfloat16 operands. A bfloat16 is the upper half of an f32; values are rounded to nearest, ties to even. Sums stay
//! f32.

/// The form in which the micro-kernel reads a packed operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// As f32.
    F32,
    /// As f32 with the values of bfloat16, for CPUs without bfloat16 instructions or with slow ones.
    RoundedF32,
    /// As bfloat16, two of consecutive k in the 32 bits of one f32, the first in the lower half.
    Bf16Pairs,
}

impl Packing {
    /// The micro-kernel's steps along `k` elements of the reduction.
    pub fn steps(self, k: usize) -> usize {
        match self {
            Packing::Bf16Pairs => k.div_ceil(2),
            Packing::F32 | Packing::RoundedF32 => k,
        }
    }
}

/// The bits of the nearest bfloat16, in the upper half. A NaN stays a NaN.
#[inline(always)]
fn nearest_bits(value: f32) -> u32 {
    let bits = value.to_bits();
    let nearest = bits.wrapping_add(0x7fff + (bits >> 16 & 1));
    let is_number = bits & 0x7fff_ffff <= 0x7f80_0000;
    (if is_number { nearest } else { bits | 0x0040_0000 }) & 0xffff_0000
}

#[inline(always)]
fn round_each(values: &mut [f32]) {
    for value in values {
        *value = f32::from_bits(nearest_bits(*value));
    }
}

/// Packs rows 2k and 2k + 1 of `panel` into row k of `packed`; a last row without a partner is paired with zeros.
#[inline(always)]
fn pack_row_pairs(panel: &[f32], width: usize, packed: &mut [f32]) {
    for (rows, packed) in panel.chunks(2 * width).zip(packed.chunks_exact_mut(width)) {
        let (first, second) = rows.split_at(width);
        if second.is_empty() {
            for (packed, &first) in packed.iter_mut().zip(first) {
                *packed = f32::from_bits(nearest_bits(first) >> 16);
            }
        }
        for ((packed, &first), &second) in packed.iter_mut().zip(first).zip(second) {
            *packed = f32::from_bits(nearest_bits(first) >> 16 | nearest_bits(second));
        }
    }
}

/// Compiles a loop for vectors of 512 and 256 bits, too, and calls the widest that the CPU can run.
macro_rules! vectorised {
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
                    // SAFETY: the CPU has these instructions.
                    return unsafe { avx512($($argument),*) };
                }
                if is_x86_feature_detected!("avx2") {
                    // SAFETY: the CPU has these instructions.
                    return unsafe { avx2($($argument),*) };
                }
            }
            $plain($($argument),*)
        }
    };
}

vectorised!(round, round_each, (values: &mut [f32]));
vectorised!(pack_pairs, pack_row_pairs, (panel: &[f32], width: usize, packed: &mut [f32]));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_rounded_to_nearest_and_ties_to_even() {
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
    fn infinities_and_nans_stay_what_they_are() {
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
    fn two_rows_are_packed_into_one_and_an_odd_row_is_paired_with_zeros() {
        let panel = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let mut packed = [0.0; 4];
        pack_pairs(&panel, 2, &mut packed);
        let halves: Vec<[f32; 2]> = packed
            .iter()
            .map(|pair| pair.to_bits())
            .map(|bits| [bits << 16, bits & 0xffff_0000].map(f32::from_bits))
            .collect();
        assert_eq!(halves, [[1.0, 3.0], [2.0, 4.0], [5.0, 0.0], [6.0, 0.0]]);
    }
}
