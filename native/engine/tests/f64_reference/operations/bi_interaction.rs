use serde::Deserialize;
use serde_json::json;

use super::Reference;
use crate::f64_reference::executor::{Gradients, Row};
use crate::f64_reference::random_plan::{Builder, Random};

#[derive(Deserialize)]
pub struct BiInteraction {
    inputs: Vec<usize>,
    output: usize,
}

impl Reference for BiInteraction {
    fn forward(&self, row: &Row) -> Vec<f64> {
        let elements = |c: usize| self.inputs.iter().map(move |&input| row.value(input)[c]);
        (0..row.width(self.output))
            .map(|c| 0.5 * (elements(c).sum::<f64>().powi(2) - elements(c).map(|x| x * x).sum::<f64>()))
            .collect()
    }

    fn backward(&self, row: &mut Gradients, g: &[f64]) {
        for (c, g) in g.iter().enumerate() {
            let total: f64 = self.inputs.iter().map(|&input| row.value(input)[c]).sum();
            for &input in &self.inputs {
                let x = row.value(input)[c];
                row.add(input, c, g * (total - x));
            }
        }
    }
}

pub fn example(builder: &mut Builder, _random: &mut Random, vectors: &[usize]) -> usize {
    let fields = json!({ "kind": "biInteraction", "inputs": vectors });
    builder.operation(builder.width(vectors[0]), fields)
}
