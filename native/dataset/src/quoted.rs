//! Splits a record that contains RFC 4180 quotes into its fields.

/// What became of the text given to `split_quoted`.
#[derive(Debug, PartialEq, Eq)]
pub enum Quoted {
    /// A whole record of `length` bytes, its line break included, over `lines` lines.
    Complete { length: usize, lines: u64 },
    /// The text ends inside the quoted field number `field`.
    Open { field: usize },
    /// Field number `field` breaks the rules of quoting.
    Malformed { field: usize, reason: &'static str },
}

const STRAY_QUOTE: &str =
    "a quote stands inside a field that does not start with one; quote the field and double the quote";
const AFTER_QUOTE: &str = "text follows the closing quote";

/// Reads one record from the start of `text`. The decoded fields are appended to `decoded`, their ranges in it to
/// `ranges`; both are cleared first. A record ends at a line break outside quotes or at the end of the text.
pub fn split_quoted(
    text: &[u8],
    delimiter: u8,
    decoded: &mut Vec<u8>,
    ranges: &mut Vec<(usize, usize)>,
) -> Quoted {
    decoded.clear();
    ranges.clear();
    let mut position = 0;
    let mut lines = 1;
    loop {
        let field = ranges.len();
        let start = decoded.len();
        if text.get(position) == Some(&b'"') {
            match copy_quoted(text, position + 1, decoded, &mut lines) {
                Some(after) => position = after,
                None => return Quoted::Open { field },
            }
        } else {
            let rest = &text[position..];
            let length = memchr::memchr3(delimiter, b'\n', b'"', rest).unwrap_or(rest.len());
            if rest.get(length) == Some(&b'"') {
                return Quoted::Malformed {
                    field,
                    reason: STRAY_QUOTE,
                };
            }
            decoded.extend_from_slice(&rest[..length]);
            position += length;
            let at_line_end = text.get(position).is_none_or(|byte| *byte == b'\n');
            if at_line_end && decoded.len() > start && decoded.last() == Some(&b'\r') {
                decoded.pop();
            }
        }
        ranges.push((start, decoded.len()));
        // Keeps the bytes of neighbouring fields from making up one character.
        decoded.push(delimiter);
        match &text[position..] {
            [] | [b'\r'] => return complete(text.len(), lines),
            [b'\n', ..] => return complete(position + 1, lines),
            [b'\r', b'\n', ..] => return complete(position + 2, lines),
            [byte, ..] if *byte == delimiter => position += 1,
            _ => {
                return Quoted::Malformed {
                    field,
                    reason: AFTER_QUOTE,
                };
            }
        }
    }
}

fn complete(length: usize, lines: u64) -> Quoted {
    Quoted::Complete { length, lines }
}

/// Copies a quoted field's content from `start`; the position after the closing quote, or `None` without one.
fn copy_quoted(text: &[u8], start: usize, decoded: &mut Vec<u8>, lines: &mut u64) -> Option<usize> {
    let mut position = start;
    loop {
        let length = memchr::memchr(b'"', &text[position..])?;
        let piece = &text[position..position + length];
        *lines += memchr::memchr_iter(b'\n', piece).count() as u64;
        decoded.extend_from_slice(piece);
        position += length + 1;
        if text.get(position) != Some(&b'"') {
            return Some(position);
        }
        decoded.push(b'"');
        position += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> (Quoted, Vec<String>) {
        let (mut decoded, mut ranges) = (Vec::new(), Vec::new());
        let outcome = split_quoted(text.as_bytes(), b',', &mut decoded, &mut ranges);
        let fields = ranges
            .iter()
            .map(|(start, end)| String::from_utf8_lossy(&decoded[*start..*end]).into_owned())
            .collect();
        (outcome, fields)
    }

    #[test]
    fn decodes_doubled_quotes_delimiters_and_line_breaks_in_quotes() {
        let (outcome, fields) = fields("a,\"b,\"\"c\"\"\nd\",,e\r\nnext");
        assert_eq!(outcome, Quoted::Complete { length: 18, lines: 2 });
        assert_eq!(fields, ["a", "b,\"c\"\nd", "", "e"]);
    }

    #[test]
    fn ends_a_record_at_the_end_of_the_text() {
        assert_eq!(fields("\"a\",\"\"").1, ["a", ""]);
        assert_eq!(fields("\"a\",").1, ["a", ""]);
        assert_eq!(fields("\"a\"\r").1, ["a"]);
    }

    #[test]
    fn tells_the_field_whose_quote_stays_open() {
        assert_eq!(fields("a,\"b,c\nd").0, Quoted::Open { field: 1 });
    }

    #[test]
    fn refuses_stray_quotes() {
        assert!(matches!(fields("a,b\"c").0, Quoted::Malformed { field: 1, .. }));
        assert!(matches!(fields("\"a\"b,c").0, Quoted::Malformed { field: 0, .. }));
    }
}
