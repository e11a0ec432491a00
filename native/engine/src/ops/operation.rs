//! What the engine needs to know of an operation. Each is implemented in one file beside this one; plan, validation,
//! layout, passes and work are loops over this trait.

use std::borrow::Cow;
use std::fmt::Debug;

use batch::Batch;

use super::{Machine, Target};
use crate::compact::Compact;
use crate::embedding::Bag;
use crate::matrix::Matrix;
use crate::memory::Memory;
use crate::parameter::Parameter;
use crate::phase::Work;
use crate::plan::Plan;
use crate::pool::Pool;
use crate::random::CounterRandom;
use crate::storage::Floats;
use crate::validate::{Checked, Validation};

/// Where an operation reads its inputs best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    Anywhere,
    /// Next to each other, in order.
    SideBySide,
    /// Where its output is: the operation is then free and not run.
    InOutput,
}

/// One operation of a plan. Values and parameters are indices into the plan's lists; validation has checked all of them
/// before any method but `inputs`, `output` and `validate` is called.
pub trait Operation: Debug + Send + Sync {
    /// The values that it reads, in the order of `Backward::targets`.
    fn inputs(&self) -> Vec<usize>;

    /// The value that it writes.
    fn output(&self) -> usize;

    /// The parameters that it uses.
    fn parameters(&self) -> Vec<usize> {
        Vec::new()
    }

    /// Checks its settings, its parameters' shapes and the widths of its values. Its inputs and output exist.
    ///
    /// # Errors
    /// What is wrong, as the end of a sentence about the operation.
    fn validate(&self, check: &mut Validation) -> Checked;

    /// Where the layout puts its inputs if no earlier operation placed them.
    fn placement(&self) -> Placement {
        Placement::Anywhere
    }

    /// Elements a row of a buffer that it writes in the forward pass and reads in the backward pass.
    fn scratch_width(&self, _plan: &Plan) -> Option<usize> {
        None
    }

    /// Computes the output's rows of a batch.
    fn forward(&self, pass: &Forward);

    /// Writes or adds the gradients of its inputs and parameters, from its output's gradient.
    fn backward(&self, pass: Backward);

    /// Floating-point operations and bytes of a forward pass.
    fn work(&self, plan: &Plan, batch: usize) -> Work {
        let elements = batch * (input_width(self.inputs(), plan) + plan.width(self.output()));
        Work {
            flops: elements,
            bytes: 4 * elements,
        }
    }

    /// How many times the forward pass's work the backward pass is; `wanted`: some input has a gradient.
    fn backward_factor(&self, _wanted: bool) -> usize {
        2
    }

    /// What profiles call it.
    fn name<'a>(&self, plan: &'a Plan) -> &'a str {
        &plan.values[self.output()].name
    }

    /// A lookup of table rows. All lookups of a plan run together and not by `forward` and `backward`.
    fn bag(&self, _plan: &Plan) -> Option<Bag> {
        None
    }

    /// The two values of an elementwise product.
    fn factors(&self) -> Option<[usize; 2]> {
        None
    }

    /// The weight of a matrix product: quantisation makes it compact, and it can take plain SGD's step in `backward`
    /// (`Backward::step`).
    fn layer_weight(&self) -> Option<usize> {
        None
    }

    /// Whether its output is that of a ReLU whose derivative the only reader may apply.
    fn ends_in_relu(&self) -> bool {
        false
    }

    /// Whether its backward pass can apply the derivative of a ReLU that its input is the output of.
    fn applies_relu_derivative(&self, _plan: &Plan) -> bool {
        false
    }

    /// The random factors of `elements` elements of its output in training, where it has any.
    fn random_factors(&self, _stream: CounterRandom, _elements: usize) -> Option<Vec<f32>> {
        None
    }
}

/// The sum of the inputs' widths.
pub fn input_width(inputs: Vec<usize>, plan: &Plan) -> usize {
    inputs.into_iter().map(|input| plan.width(input)).sum()
}

/// One operation's forward pass over a batch.
pub struct Forward<'a> {
    pub machine: &'a Machine,
    pub memory: &'a Memory,
    pub parameters: &'a [Parameter],
    pub batch: &'a Batch,
    /// Index of the operation in the plan.
    pub operation: usize,
    pub training: bool,
    /// Of this operation, optimizer step and batch.
    pub random: CounterRandom,
}

impl<'a> Forward<'a> {
    pub fn pool(&self) -> &'a Pool {
        &self.machine.pool
    }

    /// A value's rows of this batch.
    pub fn value(&self, index: usize) -> Matrix {
        self.memory.value(index, self.batch.size)
    }

    pub fn values(&self, indices: &[usize]) -> Vec<Matrix> {
        indices.iter().map(|&index| self.value(index)).collect()
    }

    /// A parameter that quantisation leaves as it is.
    pub fn parameter(&self, index: usize) -> &'a [f32] {
        &self.parameters[index].values
    }

    /// An operation's `layer_weight`, read out of its compact format where it has one.
    pub fn layer_weight(&self, index: usize) -> Cow<'a, [f32]> {
        match self.parameters[index].compact.as_ref().map(Compact::values) {
            Some(values) => Cow::Owned(values),
            None => Cow::Borrowed(self.parameter(index)),
        }
    }

    /// The operation's own buffer, if `scratch_width` asks for one.
    pub fn scratch(&self) -> Option<Matrix> {
        self.memory.scratch(self.operation, self.batch.size)
    }
}

/// One operation's backward pass over a batch.
pub struct Backward<'a> {
    pub machine: &'a Machine,
    pub memory: &'a Memory,
    pub parameters: &'a mut [Parameter],
    /// Index of the operation in the plan.
    pub operation: usize,
    pub batch_size: usize,
    /// Of the output.
    pub gradient: Matrix,
    /// Whether the gradient has passed the derivative of the ReLU that the operation ends in (`ends_in_relu`).
    pub relu_done: bool,
    /// Of each input; None for inputs that no parameter has an influence on.
    pub targets: Vec<Option<Target>>,
    /// Whether the parameters' gradients add to those of earlier batches.
    pub add: bool,
    /// The learning rate of plain SGD, where a `layer_weight` takes its step at once instead of having a gradient.
    pub step: Option<f32>,
    /// As in `Forward`.
    pub random: CounterRandom,
}

impl<'a> Backward<'a> {
    pub fn pool(&self) -> &'a Pool {
        &self.machine.pool
    }

    /// A value's rows of this batch.
    pub fn value(&self, index: usize) -> Matrix {
        self.memory.value(index, self.batch_size)
    }

    pub fn values(&self, indices: &[usize]) -> Vec<Matrix> {
        indices.iter().map(|&index| self.value(index)).collect()
    }

    /// The operation's own buffer, if `scratch_width` asks for one.
    pub fn scratch(&self) -> Option<Matrix> {
        self.memory.scratch(self.operation, self.batch_size)
    }
}

/// A parameter's gradient.
///
/// # Panics
/// When training is not configured.
pub fn held(gradient: &mut Option<Floats>) -> &mut [f32] {
    gradient.as_mut().expect("training is configured")
}
