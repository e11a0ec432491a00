//! Prediction and evaluation, without touching parameters.

use batch::{Batch, BatchSource};

use crate::loss;
use crate::metrics::{BinaryMetrics, binary_metrics};
use crate::model::Model;
use error_code::Result;

impl Model {
    /// Predictions of a batch, after the loss's clamp.
    ///
    /// # Errors
    /// InvalidArgument for a malformed batch.
    pub fn predict_batch(&mut self, batch: &Batch) -> Result<Vec<f32>> {
        if self.distribution.is_some() {
            return Ok(self.predict_across_ranks(batch)?.0);
        }
        self.forward(batch, false)?;
        let predictions = self.memory.value(self.plan.loss.prediction, batch.size);
        // SAFETY: no operation is running.
        Ok((0..batch.size)
            .map(|row| loss::clamped(&self.plan.loss, unsafe { predictions.row(row)[0] }))
            .collect())
    }

    /// The mean loss of a batch, forward only.
    ///
    /// # Errors
    /// InvalidArgument for a malformed batch.
    pub fn loss_of_batch(&mut self, batch: &Batch) -> Result<f64> {
        self.require_single_rank("compute a loss without training")?;
        self.forward(batch, false)?;
        let predictions = self.memory.value(self.plan.loss.prediction, batch.size);
        Ok(loss::mean(&self.plan.loss, predictions, &batch.labels))
    }

    /// Predictions of all of a source's batches, in order.
    ///
    /// # Errors
    /// As `predict_batch`; Io when the source cannot be read.
    pub fn predict(&mut self, source: &mut dyn BatchSource) -> Result<Vec<f32>> {
        Ok(self.predictions_and_labels(source)?.0)
    }

    /// Metrics over all of a source's batches, as `binary_metrics` computes them.
    ///
    /// # Errors
    /// As `predict`; InvalidArgument when `unknown` has another number of rows.
    pub fn evaluate(
        &mut self,
        source: &mut dyn BatchSource,
        unknown: Option<&[u8]>,
    ) -> Result<BinaryMetrics> {
        let (predictions, labels) = self.predictions_and_labels(source)?;
        binary_metrics(&predictions, &labels, unknown)
    }

    /// Predictions of all of a source's batches and their labels, in order.
    fn predictions_and_labels(&mut self, source: &mut dyn BatchSource) -> Result<(Vec<f32>, Vec<f32>)> {
        self.profiler.set_training(false);
        let (mut predictions, mut labels) = (Vec::new(), Vec::new());
        let mut batch = Batch::default();
        while self.next_batch(source, &mut batch)? {
            if self.distribution.is_some() {
                let (of_batch, own_labels) = self.predict_across_ranks(&batch)?;
                predictions.extend(of_batch);
                labels.extend(own_labels);
                continue;
            }
            predictions.extend(self.predict_batch(&batch)?);
            labels.extend_from_slice(&batch.labels);
        }
        Ok((predictions, labels))
    }
}
