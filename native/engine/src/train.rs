//! Training steps: forward, loss, backward, and the optimizer over tables and dense parameters.

use std::time::Instant;

use batch::{Batch, BatchSource};

use crate::distributed::Distribution;
use crate::embedding::{self, Bag, RowUpdater, TableUpdate};
use crate::loss;
use crate::matrix::Matrix;
use crate::memory::Memory;
use crate::model::Model;
use crate::optimizer::{Step, TrainingSettings};
use crate::parameter::Parameter;
use crate::phase::{Phase, Work};
use crate::profiler::Section;
use crate::tensors::ParameterKind;
use error_code::{Error, ErrorCode, Result};

/// Elements of a dense parameter that one task updates.
const CHUNK: usize = 16 * 1024;

impl Model {
    /// Trains on one batch at `scale` times the settings' learning rates and returns the mean loss before the update. The
    /// optimizer steps once every `accumulateBatches` batches.
    ///
    /// # Errors
    /// InvalidState before `configure_training`; InvalidArgument for a malformed batch.
    pub fn train_batch(&mut self, batch: &Batch, scale: f64) -> Result<f64> {
        self.train_one(batch, scale, false)
    }

    /// As `train_batch`. With `last` the optimizer steps even if fewer batches are accumulated, with their mean gradient.
    fn train_one(&mut self, batch: &Batch, scale: f64, last: bool) -> Result<f64> {
        let settings = self.training.settings()?;
        if !scale.is_finite() || scale < 0.0 {
            return Err(Error::argument(format!(
                "learningRateScale is {scale}; it must be finite and not negative."
            )));
        }
        if self.distribution.is_some() {
            return self.train_across_ranks(batch, scale, last);
        }
        let begun = Instant::now();
        self.forward(batch, true)?;
        let mean = self.loss_and_gradient(batch);
        let sgd_rate = settings
            .fuses_weight_updates(batch.size)
            .then(|| Step::new(&settings.dense, scale, 1.0, self.training.steps() + 1).learning_rate());
        self.backward(batch, self.training.accumulated() > 0, sgd_rate);
        let store = settings.accumulate_batches > 1;
        let start = self.profiler.start();
        self.collect_tables(batch, store);
        self.profiler
            .stop(start, Section::Tables, Phase::Backward, Work::default());
        if self.training.accumulate(&settings, last) {
            self.training.begin_step();
            self.update(batch.size, &settings, scale, sgd_rate.is_some())?;
            self.forget_accumulated();
        }
        self.profiler.record_step(begun, &self.machine.pool);
        Ok(mean)
    }

    /// Returns the mean loss and writes the prediction's gradient.
    fn loss_and_gradient(&mut self, batch: &Batch) -> f64 {
        let start = self.profiler.start();
        self.memory.zero_gradients(batch.size);
        let prediction = self.plan.loss.prediction;
        let predictions = self.memory.value(prediction, batch.size);
        let mean = loss::mean(&self.plan.loss, predictions, &batch.labels);
        let gradients = self.memory.gradient(prediction, batch.size);
        loss::gradient(&self.plan.loss, predictions, &batch.labels, gradients, batch.size);
        self.profiler.stop(
            start,
            Section::Loss,
            Phase::Forward,
            Work {
                flops: batch.size,
                bytes: 16 * batch.size,
            },
        );
        mean
    }

