//! Where a plan's values lie in memory and how their gradients are summed, worked out once from the plan.

use crate::matrix::CACHE_LINE_ELEMENTS;
use crate::ops::Placement;
use crate::plan::Plan;

/// Columns `offset .. offset + width` of a buffer's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub buffer: usize,
    pub offset: usize,
    pub width: usize,
}

pub struct Layout {
    /// Row stride of each buffer, in elements.
    pub strides: Vec<usize>,
    /// Of each value.
    pub places: Vec<Place>,
    /// Of each operation: a buffer of its own for what backward needs.
    pub scratch: Vec<Option<Place>>,
    /// Operations the loss depends on; the others are not run.
    pub live: Vec<bool>,
    /// Operations of the forward pass: live ones, without those that are free and lookups, which run together.
    pub forward: Vec<bool>,
    /// Those of them that the backward pass has too: all that read a value or use a parameter.
    pub backward: Vec<bool>,
    /// Values some parameter has an influence on.
    pub needs_gradient: Vec<bool>,
    /// Of each operation and input: whether the gradient adds to what later operations have written.
    pub adds: Vec<Vec<bool>>,
    /// Of each value: whether it is a layer's ReLU output whose only reader is a layer, so that the reader's product for
    /// its gradient can apply the ReLU's derivative.
    pub relu_in_product: Vec<bool>,
    /// Gradient buffers to be zeroed before the backward pass.
    pub zeroed: Vec<bool>,
}

/// The distance of two rows. Long rows begin on a cache line, so that a line belongs to one panel of a matrix product;
/// rows of a power-of-two length would fall on few cache sets, and a line more spreads them.
fn padded(width: usize) -> usize {
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
        let mut placing = Placing::new(plan);
        let free = placing.free();
        placing.side_by_side();
        let places: Vec<Place> = (0..plan.values.len()).map(|value| placing.place(value)).collect();
        let mut strides = placing.strides;
        let scratch = scratch(plan, &mut strides);
        let live = live(plan);
        let needs_gradient = needs_gradient(plan);
        let (adds, zeroed) = gradient_sums(plan, &places, &live, &free, &needs_gradient, &strides);
        let operations = || plan.operations.iter();
        let forward: Vec<bool> = operations()
            .zip(live.iter().zip(&free))
            .map(|(operation, (&live, &free))| live && !free && operation.bag(plan).is_none())
            .collect();
        let backward = operations()
            .zip(&forward)
            .map(|(operation, &runs)| {
                runs && !(operation.inputs().is_empty() && operation.parameters().is_empty())
            })
            .collect();
        Self {
            strides,
            places,
            scratch,
            live,
            forward,
            backward,
            needs_gradient,
            adds,
            zeroed,
            relu_in_product: relu_in_product(plan),
        }
    }
}

/// Of each operation: whether its inputs are written where its output is.
pub fn free_operations(plan: &Plan) -> Vec<bool> {
    Placing::new(plan).free()
}

struct Placing<'a> {
    plan: &'a Plan,
    strides: Vec<usize>,
    places: Vec<Option<Place>>,
}

impl<'a> Placing<'a> {
    fn new(plan: &'a Plan) -> Self {
        Self {
            plan,
            strides: Vec::new(),
            places: vec![None; plan.values.len()],
        }
    }

    fn buffer(&mut self, stride: usize) -> usize {
        self.strides.push(stride);
        self.strides.len() - 1
    }

    fn place(&mut self, value: usize) -> Place {
        let width = self.plan.width(value);
        if let Some(place) = self.places[value] {
            return place;
        }
        let place = Place {
            buffer: self.buffer(padded(width)),
            offset: 0,
            width,
        };
        self.places[value] = Some(place);
        place
    }

    /// Puts values next to each other if none has a place yet; true if so.
    fn put_side_by_side(&mut self, values: &[usize]) -> Option<usize> {
        let fresh = values
            .iter()
            .enumerate()
            .all(|(i, value)| self.places[*value].is_none() && !values[..i].contains(value));
        if !fresh {
            return None;
        }
        let total: usize = values.iter().map(|&value| self.plan.width(value)).sum();
        let buffer = self.buffer(padded(total));
        let mut offset = 0;
        for &value in values {
            let width = self.plan.width(value);
            self.places[value] = Some(Place {
                buffer,
                offset,
                width,
            });
            offset += width;
        }
        Some(buffer)
    }

