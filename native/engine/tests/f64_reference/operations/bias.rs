use serde::Deserialize;
use serde_json::json;

use super::Reference;
use crate::f64_reference::executor::{Gradients, Row};
use crate::f64_reference::random_plan::{Builder, Random};

#[derive(Deserialize)]
pub struct Bias {
    input: usize,
    bias: usize,
}

impl Reference for Bias {
    fn forward(&self, row: &Row) -> Vec<f64> {
        let bias = row.parameter(self.bias)[0];
        row.value(self.input).iter().map(|x| x + bias).collect()
    }

    fn backward(&self, row: &mut Gradients, g: &[f64]) {
        for (c, g) in g.iter().enumerate() {
            row.add_to_parameter(self.bias, 0, *g);
            row.add(self.input, c, *g);
        }
    }
}

pub fn example(builder: &mut Builder, random: &mut Random, vectors: &[usize]) -> usize {
    let logit = builder.linear(random.pick(vectors), 1, "none", false);
    let bias = builder.parameter(json!([1]), "dense");
    builder.operation(1, json!({ "kind": "bias", "input": logit, "bias": bias }))
}
