//! A trace of training steps: which operation ran when and on which threads. Nothing is recorded unless requested, and a
//! trace ends by itself after a number of steps or events.

use std::time::Instant;

use serde::Serialize;

use crate::phase::{Phase, Work};
use crate::pool::Share;
use ranks::{CommonOrigin, ExchangeKind, RecordedExchange};

/// No further step is recorded after this many events, including the threads' shares. They are about 10 MB of JSON.
const MAX_EVENTS: usize = 100_000;

/// An interval of time. It starts `start_us` microseconds after the recording began.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Span {
    pub start_us: f64,
    pub duration_us: f64,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
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
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ThreadSpan {
    /// 0 is the thread that runs the steps.
    pub thread: usize,
    #[serde(flatten)]
    pub span: Span,
}

/// What the exchanges of a rank are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ExchangeName {
    PooledRows,
    PooledGradients,
    DenseGradients,
    Other,
}

impl From<ExchangeKind> for ExchangeName {
    fn from(kind: ExchangeKind) -> Self {
        match kind {
            ExchangeKind::Pooled => Self::PooledRows,
            ExchangeKind::PooledGradients => Self::PooledGradients,
            ExchangeKind::DenseGradients => Self::DenseGradients,
            ExchangeKind::Other => Self::Other,
        }
    }
}

/// An exchange on the thread that makes them, from its begin on this rank to its end.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ExchangeSpan {
    pub name: ExchangeName,
    #[serde(flatten)]
    pub span: Span,
    /// Sent to other ranks and received from them.
    pub bytes: u64,
}

/// Training steps as a time line. A wait for a batch lies before its step.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    pub names: Vec<String>,
    pub threads: usize,
    pub steps: Vec<Span>,
    /// In the order in which they ended.
    pub operations: Vec<OperationSpan>,
    /// What each thread did of the operations.
    pub shares: Vec<ThreadSpan>,
    /// What this rank exchanged in these steps, if the model has ranks.
    pub exchanges: Vec<ExchangeSpan>,
    /// By how many microseconds the beginning of this time line may differ from that of rank 0's.
    pub clock_error_us: f64,
    /// False if the limit of events was reached before the requested number of steps.
    pub complete: bool,
}

/// Collects events until the requested number of steps or the limit of events is reached.
pub struct Recorder {
    common: CommonOrigin,
    steps_left: usize,
    full: bool,
    steps: Vec<Span>,
    operations: Vec<OperationSpan>,
}

impl Recorder {
    /// Times are counted from the origin, which the ranks of a job have in common.
    pub fn new(steps: usize, common: CommonOrigin) -> Self {
        Self {
            common,
            steps_left: steps,
            full: false,
            steps: Vec::with_capacity(steps.min(MAX_EVENTS)),
            operations: Vec::new(),
        }
    }

    /// Whether the next step is recorded.
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

    /// Adds a step. `others` is how many events the pool and the exchanges have recorded so far.
    pub fn step(&mut self, times: (Instant, Instant), others: usize) {
        self.steps.push(self.span(times));
        self.steps_left -= 1;
        self.full = self.steps.len() + self.operations.len() + others >= MAX_EVENTS;
    }

    pub fn finish(
        self,
        names: Vec<String>,
        shares: Vec<Vec<Share>>,
        exchanges: &[RecordedExchange],
    ) -> Trace {
        let last_end = self
            .steps
            .last()
            .map_or(0.0, |step| step.start_us + step.duration_us);
        let exchanges = exchanges.iter().map(|exchange| ExchangeSpan {
            name: exchange.kind.into(),
            span: self.span((exchange.begun, exchange.ended)),
            bytes: exchange.bytes,
        });
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
            // Of steps after the last recorded one there is nothing else.
            exchanges: exchanges
                .filter(|exchange| exchange.span.start_us < last_end)
                .collect(),
            clock_error_us: self.common.error.as_secs_f64() * 1e6,
            complete: !(self.full && self.steps_left > 0),
            shares: shares.iter().enumerate().flat_map(of_thread).collect(),
            steps: self.steps,
            operations: self.operations,
        }
    }

    fn span(&self, (start, end): (Instant, Instant)) -> Span {
        let microseconds = |duration: std::time::Duration| duration.as_secs_f64() * 1e6;
        Span {
            start_us: microseconds(start.saturating_duration_since(self.common.origin)),
            duration_us: microseconds(end.duration_since(start)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(steps: usize, shares: usize) -> Trace {
        let mut recorder = Recorder::new(steps, CommonOrigin::own(Instant::now()));
        while recorder.is_open() {
            let now = Instant::now();
            recorder.operation(0, Phase::Forward, (now, Instant::now()), Work::default());
            recorder.step((now, Instant::now()), shares);
        }
        recorder.finish(vec!["tables".to_owned()], vec![Vec::new(); 2], &[])
    }

    #[test]
    fn it_ends_after_the_requested_number_of_steps() {
        let trace = recorded(3, 0);
        assert_eq!((trace.steps.len(), trace.operations.len()), (3, 3));
        assert!(trace.complete);
        assert!(trace.steps[0].start_us <= trace.steps[1].start_us);
    }

    #[test]
    fn it_ends_earlier_at_the_limit_of_events_and_is_then_marked_incomplete() {
        let trace = recorded(1000, MAX_EVENTS - 10);
        assert_eq!(trace.steps.len(), 5);
        assert!(!trace.complete);
    }
}
