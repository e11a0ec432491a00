//! Which rank has which tables.

use std::ops::Range;

use serde::Deserialize;

use crate::embedding::{self, Bag};
use crate::layout::Layout;
use crate::parameter::Held;
use crate::plan::Plan;
use crate::tensors::{IndexMap, ParameterKind, Pooling};
use error_code::{Error, Result};

/// What one rank has of a table: some columns of all rows, or some rows. The shards of a table cover it exactly once.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "TableShard"))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Shard {
    /// The parameter's name.
    table: String,
    rank: usize,
    first_column: usize,
    columns: usize,
    /// Given together with `rows`, and only where the rows are divided: the first of them.
    #[cfg_attr(test, ts(optional))]
    first_row: Option<usize>,
    #[cfg_attr(test, ts(optional))]
    rows: Option<usize>,
}

/// Some rows of a table, with the rank that has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RowShard {
    pub rank: usize,
    pub rows: Range<usize>,
}

/// A bag whose table's rows are divided among ranks.
#[derive(Clone)]
pub(crate) struct DividedBag {
    /// As it would be on one rank.
    pub bag: Bag,
    /// In the order of the rows.
    pub shards: Vec<RowShard>,
}

/// A quotient-remainder pair whose rows are multiplied, and which lies on several ranks.
pub(crate) struct DividedPair {
    pub quotient: DividedBag,
    pub remainder: DividedBag,
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
    /// Those whose tables are whole or divided by columns, by the order of the plan, and of the columns within a bag.
    pub bags: Vec<PlacedBag>,
    /// Those whose tables are divided by rows.
    pub divided: Vec<DividedBag>,
    pub pairs: Vec<DividedPair>,
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
        let parameters = &plan.tensors.parameters;
        let is_table = |kind: ParameterKind| kind == ParameterKind::Table;
        let held = parameters.iter().map(|parameter| match is_table(parameter.kind) {
            true => Held::Nothing,
            false => Held::All,
        });
        let mut placement = Self {
            bags: Vec::new(),
            divided: Vec::new(),
            pairs: Vec::new(),
            held: held.collect(),
        };
        for bag in &whole {
            let parameter = &parameters[bag.table];
            let shards = Shards::of(
                &parameter.name,
                [parameter.shape[0], bag.dimension],
                shards,
                ranks,
            )?;
            placement.place(bag, &parameter.name, shards, rank)?;
        }
        placement.require_shared_weights_together(plan, &whole)?;
        placement.place_pairs(plan, &whole)?;
        Ok(placement)
    }

    fn place(&mut self, bag: &Bag, name: &str, shards: Shards, rank: usize) -> Result<()> {
        match shards {
            Shards::Columns(shards) => {
                if shards.len() > 1 && bag.row_weights.is_some() {
                    return Err(Error::argument(format!(
                        "The table '{name}' has learned weights, so its columns cannot be divided among ranks."
                    )));
                }
                for (of_rank, columns) in shards {
                    if of_rank == rank {
                        self.held[bag.table] = match columns.len() == bag.dimension {
                            true => Held::All,
                            false => Held::Columns(columns.clone()),
                        };
                        if let Some(weights) = bag.row_weights {
                            self.held[weights] = Held::All;
                        }
                    }
                    self.bags.push(PlacedBag {
                        bag: Bag {
                            dimension: columns.len(),
                            ..bag.clone()
                        },
                        rank: of_rank,
                        columns,
                    });
                }
            }
            Shards::Rows(shards) => {
                if bag.has_index_weights() {
                    return Err(Error::argument(format!(
                        "The table '{name}' shares learned weights of a column's values with another table, so its rows \
                         cannot be divided among ranks: place both tables on one rank."
                    )));
                }
                if let Some(own) = shards.iter().find(|shard| shard.rank == rank) {
                    for parameter in std::iter::once(bag.table).chain(bag.row_weights) {
                        self.held[parameter] = Held::Rows(own.rows.clone());
                    }
                }
                let bag = bag.clone();
                self.divided.push(DividedBag { bag, shards });
            }
        }
        Ok(())
    }

    fn require_shared_weights_together(&self, plan: &Plan, whole: &[Bag]) -> Result<()> {
        for weights in embedding::shared_weights(whole) {
            let mut sharing = self
                .bags
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
        Ok(())
    }

    /// The substitute of a multiplied pair is a product of rows of both tables, which the rank of both computes. Where they
    /// lie on several ranks, those of the quotient's rows ask for the remainder's; so they need whole rows.
    fn place_pairs(&mut self, plan: &Plan, whole: &[Bag]) -> Result<()> {
        for pair in embedding::multiplied_pairs(whole, &plan.tensors, plan.factors()) {
            let columns = |table: usize| {
                let placed = self.bags.iter().filter(move |placed| placed.bag.table == table);
                placed.map(|placed| (placed.rank, placed.columns.clone()))
            };
            let [one, other] = pair.map(|bag| columns(bag.table).collect::<Vec<_>>());
            if one == other && !one.is_empty() {
                continue;
            }
            let [quotient, remainder] = match pair[0].map {
                IndexMap::Quotient { .. } => pair,
                _ => [pair[1], pair[0]],
            };
            match (self.by_rows(plan, quotient), self.by_rows(plan, remainder)) {
                (Some(quotient), Some(remainder)) => self.pairs.push(DividedPair { quotient, remainder }),
                _ => {
                    return Err(Error::argument(format!(
                        "The tables '{}' and '{}' are multiplied, so their columns must be divided alike.",
                        plan.tensors.parameters[pair[0].table].name,
                        plan.tensors.parameters[pair[1].table].name
                    )));
                }
            }
        }
        Ok(())
    }

    /// A bag with its table's rows by ranks; None if the columns are divided.
    fn by_rows(&self, plan: &Plan, bag: &Bag) -> Option<DividedBag> {
        let divided = self.divided.iter().find(|divided| divided.bag.table == bag.table);
        if let Some(divided) = divided {
            return Some(divided.clone());
        }
        let placed = self.bags.iter().find(|placed| placed.bag.table == bag.table)?;
        (placed.columns.len() == bag.dimension).then(|| DividedBag {
            bag: bag.clone(),
            shards: vec![RowShard {
                rank: placed.rank,
                rows: 0..plan.tensors.parameters[bag.table].shape[0],
            }],
        })
    }

    /// The bags that a rank looks up: first those of `bags`, then those of `divided`.
    pub fn bags_of_rank(&self, rank: usize) -> Vec<Bag> {
        let pooled = self.bags.iter().filter(|placed| placed.rank == rank);
        let divided = self.divided.iter().filter_map(|divided| {
            let own = divided.shards.iter().find(|shard| shard.rank == rank)?;
            Some(Bag {
                rows: Some(own.rows.clone()),
                // The rank that has the sample pools, and divides gradients by the size of the bag.
                pooling: Pooling::Sum,
                ..divided.bag.clone()
            })
        });
        pooled.map(|placed| placed.bag.clone()).chain(divided).collect()
    }
}