    /// Places the inputs of operations that are free where their output is, if none of these values has a place yet.
    fn free(&mut self) -> Vec<bool> {
        let plan = self.plan;
        let mut free = |inputs: &[usize], output: usize| {
            if self.places[output].is_some() {
                return false;
            }
            let Some(buffer) = self.put_side_by_side(inputs) else {
                return false;
            };
            self.places[output] = Some(Place {
                buffer,
                offset: 0,
                width: plan.width(output),
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

    /// Vectors that are read together lie together.
    fn side_by_side(&mut self) {
        for operation in &self.plan.operations {
            if operation.placement() == Placement::SideBySide {
                self.put_side_by_side(&operation.inputs());
            }
        }
    }
}

fn scratch(plan: &Plan, strides: &mut Vec<usize>) -> Vec<Option<Place>> {
    let mut place = |width: usize| {
        strides.push(width);
        Place {
            buffer: strides.len() - 1,
            offset: 0,
            width,
        }
    };
    plan.operations
        .iter()
        .map(|operation| operation.scratch_width(plan).map(&mut place))
        .collect()
}

fn live(plan: &Plan) -> Vec<bool> {
    let mut wanted = vec![false; plan.values.len()];
    wanted[plan.loss.prediction] = true;
    let mut live = vec![false; plan.operations.len()];
    for (operation, live) in plan.operations.iter().zip(&mut live).rev() {
        if wanted[operation.output()] {
            *live = true;
            for input in operation.inputs() {
                wanted[input] = true;
            }
        }
    }
    live
}

fn relu_in_product(plan: &Plan) -> Vec<bool> {
    let mut readers = vec![0; plan.values.len()];
    readers[plan.loss.prediction] = 1;
    for operation in &plan.operations {
        for input in operation.inputs() {
            readers[input] += 1;
        }
    }
    let mut result = vec![false; plan.values.len()];
    for operation in &plan.operations {
        if operation.applies_relu_derivative(plan) {
            for input in operation.inputs() {
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
    let mut needs = vec![false; plan.values.len()];
    for operation in &plan.operations {
        needs[operation.output()] =
            !operation.parameters().is_empty() || operation.inputs().iter().any(|&input| needs[input]);
    }
    needs
}

/// Plays the backward pass through: the first write to a gradient overwrites, later ones add. Where a write covers
/// columns of both sorts, the whole buffer is zeroed first and everything adds.
fn gradient_sums(
    plan: &Plan,
    places: &[Place],
    live: &[bool],
    free: &[bool],
    needs_gradient: &[bool],
    strides: &[usize],
) -> (Vec<Vec<bool>>, Vec<bool>) {
    let mut written: Vec<Vec<bool>> = strides.iter().map(|&stride| vec![false; stride]).collect();
    let mut zeroed = vec![false; strides.len()];
    let mut write = |value: usize| {
        let Place {
            buffer,
            offset,
            width,
        } = places[value];
        let columns = &mut written[buffer][offset..offset + width];
        let already = columns.iter().filter(|written| **written).count();
        zeroed[buffer] |= already != 0 && already != width;
        columns.fill(true);
        already == width
    };
    write(plan.loss.prediction);
    let mut adds: Vec<Vec<bool>> = plan
        .operations
        .iter()
        .map(|operation| vec![false; operation.inputs().len()])
        .collect();
    for (index, operation) in plan.operations.iter().enumerate().rev() {
        if !live[index] || free[index] {
            continue;
        }
        for (place, input) in operation.inputs().into_iter().enumerate() {
            if needs_gradient[input] {
                adds[index][place] = write(input);
            }
        }
    }
    for (operation, adds) in plan.operations.iter().zip(&mut adds) {
        for (input, add) in operation.inputs().into_iter().zip(adds) {
            *add |= zeroed[places[input].buffer];
        }
    }
    (adds, zeroed)
}
