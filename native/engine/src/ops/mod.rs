//! The operations on rows of a batch, each in a file of its own.

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
mod field_names;
mod linear;
mod multiply;
mod operation;
mod pair_sums;
mod sum;
mod validation;

pub use operation::{Backward, Forward, Operation, ParameterGradients, Placement, gradient_mut};
pub use validation::Validation;

use field_names::field_names;
use serde::de::DeserializeOwned;

use crate::gemm::Gemm;
use crate::matrix::Matrix;
use crate::pool::Pool;

/// A kind of operation, how it is read from the JSON of a plan, and which fields it has there.
struct Kind {
    name: &'static str,
    read: fn(serde_json::Value) -> serde_json::Result<Box<dyn Operation>>,
    fields: fn() -> &'static [&'static str],
}

const fn kind<T: Operation + DeserializeOwned + 'static>(name: &'static str) -> Kind {
    Kind {
        name,
        read: |fields| Ok(Box::new(serde_json::from_value::<T>(fields)?)),
        fields: field_names::<T>,
    }
}

/// Every operation that a plan may have, by its kind in the plan.
const REGISTRY: &[Kind] = &[
    kind::<activation::ActivationLayer>("activation"),
    kind::<bi_interaction::BiInteraction>("biInteraction"),
    kind::<bias::Bias>("bias"),
    kind::<concat::Concat>("concat"),
    kind::<cross_v1::CrossV1>("crossV1"),
    kind::<cross_v2::CrossV2>("crossV2"),
    kind::<dense_input::DenseInput>("denseInput"),
    kind::<dot::Dot>("dot"),
    kind::<dropout::Dropout>("dropout"),
    kind::<embedding_bag::EmbeddingBag>("embeddingBag"),
    kind::<factorization_machine::FactorizationMachine>("factorizationMachine"),
    kind::<linear::Linear>("linear"),
    kind::<multiply::Multiply>("multiply"),
    kind::<sum::Sum>("sum"),
];

/// The kinds of operation that a plan may have, each with the fields that it has beside `node` and `kind`.
pub fn operation_fields() -> Vec<(&'static str, &'static [&'static str])> {
    REGISTRY.iter().map(|kind| (kind.name, (kind.fields)())).collect()
}

/// The operation of a kind with these fields.
///
/// # Errors
/// What is wrong with the kind or a field.
pub fn operation(kind: &str, fields: serde_json::Value) -> Result<Box<dyn Operation>, String> {
    let Some(Kind { read, .. }) = REGISTRY.iter().find(|known| known.name == kind) else {
        let known = REGISTRY
            .iter()
            .map(|kind| kind.name)
            .collect::<Vec<_>>()
            .join(", ");
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

/// Computes a dot product as eight interleaved partial sums, because that order of summation vectorises and never changes.
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
    fn fields_are_named_as_in_a_plan() {
        let fields = operation_fields();
        let (_, dot) = fields.iter().find(|(kind, _)| *kind == "dot").unwrap();
        assert_eq!(**dot, ["inputs", "includeSelf", "keepFirst", "output"]);
        assert!(fields.iter().all(|(_, fields)| fields.contains(&"output")));
    }

    #[test]
    fn every_kind_has_one_entry() {
        let mut kinds: Vec<&str> = REGISTRY.iter().map(|kind| kind.name).collect();
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds.len(), REGISTRY.len());
    }
}
