//! One batch through the plan, forwards and backwards.

use batch::Batch;

use crate::embedding::{self, Lookup, Table};
use crate::error::Result;
use crate::input;
use crate::model::Model;
use crate::ops::{Backward, Forward, Target};
use crate::parameter::Parameter;
use crate::phase::Phase;
use crate::random::CounterRandom;
use crate::work;

impl Model {
    /// Checks the batch, makes room for it and computes every live value. Dropout is on only in training.
    ///
    /// # Errors
    /// InvalidArgument for a malformed batch.
    pub(crate) fn forward(&mut self, batch: &Batch, training: bool) -> Result<()> {
        self.leave_hybrid_step();
        self.profile.set_training(training);
        input::check(&self.plan, batch)?;
        self.memory.reserve(&self.layout, batch.size)?;
        self.forward_tables(batch, training);
        for index in 0..self.plan.operations.len() {
            if self.layout.forward[index] {
                let start = self.profile.start();
                self.forward_operation(index, batch, training);
                let work = self.plan.operations[index].work(&self.plan, batch.size);
                self.profile
                    .stop(start, self.slots.nodes[index], Phase::Forward, work);
            }
        }
        Ok(())
    }

    /// Pools the rows of every bag. A prediction reads the substitute in place of untrained rows; training reads the
    /// rows themselves and then updates them.
    pub(crate) fn forward_tables(&mut self, batch: &Batch, training: bool) {
        if !training {
            self.find_substitutes();
        }
        let start = self.profile.start();
        self.mapped.fill(&self.bags, batch);
        if training {
            self.insert_shared_rows(batch);
        }
        let substitute = |index: usize| {
            let parameter = Some(&self.parameters[index]).filter(|_| !training);
            parameter.and_then(Parameter::substitute)
        };
        let lookups: Vec<Lookup> = self
            .bags
            .iter()
            .enumerate()
            .map(|(index, bag)| Lookup {
                bag,
                lookups: self.mapped.lookups(index, bag, batch),
                table: match &self.parameters[bag.table] {
                    Parameter {
                        compact: Some(compact),
                        ..
                    } => Table::Compact(compact),
                    parameter => Table::Whole(&parameter.values),
                },
                weights: bag
                    .row_weights
                    .map(|weights| &self.parameters[weights].values[..]),
                substitute: substitute(bag.table),
                weight_substitute: bag.row_weights.and_then(substitute),
                output: self.memory.value(bag.output, batch.size),
            })
            .collect();
        embedding::forward(&self.machine.pool, batch.size, &lookups);
        let work = work::lookups(&self.bags, batch);
        self.profile.stop(start, self.slots.tables, Phase::Forward, work);
    }

    /// Keeps which values training has seen for tables whose rows they share: an update sees the rows alone.
    fn insert_shared_rows(&mut self, batch: &Batch) {
        for bag in &self.bags {
            for parameter in std::iter::once(bag.table).chain(bag.row_weights) {
                let Some(trained) = self.parameters[parameter].trained.as_ref() else {
                    continue;
                };
                if !trained.shares_rows() {
                    continue;
                }
                self.substitutes_found = false;
                for &value in &batch.columns[bag.column].indices {
                    trained.insert(value as usize);
                }
            }
        }
    }

    fn forward_operation(&self, index: usize, batch: &Batch, training: bool) {
        self.plan.operations[index].forward(&Forward {
            machine: &self.machine,
            memory: &self.memory,
            parameters: &self.parameters,
            batch,
            operation: index,
            training,
            random: self.random_stream(index),
        });
    }

    /// A mask belongs to a seed, an optimizer step, a batch within it and an operation.
    pub(crate) fn random_stream(&self, operation: usize) -> CounterRandom {
        let pass = (self.steps << 16) ^ u64::from(self.accumulated);
        CounterRandom::new(self.seed, pass, operation as u64)
    }

    /// Gradients of all dense parameters and of the bags, from the prediction's gradient. With `add` the parameters'
    /// gradients add to those of earlier batches; with a learning rate in `step` the layers' weights take their step of
    /// SGD instead of having a gradient. Needs the values of the `forward` before it.
    pub(crate) fn backward(&mut self, batch: &Batch, add: bool, step: Option<f32>) {
        for index in (0..self.plan.operations.len()).rev() {
            if self.layout.backward[index] {
                let start = self.profile.start();
                self.backward_operation(index, batch.size, add, step);
                let work = work::backward(&self.plan, &self.layout, index, batch.size);
                self.profile
                    .stop(start, self.slots.nodes[index], Phase::Backward, work);
            }
        }
    }

    /// Where each input's gradient goes; None for inputs that no parameter has an influence on.
    fn targets(&self, index: usize, size: usize) -> Vec<Option<Target>> {
        let inputs = self.plan.operations[index].inputs();
        let adds = &self.layout.adds[index];
        let target = |(input, &add): (usize, &bool)| {
            self.layout.needs_gradient[input].then(|| Target {
                matrix: self.memory.gradient(input, size),
                add,
                through_relu: self.layout.relu_in_product[input],
            })
        };
        inputs.into_iter().zip(adds).map(target).collect()
    }

    fn backward_operation(&mut self, index: usize, size: usize, add: bool, step: Option<f32>) {
        let operation = &self.plan.operations[index];
        operation.backward(Backward {
            targets: self.targets(index, size),
            random: self.random_stream(index),
            machine: &self.machine,
            memory: &self.memory,
            gradient: self.memory.gradient(operation.output(), size),
            relu_done: self.layout.relu_in_product[operation.output()],
            parameters: &mut self.parameters,
            operation: index,
            batch_size: size,
            add,
            step,
        });
    }
}
