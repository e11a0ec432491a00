//! The forward pass and the backward pass of one batch.

use batch::Batch;

use crate::embedding::Bag;
use crate::input;
use crate::model::Model;
use crate::ops::{Backward, Forward, Target};
use crate::phase::Phase;
use crate::profiler::Section;
use crate::work;
use error_code::Result;

impl Model {
    /// Checks the batch, allocates memory for it and computes every live value. Dropout is on only in training.
    ///
    /// # Errors
    /// InvalidArgument for a malformed batch.
    pub(crate) fn forward(&mut self, batch: &Batch, training: bool) -> Result<()> {
        self.leave_hybrid_step();
        self.profiler.set_training(training);
        input::check(&self.plan, batch, None)?;
        self.memory.reserve(&self.layout.buffers, batch.size)?;
        self.forward_tables(batch, training)?;
        for index in 0..self.plan.operations.len() {
            if self.layout.forward[index] {
                self.forward_timed(index, batch, training);
            }
        }
        Ok(())
    }

    /// The forward pass of one operation, with its time in the profile.
    pub(crate) fn forward_timed(&mut self, index: usize, batch: &Batch, training: bool) {
        let start = self.profiler.start();
        self.forward_operation(index, batch, training);
        let work = self.plan.operations[index].work(&self.plan.tensors, batch.size);
        self.profiler
            .stop(start, Section::Operation(index), Phase::Forward, work);
    }

    /// Pools the rows of every bag. A prediction reads the substitute in place of untrained rows.
    ///
    /// # Errors
    /// As `find_substitutes`.
    pub(crate) fn forward_tables(&mut self, batch: &Batch, training: bool) -> Result<()> {
        if !training {
            self.find_substitutes()?;
        }
        let start = self.profiler.start();
        self.tables.map(batch);
        if let Some(distribution) = &mut self.distribution {
            distribution.reserve(batch, |index| self.tables.shard(index))?;
        }
        let (distribution, memory) = (&self.distribution, &self.memory);
        let pooled = |index: usize, bag: &Bag| match distribution {
            Some(distribution) => distribution.value(index),
            None => memory.value(bag.output, batch.size),
        };
        self.tables.look_up(
            &mut self.parameters,
            &self.machine.pool,
            (batch, training),
            pooled,
        );
        let work = self.tables.lookup_work(batch);
        self.profiler.stop(start, Section::Tables, Phase::Forward, work);
        Ok(())
    }

    fn forward_operation(&self, index: usize, batch: &Batch, training: bool) {
        self.plan.operations[index].forward(&Forward {
            machine: &self.machine,
            memory: &self.memory,
            parameters: self.parameters.all(),
            batch,
            operation: index,
            training,
            random: self.training.random_stream(index),
            first_row: self.first_row(),
        });
    }

    /// Computes the gradients of all dense parameters and of the bags from the prediction's gradient and from the values of
    /// the preceding `forward`. With `accumulate` the parameters' gradients are added to those of earlier batches. With
    /// `sgd_rate` the layers' weights take their step of SGD at once and their gradients are not stored.
    pub(crate) fn backward(&mut self, batch: &Batch, accumulate: bool, sgd_rate: Option<f32>) {
        for index in (0..self.plan.operations.len()).rev() {
            if self.layout.backward[index] {
                self.backward_timed(index, batch.size, accumulate, sgd_rate);
            }
        }
    }

    /// The backward pass of one operation, with its time in the profile. Across ranks, the gradients of parameters follow
    /// separately.
    pub(crate) fn backward_timed(
        &mut self,
        index: usize,
        size: usize,
        accumulate: bool,
        sgd_rate: Option<f32>,
    ) {
        let start = self.profiler.start();
        self.backward_operation(index, size, accumulate, sgd_rate);
        let work = work::backward(&self.plan, &self.layout, index, size);
        self.profiler
            .stop(start, Section::Operation(index), Phase::Backward, work);
    }

    fn first_row(&self) -> usize {
        self.distribution
            .as_ref()
            .map_or(0, |distribution| distribution.first_row)
    }

    /// Where the gradient of each input is written; None for inputs that depend on no parameter.
    fn targets(&self, index: usize, size: usize) -> Vec<Option<Target>> {
        let inputs = self.plan.operations[index].inputs();
        let accumulates = &self.layout.accumulates[index];
        let target = |(&input, &accumulate): (&usize, &bool)| {
            self.layout.needs_gradient[input].then(|| Target {
                matrix: self.memory.gradient(input, size),
                accumulate,
                through_relu: self.layout.relu_in_product[input],
            })
        };
        inputs.iter().zip(accumulates).map(target).collect()
    }

    fn backward_operation(&mut self, index: usize, size: usize, accumulate: bool, sgd_rate: Option<f32>) {
        let operation = &self.plan.operations[index];
        let first_row = self.first_row();
        operation.backward(Backward {
            targets: self.targets(index, size),
            random: self.training.random_stream(index),
            machine: &self.machine,
            memory: &self.memory,
            gradient: self.memory.gradient(operation.output(), size),
            relu_done: self.layout.relu_in_product[operation.output()],
            parameters: self.parameters.all_mut(),
            operation: index,
            batch_size: size,
            accumulate,
            sgd_rate,
            inputs_only: self.distribution.is_some(),
            first_row,
        });
    }
}
