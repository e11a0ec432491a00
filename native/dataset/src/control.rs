//! Progress reports of an import and the flag that cancels it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::error::{Error, Result};

/// Progress is reported at most this often.
const REPORT_INTERVAL: Duration = Duration::from_millis(100);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "ImportPhase"))]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    Scan,
    Write,
    Finish,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ImportProgress {
    pub phase: Phase,
    /// Bytes of the sources that have been read, in all readings together; the writing counts as one.
    pub bytes_done: u64,
    pub bytes_total: u64,
    /// Data rows visited in this reading, rejected ones included.
    pub rows: u64,
    pub rejected: u64,
}

/// Cancels an import from another thread.
#[derive(Clone, Debug, Default)]
pub struct CancelFlag(Arc<AtomicBool>);

impl CancelFlag {
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// # Errors
    /// Cancelled, once `cancel` was called.
    pub fn check(&self) -> Result<()> {
        if self.0.load(Ordering::Relaxed) {
            return Err(Error::cancelled());
        }
        Ok(())
    }
}

/// Reports an import's progress and checks whether it is cancelled.
pub struct Control<'a> {
    cancel: CancelFlag,
    report: &'a mut dyn FnMut(&ImportProgress),
    /// Source bytes read so far; the reading threads add to it.
    pub bytes_read: Arc<AtomicU64>,
    bytes_total: u64,
    last_report: Option<Instant>,
}

impl<'a> Control<'a> {
    pub fn new(cancel: CancelFlag, bytes_total: u64, report: &'a mut dyn FnMut(&ImportProgress)) -> Self {
        Self {
            cancel,
            report,
            bytes_read: Arc::default(),
            bytes_total,
            last_report: None,
        }
    }

    /// Checks the cancel flag and reports progress when it is time.
    pub fn tick(&mut self, phase: Phase, rows: u64, rejected: u64) -> Result<()> {
        self.cancel.check()?;
        if self
            .last_report
            .is_none_or(|last| last.elapsed() >= REPORT_INTERVAL)
        {
            self.last_report = Some(Instant::now());
            (self.report)(&ImportProgress {
                phase,
                bytes_done: self.bytes_read.load(Ordering::Relaxed).min(self.bytes_total),
                bytes_total: self.bytes_total,
                rows,
                rejected,
            });
        }
        Ok(())
    }
}
