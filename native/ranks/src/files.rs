//! Files that a rank reads and writes through another one, because it does not see the folder that the others share.

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use crate::service::{Client, put_values, take_values};
use crate::transport::Result;

/// The first byte of a request about files.
pub const FILES: u8 = b'f';

/// How many bytes wait here before they are sent to be written.
const WRITTEN_AT_ONCE: usize = 4 << 20;
/// One answer has at most as many.
const READ_AT_ONCE: usize = 4 << 20;

const LENGTH: u8 = b'l';
const READ: u8 = b'r';
const WRITE: u8 = b'w';
const SYNC: u8 = b's';

/// A file of the server. What is written has arrived there after a flush.
pub struct RemoteFile {
    client: Arc<Client>,
    path: String,
    position: u64,
    length: u64,
    /// Pieces that were not sent yet: the position of each, and its bytes.
    waiting: Vec<u8>,
    answer: Vec<u8>,
}

impl RemoteFile {
    /// Opens a regular file that exists.
    ///
    /// # Errors
    /// What the server's system reports, or the network.
    pub fn open(client: Arc<Client>, path: &str) -> std::io::Result<Self> {
        let mut file = Self {
            client,
            path: path.into(),
            position: 0,
            length: 0,
            waiting: Vec::new(),
            answer: Vec::new(),
        };
        file.ask(LENGTH, &[])?;
        let length = file.answer.get(1..).and_then(|bytes| bytes.try_into().ok());
        file.length = length.map_or(0, u64::from_le_bytes);
        Ok(file)
    }

    pub fn length(&self) -> u64 {
        self.length
    }

    /// As `File::sync_all`, of the server's file.
    ///
    /// # Errors
    /// As `open`.
    pub fn sync_all(&mut self) -> std::io::Result<()> {
        self.flush()?;
        self.ask(SYNC, &[])
    }

    /// The answer is behind its first byte.
    fn ask(&mut self, kind: u8, rest: &[u8]) -> std::io::Result<()> {
        let mut request = vec![FILES, kind];
        put_values(&mut request, self.path.as_bytes());
        request.extend_from_slice(rest);
        let asked = self.client.ask(&request, &mut self.answer);
        asked.map_err(Error::other)?;
        match self.answer.split_first() {
            Some((1, code)) => Err(code.try_into().map_or_else(
                |_| Error::other("A rank sent an error that cannot be read."),
                |code| Error::from_raw_os_error(i32::from_le_bytes(code)),
            )),
            Some((2, reason)) => Err(Error::other(String::from_utf8_lossy(reason).into_owned())),
            _ => Ok(()),
        }
    }
}

impl Read for RemoteFile {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        let wanted = bytes.len().min(READ_AT_ONCE) as u64;
        let place = [self.position.to_le_bytes(), wanted.to_le_bytes()].concat();
        self.ask(READ, &place)?;
        let found = self.answer.get(1..).unwrap_or_default();
        let count = found.len().min(bytes.len());
        bytes[..count].copy_from_slice(&found[..count]);
        self.position += count as u64;
        Ok(count)
    }
}

impl Write for RemoteFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.waiting.extend_from_slice(&self.position.to_le_bytes());
        put_values(&mut self.waiting, bytes);
        self.position += bytes.len() as u64;
        if self.waiting.len() >= WRITTEN_AT_ONCE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let mut waiting = std::mem::take(&mut self.waiting);
        if waiting.is_empty() {
            return Ok(());
        }
        let written = self.ask(WRITE, &waiting);
        waiting.clear();
        self.waiting = waiting;
        written
    }
}