    pub(crate) fn collect_tables(&mut self, batch: &Batch, store: bool) {
        let Self {
            bags,
            table_gradients,
            shared_weights,
            parameters,
            mapped,
            memory,
            machine,
            distribution,
            ..
        } = self;
        let of_bag = |index: usize, bag: &Bag| pooled_gradients(distribution, memory, index, bag, batch.size);
        let (of_tables, of_weights) = table_gradients.split_at_mut(bags.len());
        for (&weights, of_weights) in shared_weights.iter().zip(of_weights) {
            let sharing = bags.iter().enumerate().zip(&mut *of_tables);
            for ((index, bag), gradient) in sharing.filter(|((_, bag), _)| bag.row_weights == Some(weights)) {
                gradient.collect_weighted(
                    bag,
                    mapped.lookups(index, bag, batch),
                    of_bag(index, bag),
                    (&parameters[bag.table].values, &parameters[weights].values),
                    of_weights,
                );
            }
            if !store {
                of_weights.sort();
            }
        }
        machine.pool.each(of_tables, |index, gradient| {
            let bag = &bags[index];
            if !bag.has_index_weights() {
                gradient.collect(bag, mapped.lookups(index, bag, batch), of_bag(index, bag), store);
            }
            if !store {
                gradient.sort();
            }
        });
    }

    /// Takes an optimizer step. `weights_done`: the layers' weights have taken theirs in the backward pass.
    ///
    /// # Errors
    /// InvalidState when ranks that have other tables cannot be reached.
    pub(crate) fn update(
        &mut self,
        batch: usize,
        settings: &TrainingSettings,
        scale: f64,
        weights_done: bool,
    ) -> Result<()> {
        if settings.accumulate_batches > 1 {
            self.table_gradients
                .iter_mut()
                .for_each(|gradient| gradient.sort());
        }
        let clip = self.clip_factor(batch, settings)?;
        let gradient_scale = clip / f64::from(self.training.accumulated());
        self.step_tables(batch, settings, scale, gradient_scale);
        let start = self.profiler.start();
        let dense = Step::new(&settings.dense, scale, gradient_scale, self.training.steps());
        let elements = self.update_dense(&dense, weights_done);
        let work = Work {
            flops: 2 * elements,
            bytes: 12 * elements,
        };
        self.profiler
            .stop(start, Section::DenseParameters, Phase::Update, work);
        Ok(())
    }

    /// Takes the tables' part of optimizer step number `steps`. The lookups must have been sorted.
    pub(crate) fn step_tables(
        &mut self,
        batch: usize,
        settings: &TrainingSettings,
        scale: f64,
        gradient_scale: f64,
    ) {
        let start = self.profiler.start();
        let tables = Step::new(&settings.tables, scale, gradient_scale, self.training.steps());
        let work = self.table_work();
        self.substitutes_found = false;
        with_table_updates(self, batch, |pool, updates| {
            embedding::update(pool, updates, &tables)
        });
        self.profiler.stop(start, Section::Tables, Phase::Update, work);
    }

    fn table_work(&self) -> Work {
        let mut work = Work::default();
        for (bag, gradient) in self.bags.iter().zip(&self.table_gradients) {
            work.flops += 3 * gradient.lookups() * bag.dimension;
            work.bytes += 12 * gradient.lookups() * bag.dimension;
        }
        work
    }

    /// The sum of squares of the tables' summed gradients. The lookups must have been sorted.
    pub(crate) fn squared_norm_of_tables(&mut self, batch: usize) -> f64 {
        let mut squares = 0f64;
        with_table_updates(self, batch, |pool, updates| {
            squares = embedding::squared_norm(pool, updates)
        });
        squares
    }

    /// As `squared_norm_of_tables`, for each table or vector of learned weights, with the parameter's index.
    pub(crate) fn squared_norms_of_tables(&mut self, batch: usize) -> Vec<(usize, f64)> {
        let parameters = self.bags.iter().map(|bag| bag.table);
        let parameters: Vec<usize> = parameters.chain(self.shared_weights.iter().copied()).collect();
        let mut squares = Vec::new();
        with_table_updates(self, batch, |pool, updates| {
            let norm = |update| embedding::squared_norm(pool, std::slice::from_ref(update));
            squares = parameters.into_iter().zip(updates.iter().map(norm)).collect();
        });
        squares
    }

