//! A checkpoint's file, which may be one that only another rank sees.

use std::fs::{File, OpenOptions};
use std::io::{Read, Result, Seek, SeekFrom, Write};
use std::sync::Arc;

use ranks::{Client, RemoteFile};

pub(crate) enum CheckpointFile {
    Own(File),
    Remote(RemoteFile),
}

impl CheckpointFile {
    /// Opens a regular file that exists, to read it. With a client it is the server's file.
    pub fn open(path: &str, client: Option<&Arc<Client>>) -> Result<Self> {
        if let Some(client) = client {
            return Ok(Self::Remote(RemoteFile::open(Arc::clone(client), path)?));
        }
        // This is checked first, because opening a pipe would wait for a writer.
        if !std::fs::metadata(path)?.is_file() {
            return Err(std::io::Error::other("it is not a regular file"));
        }
        Ok(Self::Own(File::open(path)?))
    }

    /// As `open`, to write into it.
    pub fn open_to_write(path: &str, client: Option<&Arc<Client>>) -> Result<Self> {
        if let Some(client) = client {
            return Ok(Self::Remote(RemoteFile::open(Arc::clone(client), path)?));
        }
        Ok(Self::Own(OpenOptions::new().write(true).open(path)?))
    }

    pub fn length(&self) -> Result<u64> {
        match self {
            Self::Own(file) => Ok(file.metadata()?.len()),
            Self::Remote(file) => Ok(file.length()),
        }
    }

    /// Returns once everything that was written is on the disk.
    pub fn sync(&mut self) -> Result<()> {
        match self {
            Self::Own(file) => file.sync_all(),
            Self::Remote(file) => file.sync_all(),
        }
    }
}

impl Read for CheckpointFile {
    fn read(&mut self, bytes: &mut [u8]) -> Result<usize> {
        match self {
            Self::Own(file) => file.read(bytes),
            Self::Remote(file) => file.read(bytes),
        }
    }
}

impl Write for CheckpointFile {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        match self {
            Self::Own(file) => file.write(bytes),
            Self::Remote(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> Result<()> {
        match self {
            Self::Own(file) => file.flush(),
            Self::Remote(file) => file.flush(),
        }
    }
}

impl Seek for CheckpointFile {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        match self {
            Self::Own(file) => file.seek(to),
            Self::Remote(file) => file.seek(to),
        }
    }
}
