//! The execution plan in f64 and plain loops: the truth that the fast kernels are held to. Itself held to central
//! differences by gradients.rs. Dropout is left out (a rate of 0).

use batch::Batch;
use engine::plan::{Activation, LossKind, OperationKind, Plan, Pooling};

pub struct Plain<'a> {
    pub plan: &'a Plan,
    /// Row-major, in plan order.
    pub parameters: Vec<Vec<f64>>,
}

/// Values and gradients are `[batch, width]`, by value index.
type Values = Vec<Vec<f64>>;

fn activate(kind: Activation, x: f64) -> f64 {
    match kind {
        Activation::None => x,
        Activation::Relu => x.max(0.0),
        Activation::Sigmoid => 1.0 / (1.0 + (-x).exp()),
        Activation::Tanh => x.tanh(),
        Activation::Gelu => 0.5 * x * (1.0 + libm::erf(x / 2f64.sqrt())),
    }
}

fn slope(kind: Activation, x: f64) -> f64 {
    let y = activate(kind, x);
    match kind {
        Activation::None => 1.0,
        Activation::Relu => f64::from(u8::from(x > 0.0)),
        Activation::Sigmoid => y * (1.0 - y),
        Activation::Tanh => 1.0 - y * y,
        Activation::Gelu => {
            let density = (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
            0.5 * (1.0 + libm::erf(x / 2f64.sqrt())) + x * density
        }
    }
}

/// Positions of bag `b` in its column's indices.
fn bag(batch: &Batch, column: usize, b: usize) -> std::ops::Range<usize> {
    match &batch.columns[column].offsets {
        Some(offsets) => offsets[b] as usize..offsets[b + 1] as usize,
        None => b..b + 1,
    }
}

impl Plain<'_> {
    fn width(&self, value: usize) -> usize {
        self.plan.values[value].width
    }

    /// Table row, row of the learned weight, and factor of each lookup of bag `b`: the mean's share, without that weight.
    fn lookups(&self, kind: &OperationKind, batch: &Batch, b: usize) -> Vec<(usize, usize, f64)> {
        let OperationKind::EmbeddingBag {
            column,
            pooling,
            index_map,
            ..
        } = *kind
        else {
            return Vec::new();
        };
        let positions = bag(batch, column, b);
        let share = if pooling == Pooling::Mean {
            1.0 / positions.len().max(1) as f64
        } else {
            1.0
        };
        let lookup = |position: usize| {
            let index = batch.columns[column].indices[position];
            let row = index_map.row(index) as usize;
            let weighted = if index_map.is_half() { index as usize } else { row };
            (row, weighted, share)
        };
        positions.map(lookup).collect()
    }

    /// Linear layers before their activation.
    fn linear(&self, kind: &OperationKind, values: &Values, b: usize) -> Vec<f64> {
        let OperationKind::Linear {
            input,
            weight,
            bias,
            output,
            ..
        } = *kind
        else {
            return Vec::new();
        };
        let (wide, narrow) = (self.width(output), self.width(input));
        let x = &values[input][b * narrow..][..narrow];
        let unit = |o: usize| {
            let weights = &self.parameters[weight][o * narrow..][..narrow];
            let bias = bias.map_or(0.0, |bias| self.parameters[bias][o]);
            bias + weights.iter().zip(x).map(|(w, x)| w * x).sum::<f64>()
        };
        (0..wide).map(unit).collect()
    }

    fn row<'b>(&self, values: &'b Values, value: usize, b: usize) -> &'b [f64] {
        let width = self.width(value);
        &values[value][b * width..][..width]
    }

    fn forward_row(&self, kind: &OperationKind, values: &Values, batch: &Batch, b: usize) -> Vec<f64> {
        let row = |value: usize| self.row(values, value, b);
        let parameter = |index: usize| &self.parameters[index][..];
        match kind {
            OperationKind::DenseInput { first, output } => {
                let dense = &batch.dense[b * batch.dense_width + first..][..self.width(*output)];
                dense.iter().map(|&x| f64::from(x)).collect()
            }
            OperationKind::EmbeddingBag {
                table,
                row_weights,
                output,
                ..
            } => {
                let width = self.width(*output);
                let mut sum = vec![0.0; width];
                for (index, weighted, share) in self.lookups(kind, batch, b) {
                    let weight = share * row_weights.map_or(1.0, |weights| parameter(weights)[weighted]);
                    for (c, sum) in sum.iter_mut().enumerate() {
                        *sum += weight * parameter(*table)[index * width + c];
                    }
                }
                sum
            }
            OperationKind::Linear { activation, .. } => self
                .linear(kind, values, b)
                .into_iter()
                .map(|x| activate(*activation, x))
                .collect(),
            OperationKind::Activation {
                input, activation, ..
            } => row(*input).iter().map(|&x| activate(*activation, x)).collect(),
            OperationKind::Dropout { input, .. } => row(*input).to_vec(),
            OperationKind::Concat { inputs, .. } => {
                inputs.iter().flat_map(|&input| row(input).to_vec()).collect()
            }
            OperationKind::Sum { inputs, output } => (0..self.width(*output))
                .map(|c| inputs.iter().map(|&input| row(input)[c]).sum())
                .collect(),
            OperationKind::Multiply { inputs: [a, b], .. } => {
                row(*a).iter().zip(row(*b)).map(|(a, b)| a * b).collect()
            }
            OperationKind::Dot {
                inputs,
                include_self,
                keep_first,
                ..
            } => {
                let mut out = if *keep_first {
                    row(inputs[0]).to_vec()
                } else {
                    Vec::new()
                };
                for i in 0..inputs.len() {
                    for j in 0..i + usize::from(*include_self) {
                        out.push(
                            row(inputs[i])
                                .iter()
                                .zip(row(inputs[j]))
                                .map(|(a, b)| a * b)
                                .sum(),
                        );
                    }
                }
                out
            }
            OperationKind::CrossV1 {
                x0, x, weight, bias, ..
            } => {
                let product: f64 = row(*x).iter().zip(parameter(*weight)).map(|(x, w)| x * w).sum();
                let terms = row(*x0).iter().zip(row(*x)).zip(parameter(*bias));
                terms.map(|((x0, x), bias)| x0 * product + bias + x).collect()
            }
            OperationKind::CrossV2 { x0, x, projected, .. } => {
                let terms = row(*x0).iter().zip(row(*x)).zip(row(*projected));
                terms.map(|((x0, x), projected)| x0 * projected + x).collect()
            }
            OperationKind::FactorizationMachine { inputs, .. } => {
                let mut sum = 0.0;
                for c in 0..self.width(inputs[0]) {
                    let total: f64 = inputs.iter().map(|&input| row(input)[c]).sum();
                    sum += total * total - inputs.iter().map(|&input| row(input)[c].powi(2)).sum::<f64>();
                }
                vec![0.5 * sum]
            }
            OperationKind::Bias { input, bias, .. } => {
                row(*input).iter().map(|x| x + parameter(*bias)[0]).collect()
            }
        }
    }

    pub fn forward(&self, batch: &Batch) -> Values {
        let mut values: Values = vec![Vec::new(); self.plan.values.len()];
        for operation in &self.plan.operations {
            let rows = (0..batch.size)
                .flat_map(|b| self.forward_row(&operation.kind, &values, batch, b))
                .collect();
            values[operation.kind.output()] = rows;
        }
        values
    }

    fn row_loss(&self, p: f64, y: f64) -> (f64, f64) {
        let loss = &self.plan.loss;
        let (low, high) = (f64::from(loss.clamp), f64::from(1.0 - loss.clamp));
        let (p, open) = if loss.clamp > 0.0 {
            (p.clamp(low, high), (low..=high).contains(&p))
        } else {
            (p, true)
        };
        let weight = if loss.kind == LossKind::WeightedBce {
            f64::from(loss.weights[y as usize])
        } else {
            1.0
        };
        let (value, gradient) = match loss.kind {
            LossKind::Mse => ((p - y).powi(2), 2.0 * (p - y)),
            _ => (
                -(y * p.ln() + (1.0 - y) * (1.0 - p).ln()),
                (p - y) / (p * (1.0 - p)),
            ),
        };
        (weight * value, if open { weight * gradient } else { 0.0 })
    }

    /// The mean loss.
    pub fn loss(&self, batch: &Batch) -> f64 {
        let predictions = &self.forward(batch)[self.plan.loss.prediction];
        let pairs = predictions.iter().zip(&batch.labels);
        pairs
            .map(|(&p, &y)| self.row_loss(p, f64::from(y)).0)
            .sum::<f64>()
            / batch.size as f64
    }

    /// Every parameter's gradient of the mean loss.
    pub fn gradients(&self, batch: &Batch) -> Vec<Vec<f64>> {
        let values = self.forward(batch);
        let mut of_values: Values = values.iter().map(|value| vec![0.0; value.len()]).collect();
        let mut of_parameters: Vec<Vec<f64>> = self
            .parameters
            .iter()
            .map(|values| vec![0.0; values.len()])
            .collect();
        let prediction = self.plan.loss.prediction;
        for b in 0..batch.size {
            let (_, gradient) = self.row_loss(values[prediction][b], f64::from(batch.labels[b]));
            of_values[prediction][b] = gradient / batch.size as f64;
        }
        for operation in self.plan.operations.iter().rev() {
            for b in 0..batch.size {
                let gradient = self.row(&of_values, operation.kind.output(), b).to_vec();
                let mut backward = Backward {
                    plain: self,
                    values: &values,
                    b,
                    of_values: &mut of_values,
                };
                backward.row(&operation.kind, &gradient, batch, &mut of_parameters);
            }
        }
        of_parameters
    }
}

