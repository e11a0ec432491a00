//! The `Model` class: its construction and the ways in which its methods use the engine's model. The methods themselves are
//! in one file a topic.

mod checkpoints;
mod evaluation;
mod hybrid;
mod parameters;
mod profiling;
mod slot;
mod training;

use std::sync::Arc;

use batch::BatchSource;
use error_code::{Error, Result as EngineResult};
use napi::bindgen_prelude::{AsyncTask, ClassInstance, FromNapiValue, ToNapiValue, TypeName, Unknown};
use napi_derive::napi;
use ranks::Communicator;

use crate::arguments::string;
use crate::dataset::{BatchLoader, SharedSource};
use crate::errors::{Result, guarded, invalid};
use crate::job::{Job, job};
use crate::ranks::Ranks;
use slot::{Slot, Turn};

/// A model's parameters, optimizer state and scratch space. Methods of one instance never overlap: a call made while another
/// runs is an InvalidState.
#[napi]
pub struct Model {
    slot: Arc<Slot>,
    /// The number of dense columns of a batch, which is read before the model is free.
    dense_width: usize,
}

impl Model {
    /// One call on the JavaScript thread.
    fn call<T>(&self, work: impl FnOnce(&mut engine::Model) -> EngineResult<T>) -> Result<T> {
        guarded(|| {
            let mut turn = self.enter()?;
            Ok(work(&mut turn)?)
        })
    }

    /// The model for a call that goes on after this one has returned.
    pub fn enter(&self) -> Result<Turn> {
        self.slot.enter()
    }

    /// Work off the JavaScript thread, during which the model is busy.
    fn job<T: Send + ToNapiValue + TypeName + 'static>(
        &self,
        work: impl FnOnce(&mut engine::Model) -> EngineResult<T> + Send + 'static,
    ) -> Result<AsyncTask<Job<T>>> {
        let mut turn = self.enter()?;
        Ok(job(move || Ok(work(&mut turn)?)))
    }

    /// As `job`, on a loader's batches. Its promise rejects with InvalidState if another one reads the same loader, or if that
    /// is closed.
    fn job_on<T: Send + ToNapiValue + TypeName + 'static>(
        &self,
        source: SharedSource,
        work: impl FnOnce(&mut engine::Model, &mut dyn BatchSource) -> EngineResult<T> + Send + 'static,
    ) -> Result<AsyncTask<Job<T>>> {
        self.job(move |model| {
            let refused = |reason: &str| Error::state(format!("The loader {reason}."));
            let mut source = source
                .try_lock()
                .map_err(|_| refused("is being read by another call"))?;
            let source = source.as_mut().ok_or_else(|| refused("is closed"))?;
            work(model, source.as_mut())
        })
    }
}

/// The batches that a loader reads, which is an argument of a method.
fn shared_source(loader: Unknown) -> Result<SharedSource> {
    let refuse = |_| invalid("loader must be what dataset.batches() returned.");
    let instance = ClassInstance::<BatchLoader>::from_unknown(loader).map_err(refuse)?;
    Ok(Arc::clone(&instance.source))
}

/// The connection to the other ranks, which is an argument of the constructor.
fn communicator(ranks: Unknown) -> Result<Arc<Communicator>> {
    let refuse = |_| invalid("ranks must be an instance of Ranks.");
    let ranks = ClassInstance::<Ranks>::from_unknown(ranks).map_err(refuse)?;
    Ok(ranks.communicator())
}

#[napi]
impl Model {
    /// Reads a plan and its options (JSON of Plan and EngineOptions); all parameters are zero. Throws InvalidPlan, or
    /// InvalidArgument naming the option. With `ranks` it is one rank's part of a model: training, predictions, saving and
    /// loading then have to be called on all ranks, with the same arguments and in the same order.
    #[napi(constructor)]
    pub fn new(
        #[napi(ts_arg_type = "string")] plan: Unknown,
        #[napi(ts_arg_type = "string")] options: Unknown,
        #[napi(ts_arg_type = "Ranks | null")] ranks: Option<Unknown>,
    ) -> Result<Self> {
        guarded(|| {
            let (plan, options) = (string(plan, "plan")?, string(options, "options")?);
            let communicator = ranks.map(communicator).transpose()?;
            let model = engine::Model::with_ranks(&plan, &options, communicator)?;
            Ok(Self {
                dense_width: model.plan().tensors.inputs.dense.len(),
                slot: Slot::new(model),
            })
        })
    }

    /// Ends a benchmark that is running on this model after its current step: its promise rejects with Cancelled.
    #[napi]
    pub fn stop(&self) {
        self.slot.stop();
    }
}
