use serde::Deserialize;
use serde_json::json;

use super::Reference;
use crate::f64_reference::executor::{Gradients, Row};
use crate::f64_reference::random_plan::{Builder, Random};

#[derive(Deserialize)]
pub struct CrossV1 {
    x0: usize,
    x: usize,
    weight: usize,
    bias: usize,
}

fn inner_product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl Reference for CrossV1 {
    fn forward(&self, row: &Row) -> Vec<f64> {
        let (x0, x) = (row.value(self.x0), row.value(self.x));
        let product = inner_product(x, row.parameter(self.weight));
        let terms = x0.iter().zip(x).zip(row.parameter(self.bias));
        terms.map(|((x0, x), bias)| x0 * product + bias + x).collect()
    }

    fn backward(&self, row: &mut Gradients, g: &[f64]) {
        let (x0, x) = (row.value(self.x0), row.value(self.x));
        let weight = row.parameter(self.weight);
        let (product, slope) = (inner_product(x, weight), inner_product(x0, g));
        for (c, g) in g.iter().enumerate() {
            row.add_to_parameter(self.bias, c, *g);
            row.add_to_parameter(self.weight, c, slope * x[c]);
            row.add(self.x0, c, g * product);
            row.add(self.x, c, g + slope * weight[c]);
        }
    }
}

pub fn example(builder: &mut Builder, random: &mut Random, vectors: &[usize]) -> usize {
    let (x0, x) = (random.pick(vectors), random.pick(vectors));
    let width = builder.width(x);
    let weight = builder.parameter(json!([width]), "dense");
    let bias = builder.parameter(json!([width]), "dense");
    let fields = json!({ "kind": "crossV1", "x0": x0, "x": x, "weight": weight, "bias": bias });
    builder.operation(width, fields)
}
