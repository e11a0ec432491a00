use engine::tensors::{IndexMap, Pooling};
use serde::Deserialize;
use serde_json::json;

use super::Reference;
use crate::f64_reference::executor::{Gradients, Row};
use crate::f64_reference::random_plan::{Builder, Random};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EmbeddingBag {
    pub column: usize,
    pub table: usize,
    pub row_weights: Option<usize>,
    pooling: Pooling,
    index_map: IndexMap,
    output: usize,
}

impl EmbeddingBag {
    /// The table row of an index, and the row of its learned weight.
    pub fn rows(&self, index: u32) -> (usize, usize) {
        let row = self.index_map.row(index) as usize;
        let weighted = if self.index_map.is_quotient_remainder() {
            index as usize
        } else {
            row
        };
        (row, weighted)
    }

    /// The rows of each lookup, and its factor without the learned weight: the mean's share.
    fn lookups(&self, row: &Row) -> Vec<((usize, usize), f64)> {
        let indices = row.bag(self.column);
        let share = match self.pooling {
            Pooling::Mean => 1.0 / indices.len().max(1) as f64,
            Pooling::Sum => 1.0,
        };
        indices.iter().map(|&index| (self.rows(index), share)).collect()
    }

    fn weight(&self, row: &Row, weighted: usize) -> f64 {
        self.row_weights
            .map_or(1.0, |weights| row.parameter(weights)[weighted])
    }
}

impl Reference for EmbeddingBag {
    fn forward(&self, row: &Row) -> Vec<f64> {
        let width = row.width(self.output);
        let mut sum = vec![0.0; width];
        for ((index, weighted), share) in self.lookups(row) {
            let weight = share * self.weight(row, weighted);
            for (c, sum) in sum.iter_mut().enumerate() {
                *sum += weight * row.parameter(self.table)[index * width + c];
            }
        }
        sum
    }

    fn backward(&self, row: &mut Gradients, g: &[f64]) {
        for ((index, weighted), share) in self.lookups(row) {
            let weight = self.weight(row, weighted);
            for (c, g) in g.iter().enumerate() {
                let element = index * row.width(self.output) + c;
                row.add_to_parameter(self.table, element, g * share * weight);
                if let Some(weights) = self.row_weights {
                    let value = row.parameter(self.table)[element];
                    row.add_to_parameter(weights, weighted, g * share * value);
                }
            }
        }
    }
}

/// A bag of a column of its own, or the product of a pair of them.
pub fn example(builder: &mut Builder, random: &mut Random, vectors: &[usize]) -> usize {
    let width = builder.width(vectors[0]);
    let (column, cardinality) = builder.column(random);
    let divisor = 1 + random.below(4);
    let (map, rows) = match random.below(4) {
        0 => (json!({ "kind": "identity" }), cardinality),
        1 => (
            json!({ "kind": "quotient", "divisor": divisor }),
            cardinality.div_ceil(divisor),
        ),
        2 => (json!({ "kind": "remainder", "divisor": divisor }), divisor),
        _ => (json!({ "kind": "hash", "rows": divisor }), divisor),
    };
    let table = builder.parameter(json!([rows, width]), "table");
    let half = map["kind"] == "quotient" || map["kind"] == "remainder";
    let weighted = if half { cardinality } else { rows };
    let weights = random
        .chance(2)
        .then(|| builder.parameter(json!([weighted]), "table"));
    let pooling = random.pick(&["sum", "mean"]);
    let bag = |table: usize, map: serde_json::Value| {
        json!({
            "kind": "embeddingBag", "column": column, "table": table, "rowWeights": weights, "pooling": pooling,
            "indexMap": map,
        })
    };
    let value = builder.operation(width, bag(table, map.clone()));
    if map["kind"] != "quotient" {
        return value;
    }
    // The other half of the pair has the same weights.
    let remainders = builder.parameter(json!([divisor, width]), "table");
    let remainder = json!({ "kind": "remainder", "divisor": divisor });
    let other = builder.operation(width, bag(remainders, remainder));
    builder.operation(width, json!({ "kind": "multiply", "inputs": [value, other] }))
}
