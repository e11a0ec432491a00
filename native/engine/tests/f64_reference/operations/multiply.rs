use serde::Deserialize;
use serde_json::json;

use super::Reference;
use crate::f64_reference::executor::{Gradients, Row};
use crate::f64_reference::random_plan::{Builder, Random};

#[derive(Deserialize)]
pub struct Multiply {
    inputs: [usize; 2],
}

impl Reference for Multiply {
    fn forward(&self, row: &Row) -> Vec<f64> {
        let [a, b] = self.inputs.map(|input| row.value(input));
        a.iter().zip(b).map(|(a, b)| a * b).collect()
    }

    fn backward(&self, row: &mut Gradients, g: &[f64]) {
        let [a, b] = self.inputs;
        for (c, g) in g.iter().enumerate() {
            let (x, y) = (row.value(a)[c], row.value(b)[c]);
            row.add(a, c, g * y);
            row.add(b, c, g * x);
        }
    }
}

pub fn example(builder: &mut Builder, random: &mut Random, vectors: &[usize]) -> usize {
    let inputs = [random.pick(vectors), random.pick(vectors)];
    let fields = json!({ "kind": "multiply", "inputs": inputs });
    builder.operation(builder.width(inputs[0]), fields)
}
