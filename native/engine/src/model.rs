//! A model: a plan with its parameters, optimizer state and scratch memory. parameters.rs, tables.rs, training_state.rs,
//! hybrid_step.rs and profiler.rs have its parts, and each alone reads and writes its part's fields. What the model does with a
//! batch is in pass.rs (forward and backward pass), train.rs (training steps), evaluate.rs (predictions and metrics) and
//! hybrid.rs (steps whose dense operations TensorFlow computes).

use std::sync::Arc;
use std::time::Instant;

use ranks::{CommonOrigin, Communicator};
use serde::Deserialize;

use crate::distributed::{Distribution, ExchangeMethod, Placement, Shard};
use crate::gemm::{Gemm, InstructionSet, Precision};
use crate::hybrid_step::HybridStep;
use crate::layout::Layout;
use crate::memory::Memory;
use crate::ops::Machine;
use crate::optimizer::TrainingSettings;
use crate::parameters::Parameters;
use crate::plan::Plan;
use crate::pool::Pool;
use crate::profile::OperationProfile;
use crate::profiler::Profiler;
use crate::quantised::Format;
use crate::tables::Tables;
use crate::trace::Trace;
use crate::training_state::TrainingState;
use error_code::{Error, Result};

/// The largest number of threads that a model may have.
const MAX_THREADS: usize = 1024;

#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "EngineOptions"))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Options {
    /// 0 = all cores.
    threads: usize,
    /// 'auto' takes the best the CPU has; a forced one that is missing is an InvalidArgument.
    instruction_set: InstructionSet,
    precision: Precision,
    /// Seeds dropout masks.
    seed: u64,
    /// Which rank has which tables, if the model has ranks.
    #[cfg_attr(test, ts(optional))]
    shards: Option<Vec<Shard>>,
    /// How the ranks exchange pooled rows; all-to-all if absent.
    #[cfg_attr(test, ts(optional))]
    exchange: Option<ExchangeMethod>,
}

/// Row-wise: every row of a table, or of a layer's weights, has a scale and an offset of its own.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Quantisation {
    #[cfg_attr(test, ts(type = "Exclude<Format, 'fp16'>"))]
    tables: Format,
    #[cfg_attr(test, ts(type = "Exclude<Format, 'int4'>"))]
    dense: Format,
}

pub struct Model {
    pub(crate) plan: Plan,
    pub(crate) layout: Layout,
    pub(crate) machine: Machine,
    pub(crate) parameters: Parameters,
    pub(crate) tables: Tables,
    /// Of a model that has ranks.
    pub(crate) distribution: Option<Distribution>,
    pub(crate) memory: Memory,
    pub(crate) training: TrainingState,
    pub(crate) hybrid: HybridStep,
    pub(crate) profiler: Profiler,
}

impl Model {
    /// Creates a model whose parameters are all zero from the JSON of a Plan and of its options.
    ///
    /// # Errors
    /// InvalidPlan, or InvalidArgument naming the option.
    pub fn new(plan: &str, options: &str) -> Result<Self> {
        Self::with_ranks(plan, options, None)
    }

