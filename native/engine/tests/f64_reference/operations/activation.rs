use engine::activation::Activation;
use serde::Deserialize;
use serde_json::json;

use super::Reference;
use crate::f64_reference::executor::{Gradients, Row};
use crate::f64_reference::random_plan::{ACTIVATIONS, Builder, Random};

#[derive(Deserialize)]
pub struct ActivationLayer {
    input: usize,
    activation: Activation,
}

pub fn activate(kind: Activation, x: f64) -> f64 {
    match kind {
        Activation::None => x,
        Activation::Relu => x.max(0.0),
        Activation::Sigmoid => 1.0 / (1.0 + (-x).exp()),
        Activation::Tanh => x.tanh(),
        Activation::Gelu => 0.5 * x * (1.0 + libm::erf(x / 2f64.sqrt())),
    }
}

pub fn slope(kind: Activation, x: f64) -> f64 {
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

impl Reference for ActivationLayer {
    fn forward(&self, row: &Row) -> Vec<f64> {
        let input = row.value(self.input);
        input.iter().map(|&x| activate(self.activation, x)).collect()
    }

    fn backward(&self, row: &mut Gradients, g: &[f64]) {
        for (c, g) in g.iter().enumerate() {
            let x = row.value(self.input)[c];
            row.add(self.input, c, g * slope(self.activation, x));
        }
    }
}

pub fn example(builder: &mut Builder, random: &mut Random, vectors: &[usize]) -> usize {
    let input = random.pick(vectors);
    let fields = json!({ "kind": "activation", "input": input, "activation": random.pick(&ACTIVATIONS) });
    builder.operation(builder.width(input), fields)
}
