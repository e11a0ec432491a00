//! Reads damaged text in every dialect. Whatever the bytes are, and however they are cut into blocks, the same records come out,
//! in bounded memory, and a preview has those of an import. MUTATED_INPUTS says how many texts are tried.

use std::time::{Duration, Instant};

use crate::dialect::{Dialect, Quoting};
use crate::encoding_detection::{BeginningOptions, decode_beginning};
use crate::error::Result;
use crate::records::{Content, RecordReader};
use crate::sample::{SampleOptions, TextRecord, split_records};
use crate::separator::Separator;
use crate::source::Blocks;
use crate::text_encoding::{TextDecoder, TextEncoding};

/// Two seconds of the test command.
const USUAL_INPUTS: u64 = 50_000;
/// No text here is longer than a few kilobytes.
const SLOWEST: Duration = Duration::from_secs(2);

const TEXTS: [&str; 12] = [
    "label,dense_a,sparse_b\n1,2.5,x\n0,-3e2,y\n",
    "label;dense_a;sparse_b\r\n1;2,5;\"x; \"\"y\"\"\"\r\n0;;\"a\r\nb\"\r\n",
    "1\t2\tx y\r0\t3\t\\N\r",
    "sep=;\nlabel;a\n1;'it''s'\n0; 'b' \n",
    "\u{feff}label||a||b\n1||\"p||q\"||\"r\\\"s\"\n",
    "# note\n# another\nlabel::a::b\n1::2::c:d\n\n0::3::\"e\"\n",
    "  1   2  \"a b\" \n 0\t3   c\n",
    "title\n\nlabel,a,a\n1,1,2\n0,\"3\n4\",5\n(2 rows)\n",
    "label\u{1}a\u{1}b\n1\u{1}2\u{1}x\u{2}y\n0\u{1}\u{1}\n",
    "label,größe,город\n1,\"1.234,5\",Москва\n0,'2',東京😀\n",
    "a,b\n\"open,1\n2,3\n4,5\"\n\"x\"y,6\n,,\n\0,\u{1a}\n",
    "1,2,3,4,5,6,7,8\n\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"\n",
];
/// What mutations put in.
const PIECES: [&[u8]; 16] = [
    b"\"",
    b"'",
    b"\"\"",
    b"\\",
    b"\n",
    b"\r",
    b"\r\n",
    b",",
    b"::",
    b"\0",
    b"\xff",
    b"\xe2\x82",
    b" ",
    b"#",
    b"sep=,\n",
    b"\xff\xfe",
];

/// Splitmix64: the same numbers every time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit.max(1) as u64) as usize
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}

fn mutated(random: &mut Random) -> Vec<u8> {
    let mut bytes = random.of(&TEXTS).as_bytes().to_vec();
    for _ in 0..random.below(6) {
        let at = random.below(bytes.len());
        let end = (at + random.below(12)).min(bytes.len());
        match random.below(6) {
            0 => drop(bytes.drain(at..end)),
            1 => drop(bytes.splice(at..at, random.of(&PIECES).iter().copied())),
            2 if at < bytes.len() => bytes[at] = random.below(256) as u8,
            3 => {
                let copy = bytes[at..end].repeat(1 + random.below(40));
                drop(bytes.splice(at..at, copy));
            }
            4 => bytes.truncate(at),
            _ => bytes.extend_from_slice(random.of(&TEXTS).as_bytes()),
        }
    }
    bytes
}

/// Text in blocks of the given length.
struct Cut<'a> {
    rest: &'a [u8],
    length: usize,
}

impl Blocks for Cut<'_> {
    fn next(&mut self) -> Result<Option<Vec<u8>>> {
        let (block, rest) = self.rest.split_at(self.length.min(self.rest.len()));
        self.rest = rest;
        Ok((!block.is_empty()).then(|| block.to_vec()))
    }

    fn recycle(&self, _: Vec<u8>) {}
}