    /// As `new`. With a communicator the model is one rank's part of a model, and every call that trains, predicts, saves or
    /// loads has to be made on all ranks with the same arguments.
    ///
    /// # Errors
    /// As `new`; InvalidArgument naming a table that is not placed once.
    pub fn with_ranks(plan: &str, options: &str, communicator: Option<Arc<Communicator>>) -> Result<Self> {
        let plan = Plan::from_json(plan)?;
        let options: Options = serde_json::from_str(options)
            .map_err(|error| Error::argument(format!("The engine options cannot be read: {error}.")))?;
        if options.threads > MAX_THREADS {
            return Err(Error::argument(format!(
                "threads is {}; it must be at most {MAX_THREADS}.",
                options.threads
            )));
        }
        let layout = Layout::new(&plan);
        let placement = communicator
            .as_ref()
            .map(|ranks| {
                Placement::new(
                    &plan,
                    &layout,
                    options.shards.as_deref().unwrap_or_default(),
                    (ranks.rank(), ranks.ranks()),
                )
            })
            .transpose()?;
        let whole = plan.bags(&layout.live);
        let held = placement.as_ref().map(|placement| &placement.held[..]);
        let parameters = Parameters::new(&plan, &layout.live, &whole, held)?;
        let pool = Pool::new(options.threads);
        let gemm = Gemm::new(options.instruction_set, options.precision, pool.threads())?;
        let bags = match (&communicator, &placement) {
            (Some(communicator), Some(placement)) => placement.bags_of_rank(communicator.rank()),
            _ => whole,
        };
        let distribution = communicator.zip(placement).map(|(communicator, placement)| {
            Distribution::new(
                &plan,
                &layout,
                placement,
                communicator,
                options.exchange.unwrap_or_default(),
            )
        });
        Ok(Self {
            tables: Tables::new(bags),
            distribution,
            layout,
            machine: Machine { pool, gemm },
            parameters,
            memory: Memory::default(),
            training: TrainingState::new(options.seed),
            hybrid: HybridStep::default(),
            profiler: Profiler::new(&plan),
            plan,
        })
    }

    /// Draws the initial values of every parameter, in plan order, from NumPy's legacy generator.
    ///
    /// # Errors
    /// InvalidState once quantised.
    pub fn initialize(&mut self, seed: u32) -> Result<()> {
        self.parameters.initialize(seed)
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The names of the sparse columns that this model looks up: all, or those of the rank's tables.
    pub fn looked_up_columns(&self) -> Vec<String> {
        let inputs = self.plan.tensors.inputs.sparse.iter().enumerate();
        let looked_up = inputs.filter(|(index, _)| match &self.distribution {
            Some(distribution) => distribution.columns[*index],
            None => true,
        });
        looked_up.map(|(_, input)| input.name.clone()).collect()
    }

    /// Name of the instruction set in use.
    pub fn instruction_set(&self) -> &'static str {
        self.machine.gemm.instruction_set().name()
    }

    pub fn threads(&self) -> usize {
        self.machine.pool.threads()
    }

    /// Name and shape of every parameter, in plan order.
    pub fn parameters(&self) -> Vec<(String, Vec<usize>)> {
        let parameters = self.parameters.all().iter();
        parameters
            .map(|parameter| (parameter.name.clone(), parameter.full_shape.clone()))
            .collect()
    }

    /// Name and shape of every state tensor, in plan order.
    pub fn state_tensors(&self) -> Vec<(String, Vec<usize>)> {
        let states = self.parameters.states();
        states.map(|(name, state)| (name, state.shape.clone())).collect()
    }

    /// # Errors
    /// NotFound when there is no such parameter; InvalidState once quantised.
    pub fn parameter(&self, name: &str) -> Result<&[f32]> {
        self.require_single_rank("give a parameter's values")?;
        self.parameters.values(name)
    }

    /// Sets a parameter's values. All rows of a table then count as trained, because the caller has chosen them.
    ///
    /// # Errors
    /// NotFound when there is no such parameter, InvalidArgument when the number of values is not its own.
    pub fn set_parameter(&mut self, name: &str, values: &[f32]) -> Result<()> {
        self.parameters.set_values(name, values)
    }

    /// Computes the substitute of each table's untrained rows, unless it belongs to the present values already.
    ///
    /// # Errors
    /// InvalidState when ranks that have other rows of a table cannot be reached.
    pub(crate) fn find_substitutes(&mut self) -> Result<()> {
        if self.parameters.has_substitutes() {
            return Ok(());
        }
        self.find_substitutes_across_ranks()?;
        self.parameters
            .find_substitutes(&self.machine.pool, &self.plan, self.tables.bags());
        self.find_pair_substitutes_across_ranks()
    }

    /// # Errors
    /// NotFound when there is no such state tensor.
    pub fn state(&self, name: &str) -> Result<&[f32]> {
        self.parameters.state(name)
    }

