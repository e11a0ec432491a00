//! A vector register of f32 for each instruction set. They share one trait, so that there is one micro-kernel.

/// A vector of `LANES` elements of f32. Its functions may be called only where the CPU has the instructions.
pub(super) trait Simd: Copy {
    const LANES: usize;
    /// # Safety
    /// The instruction set is present.
    unsafe fn splat(value: f32) -> Self;
    /// # Safety
    /// The instruction set is present; LANES elements are readable.
    unsafe fn load(from: *const f32) -> Self;
    /// # Safety
    /// The instruction set is present; LANES elements are writable.
    unsafe fn store(self, to: *mut f32);
    /// Loads the first `count` elements, which may be none or all; the others are zero.
    ///
    /// # Safety
    /// The instruction set is present; `count` elements are readable.
    unsafe fn load_partial(from: *const f32, count: usize) -> Self;
    /// Stores the first `count` elements.
    ///
    /// # Safety
    /// The instruction set is present; `count` elements are writable.
    unsafe fn store_partial(self, to: *mut f32, count: usize);
    /// `self * factor + addend`, rounded once where the instruction set has a fused multiply-add.
    ///
    /// # Safety
    /// The instruction set is present.
    unsafe fn mul_add(self, factor: Self, addend: Self) -> Self;
    /// # Safety
    /// The instruction set is present.
    unsafe fn add(self, other: Self) -> Self;
    /// # Safety
    /// The instruction set is present.
    unsafe fn mul(self, other: Self) -> Self;
    /// Zero where `self` is negative; a NaN stays a NaN.
    ///
    /// # Safety
    /// The instruction set is present.
    unsafe fn relu(self) -> Self;
    /// Zero where `output`, the output of a ReLU, is zero or less; where it is NaN, `self` is kept.
    ///
    /// # Safety
    /// The instruction set is present.
    unsafe fn relu_mask(self, output: Self) -> Self;
}

/// Plain Rust, for any machine.
#[derive(Clone, Copy)]
pub(super) struct Portable([f32; 4]);

