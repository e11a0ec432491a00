use serde::Deserialize;
use serde_json::json;

use super::Reference;
use crate::f64_reference::executor::{Gradients, Row};
use crate::f64_reference::random_plan::{Builder, Random};

#[derive(Deserialize)]
pub struct Concat {
    inputs: Vec<usize>,
}

impl Reference for Concat {
    fn forward(&self, row: &Row) -> Vec<f64> {
        self.inputs
            .iter()
            .flat_map(|&input| row.value(input).to_vec())
            .collect()
    }

    fn backward(&self, row: &mut Gradients, mut g: &[f64]) {
        for &input in &self.inputs {
            let (here, rest) = g.split_at(row.value(input).len());
            row.add_all(input, here);
            g = rest;
        }
    }
}

pub fn example(builder: &mut Builder, _random: &mut Random, vectors: &[usize]) -> usize {
    let width = vectors.iter().map(|&vector| builder.width(vector)).sum();
    builder.operation(width, json!({ "kind": "concat", "inputs": vectors }))
}
