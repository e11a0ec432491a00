//! A model's parameters: their values and optimizer states by name, what predictions read in place of untrained rows, and
//! whether quantised values have replaced them.

use crate::embedding::{self, Bag};
use crate::optimizer::{Step, TrainingSettings};
use crate::parameter::{Held, Parameter, State};
use crate::plan::Plan;
use crate::pool::Pool;
use crate::quantised::Format;
use crate::random::NumpyRandom;
use crate::tensors::ParameterKind;
use error_code::{Error, ErrorCode, Result};

/// Elements of a dense parameter that one task updates.
pub(crate) const CHUNK: usize = 16 * 1024;

pub(crate) struct Parameters {
    /// In the plan's order.
    list: Vec<Parameter>,
    /// For each parameter, whether the loss depends on it. The others are never updated.
    live: Vec<bool>,
    quantised: bool,
    /// Whether the substitutes belong to the present values.
    substitutes_found: bool,
}

impl Parameters {
    /// Parameters of zeros. `live` says of each operation whether the loss depends on it, `bags` are all lookups of the
    /// plan, and `held` says of each parameter what of it is here; without it, all of all.
    ///
    /// # Errors
    /// InvalidState when the machine does not have that much memory.
    pub fn new(plan: &Plan, live: &[bool], bags: &[Bag], held: Option<&[Held]>) -> Result<Self> {
        let list = plan
            .tensors
            .parameters
            .iter()
            .enumerate()
            .map(|(index, parameter)| {
                let held = held.map_or(&Held::All, |held| &held[index]);
                Parameter::new(parameter, embedding::reads(bags, &plan.tensors, index), held)
            })
            .collect::<Result<Vec<_>>>()?;
        let mut live_parameters = vec![false; list.len()];
        let operations = plan.operations.iter().zip(live);
        for (operation, _) in operations.filter(|(_, live)| **live) {
            for parameter in operation.parameters() {
                live_parameters[parameter] = true;
            }
        }
        Ok(Self {
            list,
            live: live_parameters,
            quantised: false,
            substitutes_found: false,
        })
    }

    /// All, in the plan's order.
    pub fn all(&self) -> &[Parameter] {
        &self.list
    }

    /// All, for writing what no prediction's substitute depends on: gradients, states and dense values.
    pub fn all_mut(&mut self) -> &mut [Parameter] {
        &mut self.list
    }

    /// All, for writing any values. The substitutes are found again before the next prediction.
    pub fn values_mut(&mut self) -> &mut [Parameter] {
        self.substitutes_found = false;
        &mut self.list
    }

    /// Those on which the loss depends, with their indices.
    pub fn live_mut(&mut self) -> impl Iterator<Item = (usize, &mut Parameter)> {
        let parameters = self.list.iter_mut().enumerate().zip(&self.live);
        parameters.filter_map(|(parameter, live)| live.then_some(parameter))
    }

    /// Draws the initial values, in the plan's order, from NumPy's legacy generator.
    ///
    /// # Errors
    /// InvalidState once quantised.
    pub fn initialize(&mut self, seed: u32) -> Result<()> {
        self.require_unquantised()?;
        let mut random = NumpyRandom::new(seed);
        for parameter in self.values_mut() {
            parameter.initialize(&mut random);
        }
        Ok(())
    }

    /// # Errors
    /// NotFound when there is no such parameter; InvalidState once quantised.
    pub fn values(&self, name: &str) -> Result<&[f32]> {
        self.require_unquantised()?;
        let parameter = self.list.iter().find(|parameter| parameter.name == name);
        Ok(&parameter.ok_or_else(|| missing("parameter", name))?.values)
    }

    /// Sets a parameter's values. All rows of a table then count as trained, because the caller has chosen them.
    ///
    /// # Errors
    /// NotFound when there is no such parameter, InvalidArgument when the number of values is not its own.
    pub fn set_values(&mut self, name: &str, values: &[f32]) -> Result<()> {
        self.require_unquantised()?;
        let mut parameters = self.values_mut().iter_mut();
        let parameter = parameters
            .find(|parameter| parameter.name == name)
            .ok_or_else(|| missing("parameter", name))?;
        parameter.set_values(values)?;
        if let Some(trained) = &mut parameter.trained {
            trained.insert_all();
        }
        Ok(())
    }

