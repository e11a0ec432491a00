//! Which rank has which tables.

use std::ops::Range;

use serde::Deserialize;

use crate::embedding::{self, Bag};
use crate::layout::Layout;
use crate::parameter::Held;
use crate::plan::Plan;
use crate::tensors::ParameterKind;
use error_code::{Error, Result};

/// A table's columns that one rank has. The shards of a table cover it exactly once.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "TableShard"))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Shard {
    /// The parameter's name.
    table: String,
    rank: usize,
    first_column: usize,
    columns: usize,
}

/// A bag's columns that one rank looks up.
pub(crate) struct PlacedBag {
    /// With the dimension of the shard.
    pub bag: Bag,
    pub rank: usize,
    /// The columns of the bag's output.
    pub columns: Range<usize>,
}

/// The division of a plan's tables among the ranks.
pub(crate) struct Placement {
    /// By the order of the plan, and of the columns within a bag.
    pub bags: Vec<PlacedBag>,
    /// For each parameter, what the rank has.
    pub held: Vec<Held>,
}

impl Placement {
    /// # Errors
    /// InvalidArgument naming the table that is not placed, is placed twice or cannot be divided.
    pub fn new(
        plan: &Plan,
        layout: &Layout,
        shards: &[Shard],
        (rank, ranks): (usize, usize),
    ) -> Result<Self> {
        let whole = plan.bags(&layout.live);
        let shared = embedding::shared_weights(&whole);
        let mut held = vec![Held::All; plan.tensors.parameters.len()];
        for (index, parameter) in plan.tensors.parameters.iter().enumerate() {
            if parameter.kind == ParameterKind::Table {
                held[index] = Held::Nothing;
            }
        }
        let mut bags = Vec::new();
        for bag in &whole {
            let name = &plan.tensors.parameters[bag.table].name;
            let own = shards_of(name, bag.dimension, shards, ranks)?;
            if own.len() > 1 && bag.row_weights.is_some() {
                return Err(Error::argument(format!(
                    "The table '{name}' has learned weights, so its columns cannot be divided among ranks."
                )));
            }
            for shard in own {
                let columns = shard.first_column..shard.first_column + shard.columns;
                if shard.rank == rank {
                    held[bag.table] = match columns.len() == bag.dimension {
                        true => Held::All,
                        false => Held::Columns(columns.clone()),
                    };
                    if let Some(weights) = bag.row_weights {
                        held[weights] = Held::All;
                    }
                }
                bags.push(PlacedBag {
                    bag: Bag {
                        dimension: columns.len(),
                        ..bag.clone()
                    },
                    rank: shard.rank,
                    columns,
                });
            }
        }
        for weights in shared {
            let mut sharing = bags
                .iter()
                .filter(|placed| placed.bag.row_weights == Some(weights));
            let first = sharing.next().map(|placed| placed.rank);
            if sharing.any(|placed| Some(placed.rank) != first) {
                return Err(Error::argument(format!(
                    "The tables that share '{}' must be on one rank.",
                    plan.tensors.parameters[weights].name
                )));
            }
        }
        for [first, second] in embedding::multiplied_pairs(&whole, &plan.tensors, plan.factors()) {
            let place = |table: usize| {
                let shards = bags.iter().filter(|placed| placed.bag.table == table);
                shards
                    .map(|placed| (placed.rank, placed.columns.clone()))
                    .collect::<Vec<_>>()
            };
            if place(first.table) != place(second.table) {
                return Err(Error::argument(format!(
                    "The tables '{}' and '{}' are multiplied, so they must be divided alike.",
                    plan.tensors.parameters[first.table].name, plan.tensors.parameters[second.table].name
                )));
            }
        }
        Ok(Self { bags, held })
    }
}

/// A table's shards in the order of their columns.
fn shards_of<'a>(name: &str, width: usize, shards: &'a [Shard], ranks: usize) -> Result<Vec<&'a Shard>> {
    let mut own: Vec<&Shard> = shards.iter().filter(|shard| shard.table == name).collect();
    own.sort_by_key(|shard| shard.first_column);
    let mut next = 0;
    for shard in &own {
        if shard.rank >= ranks {
            return Err(Error::argument(format!(
                "The table '{name}' is placed on rank {}, but the job has {ranks} ranks, counted from 0.",
                shard.rank
            )));
        }
        if shard.first_column != next || shard.columns == 0 {
            return Err(Error::argument(format!(
                "The columns of the table '{name}' must be placed once each: see column {next}."
            )));
        }
        if own.iter().filter(|other| other.rank == shard.rank).count() > 1 {
            return Err(Error::argument(format!(
                "Rank {} has two parts of the table '{name}': make them one.",
                shard.rank
            )));
        }
        next += shard.columns;
    }
    if next != width {
        return Err(Error::argument(format!(
            "{next} columns of the table '{name}' are placed, but it has {width}."
        )));
    }
    Ok(own)
}
