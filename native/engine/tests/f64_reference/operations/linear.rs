use engine::activation::Activation;
use serde::Deserialize;

use super::Reference;
use super::activation::{activate, slope};
use crate::f64_reference::executor::{Gradients, Row};
use crate::f64_reference::random_plan::{ACTIVATIONS, Builder, Random, WIDTHS};

#[derive(Deserialize)]
pub struct Linear {
    input: usize,
    weight: usize,
    bias: Option<usize>,
    activation: Activation,
    output: usize,
}

impl Linear {
    /// The output before its activation.
    fn product(&self, row: &Row) -> Vec<f64> {
        let x = row.value(self.input);
        let unit = |o: usize| {
            let weights = &row.parameter(self.weight)[o * x.len()..][..x.len()];
            let bias = self.bias.map_or(0.0, |bias| row.parameter(bias)[o]);
            bias + weights.iter().zip(x).map(|(w, x)| w * x).sum::<f64>()
        };
        (0..row.width(self.output)).map(unit).collect()
    }
}

impl Reference for Linear {
    fn forward(&self, row: &Row) -> Vec<f64> {
        let product = self.product(row).into_iter();
        product.map(|x| activate(self.activation, x)).collect()
    }

    fn backward(&self, row: &mut Gradients, g: &[f64]) {
        let before = self.product(row);
        let x = row.value(self.input);
        for (o, (g, before)) in g.iter().zip(before).enumerate() {
            let g = g * slope(self.activation, before);
            if let Some(bias) = self.bias {
                row.add_to_parameter(bias, o, g);
            }
            for (i, x) in x.iter().enumerate() {
                let element = o * row.width(self.input) + i;
                row.add_to_parameter(self.weight, element, g * x);
                row.add(self.input, i, g * row.parameter(self.weight)[element]);
            }
        }
    }
}

pub fn example(builder: &mut Builder, random: &mut Random, vectors: &[usize]) -> usize {
    builder.linear(
        random.pick(vectors),
        random.pick(&WIDTHS),
        random.pick(&ACTIVATIONS),
        random.chance(2),
    )
}
