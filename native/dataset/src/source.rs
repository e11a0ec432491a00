//! Reads source files, plain or gzip, on a thread of its own. Their bytes are hashed and come in blocks of text.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};

use crate::error::{Error, ErrorCode, Result};
use crate::hex::to_hex;
use crate::regular_file::open_regular;
use crate::text_encoding::{TextDecoder, TextEncoding};

/// The size of a block in bytes.
const BLOCK_BYTES: usize = 512 * 1024;
/// How many blocks are read in advance.
const BLOCKS_AHEAD: usize = 4;
/// The first bytes of a gzip file, whatever its name is.
const GZIP_START: [u8; 2] = [0x1f, 0x8b];

/// A file to import, which has been found to be readable.
#[derive(Clone, Debug)]
pub struct Source {
    pub path: PathBuf,
    pub bytes: u64,
    pub gzip: bool,
    encoding: TextEncoding,
}

impl Source {
    /// # Errors
    /// NotFound, Io or InvalidArgument that names the file, if it is missing, unreadable, empty or no file.
    pub fn inspect(path: &Path, encoding: TextEncoding) -> Result<Self> {
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
        file.take(GZIP_START.len() as u64)
            .read_to_end(&mut start)
            .map_err(|error| Error::io(path, &error))?;
        Ok(Self {
            path: path.to_path_buf(),
            bytes: metadata.len(),
            gzip: start == GZIP_START,
            encoding,
        })
    }

    /// Whether bytes of its text are bytes of the file.
    pub fn is_plain_utf8(&self) -> bool {
        !self.gzip && self.encoding == TextEncoding::Utf8
    }

    /// The first `limit` bytes of the decompressed text, and how many source bytes they take.
    pub fn sample(&self, limit: u64) -> Result<(Vec<u8>, u64)> {
        let file = open_regular(&self.path)?;
        let counter = Arc::new(AtomicU64::new(0));
        let mut text = Vec::new();
        let read = HashingReader::new(file, counter.clone());
        decoder(read, self.gzip)
            .take(limit)
            .read_to_end(&mut text)
            .map_err(|error| self.read_error(&error))?;
        let text = TextDecoder::new(self.encoding).decode(text);
        Ok((text, counter.load(Ordering::Relaxed).max(1)))
    }

    fn read_error(&self, error: &io::Error) -> Error {
        let corrupt = matches!(
            error.kind(),
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData
        );
        if !self.gzip || !corrupt {
            return Error::io(&self.path, error);
        }
        let what = if error.kind() == io::ErrorKind::UnexpectedEof {
            "the gzip data ends too early, so the file is truncated; copy or download it again"
        } else {
            "the gzip data is damaged; copy or download the file again"
        };
        Error::file(ErrorCode::Corrupt, &self.path, what)
    }
}

fn decoder(read: HashingReader, gzip: bool) -> Box<dyn Read> {
    if gzip {
        Box::new(MultiGzDecoder::new(read))
    } else {
        Box::new(read)
    }
}

/// Counts and hashes the bytes of a file as they are read.
struct HashingReader {
    file: File,
    counter: Arc<AtomicU64>,
    hasher: Arc<std::sync::Mutex<Sha256>>,
}

impl HashingReader {
    fn new(file: File, counter: Arc<AtomicU64>) -> Self {
        Self {
            file,
            counter,
            hasher: Arc::default(),
        }
    }
}

impl Read for HashingReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.counter.fetch_add(count as u64, Ordering::Relaxed);
        if let Ok(mut hasher) = self.hasher.lock() {
            hasher.update(&buffer[..count]);
        }
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
pub struct BlockStream {
    blocks: Receiver<Result<Vec<u8>>>,
    spare: SyncSender<Vec<u8>>,
    thread: JoinHandle<String>,
}

impl BlockStream {
    /// `bytes_read` is added to as source bytes are read.
    pub fn open(source: &Source, bytes_read: Arc<AtomicU64>) -> Result<Self> {
        let file = open_regular(&source.path)?;
        let (sender, blocks) = sync_channel(BLOCKS_AHEAD);
        let (spare, spares) = sync_channel(BLOCKS_AHEAD + 1);
        let source = source.clone();
        let thread = std::thread::Builder::new()
            .name("import-read".to_string())
            .spawn(move || send_blocks(&source, file, bytes_read, &sender, &spares))
            .map_err(|error| {
                Error::new(
                    ErrorCode::Internal,
                    format!("The thread that reads the file could not be started: {error}."),
                )
            })?;
        Ok(Self {
            blocks,
            spare,
            thread,
        })
    }

    /// The SHA-256 of the source's bytes; call it after the last block.
    pub fn finish(self) -> Result<String> {
        drop(self.blocks);
        self.thread
            .join()
            .map_err(|_| Error::new(ErrorCode::Internal, "The reading thread failed."))
    }
}

impl Blocks for BlockStream {
    fn next(&mut self) -> Result<Option<Vec<u8>>> {
        self.blocks.recv().map_or(Ok(None), |block| block.map(Some))
    }

    fn recycle(&self, block: Vec<u8>) {
        // If the queue is full, there are enough spare blocks.
        drop(self.spare.try_send(block));
    }
}

/// Reads to the end, or until the receiver is dropped. Returns the hash of what was read.
fn send_blocks(
    source: &Source,
    file: File,
    bytes_read: Arc<AtomicU64>,
    sender: &SyncSender<Result<Vec<u8>>>,
    spares: &Receiver<Vec<u8>>,
) -> String {
    let read = HashingReader::new(file, bytes_read);
    let hasher = read.hasher.clone();
    let mut input = decoder(read, source.gzip);
    let mut text = TextDecoder::new(source.encoding);
    loop {
        let mut block = spares
            .try_recv()
            .unwrap_or_else(|_| Vec::with_capacity(BLOCK_BYTES));
        block.clear();
        let result = (&mut input).take(BLOCK_BYTES as u64).read_to_end(&mut block);
        let message = match result {
            Ok(0) => {
                let rest = text.finish();
                if !rest.is_empty() {
                    // Without a receiver the rest is not needed.
                    drop(sender.send(Ok(rest)));
                }
                break;
            }
            Ok(_) => Ok(text.decode(block)),
            Err(error) => Err(source.read_error(&error)),
        };
        let failed = message.is_err();
        if sender.send(message).is_err() || failed {
            break;
        }
    }
    hasher
        .lock()
        .map_or_else(|_| String::new(), |hasher| to_hex(&hasher.clone().finalize()))
}