    /// PyTorch's clip_grad_norm_: the factor that brings the norm of all mean gradients to the limit.
    fn clip_factor(&mut self, batch: usize, settings: &TrainingSettings) -> Result<f64> {
        if settings.gradient_clip_norm == 0.0 {
            return Ok(1.0);
        }
        let mut squares = match self.distribution {
            Some(_) => self.squared_norm_across_ranks(batch)?,
            None => self.squared_norm_of_tables(batch),
        };
        for (parameter, _) in self
            .parameters
            .iter()
            .zip(&self.live_parameters)
            .filter(|(_, live)| **live)
        {
            if let Some(gradient) = &parameter.gradient {
                squares += gradient.iter().map(|&g| f64::from(g) * f64::from(g)).sum::<f64>();
            }
        }
        let norm = squares.sqrt() / f64::from(self.training.accumulated());
        Ok((settings.gradient_clip_norm / (norm + 1e-6)).min(1.0))
    }

    /// Updates every live dense parameter, without the layers' weights if these are done. Returns the number of elements.
    fn update_dense(&mut self, step: &Step, weights_done: bool) -> usize {
        let mut outdated = self.live_parameters.clone();
        for operation in self.plan.operations.iter().filter(|_| weights_done) {
            if let Some(weight) = operation.layer_weight() {
                outdated[weight] = false;
            }
        }
        let mut slices = Vec::new();
        for (parameter, outdated) in self.parameters.iter_mut().zip(outdated) {
            if outdated && parameter.kind == ParameterKind::Dense {
                slices.extend(slices_of(parameter));
            }
        }
        let elements = slices.iter().map(|slice| slice.weights.len()).sum();
        self.machine.pool.each(&mut slices, |_, slice| {
            let DenseSlice {
                weights,
                gradients,
                states,
            } = slice;
            step.update_dense(weights, gradients, states);
        });
        elements
    }

    /// Trains on the source's next batches, one for each scale but no more than there are, and returns their losses. With the
    /// source's last batch the optimizer steps, so that no gradient is left for the next epoch.
    ///
    /// # Errors
    /// As `train_batch`; Io when the source cannot be read.
    pub fn train_steps(&mut self, source: &mut dyn BatchSource, scales: &[f64]) -> Result<Vec<f64>> {
        self.training.settings()?;
        self.profiler.set_training(true);
        let mut batch = Batch::default();
        let mut losses = Vec::with_capacity(scales.len());
        for &scale in scales {
            if !self.next_batch(source, &mut batch)? {
                break;
            }
            let last = source.remaining() == 0;
            losses.push(self.train_one(&batch, scale, last)?);
        }
        Ok(losses)
    }

    /// Waits for a source's next batch. Returns false at its end.
    pub(crate) fn next_batch(&mut self, source: &mut dyn BatchSource, batch: &mut Batch) -> Result<bool> {
        let start = self.profiler.start();
        let more = source
            .next_into(batch)
            .map_err(|message| Error::new(ErrorCode::Io, message))?;
        self.profiler.stop(
            start,
            Section::Batches,
            Phase::Data,
            Work {
                flops: 0,
                bytes: 4 * batch.dense.len(),
            },
        );
        Ok(more)
    }

