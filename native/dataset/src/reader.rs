//! Opens a prepared dataset: checks its manifest and file sizes, and maps its files into memory.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use memmap2::Mmap;
use sha2::{Digest, Sha256};

use crate::error::{Error, ErrorCode, Result};
use crate::hex::to_hex;
use crate::manifest::{ColumnEntry, FILE_NAME, FORMAT, FileEntry, Manifest, VERSION, content_hash};
use crate::regular_file::open_regular;
use crate::seal::unseal;
use crate::split::Split;

/// The size of the largest manifest that is read.
const MAX_MANIFEST_BYTES: u64 = 256 << 20;
/// The bytes of a value in `rows.bin` and in a bag.
pub const VALUE_BYTES: usize = 4;
/// The bytes of a bag's offset.
pub const OFFSET_BYTES: usize = 8;

/// A prepared dataset, opened for reading.
#[derive(Debug)]
pub struct Dataset {
    folder: PathBuf,
    manifest_text: String,
    manifest: Manifest,
    splits: [SplitFiles; 3],
}

/// The mapped files of one split.
#[derive(Debug)]
pub struct SplitFiles {
    pub rows: usize,
    pub records: MappedFile,
    /// The files of each multi-valued column.
    pub bags: Vec<BagFiles>,
}

#[derive(Debug)]
pub struct BagFiles {
    /// rows + 1 little-endian u64.
    pub offsets: MappedFile,
    /// Little-endian u32.
    pub values: MappedFile,
}

/// A file's bytes. Nothing is mapped of an empty file.
#[derive(Debug)]
pub struct MappedFile(Option<Mmap>);

impl MappedFile {
    pub fn bytes(&self) -> &[u8] {
        self.0.as_deref().unwrap_or_default()
    }
}

impl Dataset {
    /// # Errors
    /// NotFound or Io if it cannot be read, Corrupt if its files are not what the manifest says.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE_NAME);
        let corrupt = |what: String| Error::file(ErrorCode::Corrupt, &path, what);
        refuse_link(&path)?;
        let manifest_text = unseal(&read_manifest(&path)?).ok_or_else(|| {
            corrupt("the manifest is damaged (its checksum differs); import the data again".into())
        })?;
        let manifest: Manifest = serde_json::from_str(&manifest_text)
            .map_err(|error| corrupt(format!("this is not a dataset manifest ({error})")))?;
        if manifest.format != FORMAT || manifest.version != VERSION {
            return Err(corrupt(format!(
                "the format is {} version {}, but this program reads {FORMAT} version {VERSION}",
                manifest.format, manifest.version
            )));
        }
        for file in &manifest.files {
            check_size(folder, file)?;
        }
        let split = |split: Split| SplitFiles::open(folder, &manifest, split);
        Ok(Self {
            splits: [
                split(Split::Train)?,
                split(Split::Validation)?,
                split(Split::Test)?,
            ],
            folder: folder.to_path_buf(),
            manifest_text,
            manifest,
        })
    }

    /// The manifest as it is on disk, without its checksum.
    pub fn manifest_text(&self) -> &str {
        &self.manifest_text
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    pub fn split(&self, split: Split) -> &SplitFiles {
        &self.splits[split as usize]
    }

    /// Reads every file through and compares its SHA-256 with the manifest's.
    ///
    /// # Errors
    /// Corrupt, naming the file that differs.
    pub fn verify(&self) -> Result<()> {
        let files = &self.manifest.files;
        let next = AtomicUsize::new(0);
        let found: Vec<OnceLock<Error>> = files.iter().map(|_| OnceLock::new()).collect();
        let work = || {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(file) = files.get(index) else { return };
                if let Err(error) = self.verify_file(file) {
                    // Each file is verified once, so nothing is set there yet.
                    drop(found[index].set(error));
                }
            }
        };
        let threads = thread::available_parallelism()
            .map_or(1, usize::from)
            .min(files.len());
        thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
        if let Some(error) = found.into_iter().find_map(OnceLock::into_inner) {
            return Err(error);
        }
        if content_hash(&self.manifest.files) != self.manifest.hash {
            let path = self.folder.join(FILE_NAME);
            let what = "its hash does not match its list of files; import the data again";
            return Err(Error::file(ErrorCode::Corrupt, &path, what));
        }
        Ok(())
    }
}

impl Dataset {
    fn verify_file(&self, file: &FileEntry) -> Result<()> {
        check_size(&self.folder, file)?;
        let path = self.folder.join(&file.path);
        if hash_file(&path)? == file.sha256 {
            return Ok(());
        }
        let what = "the content has changed since the import (its SHA-256 differs); import the data again";
        Err(Error::file(ErrorCode::Corrupt, &path, what))
    }
}

