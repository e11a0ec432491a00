//! How far training is: its settings, the optimizer steps taken, and the batches whose gradients wait for the next one.

use crate::optimizer::TrainingSettings;
use crate::random::CounterRandom;
use error_code::{Error, Result};

pub(crate) struct TrainingState {
    seed: u64,
    settings: Option<TrainingSettings>,
    steps: u64,
    accumulated: u32,
}

impl TrainingState {
    /// `seed` is that of the random numbers that operations draw in training.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            settings: None,
            steps: 0,
            accumulated: 0,
        }
    }

    /// # Errors
    /// InvalidState when there are none.
    pub fn settings(&self) -> Result<TrainingSettings> {
        self.settings
            .ok_or_else(|| Error::state("Training is not configured: call configureTraining first."))
    }

    /// The settings, if training is configured.
    pub fn configured(&self) -> Option<&TrainingSettings> {
        self.settings.as_ref()
    }

    /// None: the model is trained no more.
    pub fn set_settings(&mut self, settings: Option<TrainingSettings>) {
        self.settings = settings;
    }

    /// The number of optimizer steps taken, with the one that is being taken.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    pub fn set_steps(&mut self, steps: u64) {
        self.steps = steps;
    }

    /// The number of batches whose gradients wait for the next optimizer step.
    pub fn accumulated(&self) -> u32 {
        self.accumulated
    }

    /// Counts a batch whose gradients are now known. Returns whether the optimizer step is due: after as many batches as
    /// the settings say, or with `last`.
    pub fn accumulate(&mut self, settings: &TrainingSettings, last: bool) -> bool {
        self.accumulated += 1;
        last || self.accumulated >= settings.accumulate_batches
    }

    /// Begins the next optimizer step.
    pub fn begin_step(&mut self) {
        self.steps += 1;
    }

    /// No batch waits for the next optimizer step any more.
    pub fn forget_accumulated(&mut self) {
        self.accumulated = 0;
    }

    /// The random numbers of an operation. They depend on the seed, on the optimizer step and on the batch within it.
    pub fn random_stream(&self, operation: usize) -> CounterRandom {
        let step = (self.steps << 16) ^ u64::from(self.accumulated);
        CounterRandom::new(self.seed, step, operation as u64)
    }
}
