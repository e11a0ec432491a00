//! Work away from the JavaScript thread, as a promise.

use napi::bindgen_prelude::{AsyncTask, ToNapiValue, TypeName};
use napi::{Env, Error, Status, Task};

use crate::errors::{Failure, Result, guarded};

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
        let work = self.work.take().expect("Node computes a task once");
        // The error for JavaScript can be made only on its own thread, so `reject` makes it.
        guarded(work).map_err(|failure| {
            self.failure = Some(failure);
            Error::new(Status::GenericFailure, "The work failed.")
        })
    }

    fn resolve(&mut self, _env: Env, output: T) -> napi::Result<T> {
        Ok(output)
    }

    fn reject(&mut self, env: Env, error: Error) -> napi::Result<T> {
        Err(self.failure.take().map_or(error, |failure| failure.thrown(&env)))
    }
}