impl SplitFiles {
    fn open(folder: &Path, manifest: &Manifest, split: Split) -> Result<Self> {
        let name = Split::NAMES[split as usize];
        let splits = &manifest.splits;
        let rows = [&splits.train, &splits.validation, &splits.test][split as usize].rows;
        let multi_valued = |column: &&ColumnEntry| matches!(column, ColumnEntry::MultiValued(_));
        let bags = manifest.columns.iter().filter(multi_valued).count();
        let singles = (manifest.columns.len() - bags) as u64;
        let file = |path: String, expected: Option<u64>| map_file(folder, manifest, &path, expected);
        let bag = |bag: usize| {
            let offsets = file(
                format!("{name}/bag-{bag}.offsets"),
                rows.checked_add(1)
                    .and_then(|count| count.checked_mul(OFFSET_BYTES as u64)),
            )?;
            let last = offsets.bytes().last_chunk::<OFFSET_BYTES>();
            let values = last.and_then(|last| u64::from_le_bytes(*last).checked_mul(VALUE_BYTES as u64));
            let values = file(format!("{name}/bag-{bag}.values"), values)?;
            Ok(BagFiles { offsets, values })
        };
        let record_bytes = (1 + singles) * VALUE_BYTES as u64;
        Ok(Self {
            rows: usize::try_from(rows).unwrap_or(usize::MAX),
            records: file(format!("{name}/rows.bin"), rows.checked_mul(record_bytes))?,
            bags: (0..bags).map(bag).collect::<Result<_>>()?,
        })
    }
}

fn read_manifest(path: &Path) -> Result<String> {
    let file = open_regular(path)?;
    let mut text = String::new();
    let read = file.take(MAX_MANIFEST_BYTES + 1).read_to_string(&mut text);
    match read {
        Ok(length) if length as u64 > MAX_MANIFEST_BYTES => {
            Err(Error::file(ErrorCode::Corrupt, path, "the manifest is too large"))
        }
        Ok(_) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => Err(Error::file(
            ErrorCode::Corrupt,
            path,
            "this is not a dataset manifest (it is not UTF-8 text)",
        )),
        Err(error) => Err(Error::io(path, &error)),
    }
}

/// Content files lie in the dataset's folder and have the size that the manifest says.
fn check_size(folder: &Path, file: &FileEntry) -> Result<()> {
    let relative = Path::new(&file.path);
    let inside = relative
        .components()
        .all(|component| matches!(component, std::path::Component::Normal(_)));
    if !inside {
        let what = format!("it lists the file {}, which is outside the dataset", file.path);
        return Err(Error::file(ErrorCode::Corrupt, &folder.join(FILE_NAME), what));
    }
    let path = folder.join(relative);
    for ancestor in path.ancestors().take(relative.components().count()) {
        refuse_link(ancestor)?;
    }
    let metadata = match fs::metadata(&path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let what = "the file is missing from the dataset; import the data again";
            return Err(Error::file(ErrorCode::Corrupt, &path, what));
        }
        Err(error) => return Err(Error::io(&path, &error)),
    };
    if !metadata.is_file() || metadata.len() != file.bytes {
        let what = format!(
            "the file has {} bytes, but the manifest says {}; import the data again",
            metadata.len(),
            file.bytes
        );
        return Err(Error::file(ErrorCode::Corrupt, &path, what));
    }
    Ok(())
}

/// A link could lead out of the workspace, to any file of the user's.
fn refuse_link(path: &Path) -> Result<()> {
    let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
    if !is_link {
        return Ok(());
    }
    let what = "symbolic links are not followed inside a dataset; replace the link with the file itself";
    Err(Error::file(ErrorCode::InvalidArgument, path, what))
}

fn map_file(folder: &Path, manifest: &Manifest, name: &str, expected: Option<u64>) -> Result<MappedFile> {
    let path = folder.join(name);
    let listed = manifest.files.iter().find(|file| file.path == name);
    let Some(listed) = listed.filter(|file| Some(file.bytes) == expected) else {
        let what = "its size does not match the dataset's rows and columns; import the data again";
        return Err(Error::file(ErrorCode::Corrupt, &path, what));
    };
    if listed.bytes == 0 {
        return Ok(MappedFile(None));
    }
    let file = open_regular(&path)?;
    // SAFETY: a finished dataset's files are never written again by this program. Were another to write into them,
    // values would change, each of which is checked where it is used as an index.
    let map = unsafe { Mmap::map(&file) }.map_err(|error| Error::io(&path, &error))?;
    if map.len() as u64 != listed.bytes {
        return Err(Error::file(
            ErrorCode::Corrupt,
            &path,
            "the file changed while it was being opened",
        ));
    }
    Ok(MappedFile(Some(map)))
}

fn hash_file(path: &Path) -> Result<String> {
    let mut file = open_regular(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let count = file.read(&mut buffer).map_err(|error| Error::io(path, &error))?;
        if count == 0 {
            return Ok(to_hex(&hasher.finalize()));
        }
        hasher.update(&buffer[..count]);
    }
}
