//! A model's embedding tables: the lookups of a batch, their gradients until the next optimizer step, and the step.

use batch::Batch;

use crate::embedding::{self, Bag, Lookup, RowSquares, RowUpdater, Table, TableGradient, TableUpdate};
use crate::input::{MappedRows, ShardLookups};
use crate::matrix::Matrix;
use crate::optimizer::Step;
use crate::parameter::Parameter;
use crate::parameters::Parameters;
use crate::phase::Work;
use crate::pool::Pool;
use crate::work;

pub(crate) struct Tables {
    bags: Vec<Bag>,
    mapped: MappedRows,
    /// First one for each bag's table, then one for each of `shared_weights`.
    gradients: Vec<TableGradient>,
    shared_weights: Vec<usize>,
}

impl Tables {
    /// `bags` are the lookups of the tables that are held here.
    pub fn new(bags: Vec<Bag>) -> Self {
        let shared_weights = embedding::shared_weights(&bags);
        Self {
            mapped: MappedRows::default(),
            gradients: (0..bags.len() + shared_weights.len())
                .map(|_| TableGradient::default())
                .collect(),
            bags,
            shared_weights,
        }
    }

    pub fn bags(&self) -> &[Bag] {
        &self.bags
    }

    /// The sum of the bags' widths.
    pub fn width(&self) -> usize {
        self.bags.iter().map(|bag| bag.dimension).sum()
    }

    /// Finds the rows that each bag looks up.
    pub fn map(&mut self, batch: &Batch) {
        self.mapped.fill(&self.bags, batch);
    }

    /// The lookups of a bag whose table's rows are divided among ranks, after `map`.
    pub fn shard(&self, index: usize) -> &ShardLookups {
        self.mapped.shard(index)
    }

    /// The work of the lookups of a batch, after `map`.
    pub fn lookup_work(&self, batch: &Batch) -> Work {
        let mut work = Work::default();
        for (index, bag) in self.bags.iter().enumerate() {
            let rows = self.mapped.lookups(index, bag, batch).rows.len();
            let sums = if bag.rows.is_some() { rows } else { batch.size };
            let Work { flops, bytes } = work::lookups(bag, rows, sums);
            work.flops += flops;
            work.bytes += bytes;
        }
        work
    }

    /// Pools the rows of every bag, after `map`. A prediction reads the substitute in place of untrained rows; training reads
    /// the rows themselves and then updates them. `pooled` says where the pooled rows of a bag are written,
    /// `[batch, dimension]`. Where a table's rows are divided among ranks, all lookups of its rows are written one by one,
    /// `[lookups, dimension]`, because the order in which a bag's rows are added is that of all of them.
    pub fn look_up(
        &mut self,
        parameters: &mut Parameters,
        pool: &Pool,
        (batch, training): (&Batch, bool),
        pooled: impl Fn(usize, &Bag) -> Matrix,
    ) {
        if training {
            parameters.forget_substitutes();
            for bag in &self.bags {
                for parameter in std::iter::once(bag.table).chain(bag.row_weights) {
                    parameters.insert_shared_rows(parameter, &batch.columns[bag.column].indices);
                }
            }
        }
        let parameters = parameters.all();
        let substitute = |index: usize| {
            let parameter = Some(&parameters[index]).filter(|_| !training);
            parameter.and_then(Parameter::substitute)
        };
        let lookups: Vec<Lookup> = self
            .bags
            .iter()
            .enumerate()
            .map(|(index, bag)| Lookup {
                bag,
                lookups: match bag.rows {
                    Some(_) => self.mapped.shard(index).one_by_one(),
                    None => self.mapped.lookups(index, bag, batch),
                },
                table: match &parameters[bag.table] {
                    Parameter {
                        quantised: Some(matrix),
                        ..
                    } => Table::Quantised(matrix),
                    parameter => Table::Fp32(&parameter.values),
                },
                weights: bag.row_weights.map(|weights| &parameters[weights].values[..]),
                substitute: substitute(bag.table),
                weight_substitute: bag.row_weights.and_then(substitute),
                output: pooled(index, bag),
            })
            .collect();
        let (divided, whole): (Vec<Lookup>, Vec<Lookup>) =
            lookups.into_iter().partition(|lookup| lookup.bag.rows.is_some());
        embedding::forward(pool, batch.size, &whole);
        for lookup in divided
            .into_iter()
            .filter(|lookup| !lookup.lookups.rows.is_empty())
        {
            embedding::forward(pool, lookup.lookups.rows.len(), &[lookup]);
        }
    }

