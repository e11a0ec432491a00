//! A model's parameters with their gradients and optimizer state.

use std::ops::Range;

use crate::optimizer::OptimizerSettings;
use crate::pool::Pool;
use crate::quantised::{Format, QuantisedMatrix};
use crate::random::NumpyRandom;
use crate::storage::Floats;
use crate::tensors::{self, IndexMap, Initializer, ParameterKind, UntrainedRows};
use crate::trained_rows::{RunningMean, Substitute, TrainedRows};
use error_code::{Error, Result};

/// A state tensor of the optimizer. Its full name is `<parameter>/<name>`.
pub struct State {
    pub name: &'static str,
    /// Of the whole parameter, of which a rank may have a part.
    pub shape: Vec<usize>,
    pub values: Floats,
}

/// What of a parameter a rank has in its memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    All,
    /// Some columns of a table's rows.
    Columns(Range<usize>),
    /// Some rows of a table or of its learned weights.
    Rows(Range<usize>),
    Nothing,
}

impl Held {
    /// The shape of the part of a parameter that is held.
    pub fn shape(&self, full: &[usize]) -> Vec<usize> {
        match self {
            Held::All => full.to_vec(),
            Held::Columns(columns) => vec![full[0], columns.len()],
            Held::Rows(rows) => std::iter::once(rows.len())
                .chain(full[1..].iter().copied())
                .collect(),
            Held::Nothing => full.iter().map(|_| 0).collect(),
        }
    }
}

/// Takes values that are held elsewhere.
fn pass_over(count: usize, next: &mut impl FnMut() -> f32) {
    for _ in 0..count {
        next();
    }
}

pub struct Parameter {
    pub name: String,
    /// Of `values`.
    pub shape: Vec<usize>,
    /// Of the whole parameter.
    pub full_shape: Vec<usize>,
    pub held: Held,
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
    /// A parameter of zeros, as far as it is held here. `reads`: for a table, the map of its lookups and how many values their
    /// column has.
    ///
    /// # Errors
    /// InvalidState when the machine does not have that much memory.
    pub fn new(plan: &tensors::Parameter, reads: Option<(IndexMap, usize)>, held: &Held) -> Result<Self> {
        let shared = reads.filter(|(map, _)| *map != IndexMap::Identity);
        let shape = held.shape(&plan.shape);
        let (map, values) = shared.unwrap_or((IndexMap::Identity, shape[0]));
        let is_table = plan.kind == ParameterKind::Table && *held != Held::Nothing;
        Ok(Self {
            name: plan.name.clone(),
            values: Floats::zeroed(shape.iter().product())?,
            shape,
            full_shape: plan.shape.clone(),
            held: held.clone(),
            kind: plan.kind,
            initial: plan.initial.clone(),
            quantised: None,
            gradient: None,
            states: Vec::new(),
            untrained: plan.untrained,
            trained: is_table.then(|| TrainedRows::empty(values, map)),
            substitute_row: None,
        })
    }

    /// Draws the initial values in row-major order from the random numbers that all parameters share.
    pub fn initialize(&mut self, random: &mut NumpyRandom) {
        if let Some(trained) = &mut self.trained {
            trained.clear();
        }
        match self.initial {
            Initializer::Constant { value } => self.values.fill(value as f32),
            Initializer::Uniform { low, high } => {
                self.fill_with(|| (low + (high - low) * random.uniform()) as f32);
            }
            Initializer::Normal {
                mean,
                standard_deviation,
            } => {
                self.fill_with(|| (mean + standard_deviation * random.normal()) as f32);
            }
        }
    }

    /// Takes the values of the whole parameter one after the other, and keeps those that are held here.
    fn fill_with(&mut self, mut next: impl FnMut() -> f32) {
        match &self.held {
            Held::All => self.values.fill_with(next),
            Held::Columns(columns) => {
                let width = self.full_shape[1];
                for row in self.values.chunks_exact_mut(columns.len()) {
                    for column in 0..width {
                        let value = next();
                        if columns.contains(&column) {
                            row[column - columns.start] = value;
                        }
                    }
                }
            }
            Held::Rows(rows) => {
                let width: usize = self.full_shape[1..].iter().product();
                pass_over(rows.start * width, &mut next);
                self.values.fill_with(&mut next);
                pass_over((self.full_shape[0] - rows.end) * width, &mut next);
            }
            Held::Nothing => pass_over(self.full_shape.iter().product(), &mut next),
        }
    }

