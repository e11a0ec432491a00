//! The instruction sets that this CPU has, and the micro-kernel of each.

use serde::Deserialize;

use super::bf16::Packing;
use super::dot_interaction::{self, DotInteraction};
use super::microkernel::{self, Tile};
use error_code::{Error, Result};

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum InstructionSet {
    Auto,
    Avx512,
    Avx2,
    Neon,
    Portable,
}

/// The type that operands of matrix products are rounded to. Sums are always f32.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(ts_rs::TS))]
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

    /// The instruction sets of this CPU, the fastest first.
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

/// A micro-kernel with the size of its tile, and the kernels of the dot interaction for the same instruction set.
#[derive(Clone, Copy)]
pub(super) struct MicroKernel {
    /// # Safety
    /// As `microkernel::compute`.
    pub run: unsafe fn(&Tile),
    /// Rows of a tile.
    pub mr: usize,
    /// Columns of a tile.
    pub nr: usize,
    pub packing: Packing,
    pub dot_interaction: DotInteraction,
}

/// The kernel of an instruction set, and which set it is: `Auto` becomes the fastest.
///
/// # Errors
/// InvalidArgument when this CPU does not have it.
pub(super) fn select(
    requested: InstructionSet,
    precision: Precision,
) -> Result<(MicroKernel, InstructionSet)> {
    let available = InstructionSet::available();
    let set = if requested == InstructionSet::Auto {
        available[0]
    } else {
        requested
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
        InstructionSet::Avx512 => MicroKernel {
            run: microkernel::avx512,
            mr: 12,
            nr: 32,
            packing: Packing::F32,
            dot_interaction: dot_interaction::AVX512,
        },
        #[cfg(target_arch = "x86_64")]
        InstructionSet::Avx2 => MicroKernel {
            run: microkernel::avx2,
            mr: 6,
            nr: 16,
            packing: Packing::F32,
            dot_interaction: dot_interaction::AVX2,
        },
        #[cfg(target_arch = "aarch64")]
        InstructionSet::Neon => MicroKernel {
            run: microkernel::neon,
            mr: 8,
            nr: 12,
            packing: Packing::F32,
            dot_interaction: dot_interaction::NEON,
        },
        _ => MicroKernel {
            run: microkernel::portable,
            mr: 4,
            nr: 8,
            packing: Packing::F32,
            dot_interaction: dot_interaction::PORTABLE,
        },
    };
    let kernel = match precision {
        Precision::Fp32 => kernel,
        Precision::Bf16 if set == InstructionSet::Avx512 && multiplies_bf16_faster() => {
            with_bf16_pairs(kernel)
        }
        Precision::Bf16 => MicroKernel {
            packing: Packing::RoundedF32,
            ..kernel
        },
    };
    Ok((kernel, set))
}

/// Whether this CPU has the bfloat16 instructions of AVX-512.
pub(super) fn has_avx512_bf16() -> bool {
    #[cfg(target_arch = "x86_64")]
    return is_x86_feature_detected!("avx512bf16");
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// AMD CPUs multiply bfloat16 at twice the rate of f32. Intel CPUs execute these instructions at half the rate
/// (measured on Emerald Rapids: 80 against 160 GFLOP/s), because there such work is meant for AMX.
fn multiplies_bf16_faster() -> bool {
    has_avx512_bf16() && is_amd()
}

fn is_amd() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        let vendor = std::arch::x86_64::__cpuid(0);
        let name = [vendor.ebx, vendor.edx, vendor.ecx].map(u32::to_le_bytes);
        name.concat() == b"AuthenticAMD"
    }
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// The AVX-512 kernel for operands that are packed as pairs of bfloat16.
pub(super) fn with_bf16_pairs(kernel: MicroKernel) -> MicroKernel {
    MicroKernel {
        #[cfg(target_arch = "x86_64")]
        run: microkernel::avx512_bf16,
        packing: Packing::Bf16Pairs,
        ..kernel
    }
}