    /// Collects the gradients of a batch's lookups from those of its pooled rows. `pooled` says where the latter lie,
    /// `[batch, dimension]`. With `store` they are copied, because the optimizer's step comes after later batches; otherwise
    /// the lookups are sorted for the step.
    pub fn collect(
        &mut self,
        parameters: &Parameters,
        pool: &Pool,
        (batch, store): (&Batch, bool),
        pooled: impl Fn(usize, &Bag) -> Matrix + Sync,
    ) {
        let Self {
            bags,
            mapped,
            gradients,
            shared_weights,
        } = self;
        let parameters = parameters.all();
        let (of_tables, of_weights) = gradients.split_at_mut(bags.len());
        for (&weights, of_weights) in shared_weights.iter().zip(of_weights) {
            let sharing = bags.iter().enumerate().zip(&mut *of_tables);
            for ((index, bag), gradient) in sharing.filter(|((_, bag), _)| bag.row_weights == Some(weights)) {
                gradient.collect_weighted(
                    bag,
                    mapped.lookups(index, bag, batch),
                    pooled(index, bag),
                    (&parameters[bag.table].values, &parameters[weights].values),
                    of_weights,
                );
            }
            if !store {
                of_weights.sort();
            }
        }
        pool.each(of_tables, |index, gradient| {
            let bag = &bags[index];
            if !bag.has_index_weights() {
                gradient.collect(bag, mapped.lookups(index, bag, batch), pooled(index, bag), store);
            }
            if !store {
                gradient.sort();
            }
        });
    }

    /// Sorts the lookups of all collected batches for the optimizer's step.
    pub fn sort(&mut self) {
        self.gradients.iter_mut().for_each(TableGradient::sort);
    }

    /// Drops the gradients of all collected batches.
    pub fn clear(&mut self) {
        self.gradients.iter_mut().for_each(TableGradient::clear);
    }

    /// The work of an update with the gradients collected now.
    pub fn update_work(&self) -> Work {
        let mut work = Work::default();
        for (bag, gradient) in self.bags.iter().zip(&self.gradients) {
            work.flops += 3 * gradient.lookups() * bag.dimension;
            work.bytes += 12 * gradient.lookups() * bag.dimension;
        }
        work
    }

    /// Takes the optimizer's step. The lookups must have been sorted. `pooled` is that of `collect` for the last batch, here
    /// and in the methods below.
    pub fn update(
        &self,
        parameters: &mut Parameters,
        pool: &Pool,
        step: &Step,
        pooled: impl Fn(usize, &Bag) -> Matrix,
    ) {
        embedding::update(pool, &self.updates(parameters.values_mut(), pooled), step);
    }

    /// The sum of squares of the tables' summed gradients. The lookups must have been sorted.
    pub fn squared_norm(
        &self,
        parameters: &mut Parameters,
        pool: &Pool,
        pooled: impl Fn(usize, &Bag) -> Matrix,
    ) -> f64 {
        embedding::squared_norm(pool, &self.updates(parameters.all_mut(), pooled))
    }