    /// The full gradient of the mean loss for every parameter, in plan order. Nothing is updated.
    ///
    /// # Errors
    /// InvalidState before `configure_training` or between accumulated batches; InvalidArgument for a malformed batch.
    pub fn gradients(&mut self, batch: &Batch) -> Result<Vec<(String, Vec<f32>)>> {
        self.training.settings()?;
        self.require_single_rank("compute full gradients")?;
        if self.training.accumulated() > 0 {
            return Err(Error::state(
                "Gradients are being accumulated: finish the optimizer step first.",
            ));
        }
        self.forward(batch, true)?;
        self.loss_and_gradient(batch);
        self.backward(batch, false, None);
        self.collect_tables(batch, false);
        let mut result: Vec<(String, Vec<f32>)> = self
            .parameters
            .iter()
            .zip(&self.live_parameters)
            .map(|(parameter, &live)| {
                let gradient = parameter
                    .gradient
                    .as_ref()
                    .filter(|_| live)
                    .map(|gradient| gradient.to_vec());
                (
                    parameter.name.clone(),
                    gradient.unwrap_or_else(|| vec![0.0; parameter.values.len()]),
                )
            })
            .collect();
        let bags = self.bags.clone();
        let rows: Vec<usize> = bags
            .iter()
            .map(|bag| self.parameters[bag.table].shape[0])
            .collect();
        let shared = self.shared_weights.clone();
        let weighted: Vec<usize> = shared
            .iter()
            .map(|&parameter| self.parameters[parameter].shape[0])
            .collect();
        with_table_updates(self, batch.size, |_, updates| {
            for ((update, bag), rows) in updates.iter().zip(&bags).zip(rows) {
                let (table, weights) = embedding::coalesced(update, rows);
                result[bag.table].1 = table;
                if let Some(parameter) = bag.row_weights {
                    result[parameter].1 = weights;
                }
            }
            for ((update, &parameter), rows) in updates[bags.len()..].iter().zip(&shared).zip(weighted) {
                result[parameter].1 = embedding::coalesced(update, rows).0;
            }
        });
        self.forget_accumulated();
        Ok(result)
    }
}

/// A slice of a dense parameter with its gradient and its optimizer state.
struct DenseSlice<'a> {
    weights: &'a mut [f32],
    gradients: &'a [f32],
    states: Vec<&'a mut [f32]>,
}

fn slices_of(parameter: &mut Parameter) -> Vec<DenseSlice<'_>> {
    let Some(gradient) = &parameter.gradient else {
        return Vec::new();
    };
    let mut states: Vec<_> = parameter
        .states
        .iter_mut()
        .map(|state| state.values.chunks_mut(CHUNK))
        .collect();
    let pairs = parameter.values.chunks_mut(CHUNK).zip(gradient.chunks(CHUNK));
    pairs
        .map(|(weights, gradients)| DenseSlice {
            weights,
            gradients,
            states: states.iter_mut().filter_map(Iterator::next).collect(),
        })
        .collect()
}

/// The gradients of the rows that the bag at `index` has pooled, `[batch, dimension]`.
fn pooled_gradients(
    distribution: &Option<Distribution>,
    memory: &Memory,
    index: usize,
    bag: &Bag,
    batch: usize,
) -> Matrix {
    match distribution {
        Some(distribution) => distribution.pooled.gradient(index),
        None => memory.gradient(bag.output, batch),
    }
}

/// Calls `work` with the table, the row weights and the gradient of every bag operation, then with those of `shared_weights`.
fn with_table_updates(
    model: &mut Model,
    batch: usize,
    work: impl FnOnce(&crate::pool::Pool, &[TableUpdate]),
) {
    let Model {
        bags,
        table_gradients,
        shared_weights,
        parameters,
        memory,
        machine,
        distribution,
        ..
    } = model;
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
    let mut updates: Vec<TableUpdate> = bags
        .iter()
        .zip(&*table_gradients)
        .enumerate()
        .map(|(index, (bag, gradient))| {
            let of_batch = pooled_gradients(distribution, memory, index, bag, batch);
            let bag_gradients: Matrix = gradient.bag_gradients(of_batch);
            TableUpdate {
                gradient,
                bag_gradients,
                table: take(bag.table),
                weights: bag
                    .row_weights
                    .filter(|_| !bag.has_index_weights())
                    .map(&mut take),
            }
        })
        .collect();
    for (&parameter, gradient) in shared_weights.iter().zip(&table_gradients[bags.len()..]) {
        updates.push(TableUpdate {
            gradient,
            bag_gradients: gradient.stored(1),
            table: take(parameter),
            weights: None,
        });
    }
    work(&machine.pool, &updates);
}
