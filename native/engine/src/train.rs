//! Training steps: forward, loss, backward, and the optimizer over tables and dense parameters.

use std::time::Instant;

use batch::{Batch, BatchSource};

use crate::distributed::Distribution;
use crate::embedding::{Bag, RowSquares};
use crate::loss;
use crate::matrix::Matrix;
use crate::memory::Memory;
use crate::model::Model;
use crate::optimizer::{Step, TrainingSettings};
use crate::phase::{Phase, Work};
use crate::profiler::Section;
use error_code::{Error, ErrorCode, Result};

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
        self.profiler.record_step(begun, &self.machine.pool, 0);
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

    /// Collects the gradients of the tables. With `store` the optimizer's step comes after later batches.
    pub(crate) fn collect_tables(&mut self, batch: &Batch, store: bool) {
        let pooled = pooled_gradients(&self.distribution, &self.memory, batch.size);
        self.tables
            .collect(&self.parameters, &self.machine.pool, (batch, store), pooled);
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
            self.tables.sort();
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
        let work = self.tables.update_work();
        let pooled = pooled_gradients(&self.distribution, &self.memory, batch);
        self.tables
            .update(&mut self.parameters, &self.machine.pool, &tables, pooled);
        self.profiler.stop(start, Section::Tables, Phase::Update, work);
    }

    /// The sum of squares of the tables' summed gradients. The lookups must have been sorted.
    pub(crate) fn squared_norm_of_tables(&mut self, batch: usize) -> f64 {
        let pooled = pooled_gradients(&self.distribution, &self.memory, batch);
        self.tables
            .squared_norm(&mut self.parameters, &self.machine.pool, pooled)
    }

    /// As `squared_norm_of_tables`, for each table or vector of learned weights, with the parameter's index.
    pub(crate) fn squared_norms_of_tables(&mut self, batch: usize) -> Vec<(usize, f64)> {
        let pooled = pooled_gradients(&self.distribution, &self.memory, batch);
        self.tables
            .squared_norms(&mut self.parameters, &self.machine.pool, pooled)
    }

    /// The sums of squares of each row of the tables whose rows are divided among ranks, with the parameter's index.
    pub(crate) fn squares_of_rows(&mut self, batch: usize) -> Vec<(usize, Vec<RowSquares>)> {
        let pooled = pooled_gradients(&self.distribution, &self.memory, batch);
        self.tables.squares_of_rows(&mut self.parameters, pooled)
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
        for of_parameter in self.parameters.squared_norms() {
            squares += of_parameter;
        }
        let norm = squares.sqrt() / f64::from(self.training.accumulated());
        Ok((settings.gradient_clip_norm / (norm + 1e-6)).min(1.0))
    }

    /// Updates every live dense parameter, without the layers' weights if these are done. Returns the number of elements.
    fn update_dense(&mut self, step: &Step, weights_done: bool) -> usize {
        let operations = self.plan.operations.iter().filter(|_| weights_done);
        let done = operations.filter_map(|operation| operation.layer_weight());
        self.parameters.update_dense(&self.machine.pool, step, done)
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
        let mut result = self.parameters.gradients();
        let pooled = pooled_gradients(&self.distribution, &self.memory, batch.size);
        for (parameter, gradient) in self.tables.full_gradients(&mut self.parameters, pooled) {
            result[parameter].1 = gradient;
        }
        self.forget_accumulated();
        Ok(result)
    }
}

/// Where the gradients of the rows that a bag has pooled lie, `[batch, dimension]`.
fn pooled_gradients(
    distribution: &Option<Distribution>,
    memory: &Memory,
    batch: usize,
) -> impl Fn(usize, &Bag) -> Matrix + Sync {
    move |index, bag| match distribution {
        Some(distribution) => distribution.gradient(index),
        None => memory.gradient(bag.output, batch),
    }
}
