//! Which tensors a checkpoint has of a model's parameters, and how they are written and read as a stream.

use std::io::{BufReader, Read, Seek};

use super::held::{tensor_mut, trained_mut};
use super::safetensors::{Entry, corrupt};
use crate::parameter::Held;
use crate::parameters::Parameters;
use crate::tensors::ParameterKind;
use crate::trained_rows::TrainedRows;
use error_code::Result;

/// How many elements are converted at a time.
pub(super) const BLOCK: usize = 64 * 1024;
/// Suffixes that are added to a table's name for further tensors: one byte for each row, which says whether it is trained;
/// where values share rows, one bit for each value instead; and the substitute of the untrained rows.
pub(super) const TRAINED: &str = "/trained";
pub(super) const TRAINED_VALUES: &str = "/trainedValues";
const UNTRAINED: &str = "/untrained";

/// The contents of a tensor that `save` writes.
#[derive(Clone, Copy)]
pub(crate) enum Data<'a> {
    Floats(&'a [f32]),
    Trained(&'a TrainedRows),
}

impl Data<'_> {
    pub fn dtype(self) -> &'static str {
        match self {
            Data::Floats(_) => "F32",
            Data::Trained(trained) if trained.shares_rows() => "U8",
            Data::Trained(_) => "BOOL",
        }
    }

    pub fn bytes(self) -> u64 {
        match self {
            Data::Floats(values) => 4 * values.len() as u64,
            Data::Trained(trained) => trained.byte_count() as u64,
        }
    }

    /// Bytes of an element of the tensor.
    pub fn element_bytes(self) -> usize {
        match self {
            Data::Floats(_) => 4,
            Data::Trained(_) => 1,
        }
    }

    /// Whether these are not all elements of a tensor of this shape.
    pub fn has_part_of(self, shape: &[usize]) -> bool {
        self.bytes() < (self.element_bytes() * shape.iter().product::<usize>()) as u64
    }

    /// Calls `write` with the bytes, one block after the other.
    pub fn write(self, mut write: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let mut block = Vec::with_capacity(4 * BLOCK);
        match self {
            Data::Floats(values) => {
                for values in values.chunks(BLOCK) {
                    block.clear();
                    block.extend(values.iter().flat_map(|value| value.to_le_bytes()));
                    write(&block)?;
                }
            }
            Data::Trained(trained) => {
                let count = trained.byte_count();
                for first in (0..count).step_by(BLOCK) {
                    block.clear();
                    block.extend(trained.bytes(first..count.min(first + BLOCK)));
                    write(&block)?;
                }
            }
        }
        Ok(())
    }
}

impl Parameters {
    /// What `save` writes, in the order of the file. The shapes are those of whole parameters.
    pub(crate) fn tensors_to_save(&self, include_state: bool) -> Vec<(String, Vec<usize>, Data<'_>)> {
        let mut tensors = self.tensors(include_state);
        if include_state {
            // These tensors come last, so that those of f32 stay aligned.
            tensors.extend(self.row_tensors());
        }
        tensors
    }

    fn tensors(&self, include_state: bool) -> Vec<(String, Vec<usize>, Data<'_>)> {
        let mut tensors = Vec::new();
        for parameter in self.all() {
            tensors.push((
                parameter.name.clone(),
                parameter.full_shape.clone(),
                Data::Floats(&parameter.values),
            ));
        }
        for parameter in self.all().iter().filter(|_| include_state) {
            for state in &parameter.states {
                tensors.push((
                    parameter.state_name(state),
                    state.shape.clone(),
                    Data::Floats(&state.values),
                ));
            }
        }
        tensors
    }

    /// The substitutes of the tables, then the tensors that say which rows or values are trained.
    fn row_tensors(&self) -> Vec<(String, Vec<usize>, Data<'_>)> {
        let substitutes = self.all().iter().filter_map(|parameter| {
            let row = parameter.substitute()?.row;
            let name = format!("{}{UNTRAINED}", parameter.name);
            Some((name, vec![parameter.width()], Data::Floats(row)))
        });
        let flags = self.all().iter().filter_map(|parameter| {
            let trained = parameter.trained.as_ref()?;
            let suffix = if trained.shares_rows() {
                TRAINED_VALUES
            } else {
                TRAINED
            };
            let name = format!("{}{suffix}", parameter.name);
            let count = if trained.shares_rows() {
                trained.byte_count()
            } else {
                parameter.full_shape[0]
            };
            Some((name, vec![count], Data::Trained(trained)))
        });
        substitutes.chain(flags).collect()
    }

