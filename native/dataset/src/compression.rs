//! Decompresses files. What compresses a file is known by its first bytes, whatever its name is, and a compressed file may hold
//! another one. Memory stays bounded, and so does the text that a file can unpack to.

use std::io::{self, BufRead, BufReader, Read};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
use liblzma::bufread::XzDecoder;
use liblzma::stream::Stream;

/// The longest first bytes that tell a compression.
const START_BYTES: usize = 13;
/// How many compressions a file may have, one inside the other.
const MAX_LAYERS: usize = 3;
/// The memory that xz may use, which its strongest setting needs.
const XZ_MEMORY: u64 = 256 << 20;
/// Every file may unpack to this many bytes, and to so many times its own size besides.
const FREE_BYTES: u64 = 256 << 20;
const MAX_RATIO: u64 = 1000;
const CONCATENATED: u32 = 8;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    Gzip,
    Zstandard,
    Bzip2,
    Xz,
    Lzma,
}

impl Compression {
    /// What compresses a file that begins with these bytes.
    pub fn of(start: &[u8]) -> Option<Self> {
        match start {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstandard),
            [
                b'B',
                b'Z',
                b'h',
                b'1'..=b'9',
                0x31,
                0x41,
                0x59,
                0x26,
                0x53,
                0x59,
                ..,
            ] => Some(Self::Bzip2),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            // The settings of every common writer, a dictionary of whole kibibytes, and a length that is unknown or sensible.
            [0x5d, 0, 0, _, _, length @ ..] if length.len() >= 8 => {
                let length = u64::from_le_bytes(length[..8].try_into().unwrap_or_default());
                (length == u64::MAX || length < 1 << 40).then_some(Self::Lzma)
            }
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstandard => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Lzma => "lzma",
        }
    }

    fn decoder<'a>(self, input: Box<dyn BufRead + Send + 'a>) -> io::Result<Box<dyn Read + Send + 'a>> {
        Ok(match self {
            Self::Gzip => Box::new(MultiGzDecoder::new(input)),
            Self::Zstandard => Box::new(zstd::stream::read::Decoder::with_buffer(input)?),
            Self::Bzip2 => Box::new(MultiBzDecoder::new(input)),
            Self::Xz => Box::new(XzDecoder::new_stream(
                input,
                Stream::new_stream_decoder(XZ_MEMORY, CONCATENATED)?,
            )),
            Self::Lzma => Box::new(XzDecoder::new_stream(input, Stream::new_lzma_decoder(XZ_MEMORY)?)),
        })
    }
}

/// What is wrong with a compressed file, as the end of a sentence about it.
#[derive(Debug)]
pub struct Fault(String);

impl Fault {
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Fault {}

/// The content of a file of `bytes` bytes, decompressed as often as it is compressed. Reading it fails with a `Fault` inside the
/// error where the data are damaged, or where there is far more of them than the file could hold of a table.
///
/// # Errors
/// As reading.
pub fn decompressed<'a>(file: impl Read + Send + 'a, bytes: u64) -> io::Result<Box<dyn Read + Send + 'a>> {
    let mut content: Box<dyn Read + Send + 'a> = Box::new(file);
    for _ in 0..MAX_LAYERS {
        let mut start = Vec::with_capacity(START_BYTES);
        (&mut content).take(START_BYTES as u64).read_to_end(&mut start)?;
        let compression = Compression::of(&start);
        let whole: Box<dyn Read + Send + 'a> = Box::new(io::Cursor::new(start).chain(content));
        let Some(compression) = compression else {
            return Ok(whole);
        };
        let whole = Box::new(BufReader::with_capacity(1 << 16, whole));
        let name = compression.name();
        let decoder = compression
            .decoder(whole)
            .map_err(|error| explained(name, error))?;
        content = Box::new(limited(decoder, name, bytes));
    }
    Ok(content)
}

/// Decompressed content of a file of `bytes` bytes that `name` has compressed, with errors that say what is wrong with it.
pub fn limited<R: Read>(content: R, name: &'static str, bytes: u64) -> impl Read + use<R> {
    Limited {
        content,
        name,
        left: FREE_BYTES.saturating_add(bytes.saturating_mul(MAX_RATIO)),
    }
}

