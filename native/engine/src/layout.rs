//! Where the values of a plan lie in memory and how their gradients are summed. Both follow from the plan alone, so they
//! are computed once.

use crate::matrix::CACHE_LINE_ELEMENTS;
use crate::memory::{Buffers, ColumnSpan};
use crate::ops::Placement;
use crate::plan::Plan;

pub struct Layout {
    pub buffers: Buffers,
    /// Operations that the loss depends on; the others are not run.
    pub live: Vec<bool>,
    /// Operations of the forward pass: the live ones without free ones, which do not run, and without lookups, which run
    /// together.
    pub forward: Vec<bool>,
    /// Operations of the backward pass: those of the forward pass that read a value or use a parameter.
    pub backward: Vec<bool>,
    /// Values that depend on a parameter.
    pub needs_gradient: Vec<bool>,
    /// For each operation and input, whether the gradient is added to what later operations have written.
    pub accumulates: Vec<Vec<bool>>,
    /// For each value, whether it is a layer's ReLU output that only one operation reads, which is a layer too. The matrix
    /// product that computes its gradient then applies the derivative of the ReLU as well.
    pub relu_in_product: Vec<bool>,
}

/// The row stride for rows of `width` elements. Long rows begin on a cache line, so that a line belongs to one panel of a
/// matrix product. Strides that are multiples of 128 elements would map rows to few cache sets, so they get one more line.
fn padded_stride(width: usize) -> usize {
    if width < 4 * CACHE_LINE_ELEMENTS {
        return width;
    }
    let whole = width.next_multiple_of(CACHE_LINE_ELEMENTS);
    if whole >= 256 && whole.is_multiple_of(128) {
        whole + CACHE_LINE_ELEMENTS
    } else {
        whole
    }
}

impl Layout {
    pub fn new(plan: &Plan) -> Self {
        let mut allocator = Allocator::new(plan);
        let free = allocator.allocate_free();
        allocator.allocate_side_by_side();
        let spans: Vec<ColumnSpan> = (0..plan.tensors.values.len())
            .map(|value| allocator.span(value))
            .collect();
        let mut strides = allocator.strides;
        let scratch = scratch(plan, &mut strides);
        let live = live(plan);
        let needs_gradient = needs_gradient(plan);
        let (accumulates, zeroed) = gradient_sums(plan, &spans, &live, &free, &needs_gradient, &strides);
        let operations = || plan.operations.iter();
        let forward: Vec<bool> = operations()
            .zip(live.iter().zip(&free))
            .map(|(operation, (&live, &free))| live && !free && operation.bag(&plan.tensors).is_none())
            .collect();
        let backward = operations()
            .zip(&forward)
            .map(|(operation, &runs)| {
                runs && !(operation.inputs().is_empty() && operation.parameters().is_empty())
            })
            .collect();
        Self {
            buffers: Buffers {
                strides,
                spans,
                scratch,
                zeroed,
            },
            live,
            forward,
            backward,
            needs_gradient,
            accumulates,
            relu_in_product: relu_in_product(plan),
        }
    }
}

impl Plan {
    /// The positions of the free operations, whose inputs are written where their output lies.
    pub fn free_operations(&self) -> Vec<usize> {
        let free = Allocator::new(self).allocate_free();
        (0..free.len()).filter(|&index| free[index]).collect()
    }
}

/// Gives every value its columns of a buffer.
struct Allocator<'a> {
    plan: &'a Plan,
    strides: Vec<usize>,
    spans: Vec<Option<ColumnSpan>>,
}

impl<'a> Allocator<'a> {
    fn new(plan: &'a Plan) -> Self {
        Self {
            plan,
            strides: Vec::new(),
            spans: vec![None; plan.tensors.values.len()],
        }
    }

    fn new_buffer(&mut self, stride: usize) -> usize {
        self.strides.push(stride);
        self.strides.len() - 1
    }

    /// Where a value lies: in a buffer of its own if it has not been allocated yet.
    fn span(&mut self, value: usize) -> ColumnSpan {
        let width = self.plan.tensors.width(value);
        if let Some(span) = self.spans[value] {
            return span;
        }
        let span = ColumnSpan {
            buffer: self.new_buffer(padded_stride(width)),
            offset: 0,
            width,
        };
        self.spans[value] = Some(span);
        span
    }

    /// Allocates values next to each other in a new buffer, and returns the buffer. None if one of them has been allocated
    /// before or is there twice.
    fn new_shared_buffer(&mut self, values: &[usize]) -> Option<usize> {
        let all_unallocated = values
            .iter()
            .enumerate()
            .all(|(i, value)| self.spans[*value].is_none() && !values[..i].contains(value));
        if !all_unallocated {
            return None;
        }
        let total: usize = values.iter().map(|&value| self.plan.tensors.width(value)).sum();
        let buffer = self.new_buffer(padded_stride(total));
        let mut offset = 0;
        for &value in values {
            let width = self.plan.tensors.width(value);
            self.spans[value] = Some(ColumnSpan {
                buffer,
                offset,
                width,
            });
            offset += width;
        }
        Some(buffer)
    }