/// How a table is divided.
enum Shards {
    /// In the order of the columns. One shard is the whole table.
    Columns(Vec<(usize, Range<usize>)>),
    /// In the order of the rows; at least two.
    Rows(Vec<RowShard>),
}

impl Shards {
    fn of(name: &str, [height, width]: [usize; 2], shards: &[Shard], ranks: usize) -> Result<Self> {
        let own: Vec<&Shard> = shards.iter().filter(|shard| shard.table == name).collect();
        for (index, shard) in own.iter().enumerate() {
            if shard.rank >= ranks {
                return Err(Error::argument(format!(
                    "The table '{name}' is placed on rank {}, but the job has {ranks} ranks, counted from 0.",
                    shard.rank
                )));
            }
            if own[..index].iter().any(|other| other.rank == shard.rank) {
                return Err(Error::argument(format!(
                    "Rank {} has two parts of the table '{name}': make them one.",
                    shard.rank
                )));
            }
        }
        let by_columns =
            |shard: &&Shard| (shard.rank, shard.first_column..shard.first_column + shard.columns);
        if own.iter().all(|shard| shard.rows.is_none()) {
            let columns = covered(name, "column", width, own.iter().map(by_columns).collect())?;
            return Ok(Self::Columns(columns));
        }
        if own
            .iter()
            .any(|shard| shard.rows.is_none() || shard.columns != width)
        {
            return Err(Error::argument(format!(
                "The table '{name}' can be divided by rows or by columns, but not by both."
            )));
        }
        let by_rows = |shard: &&Shard| {
            let first = shard.first_row.unwrap_or(0);
            (shard.rank, first..first + shard.rows.unwrap_or(0))
        };
        let rows = covered(name, "row", height, own.iter().map(by_rows).collect())?;
        Ok(match rows[..] {
            [(rank, _)] => Self::Columns(vec![(rank, 0..width)]),
            _ => Self::Rows(
                rows.into_iter()
                    .map(|(rank, rows)| RowShard { rank, rows })
                    .collect(),
            ),
        })
    }
}

/// The parts of a table in their order, which must cover it once.
fn covered(
    name: &str,
    what: &str,
    count: usize,
    mut parts: Vec<(usize, Range<usize>)>,
) -> Result<Vec<(usize, Range<usize>)>> {
    parts.sort_by_key(|(_, part)| part.start);
    let mut next = 0;
    for (_, part) in &parts {
        if part.start != next || part.is_empty() {
            return Err(Error::argument(format!(
                "The {what}s of the table '{name}' must be placed once each: see {what} {next}."
            )));
        }
        next = part.end;
    }
    if next != count {
        return Err(Error::argument(format!(
            "{next} {what}s of the table '{name}' are placed, but it has {count}."
        )));
    }
    Ok(parts)
}
