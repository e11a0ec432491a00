//! Random plans that use every operation in shapes that are awkward: one wide, one row, empty bags, shared inputs.

use batch::{Batch, SparseColumn};
use serde_json::{Value, json};

use super::operations::{Example, REGISTRY, bias, concat, embedding_bag};

/// A small generator of its own (xorshift), so that a failing case can be named by its seed.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % limit
    }

    pub fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }

    /// Uniform in [-1, 1).
    pub fn number(&mut self) -> f64 {
        self.below(1 << 20) as f64 / f64::from(1 << 19) - 1.0
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

#[derive(Default)]
pub struct Builder {
    columns: Vec<Value>,
    parameters: Vec<Value>,
    values: Vec<Value>,
    widths: Vec<usize>,
    operations: Vec<Value>,
}

impl Builder {
    pub fn width(&self, value: usize) -> usize {
        self.widths[value]
    }

    /// Adds a column; its index and cardinality.
    pub fn column(&mut self, random: &mut Random) -> (usize, usize) {
        let (column, cardinality) = (self.columns.len(), random.pick(&[1, 2, 5, 40]));
        self.columns.push(
            json!({ "name": format!("c{column}"), "cardinality": cardinality, "multiValued": random.chance(2) }),
        );
        (column, cardinality)
    }

    pub fn parameter(&mut self, shape: Value, kind: &str) -> usize {
        let name = format!("p{}", self.parameters.len());
        let initial = json!({ "kind": "uniform", "low": -0.7, "high": 0.7 });
        self.parameters
            .push(json!({ "name": name, "shape": shape, "kind": kind, "initial": initial }));
        self.parameters.len() - 1
    }

    fn value(&mut self, width: usize) -> usize {
        self.values
            .push(json!({ "name": format!("v{}", self.values.len()), "width": width }));
        self.widths.push(width);
        self.values.len() - 1
    }

    /// Adds an operation that writes a new value of `width`.
    pub fn operation(&mut self, width: usize, mut fields: Value) -> usize {
        let output = self.value(width);
        fields["output"] = json!(output);
        fields["node"] = json!(format!("n{}", self.operations.len()));
        self.operations.push(fields);
        output
    }

    pub fn linear(&mut self, input: usize, width: usize, activation: &str, bias: bool) -> usize {
        let weight = self.parameter(json!([width, self.widths[input]]), "dense");
        let bias = bias.then(|| self.parameter(json!([width]), "dense"));
        let fields = json!({ "kind": "linear", "input": input, "weight": weight, "bias": bias, "activation": activation });
        self.operation(width, fields)
    }
}

pub const ACTIVATIONS: [&str; 5] = ["none", "relu", "sigmoid", "tanh", "gelu"];

fn pick_some(random: &mut Random, vectors: &[usize]) -> Vec<usize> {
    let count = 1 + random.below(4);
    (0..count).map(|_| random.pick(vectors)).collect()
}

/// The vector that dense columns become.
fn dense_vector(
    builder: &mut Builder,
    random: &mut Random,
    (first, count): (usize, usize),
    (width, activations): (usize, &[&'static str]),
) -> usize {
    let input = builder.operation(count, json!({ "kind": "denseInput", "first": first }));
    builder.linear(input, width, random.pick(activations), random.chance(2))
}

/// A plan's JSON; every parameter is used.
pub fn plan(seed: u64) -> Value {
    let mut random = Random::new(seed);
    let random = &mut random;
    let mut builder = Builder::default();
    let width = random.pick(&[1, 2, 3, 8, 9, 17]);
    let dense = random.pick(&[1, 3, 20]);
    let split = random.below(dense);
    let mut vectors = Vec::new();
    for columns in [(0, split), (split, dense - split)] {
        if columns.1 > 0 {
            vectors.push(dense_vector(&mut builder, random, columns, (width, &ACTIVATIONS)));
        }
    }
    for _ in 0..1 + random.below(4) {
        vectors.push(embedding_bag::example(&mut builder, random, &vectors));
    }
    let mut others = Vec::new();
    for _ in 0..2 + random.below(6) {
        let (_, _, example) = random.pick(REGISTRY);
        let inputs = if random.chance(2) {
            vectors.clone()
        } else {
            pick_some(random, &vectors)
        };
        let value = example(&mut builder, random, &inputs);
        if builder.width(value) == width {
            vectors.push(value);
        } else {
            others.push(value);
        }
    }
    let all: Vec<usize> = vectors.into_iter().chain(others).collect();
    let all = concat::example(&mut builder, random, &all);
    // Bounded, or the prediction saturates and its logarithm is a matter of rounding.
    let hidden = builder.linear(
        all,
        random.pick(&[1, 5, 33]),
        random.pick(&["sigmoid", "tanh"]),
        random.chance(2),
    );
    let shifted = bias::example(&mut builder, random, &[hidden]);
    let clamp = if random.chance(3) { 0.25 } else { 0.0 };
    finished(builder, random, shifted, dense, clamp)
}

pub const WIDTHS: [usize; 13] = [1, 2, 3, 4, 7, 8, 12, 15, 16, 17, 31, 33, 50];

/// A plan's JSON around an example of one operation: vectors of a random width go in, its result is weighed into the
/// prediction. Every input depends on a parameter, and rows lie at odd places.
pub fn operation_plan(operation: &str, example: Example, seed: u64) -> Value {
    let mut random = Random::new(seed.wrapping_mul(31) ^ operation.len() as u64);
    let random = &mut random;
    let mut builder = Builder::default();
    let width = random.pick(&WIDTHS);
    let dense = 1 + random.below(9);
    let first = random.below(dense);
    let columns = (first, dense - first);
    let mut vectors = vec![dense_vector(
        &mut builder,
        random,
        columns,
        (width, &["none", "tanh"]),
    )];
    for _ in 0..1 + random.below(5) {
        vectors.push(embedding_bag::example(&mut builder, random, &vectors));
    }
    // One of the vectors may stand in several places.
    if random.chance(3) {
        vectors.push(random.pick(&vectors));
    }
    let result = example(&mut builder, random, &vectors);
    // Vectors that the operation leaves out go around it, so that every parameter is used.
    vectors.sort_unstable();
    vectors.dedup();
    vectors.push(result);
    let all = concat::example(&mut builder, random, &vectors);
    // Bounded, as in `plan`.
    let hidden = builder.linear(all, 3, "tanh", random.chance(2));
    let logit = builder.linear(hidden, 1, "none", random.chance(2));
    finished(builder, random, logit, dense, 0.0)
}

/// A plan's JSON, with a loss of the sigmoid of a value.
fn finished(mut builder: Builder, random: &mut Random, logit: usize, dense: usize, clamp: f64) -> Value {
    let prediction = builder.operation(
        1,
        json!({ "kind": "activation", "input": logit, "activation": "sigmoid" }),
    );
    let kind = random.pick(&["bce", "weightedBce", "mse"]);
    let names: Vec<String> = (0..dense).map(|i| format!("d{i}")).collect();
    json!({
        "version": 1,
        "inputs": { "dense": names, "sparse": builder.columns },
        "parameters": builder.parameters, "values": builder.values, "operations": builder.operations,
        "loss": { "kind": kind, "prediction": prediction, "clamp": clamp, "weights": [0.5, 2.0] },
    })
}

/// A batch for a plan: bags of 0 to 4 indices with repetitions where a column is multi-valued.
pub fn batch(plan: &engine::plan::Plan, seed: u64, size: usize) -> Batch {
    let mut random = Random::new(seed ^ 0xba7c);
    let width = plan.tensors.inputs.dense.len();
    let dense = (0..size * width).map(|_| random.number() as f32).collect();
    let labels = (0..size).map(|_| random.below(2) as f32).collect();
    let columns = plan
        .tensors
        .inputs
        .sparse
        .iter()
        .map(|column| {
            let (mut offsets, mut indices) = (vec![0], Vec::new());
            for _ in 0..size {
                let count = if column.multi_valued { random.below(5) } else { 1 };
                indices.extend((0..count).map(|_| random.below(column.cardinality as usize) as u32));
                offsets.push(indices.len() as u32);
            }
            SparseColumn {
                offsets: column.multi_valued.then_some(offsets),
                indices,
            }
        })
        .collect();
    Batch {
        size,
        dense,
        dense_width: width,
        labels,
        columns,
    }
}
