//! Parameters and optimizer state as safetensors, written and read as a stream.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::error::{Error, ErrorCode, Result};
use crate::model::{Model, state_name};

/// Elements converted at a time.
const BLOCK: usize = 64 * 1024;
/// A header larger than this is not ours.
const MAX_HEADER: u64 = 256 << 20;

#[derive(Deserialize, Serialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: [u64; 2],
}

/// What `save` wrote.
pub struct Saved {
    pub bytes: u64,
    /// Of the whole file, in hexadecimal.
    pub sha256: String,
}

impl Model {
    /// Writes a new file and syncs it to the disk. `metadata` is any text; the step count goes with the state.
    ///
    /// # Errors
    /// Io, NotFound or DiskFull with the path.
    pub fn save(&self, path: &str, metadata: &str, include_state: bool) -> Result<Saved> {
        self.require_whole()?;
        let tensors = self.tensors(include_state);
        let mut header = Map::new();
        let mut notes = json!({ "metadata": metadata });
        if include_state {
            notes["stepCount"] = Value::String(self.step_count().to_string());
        }
        header.insert("__metadata__".into(), notes);
        let mut position = 0u64;
        for (name, shape, values) in &tensors {
            let end = position + 4 * values.len() as u64;
            let entry = Entry {
                dtype: "F32".into(),
                shape: shape.clone(),
                data_offsets: [position, end],
            };
            header.insert(name.clone(), json!(entry));
            position = end;
        }
        let mut header = Value::Object(header).to_string().into_bytes();
        // The format wants the data aligned; spaces are allowed at the header's end.
        header.resize(header.len().next_multiple_of(8), b' ');
        let failed = |error: std::io::Error| Error::io(path, &error);
        let mut file = BufWriter::with_capacity(1 << 20, File::create(path).map_err(failed)?);
        let mut hash = Sha256::new();
        let mut bytes = 0u64;
        let mut write = |block: &[u8]| {
            hash.update(block);
            bytes += block.len() as u64;
            file.write_all(block).map_err(failed)
        };
        write(&(header.len() as u64).to_le_bytes())?;
        write(&header)?;
        let mut block = Vec::with_capacity(4 * BLOCK);
        for values in tensors.iter().flat_map(|(_, _, values)| values.chunks(BLOCK)) {
            block.clear();
            block.extend(values.iter().flat_map(|value| value.to_le_bytes()));
            write(&block)?;
        }
        file.flush().map_err(failed)?;
        file.get_ref().sync_all().map_err(failed)?;
        Ok(Saved {
            bytes,
            sha256: hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect(),
        })
    }

    fn tensors(&self, include_state: bool) -> Vec<(String, Vec<usize>, &[f32])> {
        let mut tensors = Vec::new();
        for parameter in &self.parameters {
            tensors.push((
                parameter.name.clone(),
                parameter.shape.clone(),
                &parameter.values[..],
            ));
        }
        for parameter in self.parameters.iter().filter(|_| include_state) {
            for state in &parameter.states {
                tensors.push((
                    state_name(parameter, state),
                    state.shape.clone(),
                    &state.values[..],
                ));
            }
        }
        tensors
    }

