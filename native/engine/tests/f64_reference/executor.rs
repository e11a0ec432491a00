//! The execution plan in f64 and plain loops: the truth that the fast kernels are held to. Itself held to central
//! differences by gradients.rs. Dropout is left out (a rate of 0).

use std::ops::Deref;

use batch::Batch;
use engine::plan::{LossKind, Plan};
use serde_json::Value;

use super::operations::{self, Reference};

pub struct Plain<'a> {
    plan: &'a Plan,
    operations: Vec<Box<dyn Reference>>,
    /// Row-major, in plan order.
    pub parameters: Vec<Vec<f64>>,
}

/// Values and gradients are `[batch, width]`, by value index.
type Values = Vec<Vec<f64>>;

/// One row of a batch and the values computed from it so far.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    plan: &'a Plan,
    parameters: &'a [Vec<f64>],
    values: &'a Values,
    batch: &'a Batch,
    b: usize,
}

impl<'a> Row<'a> {
    pub fn width(&self, value: usize) -> usize {
        self.plan.tensors.width(value)
    }

    pub fn value(&self, value: usize) -> &'a [f64] {
        let width = self.width(value);
        &self.values[value][self.b * width..][..width]
    }

    pub fn parameter(&self, parameter: usize) -> &'a [f64] {
        &self.parameters[parameter]
    }

    /// The batch's dense columns.
    pub fn dense(&self) -> &'a [f32] {
        let width = self.batch.dense_width;
        &self.batch.dense[self.b * width..][..width]
    }

    /// The indices of a column.
    pub fn bag(&self, column: usize) -> &'a [u32] {
        let column = &self.batch.columns[column];
        match &column.offsets {
            Some(offsets) => &column.indices[offsets[self.b] as usize..offsets[self.b + 1] as usize],
            None => &column.indices[self.b..=self.b],
        }
    }
}

/// A row with the sums of its gradients.
pub struct Gradients<'a> {
    row: Row<'a>,
    of_values: &'a mut Values,
    of_parameters: &'a mut [Vec<f64>],
}

impl<'a> Deref for Gradients<'a> {
    type Target = Row<'a>;

    fn deref(&self) -> &Row<'a> {
        &self.row
    }
}

impl Gradients<'_> {
    /// To element `c` of a value.
    pub fn add(&mut self, value: usize, c: usize, gradient: f64) {
        self.of_values[value][self.row.b * self.row.width(value) + c] += gradient;
    }

    /// To every element of a value.
    pub fn add_all(&mut self, value: usize, gradients: &[f64]) {
        for (c, gradient) in gradients.iter().enumerate() {
            self.add(value, c, *gradient);
        }
    }

    pub fn add_to_parameter(&mut self, parameter: usize, element: usize, gradient: f64) {
        self.of_parameters[parameter][element] += gradient;
    }
}

impl<'a> Plain<'a> {
    /// `json` is what the plan was read from.
    pub fn new(plan: &'a Plan, json: &Value, parameters: Vec<Vec<f64>>) -> Self {
        let operations = json["operations"].as_array().unwrap();
        Self {
            plan,
            operations: operations.iter().map(operations::operation).collect(),
            parameters,
        }
    }

    fn row<'b>(&'b self, values: &'b Values, batch: &'b Batch, b: usize) -> Row<'b> {
        Row {
            plan: self.plan,
            parameters: &self.parameters,
            values,
            batch,
            b,
        }
    }

    pub fn forward(&self, batch: &Batch) -> Values {
        let mut values: Values = vec![Vec::new(); self.plan.tensors.values.len()];
        for (planned, operation) in self.plan.operations.iter().zip(&self.operations) {
            let rows = (0..batch.size)
                .flat_map(|b| operation.forward(&self.row(&values, batch, b)))
                .collect();
            values[planned.output()] = rows;
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
        let zeros =
            |all: &[Vec<f64>]| -> Vec<Vec<f64>> { all.iter().map(|one| vec![0.0; one.len()]).collect() };
        let (mut of_values, mut of_parameters) = (zeros(&values), zeros(&self.parameters));
        let prediction = self.plan.loss.prediction;
        for b in 0..batch.size {
            let (_, gradient) = self.row_loss(values[prediction][b], f64::from(batch.labels[b]));
            of_values[prediction][b] = gradient / batch.size as f64;
        }
        for (planned, operation) in self.plan.operations.iter().zip(&self.operations).rev() {
            let width = self.plan.tensors.width(planned.output());
            for b in 0..batch.size {
                let gradient = of_values[planned.output()][b * width..][..width].to_vec();
                let mut row = Gradients {
                    row: self.row(&values, batch, b),
                    of_values: &mut of_values,
                    of_parameters: &mut of_parameters,
                };
                operation.backward(&mut row, &gradient);
            }
        }
        of_parameters
    }
}
