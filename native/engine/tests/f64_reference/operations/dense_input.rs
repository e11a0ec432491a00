use serde::Deserialize;
use serde_json::json;

use super::Reference;
use crate::f64_reference::executor::{Gradients, Row};
use crate::f64_reference::random_plan::{Builder, Random};

#[derive(Deserialize)]
pub struct DenseInput {
    first: usize,
    output: usize,
}

impl Reference for DenseInput {
    fn forward(&self, row: &Row) -> Vec<f64> {
        let columns = &row.dense()[self.first..][..row.width(self.output)];
        columns.iter().map(|&x| f64::from(x)).collect()
    }

    fn backward(&self, _row: &mut Gradients, _g: &[f64]) {}
}

/// A single column.
pub fn example(builder: &mut Builder, _random: &mut Random, _vectors: &[usize]) -> usize {
    builder.operation(1, json!({ "kind": "denseInput", "first": 0 }))
}
