//! Checkpoints: parameters and optimizer state as safetensors, which are written and read as a stream.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::ops::Range;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::model::Model;
use crate::parameter::{Held, Parameter};
use crate::tensors::ParameterKind;
use crate::trained_rows::TrainedRows;
use error_code::{Error, ErrorCode, Result};

/// How many elements are converted at a time.
const BLOCK: usize = 64 * 1024;
/// The largest header that is read. `save` writes none that is larger.
const MAX_HEADER: u64 = 256 << 20;
/// Suffixes that are added to a table's name for further tensors: one byte for each row, which says whether it is trained;
/// where values share rows, one bit for each value instead; and the substitute of the untrained rows.
const TRAINED: &str = "/trained";
const TRAINED_VALUES: &str = "/trainedValues";
const UNTRAINED: &str = "/untrained";

#[derive(Deserialize, Serialize)]
pub(crate) struct Entry {
    pub dtype: String,
    pub shape: Vec<usize>,
    pub data_offsets: [u64; 2],
}

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

/// The file that `save` has written.
#[derive(Default)]
pub struct Saved {
    pub bytes: u64,
    /// SHA-256 of the whole file, in hexadecimal.
    pub sha256: String,
}

impl Model {
    /// Writes a new file and syncs it to the disk. `metadata` is any text. `include_state` also saves the optimizer state, the
    /// step count, which rows of the tables are trained, and the substitutes of the others.
    ///
    /// # Errors
    /// Io, NotFound or DiskFull with the path.
    pub fn save(&mut self, path: &str, metadata: &str, include_state: bool) -> Result<Saved> {
        self.parameters.require_unquantised()?;
        self.find_substitutes();
        if self.distribution.is_some() {
            return self.save_across_ranks(path, metadata, include_state);
        }
        let tensors = self.tensors_to_save(include_state);
        let mut position = 0;
        let entries = tensors.iter().map(|(name, shape, data)| {
            let start = position;
            position += data.bytes();
            let entry = Entry {
                dtype: data.dtype().into(),
                shape: shape.clone(),
                data_offsets: [start, position],
            };
            (name.clone(), entry)
        });
        let header = header(entries, metadata, include_state.then(|| self.step_count()));
        let failed = |error: std::io::Error| Error::io(Path::new(path), &error);
        let mut file = BufWriter::with_capacity(1 << 20, File::create(path).map_err(failed)?);
        let mut hash = Sha256::new();
        let mut bytes = 0u64;
        let mut write = |block: &[u8]| {
            hash.update(block);
            bytes += block.len() as u64;
            file.write_all(block).map_err(failed)
        };
        write(&header)?;
        for (_, _, data) in &tensors {
            data.write(&mut write)?;
        }
        file.flush().map_err(failed)?;
        file.get_ref().sync_all().map_err(failed)?;
        Ok(Saved {
            bytes,
            sha256: hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect(),
        })
    }

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
        for parameter in self.parameters.all() {
            tensors.push((
                parameter.name.clone(),
                parameter.full_shape.clone(),
                Data::Floats(&parameter.values),
            ));
        }
        for parameter in self.parameters.all().iter().filter(|_| include_state) {
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
        let substitutes = self.parameters.all().iter().filter_map(|parameter| {
            let row = parameter.substitute()?.row;
            let name = format!("{}{UNTRAINED}", parameter.name);
            let width = parameter.full_shape.get(1).copied().unwrap_or(1);
            Some((name, vec![width], Data::Floats(row)))
        });
        let flags = self.parameters.all().iter().filter_map(|parameter| {
            let trained = parameter.trained.as_ref()?;
            let suffix = if trained.shares_rows() {
                TRAINED_VALUES
            } else {
                TRAINED
            };
            let name = format!("{}{suffix}", parameter.name);
            Some((name, vec![trained.byte_count()], Data::Trained(trained)))
        });
        substitutes.chain(flags).collect()
    }

    /// The names that `row_tensors` may give, on any rank.
    pub(crate) fn names_of_row_tensors(&self) -> Vec<String> {
        let tables = || {
            self.parameters
                .all()
                .iter()
                .filter(|parameter| parameter.kind == ParameterKind::Table)
        };
        let substitutes = tables().map(|table| format!("{}{UNTRAINED}", table.name));
        let flags = tables()
            .flat_map(|table| [TRAINED, TRAINED_VALUES].map(|suffix| format!("{}{suffix}", table.name)));
        substitutes.chain(flags).collect()
    }