    /// The optimizer's states with their names, in the plan's order.
    pub fn states(&self) -> impl Iterator<Item = (String, &State)> {
        self.list.iter().flat_map(|parameter| {
            let states = parameter.states.iter();
            states.map(|state| (parameter.state_name(state), state))
        })
    }

    /// # Errors
    /// NotFound when there is no such state tensor.
    pub fn state(&self, name: &str) -> Result<&[f32]> {
        let found = self.states().find(|(found, _)| found == name);
        Ok(&found.ok_or_else(|| missing("state tensor", name))?.1.values)
    }

    /// # Errors
    /// NotFound when there is no such state tensor, InvalidArgument when the number of values is not its own.
    pub fn set_state(&mut self, name: &str, values: &[f32]) -> Result<()> {
        for parameter in &mut self.list {
            let position = parameter
                .states
                .iter()
                .position(|state| parameter.state_name(state) == name);
            if let Some(position) = position {
                return replace(&mut parameter.states[position].values, values, name);
            }
        }
        Err(missing("state tensor", name))
    }

    /// Allocates gradients and optimizer states. States are kept where the kind of optimizer is that of the settings
    /// `before`; otherwise they become zero.
    ///
    /// # Errors
    /// InvalidState once quantised or when the machine does not have that much memory; InvalidArgument for an optimizer
    /// that a table cannot have.
    pub fn configure(
        &mut self,
        settings: &TrainingSettings,
        before: Option<&TrainingSettings>,
    ) -> Result<()> {
        self.require_unquantised()?;
        for parameter in &mut self.list {
            let optimizer = |settings: &TrainingSettings| match parameter.kind {
                ParameterKind::Table => settings.tables,
                ParameterKind::Dense => settings.dense,
            };
            let keep = before.is_some_and(|before| optimizer(before).kind == optimizer(settings).kind);
            parameter.configure(&optimizer(settings), keep)?;
        }
        Ok(())
    }

    /// Updates every live dense parameter except those in `done`. Returns the number of elements.
    pub fn update_dense(&mut self, pool: &Pool, step: &Step, done: impl Iterator<Item = usize>) -> usize {
        let mut outdated = self.live.clone();
        for parameter in done {
            outdated[parameter] = false;
        }
        let mut slices = Vec::new();
        for (parameter, outdated) in self.list.iter_mut().zip(outdated) {
            if outdated && parameter.kind == ParameterKind::Dense {
                slices.extend(slices_of(parameter));
            }
        }
        let elements = slices.iter().map(|slice| slice.weights.len()).sum();
        pool.each(&mut slices, |_, slice| {
            let DenseSlice {
                weights,
                gradients,
                states,
            } = slice;
            step.update_dense(weights, gradients, states);
        });
        elements
    }

    /// The sum of squares of each live dense parameter's gradient.
    pub fn squared_norms(&self) -> impl Iterator<Item = f64> {
        let live = self.list.iter().zip(&self.live).filter(|(_, live)| **live);
        let gradients = live.filter_map(|(parameter, _)| parameter.gradient.as_ref());
        gradients.map(|gradient| gradient.iter().map(|&g| f64::from(g) * f64::from(g)).sum())
    }

    /// A copy of each parameter's gradient, in the plan's order; zeros where there is none.
    pub fn gradients(&self) -> Vec<(String, Vec<f32>)> {
        let gradient = |parameter: &Parameter, live: bool| {
            let gradient = parameter.gradient.as_ref().filter(|_| live);
            gradient.map_or_else(|| vec![0.0; parameter.values.len()], |gradient| gradient.to_vec())
        };
        let parameters = self.list.iter().zip(&self.live);
        parameters
            .map(|(parameter, &live)| (parameter.name.clone(), gradient(parameter, live)))
            .collect()
    }

