//! Writes the files of a prepared dataset, hashed as they are written and synced together before they count.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::hex::to_hex;
use crate::manifest::FileEntry;
use crate::split::Part;

const BUFFER_BYTES: usize = 1 << 18;
/// Threads that wait for the disk at once; they compute nothing.
const SYNC_THREADS: usize = 32;
/// Below this many files another thread saves nothing.
const FILES_A_THREAD: usize = 4;

/// One file being written.
pub struct HashedFile {
    path: PathBuf,
    /// As the manifest names it.
    name: String,
    file: File,
    buffer: Vec<u8>,
    hasher: Sha256,
    bytes: u64,
}

impl HashedFile {
    /// A new file; `name` is relative to `folder`, with forward slashes.
    pub fn create(folder: &Path, name: String) -> Result<Self> {
        let path = folder.join(&name);
        let file = File::create_new(&path).map_err(|error| Error::io(&path, &error))?;
        Ok(Self {
            path,
            name,
            file,
            buffer: Vec::with_capacity(BUFFER_BYTES),
            hasher: Sha256::new(),
            bytes: 0,
        })
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BUFFER_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    /// Hands everything to the system; `NewFolder::keep` brings it to the disk.
    pub fn finish(mut self) -> Result<FileEntry> {
        self.flush()?;
        Ok(FileEntry {
            path: self.name,
            bytes: self.bytes,
            sha256: to_hex(&self.hasher.finalize()),
        })
    }

    fn flush(&mut self) -> Result<()> {
        self.hasher.update(&self.buffer);
        self.bytes += self.buffer.len() as u64;
        let written = self.file.write_all(&self.buffer);
        self.buffer.clear();
        written.map_err(|error| Error::io(&self.path, &error))
    }
}

/// The files of one part: row records, and a bag of values for each multi-valued column.
pub struct PartWriter {
    rows: HashedFile,
    bags: Vec<BagWriter>,
}

struct BagWriter {
    offsets: HashedFile,
    values: HashedFile,
    /// Values written so far.
    position: u64,
}

impl PartWriter {
    /// Makes the part's folder and files.
    pub fn create(folder: &Path, part: Part, bags: usize) -> Result<Self> {
        let part = Part::NAMES[part as usize];
        let path = folder.join(part);
        fs::create_dir(&path).map_err(|error| Error::io(&path, &error))?;
        let bag = |bag: usize| {
            let mut offsets = HashedFile::create(folder, format!("{part}/bag-{bag}.offsets"))?;
            offsets.write(&0_u64.to_le_bytes())?;
            Ok(BagWriter {
                offsets,
                values: HashedFile::create(folder, format!("{part}/bag-{bag}.values"))?,
                position: 0,
            })
        };
        Ok(Self {
            rows: HashedFile::create(folder, format!("{part}/rows.bin"))?,
            bags: (0..bags).map(bag).collect::<Result<_>>()?,
        })
    }

    /// One row's record.
    pub fn write_record(&mut self, record: &[u8]) -> Result<()> {
        self.rows.write(record)
    }

    /// One row's values in bag number `bag`.
    pub fn write_bag(&mut self, bag: usize, values: &[u32]) -> Result<()> {
        let bag = &mut self.bags[bag];
        for value in values {
            bag.values.write(&value.to_le_bytes())?;
        }
        bag.position += values.len() as u64;
        bag.offsets.write(&bag.position.to_le_bytes())
    }