    /// Loads a file that `save` has written and returns its metadata. Files without state and those of older versions do not
    /// say which rows of a table are trained; all rows then count as trained. Nothing is changed unless the whole header
    /// fits the model. If a file ends early, the contents of the model's tensors are undefined.
    ///
    /// # Errors
    /// NotFound, Io, or Corrupt naming the tensor that is missing, extra or misshapen.
    pub fn load(&mut self, path: &str, include_state: bool) -> Result<String> {
        self.parameters.require_unquantised()?;
        let failed = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::UnexpectedEof => corrupt(path, "it is truncated"),
            _ => Error::io(Path::new(path), &error),
        };
        // This is checked first, because opening a pipe would wait for a writer.
        if !std::fs::metadata(path).map_err(failed)?.is_file() {
            return Err(corrupt(path, "it is not a regular file"));
        }
        let file = File::open(path).map_err(failed)?;
        let length = file.metadata().map_err(failed)?.len();
        let mut file = BufReader::with_capacity(1 << 20, file);
        let mut size = [0u8; 8];
        file.read_exact(&mut size).map_err(failed)?;
        let size = u64::from_le_bytes(size);
        if size > MAX_HEADER || size.saturating_add(8) > length {
            return Err(corrupt(path, "it is not a safetensors file, or it is truncated"));
        }
        let mut header = vec![0u8; size as usize];
        file.read_exact(&mut header).map_err(failed)?;
        let mut header: Map<String, Value> = serde_json::from_slice(&header)
            .map_err(|error| corrupt(path, &format!("its header is damaged: {error}")))?;
        let notes = header.remove("__metadata__").unwrap_or_default();
        let entries = self.check_header(path, header, include_state)?;
        if entries.last().is_some_and(|(_, end)| size + 8 + end != length) {
            return Err(corrupt(path, "its length does not match its header"));
        }
        self.forget_accumulated();
        for parameter in self.parameters.values_mut() {
            if let Some(trained) = &mut parameter.trained {
                trained.insert_all();
            }
        }
        let mut position = 0;
        for (name, end) in entries {
            if let Some(tensor) = self.tensor_mut(&name) {
                tensor.read(&mut file).map_err(failed)?;
            } else if let Some((trained, of_rows)) = self.trained_mut(&name) {
                match of_rows {
                    Some(rows) if trained.shares_rows() => {
                        let mut flags = vec![0u8; rows];
                        file.read_exact(&mut flags).map_err(failed)?;
                        trained.set_by_rows(&flags);
                    }
                    _ => read_trained(&mut file, trained).map_err(failed)?,
                }
            } else {
                file.seek_relative((end - position) as i64).map_err(failed)?;
            }
            position = end;
        }
        if include_state && let Some(steps) = notes["stepCount"].as_str().and_then(|steps| steps.parse().ok())
        {
            self.set_step_count(steps);
        }
        Ok(notes["metadata"].as_str().unwrap_or_default().to_owned())
    }

    /// The names of the tensors in file order, each with the position where its data ends. With `state` the state tensors
    /// must be in the file; otherwise they are skipped.
    fn check_header(
        &self,
        path: &str,
        header: Map<String, Value>,
        state: bool,
    ) -> Result<Vec<(String, u64)>> {
        let expected = self.tensors(state);
        let mut entries = Vec::new();
        for (name, entry) in header {
            let entry: Entry = serde_json::from_value(entry)
                .map_err(|error| corrupt(path, &format!("its entry for '{name}' is damaged: {error}")))?;
            entries.push((name, entry));
        }
        entries.sort_by_key(|(_, entry)| entry.data_offsets[0]);
        for (name, shape, _) in &expected {
            let entry = entries
                .iter()
                .find(|(found, _)| found == name)
                .map(|(_, entry)| entry);
            let entry = entry.ok_or_else(|| corrupt(path, &format!("tensor '{name}' is missing")))?;
            let bytes = entry.data_offsets[1].wrapping_sub(entry.data_offsets[0]);
            let expected = 4 * shape.iter().product::<usize>() as u64;
            if entry.dtype != "F32" || &entry.shape != shape || bytes != expected {
                let found = format!("{} {:?}", entry.dtype, entry.shape);
                return Err(corrupt(
                    path,
                    &format!("tensor '{name}' is {found}, but F32 {shape:?} is needed"),
                ));
            }
        }
        let mut position = 0;
        for (name, entry) in &entries {
            let of_rows = self.check_row_tensor(path, name, entry)?;
            let is_state = name
                .rsplit_once('/')
                .is_some_and(|(base, _)| expected.iter().any(|(name, ..)| name == base));
            if !of_rows && !expected.iter().any(|(expected, ..)| expected == name) && (state || !is_state) {
                return Err(corrupt(path, &format!("tensor '{name}' is not in the model")));
            }
            if entry.data_offsets[0] != position || entry.data_offsets[1] < position {
                return Err(corrupt(
                    path,
                    &format!("the data of tensor '{name}' is not where its header says"),
                ));
            }
            position = entry.data_offsets[1];
        }
        // State tensors that are not loaded come after the parameters, because `save` writes them in that order.
        Ok(entries
            .into_iter()
            .map(|(name, entry)| (name, entry.data_offsets[1]))
            .collect())
    }

    /// Whether a tensor is one of `row_tensors`, which need not be in a file.
    fn check_row_tensor(&self, path: &str, name: &str, entry: &Entry) -> Result<bool> {
        let table_of = |suffix: &str| {
            let base = name.strip_suffix(suffix)?;
            self.parameters
                .all()
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
            ("F32", table.full_shape.get(1).copied().unwrap_or(1), 4)
        } else {
            return Ok(false);
        };
        let bytes = entry.data_offsets[1].wrapping_sub(entry.data_offsets[0]);
        if entry.dtype == dtype && entry.shape == [size] && bytes == (element * size) as u64 {
            return Ok(true);
        }
        let found = format!("{} {:?}", entry.dtype, entry.shape);
        Err(corrupt(
            path,
            &format!("tensor '{name}' is {found}, but {dtype} [{size}] is needed"),
        ))
    }

    /// The set of trained rows of the table that a tensor of `row_tensors` belongs to. Also the number of the table's rows,
    /// if the tensor has flags of the rows and not of the values.
    fn trained_mut(&mut self, name: &str) -> Option<(&mut TrainedRows, Option<usize>)> {
        let of_rows = name.strip_suffix(TRAINED);
        let base = of_rows.or(name.strip_suffix(TRAINED_VALUES))?;
        let mut parameters = self.parameters.values_mut().iter_mut();
        let parameter: &mut Parameter = parameters.find(|parameter| parameter.name == base)?;
        Some((parameter.trained.as_mut()?, of_rows.map(|_| parameter.shape[0])))
    }

    /// The values of a tensor of which anything is held here.
    fn tensor_mut(&mut self, name: &str) -> Option<HeldValues<'_>> {
        for parameter in self.parameters.values_mut() {
            let columns = match &parameter.held {
                Held::All => None,
                Held::Columns(columns) => Some((columns.clone(), parameter.full_shape[1])),
                Held::Nothing => continue,
            };
            if parameter.name == name {
                let values = &mut parameter.values;
                return Some(HeldValues { values, columns });
            }
            if let Some(rest) = name
                .strip_prefix(&parameter.name)
                .and_then(|rest| rest.strip_prefix('/'))
                && let Some(state) = parameter.states.iter_mut().find(|state| state.name == rest)
            {
                let values = &mut state.values;
                return Some(HeldValues { values, columns });
            }
        }
        None
    }
}