    /// Sets the values of the whole parameter, as far as they are held here.
    ///
    /// # Errors
    /// InvalidArgument when there are more or fewer.
    pub fn set_values(&mut self, values: &[f32]) -> Result<()> {
        let expected: usize = self.full_shape.iter().product();
        if values.len() != expected {
            return Err(Error::argument(format!(
                "'{}' has {expected} values; {} were given.",
                self.name,
                values.len()
            )));
        }
        let mut values = values.iter();
        self.fill_with(|| *values.next().expect("there are as many as were counted"));
        Ok(())
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
        if per_row && matches!(self.held, Held::Columns(_)) {
            return Err(Error::argument(format!(
                "Row-wise Adagrad needs whole rows, so the columns of the table '{}' cannot be divided among ranks.",
                self.name
            )));
        }
        let [shape, held] = [&self.full_shape, &self.shape].map(|shape| match per_row {
            true => vec![shape[0]],
            false => shape.clone(),
        });
        for name in settings.state_names() {
            let values = Floats::zeroed(held.iter().product())?;
            self.states.push(State {
                name,
                shape: shape.clone(),
                values,
            });
        }
        Ok(())
    }

    /// The full name of one of its states.
    pub fn state_name(&self, state: &State) -> String {
        format!("{}/{}", self.name, state.name)
    }

    /// How many values a row has.
    pub fn width(&self) -> usize {
        self.full_shape.get(1).copied().unwrap_or(1)
    }

    /// Computes the substitute of untrained rows from the values now, of which all rows are held here.
    pub fn find_substitute(&mut self, pool: &Pool) {
        let mut mean = RunningMean::new(self.shape.get(1).copied().unwrap_or(1));
        self.add_to_mean(pool, &mut mean);
        self.set_substitute(&mean);
    }

    /// Adds the trained rows that are held here to the mean that the substitute is.
    pub fn add_to_mean(&self, pool: &Pool, mean: &mut RunningMean) {
        let Some(trained) = &self.trained else {
            return;
        };
        let rows = match &self.held {
            Held::Rows(rows) => rows.clone(),
            _ => 0..self.shape[0],
        };
        match self.untrained {
            UntrainedRows::Mean => trained.add_rows(pool, &self.values, rows, mean),
            UntrainedRows::Zero => mean.trained += trained.len() as u64,
            UntrainedRows::Initial => (),
        }
    }

    /// Sets the substitute from the mean over all rows of the table. There is none if predictions read the rows themselves or
    /// if all values are trained. If no value is trained, the mean is zero.
    pub fn set_substitute(&mut self, mean: &RunningMean) {
        self.substitute_row = None;
        let Some(trained) = self.trained.as_ref() else {
            return;
        };
        let all_are_trained = match trained.shares_rows() {
            true => trained.len() == trained.value_count(),
            false => mean.trained == self.full_shape[0] as u64,
        };
        if self.untrained != UntrainedRows::Initial && !all_are_trained {
            // Where zeros are read, no row has been added to the mean.
            self.substitute_row = Some(mean.value());
        }
    }

    /// Whether predictions read the mean of the trained rows in place of the others.
    pub fn reads_mean(&self) -> bool {
        self.untrained == UntrainedRows::Mean
    }

    /// Sets the substitutes of a quotient-remainder pair so that their product is the mean of the products of the trained
    /// values' rows. The product of the two tables' means would be another vector, which is often close to zero.
    pub fn pair_substitutes(pool: &Pool, pair: [&mut Parameter; 2], maps: [IndexMap; 2]) {
        let [first, second] = pair;
        let (Some(trained), true) = (&first.trained, first.reads_mean() && second.reads_mean()) else {
            return;
        };
        if first.substitute_row.is_none() {
            return;
        }
        let tables = [(maps[0], 0, &first.values[..]), (maps[1], 0, &second.values[..])];
        let mut mean = RunningMean::new(first.shape[1]);
        trained.add_products(pool, 0..trained.value_count(), tables, &mut mean);
        first.replace_substitute(&mean.value());
        second.replace_substitute(&vec![1.0; first.shape[1]]);
    }

    /// Sets another substitute if there is one.
    pub fn replace_substitute(&mut self, row: &[f32]) {
        if let Some(substitute) = &mut self.substitute_row {
            substitute.copy_from_slice(row);
        }
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
