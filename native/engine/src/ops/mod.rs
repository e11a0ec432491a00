//! The operations on rows of a batch: forward, and backward as sums into the gradients of the inputs.

pub mod activation;
pub mod cross;
pub mod dot;
pub mod elementwise;
pub mod factorization;
pub mod linear;

use crate::gemm::Gemm;
use crate::matrix::Matrix;
use crate::pool::Pool;

/// What operations run on.
pub struct Machine {
    pub pool: Pool,
    pub gemm: Gemm,
}

/// The gradient of one input: where it goes, and whether an operation later in the plan has already written there.
#[derive(Clone, Copy)]
pub struct Target {
    pub matrix: Matrix,
    pub add: bool,
}

/// Writes or adds a row of values.
#[inline(always)]
fn put(out: &mut [f32], add: bool, values: impl Iterator<Item = f32>) {
    if add {
        for (out, value) in out.iter_mut().zip(values) {
            *out += value;
        }
    } else {
        for (out, value) in out.iter_mut().zip(values) {
            *out = value;
        }
    }
}

/// The dot product in eight interleaved partial sums: an order that vectorises and never changes.
fn inner_product(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0f32; 8];
    let (blocks_a, blocks_b) = (a.chunks_exact(8), b.chunks_exact(8));
    let tail: f32 = blocks_a
        .remainder()
        .iter()
        .zip(blocks_b.remainder())
        .map(|(a, b)| a * b)
        .sum();
    for (a, b) in blocks_a.zip(blocks_b) {
        for i in 0..8 {
            sums[i] += a[i] * b[i];
        }
    }
    sums.iter().sum::<f32>() + tail
}
