//! A model's parameters with their gradients and optimizer state.

use crate::optimizer::OptimizerSettings;
use crate::pool::Pool;
use crate::quantised::{Format, QuantisedMatrix};
use crate::random::NumpyRandom;
use crate::storage::Floats;
use crate::tensors::{self, IndexMap, Initializer, ParameterKind, UntrainedRows};
use crate::trained_rows::{Substitute, TrainedRows};
use error_code::Result;

/// A state tensor of the optimizer. Its full name is `<parameter>/<name>`.
pub struct State {
    pub name: &'static str,
    pub shape: Vec<usize>,
    pub values: Floats,
}

pub struct Parameter {
    pub name: String,
    pub shape: Vec<usize>,
    pub kind: ParameterKind,
    initial: Initializer,
    pub values: Floats,
    /// Replaces the values once the model is quantised.
    pub quantised: Option<QuantisedMatrix>,
    /// Only dense parameters have one, once training is configured; the gradient of a table is never stored.
    pub gradient: Option<Floats>,
    pub states: Vec<State>,
    untrained: UntrainedRows,
    /// Only tables have this set.
    pub trained: Option<TrainedRows>,
    /// What predictions read in place of untrained rows, computed by the last `find_substitute`.
    substitute_row: Option<Vec<f32>>,
}

impl Parameter {
    /// A parameter of zeros. `reads`: for a table, the map of its lookups and how many values their column has.
    ///
    /// # Errors
    /// InvalidState when the machine does not have that much memory.
    pub fn new(plan: &tensors::Parameter, reads: Option<(IndexMap, usize)>) -> Result<Self> {
        let shared = reads.filter(|(map, _)| *map != IndexMap::Identity);
        let (map, values) = shared.unwrap_or((IndexMap::Identity, plan.shape[0]));
        Ok(Self {
            name: plan.name.clone(),
            shape: plan.shape.clone(),
            kind: plan.kind,
            initial: plan.initial.clone(),
            values: Floats::zeroed(plan.shape.iter().product())?,
            quantised: None,
            gradient: None,
            states: Vec::new(),
            untrained: plan.untrained,
            trained: (plan.kind == ParameterKind::Table).then(|| TrainedRows::empty(values, map)),
            substitute_row: None,
        })
    }

    /// Draws the initial values in row-major order from the random numbers that all parameters share.
    pub fn initialize(&mut self, random: &mut NumpyRandom) {
        if let Some(trained) = &mut self.trained {
            trained.clear();
        }
        let values = &mut self.values[..];
        match self.initial {
            Initializer::Constant { value } => values.fill(value as f32),
            Initializer::Uniform { low, high } => {
                values.fill_with(|| (low + (high - low) * random.uniform()) as f32);
            }
            Initializer::Normal {
                mean,
                standard_deviation,
            } => {
                values.fill_with(|| (mean + standard_deviation * random.normal()) as f32);
            }
        }
    }

    /// Allocates the gradient and the optimizer's state. With `keep_state` the present state is kept.
    ///
    /// # Errors
    /// InvalidState when the machine does not have that much memory.
    pub fn configure(&mut self, settings: &OptimizerSettings, keep_state: bool) -> Result<()> {
        if self.kind == ParameterKind::Dense && self.gradient.is_none() {
            self.gradient = Some(Floats::zeroed(self.values.len())?);
        }
        if keep_state {
            return Ok(());
        }
        self.states.clear();
        let per_row = self.kind == ParameterKind::Table && settings.state_per_row();
        let shape = if per_row {
            vec![self.shape[0]]
        } else {
            self.shape.clone()
        };
        for name in settings.state_names() {
            let values = Floats::zeroed(shape.iter().product())?;
            self.states.push(State {
                name,
                shape: shape.clone(),
                values,
            });
        }
        Ok(())
    }

    /// Computes the substitute of untrained rows from the values now.
    pub fn find_substitute(&mut self, pool: &Pool) {
        let width = self.shape.get(1).copied().unwrap_or(1);
        self.substitute_row = self
            .trained
            .as_ref()
            .and_then(|trained| trained.substitute_row(pool, self.untrained, &self.values, width));
    }

    /// Sets the substitutes of a quotient-remainder pair so that their product is the mean of the products of the trained
    /// values' rows. The product of the two tables' means would be another vector, which is often close to zero.
    pub fn pair_substitutes(pool: &Pool, pair: [&mut Parameter; 2], maps: [IndexMap; 2]) {
        let [first, second] = pair;
        let (Some(trained), true) = (&first.trained, first.untrained == UntrainedRows::Mean) else {
            return;
        };
        if first.substitute_row.is_none()
            || second.substitute_row.is_none()
            || second.untrained != first.untrained
        {
            return;
        }
        let width = first.shape[1];
        let tables = [(maps[0], &first.values[..]), (maps[1], &second.values[..])];
        let product = trained.mean_product(pool, width, tables);
        first.substitute_row = Some(product);
        second.substitute_row = Some(vec![1.0; width]);
    }

    /// What a prediction reads in place of untrained rows; None where it reads the rows themselves.
    pub fn substitute(&self) -> Option<Substitute<'_>> {
        let (trained, row) = (self.trained.as_ref()?, self.substitute_row.as_deref()?);
        Some(Substitute { trained, row })
    }

    /// Writes the substitute into the untrained rows of a model that is no longer trained. Tables in which values share rows
    /// stay as they are, and predictions continue to read their substitute.
    pub fn write_substitute(&mut self) {
        if self.trained.as_ref().is_some_and(TrainedRows::shares_rows) {
            return;
        }
        let (Some(trained), Some(row)) = (&mut self.trained, self.substitute_row.take()) else {
            return;
        };
        for (index, values) in self.values.chunks_exact_mut(row.len()).enumerate() {
            if !trained.contains(index) {
                values.copy_from_slice(&row);
            }
        }
        trained.insert_all();
    }

    /// The quantised values; None for a vector, which is never quantised, and for `Format::Fp32`.
    ///
    /// # Errors
    /// InvalidState naming the row that has a value that is not finite.
    pub fn quantise(&self, format: Format) -> Result<Option<QuantisedMatrix>> {
        if self.shape.len() != 2 {
            return Ok(None);
        }
        QuantisedMatrix::new(format, &self.name, &self.values, self.shape[0])
    }

    /// Frees what only training needs, and the values if quantised ones replace them.
    ///
    /// # Errors
    /// InvalidState when there is no memory left.
    pub fn keep_for_prediction(&mut self, quantised: Option<QuantisedMatrix>) -> Result<()> {
        if quantised.is_some() {
            self.values = Floats::zeroed(0)?;
        }
        self.quantised = quantised;
        self.gradient = None;
        self.states.clear();
        Ok(())
    }

    /// Bytes of values and optimizer state.
    pub fn bytes(&self) -> usize {
        self.quantised.as_ref().map_or(0, QuantisedMatrix::bytes)
            + 4 * (self.values.len() + self.states.iter().map(|state| state.values.len()).sum::<usize>())
    }
}
