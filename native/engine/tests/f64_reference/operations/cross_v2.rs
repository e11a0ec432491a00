use serde::Deserialize;
use serde_json::json;

use super::Reference;
use crate::f64_reference::executor::{Gradients, Row};
use crate::f64_reference::random_plan::{Builder, Random};

#[derive(Deserialize)]
pub struct CrossV2 {
    x0: usize,
    x: usize,
    projected: usize,
}

impl Reference for CrossV2 {
    fn forward(&self, row: &Row) -> Vec<f64> {
        let terms = row.value(self.x0).iter().zip(row.value(self.x));
        terms
            .zip(row.value(self.projected))
            .map(|((x0, x), projected)| x0 * projected + x)
            .collect()
    }

    fn backward(&self, row: &mut Gradients, g: &[f64]) {
        for (c, g) in g.iter().enumerate() {
            let (x0, projected) = (row.value(self.x0)[c], row.value(self.projected)[c]);
            row.add(self.x0, c, g * projected);
            row.add(self.projected, c, g * x0);
            row.add(self.x, c, *g);
        }
    }
}

pub fn example(builder: &mut Builder, random: &mut Random, vectors: &[usize]) -> usize {
    let (x0, x) = (random.pick(vectors), random.pick(vectors));
    let width = builder.width(x);
    let projected = builder.linear(x, width, "none", true);
    let fields = json!({ "kind": "crossV2", "x0": x0, "x": x, "projected": projected });
    builder.operation(width, fields)
}
