//! The tensors that operations of a plan refer to: inputs, parameters and values. Operations do not know the plan that they
//! are in.

use serde::Deserialize;

/// Operations have indices into these lists.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Tensors {
    pub inputs: Inputs,
    /// In canonical order: initial values are drawn from one random stream in this order.
    pub parameters: Vec<Parameter>,
    pub values: Vec<Value>,
}

impl Tensors {
    /// A value's width.
    pub fn width(&self, value: usize) -> usize {
        self.values[value].width
    }
}

/// What a batch has to carry, in this order.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "PlanInputs"))]
pub struct Inputs {
    pub dense: Vec<String>,
    pub sparse: Vec<SparseInput>,
}

#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "PlanSparseColumn"))]
#[serde(rename_all = "camelCase")]
pub struct SparseInput {
    pub name: String,
    /// A batch's indices for this column are in [0, cardinality).
    pub cardinality: u64,
    /// Whether a row may carry any number of indices (a bag); otherwise exactly one.
    pub multi_valued: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "PlanParameter"))]
pub struct Parameter {
    /// The reference's name, e.g. emb_l.0.weight, bot_l.2.bias.
    pub name: String,
    /// Tables [rows, dimension]; weight matrices [out, in]; vectors [n].
    pub shape: Vec<usize>,
    pub kind: ParameterKind,
    pub initial: Initializer,
    /// Of tables; `initial` if absent.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<UntrainedRows>"))]
    pub untrained: UntrainedRows,
}

/// What a prediction reads in place of a row that training has never looked up: the row as it was initialised, zeros, or the
/// mean of the rows that training has looked up.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum UntrainedRows {
    #[default]
    Initial,
    Zero,
    Mean,
}

/// Tables are updated row by row, and only the rows that a batch has looked up.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ParameterKind {
    Table,
    Dense,
}

#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "PlanInitializer"))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Initializer {
    Uniform { low: f64, high: f64 },
    Normal { mean: f64, standard_deviation: f64 },
    Constant { value: f64 },
}

/// A row-major f32 matrix [batch, width].
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "PlanValue"))]
pub struct Value {
    /// The node's id, and `.k` for the inner values of a node with several operations.
    pub name: String,
    pub width: usize,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Pooling {
    Sum,
    Mean,
}

/// How a column's index becomes a table's row: itself; index div divisor and index mod divisor, as in the quotient-remainder
/// trick (Shi et al. 2019); or (index * 2654435761 mod 2^32) mod rows.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(ts_rs::TS))]
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
