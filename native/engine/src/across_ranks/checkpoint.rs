//! A checkpoint that all ranks write at once: each the tensors that it has, at their places in the same file.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::checkpoint::{CheckpointFile, Data, Saved, entries, header};
use crate::model::Model;
use crate::parameter::{Held, Parameter};
use crate::tensors::ParameterKind;
use error_code::{Error, ErrorCode, Result};

/// How many bytes are read at a time to hash the file.
const BLOCK: usize = 1 << 20;

/// A tensor that a rank has, or has a part of.
#[derive(Clone, Deserialize, Serialize)]
struct Described {
    name: String,
    dtype: String,
    shape: Vec<usize>,
    bytes: u64,
}

/// How one rank's part of the work ended.
#[derive(Deserialize, Serialize)]
struct Outcome {
    failure: Option<(String, String)>,
    bytes: u64,
    sha256: String,
}

impl Model {
    /// As `save`, with the same file as that of a model without ranks. A rank that does not see the file has another one write for it.
    pub(crate) fn save_across_ranks(
        &mut self,
        path: &str,
        metadata: &str,
        include_state: bool,
    ) -> Result<Saved> {
        let names = self.parameters.tensor_names(include_state);
        let described = self.described(include_state);
        let message = serde_json::to_vec(&described).map_err(unreadable)?;
        let distribution = self.distribution.as_ref().expect("the model has ranks");
        let mut all: Vec<Described> = Vec::new();
        for message in distribution.all_gather(message)? {
            let of_rank: Vec<Described> = serde_json::from_slice(&message).map_err(unreadable)?;
            all.extend(of_rank);
        }
        // A substitute exists only where a table has untrained rows.
        let tensors = names
            .iter()
            .filter_map(|name| all.iter().find(|tensor| tensor.name == *name));
        let entries = entries(tensors.map(|tensor| {
            let Described {
                name,
                dtype,
                shape,
                bytes,
            } = tensor.clone();
            (name, dtype, shape, bytes)
        }));
        let step_count = include_state.then(|| self.step_count());
        let header = header(&entries, metadata, step_count);
        let length = entries.last().map_or(0, |(_, entry)| entry.data_offsets[1]);
        let places: Vec<(String, u64)> = entries
            .into_iter()
            .map(|(name, entry)| (name, entry.data_offsets[0]))
            .collect();
        let is_first = distribution.rank() == 0;
        let begun = if is_first {
            begin(path, &header, length)
        } else {
            Ok(())
        };
        self.agree(begun.map(|()| Saved::default()))?;
        let written = self.write_own(path, header.len() as u64, &places, include_state);
        self.agree(written.map(|()| Saved::default()))?;
        let hashed = if is_first {
            hash(path)
        } else {
            Ok(Saved::default())
        };
        self.agree(hashed)
    }

    /// What this rank has of what `save` writes. Dense parameters, which all ranks have, are those of rank 0.
    fn described(&self, include_state: bool) -> Vec<Described> {
        self.own_tensors(include_state)
            .into_iter()
            .map(|(name, shape, data, _)| Described {
                name,
                dtype: data.dtype().into(),
                bytes: (data.element_bytes() * shape.iter().product::<usize>()) as u64,
                shape,
            })
            .collect()
    }

