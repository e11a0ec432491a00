//! The execution plan as main/model/plan-types.ts defines it, field for field.

use std::ops::Deref;

use serde::{Deserialize, Deserializer};

use crate::error::{Error, Result};
use crate::layout;
use crate::ops::{self, Operation};

#[derive(Debug, Deserialize)]
pub struct Plan {
    pub version: u32,
    pub inputs: Inputs,
    pub parameters: Vec<Parameter>,
    pub values: Vec<Value>,
    pub operations: Vec<PlanOperation>,
    pub loss: Loss,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Inputs {
    pub dense: Vec<String>,
    pub sparse: Vec<SparseInput>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SparseInput {
    pub name: String,
    pub cardinality: u64,
    pub multi_valued: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Parameter {
    pub name: String,
    pub shape: Vec<usize>,
    pub kind: ParameterKind,
    pub initial: Initializer,
    #[serde(default)]
    pub untrained: UntrainedRows,
}

/// What a prediction reads in place of a table's row that training never reached.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum UntrainedRows {
    /// The row as it was initialised.
    #[default]
    Initial,
    Zero,
    /// The mean of the rows that training did reach.
    Mean,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum ParameterKind {
    Table,
    Dense,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Initializer {
    Uniform { low: f64, high: f64 },
    Normal { mean: f64, standard_deviation: f64 },
    Constant { value: f64 },
}

#[derive(Clone, Debug, Deserialize)]
pub struct Value {
    pub name: String,
    pub width: usize,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Pooling {
    Sum,
    Mean,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum IndexMap {
    Identity,
    Quotient { divisor: u64 },
    Remainder { divisor: u64 },
    Hash { rows: u64 },
}

impl IndexMap {
    /// The table row of a column's index.
    pub fn row(self, index: u32) -> u32 {
        match self {
            IndexMap::Identity => index,
            IndexMap::Quotient { divisor } => (u64::from(index) / divisor) as u32,
            IndexMap::Remainder { divisor } => (u64::from(index) % divisor) as u32,
            IndexMap::Hash { rows } => (u64::from(index.wrapping_mul(2_654_435_761)) % rows) as u32,
        }
    }

    /// Whether the table is one of a quotient-remainder pair: only both rows together tell an index from all others.
    pub fn is_quotient_remainder(self) -> bool {
        matches!(self, IndexMap::Quotient { .. } | IndexMap::Remainder { .. })
    }

    /// How many rows a table needs so that every index below `cardinality` has one.
    pub fn rows_needed(self, cardinality: u64) -> u64 {
        match self {
            IndexMap::Identity => cardinality,
            IndexMap::Quotient { divisor } => cardinality.div_ceil(divisor),
            IndexMap::Remainder { divisor } => divisor.min(cardinality),
            IndexMap::Hash { rows } => rows,
        }
    }
}

/// An operation and the id of the document's node that it came from.
#[derive(Debug)]
pub struct PlanOperation {
    pub node: String,
    operation: Box<dyn Operation>,
}

impl Deref for PlanOperation {
    type Target = dyn Operation;

    fn deref(&self) -> &Self::Target {
        &*self.operation
    }
}

impl<'de> Deserialize<'de> for PlanOperation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Fields {
            node: String,
            kind: String,
            #[serde(flatten)]
            others: serde_json::Map<String, serde_json::Value>,
        }
        let Fields { node, kind, others } = Fields::deserialize(deserializer)?;
        let operation = ops::operation(&kind, others.into()).map_err(serde::de::Error::custom)?;
        Ok(Self { node, operation })
    }
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum LossKind {
    Bce,
    WeightedBce,
    Mse,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Loss {
    pub kind: LossKind,
    pub prediction: usize,
    pub clamp: f32,
    pub weights: [f32; 2],
}

impl Plan {
    /// Reads and validates a plan.
    ///
    /// # Errors
    /// InvalidPlan naming the operation, parameter or value that is wrong.
    pub fn from_json(text: &str) -> Result<Plan> {
        let plan: Plan = serde_json::from_str(text)
            .map_err(|error| Error::plan(format!("The plan cannot be read: {error}.")))?;
        crate::validate::validate(&plan)?;
        Ok(plan)
    }

    /// Indices of operations that cost nothing, because their inputs are written where their output is.
    pub fn free_operations(&self) -> Vec<usize> {
        let free = layout::free_operations(self);
        (0..free.len()).filter(|&index| free[index]).collect()
    }

    /// A value's width.
    pub fn width(&self, value: usize) -> usize {
        self.values[value].width
    }
}
