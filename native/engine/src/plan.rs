//! The execution plan: what a model document becomes once a dataset's columns are bound to it (main/model/plan.ts). It
//! arrives as JSON; native/generated/engine.ts has its types.

use std::ops::Deref;

use serde::{Deserialize, Deserializer};

use crate::embedding::Bag;
use crate::ops::{self, Operation};
use crate::tensors::Tensors;

/// A flat list of operations over values of shape [batch, width], in an order in which every input comes before its use.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Plan {
    #[cfg_attr(test, ts(type = "1"))]
    pub version: u32,
    #[serde(flatten)]
    pub tensors: Tensors,
    pub operations: Vec<PlanOperation>,
    pub loss: Loss,
}

/// An operation and the id of the document's node that it came from.
#[derive(Debug)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PlanOperation {
    pub node: String,
    /// Its fields are those of its kind: main/model/kinds has them for TypeScript, and a spec compares the two.
    #[cfg_attr(test, ts(skip))]
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
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum LossKind {
    Bce,
    WeightedBce,
    Mse,
}

#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "PlanLoss"))]
pub struct Loss {
    pub kind: LossKind,
    /// A value of width 1. Of bce and weightedBce it is a probability (after a sigmoid).
    pub prediction: usize,
    /// Above 0 it limits predictions to [clamp, 1 - clamp], with zero gradient outside.
    pub clamp: f32,
    /// Of weightedBce: for label 0 and for label 1.
    pub weights: [f32; 2],
}

impl Plan {
    /// The lookups of the live operations, in their order.
    pub(crate) fn bags(&self, live: &[bool]) -> Vec<Bag> {
        let operations = self.operations.iter().zip(live).filter(|(_, live)| **live);
        operations
            .filter_map(|(operation, _)| operation.bag(&self.tensors))
            .collect()
    }

    /// The values of each elementwise product of two.
    pub(crate) fn factors(&self) -> impl Iterator<Item = [usize; 2]> {
        self.operations.iter().filter_map(|operation| operation.factors())
    }
}
