use serde::Deserialize;
use serde_json::json;

use super::Reference;
use crate::f64_reference::executor::{Gradients, Row};
use crate::f64_reference::random_plan::{Builder, Random};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dot {
    inputs: Vec<usize>,
    include_self: bool,
    keep_first: bool,
}

impl Dot {
    /// Pairs of inputs, in the order of their products.
    fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        let partners = |i: usize| (0..i + usize::from(self.include_self)).map(move |j| (i, j));
        let pairs: Vec<_> = (0..self.inputs.len()).flat_map(partners).collect();
        pairs.into_iter().map(|(i, j)| (self.inputs[i], self.inputs[j]))
    }
}

impl Reference for Dot {
    fn forward(&self, row: &Row) -> Vec<f64> {
        let mut out = if self.keep_first {
            row.value(self.inputs[0]).to_vec()
        } else {
            Vec::new()
        };
        out.extend(self.pairs().map(|(i, j)| {
            let elements = row.value(i).iter().zip(row.value(j));
            elements.map(|(a, b)| a * b).sum::<f64>()
        }));
        out
    }

    fn backward(&self, row: &mut Gradients, g: &[f64]) {
        let width = row.value(self.inputs[0]).len();
        let (first, products) = g.split_at(if self.keep_first { width } else { 0 });
        if self.keep_first {
            row.add_all(self.inputs[0], first);
        }
        for ((i, j), g) in self.pairs().zip(products) {
            for c in 0..width {
                let (x, y) = (row.value(i)[c], row.value(j)[c]);
                row.add(i, c, g * y);
                row.add(j, c, g * x);
            }
        }
    }
}

pub fn example(builder: &mut Builder, random: &mut Random, vectors: &[usize]) -> usize {
    let (count, width) = (vectors.len(), builder.width(vectors[0]));
    let (include_self, keep_first) = (random.chance(2), random.chance(2) || count == 1);
    let pairs = count * (count - 1) / 2 + if include_self { count } else { 0 };
    let fields =
        json!({ "kind": "dot", "inputs": vectors, "includeSelf": include_self, "keepFirst": keep_first });
    builder.operation(pairs + if keep_first { width } else { 0 }, fields)
}
