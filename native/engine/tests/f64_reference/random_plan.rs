//! Random plans that use every operation in shapes that are awkward: one wide, one row, empty bags, shared inputs.

use batch::{Batch, SparseColumn};
use serde_json::{Value, json};

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

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

#[derive(Default)]
struct Builder {
    parameters: Vec<Value>,
    values: Vec<Value>,
    widths: Vec<usize>,
    operations: Vec<Value>,
}

impl Builder {
    fn parameter(&mut self, shape: Value, kind: &str) -> usize {
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
    fn operation(&mut self, width: usize, mut fields: Value) -> usize {
        let output = self.value(width);
        fields["output"] = json!(output);
        fields["node"] = json!(format!("n{}", self.operations.len()));
        self.operations.push(fields);
        output
    }

    fn linear(&mut self, input: usize, width: usize, activation: &str, bias: bool) -> usize {
        let weight = self.parameter(json!([width, self.widths[input]]), "dense");
        let bias = bias.then(|| self.parameter(json!([width]), "dense"));
        let fields = json!({ "kind": "linear", "input": input, "weight": weight, "bias": bias, "activation": activation });
        self.operation(width, fields)
    }
}

const ACTIVATIONS: [&str; 5] = ["none", "relu", "sigmoid", "tanh", "gelu"];

fn embedding(
    builder: &mut Builder,
    random: &mut Random,
    column: usize,
    cardinality: usize,
    width: usize,
) -> usize {
    let divisor = 1 + random.below(4);
    let (map, rows) = match random.below(4) {
        0 => (json!({ "kind": "identity" }), cardinality),
        1 => (
            json!({ "kind": "quotient", "divisor": divisor }),
            cardinality.div_ceil(divisor),
        ),
        2 => (json!({ "kind": "remainder", "divisor": divisor }), divisor),
        _ => (json!({ "kind": "hash", "rows": divisor }), divisor),
    };
    let table = builder.parameter(json!([rows, width]), "table");
    let half = map["kind"] == "quotient" || map["kind"] == "remainder";
    let weighted = if half { cardinality } else { rows };
    let weights = random
        .chance(2)
        .then(|| builder.parameter(json!([weighted]), "table"));
    let pooling = random.pick(&["sum", "mean"]);
    let bag = |table: usize, map: Value| {
        json!({
            "kind": "embeddingBag", "column": column, "table": table, "rowWeights": weights, "pooling": pooling,
            "indexMap": map,
        })
    };
    let value = builder.operation(width, bag(table, map.clone()));
    if map["kind"] != "quotient" {
        return value;
    }
    // The other half of the pair has the same weights.
    let remainders = builder.parameter(json!([divisor, width]), "table");
    let remainder = json!({ "kind": "remainder", "divisor": divisor });
    let other = builder.operation(width, bag(remainders, remainder));
    builder.operation(width, json!({ "kind": "multiply", "inputs": [value, other] }))
}

/// An operation from vectors of one width to another of that width.
fn same_width(builder: &mut Builder, random: &mut Random, vectors: &[usize]) -> usize {
    let width = builder.widths[vectors[0]];
    let (x, y) = (random.pick(vectors), random.pick(vectors));
    let fields = match random.below(6) {
        0 => json!({ "kind": "activation", "input": x, "activation": random.pick(&ACTIVATIONS) }),
        1 => json!({ "kind": "dropout", "input": x, "rate": 0.0 }),
        2 => json!({ "kind": "sum", "inputs": [x, y, random.pick(vectors)] }),
        3 => json!({ "kind": "multiply", "inputs": [x, y] }),
        4 => {
            let weight = builder.parameter(json!([width]), "dense");
            let bias = builder.parameter(json!([width]), "dense");
            json!({ "kind": "crossV1", "x0": x, "x": y, "weight": weight, "bias": bias })
        }
        _ => {
            let projected = builder.linear(y, width, "none", true);
            json!({ "kind": "crossV2", "x0": x, "x": y, "projected": projected })
        }
    };
    builder.operation(width, fields)
}

fn pick_some(random: &mut Random, vectors: &[usize]) -> Vec<usize> {
    let count = 1 + random.below(4);
    (0..count).map(|_| random.pick(vectors)).collect()
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
    for (first, count) in [(0, split), (split, dense - split)] {
        if count > 0 {
            let input = builder.operation(count, json!({ "kind": "denseInput", "first": first }));
            vectors.push(builder.linear(input, width, random.pick(&ACTIVATIONS), random.chance(2)));
        }
    }
    let columns: Vec<Value> = (0..1 + random.below(4))
        .map(|column| {
            let cardinality = random.pick(&[1, 2, 5, 40]);
            vectors.push(embedding(&mut builder, random, column, cardinality, width));
            json!({ "name": format!("c{column}"), "cardinality": cardinality, "multiValued": random.chance(2) })
        })
        .collect();
    for _ in 0..random.below(5) {
        vectors.push(same_width(&mut builder, random, &vectors));
    }
    let inputs = if random.chance(2) {
        vectors.clone()
    } else {
        pick_some(random, &vectors)
    };
    let (include_self, keep_first) = (random.chance(2), random.chance(2) || inputs.len() == 1);
    let pairs = inputs.len() * (inputs.len() - 1) / 2 + if include_self { inputs.len() } else { 0 };
    let fields =
        json!({ "kind": "dot", "inputs": inputs, "includeSelf": include_self, "keepFirst": keep_first });
    let dot = builder.operation(pairs + if keep_first { width } else { 0 }, fields);
    let inputs = if random.chance(2) {
        vectors.clone()
    } else {
        pick_some(random, &vectors)
    };
    let machine = builder.operation(1, json!({ "kind": "factorizationMachine", "inputs": inputs }));
    let inputs: Vec<usize> = vectors.iter().copied().chain([dot, machine]).collect();
    let total = inputs.iter().map(|&input| builder.widths[input]).sum();
    let all = builder.operation(total, json!({ "kind": "concat", "inputs": inputs }));
    // Bounded, or the prediction saturates and its logarithm is a matter of rounding.
    let hidden = builder.linear(
        all,
        random.pick(&[1, 5, 33]),
        random.pick(&["sigmoid", "tanh"]),
        random.chance(2),
    );
    let logit = builder.linear(hidden, 1, "none", random.chance(2));
    let bias = builder.parameter(json!([1]), "dense");
    let shifted = builder.operation(1, json!({ "kind": "bias", "input": logit, "bias": bias }));
    let kind = random.pick(&["bce", "weightedBce", "mse"]);
    let prediction = builder.operation(
        1,
        json!({ "kind": "activation", "input": shifted, "activation": "sigmoid" }),
    );
    let clamp = if random.chance(3) { 0.25 } else { 0.0 };
    let names: Vec<String> = (0..dense).map(|i| format!("d{i}")).collect();
    json!({
        "version": 1,
        "inputs": { "dense": names, "sparse": columns },
        "parameters": builder.parameters, "values": builder.values, "operations": builder.operations,
        "loss": { "kind": kind, "prediction": prediction, "clamp": clamp, "weights": [0.5, 2.0] },
    })
}

/// Operations that `operation_plan` makes plans around.
pub const OPERATIONS: [&str; 12] = [
    "embeddingBag",
    "linear",
    "activation",
    "dropout",
    "concat",
    "sum",
    "multiply",
    "dot",
    "crossV1",
    "crossV2",
    "factorizationMachine",
    "bias",
];

const WIDTHS: [usize; 13] = [1, 2, 3, 4, 7, 8, 12, 15, 16, 17, 31, 33, 50];

/// A plan's JSON around one operation: vectors of a random width go in, its result is weighed into the prediction. Every
/// input depends on a parameter, and rows lie at odd places.
pub fn operation_plan(operation: &str, seed: u64) -> Value {
    let mut random = Random::new(seed.wrapping_mul(31) ^ operation.len() as u64);
    let random = &mut random;
    let mut builder = Builder::default();
    let width = random.pick(&WIDTHS);
    let dense = 1 + random.below(9);
    let first = random.below(dense);
    let input = builder.operation(dense - first, json!({ "kind": "denseInput", "first": first }));
    let mut vectors = vec![builder.linear(input, width, random.pick(&["none", "tanh"]), random.chance(2))];
    let columns: Vec<Value> = (0..1 + random.below(5))
        .map(|column| {
            let cardinality = random.pick(&[1, 2, 5, 40]);
            vectors.push(embedding(&mut builder, random, column, cardinality, width));
            json!({ "name": format!("c{column}"), "cardinality": cardinality, "multiValued": random.chance(2) })
        })
        .collect();
    // One of the vectors may stand in several places.
    if random.chance(3) {
        vectors.push(random.pick(&vectors));
    }
    let (x, y) = (random.pick(&vectors), random.pick(&vectors));
    let count = vectors.len();
    let result = match operation {
        "embeddingBag" => vectors[1],
        "linear" => builder.linear(
            x,
            random.pick(&WIDTHS),
            random.pick(&ACTIVATIONS),
            random.chance(2),
        ),
        "activation" => {
            let fields = json!({ "kind": "activation", "input": x, "activation": random.pick(&ACTIVATIONS) });
            builder.operation(width, fields)
        }
        "dropout" => builder.operation(width, json!({ "kind": "dropout", "input": x, "rate": 0.0 })),
        "concat" => builder.operation(count * width, json!({ "kind": "concat", "inputs": vectors })),
        "sum" => builder.operation(width, json!({ "kind": "sum", "inputs": vectors })),
        "multiply" => builder.operation(width, json!({ "kind": "multiply", "inputs": [x, y] })),
        "dot" => {
            let (include_self, keep_first) = (random.chance(2), random.chance(2));
            let pairs = count * (count - 1) / 2 + if include_self { count } else { 0 };
            let fields = json!({ "kind": "dot", "inputs": vectors, "includeSelf": include_self, "keepFirst": keep_first });
            builder.operation(pairs + if keep_first { width } else { 0 }, fields)
        }
        "crossV1" => {
            let weight = builder.parameter(json!([width]), "dense");
            let bias = builder.parameter(json!([width]), "dense");
            let fields = json!({ "kind": "crossV1", "x0": x, "x": y, "weight": weight, "bias": bias });
            builder.operation(width, fields)
        }
        "crossV2" => {
            let projected = builder.linear(y, width, "none", true);
            let fields = json!({ "kind": "crossV2", "x0": x, "x": y, "projected": projected });
            builder.operation(width, fields)
        }
        "factorizationMachine" => {
            builder.operation(1, json!({ "kind": "factorizationMachine", "inputs": vectors }))
        }
        "bias" => {
            let logit = builder.linear(x, 1, "none", false);
            let bias = builder.parameter(json!([1]), "dense");
            builder.operation(1, json!({ "kind": "bias", "input": logit, "bias": bias }))
        }
        other => unreachable!("no operation {other}"),
    };
    // Vectors that the operation leaves out go around it, so that every parameter is used.
    let around: Vec<usize> = (0..builder.widths.len())
        .filter(|value| vectors.contains(value))
        .chain([result])
        .collect();
    let total = around.iter().map(|&value| builder.widths[value]).sum();
    let all = builder.operation(total, json!({ "kind": "concat", "inputs": around }));
    // Bounded, as in `plan`.
    let hidden = builder.linear(all, 3, "tanh", random.chance(2));
    let logit = builder.linear(hidden, 1, "none", random.chance(2));
    let prediction = builder.operation(
        1,
        json!({ "kind": "activation", "input": logit, "activation": "sigmoid" }),
    );
    let kind = random.pick(&["bce", "weightedBce", "mse"]);
    let names: Vec<String> = (0..dense).map(|i| format!("d{i}")).collect();
    json!({
        "version": 1,
        "inputs": { "dense": names, "sparse": columns },
        "parameters": builder.parameters, "values": builder.values, "operations": builder.operations,
        "loss": { "kind": kind, "prediction": prediction, "clamp": 0.0, "weights": [0.5, 2.0] },
    })
}

/// A batch for a plan: bags of 0 to 4 indices with repetitions where a column is multi-valued.
pub fn batch(plan: &engine::plan::Plan, seed: u64, size: usize) -> Batch {
    let mut random = Random::new(seed ^ 0xba7c);
    let width = plan.inputs.dense.len();
    let dense = (0..size * width).map(|_| random.number() as f32).collect();
    let labels = (0..size).map(|_| random.below(2) as f32).collect();
    let columns = plan
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