    pub fn finish(self, files: &mut Vec<FileEntry>) -> Result<()> {
        files.push(self.rows.finish()?);
        for bag in self.bags {
            files.push(bag.offsets.finish()?);
            files.push(bag.values.finish()?);
        }
        Ok(())
    }
}

/// The folder of an import: removed with all its content unless kept.
pub struct NewFolder {
    path: PathBuf,
    kept: bool,
}

impl NewFolder {
    /// # Errors
    /// InvalidArgument where it exists already.
    pub fn create(path: &Path) -> Result<Self> {
        fs::create_dir(path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Error::argument(format!(
                "{}: the destination exists already; choose a new folder.",
                path.display()
            )),
            _ => Error::io(path, &error),
        })?;
        Ok(Self {
            path: path.to_path_buf(),
            kept: false,
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Brings every file and folder in it to the disk, and keeps it.
    pub fn keep(mut self) -> Result<()> {
        let mut files = files_in(&self.path)?;
        for part in Part::NAMES {
            files.extend(files_in(&self.path.join(part))?);
        }
        sync_files(&files)?;
        for part in Part::NAMES {
            sync_folder(&self.path.join(part))?;
        }
        sync_folder(&self.path)?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for NewFolder {
    fn drop(&mut self) {
        if !self.kept {
            // Nothing better can be done where even removing fails; the caller sweeps leftovers on the next start.
            drop(fs::remove_dir_all(&self.path));
        }
    }
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |error: io::Error| Error::io(folder, &error);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_type().map_err(failed)?.is_file() {
            files.push(entry.path());
        }
    }
    Ok(files)
}

/// Brings files to the disk. Thousands of them, one after the other, would wait for the disk thousands of times; file
/// systems write what is asked of them at the same time together.
fn sync_files(files: &[PathBuf]) -> Result<()> {
    let next = AtomicUsize::new(0);
    let failure = Mutex::new(None);
    let work = || {
        while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let file = File::options().write(true).open(path);
            if let Err(error) = file.and_then(|file| file.sync_all()) {
                let mut failure = failure.lock().unwrap_or_else(PoisonError::into_inner);
                failure.get_or_insert(Error::io(path, &error));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..files.len().div_ceil(FILES_A_THREAD).min(SYNC_THREADS) {
            scope.spawn(work);
        }
        work();
    });
    failure
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
        .map_or(Ok(()), Err)
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> Result<()> {
    let synced = File::open(path).and_then(|folder| folder.sync_all());
    synced.map_err(|error| Error::io(path, &error))
}

/// Windows cannot sync folders; NTFS journals them.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    #[cfg(target_os = "linux")]
    #[test]
    fn tells_a_full_disk_from_other_failures() {
        let file = File::options().write(true).open("/dev/full").unwrap();
        let mut full = HashedFile {
            path: "rows.bin".into(),
            name: "rows.bin".to_string(),
            file,
            buffer: Vec::new(),
            hasher: Sha256::new(),
            bytes: 0,
        };
        full.write(b"row").unwrap();
        assert_eq!(full.flush().unwrap_err().code, ErrorCode::DiskFull);
    }

    #[test]
    fn keeps_more_files_than_there_are_threads_and_names_one_that_cannot_be_synced() {
        let parent = tempfile::tempdir().unwrap();
        let folder = NewFolder::create(&parent.path().join("new")).unwrap();
        let mut entries = Vec::new();
        for part in [Part::Train, Part::Validation, Part::Test] {
            let part = PartWriter::create(folder.path(), part, 1).unwrap();
            part.finish(&mut entries).unwrap();
        }
        for index in 0..300 {
            let mut file = HashedFile::create(folder.path(), format!("vocabulary-{index}.jsonl")).unwrap();
            file.write(b"value").unwrap();
            entries.push(file.finish().unwrap());
        }
        let path = folder.path().to_path_buf();
        folder.keep().unwrap();
        for entry in &entries {
            assert_eq!(fs::metadata(path.join(&entry.path)).unwrap().len(), entry.bytes);
        }
        let missing = path.join("missing");
        let failure = sync_files(&[path.join("vocabulary-0.jsonl"), missing.clone()]).unwrap_err();
        assert_eq!(failure.code, ErrorCode::NotFound);
        assert!(failure.message.contains(&missing.display().to_string()));
    }

    #[test]
    fn removes_a_folder_that_is_not_kept() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("new");
        let folder = NewFolder::create(&path).unwrap();
        assert_eq!(
            NewFolder::create(&path).err().unwrap().code,
            ErrorCode::InvalidArgument
        );
        PartWriter::create(folder.path(), Part::Train, 2).unwrap();
        drop(folder);
        assert!(!path.exists());
    }
}
