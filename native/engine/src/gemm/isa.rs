//! Which instruction sets this CPU has, and the kernel of each.

use serde::Deserialize;

use super::bf16::Elements;
use super::kernel::{self, Tile};
use super::pairs::{self, Pairs};
use crate::error::{Error, Result};

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum InstructionSet {
    Auto,
    Avx512,
    Avx2,
    Neon,
    Portable,
}

/// What the operands of matrix products are rounded to; sums are always f32.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    Fp32,
    Bf16,
}

impl InstructionSet {
    pub fn name(self) -> &'static str {
        match self {
            InstructionSet::Auto => "auto",
            InstructionSet::Avx512 => "avx512",
            InstructionSet::Avx2 => "avx2",
            InstructionSet::Neon => "neon",
            InstructionSet::Portable => "portable",
        }
    }

    /// Those this CPU has, the best first.
    pub fn available() -> Vec<InstructionSet> {
        let mut sets = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f") {
                sets.push(InstructionSet::Avx512);
            }
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                sets.push(InstructionSet::Avx2);
            }
        }
        #[cfg(target_arch = "aarch64")]
        sets.push(InstructionSet::Neon);
        sets.push(InstructionSet::Portable);
        sets
    }
}

/// A micro-kernel and its tile.
#[derive(Clone, Copy)]
pub(super) struct Kernel {
    /// # Safety
    /// As `kernel::tile`.
    pub run: unsafe fn(&Tile),
    pub rows: usize,
    pub width: usize,
    pub pairs: Pairs,
    pub elements: Elements,
}

/// The kernel of an instruction set and the set's own name (`Auto` resolved).
///
/// # Errors
/// InvalidArgument when this CPU does not have it.
pub(super) fn select(wanted: InstructionSet, precision: Precision) -> Result<(Kernel, InstructionSet)> {
    let available = InstructionSet::available();
    let set = if wanted == InstructionSet::Auto {
        available[0]
    } else {
        wanted
    };
    if !available.contains(&set) {
        return Err(Error::argument(format!(
            "instructionSet: this CPU does not have '{}'; it has {}.",
            set.name(),
            available
                .iter()
                .map(|set| set.name())
                .collect::<Vec<_>>()
                .join(", ")
        )));
    }
    let kernel = match set {
        #[cfg(target_arch = "x86_64")]
        InstructionSet::Avx512 => Kernel {
            run: kernel::avx512,
            rows: 12,
            width: 32,
            pairs: pairs::AVX512,
            elements: Elements::Whole,
        },
        #[cfg(target_arch = "x86_64")]
        InstructionSet::Avx2 => Kernel {
            run: kernel::avx2,
            rows: 6,
            width: 16,
            pairs: pairs::AVX2,
            elements: Elements::Whole,
        },
        #[cfg(target_arch = "aarch64")]
        InstructionSet::Neon => Kernel {
            run: kernel::neon,
            rows: 8,
            width: 12,
            pairs: pairs::NEON,
            elements: Elements::Whole,
        },
        _ => Kernel {
            run: kernel::portable,
            rows: 4,
            width: 8,
            pairs: pairs::PORTABLE,
            elements: Elements::Whole,
        },
    };
    let kernel = match precision {
        Precision::Fp32 => kernel,
        Precision::Bf16 if set == InstructionSet::Avx512 && multiplies_bf16_faster() => in_pairs(kernel),
        Precision::Bf16 => Kernel {
            elements: Elements::Rounded,
            ..kernel
        },
    };
    Ok((kernel, set))
}

/// Whether this CPU has AVX-512's products of bfloat16.
pub(super) fn has_bf16() -> bool {
    #[cfg(target_arch = "x86_64")]
    return is_x86_feature_detected!("avx512bf16");
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// AMD's CPUs multiply bfloat16 at twice the rate of f32. Intel's have these instructions at half the rate (measured on
/// Emerald Rapids: 80 against 160 GFLOP/s), for there the work is meant for AMX.
fn multiplies_bf16_faster() -> bool {
    has_bf16() && is_by_amd()
}

fn is_by_amd() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        let vendor = std::arch::x86_64::__cpuid(0);
        let name = [vendor.ebx, vendor.edx, vendor.ecx].map(u32::to_le_bytes);
        name.concat() == b"AuthenticAMD"
    }
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// AVX-512's kernel for operands in pairs.
pub(super) fn in_pairs(kernel: Kernel) -> Kernel {
    Kernel {
        #[cfg(target_arch = "x86_64")]
        run: kernel::avx512_bf16,
        elements: Elements::Pairs,
        ..kernel
    }
}