/// The backward pass of one row of the batch.
struct Backward<'a, 'b> {
    plain: &'a Plain<'a>,
    values: &'a Values,
    b: usize,
    of_values: &'b mut Values,
}

impl Backward<'_, '_> {
    fn x(&self, value: usize, c: usize) -> f64 {
        self.plain.row(self.values, value, self.b)[c]
    }

    fn add(&mut self, value: usize, c: usize, gradient: f64) {
        self.of_values[value][self.b * self.plain.width(value) + c] += gradient;
    }

    fn row(&mut self, kind: &OperationKind, g: &[f64], batch: &Batch, of_parameters: &mut [Vec<f64>]) {
        let plain = self.plain;
        match kind {
            OperationKind::DenseInput { .. } => {}
            OperationKind::EmbeddingBag {
                table, row_weights, ..
            } => {
                for (index, weighted, share) in plain.lookups(kind, batch, self.b) {
                    let weight = row_weights.map_or(1.0, |weights| plain.parameters[weights][weighted]);
                    for (c, g) in g.iter().enumerate() {
                        let element = index * g_width(plain, kind) + c;
                        of_parameters[*table][element] += g * share * weight;
                        if let Some(weights) = row_weights {
                            of_parameters[*weights][weighted] +=
                                g * share * plain.parameters[*table][element];
                        }
                    }
                }
            }
            OperationKind::Linear {
                input,
                weight,
                bias,
                activation,
                ..
            } => {
                let before = plain.linear(kind, self.values, self.b);
                let narrow = plain.width(*input);
                for (o, (g, before)) in g.iter().zip(before).enumerate() {
                    let g = g * slope(*activation, before);
                    if let Some(bias) = bias {
                        of_parameters[*bias][o] += g;
                    }
                    for i in 0..narrow {
                        of_parameters[*weight][o * narrow + i] += g * self.x(*input, i);
                        self.add(*input, i, g * plain.parameters[*weight][o * narrow + i]);
                    }
                }
            }
            OperationKind::Activation {
                input, activation, ..
            } => {
                for (c, g) in g.iter().enumerate() {
                    let x = self.x(*input, c);
                    self.add(*input, c, g * slope(*activation, x));
                }
            }
            OperationKind::Dropout { input, .. } => {
                g.iter().enumerate().for_each(|(c, g)| self.add(*input, c, *g));
            }
            OperationKind::Bias { input, bias, .. } => {
                for (c, g) in g.iter().enumerate() {
                    of_parameters[*bias][0] += g;
                    self.add(*input, c, *g);
                }
            }
            OperationKind::CrossV1 {
                x0, x, weight, bias, ..
            } => {
                let weights = &plain.parameters[*weight];
                let product: f64 = (0..g.len()).map(|c| self.x(*x, c) * weights[c]).sum();
                let slope: f64 = (0..g.len()).map(|c| self.x(*x0, c) * g[c]).sum();
                for (c, g) in g.iter().enumerate() {
                    of_parameters[*bias][c] += g;
                    of_parameters[*weight][c] += slope * self.x(*x, c);
                    self.add(*x0, c, g * product);
                    self.add(*x, c, g + slope * weights[c]);
                }
            }
            _ => self.without_parameters(kind, g),
        }
    }

