use serde::Deserialize;
use serde_json::json;

use super::Reference;
use crate::f64_reference::executor::{Gradients, Row};
use crate::f64_reference::random_plan::{Builder, Random};

/// At a rate of 0.
#[derive(Deserialize)]
pub struct Dropout {
    input: usize,
}

impl Reference for Dropout {
    fn forward(&self, row: &Row) -> Vec<f64> {
        row.value(self.input).to_vec()
    }

    fn backward(&self, row: &mut Gradients, g: &[f64]) {
        row.add_all(self.input, g);
    }
}

pub fn example(builder: &mut Builder, random: &mut Random, vectors: &[usize]) -> usize {
    let input = random.pick(vectors);
    let fields = json!({ "kind": "dropout", "input": input, "rate": 0.0 });
    builder.operation(builder.width(input), fields)
}
