//! The operations on rows of a batch, one a file: forward, and backward as sums into the gradients of the inputs.

pub mod activation;
mod bi_interaction;
mod bias;
mod concat;
mod cross_v1;
mod cross_v2;
mod dense_input;
mod dot;
mod dropout;
mod elementwise;
mod embedding_bag;
mod factorization_machine;
mod linear;
mod multiply;
mod operation;
mod sum;

pub use operation::{Backward, Forward, Operation, Placement};

use serde::de::DeserializeOwned;

use crate::gemm::Gemm;
use crate::matrix::Matrix;
use crate::pool::Pool;

type Reader = fn(serde_json::Value) -> serde_json::Result<Box<dyn Operation>>;

/// Every operation that a plan may have: its kind in the plan, and how it is read.
const REGISTRY: &[(&str, Reader)] = &[
    ("activation", read::<activation::ActivationLayer>),
    ("biInteraction", read::<bi_interaction::BiInteraction>),
    ("bias", read::<bias::Bias>),
    ("concat", read::<concat::Concat>),
    ("crossV1", read::<cross_v1::CrossV1>),
    ("crossV2", read::<cross_v2::CrossV2>),
    ("denseInput", read::<dense_input::DenseInput>),
    ("dot", read::<dot::Dot>),
    ("dropout", read::<dropout::Dropout>),
    ("embeddingBag", read::<embedding_bag::EmbeddingBag>),
    (
        "factorizationMachine",
        read::<factorization_machine::FactorizationMachine>,
    ),
    ("linear", read::<linear::Linear>),
    ("multiply", read::<multiply::Multiply>),
    ("sum", read::<sum::Sum>),
];

fn read<T: Operation + DeserializeOwned + 'static>(
    fields: serde_json::Value,
) -> serde_json::Result<Box<dyn Operation>> {
    Ok(Box::new(serde_json::from_value::<T>(fields)?))
}

/// The kinds of operation that a plan may have.
pub fn operation_kinds() -> Vec<&'static str> {
    REGISTRY.iter().map(|(kind, _)| *kind).collect()
}

/// The operation of a kind with these fields.
///
/// # Errors
/// What is wrong with the kind or a field.
pub fn operation(kind: &str, fields: serde_json::Value) -> Result<Box<dyn Operation>, String> {
    let Some((_, read)) = REGISTRY.iter().find(|(known, _)| *known == kind) else {
        let known = operation_kinds().join(", ");
        return Err(format!(
            "there is no operation '{kind}', the engine's operations are {known}"
        ));
    };
    read(fields).map_err(|error| format!("operation '{kind}': {error}"))
}

/// What operations run on.
pub struct Machine {
    pub pool: Pool,
    pub gemm: Gemm,
}

/// Where the gradient of one input is written, or added if `accumulate`.
#[derive(Clone, Copy)]
pub struct Target {
    pub matrix: Matrix,
    /// Whether an operation later in the plan has already written there.
    pub accumulate: bool,
    /// Whether the input is the output of a ReLU whose derivative is applied as well (`applies_relu_derivative`).
    pub through_relu: bool,
}

/// Writes or adds a row of values.
#[inline(always)]
fn put(out: &mut [f32], accumulate: bool, values: impl Iterator<Item = f32>) {
    if accumulate {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_kind_or_a_missing_field_is_refused_by_name() {
        let refusal = |kind: &str| operation(kind, serde_json::json!({ "input": 0, "output": 1 })).err();
        let unknown = refusal("softmax").unwrap();
        assert!(
            unknown.contains("'softmax'") && unknown.contains("crossV2"),
            "{unknown}"
        );
        let incomplete = refusal("dropout").unwrap();
        assert!(
            incomplete.contains("'dropout'") && incomplete.contains("rate"),
            "{incomplete}"
        );
    }

    #[test]
    fn every_kind_has_one_entry() {
        let mut kinds = operation_kinds();
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds.len(), REGISTRY.len());
    }
}