    fn own_tensors(&self, include_state: bool) -> Vec<(String, Vec<usize>, Data<'_>, Held)> {
        let is_first = self
            .distribution
            .as_ref()
            .is_none_or(|distribution| distribution.rank() == 0);
        let held = |name: &str| {
            let base = |parameter: &&Parameter| {
                name.strip_prefix(&parameter.name)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            let longest = self
                .parameters
                .all()
                .iter()
                .filter(base)
                .max_by_key(|parameter| parameter.name.len());
            longest.map_or((Held::All, false), |parameter| {
                (parameter.held.clone(), parameter.kind == ParameterKind::Dense)
            })
        };
        let tensors = self.parameters.tensors_to_save(include_state).into_iter();
        tensors
            .filter_map(|(name, shape, data)| {
                let (held, is_dense) = held(&name);
                let is_own = held != Held::Nothing && (is_first || !is_dense);
                is_own.then_some((name, shape, data, held))
            })
            .collect()
    }

    fn write_own(
        &self,
        path: &str,
        header: u64,
        places: &[(String, u64)],
        include_state: bool,
    ) -> Result<()> {
        let failed = |error: std::io::Error| Error::io(Path::new(path), &error);
        let distribution = self.distribution.as_ref().expect("the model has ranks");
        let client = distribution.communicator.client();
        let file = CheckpointFile::open_to_write(path, client).map_err(failed)?;
        let mut file = BufWriter::with_capacity(BLOCK, file);
        for (name, shape, data, held) in self.own_tensors(include_state) {
            let place = places.iter().find(|(placed, _)| *placed == name);
            let (_, place) =
                place.ok_or_else(|| Error::state(format!("'{name}' has no place in {path}.")))?;
            let start = header + place;
            match (&held, data) {
                (Held::Columns(columns), Data::Floats(values)) => {
                    let (width, first) = match shape[..] {
                        [_, width] => (width, columns.start),
                        // The substitute is one row.
                        _ => (shape[0], columns.start),
                    };
                    for (row, values) in values.chunks_exact(columns.len()).enumerate() {
                        let position = start + 4 * (row * width + first) as u64;
                        file.seek(SeekFrom::Start(position)).map_err(failed)?;
                        for value in values {
                            file.write_all(&value.to_le_bytes()).map_err(failed)?;
                        }
                    }
                }
                (held, data) => {
                    let first = match held {
                        Held::Rows(rows) if data.has_part_of(&shape) => rows.start,
                        _ => 0,
                    };
                    let row_bytes = data.element_bytes() * shape[1..].iter().product::<usize>();
                    let start = start + (first * row_bytes) as u64;
                    file.seek(SeekFrom::Start(start)).map_err(failed)?;
                    data.write(|block| file.write_all(block).map_err(failed))?;
                }
            }
        }
        file.flush().map_err(failed)?;
        file.get_mut().sync().map_err(failed)
    }

    /// Waits for all ranks. Returns what rank 0 has, or the failure of the first rank that has one.
    fn agree(&self, own: Result<Saved>) -> Result<Saved> {
        let outcome = match own {
            Ok(Saved { bytes, sha256 }) => Outcome {
                failure: None,
                bytes,
                sha256,
            },
            Err(error) => Outcome {
                failure: Some((error.code.as_str().into(), error.message)),
                bytes: 0,
                sha256: String::new(),
            },
        };
        let message = serde_json::to_vec(&outcome).map_err(unreadable)?;
        let distribution = self.distribution.as_ref().expect("the model has ranks");
        let mut first = None;
        for (rank, message) in distribution.all_gather(message)?.into_iter().enumerate() {
            let outcome: Outcome = serde_json::from_slice(&message).map_err(unreadable)?;
            if let Some((code, message)) = outcome.failure {
                let codes = [ErrorCode::DiskFull, ErrorCode::NotFound, ErrorCode::Io];
                let code = codes.into_iter().find(|known| known.as_str() == code);
                return Err(Error::new(
                    code.unwrap_or(ErrorCode::InvalidState),
                    format!("Rank {rank}: {message}"),
                ));
            }
            first.get_or_insert(outcome);
        }
        let Outcome { bytes, sha256, .. } = first.ok_or_else(|| Error::state("No rank answered."))?;
        Ok(Saved { bytes, sha256 })
    }
}

fn begin(path: &str, header: &[u8], data: u64) -> Result<()> {
    let failed = |error: std::io::Error| Error::io(Path::new(path), &error);
    let mut file = File::create(path).map_err(failed)?;
    file.write_all(header).map_err(failed)?;
    file.set_len(header.len() as u64 + data).map_err(failed)
}

fn hash(path: &str) -> Result<Saved> {
    let failed = |error: std::io::Error| Error::io(Path::new(path), &error);
    let mut file = File::open(path).map_err(failed)?;
    let mut hash = Sha256::new();
    let mut block = vec![0u8; BLOCK];
    let mut bytes = 0;
    loop {
        let count = file.read(&mut block).map_err(failed)?;
        if count == 0 {
            break;
        }
        hash.update(&block[..count]);
        bytes += count as u64;
    }
    Ok(Saved {
        bytes,
        sha256: hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect(),
    })
}

fn unreadable(error: serde_json::Error) -> Error {
    Error::state(format!("A rank sent a message that cannot be read: {error}."))
}