/// Content of which at most `left` bytes may come.
struct Limited<R> {
    content: R,
    name: &'static str,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self
            .content
            .read(buffer)
            .map_err(|error| explained(self.name, error))?;
        self.left = self.left.checked_sub(count as u64).ok_or_else(|| {
            let what = format!("it unpacks to more than {MAX_RATIO} times its size, which no table does; check where it comes from");
            io::Error::new(io::ErrorKind::InvalidData, Fault(what))
        })?;
        Ok(count)
    }
}

/// The error with its meaning inside, unless the file could not be read at all.
fn explained(name: &str, error: io::Error) -> io::Error {
    if error.raw_os_error().is_some()
        || error.kind() == io::ErrorKind::Interrupted
        || fault_in(&error).is_some()
    {
        return error;
    }
    let text = error.to_string();
    let what = if error.kind() == io::ErrorKind::UnexpectedEof || text.contains("incomplete frame") {
        format!("the {name} data ends too early, so the file is truncated; copy or download it again")
    } else if text.contains("too much memory") || text.contains("memory limit") {
        format!("the {name} data needs more memory than is allowed; compress it again with a smaller window")
    } else {
        format!("the {name} data is damaged; copy or download the file again")
    };
    io::Error::new(error.kind(), Fault(what))
}

/// What is wrong with a compressed file, where that is why reading failed.
pub fn fault_in(error: &io::Error) -> Option<&Fault> {
    error.get_ref()?.downcast_ref()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const TEXT: &[u8] = b"label,x\n1,2\n0,3\n";

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn all(text: &[u8]) -> Vec<(Compression, Vec<u8>)> {
        let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
        bzip2.write_all(text).unwrap();
        let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 6);
        xz.write_all(text).unwrap();
        let options = liblzma::stream::LzmaOptions::new_preset(6).unwrap();
        let mut lzma =
            liblzma::write::XzEncoder::new_stream(Vec::new(), Stream::new_lzma_encoder(&options).unwrap());
        lzma.write_all(text).unwrap();
        vec![
            (Compression::Gzip, gzip(text)),
            (Compression::Zstandard, zstd::encode_all(text, 3).unwrap()),
            (Compression::Bzip2, bzip2.finish().unwrap()),
            (Compression::Xz, xz.finish().unwrap()),
            (Compression::Lzma, lzma.finish().unwrap()),
        ]
    }

    fn read(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        decompressed(bytes, bytes.len() as u64)?.read_to_end(&mut content)?;
        Ok(content)
    }

    #[test]
    fn knows_each_compression_by_its_first_bytes() {
        for (compression, bytes) in all(TEXT) {
            assert_eq!(Compression::of(&bytes), Some(compression));
            assert_eq!(read(&bytes).unwrap(), TEXT, "{compression:?}");
        }
        for text in [TEXT, b"", b"B", b"BZh9 is no header,1\n"] {
            assert_eq!(read(text).unwrap(), text);
        }
    }

    #[test]
    fn reads_files_that_were_appended_to_each_other_and_files_in_files() {
        for (compression, bytes) in all(TEXT) {
            if compression != Compression::Lzma {
                assert_eq!(
                    read(&[bytes.clone(), bytes.clone()].concat()).unwrap(),
                    [TEXT, TEXT].concat()
                );
            }
            assert_eq!(read(&gzip(&bytes)).unwrap(), TEXT);
        }
    }

    #[test]
    fn says_what_is_wrong_with_a_cut_or_damaged_file() {
        let text: Vec<u8> = (0..50_000u32)
            .flat_map(|at| format!("{}\n", at * 7919).into_bytes())
            .collect();
        for (compression, bytes) in all(&text) {
            let cut = read(&bytes[..bytes.len() / 2]).unwrap_err();
            let what = fault_in(&cut).unwrap().to_string();
            assert!(what.contains("too early"), "{compression:?} {what} {cut:?}");
            let mut damaged = bytes.clone();
            let middle = damaged.len() / 2;
            damaged[middle..middle + 40].fill(0xa5);
            let outcome = read(&damaged);
            assert!(outcome.is_err() || outcome.unwrap() != text, "{compression:?}");
        }
    }

    #[test]
    fn a_file_that_unpacks_to_far_more_than_its_size_is_refused_in_bounded_memory() {
        let zeros = io::repeat(0).take(600 << 20);
        let bomb = zstd::encode_all(zeros, 1).unwrap();
        let mut content = decompressed(&bomb[..], 1000).unwrap();
        let error = io::copy(&mut content, &mut io::sink()).unwrap_err();
        assert!(fault_in(&error).unwrap().to_string().contains("1000 times"));
    }
}