/// A record's line and its fields, or why it has none.
type Found = (u64, std::result::Result<Vec<Vec<u8>>, String>);

fn records(text: &[u8], dialect: Dialect<'_>, length: usize) -> Vec<Found> {
    let mut reader = RecordReader::new(Cut { rest: text, length }, dialect).unwrap();
    let mut found = Vec::new();
    while let Some(record) = reader.next_record().unwrap() {
        let content = match record.content {
            Content::Fields(fields) => Ok(fields.iter().map(<[u8]>::to_vec).collect()),
            Content::Malformed { reason, .. } => Err(reason.into_owned()),
        };
        found.push((record.line, content));
    }
    found
}

fn decoded(bytes: &[u8], encoding: TextEncoding, length: usize) -> Vec<u8> {
    let mut decoder = TextDecoder::new(encoding);
    let mut text: Vec<u8> = bytes
        .chunks(length)
        .flat_map(|block| decoder.decode(block.to_vec()))
        .collect();
    text.extend(decoder.finish());
    text
}

fn try_input(random: &mut Random) {
    let bytes = mutated(random);
    let encoding = random.of(&TextEncoding::ALL);
    let text = decoded(&bytes, encoding, bytes.len().max(1));
    assert_eq!(text, decoded(&bytes, encoding, 1 + random.below(7)));
    decode_beginning(
        &bytes,
        &BeginningOptions {
            encoding: None,
            fallback: None,
        },
    );

    let options = SampleOptions {
        delimiter: random
            .of(&[",", ";", "\t", "::", "||", "spaces", "\u{1}", " "])
            .to_string(),
        quotes: random.of(&[Quoting::None, Quoting::Doubled, Quoting::Backslash]),
        quote_sign: random.of(&[None, Some("'")]).map(str::to_string),
        comment: random.of(&[None, Some("#")]).map(str::to_string),
        skip_lines: random.of(&[None, Some(1), Some(50)]),
        limit: usize::MAX,
    };
    let dialect = Dialect {
        separator: Separator::of(&options.delimiter),
        quoting: options.quotes,
        quote_sign: if options.quote_sign.is_some() { b'\'' } else { b'"' },
        comment: options.comment.as_deref().unwrap_or("").as_bytes(),
        skipped_lines: u64::from(options.skip_lines.unwrap_or(0)),
        skips_blank_lines: true,
        is_row: &|_, _| false,
    };
    let whole = records(&bytes, dialect, bytes.len().max(1));
    assert_eq!(whole, records(&bytes, dialect, 1 + random.below(9)));
    assert!(whole.is_sorted_by(|one, next| one.0 < next.0));
    if let Ok(text) = std::str::from_utf8(&bytes) {
        agrees_with_preview(&whole, &split_records(text, &options).unwrap());
    }
}

/// A preview alone knows which columns are numbers, and so which quotes have swallowed rows.
fn agrees_with_preview(imported: &[Found], previewed: &[TextRecord]) {
    for ((line, content), record) in imported.iter().zip(previewed) {
        if record.malformed && content.is_ok() {
            return;
        }
        assert_eq!((*line, content.is_err()), (record.line, record.malformed));
        if let Ok(fields) = content {
            let texts: Vec<&[u8]> = record.fields.iter().map(String::as_bytes).collect();
            assert_eq!(*fields, texts);
        }
    }
    assert_eq!(imported.len(), previewed.len());
}

#[test]
fn damaged_text_is_read_alike_however_it_is_cut_into_blocks() {
    let given = std::env::var("MUTATED_INPUTS").ok();
    let inputs = given.map_or(USUAL_INPUTS, |count| {
        count.parse().expect("MUTATED_INPUTS is a number")
    });
    for seed in 0..inputs {
        let started = Instant::now();
        try_input(&mut Random(seed));
        assert!(
            started.elapsed() < SLOWEST,
            "seed {seed} took {:?}",
            started.elapsed()
        );
    }
}
