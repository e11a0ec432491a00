//! Reads source files, plain or compressed, on a thread of its own. Their bytes are hashed and come in blocks of text.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use sha2::{Digest, Sha256};

use crate::compression::{Compression, decompressed, fault_in};
use crate::error::{Error, ErrorCode, Result};
use crate::hex::to_hex;
use crate::read_ahead::{BlockSender, ReadAhead};
use crate::regular_file::open_regular;
use crate::text_encoding::{TextDecoder, TextEncoding};
use crate::zip_members::{Member, ZIP_START, members};

/// The size of a block in bytes.
const BLOCK_BYTES: usize = 512 * 1024;
/// The length of a file's end that tells some formats.
const END_BYTES: i64 = 4;
/// How much of a file tells its compression.
const START_BYTES: u64 = 16;

/// A file's decompressed content.
pub type Content = Box<dyn BufRead + Send>;

/// A file to import, or a file in a zip archive, which has been found to be readable.
#[derive(Clone, Debug)]
pub struct Source {
    pub path: PathBuf,
    /// On disk, compressed or not.
    pub bytes: u64,
    member: Option<Member>,
    compression: Option<Compression>,
    encoding: TextEncoding,
}

impl Source {
    /// A file, or all files in it if it is a zip archive.
    ///
    /// # Errors
    /// NotFound, Io, Corrupt or InvalidArgument that names the file, if it is missing, unreadable, empty or no file.
    pub fn inspect(path: &Path, encoding: TextEncoding) -> Result<Vec<Self>> {
        let metadata = fs::metadata(path).map_err(|error| Error::io(path, &error))?;
        if metadata.is_dir() {
            let what = "this is a folder; choose a file in it";
            return Err(Error::file(ErrorCode::InvalidArgument, path, what));
        }
        if !metadata.is_file() {
            let what = "this is not a regular file; copy the data to one";
            return Err(Error::file(ErrorCode::InvalidArgument, path, what));
        }
        let file = open_regular(path)?;
        if metadata.len() == 0 {
            return Err(Error::file(ErrorCode::InvalidArgument, path, "the file is empty"));
        }
        let mut start = Vec::new();
        (&file)
            .take(START_BYTES)
            .read_to_end(&mut start)
            .map_err(|error| Error::io(path, &error))?;
        let source = |bytes, member| Self {
            path: path.to_path_buf(),
            bytes,
            member,
            compression: Compression::of(&start),
            encoding,
        };
        if !start.starts_with(ZIP_START) {
            return Ok(vec![source(metadata.len(), None)]);
        }
        let members = members(path, file)?.into_iter();
        Ok(members.map(|member| source(member.bytes, Some(member))).collect())
    }

    /// A file, or the first one in it if it is a zip archive.
    ///
    /// # Errors
    /// As `inspect`.
    pub fn first(path: &Path) -> Result<Self> {
        let first = Self::inspect(path, TextEncoding::default())?.into_iter().next();
        first.ok_or_else(|| Error::file(ErrorCode::InvalidArgument, path, "there is no file in it"))
    }

    /// What the file is compressed by.
    pub fn compression(&self) -> Option<&'static str> {
        match (&self.member, self.compression) {
            (Some(_), _) => Some("zip"),
            (None, compression) => compression.map(Compression::name),
        }
    }

    /// Whether the file has its content as it is.
    pub fn is_plain(&self) -> bool {
        self.member.is_none() && self.compression.is_none()
    }

    /// The first `limit` bytes of the decompressed content.
    pub fn beginning(&self, limit: u64) -> Result<Vec<u8>> {
        let mut start = Vec::new();
        self.content(Arc::default())?
            .take(limit)
            .read_to_end(&mut start)
            .map_err(|error| read_error(&self.path, &error))?;
        Ok(start)
    }

    /// The file's last bytes, which are none of a compressed file.
    pub fn end(&self) -> Result<Vec<u8>> {
        let mut end = Vec::new();
        if self.is_plain() && self.bytes > END_BYTES as u64 {
            let mut file = open_regular(&self.path)?;
            file.seek(SeekFrom::End(-END_BYTES))
                .and_then(|_| file.read_to_end(&mut end))
                .map_err(|error| Error::io(&self.path, &error))?;
        }
        Ok(end)
    }

    /// The decompressed content. `bytes_read` is added to as the file is read.
    pub fn content(&self, bytes_read: Arc<AtomicU64>) -> Result<Content> {
        self.hashed_content(bytes_read, &Hash::default())
    }

    /// As `content`; the file's bytes are hashed as they are read.
    pub fn hashed_content(&self, bytes_read: Arc<AtomicU64>, hash: &Hash) -> Result<Content> {
        let file = HashingReader {
            file: self.part(0)?,
            counter: bytes_read,
            hash: hash.clone(),
        };
        let content: Box<dyn Read + Send> = match &self.member {
            None => Box::new(file),
            Some(member) => member.content(file),
        };
        let content = decompressed(content, self.bytes).map_err(|error| read_error(&self.path, &error))?;
        Ok(Box::new(BufReader::with_capacity(BLOCK_BYTES, content)))
    }

    /// The file's bytes from `start`, or those of the file in an archive.
    fn part(&self, start: u64) -> Result<io::Take<File>> {
        let mut file = open_regular(&self.path)?;
        let before = self.member.as_ref().map_or(0, |member| member.start);
        file.seek(SeekFrom::Start(before.saturating_add(start)))
            .map_err(|error| Error::io(&self.path, &error))?;
        // A file that grows while it is read is read to its end, whereupon its hash differs.
        let length = self.member.as_ref().map_or(u64::MAX, |member| member.bytes);
        Ok(file.take(length.saturating_sub(start)))
    }

    /// The SHA-256 of the source's bytes, of which those that were not read are read now.
    pub fn finish_hash(&self, hash: &Hash) -> Result<String> {
        let hashed = hash.0.lock().map_or(0, |state| state.1);
        let mut rest = HashingReader {
            file: self.part(hashed)?,
            counter: Arc::default(),
            hash: hash.clone(),
        };
        let mut buffer = vec![0; BLOCK_BYTES];
        while rest
            .read(&mut buffer)
            .map_err(|error| Error::io(&self.path, &error))?
            > 0
        {}
        Ok(hash.text())
    }

    /// Whether bytes of its text are bytes of the file.
    pub fn is_plain_utf8(&self) -> bool {
        self.is_plain() && self.encoding == TextEncoding::Utf8
    }

    /// The first `limit` bytes of the decompressed text, and how many source bytes they take.
    pub fn sample(&self, limit: u64) -> Result<(Vec<u8>, u64)> {
        let counter = Arc::new(AtomicU64::new(0));
        let mut text = Vec::new();
        self.content(counter.clone())?
            .take(limit)
            .read_to_end(&mut text)
            .map_err(|error| read_error(&self.path, &error))?;
        let text = TextDecoder::new(self.encoding).decode(text);
        Ok((text, counter.load(Ordering::Relaxed).max(1)))
    }
}

