//! What of a model's work is measured, under which name, and the recording of a trace.

use std::time::Instant;

use crate::phase::{Phase, Work};
use crate::plan::Plan;
use crate::pool::Pool;
use crate::profile::{OperationProfile, Profile};
use crate::trace::{Recorder, Trace};
use ranks::{CommonOrigin, ExchangeKind, RecordedExchange};

/// What is measured as one.
#[derive(Clone, Copy)]
pub(crate) enum Section {
    /// An operation of the plan, by its position.
    Operation(usize),
    /// The lookups of all tables, their gradients or their updates.
    Tables,
    Loss,
    /// The update of the dense parameters.
    DenseParameters,
    /// The wait for batches.
    Batches,
    /// What the computation does for exchanges of a kind: it copies what is sent and received, and waits for what is not
    /// hidden behind other work.
    Exchange(ExchangeKind),
}

/// A model's profile.
pub(crate) struct Profiler {
    profile: Profile,
    /// The profile's slots, by section; those of operations in the plan's order.
    operations: Vec<usize>,
    tables: usize,
    loss: usize,
    dense_parameters: usize,
    batches: usize,
    pooled_rows: usize,
    pooled_gradients: usize,
    dense_gradients: usize,
    losses: usize,
}

impl Profiler {
    pub fn new(plan: &Plan) -> Self {
        let mut profile = Profile::default();
        Self {
            tables: profile.slot("tables"),
            operations: plan
                .operations
                .iter()
                .map(|operation| profile.slot(operation.name(&plan.tensors)))
                .collect(),
            loss: profile.slot("loss"),
            dense_parameters: profile.slot("dense parameters"),
            batches: profile.slot("batches"),
            pooled_rows: profile.slot("pooled rows"),
            pooled_gradients: profile.slot("pooled gradients"),
            dense_gradients: profile.slot("dense gradients"),
            losses: profile.slot("losses"),
            profile,
        }
    }

    pub fn set_on(&mut self, on: bool) {
        self.profile.set_on(on);
    }

    pub fn is_on(&self) -> bool {
        self.profile.is_on()
    }

    pub fn reset(&mut self) {
        self.profile.reset();
    }

    pub fn report(&self) -> Vec<OperationProfile> {
        self.profile.report()
    }

    /// Says whether the following work is training. Evaluation and prediction are not counted.
    pub fn set_training(&mut self, training: bool) {
        self.profile.set_training(training);
    }

    /// The current time, if the following work is counted or recorded.
    pub fn start(&self) -> Option<Instant> {
        self.profile.start()
    }

    /// Counts the work since `start`. Does nothing if `start` is None.
    pub fn stop(&mut self, start: Option<Instant>, section: Section, phase: Phase, work: Work) {
        let slot = match section {
            Section::Operation(index) => self.operations[index],
            Section::Tables => self.tables,
            Section::Loss => self.loss,
            Section::DenseParameters => self.dense_parameters,
            Section::Batches => self.batches,
            Section::Exchange(ExchangeKind::Pooled) => self.pooled_rows,
            Section::Exchange(ExchangeKind::PooledGradients) => self.pooled_gradients,
            Section::Exchange(ExchangeKind::DenseGradients) => self.dense_gradients,
            Section::Exchange(ExchangeKind::Other) => self.losses,
        };
        self.profile.stop(start, slot, phase, work);
    }

    /// Records a trace of at most `steps` training steps from now on. A trace that was being recorded is dropped.
    pub fn record_trace(&mut self, steps: usize, pool: &Pool, common: CommonOrigin) {
        pool.record(true);
        self.profile.set_recorder(Some(Recorder::new(steps, common)));
    }

    /// Ends the recording and returns the trace; None if none was being recorded.
    pub fn take_trace(&mut self, pool: &Pool, exchanges: &[RecordedExchange]) -> Option<Trace> {
        pool.record(false);
        let shares = pool.take_shares();
        let recorder = self.profile.set_recorder(None)?;
        Some(recorder.finish(self.profile.names().to_vec(), shares, exchanges))
    }

    /// Adds a step to the trace that is being recorded, if there is one. `exchanges` is how many of them are recorded so far. After its last step the threads stop recording.
    pub fn record_step(&mut self, begun: Instant, pool: &Pool, exchanges: usize) {
        let Some(recorder) = self.profile.recorder() else {
            return;
        };
        recorder.step((begun, Instant::now()), pool.share_count() + exchanges);
        if !recorder.is_open() {
            pool.record(false);
        }
    }
}