    /// # Errors
    /// NotFound when there is no such state tensor, InvalidArgument when the number of values is not its own.
    pub fn set_state(&mut self, name: &str, values: &[f32]) -> Result<()> {
        self.parameters.set_state(name, values)
    }

    /// Quantises tables and layers as the JSON of Quantisation says. The model can then only predict.
    ///
    /// # Errors
    /// InvalidArgument for an unknown format; InvalidState when the model is quantised already or a value is not finite.
    pub fn quantise(&mut self, options: &str) -> Result<()> {
        let Quantisation { tables, dense } = serde_json::from_str(options).map_err(|error| {
            Error::argument(format!("The quantisation settings cannot be read: {error}."))
        })?;
        if tables == Format::Fp16 || dense == Format::Int4 {
            return Err(Error::argument(
                "Tables may be fp32, int8 or int4, and dense layers fp32, fp16 or int8.",
            ));
        }
        self.parameters.require_unquantised()?;
        self.require_single_rank("be quantised")?;
        self.find_substitutes()?;
        let operations = self.plan.operations.iter();
        let layers = operations.filter_map(|operation| operation.layer_weight());
        self.parameters.quantise((tables, dense), layers)?;
        self.forget_accumulated();
        self.training.set_settings(None);
        Ok(())
    }

    /// # Errors
    /// InvalidState naming what a part of a model cannot do.
    pub(crate) fn require_single_rank(&self, what: &str) -> Result<()> {
        if self.distribution.is_some() {
            return Err(Error::state(format!("A model that has ranks cannot {what}.")));
        }
        Ok(())
    }

    /// The number of optimizer steps taken.
    pub fn step_count(&self) -> u64 {
        self.training.steps()
    }

    pub fn set_step_count(&mut self, count: u64) {
        self.training.set_steps(count);
    }

    /// Sets the optimizers from the JSON of TrainingSettings. Optimizer state is kept if the kind of optimizer stays the same;
    /// otherwise it becomes zero.
    ///
    /// # Errors
    /// InvalidArgument naming the setting.
    pub fn configure_training(&mut self, settings: &str) -> Result<()> {
        self.parameters.require_unquantised()?;
        let settings = TrainingSettings::from_json(settings)?;
        self.parameters.configure(&settings, self.training.configured())?;
        self.training.set_settings(Some(settings));
        self.forget_accumulated();
        Ok(())
    }

    pub(crate) fn forget_accumulated(&mut self) {
        self.training.forget_accumulated();
        if let Some(distribution) = &mut self.distribution {
            distribution.forget_accumulated();
        }
        self.tables.clear();
    }

    pub fn set_profiling(&mut self, on: bool) {
        self.profiler.set_on(on);
    }

    pub fn profile(&self) -> Vec<OperationProfile> {
        self.profiler.report()
    }

    pub fn reset_profile(&mut self) {
        self.profiler.reset();
    }

    /// Records a trace of at most `steps` training steps from now on. A trace that was being recorded is dropped. All ranks of
    /// a model have to call it, and their traces have one origin.
    ///
    /// # Errors
    /// InvalidState when the network failed.
    pub fn record_trace(&mut self, steps: usize) -> Result<()> {
        let common = match &self.distribution {
            Some(distribution) => distribution.start_recording()?,
            None => CommonOrigin::own(Instant::now()),
        };
        self.profiler.record_trace(steps, &self.machine.pool, common);
        Ok(())
    }

    /// Ends the recording and returns the trace; None if none was being recorded.
    pub fn take_trace(&mut self) -> Option<Trace> {
        let distribution = self.distribution.as_ref();
        let exchanges = distribution.map_or(Vec::new(), |each| each.communicator.take_recorded());
        self.profiler.take_trace(&self.machine.pool, &exchanges)
    }

    /// Bytes of parameters and optimizer state.
    pub fn memory_bytes(&self) -> usize {
        self.parameters.bytes()
    }
}
