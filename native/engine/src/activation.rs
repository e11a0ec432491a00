//! Activation functions and their derivatives, for single elements.

use serde::Deserialize;

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Activation {
    None,
    Relu,
    Sigmoid,
    Tanh,
    Gelu,
}

impl Activation {
    /// The function's value at `x`. GELU is the exact one, with the error function.
    pub fn apply(self, x: f32) -> f32 {
        match self {
            Activation::None => x,
            // A NaN stays a NaN, so that a run that diverged does not look like one with inactive units.
            Activation::Relu => {
                if x < 0.0 {
                    0.0
                } else {
                    x
                }
            }
            Activation::Sigmoid => 1.0 / (1.0 + (-x).exp()),
            Activation::Tanh => x.tanh(),
            Activation::Gelu => 0.5 * x * (1.0 + libm::erff(x * std::f32::consts::FRAC_1_SQRT_2)),
        }
    }

    /// The derivative at `x`, where the function's value is `y`. Only GELU needs `x`; the others compute it from `y`.
    pub(crate) fn derivative(self, x: f32, y: f32) -> f32 {
        match self {
            Activation::None => 1.0,
            Activation::Relu => f32::from(u8::from(y > 0.0)),
            Activation::Sigmoid => (1.0 - y) * y,
            Activation::Tanh => 1.0 - y * y,
            Activation::Gelu => {
                let cumulative = 0.5 * (1.0 + libm::erff(x * std::f32::consts::FRAC_1_SQRT_2));
                let density = (-0.5 * x * x).exp() * 0.398_942_3;
                cumulative + x * density
            }
        }
    }
}
