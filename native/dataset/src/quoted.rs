//! Splits a record that contains quotes into its fields.

use serde::Deserialize;

use crate::lines::line_end;

/// The largest number of lines in one record. Without a limit one stray quote could make a record of a whole file.
pub const MAX_RECORD_LINES: u64 = 100;

/// How fields are quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Quoting {
    /// Quote signs are text.
    None,
    /// As in RFC 4180: a quote sign inside a quoted field is doubled.
    Doubled,
    /// A backslash before it makes a quote sign, or a backslash, text.
    Backslash,
}

/// The result of `split_quoted`.
#[derive(Debug, PartialEq, Eq)]
pub enum Quoted {
    /// A whole record of `length` bytes, its line break included, over `lines` lines. `quoted` is the number of its fields in
    /// quotes, and `spanning` the index of its first field that covers several lines.
    Complete {
        length: usize,
        lines: u64,
        quoted: usize,
        spanning: Option<usize>,
    },
    /// The text ends inside the quoted field number `field`.
    Open { field: usize },
    /// With the quoted field number `field` the record covers more than `MAX_RECORD_LINES`.
    Endless { field: usize },
    /// Text follows the closing quote of field number `field`.
    AfterQuote { field: usize },
}

/// Reads one record from the start of `text`. The decoded fields are appended to `decoded`, their ranges in it to
/// `ranges`; both are cleared first. Only a quote at the very start of a field opens a quoted one; anywhere else it is
/// text. A record ends at a line break outside quotes or at the end of the text.
pub fn split_quoted(
    text: &[u8],
    delimiter: u8,
    quoting: Quoting,
    decoded: &mut Vec<u8>,
    ranges: &mut Vec<(usize, usize)>,
) -> Quoted {
    decoded.clear();
    ranges.clear();
    let mut position = 0;
    let mut lines = 1;
    let mut quoted = 0;
    let mut spanning = None;
    loop {
        let field = ranges.len();
        let start = decoded.len();
        if text.get(position) == Some(&b'"') {
            let before = lines;
            match copy_quoted(text, position + 1, quoting, decoded, &mut lines) {
                Closing::At(after) => position = after,
                Closing::Missing => return Quoted::Open { field },
                Closing::TooFar => return Quoted::Endless { field },
            }
            quoted += 1;
            if lines > before {
                spanning = spanning.or(Some(field));
            }
        } else {
            let rest = &text[position..];
            let length = memchr::memchr3(delimiter, b'\n', b'\r', rest).unwrap_or(rest.len());
            decoded.extend_from_slice(&rest[..length]);
            position += length;
        }
        ranges.push((start, decoded.len()));
        // Without it the bytes of neighbouring fields could form one character.
        decoded.push(delimiter);
        match &text[position..] {
            [byte, ..] if *byte == delimiter => position += 1,
            [] | [b'\n' | b'\r', ..] => {
                return Quoted::Complete {
                    length: line_end(text, position).1,
                    lines,
                    quoted,
                    spanning,
                };
            }
            _ => return Quoted::AfterQuote { field },
        }
    }
}

/// Where a quoted field ends.
enum Closing {
    /// Behind the closing quote.
    At(usize),
    Missing,
    TooFar,
}

/// Copies a quoted field's content from `start` and counts its lines.
fn copy_quoted(
    text: &[u8],
    start: usize,
    quoting: Quoting,
    decoded: &mut Vec<u8>,
    lines: &mut u64,
) -> Closing {
    let escape = if quoting == Quoting::Backslash {
        b'\\'
    } else {
        b'"'
    };
    let mut position = start;
    loop {
        let found = memchr::memchr2(b'"', escape, &text[position..]);
        let content = &text[position..found.map_or(text.len(), |length| position + length)];
        *lines += line_breaks(content);
        if *lines > MAX_RECORD_LINES {
            return Closing::TooFar;
        }
        let Some(length) = found else {
            return Closing::Missing;
        };
        decoded.extend_from_slice(content);
        position += length;
        match (text[position], text.get(position + 1)) {
            (b'\\', None) => return Closing::Missing,
            // Other escapes, such as \N, stay as they are.
            (b'\\', Some(b'"' | b'\\')) => decoded.push(text[position + 1]),
            (b'\\', Some(_)) => {
                decoded.push(b'\\');
                position += 1;
                continue;
            }
            (_, Some(b'"')) if quoting == Quoting::Doubled => decoded.push(b'"'),
            _ => return Closing::At(position + 1),
        }
        position += 2;
    }
}

/// Line feeds, and carriage returns that none follows.
fn line_breaks(text: &[u8]) -> u64 {
    memchr::memchr2_iter(b'\n', b'\r', text)
        .filter(|at| text[*at] == b'\n' || text.get(*at + 1) != Some(&b'\n'))
        .count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields_of(text: &str, quoting: Quoting) -> (Quoted, Vec<String>) {
        let (mut decoded, mut ranges) = (Vec::new(), Vec::new());
        let outcome = split_quoted(text.as_bytes(), b',', quoting, &mut decoded, &mut ranges);
        let fields = ranges
            .iter()
            .map(|(start, end)| String::from_utf8_lossy(&decoded[*start..*end]).into_owned())
            .collect();
        (outcome, fields)
    }

    fn complete(length: usize, lines: u64, quoted: usize, spanning: Option<usize>) -> Quoted {
        Quoted::Complete {
            length,
            lines,
            quoted,
            spanning,
        }
    }

    fn fields(text: &str) -> (Quoted, Vec<String>) {
        fields_of(text, Quoting::Doubled)
    }

    #[test]
    fn decodes_doubled_quotes_delimiters_and_line_breaks_in_quotes() {
        let (outcome, fields) = fields("a,\"b,\"\"c\"\"\nd\",,e\r\nnext");
        assert_eq!(outcome, complete(18, 2, 1, Some(1)));
        assert_eq!(fields, ["a", "b,\"c\"\nd", "", "e"]);
    }

    #[test]
    fn decodes_backslashes_where_they_escape() {
        let (outcome, fields) = fields_of("\"say \\\"hi\\\"\",\"a\\\\\",\"\\N\"\n", Quoting::Backslash);
        assert_eq!(outcome, complete(24, 1, 3, None));
        assert_eq!(fields, ["say \"hi\"", "a\\", "\\N"]);
    }

    #[test]
    fn ends_a_record_at_any_line_end_and_at_the_end_of_the_text() {
        assert_eq!(fields("\"a\",\"\"").1, ["a", ""]);
        assert_eq!(fields("\"a\",").1, ["a", ""]);
        assert_eq!(fields("\"a\"\r").1, ["a"]);
        assert_eq!(fields("\"a\r\nb\rc\",d\re").0, complete(11, 3, 1, Some(0)));
    }

    #[test]
    fn tells_the_field_whose_quote_stays_open() {
        assert_eq!(fields("a,\"b,c\nd").0, Quoted::Open { field: 1 });
    }

    #[test]
    fn stops_at_a_field_of_too_many_lines() {
        let of = |breaks: u64| fields(&format!("a,\"{}\"\n", "b\n".repeat(breaks as usize))).0;
        assert!(matches!(of(MAX_RECORD_LINES - 1), Quoted::Complete { .. }));
        assert_eq!(of(MAX_RECORD_LINES), Quoted::Endless { field: 1 });
    }

    #[test]
    fn takes_a_quote_for_text_unless_the_field_starts_with_it() {
        assert_eq!(fields("5\" disk,b\"c\"").1, ["5\" disk", "b\"c\""]);
        assert_eq!(fields("\"a\"b,c").0, Quoted::AfterQuote { field: 0 });
    }
}