impl Simd for Portable {
    const LANES: usize = 4;
    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self([value; 4])
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller keeps the trait's contract.
        Self(unsafe { from.cast::<[f32; 4]>().read() })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller keeps the trait's contract.
        unsafe { to.cast::<[f32; 4]>().write(self.0) }
    }
    #[inline(always)]
    unsafe fn load_partial(from: *const f32, count: usize) -> Self {
        // SAFETY: the caller keeps the trait's contract.
        Self(std::array::from_fn(|i| {
            if i < count { unsafe { *from.add(i) } } else { 0.0 }
        }))
    }
    #[inline(always)]
    unsafe fn store_partial(self, to: *mut f32, count: usize) {
        for (i, value) in self.0.iter().take(count).enumerate() {
            // SAFETY: the caller keeps the trait's contract.
            unsafe { *to.add(i) = *value };
        }
    }
    #[inline(always)]
    unsafe fn mul_add(self, factor: Self, addend: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] * factor.0[i] + addend.0[i]))
    }
    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] + other.0[i]))
    }
    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] * other.0[i]))
    }
    #[inline(always)]
    unsafe fn relu(self) -> Self {
        Self(std::array::from_fn(
            |i| if self.0[i] < 0.0 { 0.0 } else { self.0[i] },
        ))
    }
    #[inline(always)]
    unsafe fn relu_mask(self, output: Self) -> Self {
        Self(std::array::from_fn(|i| {
            if output.0[i] <= 0.0 { 0.0 } else { self.0[i] }
        }))
    }
}

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
macro_rules! simd {
    ($name:ident, $vector:ty, $count:expr, $splat:path, $load:path, $store:path, $load_partial:expr, $store_partial:expr,
     $add:path, $mul:path, $mul_add:expr, $relu:expr, $relu_mask:expr) => {
        #[derive(Clone, Copy)]
        pub(in crate::gemm) struct $name($vector);

        // SAFETY of every block: the caller keeps the trait's contract, which is that of the intrinsic.
        impl Simd for $name {
            const LANES: usize = $count;
            #[inline(always)]
            unsafe fn splat(value: f32) -> Self {
                Self(unsafe { $splat(value) })
            }
            #[inline(always)]
            unsafe fn load(from: *const f32) -> Self {
                Self(unsafe { $load(from) })
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut f32) {
                unsafe { $store(to, self.0) }
            }
            #[inline(always)]
            unsafe fn load_partial(from: *const f32, count: usize) -> Self {
                Self(unsafe { $load_partial(from, count) })
            }
            #[inline(always)]
            unsafe fn store_partial(self, to: *mut f32, count: usize) {
                unsafe { $store_partial(to, count, self.0) }
            }
            #[inline(always)]
            unsafe fn mul_add(self, factor: Self, addend: Self) -> Self {
                Self(unsafe { $mul_add(self.0, factor.0, addend.0) })
            }
            #[inline(always)]
            unsafe fn add(self, other: Self) -> Self {
                Self(unsafe { $add(self.0, other.0) })
            }
            #[inline(always)]
            unsafe fn mul(self, other: Self) -> Self {
                Self(unsafe { $mul(self.0, other.0) })
            }
            #[inline(always)]
            unsafe fn relu(self) -> Self {
                Self(unsafe { $relu(self.0) })
            }
            #[inline(always)]
            unsafe fn relu_mask(self, output: Self) -> Self {
                Self(unsafe { $relu_mask(self.0, output.0) })
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Simd;
    use std::arch::x86_64::*;

    /// A mask with all bits set in the first `count` of eight elements.
    ///
    /// # Safety
    /// AVX2 is present.
    #[inline(always)]
    unsafe fn mask(count: usize) -> __m256i {
        let mask: [i32; 8] = std::array::from_fn(|i| if i < count { -1 } else { 0 });
        // SAFETY: the caller keeps the contract above; the array is as large as the vector.
        unsafe { _mm256_loadu_si256(mask.as_ptr().cast()) }
    }

    #[inline(always)]
    fn bits(count: usize) -> __mmask16 {
        (1u32.unbounded_shl(count as u32) - 1) as __mmask16
    }

    // max(0, x) of these instructions returns the second operand if one is NaN, so a NaN stays a NaN.
    simd!(
        Avx2,
        __m256,
        8,
        _mm256_set1_ps,
        _mm256_loadu_ps,
        _mm256_storeu_ps,
        |from, count| _mm256_maskload_ps(from, mask(count)),
        |to, count, value| _mm256_maskstore_ps(to, mask(count), value),
        _mm256_add_ps,
        _mm256_mul_ps,
        |a, b, c| _mm256_fmadd_ps(a, b, c),
        |a| _mm256_max_ps(_mm256_setzero_ps(), a),
        |a, y| _mm256_and_ps(a, _mm256_cmp_ps::<_CMP_NLE_UQ>(y, _mm256_setzero_ps()))
    );
    /// Both kinds of AVX-512 vector. They differ only in their multiply-add.
    macro_rules! avx512 {
        ($name:ident, $multiply_add:expr) => {
            simd!(
                $name,
                __m512,
                16,
                _mm512_set1_ps,
                _mm512_loadu_ps,
                _mm512_storeu_ps,
                |from, count| _mm512_maskz_loadu_ps(bits(count), from),
                |to, count, value| _mm512_mask_storeu_ps(to, bits(count), value),
                _mm512_add_ps,
                _mm512_mul_ps,
                $multiply_add,
                |a| _mm512_max_ps(_mm512_setzero_ps(), a),
                |a, y| _mm512_maskz_mov_ps(_mm512_cmp_ps_mask::<_CMP_NLE_UQ>(y, _mm512_setzero_ps()), a)
            );
        };
    }
    avx512!(Avx512, |a, b, c| _mm512_fmadd_ps(a, b, c));
    // Each lane of the factors holds two bfloat16, whose two products are both added.
    avx512!(Avx512Bf16, |a, b, c| _mm512_dpbf16_ps(
        c,
        as_bf16_pairs(a),
        as_bf16_pairs(b)
    ));

    /// The same bits as pairs of bfloat16.
    #[inline(always)]
    fn as_bf16_pairs(vector: __m512) -> __m512bh {
        // SAFETY: both types are 64 bytes, of which any bits are valid.
        unsafe { std::mem::transmute(vector) }
    }
}
#[cfg(target_arch = "x86_64")]
pub(in crate::gemm) use x86::{Avx2, Avx512, Avx512Bf16};

#[cfg(target_arch = "aarch64")]
mod arm {
    use super::Simd;
    use std::arch::aarch64::*;

    /// # Safety
    /// `count` elements are readable.
    #[inline(always)]
    unsafe fn load_partial(from: *const f32, count: usize) -> float32x4_t {
        // SAFETY: the caller keeps the contract above; the array is as large as the vector.
        unsafe {
            let values: [f32; 4] = std::array::from_fn(|i| if i < count { *from.add(i) } else { 0.0 });
            vld1q_f32(values.as_ptr())
        }
    }

    /// # Safety
    /// `count` elements are writable.
    #[inline(always)]
    unsafe fn store_partial(to: *mut f32, count: usize, value: float32x4_t) {
        let mut values = [0f32; 4];
        // SAFETY: the caller keeps the contract above; the array is as large as the vector.
        unsafe {
            vst1q_f32(values.as_mut_ptr(), value);
            std::ptr::copy_nonoverlapping(values.as_ptr(), to, count.min(4));
        }
    }

    simd!(
        Neon,
        float32x4_t,
        4,
        vdupq_n_f32,
        vld1q_f32,
        vst1q_f32,
        load_partial,
        store_partial,
        vaddq_f32,
        vmulq_f32,
        |a, b, c| vfmaq_f32(c, a, b),
        |a| vmaxq_f32(a, vdupq_n_f32(0.0)),
        |a, y| vreinterpretq_f32_u32(vbicq_u32(
            vreinterpretq_u32_f32(a),
            vcleq_f32(y, vdupq_n_f32(0.0))
        ))
    );
}
#[cfg(target_arch = "aarch64")]
pub(in crate::gemm) use arm::Neon;
