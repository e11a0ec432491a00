//! Optimizers that compute what PyTorch's compute. They update a slice of a dense parameter or one row of a table.

use serde::Deserialize;

use error_code::{Error, Result};

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum OptimizerKind {
    Sgd,
    Adagrad,
    RowWiseAdagrad,
    Adam,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct OptimizerSettings {
    pub kind: OptimizerKind,
    pub learning_rate: f64,
    /// Adagrad and row-wise Adagrad 1e-10, Adam 1e-8.
    pub epsilon: f64,
    pub beta1: f64,
    pub beta2: f64,
    /// L2: adds l2 * parameter to its gradient (of touched rows, for tables).
    pub l2: f64,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct TrainingSettings {
    pub tables: OptimizerSettings,
    pub dense: OptimizerSettings,
    /// Global gradient norm limit over dense parameters and table gradients; 0 = off.
    pub gradient_clip_norm: f64,
    /// Optimizer step after this many batches, on their mean gradient.
    pub accumulate_batches: u32,
}

impl TrainingSettings {
    /// # Errors
    /// InvalidArgument naming the setting that is missing or out of range.
    pub fn from_json(text: &str) -> Result<Self> {
        let settings: Self = serde_json::from_str(text)
            .map_err(|error| Error::argument(format!("The training settings cannot be read: {error}.")))?;
        settings.tables.check("tables")?;
        settings.dense.check("dense")?;
        if !settings.gradient_clip_norm.is_finite() || settings.gradient_clip_norm < 0.0 {
            return Err(Error::argument(
                "gradientClipNorm must be 0 (off) or a positive number.",
            ));
        }
        if settings.accumulate_batches == 0 {
            return Err(Error::argument("accumulateBatches must be at least 1."));
        }
        Ok(settings)
    }
}

impl TrainingSettings {
    /// Whether the matrix product that computes the gradient of a layer's weight can apply the optimizer's step to the
    /// weight directly, with the same result.
    pub fn fuses_weight_updates(&self, batch: usize) -> bool {
        self.dense.kind == OptimizerKind::Sgd
            && self.dense.l2 == 0.0
            && self.gradient_clip_norm == 0.0
            && self.accumulate_batches == 1
            && batch <= crate::gemm::KC
    }
}

impl OptimizerSettings {
    fn check(&self, group: &str) -> Result<()> {
        for (name, value) in [
            ("learningRate", self.learning_rate),
            ("epsilon", self.epsilon),
            ("l2", self.l2),
        ] {
            if !value.is_finite() || value < 0.0 {
                return Err(Error::argument(format!(
                    "{group}.{name} is {value}; it must be finite and not negative."
                )));
            }
        }
        for (name, value) in [("beta1", self.beta1), ("beta2", self.beta2)] {
            if !(0.0..1.0).contains(&value) {
                return Err(Error::argument(format!(
                    "{group}.{name} is {value}; it must be in [0, 1)."
                )));
            }
        }
        Ok(())
    }

    /// The names of the state tensors that this optimizer has for a parameter.
    pub fn state_names(&self) -> &'static [&'static str] {
        match self.kind {
            OptimizerKind::Sgd => &[],
            OptimizerKind::Adagrad | OptimizerKind::RowWiseAdagrad => &["sum"],
            OptimizerKind::Adam => &["mean", "variance"],
        }
    }

    /// Whether a table's state has one number for each row.
    pub fn state_per_row(&self) -> bool {
        self.kind == OptimizerKind::RowWiseAdagrad
    }
}

/// The constants of one optimizer step.
#[derive(Clone, Copy)]
pub struct Step {
    kind: OptimizerKind,
    learning_rate: f32,
    epsilon: f32,
    beta1: f32,
    beta2: f32,
    l2: f32,
    /// The learning rate over the first bias correction. Only Adam uses it.
    step_size: f32,
    /// The square root of the second bias correction. Only Adam uses it.
    root_correction: f32,
    /// A factor on the gradient before anything else, which clips it and makes it the mean over accumulated batches.
    gradient_scale: f32,
}

impl Step {
    /// Step number `count`, counted from 1, at `scale` times the learning rate of the settings.
    pub fn new(settings: &OptimizerSettings, scale: f64, gradient_scale: f64, count: u64) -> Self {
        let rate = settings.learning_rate * scale;
        let exponent = count.min(i32::MAX as u64) as i32;
        Self {
            kind: settings.kind,
            learning_rate: rate as f32,
            epsilon: settings.epsilon as f32,
            beta1: settings.beta1 as f32,
            beta2: settings.beta2 as f32,
            l2: settings.l2 as f32,
            step_size: (rate / (1.0 - settings.beta1.powi(exponent))) as f32,
            root_correction: (1.0 - settings.beta2.powi(exponent)).sqrt() as f32,
            gradient_scale: gradient_scale as f32,
        }
    }

    pub fn learning_rate(&self) -> f32 {
        self.learning_rate
    }

    fn effective_gradient(&self, gradient: f32, weight: f32) -> f32 {
        let scaled = if self.gradient_scale == 1.0 {
            gradient
        } else {
            gradient * self.gradient_scale
        };
        if self.l2 == 0.0 {
            scaled
        } else {
            scaled + self.l2 * weight
        }
    }

    fn adagrad(&self, weight: &mut f32, gradient: f32, sum: &mut f32) {
        *sum += gradient * gradient;
        *weight -= self.learning_rate * (gradient / (sum.sqrt() + self.epsilon));
    }

    fn update_moments(&self, gradient: f32, mean: &mut f32, variance: &mut f32) {
        *mean += (1.0 - self.beta1) * (gradient - *mean);
        *variance = self.beta2 * *variance + (1.0 - self.beta2) * gradient * gradient;
    }

    /// Updates a slice of a dense parameter. `states` has the same slice of each state tensor.
    pub fn update_dense(&self, weights: &mut [f32], gradients: &[f32], states: &mut [&mut [f32]]) {
        let elements = weights.iter_mut().zip(gradients);
        match (self.kind, states) {
            (OptimizerKind::Adagrad | OptimizerKind::RowWiseAdagrad, [sums]) => {
                for ((weight, gradient), sum) in elements.zip(sums.iter_mut()) {
                    let gradient = self.effective_gradient(*gradient, *weight);
                    self.adagrad(weight, gradient, sum);
                }
            }
            (OptimizerKind::Adam, [means, variances]) => {
                for ((weight, gradient), (mean, variance)) in
                    elements.zip(means.iter_mut().zip(variances.iter_mut()))
                {
                    self.update_moments(self.effective_gradient(*gradient, *weight), mean, variance);
                    let denominator = variance.sqrt() / self.root_correction + self.epsilon;
                    *weight -= self.step_size * (*mean / denominator);
                }
            }
            _ => {
                for (weight, gradient) in elements {
                    *weight -= self.learning_rate * self.effective_gradient(*gradient, *weight);
                }
            }
        }
    }

    /// Updates one row of a table, whose gradient must be complete. Adam is lazy: the moments of a row decay only when
    /// the row is updated.
    pub fn update_row(&self, weights: &mut [f32], gradients: &[f32], states: &mut [&mut [f32]]) {
        match (self.kind, states) {
            (OptimizerKind::RowWiseAdagrad, [sum]) if sum.len() == 1 => {
                self.row_wise_adagrad(weights, gradients, &mut sum[0])
            }
            (OptimizerKind::Adam, [means, variances]) => {
                let elements = weights.iter_mut().zip(gradients);
                let rate = self.step_size * self.root_correction;
                for ((weight, gradient), (mean, variance)) in
                    elements.zip(means.iter_mut().zip(variances.iter_mut()))
                {
                    self.update_moments(self.effective_gradient(*gradient, *weight), mean, variance);
                    *weight -= rate * (*mean / (variance.sqrt() + self.epsilon));
                }
            }
            (_, states) => self.update_dense(weights, gradients, states),
        }
    }

    /// Updates a row by Adagrad with one sum for the whole row, to which the mean of the squared gradients is added.
    fn row_wise_adagrad(&self, weights: &mut [f32], gradients: &[f32], sum: &mut f32) {
        let mut squares = 0f32;
        for (weight, gradient) in weights.iter().zip(gradients) {
            let gradient = self.effective_gradient(*gradient, *weight);
            squares += gradient * gradient;
        }
        *sum += squares / weights.len() as f32;
        let denominator = sum.sqrt() + self.epsilon;
        for (weight, gradient) in weights.iter_mut().zip(gradients) {
            *weight -= self.learning_rate * (self.effective_gradient(*gradient, *weight) / denominator);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(kind: OptimizerKind) -> OptimizerSettings {
        OptimizerSettings {
            kind,
            learning_rate: 0.1,
            epsilon: 1e-8,
            beta1: 0.9,
            beta2: 0.999,
            l2: 0.0,
        }
    }

    #[test]
    fn two_adam_steps_are_torchs() {
        let (mut w, mut m, mut v) = ([1.0f32, 2.0], [0f32; 2], [0f32; 2]);
        for (count, gradient) in [(1, [0.5f32, -0.25]), (2, [0.1, 0.3])] {
            let step = Step::new(&settings(OptimizerKind::Adam), 1.0, 1.0, count);
            step.update_dense(&mut w, &gradient, &mut [&mut m, &mut v]);
        }
        // torch.optim.Adam(lr=0.1) on the same gradients, in f64.
        for (found, expected) in w.iter().zip([0.819696f32, 2.085706]) {
            assert!((found - expected).abs() < 2e-6, "{found} {expected}");
        }
    }

    #[test]
    fn row_wise_adagrad_divides_a_row_by_the_root_of_its_mean_square() {
        let mut w = [1.0f32, 1.0];
        let mut sum = [0f32];
        let step = Step::new(&settings(OptimizerKind::RowWiseAdagrad), 1.0, 1.0, 1);
        step.update_row(&mut w, &[3.0, 4.0], &mut [&mut sum]);
        assert_eq!(sum[0], 12.5);
        assert!((w[0] - (1.0 - 0.1 * 3.0 / 12.5f32.sqrt())).abs() < 1e-6);
    }

    #[test]
    fn the_gradient_is_scaled_before_l2_is_added() {
        let mut with_l2 = settings(OptimizerKind::Sgd);
        with_l2.l2 = 0.5;
        let mut w = [2.0f32];
        Step::new(&with_l2, 0.5, 0.25, 1).update_dense(&mut w, &[4.0], &mut []);
        assert!((w[0] - (2.0 - 0.05 * (1.0 + 1.0))).abs() < 1e-6);
    }

    #[test]
    fn settings_out_of_range_are_refused_by_name() {
        let optimizer = r#"{"kind":"sgd","learningRate":-1,"epsilon":0,"beta1":0,"beta2":0,"l2":0}"#;
        let text = format!(
            r#"{{"tables":{optimizer},"dense":{optimizer},"gradientClipNorm":0,"accumulateBatches":1}}"#
        );
        let error = TrainingSettings::from_json(&text).unwrap_err();
        assert!(error.message.contains("tables.learningRate"), "{error}");
    }
}