    /// Loads what `save` wrote and gives its metadata. Nothing is changed unless the whole header fits the model; a
    /// file that ends early leaves the model's tensors undefined.
    ///
    /// # Errors
    /// NotFound, Io, or Corrupt naming the tensor that is missing, extra or misshapen.
    pub fn load(&mut self, path: &str, include_state: bool) -> Result<String> {
        self.require_whole()?;
        let failed = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::UnexpectedEof => corrupt(path, "it ends early"),
            _ => Error::io(path, &error),
        };
        let file = File::open(path).map_err(failed)?;
        let length = file.metadata().map_err(failed)?.len();
        let mut file = BufReader::with_capacity(1 << 20, file);
        let mut size = [0u8; 8];
        file.read_exact(&mut size).map_err(failed)?;
        let size = u64::from_le_bytes(size);
        if size > MAX_HEADER || size.saturating_add(8) > length {
            return Err(corrupt(path, "it is not a safetensors file or ends early"));
        }
        let mut header = vec![0u8; size as usize];
        file.read_exact(&mut header).map_err(failed)?;
        let mut header: Map<String, Value> = serde_json::from_slice(&header)
            .map_err(|error| corrupt(path, &format!("its header is damaged: {error}")))?;
        let notes = header.remove("__metadata__").unwrap_or_default();
        let entries = self.check_header(path, header, include_state)?;
        if entries.last().is_some_and(|(_, end)| size + 8 + end != length) {
            return Err(corrupt(path, "its length is not what its header says"));
        }
        self.forget_accumulated();
        for (name, _) in entries {
            let Some(values) = self.tensor_mut(&name) else {
                continue;
            };
            read_values(&mut file, values).map_err(failed)?;
        }
        if include_state && let Some(steps) = notes["stepCount"].as_str().and_then(|steps| steps.parse().ok())
        {
            self.set_step_count(steps);
        }
        Ok(notes["metadata"].as_str().unwrap_or_default().to_owned())
    }

    /// Tensor names in file order with the ends of their data. State in the file is skipped over unless asked for.
    fn check_header(
        &self,
        path: &str,
        header: Map<String, Value>,
        state: bool,
    ) -> Result<Vec<(String, u64)>> {
        let wanted = self.tensors(state);
        let mut entries = Vec::new();
        for (name, entry) in header {
            let entry: Entry = serde_json::from_value(entry)
                .map_err(|error| corrupt(path, &format!("its entry for '{name}' is damaged: {error}")))?;
            entries.push((name, entry));
        }
        entries.sort_by_key(|(_, entry)| entry.data_offsets[0]);
        for (name, shape, values) in &wanted {
            let entry = entries
                .iter()
                .find(|(found, _)| found == name)
                .map(|(_, entry)| entry);
            let entry = entry.ok_or_else(|| corrupt(path, &format!("tensor '{name}' is missing")))?;
            let bytes = entry.data_offsets[1].wrapping_sub(entry.data_offsets[0]);
            if entry.dtype != "F32" || &entry.shape != shape || bytes != 4 * values.len() as u64 {
                let found = format!("{} {:?}", entry.dtype, entry.shape);
                return Err(corrupt(
                    path,
                    &format!("tensor '{name}' is {found} where F32 {shape:?} is needed"),
                ));
            }
        }
        let mut position = 0;
        for (name, entry) in &entries {
            let is_state = name
                .rsplit_once('/')
                .is_some_and(|(base, _)| wanted.iter().any(|(name, ..)| name == base));
            if !wanted.iter().any(|(wanted, ..)| wanted == name) && (state || !is_state) {
                return Err(corrupt(path, &format!("tensor '{name}' is not in the model")));
            }
            if entry.data_offsets[0] != position || entry.data_offsets[1] < position {
                return Err(corrupt(
                    path,
                    &format!("the data of tensor '{name}' is out of place"),
                ));
            }
            position = entry.data_offsets[1];
        }
        // State that is not asked for lies behind the parameters, where `save` puts it.
        Ok(entries
            .into_iter()
            .map(|(name, entry)| (name, entry.data_offsets[1]))
            .collect())
    }

    fn tensor_mut(&mut self, name: &str) -> Option<&mut [f32]> {
        for parameter in &mut self.parameters {
            if parameter.name == name {
                return Some(&mut parameter.values);
            }
            if let Some(rest) = name
                .strip_prefix(&parameter.name)
                .and_then(|rest| rest.strip_prefix('/'))
                && let Some(state) = parameter.states.iter_mut().find(|state| state.name == rest)
            {
                return Some(&mut state.values);
            }
        }
        None
    }
}

fn corrupt(path: &str, reason: &str) -> Error {
    Error::new(ErrorCode::Corrupt, format!("{path}: {reason}."))
}

fn read_values(file: &mut impl Read, values: &mut [f32]) -> std::io::Result<()> {
    let mut block = vec![0u8; 4 * BLOCK];
    for values in values.chunks_mut(BLOCK) {
        let block = &mut block[..4 * values.len()];
        file.read_exact(block)?;
        for (value, bytes) in values.iter_mut().zip(block.as_chunks::<4>().0) {
            *value = f32::from_le_bytes(*bytes);
        }
    }
    Ok(())
}
