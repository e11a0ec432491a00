//! Writes the files of a prepared dataset. They are hashed while they are written, and synced together at the end.

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
use crate::split::Split;

const BUFFER_BYTES: usize = 1 << 18;
/// The number of threads that sync files at the same time. They only wait for the disk.
const SYNC_THREADS: usize = 32;
/// With fewer files than this for each thread, a further thread saves no time.
const FILES_A_THREAD: usize = 4;

/// One file being written.
pub struct HashedFile {
    path: PathBuf,
    /// The name in the manifest.
    name: String,
    file: File,
    buffer: Vec<u8>,
    hasher: Sha256,
    bytes: u64,
}

impl HashedFile {
    /// Creates a file. `name` is relative to `folder`, with forward slashes.
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

    /// Writes everything that is buffered. `NewFolder::keep` syncs it to the disk.
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

/// Writes the files of one split: one of row records, and two for each multi-valued column.
pub struct SplitWriter {
    rows: HashedFile,
    bags: Vec<BagWriter>,
}

struct BagWriter {
    offsets: HashedFile,
    values: HashedFile,
    /// Values written so far.
    position: u64,
}

impl SplitWriter {
    /// Creates the split's folder and files.
    pub fn create(folder: &Path, split: Split, bags: usize) -> Result<Self> {
        let split = Split::NAMES[split as usize];
        let path = folder.join(split);
        fs::create_dir(&path).map_err(|error| Error::io(&path, &error))?;
        let bag = |bag: usize| {
            let mut offsets = HashedFile::create(folder, format!("{split}/bag-{bag}.offsets"))?;
            offsets.write(&0_u64.to_le_bytes())?;
            Ok(BagWriter {
                offsets,
                values: HashedFile::create(folder, format!("{split}/bag-{bag}.values"))?,
                position: 0,
            })
        };
        Ok(Self {
            rows: HashedFile::create(folder, format!("{split}/rows.bin"))?,
            bags: (0..bags).map(bag).collect::<Result<_>>()?,
        })
    }

    /// Writes the record of one row.
    pub fn write_record(&mut self, record: &[u8]) -> Result<()> {
        self.rows.write(record)
    }

    /// Writes the values of one row in multi-valued column number `bag`.
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

/// The folder of an import. It is removed with all its content when it is dropped, unless it was kept.
pub struct NewFolder {
    path: PathBuf,
    kept: bool,
}

impl NewFolder {
    /// # Errors
    /// InvalidArgument if it exists already.
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

    /// Syncs every file and folder in it to the disk and keeps it.
    pub fn keep(mut self) -> Result<()> {
        let mut files = files_in(&self.path)?;
        for split in Split::NAMES {
            files.extend(files_in(&self.path.join(split))?);
        }
        sync_files(&files)?;
        for split in Split::NAMES {
            sync_folder(&self.path.join(split))?;
        }
        sync_folder(&self.path)?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for NewFolder {
    fn drop(&mut self) {
        if !self.kept {
            // If even this fails, there is nothing more to do. The next start of the app removes leftovers.
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

/// Syncs files to the disk on several threads. One after the other, thousands of files would wait for the disk thousands of
/// times, but a file system combines the writes of syncs that run at the same time.
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
        for split in [Split::Train, Split::Validation, Split::Test] {
            let split = SplitWriter::create(folder.path(), split, 1).unwrap();
            split.finish(&mut entries).unwrap();
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
        SplitWriter::create(folder.path(), Split::Train, 2).unwrap();
        drop(folder);
        assert!(!path.exists());
    }
}