/// The length and the text of a file's header.
pub(crate) fn header(
    entries: impl Iterator<Item = (String, Entry)>,
    metadata: &str,
    step_count: Option<u64>,
) -> Vec<u8> {
    let mut notes = json!({ "metadata": metadata });
    if let Some(count) = step_count {
        notes["stepCount"] = Value::String(count.to_string());
    }
    let mut header = Map::from_iter([("__metadata__".into(), notes)]);
    header.extend(entries.map(|(name, entry)| (name, json!(entry))));
    let mut text = Value::Object(header).to_string().into_bytes();
    // The format requires aligned data and allows spaces at the end of the header.
    text.resize(text.len().next_multiple_of(8), b' ');
    let length = (text.len() as u64).to_le_bytes();
    length.into_iter().chain(text).collect()
}

fn corrupt(path: &str, reason: &str) -> Error {
    Error::new(ErrorCode::Corrupt, format!("{path}: {reason}."))
}

fn read_trained(file: &mut impl Read, trained: &mut TrainedRows) -> std::io::Result<()> {
    let mut block = vec![0u8; BLOCK];
    let count = trained.byte_count();
    for first in (0..count).step_by(BLOCK) {
        let block = &mut block[..BLOCK.min(count - first)];
        file.read_exact(block)?;
        trained.set_bytes(first, block);
    }
    Ok(())
}

/// A tensor's values in this model, which may be some columns of those in a file.
struct HeldValues<'a> {
    values: &'a mut [f32],
    /// The columns, if not all are held, and the width of a whole row.
    columns: Option<(Range<usize>, usize)>,
}

impl HeldValues<'_> {
    /// Reads the whole tensor and keeps what is held.
    fn read(self, file: &mut impl Read) -> std::io::Result<()> {
        let Some((columns, width)) = self.columns else {
            return read_values(file, self.values);
        };
        let mut row = vec![0f32; width];
        for values in self.values.chunks_exact_mut(columns.len()) {
            read_values(file, &mut row)?;
            values.copy_from_slice(&row[columns.clone()]);
        }
        Ok(())
    }
}

fn read_values(file: &mut impl Read, values: &mut [f32]) -> std::io::Result<()> {
    let mut block = vec![0u8; 4 * BLOCK.min(values.len())];
    for values in values.chunks_mut(BLOCK) {
        let block = &mut block[..4 * values.len()];
        file.read_exact(block)?;
        for (value, bytes) in values.iter_mut().zip(block.as_chunks::<4>().0) {
            *value = f32::from_le_bytes(*bytes);
        }
    }
    Ok(())
}
