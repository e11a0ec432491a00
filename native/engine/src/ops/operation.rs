//! The trait `Operation` asks for everything that the engine needs to know of an operation. Each is implemented in one file
//! beside this one, and plan, validation, layout, passes and work are loops over the trait.

use std::borrow::Cow;
use std::fmt::Debug;
use std::ops::Range;

use batch::Batch;

use super::validation::{Checked, Validation};
use super::{Machine, Target};
use crate::embedding::Bag;
use crate::matrix::Matrix;
use crate::memory::Memory;
use crate::parameter::Parameter;
use crate::phase::Work;
use crate::pool::Pool;
use crate::quantised::QuantisedMatrix;
use crate::random::CounterRandom;
use crate::storage::Floats;
use crate::tensors::Tensors;

/// Where an operation reads its inputs at the lowest cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    Anywhere,
    /// Next to each other, in order.
    SideBySide,
    /// Where its output lies. The operation is then free and does not run.
    InOutput,
}

/// The values that an operation reads, in the order of its fields, and the one that it writes.
pub struct Values<'a> {
    pub inputs: Cow<'a, [usize]>,
    pub output: usize,
}

impl<'a> Values<'a> {
    pub fn new(inputs: impl Into<Cow<'a, [usize]>>, output: usize) -> Self {
        Self {
            inputs: inputs.into(),
            output,
        }
    }
}

/// One operation of a plan. Values and parameters are indices into the plan's lists; validation has checked all of them
/// before any method but `values` and `validate` is called.
pub trait Operation: Debug + Send + Sync {
    /// The values that it reads and the one that it writes.
    fn values(&self) -> Values<'_>;

    /// The values that it reads, in the order of `Backward::targets`.
    fn inputs(&self) -> Cow<'_, [usize]> {
        self.values().inputs
    }

    /// The value that it writes.
    fn output(&self) -> usize {
        self.values().output
    }

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

    /// The width of a buffer of its own, which it writes in the forward pass and reads in the backward pass.
    fn scratch_width(&self, _tensors: &Tensors) -> Option<usize> {
        None
    }

    /// Computes the output's rows of a batch.
    fn forward(&self, pass: &Forward);

    /// Writes or adds the gradients of its inputs, from its output's gradient, and unless `Backward::inputs_only` says
    /// otherwise those of its parameters.
    fn backward(&self, pass: Backward);

    /// Writes the gradients of its parameters from some rows of a batch alone, after `backward` has been called with
    /// `Backward::inputs_only`.
    ///
    /// # Panics
    /// When the operation has dense parameters and does not define this.
    fn parameter_gradients(&self, _pass: ParameterGradients) {
        unreachable!("an operation with dense parameters computes their gradients");
    }

    /// The floating-point operations and bytes of a forward pass over `batch` rows.
    fn work(&self, tensors: &Tensors, batch: usize) -> Work {
        let elements = batch * (input_width(&self.inputs(), tensors) + tensors.width(self.output()));
        Work {
            flops: elements,
            bytes: 4 * elements,
        }
    }

    /// How many times as much work the backward pass takes as the forward pass. `has_targets` says whether some input needs a
    /// gradient.
    fn backward_factor(&self, _has_targets: bool) -> usize {
        2
    }

    /// Its name in profiles.
    fn name<'a>(&self, tensors: &'a Tensors) -> &'a str {
        &tensors.values[self.output()].name
    }

    /// Its lookup of table rows, if it is one. All lookups of a plan run together, and not in `forward` and `backward`.
    fn bag(&self, _tensors: &Tensors) -> Option<Bag> {
        None
    }

    /// The two values that it multiplies, if it is an elementwise product.
    fn factors(&self) -> Option<[usize; 2]> {
        None
    }

    /// The weight of its matrix product, if it is a layer. The weight can be quantised, and `backward` can apply a step of
    /// plain SGD to it (`Backward::sgd_rate`).
    fn layer_weight(&self) -> Option<usize> {
        None
    }

    /// Whether its output is that of a ReLU, so that the operation that reads it may apply the derivative.
    fn ends_in_relu(&self) -> bool {
        false
    }

    /// Whether its backward pass can apply the derivative of a ReLU that its input is the output of.
    fn applies_relu_derivative(&self, _tensors: &Tensors) -> bool {
        false
    }

    /// The random factors of the first `elements` elements of its output in training. None if it has no such factors.
    fn random_factors(&self, _stream: CounterRandom, _elements: usize) -> Option<Vec<f32>> {
        None
    }
}

/// The sum of the inputs' widths.
pub fn input_width(inputs: &[usize], tensors: &Tensors) -> usize {
    inputs.iter().map(|&input| tensors.width(input)).sum()
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
    /// The stream of this operation, optimizer step and batch.
    pub random: CounterRandom,
    /// Where the rows begin in the batch of all ranks, which random numbers are counted by.
    pub first_row: usize,
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

    /// The values of a parameter that is never quantised.
    pub fn parameter(&self, index: usize) -> &'a [f32] {
        &self.parameters[index].values
    }

    /// An operation's `layer_weight`, dequantised if the model is quantised.
    pub fn layer_weight(&self, index: usize) -> Cow<'a, [f32]> {
        match self.parameters[index]
            .quantised
            .as_ref()
            .map(QuantisedMatrix::values)
        {
            Some(values) => Cow::Owned(values),
            None => Cow::Borrowed(self.parameter(index)),
        }
    }

    /// The operation's own buffer, if it has a `scratch_width`.
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
    /// The gradient of the output.
    pub gradient: Matrix,
    /// Whether the derivative of the ReLU in which the operation ends (`ends_in_relu`) is applied to the gradient already.
    pub relu_done: bool,
    /// One for each input; None for inputs that depend on no parameter.
    pub targets: Vec<Option<Target>>,
    /// Whether the parameters' gradients are added to those of earlier batches.
    pub accumulate: bool,
    /// If given, a `layer_weight` takes its step of plain SGD at this learning rate at once, and no gradient is stored.
    pub sgd_rate: Option<f32>,
    /// Whether `parameter_gradients` follows, so that only the gradients of the inputs are due now.
    pub inputs_only: bool,
    /// As in `Forward`.
    pub random: CounterRandom,
    /// As in `Forward`.
    pub first_row: usize,
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

    /// The operation's own buffer, if it has a `scratch_width`.
    pub fn scratch(&self) -> Option<Matrix> {
        self.memory.scratch(self.operation, self.batch_size)
    }
}

/// The gradients of one operation's parameters over some rows of a batch.
pub struct ParameterGradients<'a> {
    pub machine: &'a Machine,
    pub memory: &'a Memory,
    /// Their gradients are overwritten.
    pub parameters: &'a mut [Parameter],
    /// Index of the operation in the plan.
    pub operation: usize,
    pub rows: Range<usize>,
    /// The rows of the output's gradient, as `backward` has left them.
    pub gradient: Matrix,
}

impl ParameterGradients<'_> {
    /// The rows of a value.
    pub fn value(&self, index: usize) -> Matrix {
        self.memory
            .value(index, self.rows.end)
            .row_range(self.rows.clone())
    }

    /// The rows of the operation's own buffer, if it has a `scratch_width`.
    pub fn scratch(&self) -> Option<Matrix> {
        let scratch = self.memory.scratch(self.operation, self.rows.end)?;
        Some(scratch.row_range(self.rows.clone()))
    }
}

/// The memory of a parameter's gradient.
///
/// # Panics
/// When training is not configured.
pub fn gradient_mut(gradient: &mut Option<Floats>) -> &mut [f32] {
    gradient.as_mut().expect("training is configured")
}
