//! Training steps whose dense operations TensorFlow computes. The engine pools the rows of the tables, takes the gradients
//! of the pooled rows and updates the tables. The dense parameters lie here only to be saved and loaded.

use batch::{Batch, BatchSource};

use crate::input;
use crate::model::Model;
use error_code::{Error, Result};

/// What the dense operations need of a batch.
pub struct LookedUp {
    pub size: usize,
    /// `[size, dense columns]`.
    pub dense: Vec<f32>,
    /// `[size]`.
    pub labels: Vec<f32>,
    /// `[size, sum of the bags' widths]`, bags in the plan's order.
    pub pooled: Vec<f32>,
    /// Whether the source has no batch after this one.
    pub last: bool,
}

/// How far an optimizer step is after a batch.
pub struct Collected {
    /// Whether the optimizer step is taken now.
    pub due: bool,
    /// The sum of squares of the tables' summed gradients if gradients are clipped and a step is due; otherwise 0.
    pub squared_norm: f64,
}

impl Model {
    /// Pools the rows of the source's next batch and keeps the batch for `collect_gradients`; None at the source's end.
    /// Unless it is for training, untrained rows are replaced by their substitutes.
    ///
    /// # Errors
    /// Io when the source cannot be read; InvalidArgument for a malformed batch.
    pub fn look_up_next(&mut self, source: &mut dyn BatchSource, training: bool) -> Result<Option<LookedUp>> {
        let mut batch = self.hybrid.take();
        if !self.next_batch(source, &mut batch)? {
            return Ok(None);
        }
        self.look_up(batch, source.remaining() == 0, training).map(Some)
    }

    /// As `look_up_next`, for a given batch.
    ///
    /// # Errors
    /// InvalidArgument for a malformed batch.
    pub fn look_up(&mut self, batch: Batch, last: bool, training: bool) -> Result<LookedUp> {
        self.parameters.require_unquantised()?;
        self.require_single_rank("look up rows for TensorFlow")?;
        self.leave_hybrid_step();
        self.profiler.set_training(training);
        input::check(&self.plan, &batch, None)?;
        self.memory.reserve(&self.layout.buffers, batch.size)?;
        self.forward_tables(&batch, training)?;
        let width = self.tables.width();
        let mut pooled = Vec::with_capacity(batch.size * width);
        for row in 0..batch.size {
            for bag in self.tables.bags() {
                let values = self.memory.value(bag.output, batch.size);
                // SAFETY: no operation is running.
                pooled.extend_from_slice(unsafe { values.row(row) });
            }
        }
        let looked_up = LookedUp {
            size: batch.size,
            dense: batch.dense.clone(),
            labels: batch.labels.clone(),
            pooled,
            last,
        };
        self.hybrid.set(batch);
        if !training {
            // The pooled rows may be substitutes, so no update may follow.
            self.hybrid.end();
        }
        Ok(looked_up)
    }

    /// Ends the step of the batch that was looked up, because another batch is about to overwrite the scratch memory. Gradients
    /// that lie there are lost.
    pub(crate) fn leave_hybrid_step(&mut self) {
        self.hybrid.end();
        let are_stored = self
            .training
            .configured()
            .is_some_and(|settings| settings.accumulate_batches > 1);
        if self.training.accumulated() > 0 && !are_stored {
            self.forget_accumulated();
        }
    }

    /// Takes the gradients of the pooled rows of the batch that was looked up last, in the order of `LookedUp::pooled`. With
    /// `last` the optimizer steps even if fewer batches are accumulated than the settings say.
    ///
    /// # Errors
    /// InvalidState before `configure_training` or if no batch was looked up; InvalidArgument for another number of gradients.
    pub fn collect_gradients(&mut self, gradients: &[f32], last: bool) -> Result<Collected> {
        let settings = self.training.settings()?;
        let batch = self.hybrid.take();
        if batch.size == 0 {
            return Err(Error::state("No rows of a batch have been looked up yet."));
        }
        let expected = batch.size * self.tables.width();
        if gradients.len() != expected {
            return Err(Error::argument(format!(
                "There are {} gradients, but the pooled rows have {expected} elements.",
                gradients.len()
            )));
        }
        let mut rest = gradients;
        for row in 0..batch.size {
            for bag in self.tables.bags() {
                let (here, after) = rest.split_at(bag.dimension);
                // SAFETY: no operation is running.
                unsafe { self.memory.gradient(bag.output, batch.size).row_mut(row) }.copy_from_slice(here);
                rest = after;
            }
        }
        let store = settings.accumulate_batches > 1;
        self.collect_tables(&batch, store);
        let due = self.training.accumulate(&settings, last);
        let mut squared_norm = 0.0;
        if due && store {
            self.tables.sort();
        }
        if due && settings.gradient_clip_norm > 0.0 {
            squared_norm = self.squared_norm_of_tables(batch.size);
        }
        self.hybrid.set(batch);
        Ok(Collected { due, squared_norm })
    }

    /// The number of batches whose gradients wait for the next step.
    pub fn accumulated(&self) -> u32 {
        self.training.accumulated()
    }

    /// The optimizer step of the tables at `scale` times their learning rate, on gradients times `gradient_scale`.
    ///
    /// # Errors
    /// InvalidState when no gradients were collected.
    pub fn update_tables(&mut self, scale: f64, gradient_scale: f64) -> Result<()> {
        let settings = self.training.settings()?;
        if self.training.accumulated() == 0 || self.hybrid.size() == 0 {
            return Err(Error::state("No gradients were collected for this step."));
        }
        let valid = |value: f64| value.is_finite() && value >= 0.0;
        if !valid(scale) || !valid(gradient_scale) {
            return Err(Error::argument(
                "A step's scales must be finite and not negative.",
            ));
        }
        self.training.begin_step();
        self.step_tables(self.hybrid.size(), &settings, scale, gradient_scale);
        self.forget_accumulated();
        Ok(())
    }

    /// The factors of a dropout operation for the batch that was looked up last, `[size, width]`: 0 or 1 / (1 - rate).
    ///
    /// # Errors
    /// InvalidArgument when the operation is not a dropout.
    pub fn dropout_mask(&self, operation: usize) -> Result<Vec<f32>> {
        let factors = self.plan.operations.get(operation).and_then(|planned| {
            let elements = self.hybrid.size() * self.plan.tensors.width(planned.output());
            planned.random_factors(self.training.random_stream(operation), elements)
        });
        factors.ok_or_else(|| Error::argument(format!("Operation {operation} of the plan is not a dropout.")))
    }
}
