//! One batch through the plan, forwards and backwards.

use batch::Batch;

use crate::compact::Compact;
use crate::embedding::{self, Lookup, Table};
use crate::error::Result;
use crate::input;
use crate::matrix::Matrix;
use crate::model::Model;
use crate::ops::linear::{ParameterTargets, WeightTarget};
use crate::ops::{Target, activation, cross, dot::Dot, elementwise, factorization, linear};
use crate::parameter::Parameter;
use crate::plan::{Activation, OperationKind};
use crate::profile::Phase;
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
            if self.runs(index) {
                let start = self.profile.start();
                self.forward_operation(index, batch, training);
                let work = work::forward(&self.plan, index, batch.size);
                self.profile
                    .stop(start, self.slots.nodes[index], Phase::Forward, work);
            }
        }
        Ok(())
    }

    /// Whether an operation is work of its own: lookups are done for all tables at once.
    fn runs(&self, index: usize) -> bool {
        let is_bag = matches!(
            self.plan.operations[index].kind,
            OperationKind::EmbeddingBag { .. }
        );
        self.layout.live[index] && !self.layout.free[index] && !is_bag
    }

    /// Pools every bag's rows. A prediction does not read untrained rows but what stands in for them; training reads
    /// and then updates them.
    pub(crate) fn forward_tables(&mut self, batch: &Batch, training: bool) {
        if !training {
            self.find_substitutes();
        }
        let start = self.profile.start();
        self.mapped.fill(&self.bags, batch);
        let stand_in = |index: usize| {
            let parameter = Some(&self.parameters[index]).filter(|_| !training);
            parameter.and_then(Parameter::stand_in)
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
                untrained: stand_in(bag.table),
                untrained_weights: bag.row_weights.and_then(stand_in),
                output: self.memory.value(bag.output, batch.size),
            })
            .collect();
        embedding::forward(&self.machine.pool, batch.size, &lookups);
        let work = work::lookups(&self.bags, batch);
        self.profile.stop(start, self.slots.tables, Phase::Forward, work);
    }

    fn forward_operation(&self, index: usize, batch: &Batch, training: bool) {
        let size = batch.size;
        let (machine, pool) = (&self.machine, &self.machine.pool);
        let value = |value: usize| self.memory.value(value, size);
        let values = |indices: &[usize]| indices.iter().map(|&index| value(index)).collect::<Vec<_>>();
        let parameter = |index: usize| &self.parameters[index].values[..];
        match self.plan.operations[index].kind {
            OperationKind::EmbeddingBag { .. } => {}
            OperationKind::DenseInput { first, output } => {
                let features = Matrix::read_only(&batch.dense, size, batch.dense_width);
                elementwise::copy(
                    pool,
                    features.columns(first, value(output).width()),
                    value(output),
                );
            }
            OperationKind::Linear {
                input,
                weight,
                bias,
                activation,
                output,
            } => {
                let whole = self.parameters[weight].compact.as_ref().map(Compact::values);
                let weight = whole.as_deref().unwrap_or_else(|| parameter(weight));
                let parameters = (weight, bias.map(parameter));
                let before = self.memory.scratch(index, size);
                linear::forward(
                    machine,
                    value(input),
                    parameters,
                    activation,
                    before,
                    value(output),
                );
            }
            OperationKind::Activation {
                input,
                activation,
                output,
            } => {
                activation::forward(pool, activation, value(input), value(output));
            }
            OperationKind::Dropout { input, output, .. } if !training => {
                elementwise::copy(pool, value(input), value(output));
            }
            OperationKind::Dropout { input, rate, output } => {
                elementwise::dropout(
                    pool,
                    self.dropout_stream(index),
                    rate as f32,
                    value(input),
                    value(output),
                );
            }
            OperationKind::Concat { ref inputs, output } => {
                elementwise::concat(pool, &values(inputs), value(output))
            }
            OperationKind::Sum { ref inputs, output } => {
                elementwise::sum(pool, &values(inputs), value(output))
            }
            OperationKind::Multiply { inputs, output } => {
                elementwise::multiply(pool, inputs.map(value), value(output));
            }
            OperationKind::Dot {
                ref inputs,
                include_self,
                keep_first,
                output,
            } => {
                Dot {
                    include_self,
                    keep_first,
                }
                .forward(machine, &values(inputs), value(output));
            }
            OperationKind::CrossV1 {
                x0,
                x,
                weight,
                bias,
                output,
            } => {
                let (products, _) = self.cross_scratch(index, size);
                let parameters = (parameter(weight), parameter(bias));
                cross::forward_v1(
                    machine,
                    (value(x0), value(x)),
                    parameters,
                    products,
                    value(output),
                );
            }
            OperationKind::CrossV2 {
                x0,
                x,
                projected,
                output,
            } => {
                cross::forward_v2(machine, [x0, x, projected].map(value), value(output));
            }
            OperationKind::FactorizationMachine { ref inputs, output } => {
                factorization::forward(pool, &values(inputs), value(output));
            }
            OperationKind::Bias { input, bias, output } => {
                elementwise::bias(pool, value(input), parameter(bias)[0], value(output));
            }
        }
    }

    /// The first column of a cross layer's scratch keeps products, the second slopes.
    fn cross_scratch(&self, index: usize, size: usize) -> (Matrix, Matrix) {
        let both = self
            .memory
            .scratch(index, size)
            .expect("a cross layer has scratch");
        (both.columns(0, 1), both.columns(1, 1))
    }

    /// A mask belongs to a seed, an optimizer step, a batch within it and an operation.
    pub(crate) fn dropout_stream(&self, operation: usize) -> CounterRandom {
        let pass = (self.steps << 16) ^ u64::from(self.accumulated);
        CounterRandom::new(self.seed, pass, operation as u64)
    }

    /// Gradients of all dense parameters and of the bags, from the prediction's gradient. With `add` the parameters'
    /// gradients add to those of earlier batches; with a learning rate in `step` the layers' weights take their step of
    /// SGD instead of having a gradient. Needs the values of the `forward` before it.
    pub(crate) fn backward(&mut self, batch: &Batch, add: bool, step: Option<f32>) {
        for index in (0..self.plan.operations.len()).rev() {
            let is_input = matches!(self.plan.operations[index].kind, OperationKind::DenseInput { .. });
            if self.runs(index) && !is_input {
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
        let inputs = self.plan.operations[index].kind.inputs();
        let adds = &self.layout.adds[index];
        let target = |(input, add): (usize, &bool)| {
            let matrix = self.memory.gradient(input, size);
            self.layout.needs_gradient[input].then_some(Target { matrix, add: *add })
        };
        inputs.into_iter().zip(adds).map(target).collect()
    }

    fn backward_operation(&mut self, index: usize, size: usize, add: bool, step: Option<f32>) {
        let targets = self.targets(index, size);
        let scratch = self.memory.scratch(index, size);
        let Self {
            plan,
            layout,
            memory,
            machine,
            parameters,
            ..
        } = self;
        let pool = &machine.pool;
        let kind = &plan.operations[index].kind;
        let value = |value: usize| memory.value(value, size);
        let values = |indices: &[usize]| indices.iter().map(|&index| value(index)).collect::<Vec<_>>();
        let gradient = memory.gradient(kind.output(), size);
        match *kind {
            OperationKind::EmbeddingBag { .. } | OperationKind::DenseInput { .. } => {}
            OperationKind::Linear {
                input,
                weight,
                bias,
                activation,
                output,
            } => {
                let mut bias = bias
                    .map(|bias| std::mem::take(&mut parameters[bias].gradient))
                    .zip(bias);
                let Parameter {
                    values: weights,
                    gradient: weight_gradient,
                    ..
                } = &mut parameters[weight];
                let targets_of_parameters = ParameterTargets {
                    weight: match step {
                        Some(rate) => WeightTarget::Step(rate),
                        None => WeightTarget::Gradient(held(weight_gradient)),
                    },
                    bias: bias.as_mut().map(|(gradient, _)| held(gradient)),
                    add,
                };
                let matrices = (value(input), scratch, value(output));
                let activation = if layout.relu_in_product[output] {
                    Activation::None
                } else {
                    activation
                };
                linear::backward(
                    machine,
                    matrices,
                    weights,
                    activation,
                    gradient,
                    (targets[0], layout.relu_in_product[input]),
                    targets_of_parameters,
                );
                if let Some((gradient, bias)) = bias {
                    parameters[bias].gradient = gradient;
                }
            }
            OperationKind::Activation {
                input,
                activation,
                output,
            } => {
                if let Some(target) = targets[0] {
                    activation::backward(pool, activation, (value(input), value(output)), gradient, target);
                }
            }
            OperationKind::Dropout { rate, .. } => {
                if let Some(target) = targets[0] {
                    let stream = self.dropout_stream(index);
                    elementwise::dropout_backward(&self.machine.pool, stream, rate as f32, gradient, target);
                }
            }
            OperationKind::Concat { ref inputs, .. } => {
                let widths: Vec<usize> = inputs.iter().map(|&input| plan.values[input].width).collect();
                elementwise::concat_backward(pool, &widths, gradient, &targets);
            }
            OperationKind::Sum { .. } => elementwise::sum_backward(pool, gradient, &targets),
            OperationKind::Multiply { inputs, .. } => {
                elementwise::multiply_backward(pool, inputs.map(value), gradient, &targets);
            }
            OperationKind::Dot {
                ref inputs,
                include_self,
                keep_first,
                ..
            } => {
                Dot {
                    include_self,
                    keep_first,
                }
                .backward(machine, &values(inputs), gradient, &targets);
            }
            OperationKind::CrossV1 {
                x0, x, weight, bias, ..
            } => {
                let mut bias_gradient = std::mem::take(&mut parameters[bias].gradient);
                let Parameter {
                    values: weights,
                    gradient: weight_gradient,
                    ..
                } = &mut parameters[weight];
                let both = scratch.expect("a cross layer has scratch");
                let kept = (both.columns(0, 1), both.columns(1, 1));
                let sums = (held(weight_gradient), held(&mut bias_gradient), add);
                cross::backward_v1(
                    machine,
                    (value(x0), value(x)),
                    weights,
                    kept,
                    gradient,
                    &targets,
                    sums,
                );
                parameters[bias].gradient = bias_gradient;
            }
            OperationKind::CrossV2 { x0, x, projected, .. } => {
                cross::backward_v2(machine, [x0, x, projected].map(value), gradient, &targets);
            }
            OperationKind::FactorizationMachine { ref inputs, .. } => {
                factorization::backward(pool, &values(inputs), gradient, &targets);
            }
            OperationKind::Bias { bias, .. } => {
                let place = &mut held(&mut parameters[bias].gradient)[0];
                *place = elementwise::total(gradient) + if add { *place } else { 0.0 };
                if let Some(target) = targets[0] {
                    elementwise::pass_gradient(pool, gradient, target);
                }
            }
        }
    }
}

fn held(gradient: &mut Option<crate::storage::Floats>) -> &mut [f32] {
    gradient.as_mut().expect("training is configured")
}