    fn without_parameters(&mut self, kind: &OperationKind, g: &[f64]) {
        match kind {
            OperationKind::Concat { inputs, .. } => {
                let places = inputs
                    .iter()
                    .flat_map(|&input| (0..self.plain.width(input)).map(move |c| (input, c)));
                places.zip(g).for_each(|((input, c), g)| self.add(input, c, *g));
            }
            OperationKind::Sum { inputs, .. } => {
                for input in inputs {
                    g.iter().enumerate().for_each(|(c, g)| self.add(*input, c, *g));
                }
            }
            OperationKind::Multiply { inputs: [a, b], .. } => {
                for (c, g) in g.iter().enumerate() {
                    let (x, y) = (self.x(*a, c), self.x(*b, c));
                    self.add(*a, c, g * y);
                    self.add(*b, c, g * x);
                }
            }
            OperationKind::Dot {
                inputs,
                include_self,
                keep_first,
                ..
            } => {
                let width = self.plain.width(inputs[0]);
                let (first, mut products) = g.split_at(if *keep_first { width } else { 0 });
                first
                    .iter()
                    .enumerate()
                    .for_each(|(c, g)| self.add(inputs[0], c, *g));
                for i in 0..inputs.len() {
                    for j in 0..i + usize::from(*include_self) {
                        for c in 0..width {
                            let (x, y) = (self.x(inputs[i], c), self.x(inputs[j], c));
                            self.add(inputs[i], c, products[0] * y);
                            self.add(inputs[j], c, products[0] * x);
                        }
                        products = &products[1..];
                    }
                }
            }
            OperationKind::CrossV2 { x0, x, projected, .. } => {
                for (c, g) in g.iter().enumerate() {
                    let (start, factor) = (self.x(*x0, c), self.x(*projected, c));
                    self.add(*x0, c, g * factor);
                    self.add(*projected, c, g * start);
                    self.add(*x, c, *g);
                }
            }
            OperationKind::FactorizationMachine { inputs, .. } => {
                for c in 0..self.plain.width(inputs[0]) {
                    let total: f64 = inputs.iter().map(|&input| self.x(input, c)).sum();
                    for &input in inputs {
                        let x = self.x(input, c);
                        self.add(input, c, g[0] * (total - x));
                    }
                }
            }
            _ => unreachable!("{kind:?} has parameters"),
        }
    }
}

fn g_width(plain: &Plain, kind: &OperationKind) -> usize {
    plain.width(kind.output())
}