    /// The names of all tensors that a file may have, in its order, on any rank.
    pub(crate) fn tensor_names(&self, include_state: bool) -> Vec<String> {
        let mut names: Vec<String> = self
            .all()
            .iter()
            .map(|parameter| parameter.name.clone())
            .collect();
        if include_state {
            names.extend(self.states().map(|(name, _)| name));
            names.extend(self.names_of_row_tensors());
        }
        names
    }

    /// The names that `row_tensors` may give, on any rank.
    fn names_of_row_tensors(&self) -> Vec<String> {
        let tables = || {
            self.all()
                .iter()
                .filter(|parameter| parameter.kind == ParameterKind::Table)
        };
        let substitutes = tables().map(|table| format!("{}{UNTRAINED}", table.name));
        let flags = tables()
            .flat_map(|table| [TRAINED, TRAINED_VALUES].map(|suffix| format!("{}{suffix}", table.name)));
        substitutes.chain(flags).collect()
    }

    /// Checks that a file's tensors are those of the parameters. With `state` the state tensors must be among them; otherwise
    /// they may be.
    ///
    /// # Errors
    /// Corrupt naming the tensor that is missing, extra or misshapen.
    pub(super) fn check_entries(&self, path: &str, entries: &[(String, Entry)], state: bool) -> Result<()> {
        let expected = self.tensors(state);
        for (name, shape, _) in &expected {
            let entry = entries
                .iter()
                .find(|(found, _)| found == name)
                .map(|(_, entry)| entry);
            let entry = entry.ok_or_else(|| corrupt(path, &format!("tensor '{name}' is missing")))?;
            if !entry.is("F32", shape, 4) {
                let found = entry.describe();
                return Err(corrupt(
                    path,
                    &format!("tensor '{name}' is {found}, but F32 {shape:?} is needed"),
                ));
            }
        }
        for (name, entry) in entries {
            let of_rows = self.check_row_tensor(path, name, entry)?;
            let is_state = name
                .rsplit_once('/')
                .is_some_and(|(base, _)| expected.iter().any(|(name, ..)| name == base));
            if !of_rows && !expected.iter().any(|(expected, ..)| expected == name) && (state || !is_state) {
                return Err(corrupt(path, &format!("tensor '{name}' is not in the model")));
            }
        }
        Ok(())
    }

    /// Whether a tensor is one of `row_tensors`, which need not be in a file.
    fn check_row_tensor(&self, path: &str, name: &str, entry: &Entry) -> Result<bool> {
        let table_of = |suffix: &str| {
            let base = name.strip_suffix(suffix)?;
            self.all()
                .iter()
                .find(|parameter| parameter.kind == ParameterKind::Table && parameter.name == base)
        };
        let (dtype, size, element) = if let Some(table) = table_of(TRAINED) {
            ("BOOL", table.full_shape[0], 1)
        } else if let Some(table) = table_of(TRAINED_VALUES)
            && let Some(trained) = &table.trained
            && trained.shares_rows()
        {
            ("U8", trained.byte_count(), 1)
        } else if table_of(TRAINED_VALUES).is_some_and(|table| table.held == Held::Nothing) {
            // The rank that has the table checks it.
            return Ok(true);
        } else if let Some(table) = table_of(UNTRAINED) {
            ("F32", table.width(), 4)
        } else {
            return Ok(false);
        };
        if entry.is(dtype, &[size], element) {
            return Ok(true);
        }
        let found = entry.describe();
        Err(corrupt(
            path,
            &format!("tensor '{name}' is {found}, but {dtype} [{size}] is needed"),
        ))
    }

    /// Reads the tensors of `entries`, which have been checked. Those that the parameters do not have now are skipped. All
    /// rows of a table count as trained if the file does not say which are.
    pub(super) fn read(
        &mut self,
        file: &mut BufReader<impl Read + Seek>,
        entries: &[(String, Entry)],
    ) -> std::io::Result<()> {
        let parameters = self.values_mut();
        for parameter in &mut *parameters {
            if let Some(trained) = &mut parameter.trained {
                trained.insert_all();
            }
        }
        for (name, entry) in entries {
            if let Some(tensor) = tensor_mut(parameters, name) {
                tensor.read(file)?;
            } else if let Some(of_table) = trained_mut(parameters, name) {
                of_table.read(file)?;
            } else {
                file.seek_relative((entry.data_offsets[1] - entry.data_offsets[0]) as i64)?;
            }
        }
        Ok(())
    }
}