    /// Computes the substitutes of the untrained rows of each table of which all rows are held here. `bags` are the lookups of
    /// all tables that are held here.
    pub fn find_substitutes(&mut self, pool: &Pool, plan: &Plan, bags: &[Bag]) {
        let whole = |parameter: &&mut Parameter| !matches!(parameter.held, Held::Rows(_));
        for parameter in self.list.iter_mut().filter(whole) {
            parameter.find_substitute(pool);
        }
        for [first, second] in embedding::multiplied_pairs(bags, &plan.tensors, plan.factors()) {
            if let Ok(pair) = self.list.get_disjoint_mut([first.table, second.table]) {
                Parameter::pair_substitutes(pool, pair, [first.map, second.map]);
            }
        }
        self.substitutes_found = true;
    }

    /// The substitutes are found again before the next prediction. Every rank that trains has to call this for every batch,
    /// so that all of them find the substitutes of divided tables at the same time.
    pub fn forget_substitutes(&mut self) {
        self.substitutes_found = false;
    }

    /// Whether the substitutes belong to the present values already.
    pub fn has_substitutes(&self) -> bool {
        self.substitutes_found || self.quantised
    }

    /// Records which values training has seen, for a table or weights in which values share rows. An update knows only the
    /// rows, so it cannot record them.
    pub fn insert_shared_rows(&mut self, parameter: usize, indices: &[u32]) {
        let Some(trained) = self.list[parameter].trained.as_ref() else {
            return;
        };
        if !trained.shares_rows() {
            return;
        }
        for &value in indices {
            trained.insert(value as usize);
        }
    }

    /// Quantises the tables and, of the dense parameters, the `layers`. The substitutes must have been found. The model can
    /// then only predict.
    ///
    /// # Errors
    /// InvalidState when a value is not finite.
    pub fn quantise(
        &mut self,
        (tables, dense): (Format, Format),
        layers: impl Iterator<Item = usize>,
    ) -> Result<()> {
        let mut formats: Vec<Format> = self
            .list
            .iter()
            .map(|parameter| match parameter.kind {
                ParameterKind::Table => tables,
                ParameterKind::Dense => Format::Fp32,
            })
            .collect();
        for weight in layers {
            formats[weight] = dense;
        }
        self.list.iter_mut().for_each(Parameter::write_substitute);
        let parameters = self.list.iter().zip(formats);
        let quantised = parameters
            .map(|(parameter, format)| parameter.quantise(format))
            .collect::<Result<Vec<_>>>()?;
        self.quantised = true;
        for (parameter, quantised) in self.list.iter_mut().zip(quantised) {
            parameter.keep_for_prediction(quantised)?;
        }
        Ok(())
    }

    /// # Errors
    /// InvalidState once quantised.
    pub fn require_unquantised(&self) -> Result<()> {
        if self.quantised {
            return Err(Error::state(
                "The model is quantised, so it can only predict: load it again to read, train or save it.",
            ));
        }
        Ok(())
    }

    /// Bytes of values and optimizer states.
    pub fn bytes(&self) -> usize {
        self.list.iter().map(Parameter::bytes).sum()
    }
}

/// A slice of a dense parameter with its gradient and its optimizer state.
struct DenseSlice<'a> {
    weights: &'a mut [f32],
    gradients: &'a [f32],
    states: Vec<&'a mut [f32]>,
}

fn slices_of(parameter: &mut Parameter) -> Vec<DenseSlice<'_>> {
    let Some(gradient) = &parameter.gradient else {
        return Vec::new();
    };
    let mut states: Vec<_> = parameter
        .states
        .iter_mut()
        .map(|state| state.values.chunks_mut(CHUNK))
        .collect();
    let pairs = parameter.values.chunks_mut(CHUNK).zip(gradient.chunks(CHUNK));
    pairs
        .map(|(weights, gradients)| DenseSlice {
            weights,
            gradients,
            states: states.iter_mut().filter_map(Iterator::next).collect(),
        })
        .collect()
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
