//! The first steps of a training as a time line: which operation ran when, and on which threads. Off unless asked for,
//! and bounded: it ends by itself after a number of steps or events.

use std::time::Instant;

use serde::Serialize;

use crate::phase::{Phase, Work};
use crate::pool::Share;

/// Events after which no further step is recorded, the threads' shares counted: some ten megabytes of JSON.
const MAX_EVENTS: usize = 100_000;

/// Times are microseconds since the recording began.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Span {
    pub start_us: f64,
    pub duration_us: f64,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationSpan {
    /// Index into the trace's names.
    pub name: usize,
    pub phase: Phase,
    #[serde(flatten)]
    pub span: Span,
    pub flops: usize,
    pub bytes: usize,
}

/// What one thread of the pool did of an operation.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadSpan {
    /// 0 is the thread that runs the steps.
    pub thread: usize,
    #[serde(flatten)]
    pub span: Span,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    pub names: Vec<String>,
    pub threads: usize,
    pub steps: Vec<Span>,
    /// In the order in which they ended.
    pub operations: Vec<OperationSpan>,
    pub shares: Vec<ThreadSpan>,
    /// False where events ran out before the steps asked for were done.
    pub complete: bool,
}

/// Collects events until the steps asked for are done or the events run out.
pub struct Recorder {
    origin: Instant,
    steps_left: usize,
    full: bool,
    steps: Vec<Span>,
    operations: Vec<OperationSpan>,
}

impl Recorder {
    pub fn new(steps: usize) -> Self {
        Self {
            origin: Instant::now(),
            steps_left: steps,
            full: false,
            steps: Vec::with_capacity(steps.min(MAX_EVENTS)),
            operations: Vec::new(),
        }
    }

    /// Whether another step is to be recorded.
    pub fn is_open(&self) -> bool {
        self.steps_left > 0 && !self.full
    }

    pub fn operation(&mut self, name: usize, phase: Phase, times: (Instant, Instant), work: Work) {
        self.operations.push(OperationSpan {
            name,
            phase,
            span: self.span(times),
            flops: work.flops,
            bytes: work.bytes,
        });
    }

    /// `shares`: how many the pool has recorded so far.
    pub fn step(&mut self, times: (Instant, Instant), shares: usize) {
        self.steps.push(self.span(times));
        self.steps_left -= 1;
        self.full = self.steps.len() + self.operations.len() + shares >= MAX_EVENTS;
    }

    pub fn finish(self, names: Vec<String>, shares: Vec<Vec<Share>>) -> Trace {
        let of_thread = |(thread, shares): (usize, &Vec<Share>)| {
            shares
                .iter()
                .map(|&times| ThreadSpan {
                    thread,
                    span: self.span(times),
                })
                .collect::<Vec<_>>()
        };
        Trace {
            names,
            threads: shares.len(),
            complete: !(self.full && self.steps_left > 0),
            shares: shares.iter().enumerate().flat_map(of_thread).collect(),
            steps: self.steps,
            operations: self.operations,
        }
    }

    fn span(&self, (start, end): (Instant, Instant)) -> Span {
        let microseconds = |duration: std::time::Duration| duration.as_secs_f64() * 1e6;
        Span {
            start_us: microseconds(start.saturating_duration_since(self.origin)),
            duration_us: microseconds(end.duration_since(start)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(steps: usize, shares: usize) -> Trace {
        let mut recorder = Recorder::new(steps);
        while recorder.is_open() {
            let now = Instant::now();
            recorder.operation(0, Phase::Forward, (now, Instant::now()), Work::default());
            recorder.step((now, Instant::now()), shares);
        }
        recorder.finish(vec!["tables".to_owned()], vec![Vec::new(); 2])
    }

    #[test]
    fn it_ends_after_the_steps_asked_for() {
        let trace = recorded(3, 0);
        assert_eq!((trace.steps.len(), trace.operations.len()), (3, 3));
        assert!(trace.complete);
        assert!(trace.steps[0].start_us <= trace.steps[1].start_us);
    }

    #[test]
    fn it_ends_earlier_where_the_events_run_out_and_says_so() {
        let trace = recorded(1000, MAX_EVENTS - 10);
        assert_eq!(trace.steps.len(), 5);
        assert!(!trace.complete);
    }
}