    /// Allocates the inputs of operations with `Placement::InOutput` inside their outputs, where none of these values has
    /// been allocated yet. Returns for each operation whether it is free because of that.
    fn allocate_free(&mut self) -> Vec<bool> {
        let plan = self.plan;
        let mut free = |inputs: &[usize], output: usize| {
            if self.spans[output].is_some() {
                return false;
            }
            let Some(buffer) = self.new_shared_buffer(inputs) else {
                return false;
            };
            self.spans[output] = Some(ColumnSpan {
                buffer,
                offset: 0,
                width: plan.tensors.width(output),
            });
            true
        };
        plan.operations
            .iter()
            .map(|operation| {
                operation.placement() == Placement::InOutput && free(&operation.inputs(), operation.output())
            })
            .collect()
    }

    /// Allocates the inputs of operations with `Placement::SideBySide` next to each other.
    fn allocate_side_by_side(&mut self) {
        for operation in &self.plan.operations {
            if operation.placement() == Placement::SideBySide {
                self.new_shared_buffer(&operation.inputs());
            }
        }
    }
}

fn scratch(plan: &Plan, strides: &mut Vec<usize>) -> Vec<Option<ColumnSpan>> {
    let mut allocate = |width: usize| {
        strides.push(width);
        ColumnSpan {
            buffer: strides.len() - 1,
            offset: 0,
            width,
        }
    };
    plan.operations
        .iter()
        .map(|operation| operation.scratch_width(&plan.tensors).map(&mut allocate))
        .collect()
}

fn live(plan: &Plan) -> Vec<bool> {
    let mut needed = vec![false; plan.tensors.values.len()];
    needed[plan.loss.prediction] = true;
    let mut live = vec![false; plan.operations.len()];
    for (operation, live) in plan.operations.iter().zip(&mut live).rev() {
        if needed[operation.output()] {
            *live = true;
            for &input in operation.inputs().iter() {
                needed[input] = true;
            }
        }
    }
    live
}

fn relu_in_product(plan: &Plan) -> Vec<bool> {
    let mut readers = vec![0; plan.tensors.values.len()];
    readers[plan.loss.prediction] = 1;
    for operation in &plan.operations {
        for &input in operation.inputs().iter() {
            readers[input] += 1;
        }
    }
    let mut result = vec![false; plan.tensors.values.len()];
    for operation in &plan.operations {
        if operation.applies_relu_derivative(&plan.tensors) {
            for &input in operation.inputs().iter() {
                result[input] = readers[input] == 1;
            }
        }
    }
    for operation in &plan.operations {
        result[operation.output()] &= operation.ends_in_relu();
    }
    result
}

fn needs_gradient(plan: &Plan) -> Vec<bool> {
    let mut needs = vec![false; plan.tensors.values.len()];
    for operation in &plan.operations {
        needs[operation.output()] =
            !operation.parameters().is_empty() || operation.inputs().iter().any(|&input| needs[input]);
    }
    needs
}

/// Simulates the backward pass. The first operation that writes a gradient overwrites it, and later ones add to it. If an
/// operation writes columns of which only some have been written, the whole buffer is zeroed first and everything is added.
fn gradient_sums(
    plan: &Plan,
    spans: &[ColumnSpan],
    live: &[bool],
    free: &[bool],
    needs_gradient: &[bool],
    strides: &[usize],
) -> (Vec<Vec<bool>>, Vec<bool>) {
    let mut written: Vec<Vec<bool>> = strides.iter().map(|&stride| vec![false; stride]).collect();
    let mut zeroed = vec![false; strides.len()];
    let mut write = |value: usize| {
        let ColumnSpan {
            buffer,
            offset,
            width,
        } = spans[value];
        let columns = &mut written[buffer][offset..offset + width];
        let already = columns.iter().filter(|written| **written).count();
        zeroed[buffer] |= already != 0 && already != width;
        columns.fill(true);
        already == width
    };
    write(plan.loss.prediction);
    let mut accumulates: Vec<Vec<bool>> = plan
        .operations
        .iter()
        .map(|operation| vec![false; operation.inputs().len()])
        .collect();
    for (index, operation) in plan.operations.iter().enumerate().rev() {
        if !live[index] || free[index] {
            continue;
        }
        for (position, &input) in operation.inputs().iter().enumerate() {
            if needs_gradient[input] {
                accumulates[index][position] = write(input);
            }
        }
    }
    for (operation, accumulates) in plan.operations.iter().zip(&mut accumulates) {
        for (&input, accumulate) in operation.inputs().iter().zip(accumulates) {
            *accumulate |= zeroed[spans[input].buffer];
        }
    }
    (accumulates, zeroed)
}
