//! Every operation in f64 and plain loops, one a file, with a random example of each for the tests.

mod activation;
mod bi_interaction;
pub mod bias;
pub mod concat;
mod cross_v1;
mod cross_v2;
mod dense_input;
mod dot;
mod dropout;
pub mod embedding_bag;
mod factorization_machine;
mod linear;
mod multiply;
mod sum;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::executor::{Gradients, Row};
use super::random_plan::{Builder, Random};

/// One operation of a plan, on one row of a batch.
pub trait Reference {
    /// The output's row.
    fn forward(&self, row: &Row) -> Vec<f64>;

    /// Adds the gradients of inputs and parameters; `g` is the output's.
    fn backward(&self, row: &mut Gradients, g: &[f64]);
}

type Reader = fn(Value) -> Box<dyn Reference>;
/// Adds the operation to a plan, on some of the vectors of one width; the value that it writes.
pub type Example = fn(&mut Builder, &mut Random, &[usize]) -> usize;

/// Of each operation: its kind in the plan, how it is read, and an example.
pub const REGISTRY: &[(&str, Reader, Example)] = &[
    (
        "activation",
        read::<activation::ActivationLayer>,
        activation::example,
    ),
    (
        "biInteraction",
        read::<bi_interaction::BiInteraction>,
        bi_interaction::example,
    ),
    ("bias", read::<bias::Bias>, bias::example),
    ("concat", read::<concat::Concat>, concat::example),
    ("crossV1", read::<cross_v1::CrossV1>, cross_v1::example),
    ("crossV2", read::<cross_v2::CrossV2>, cross_v2::example),
    (
        "denseInput",
        read::<dense_input::DenseInput>,
        dense_input::example,
    ),
    ("dot", read::<dot::Dot>, dot::example),
    ("dropout", read::<dropout::Dropout>, dropout::example),
    (
        "embeddingBag",
        read::<embedding_bag::EmbeddingBag>,
        embedding_bag::example,
    ),
    (
        "factorizationMachine",
        read::<factorization_machine::FactorizationMachine>,
        factorization_machine::example,
    ),
    ("linear", read::<linear::Linear>, linear::example),
    ("multiply", read::<multiply::Multiply>, multiply::example),
    ("sum", read::<sum::Sum>, sum::example),
];

fn read<T: Reference + DeserializeOwned + 'static>(fields: Value) -> Box<dyn Reference> {
    Box::new(serde_json::from_value::<T>(fields).unwrap())
}

/// An operation of a plan's JSON.
pub fn operation(fields: &Value) -> Box<dyn Reference> {
    let kind = fields["kind"].as_str().unwrap();
    let (_, read, _) = REGISTRY.iter().find(|(known, ..)| *known == kind).unwrap();
    read(fields.clone())
}
