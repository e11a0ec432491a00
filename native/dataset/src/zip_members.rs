//! The files in a zip archive.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use flate2::Crc;
use flate2::bufread::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use crate::compression::{Fault, limited};
use crate::error::{Error, ErrorCode, Result};

/// What a zip archive begins with.
pub const ZIP_START: &[u8] = b"PK\x03\x04";
/// How many files of an archive are read.
const MAX_MEMBERS: usize = 1000;

/// A file in an archive: a part of the archive's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub name: String,
    /// Where its data begin, and how many bytes they have there.
    pub start: u64,
    pub bytes: u64,
    is_deflated: bool,
    checksum: u32,
}

/// The files in an archive, in its order, without folders and what systems add by themselves.
///
/// # Errors
/// InvalidArgument for an archive that has no table, or is encrypted; Corrupt or Io if it cannot be read.
pub fn members(path: &Path, file: File) -> Result<Vec<Member>> {
    let damaged = |error: zip::result::ZipError| {
        let what = format!("the zip archive is damaged ({error}); copy or download it again");
        Error::file(ErrorCode::Corrupt, path, what)
    };
    let refuse = |what: String| Err(Error::file(ErrorCode::InvalidArgument, path, what));
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    if archive.index_for_name("[Content_Types].xml").is_some() || archive.index_for_name("mimetype").is_some()
    {
        return refuse("this is an office document; export its table as CSV".to_string());
    }
    let mut members = Vec::new();
    for index in 0..archive.len() {
        let member = archive.by_index_raw(index).map_err(damaged)?;
        let name = member.name().map_err(damaged)?.into_owned();
        if member.is_dir() || is_of_a_system(&name) || member.size() == 0 {
            continue;
        }
        if member.encrypted() {
            return refuse(format!(
                "{name} in this zip archive is encrypted; unpack it with its password first"
            ));
        }
        let is_deflated = match member.compression() {
            CompressionMethod::Stored => false,
            CompressionMethod::Deflated => true,
            other => {
                return refuse(format!(
                    "{name} in this zip archive is compressed by {other}; unpack it, or compress it by Deflate"
                ));
            }
        };
        if members.len() == MAX_MEMBERS {
            return refuse(format!(
                "the zip archive has more than {MAX_MEMBERS} files; unpack it"
            ));
        }
        members.push(Member {
            start: member.data_start().unwrap_or_default(),
            bytes: member.compressed_size(),
            checksum: member.crc32(),
            is_deflated,
            name,
        });
    }
    if members.is_empty() {
        return refuse("the zip archive holds no file with data".to_string());
    }
    Ok(members)
}

/// Whether macOS or Windows adds such a file to archives.
fn is_of_a_system(name: &str) -> bool {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    name.starts_with("__MACOSX/") || file.starts_with('.') || file.eq_ignore_ascii_case("thumbs.db")
}

impl Member {
    /// The member's content, from its part of the archive's bytes.
    pub fn content<'a>(&self, part: impl Read + Send + 'a) -> Box<dyn Read + Send + 'a> {
        let part = BufReader::with_capacity(1 << 16, part);
        let content: Box<dyn Read + Send + 'a> = if self.is_deflated {
            Box::new(limited(DeflateDecoder::new(part), "zip", self.bytes))
        } else {
            Box::new(part)
        };
        Box::new(Verified {
            content,
            checksum: Crc::new(),
            expected: self.checksum,
        })
    }
}

/// Compares the checksum at the end.
struct Verified<R> {
    content: R,
    checksum: Crc,
    expected: u32,
}

impl<R: Read> Read for Verified<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.content.read(buffer)?;
        self.checksum.update(&buffer[..count]);
        if count == 0 && !buffer.is_empty() && self.checksum.sum() != self.expected {
            let fault = Fault::new("the zip data is damaged; copy or download the file again");
            return Err(io::Error::new(io::ErrorKind::InvalidData, fault));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, SeekFrom, Write};

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    fn archive(files: &[(&str, &[u8], CompressionMethod)]) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        let mut writer = ZipWriter::new(File::create(&path).unwrap());
        for (name, content, method) in files {
            writer
                .start_file(*name, SimpleFileOptions::default().compression_method(*method))
                .unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap();
        (folder, path)
    }

    fn content(path: &Path, member: &Member) -> io::Result<Vec<u8>> {
        let mut file = File::open(path).unwrap();
        file.seek(SeekFrom::Start(member.start)).unwrap();
        let mut content = Vec::new();
        member
            .content(file.take(member.bytes))
            .read_to_end(&mut content)?;
        Ok(content)
    }

    #[test]
    fn finds_the_files_with_data_and_reads_them() {
        let (_folder, path) = archive(&[
            ("__MACOSX/._a.csv", b"x", CompressionMethod::Stored),
            ("logs/", b"", CompressionMethod::Stored),
            ("logs/a.csv", b"label,x\n1,2\n", CompressionMethod::Deflated),
            ("logs/b.csv", b"label,x\n0,3\n", CompressionMethod::Stored),
        ]);
        let found = members(&path, File::open(&path).unwrap()).unwrap();
        let names: Vec<&str> = found.iter().map(|member| member.name.as_str()).collect();
        assert_eq!(names, ["logs/a.csv", "logs/b.csv"]);
        assert_eq!(content(&path, &found[0]).unwrap(), b"label,x\n1,2\n");
        assert_eq!(content(&path, &found[1]).unwrap(), b"label,x\n0,3\n");
    }

    #[test]
    fn a_damaged_member_and_an_archive_without_a_table_are_named() {
        let (_folder, path) = archive(&[("a.csv", b"label,x\n1,2\n", CompressionMethod::Stored)]);
        let mut bytes = std::fs::read(&path).unwrap();
        let member = members(&path, File::open(&path).unwrap()).unwrap().remove(0);
        bytes[member.start as usize + 3] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        assert!(
            content(&path, &member)
                .unwrap_err()
                .to_string()
                .contains("zip data is damaged")
        );
        std::fs::write(&path, &bytes[..bytes.len() - 10]).unwrap();
        assert_eq!(
            members(&path, File::open(&path).unwrap()).unwrap_err().code,
            ErrorCode::Corrupt
        );
        let (_folder, path) = archive(&[("[Content_Types].xml", b"<x/>", CompressionMethod::Stored)]);
        assert!(
            members(&path, File::open(&path).unwrap())
                .unwrap_err()
                .message
                .contains("office document")
        );
        let (_folder, path) = archive(&[("logs/", b"", CompressionMethod::Stored)]);
        assert!(
            members(&path, File::open(&path).unwrap())
                .unwrap_err()
                .message
                .contains("no file with data")
        );
    }
}
