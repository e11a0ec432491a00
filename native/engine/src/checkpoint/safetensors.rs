//! The header of a safetensors file: the names, types, shapes and places of its tensors, and this program's notes.

use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::file::CheckpointFile;
use error_code::{Error, ErrorCode, Result};
use ranks::Client;

/// The largest header that is read. `save` writes none that is larger.
const MAX_HEADER: u64 = 256 << 20;

/// What a header says of a tensor.
#[derive(Deserialize, Serialize)]
pub(crate) struct Entry {
    pub dtype: String,
    pub shape: Vec<usize>,
    /// The place of its bytes behind the header.
    pub data_offsets: [u64; 2],
}

impl Entry {
    /// Whether it has this type and shape, and the bytes for elements of `size` bytes.
    pub fn is(&self, dtype: &str, shape: &[usize], size: usize) -> bool {
        let bytes = self.data_offsets[1].wrapping_sub(self.data_offsets[0]);
        self.dtype == dtype && self.shape == shape && bytes == (size * shape.iter().product::<usize>()) as u64
    }

    /// Its type and shape, for messages.
    pub fn describe(&self) -> String {
        format!("{} {:?}", self.dtype, self.shape)
    }
}

/// The entries of tensors whose bytes follow one another. Each is given as its name, type, shape and number of bytes.
pub(crate) fn entries(
    tensors: impl Iterator<Item = (String, String, Vec<usize>, u64)>,
) -> Vec<(String, Entry)> {
    let mut position = 0;
    let entry = |(name, dtype, shape, bytes)| {
        let start = position;
        position += bytes;
        let data_offsets = [start, position];
        let entry = Entry {
            dtype,
            shape,
            data_offsets,
        };
        (name, entry)
    };
    tensors.map(entry).collect()
}

/// The length and the text of a file's header.
pub(crate) fn header(entries: &[(String, Entry)], metadata: &str, step_count: Option<u64>) -> Vec<u8> {
    let mut notes = json!({ "metadata": metadata });
    if let Some(count) = step_count {
        notes["stepCount"] = Value::String(count.to_string());
    }
    let mut header = Map::from_iter([("__metadata__".into(), notes)]);
    header.extend(entries.iter().map(|(name, entry)| (name.clone(), json!(entry))));
    let mut text = Value::Object(header).to_string().into_bytes();
    // The format requires aligned data and allows spaces at the end of the header.
    text.resize(text.len().next_multiple_of(8), b' ');
    let length = (text.len() as u64).to_le_bytes();
    length.into_iter().chain(text).collect()
}

/// A file whose header has been read.
pub(super) struct Opened {
    /// At the first byte behind the header.
    pub file: BufReader<CheckpointFile>,
    /// In the order of their bytes.
    pub entries: Vec<(String, Entry)>,
    pub metadata: String,
    pub step_count: Option<u64>,
    /// The number of bytes behind the header.
    bytes: u64,
}

impl Opened {
    /// # Errors
    /// NotFound, Io, or Corrupt when it is no safetensors file.
    pub fn new(path: &str, client: Option<&Arc<Client>>) -> Result<Self> {
        let failed = |error| read_error(path, &error);
        let file = CheckpointFile::open(path, client).map_err(|error| match error.kind() {
            std::io::ErrorKind::Other if error.raw_os_error().is_none() => corrupt(path, &error.to_string()),
            _ => failed(error),
        })?;
        let length = file.length().map_err(failed)?;
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
        let mut entries = Vec::new();
        for (name, entry) in header {
            let entry: Entry = serde_json::from_value(entry)
                .map_err(|error| corrupt(path, &format!("its entry for '{name}' is damaged: {error}")))?;
            entries.push((name, entry));
        }
        entries.sort_by_key(|(_, entry)| entry.data_offsets[0]);
        Ok(Self {
            file,
            entries,
            metadata: notes["metadata"].as_str().unwrap_or_default().to_owned(),
            step_count: notes["stepCount"].as_str().and_then(|steps| steps.parse().ok()),
            bytes: length - size - 8,
        })
    }

    /// Checks that the tensors follow one another up to the end of the file.
    ///
    /// # Errors
    /// Corrupt naming the tensor that is elsewhere.
    pub fn check_places(&self, path: &str) -> Result<()> {
        let mut position = 0;
        for (name, entry) in &self.entries {
            if entry.data_offsets[0] != position || entry.data_offsets[1] < position {
                return Err(corrupt(
                    path,
                    &format!("the data of tensor '{name}' is not where its header says"),
                ));
            }
            position = entry.data_offsets[1];
        }
        if position != self.bytes {
            return Err(corrupt(path, "its length does not match its header"));
        }
        Ok(())
    }
}

/// The error of a file that cannot be read, or that ends too early.
pub(super) fn read_error(path: &str, error: &std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::UnexpectedEof => corrupt(path, "it is truncated"),
        _ => Error::io(Path::new(path), error),
    }
}

pub(super) fn corrupt(path: &str, reason: &str) -> Error {
    Error::new(ErrorCode::Corrupt, format!("{path}: {reason}."))
}
