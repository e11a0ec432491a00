use serde::Deserialize;
use serde_json::json;

use super::Reference;
use crate::f64_reference::executor::{Gradients, Row};
use crate::f64_reference::random_plan::{Builder, Random};

#[derive(Deserialize)]
pub struct Sum {
    inputs: Vec<usize>,
    output: usize,
}

impl Reference for Sum {
    fn forward(&self, row: &Row) -> Vec<f64> {
        (0..row.width(self.output))
            .map(|c| self.inputs.iter().map(|&input| row.value(input)[c]).sum())
            .collect()
    }

    fn backward(&self, row: &mut Gradients, g: &[f64]) {
        for &input in &self.inputs {
            row.add_all(input, g);
        }
    }
}

pub fn example(builder: &mut Builder, _random: &mut Random, vectors: &[usize]) -> usize {
    let fields = json!({ "kind": "sum", "inputs": vectors });
    builder.operation(builder.width(vectors[0]), fields)
}