impl Seek for RemoteFile {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
        };
        self.position = position.ok_or(ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

/// The server's part: answers a request of a `RemoteFile`.
///
/// # Errors
/// When the request cannot be read. What the system reports is in the answer.
pub fn answer_about_file(request: &[u8], answer: &mut Vec<u8>) -> Result<()> {
    let (Some(&kind), Some(mut rest)) = (request.get(1), request.get(2..)) else {
        return Err("A rank sent a request that ends too early.".into());
    };
    let mut path = Vec::new();
    take_values(&mut rest, &mut path)?;
    let path = String::from_utf8(path).map_err(|_| "A rank sent a path that is no text.".to_string())?;
    answer.push(0);
    let done = match kind {
        LENGTH => length(&path, answer),
        READ => read(&path, rest, answer),
        WRITE => write(&path, rest),
        _ => File::open(&path).and_then(|file| file.sync_all()),
    };
    if let Err(error) = done {
        answer.clear();
        match error.raw_os_error() {
            Some(code) => {
                answer.push(1);
                answer.extend_from_slice(&code.to_le_bytes());
            }
            None => {
                answer.push(2);
                answer.extend_from_slice(error.to_string().as_bytes());
            }
        }
    }
    Ok(())
}

fn length(path: &str, answer: &mut Vec<u8>) -> std::io::Result<()> {
    // Opening a pipe would wait for a writer.
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(Error::other("it is not a regular file"));
    }
    answer.extend_from_slice(&metadata.len().to_le_bytes());
    Ok(())
}

fn read(path: &str, place: &[u8], answer: &mut Vec<u8>) -> std::io::Result<()> {
    let [position, count] = numbers(place).ok_or(ErrorKind::InvalidInput)?;
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(position))?;
    file.take(count.min(READ_AT_ONCE as u64)).read_to_end(answer)?;
    Ok(())
}

fn write(path: &str, mut pieces: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    let mut bytes = Vec::new();
    while let Some((position, rest)) = pieces.split_first_chunk::<8>() {
        pieces = rest;
        take_values(&mut pieces, &mut bytes).map_err(Error::other)?;
        file.seek(SeekFrom::Start(u64::from_le_bytes(*position)))?;
        file.write_all(&bytes)?;
    }
    Ok(())
}

fn numbers(bytes: &[u8]) -> Option<[u64; 2]> {
    let (first, rest) = bytes.split_first_chunk::<8>()?;
    let second = rest.first_chunk::<8>()?;
    Some([u64::from_le_bytes(*first), u64::from_le_bytes(*second)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::serve;
    use crate::threads::ThreadLine;

    #[test]
    fn a_rank_reads_and_writes_a_file_of_another_one() {
        let path = std::env::temp_dir().join(format!("dlrm-remote-file-{}", std::process::id()));
        std::fs::write(&path, vec![7u8; 100]).unwrap();
        let name = path.to_str().unwrap();
        let line: Arc<dyn crate::Line> = Arc::new(ThreadLine::default());
        std::thread::scope(|scope| {
            let of_server = Arc::clone(&line);
            scope.spawn(move || {
                serve(&*of_server, 1, |_, request, answer| {
                    if request.is_empty() {
                        return Ok(());
                    }
                    answer_about_file(request, answer)
                })
            });
            let client = Arc::new(Client::new(line, 1, 0));
            let absent = RemoteFile::open(Arc::clone(&client), "/nowhere/at/all");
            assert_eq!(absent.err().unwrap().kind(), ErrorKind::NotFound);
            let mut file = RemoteFile::open(Arc::clone(&client), name).unwrap();
            assert_eq!(file.length(), 100);
            for position in [90, 10] {
                file.seek(SeekFrom::Start(position)).unwrap();
                file.write_all(&[1, 2]).unwrap();
            }
            file.sync_all().unwrap();
            file.seek(SeekFrom::Start(9)).unwrap();
            let mut found = [0; 4];
            file.read_exact(&mut found).unwrap();
            assert_eq!(found, [7, 1, 2, 7]);
            file.seek(SeekFrom::Start(98)).unwrap();
            assert_eq!(
                file.read_exact(&mut found).unwrap_err().kind(),
                ErrorKind::UnexpectedEof
            );
            client.leave().unwrap();
            assert!(
                client
                    .ask(&[FILES], &mut Vec::new())
                    .unwrap_err()
                    .contains("left its job")
            );
        });
        assert_eq!(std::fs::read(&path).unwrap()[90..92], [1, 2]);
        std::fs::remove_file(&path).unwrap();
    }
}
