//! Checkpoints: parameters and optimizer state as safetensors, which are written and read as a stream.

mod file;
mod held;
mod safetensors;
mod tensors;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::model::Model;
use error_code::{Error, Result};

pub(crate) use file::CheckpointFile;
pub(crate) use safetensors::{entries, header};
pub(crate) use tensors::Data;

use safetensors::{Opened, read_error};

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
        self.find_substitutes()?;
        if self.distribution.is_some() {
            return self.save_across_ranks(path, metadata, include_state);
        }
        let tensors = self.parameters.tensors_to_save(include_state);
        let entries = entries(
            tensors
                .iter()
                .map(|(name, shape, data)| (name.clone(), data.dtype().into(), shape.clone(), data.bytes())),
        );
        let header = header(&entries, metadata, include_state.then(|| self.step_count()));
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

    /// Loads a file that `save` has written and returns its metadata. Files without state and those of older versions do not
    /// say which rows of a table are trained; all rows then count as trained. Nothing is changed unless the whole header
    /// fits the model. If a file ends early, the contents of the model's tensors are undefined.
    ///
    /// # Errors
    /// NotFound, Io, or Corrupt naming the tensor that is missing, extra or misshapen.
    pub fn load(&mut self, path: &str, include_state: bool) -> Result<String> {
        self.parameters.require_unquantised()?;
        let communicator = self
            .distribution
            .as_ref()
            .map(|distribution| &distribution.communicator);
        let mut opened = Opened::new(path, communicator.and_then(|communicator| communicator.client()))?;
        self.parameters
            .check_entries(path, &opened.entries, include_state)?;
        opened.check_places(path)?;
        self.forget_accumulated();
        self.parameters
            .read(&mut opened.file, &opened.entries)
            .map_err(|error| read_error(path, &error))?;
        if include_state && let Some(steps) = opened.step_count {
            self.set_step_count(steps);
        }
        Ok(opened.metadata)
    }
}
