//! A model: a plan with its parameters, optimizer state and scratch memory. What it does with a batch is in pass.rs
//! (forward and backward pass), train.rs (training steps), evaluate.rs (predictions and metrics) and hybrid.rs (steps whose
//! dense operations TensorFlow computes).

use std::sync::Arc;

use ranks::Communicator;
use serde::Deserialize;

use crate::distributed::{Distribution, ExchangeMethod, Placement, Shard, bags_of_rank};
use crate::embedding::{self, Bag, TableGradient};
use crate::gemm::{Gemm, InstructionSet, Precision};
use crate::hybrid_step::HybridStep;
use crate::input::MappedRows;
use crate::layout::Layout;
use crate::memory::Memory;
use crate::ops::Machine;
use crate::optimizer::TrainingSettings;
use crate::parameter::{Held, Parameter, State};
use crate::plan::Plan;
use crate::pool::Pool;
use crate::profile::OperationProfile;
use crate::profiler::Profiler;
use crate::quantised::Format;
use crate::random::NumpyRandom;
use crate::tensors::ParameterKind;
use crate::trace::Trace;
use crate::training_state::TrainingState;
use error_code::{Error, ErrorCode, Result};

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
    pub(crate) parameters: Vec<Parameter>,
    /// For each parameter, whether the loss depends on it. The others are never updated.
    pub(crate) live_parameters: Vec<bool>,
    pub(crate) bags: Vec<Bag>,
    pub(crate) mapped: MappedRows,
    /// First one for each bag's table, then one for each of `shared_weights`.
    pub(crate) table_gradients: Vec<TableGradient>,
    pub(crate) shared_weights: Vec<usize>,
    /// Of a model that has ranks.
    pub(crate) distribution: Option<Distribution>,
    pub(crate) memory: Memory,
    pub(crate) training: TrainingState,
    quantised: bool,
    /// Whether the parameters' substitutes belong to their present values.
    pub(crate) substitutes_found: bool,
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
        let parameters = plan
            .tensors
            .parameters
            .iter()
            .enumerate()
            .map(|(index, parameter)| {
                let held = placement
                    .as_ref()
                    .map_or(&Held::All, |placement| &placement.held[index]);
                Parameter::new(parameter, embedding::reads(&whole, &plan.tensors, index), held)
            })
            .collect::<Result<Vec<_>>>()?;
        let mut live_parameters = vec![false; parameters.len()];
        for (operation, _) in plan
            .operations
            .iter()
            .zip(&layout.live)
            .filter(|(_, live)| **live)
        {
            for parameter in operation.parameters() {
                live_parameters[parameter] = true;
            }
        }
        let pool = Pool::new(options.threads);
        let gemm = Gemm::new(options.instruction_set, options.precision, pool.threads())?;
        let distribution = communicator
            .zip(placement.as_ref())
            .map(|(communicator, placement)| {
                Distribution::new(
                    &plan,
                    &layout,
                    placement,
                    communicator,
                    options.exchange.unwrap_or_default(),
                )
            });
        let bags = match (&distribution, placement) {
            (Some(distribution), Some(placement)) => bags_of_rank(&placement, distribution.rank()),
            _ => whole,
        };
        let shared_weights = embedding::shared_weights(&bags);
        Ok(Self {
            table_gradients: (0..bags.len() + shared_weights.len())
                .map(|_| TableGradient::default())
                .collect(),
            shared_weights,
            bags,
            distribution,
            layout,
            machine: Machine { pool, gemm },
            parameters,
            live_parameters,
            mapped: MappedRows::default(),
            memory: Memory::default(),
            training: TrainingState::new(options.seed),
            quantised: false,
            substitutes_found: false,
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
        self.require_unquantised()?;
        self.substitutes_found = false;
        let mut random = NumpyRandom::new(seed);
        for parameter in &mut self.parameters {
            parameter.initialize(&mut random);
        }
        Ok(())
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
        self.parameters
            .iter()
            .map(|parameter| (parameter.name.clone(), parameter.full_shape.clone()))
            .collect()
    }

    /// Name and shape of every state tensor, in plan order.
    pub fn state_tensors(&self) -> Vec<(String, Vec<usize>)> {
        let states = self.parameters.iter().flat_map(|parameter| {
            parameter
                .states
                .iter()
                .map(|state| (state_name(parameter, state), state.shape.clone()))
        });
        states.collect()
    }

    /// # Errors
    /// NotFound when there is no such parameter; InvalidState once quantised.
    pub fn parameter(&self, name: &str) -> Result<&[f32]> {
        self.require_unquantised()?;
        self.require_single_rank("give a parameter's values")?;
        let parameter = self.parameters.iter().find(|parameter| parameter.name == name);
        Ok(&parameter.ok_or_else(|| missing("parameter", name))?.values)
    }

    /// Sets a parameter's values. All rows of a table then count as trained, because the caller has chosen them.
    ///
    /// # Errors
    /// NotFound when there is no such parameter, InvalidArgument when the number of values is not its own.
    pub fn set_parameter(&mut self, name: &str, values: &[f32]) -> Result<()> {
        self.require_unquantised()?;
        self.substitutes_found = false;
        let parameter = self
            .parameters
            .iter_mut()
            .find(|parameter| parameter.name == name)
            .ok_or_else(|| missing("parameter", name))?;
        parameter.set_values(values)?;
        if let Some(trained) = &mut parameter.trained {
            trained.insert_all();
        }
        Ok(())
    }

    /// Computes the substitute of each table's untrained rows, unless it belongs to the present values already.
    pub(crate) fn find_substitutes(&mut self) {
        if self.substitutes_found || self.quantised {
            return;
        }
        for parameter in &mut self.parameters {
            parameter.find_substitute(&self.machine.pool);
        }
        for [first, second] in
            embedding::multiplied_pairs(&self.bags, &self.plan.tensors, self.plan.factors())
        {
            if let Ok(pair) = self.parameters.get_disjoint_mut([first.table, second.table]) {
                Parameter::pair_substitutes(&self.machine.pool, pair, [first.map, second.map]);
            }
        }
        self.substitutes_found = true;
    }

    /// # Errors
    /// NotFound when there is no such state tensor.
    pub fn state(&self, name: &str) -> Result<&[f32]> {
        let mut states = self
            .parameters
            .iter()
            .flat_map(|parameter| parameter.states.iter().map(move |state| (parameter, state)));
        let found = states.find(|(parameter, state)| state_name(parameter, state) == name);
        Ok(&found.ok_or_else(|| missing("state tensor", name))?.1.values)
    }

    /// # Errors
    /// NotFound when there is no such state tensor, InvalidArgument when the number of values is not its own.
    pub fn set_state(&mut self, name: &str, values: &[f32]) -> Result<()> {
        for parameter in &mut self.parameters {
            for state in &mut parameter.states {
                if format!("{}/{}", parameter.name, state.name) == name {
                    return replace(&mut state.values, values, name);
                }
            }
        }
        Err(missing("state tensor", name))
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
        self.require_unquantised()?;
        self.require_single_rank("be quantised")?;
        self.find_substitutes();
        let mut formats: Vec<Format> = self
            .parameters
            .iter()
            .map(|parameter| match parameter.kind {
                ParameterKind::Table => tables,
                ParameterKind::Dense => Format::Fp32,
            })
            .collect();
        for operation in &self.plan.operations {
            if let Some(weight) = operation.layer_weight() {
                formats[weight] = dense;
            }
        }
        self.parameters.iter_mut().for_each(Parameter::write_substitute);
        let parameters = self.parameters.iter().zip(formats);
        let quantised = parameters
            .map(|(parameter, format)| parameter.quantise(format))
            .collect::<Result<Vec<_>>>()?;
        self.forget_accumulated();
        self.training.set_settings(None);
        self.quantised = true;
        for (parameter, quantised) in self.parameters.iter_mut().zip(quantised) {
            parameter.keep_for_prediction(quantised)?;
        }
        Ok(())
    }

    /// # Errors
    /// InvalidState once quantised.
    pub(crate) fn require_unquantised(&self) -> Result<()> {
        if self.quantised {
            return Err(Error::state(
                "The model is quantised, so it can only predict: load it again to read, train or save it.",
            ));
        }
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
        self.require_unquantised()?;
        let settings = TrainingSettings::from_json(settings)?;
        for parameter in &mut self.parameters {
            let optimizer = |settings: &TrainingSettings| match parameter.kind {
                ParameterKind::Table => settings.tables,
                ParameterKind::Dense => settings.dense,
            };
            let keep = self
                .training
                .configured()
                .is_some_and(|old| optimizer(old).kind == optimizer(&settings).kind);
            parameter.configure(&optimizer(&settings), keep)?;
        }
        self.training.set_settings(Some(settings));
        self.forget_accumulated();
        Ok(())
    }

    pub(crate) fn forget_accumulated(&mut self) {
        self.training.forget_accumulated();
        if let Some(distribution) = &mut self.distribution {
            distribution.forget_accumulated();
        }
        for gradient in &mut self.table_gradients {
            gradient.clear();
        }
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

    /// Records a trace of at most `steps` training steps from now on. A trace that was being recorded is dropped.
    pub fn record_trace(&mut self, steps: usize) {
        self.profiler.record_trace(steps, &self.machine.pool);
    }

    /// Ends the recording and returns the trace; None if none was being recorded.
    pub fn take_trace(&mut self) -> Option<Trace> {
        self.profiler.take_trace(&self.machine.pool)
    }

    /// Bytes of parameters and optimizer state.
    pub fn memory_bytes(&self) -> usize {
        self.parameters.iter().map(Parameter::bytes).sum()
    }
}

pub(crate) fn state_name(parameter: &Parameter, state: &State) -> String {
    format!("{}/{}", parameter.name, state.name)
}

fn missing(what: &str, name: &str) -> Error {
    Error::new(ErrorCode::NotFound, format!("The model has no {what} '{name}'."))
}

fn replace(stored: &mut [f32], values: &[f32], name: &str) -> Result<()> {
    if stored.len() != values.len() {
        return Err(Error::argument(format!(
            "'{name}' has {} values; {} were given.",
            stored.len(),
            values.len()
        )));
    }
    stored.copy_from_slice(values);
    Ok(())
}
