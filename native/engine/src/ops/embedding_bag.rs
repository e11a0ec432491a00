//! Pools rows of a table, one bag for each row of the batch. embedding/ does the lookups of all tables together.

use serde::Deserialize;

use super::operation::{Backward, Forward, Operation, Values};
use super::validation::{Checked, Validation};
use crate::embedding::Bag;
use crate::tensors::{IndexMap, ParameterKind, Pooling, Tensors};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EmbeddingBag {
    column: usize,
    /// A parameter of shape `[rows, width]`.
    table: usize,
    /// A parameter of shape `[rows]`. A quotient-remainder pair shares one of shape `[cardinality]`, with a weight for each
    /// index.
    row_weights: Option<usize>,
    pooling: Pooling,
    index_map: IndexMap,
    output: usize,
}

impl Operation for EmbeddingBag {
    fn values(&self) -> Values<'_> {
        Values::new(&[], self.output)
    }

    fn parameters(&self) -> Vec<usize> {
        std::iter::once(self.table).chain(self.row_weights).collect()
    }

    fn validate(&self, check: &mut Validation) -> Checked {
        let (column, map) = (self.column, self.index_map);
        let tensors = check.tensors;
        let input = tensors
            .inputs
            .sparse
            .get(column)
            .ok_or(format!("column {column} does not exist"))?;
        let divisor_is_zero = matches!(
            map,
            IndexMap::Quotient { divisor: 0 }
                | IndexMap::Remainder { divisor: 0 }
                | IndexMap::Hash { rows: 0 }
        );
        if divisor_is_zero {
            return Err("its index map divides by zero".into());
        }
        let shape = check.parameter(self.table, ParameterKind::Table)?;
        let [rows, dimension] = shape[..] else {
            return Err(format!(
                "the table has shape {shape:?}; it needs rows and a dimension"
            ));
        };
        if map.rows_needed(input.cardinality) > rows as u64 {
            return Err(format!(
                "column '{}' with {} indices needs {} rows, but the table has {rows}",
                input.name,
                input.cardinality,
                map.rows_needed(input.cardinality)
            ));
        }
        check.expect_width(self.output, dimension)?;
        match self.row_weights {
            None => Ok(()),
            Some(weights) if map.is_quotient_remainder() => check.expect_index_weights(weights, column),
            Some(weights) => check.expect_shape(weights, ParameterKind::Table, &[rows]),
        }
    }

    /// Does nothing, because `Model::forward_tables` pools the rows of all bags.
    fn forward(&self, _pass: &Forward) {}

    /// Does nothing, because `Model::collect_tables` takes the gradients of all bags.
    fn backward(&self, _pass: Backward) {}

    fn bag(&self, tensors: &Tensors) -> Option<Bag> {
        Some(Bag {
            column: self.column,
            table: self.table,
            row_weights: self.row_weights,
            pooling: self.pooling,
            map: self.index_map,
            output: self.output,
            dimension: tensors.width(self.output),
            rows: None,
        })
    }
}
