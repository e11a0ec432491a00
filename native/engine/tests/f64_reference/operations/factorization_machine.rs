use serde::Deserialize;
use serde_json::json;

use super::Reference;
use crate::f64_reference::executor::{Gradients, Row};
use crate::f64_reference::random_plan::{Builder, Random};

#[derive(Deserialize)]
pub struct FactorizationMachine {
    inputs: Vec<usize>,
}

impl Reference for FactorizationMachine {
    fn forward(&self, row: &Row) -> Vec<f64> {
        let mut sum = 0.0;
        for c in 0..row.value(self.inputs[0]).len() {
            let elements = || self.inputs.iter().map(|&input| row.value(input)[c]);
            let total: f64 = elements().sum();
            sum += total * total - elements().map(|x| x * x).sum::<f64>();
        }
        vec![0.5 * sum]
    }

    fn backward(&self, row: &mut Gradients, g: &[f64]) {
        for c in 0..row.value(self.inputs[0]).len() {
            let total: f64 = self.inputs.iter().map(|&input| row.value(input)[c]).sum();
            for &input in &self.inputs {
                let x = row.value(input)[c];
                row.add(input, c, g[0] * (total - x));
            }
        }
    }
}

pub fn example(builder: &mut Builder, _random: &mut Random, vectors: &[usize]) -> usize {
    builder.operation(1, json!({ "kind": "factorizationMachine", "inputs": vectors }))
}
