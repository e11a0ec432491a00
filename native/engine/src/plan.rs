//! The execution plan as main/model/plan-types.ts defines it, field for field.

use serde::Deserialize;

use crate::error::{Error, Result};

#[derive(Clone, Debug, Deserialize)]
pub struct Plan {
    pub version: u32,
    pub inputs: Inputs,
    pub parameters: Vec<Parameter>,
    pub values: Vec<Value>,
    pub operations: Vec<Operation>,
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
pub enum Activation {
    None,
    Relu,
    Sigmoid,
    Tanh,
    Gelu,
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

    /// Whether it is half of a pair: an index has its own row only in both tables together.
    pub fn is_half(self) -> bool {
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

#[derive(Clone, Debug, Deserialize)]
pub struct Operation {
    pub node: String,
    #[serde(flatten)]
    pub kind: OperationKind,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum OperationKind {
    DenseInput {
        first: usize,
        output: usize,
    },
    EmbeddingBag {
        column: usize,
        table: usize,
        row_weights: Option<usize>,
        pooling: Pooling,
        index_map: IndexMap,
        output: usize,
    },
    Linear {
        input: usize,
        weight: usize,
        bias: Option<usize>,
        activation: Activation,
        output: usize,
    },
    Activation {
        input: usize,
        activation: Activation,
        output: usize,
    },
    Dropout {
        input: usize,
        rate: f64,
        output: usize,
    },
    Concat {
        inputs: Vec<usize>,
        output: usize,
    },
    Sum {
        inputs: Vec<usize>,
        output: usize,
    },
    Multiply {
        inputs: [usize; 2],
        output: usize,
    },
    Dot {
        inputs: Vec<usize>,
        include_self: bool,
        keep_first: bool,
        output: usize,
    },
    CrossV1 {
        x0: usize,
        x: usize,
        weight: usize,
        bias: usize,
        output: usize,
    },
    CrossV2 {
        x0: usize,
        x: usize,
        projected: usize,
        output: usize,
    },
    FactorizationMachine {
        inputs: Vec<usize>,
        output: usize,
    },
    Bias {
        input: usize,
        bias: usize,
        output: usize,
    },
}

impl OperationKind {
    /// The value this operation writes.
    pub fn output(&self) -> usize {
        match *self {
            OperationKind::DenseInput { output, .. }
            | OperationKind::EmbeddingBag { output, .. }
            | OperationKind::Linear { output, .. }
            | OperationKind::Activation { output, .. }
            | OperationKind::Dropout { output, .. }
            | OperationKind::Concat { output, .. }
            | OperationKind::Sum { output, .. }
            | OperationKind::Multiply { output, .. }
            | OperationKind::Dot { output, .. }
            | OperationKind::CrossV1 { output, .. }
            | OperationKind::CrossV2 { output, .. }
            | OperationKind::FactorizationMachine { output, .. }
            | OperationKind::Bias { output, .. } => output,
        }
    }

    /// The values this operation reads, in the order its gradients are written.
    pub fn inputs(&self) -> Vec<usize> {
        match self {
            OperationKind::DenseInput { .. } | OperationKind::EmbeddingBag { .. } => Vec::new(),
            OperationKind::Linear { input, .. }
            | OperationKind::Activation { input, .. }
            | OperationKind::Dropout { input, .. }
            | OperationKind::Bias { input, .. } => vec![*input],
            OperationKind::Concat { inputs, .. }
            | OperationKind::Sum { inputs, .. }
            | OperationKind::Dot { inputs, .. }
            | OperationKind::FactorizationMachine { inputs, .. } => inputs.clone(),
            OperationKind::Multiply { inputs, .. } => inputs.to_vec(),
            OperationKind::CrossV1 { x0, x, .. } => vec![*x0, *x],
            OperationKind::CrossV2 { x0, x, projected, .. } => vec![*x0, *x, *projected],
        }
    }

    /// The parameters this operation uses.
    pub fn parameters(&self) -> Vec<usize> {
        match *self {
            OperationKind::EmbeddingBag {
                table, row_weights, ..
            } => std::iter::once(table).chain(row_weights).collect(),
            OperationKind::Linear { weight, bias, .. } => std::iter::once(weight).chain(bias).collect(),
            OperationKind::CrossV1 { weight, bias, .. } => vec![weight, bias],
            OperationKind::Bias { bias, .. } => vec![bias],
            _ => Vec::new(),
        }
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
            .map_err(|error| Error::plan(format!("The plan is not readable: {error}.")))?;
        crate::validate::validate(&plan)?;
        Ok(plan)
    }
}