/// A failure to read a file's content, which may be because its compressed data are damaged.
pub fn read_error(path: &Path, error: &io::Error) -> Error {
    match fault_in(error) {
        Some(fault) => Error::file(ErrorCode::Corrupt, path, fault),
        None => Error::io(path, error),
    }
}

/// The SHA-256 of what has been read of a file, and how much that is.
#[derive(Clone, Default)]
pub struct Hash(Arc<Mutex<(Sha256, u64)>>);

impl Hash {
    fn update(&self, bytes: &[u8]) {
        if let Ok(mut state) = self.0.lock() {
            state.0.update(bytes);
            state.1 += bytes.len() as u64;
        }
    }

    fn text(&self) -> String {
        self.0
            .lock()
            .map_or_else(|_| String::new(), |state| to_hex(&state.0.clone().finalize()))
    }
}

/// Counts and hashes the bytes of a file as they are read.
struct HashingReader {
    file: io::Take<File>,
    counter: Arc<AtomicU64>,
    hash: Hash,
}

impl Read for HashingReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.counter.fetch_add(count as u64, Ordering::Relaxed);
        self.hash.update(&buffer[..count]);
        Ok(count)
    }
}

/// A text in blocks, in order.
pub trait Blocks {
    /// The next block, or `None` at the end of the text.
    fn next(&mut self) -> Result<Option<Vec<u8>>>;

    /// Returns a used block, so that its memory is used again.
    fn recycle(&self, block: Vec<u8>);
}

/// A file's text in blocks, read ahead by another thread.
pub struct BlockStream(ReadAhead<Vec<u8>>);

impl BlockStream {
    /// `bytes_read` is added to as source bytes are read.
    pub fn open(source: &Source, bytes_read: Arc<AtomicU64>) -> Result<Self> {
        let hash = Hash::default();
        let content = source.hashed_content(bytes_read, &hash)?;
        let source = source.clone();
        let read = move |sender: BlockSender<Vec<u8>>| {
            if send_blocks(&source, content, &sender) {
                source.finish_hash(&hash)
            } else {
                Ok(String::new())
            }
        };
        ReadAhead::start(read).map(Self)
    }

    /// The SHA-256 of the source's bytes; call it after the last block.
    pub fn finish(self) -> Result<String> {
        self.0.finish()
    }
}

impl Blocks for BlockStream {
    fn next(&mut self) -> Result<Option<Vec<u8>>> {
        self.0.next()
    }

    fn recycle(&self, block: Vec<u8>) {
        self.0.recycle(block);
    }
}

/// Reads to the end, or until the receiver is dropped or reading fails. Returns whether it was to the end.
fn send_blocks(source: &Source, mut content: Content, sender: &BlockSender<Vec<u8>>) -> bool {
    let mut text = TextDecoder::new(source.encoding);
    loop {
        let mut block = sender.spare().unwrap_or_else(|| Vec::with_capacity(BLOCK_BYTES));
        block.clear();
        let result = (&mut content).take(BLOCK_BYTES as u64).read_to_end(&mut block);
        let message = match result {
            Ok(0) => {
                let rest = text.finish();
                if !rest.is_empty() {
                    // Without a receiver the rest is not needed.
                    sender.send(Ok(rest));
                }
                return true;
            }
            Ok(_) => Ok(text.decode(block)),
            Err(error) => Err(read_error(&source.path, &error)),
        };
        let failed = message.is_err();
        if !sender.send(message) || failed {
            return false;
        }
    }
}
