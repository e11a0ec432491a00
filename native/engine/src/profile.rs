//! The time, bytes and floating-point operations of each operation in each phase.

use std::time::Instant;

use serde::Serialize;

use crate::phase::{Phase, Work};
use crate::trace::Recorder;

const PHASES: [Phase; 4] = [Phase::Forward, Phase::Backward, Phase::Update, Phase::Data];

/// The totals of one name in one phase.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OperationProfile {
    /// The layer of a linear operation (bot_l.0), the value another one writes; `tables` for all lookups together, `loss`,
    /// `dense parameters` for their update, `batches` for waiting for data.
    pub name: String,
    pub phase: Phase,
    pub calls: u64,
    pub milliseconds: f64,
    pub flops: f64,
    pub bytes: f64,
}

#[derive(Clone, Copy, Default)]
struct Counter {
    calls: u64,
    seconds: f64,
    flops: f64,
    bytes: f64,
}

/// Counters by name, in the order in which names were added, and the recorder of a trace while one is being recorded.
#[derive(Default)]
pub struct Profile {
    on: bool,
    training: bool,
    names: Vec<String>,
    counters: Vec<[Counter; 4]>,
    recorder: Option<Recorder>,
}

impl Profile {
    /// The slot of a name, which is added if it is new.
    pub fn slot(&mut self, name: &str) -> usize {
        if let Some(slot) = self.names.iter().position(|known| known == name) {
            return slot;
        }
        self.names.push(name.to_owned());
        self.counters.push(Default::default());
        self.names.len() - 1
    }

    pub fn set_on(&mut self, on: bool) {
        self.on = on;
    }

    pub fn is_on(&self) -> bool {
        self.on
    }

    pub fn reset(&mut self) {
        self.counters.fill(Default::default());
    }

    /// Says whether the following work is training. Evaluation and prediction are not counted.
    pub fn set_training(&mut self, training: bool) {
        self.training = training;
    }

    /// Starts or ends the recording of a trace, and returns the recorder used before.
    pub fn set_recorder(&mut self, recorder: Option<Recorder>) -> Option<Recorder> {
        std::mem::replace(&mut self.recorder, recorder)
    }

    pub fn recorder(&mut self) -> Option<&mut Recorder> {
        self.recorder.as_mut().filter(|recorder| recorder.is_open())
    }

    /// The names of the slots.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The current time, if the following work is counted or recorded.
    pub fn start(&self) -> Option<Instant> {
        (self.training && (self.on || self.recorder.is_some())).then(Instant::now)
    }

    /// Counts the work since `start` under a slot and phase. Does nothing if `start` is None.
    pub fn stop(&mut self, start: Option<Instant>, slot: usize, phase: Phase, work: Work) {
        let Some(start) = start else { return };
        let end = Instant::now();
        if self.on {
            let counter = &mut self.counters[slot][phase as usize];
            counter.calls += 1;
            counter.seconds += end.duration_since(start).as_secs_f64();
            counter.flops += work.flops as f64;
            counter.bytes += work.bytes as f64;
        }
        if let Some(recorder) = self.recorder() {
            recorder.operation(slot, phase, (start, end), work);
        }
    }

    /// The totals since the last reset.
    pub fn report(&self) -> Vec<OperationProfile> {
        let mut report = Vec::new();
        for (name, counters) in self.names.iter().zip(&self.counters) {
            for (phase, counter) in PHASES
                .iter()
                .zip(counters)
                .filter(|(_, counter)| counter.calls > 0)
            {
                report.push(OperationProfile {
                    name: name.clone(),
                    phase: *phase,
                    calls: counter.calls,
                    milliseconds: counter.seconds * 1e3,
                    flops: counter.flops,
                    bytes: counter.bytes,
                });
            }
        }
        report
    }
}
