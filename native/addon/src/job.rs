//! Work on a model away from the JavaScript thread, as a promise; and the rule that a model does one thing at a time.

use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use engine::Model;
use error_code::ErrorCode;
use napi::bindgen_prelude::{AsyncTask, ToNapiValue, TypeName};
use napi::{Env, Error, Status, Task};

use crate::errors::{Failure, Result, failure, panic_message, rejection};

/// A model and whether a call is at work on it.
pub struct Shared {
    busy: AtomicBool,
    stop: AtomicBool,
    model: Mutex<Model>,
}

impl Shared {
    pub fn new(model: Model) -> Arc<Self> {
        Arc::new(Self {
            busy: AtomicBool::new(false),
            stop: AtomicBool::new(false),
            model: Mutex::new(model),
        })
    }

    /// Takes the model for one call.
    pub fn enter(self: &Arc<Self>) -> Result<Turn> {
        if self.busy.swap(true, Ordering::Acquire) {
            return Err(failure(
                ErrorCode::InvalidState,
                "The model is busy with another call: wait for its promise first.",
            ));
        }
        self.stop.store(false, Ordering::Relaxed);
        Ok(Turn {
            shared: Arc::clone(self),
        })
    }

    /// Asks the call at work, if any, to end early.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// One call's hold on a model; dropping it lets the next call in.
pub struct Turn {
    shared: Arc<Shared>,
}

/// The model itself, locked for this turn.
pub struct Held<'a>(MutexGuard<'a, Model>);

impl Turn {
    pub fn is_stopped(&self) -> bool {
        self.shared.stop.load(Ordering::Relaxed)
    }

    /// A model whose earlier call panicked is in an unknown state and refuses.
    pub fn model(&self) -> Result<Held<'_>> {
        let guard = self.shared.model.lock();
        guard.map(Held).map_err(|_| {
            failure(
                ErrorCode::Internal,
                "The model failed in an earlier call: create a new one.",
            )
        })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.shared.busy.store(false, Ordering::Release);
    }
}

impl Deref for Held<'_> {
    type Target = Model;
    fn deref(&self) -> &Model {
        &self.0
    }
}

impl DerefMut for Held<'_> {
    fn deref_mut(&mut self) -> &mut Model {
        &mut self.0
    }
}

type Work<T> = Box<dyn FnOnce() -> Result<T> + Send>;

/// Work for a thread of Node's pool.
pub struct Job<T> {
    work: Option<Work<T>>,
    failure: Option<Failure>,
}

pub fn job<T>(work: impl FnOnce() -> Result<T> + Send + 'static) -> AsyncTask<Job<T>>
where
    T: Send + ToNapiValue + TypeName + 'static,
{
    AsyncTask::new(Job {
        work: Some(Box::new(work)),
        failure: None,
    })
}

impl<T: Send + ToNapiValue + TypeName + 'static> Task for Job<T> {
    type Output = T;
    type JsValue = T;

    fn compute(&mut self) -> napi::Result<T> {
        let answer = match self.work.take() {
            Some(work) => catch_unwind(AssertUnwindSafe(work))
                .unwrap_or_else(|panic| Err(failure(ErrorCode::Internal, panic_message(panic.as_ref())))),
            None => Err(failure(ErrorCode::Internal, "The work was already done.")),
        };
        answer.map_err(|failure| {
            let reason = failure.reason.clone();
            self.failure = Some(failure);
            Error::new(Status::GenericFailure, reason)
        })
    }

    fn resolve(&mut self, _env: Env, output: T) -> napi::Result<T> {
        Ok(output)
    }

    fn reject(&mut self, env: Env, error: Error) -> napi::Result<T> {
        Err(self
            .failure
            .take()
            .map_or(error, |failure| rejection(&env, failure)))
    }
}