    /// As `squared_norm`, for each table or vector of learned weights, with the parameter's index. Tables whose rows are
    /// divided among ranks are left out.
    pub fn squared_norms(
        &self,
        parameters: &mut Parameters,
        pool: &Pool,
        pooled: impl Fn(usize, &Bag) -> Matrix,
    ) -> Vec<(usize, f64)> {
        let indices = self.bags.iter().map(|bag| bag.table);
        let indices = indices.chain(self.shared_weights.iter().copied());
        let updates = self.updates(parameters.all_mut(), pooled);
        let norm = |update| embedding::squared_norm(pool, std::slice::from_ref(update));
        let is_divided = |index: usize| self.bags.get(index).is_some_and(|bag| bag.rows.is_some());
        let whole = indices
            .zip(&updates)
            .enumerate()
            .filter(|(index, _)| !is_divided(*index));
        whole
            .map(|(_, (parameter, update))| (parameter, norm(update)))
            .collect()
    }

    /// The sums of squares of each row of the tables whose rows are divided among ranks, with the parameter's index.
    pub fn squares_of_rows(
        &self,
        parameters: &mut Parameters,
        pooled: impl Fn(usize, &Bag) -> Matrix,
    ) -> Vec<(usize, Vec<RowSquares>)> {
        let updates = self.updates(parameters.all_mut(), pooled);
        let divided = self
            .bags
            .iter()
            .zip(&updates)
            .filter(|(bag, _)| bag.rows.is_some());
        divided
            .map(|(bag, update)| (bag.table, embedding::squares_of_rows(update)))
            .collect()
    }

    /// The gradients of tables and of their learned weights as full tensors, each with its parameter's index. The lookups
    /// must have been sorted.
    pub fn full_gradients(
        &self,
        parameters: &mut Parameters,
        pooled: impl Fn(usize, &Bag) -> Matrix,
    ) -> Vec<(usize, Vec<f32>)> {
        let all = parameters.all_mut();
        let rows: Vec<usize> = all.iter().map(|parameter| parameter.shape[0]).collect();
        let updates = self.updates(all, pooled);
        let mut gradients = Vec::new();
        for (update, bag) in updates.iter().zip(&self.bags) {
            let (table, weights) = embedding::coalesced(update, rows[bag.table]);
            gradients.push((bag.table, table));
            gradients.extend(bag.row_weights.map(|parameter| (parameter, weights)));
        }
        for (update, &parameter) in updates[self.bags.len()..].iter().zip(&self.shared_weights) {
            gradients.push((parameter, embedding::coalesced(update, rows[parameter]).0));
        }
        gradients
    }

    /// The table, the row weights and the gradient of every bag, then those of `shared_weights`.
    fn updates<'a>(
        &'a self,
        parameters: &'a mut [Parameter],
        pooled: impl Fn(usize, &Bag) -> Matrix,
    ) -> Vec<TableUpdate<'a>> {
        let mut slots: Vec<Option<&mut Parameter>> = parameters.iter_mut().map(Some).collect();
        let mut take = |index: usize| {
            let Parameter {
                shape,
                values,
                states,
                trained,
                ..
            } = slots[index].take().expect("a parameter has one operation");
            RowUpdater::new(
                shape[0],
                values,
                states.iter_mut().map(|state| &mut state.values[..]),
                trained.as_ref().filter(|trained| !trained.shares_rows()),
            )
        };
        let mut updates: Vec<TableUpdate> = self
            .bags
            .iter()
            .zip(&self.gradients)
            .enumerate()
            .map(|(index, (bag, gradient))| TableUpdate {
                gradient,
                bag_gradients: gradient.bag_gradients(pooled(index, bag)),
                table: take(bag.table),
                weights: bag
                    .row_weights
                    .filter(|_| !bag.has_index_weights())
                    .map(&mut take),
            })
            .collect();
        for (&parameter, gradient) in self.shared_weights.iter().zip(&self.gradients[self.bags.len()..]) {
            updates.push(TableUpdate {
                gradient,
                bag_gradients: gradient.stored(1),
                table: take(parameter),
                weights: None,
            });
        }
        updates
    }
}
