//! The rule that a model does one thing at a time: either its slot has the model, or the turn of one call.

use std::mem;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use engine::Model;
use error_code::ErrorCode;

use crate::errors::{Result, failure};

/// Where a model is between two calls.
pub struct Slot {
    state: Mutex<State>,
    stop: AtomicBool,
}

enum State {
    Idle(Box<Model>),
    Busy,
    /// A call panicked and has left the model in an unknown state, so it was dropped.
    Failed,
}

impl Slot {
    pub fn new(model: Model) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State::Idle(Box::new(model))),
            stop: AtomicBool::new(false),
        })
    }

    /// Takes the model for one call.
    pub fn enter(self: &Arc<Self>) -> Result<Turn> {
        let mut state = self.state();
        match mem::replace(&mut *state, State::Busy) {
            State::Idle(model) => {
                self.stop.store(false, Ordering::Relaxed);
                Ok(Turn {
                    slot: Arc::clone(self),
                    model: Some(model),
                })
            }
            State::Busy => Err(failure(
                ErrorCode::InvalidState,
                "The model is busy with another call: wait for its promise first.",
            )),
            State::Failed => {
                *state = State::Failed;
                Err(failure(
                    ErrorCode::Internal,
                    "The model failed in an earlier call: create a new one.",
                ))
            }
        }
    }

    /// Asks the call that has the model, if there is one, to end early.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that can panic happens while the state is locked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One call's ownership of a model. Dropping it lets the next call in.
pub struct Turn {
    slot: Arc<Slot>,
    /// None only while the turn is dropped.
    model: Option<Box<Model>>,
}

impl Turn {
    /// Answers whether the call was asked to end early, also while it uses the model.
    pub fn stopped(&self) -> impl Fn() -> bool + use<> {
        let slot = Arc::clone(&self.slot);
        move || slot.stop.load(Ordering::Relaxed)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let next = match self.model.take() {
            Some(model) if !thread::panicking() => State::Idle(model),
            _ => State::Failed,
        };
        *self.slot.state() = next;
    }
}

impl Deref for Turn {
    type Target = Model;
    fn deref(&self) -> &Model {
        self.model
            .as_deref()
            .expect("a turn has its model until it is dropped")
    }
}

impl DerefMut for Turn {
    fn deref_mut(&mut self) -> &mut Model {
        self.model
            .as_deref_mut()
            .expect("a turn has its model until it is dropped")
    }
}
