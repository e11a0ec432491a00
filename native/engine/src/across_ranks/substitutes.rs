//! What predictions read in place of untrained rows, for tables whose rows are divided among ranks. The mean is that of the
//! whole table to the bit: every rank adds its rows to what the ranks before it have added.

use std::ops::Range;

use crate::distributed::{Distribution, DividedBag};
use crate::model::Model;
use crate::parameters::Parameters;
use crate::pool::Pool;
use crate::tensors::IndexMap;
use crate::trained_rows::RunningMean;
use error_code::Result;

/// A mean over trained values, with the ranks that add to it in turn.
struct Mean {
    of: Of,
    ranks: Vec<usize>,
    sum: RunningMean,
}

/// What a mean is taken of.
enum Of {
    /// The rows of a parameter.
    Rows(usize),
    /// The products of the rows of a quotient-remainder pair, whose quotient's rows are divided in this way.
    Products {
        parameters: [usize; 2],
        maps: [IndexMap; 2],
        rows: Vec<Range<usize>>,
        remainder: Vec<f32>,
    },
}

impl Model {
    /// Finds the substitutes of the tables of which no rank has all rows. Those of other tables must not have been found yet.
    ///
    /// # Errors
    /// InvalidState when the other ranks cannot be reached.
    pub(crate) fn find_substitutes_across_ranks(&mut self) -> Result<()> {
        let Some(distribution) = self.distribution.as_ref() else {
            return Ok(());
        };
        if distribution.divided.is_empty() {
            return Ok(());
        }
        let (parameters, pool) = (&mut self.parameters, &self.machine.pool);
        let mut means = means_of_rows(distribution, parameters);
        find(&mut means, distribution, parameters, pool)?;
        for mean in &means {
            if let Of::Rows(parameter) = mean.of {
                parameters.all_mut()[parameter].set_substitute(&mean.sum);
            }
        }
        Ok(())
    }

    /// As `find_substitutes_across_ranks`, for multiplied pairs, after the substitutes of single tables.
    ///
    /// # Errors
    /// As `find_substitutes_across_ranks`.
    pub(crate) fn find_pair_substitutes_across_ranks(&mut self) -> Result<()> {
        let Some(distribution) = self.distribution.as_ref() else {
            return Ok(());
        };
        let (parameters, pool) = (&mut self.parameters, &self.machine.pool);
        let mut means = means_of_products(distribution, parameters)?;
        find(&mut means, distribution, parameters, pool)?;
        for mean in &means {
            if let Of::Products {
                parameters: [quotient, remainder],
                ..
            } = mean.of
            {
                let product = mean.sum.value();
                let all = parameters.all_mut();
                all[remainder].replace_substitute(&vec![1.0; product.len()]);
                all[quotient].replace_substitute(&product);
            }
        }
        Ok(())
    }
}

fn means_of_rows(distribution: &Distribution, parameters: &Parameters) -> Vec<Mean> {
    let tables = distribution.divided.iter();
    let of = tables.flat_map(|DividedBag { bag, shards }| {
        std::iter::once(bag.table)
            .chain(bag.row_weights)
            .map(move |parameter| (parameter, shards))
    });
    of.map(|(parameter, shards)| Mean {
        of: Of::Rows(parameter),
        ranks: shards.iter().map(|shard| shard.rank).collect(),
        sum: RunningMean::new(parameters.all()[parameter].width()),
    })
    .collect()
}

fn means_of_products(distribution: &Distribution, parameters: &Parameters) -> Result<Vec<Mean>> {
    let mut means = Vec::new();
    for pair in &distribution.pairs {
        let bags = [&pair.quotient, &pair.remainder];
        let tables = bags.map(|divided| divided.bag.table);
        if tables.iter().all(|&table| parameters.all()[table].reads_mean()) {
            means.push(Mean {
                of: Of::Products {
                    parameters: tables,
                    maps: bags.map(|divided| divided.bag.map),
                    rows: pair
                        .quotient
                        .shards
                        .iter()
                        .map(|shard| shard.rows.clone())
                        .collect(),
                    remainder: whole_table(distribution, parameters, &pair.remainder)?,
                },
                ranks: pair.quotient.shards.iter().map(|shard| shard.rank).collect(),
                sum: RunningMean::new(pair.quotient.bag.dimension),
            });
        }
    }
    Ok(means)
}

/// A table's rows from all ranks, on every rank.
fn whole_table(
    distribution: &Distribution,
    parameters: &Parameters,
    divided: &DividedBag,
) -> Result<Vec<f32>> {
    let own = &parameters.all()[divided.bag.table].values;
    let message = own.iter().flat_map(|value| value.to_le_bytes()).collect();
    let messages = distribution.all_gather(message)?;
    let rows = divided
        .shards
        .iter()
        .flat_map(|shard| messages[shard.rank].as_chunks::<4>().0);
    Ok(rows.map(|bytes| f32::from_le_bytes(*bytes)).collect())
}

/// In each round the next rank of every mean adds its part, and gives the sum to all.
fn find(means: &mut [Mean], distribution: &Distribution, parameters: &Parameters, pool: &Pool) -> Result<()> {
    let rounds = means.iter().map(|mean| mean.ranks.len()).max().unwrap_or(0);
    for round in 0..rounds {
        let mut message: Vec<u8> = Vec::new();
        for mean in &mut *means {
            if mean.ranks.get(round) == Some(&distribution.rank()) {
                mean.add_own(round, parameters, pool);
                message.extend(mean.sum.to_words().flat_map(u64::to_le_bytes));
            }
        }
        let messages = distribution.all_gather(message)?;
        let words = |message: &'_ Vec<u8>| message.as_chunks::<8>().0.to_vec().into_iter();
        let mut words: Vec<_> = messages.iter().map(words).collect();
        for mean in &mut *means {
            if let Some(&rank) = mean.ranks.get(round) {
                mean.sum.set_words(words[rank].by_ref().map(u64::from_le_bytes));
            }
        }
    }
    Ok(())
}

impl Mean {
    /// Adds what this rank has, as the one whose turn it is in this round.
    fn add_own(&mut self, round: usize, parameters: &Parameters, pool: &Pool) {
        match &self.of {
            Of::Rows(parameter) => parameters.all()[*parameter].add_to_mean(pool, &mut self.sum),
            Of::Products {
                parameters: [quotient, _],
                maps,
                rows,
                remainder,
            } => {
                let quotient = &parameters.all()[*quotient];
                let Some(trained) = &quotient.trained else {
                    return;
                };
                let rows = rows[round].clone();
                let divisor = match maps[0] {
                    IndexMap::Quotient { divisor } => divisor as usize,
                    _ => 1,
                };
                let value = |row: usize| (row * divisor).min(trained.value_count());
                let tables = [
                    (maps[0], rows.start, &quotient.values[..]),
                    (maps[1], 0, &remainder[..]),
                ];
                trained.add_products(pool, value(rows.start)..value(rows.end), tables, &mut self.sum);
            }
        }
    }
}
