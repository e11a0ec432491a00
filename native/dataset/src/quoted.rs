//! Splits a record that contains quotes into its fields.

use crate::dialect::{Dialect, Quoting};
use crate::lines::line_end;
use crate::separator::{Separator, blanks};

/// The largest number of lines in one record. Without a limit one stray quote could make a record of a whole file.
pub const MAX_RECORD_LINES: u64 = 100;

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
/// `ranges`; both are cleared first. Only a quote sign at the start of a field opens a quoted one; anywhere else it is
/// text. Spaces may surround a quoted field. A record ends at a line break outside quotes or at the end of the text.
pub fn split_quoted(
    text: &[u8],
    dialect: &Dialect<'_>,
    decoded: &mut Vec<u8>,
    ranges: &mut Vec<(usize, usize)>,
) -> Quoted {
    decoded.clear();
    ranges.clear();
    let separator = dialect.separator;
    let sign = dialect.quote_sign;
    let mut position = match separator {
        Separator::Spaces => blanks(text),
        _ => 0,
    };
    let mut lines = 1;
    let mut quoted = 0;
    let mut spanning = None;
    loop {
        let field = ranges.len();
        let start = decoded.len();
        if text.get(position) == Some(&sign) {
            let before = lines;
            match copy_quoted(text, position + 1, dialect, decoded, &mut lines) {
                Closing::At(after) => position = after + spaces_at_end(&text[after..], separator),
                Closing::Missing => return Quoted::Open { field },
                Closing::TooFar => return Quoted::Endless { field },
            }
            quoted += 1;
            if lines > before {
                spanning = spanning.or(Some(field));
            }
        } else if let Some(after) = spaced_quotes(text, position, dialect, decoded) {
            position = after;
            quoted += 1;
        } else {
            let length = separator.plain_field(&text[position..]);
            decoded.extend_from_slice(&text[position..position + length]);
            position += length;
        }
        ranges.push((start, decoded.len()));
        // Without it the bytes of neighbouring fields could form one character.
        decoded.push(b'\n');
        let length = separator.length_at(&text[position..]);
        let rest = &text[position + length..];
        let at_end = matches!(rest, [] | [b'\n' | b'\r', ..]);
        if at_end && (length == 0 || separator == Separator::Spaces) {
            return Quoted::Complete {
                length: line_end(text, position).1,
                lines,
                quoted,
                spanning,
            };
        }
        if length == 0 && separator.may_continue(rest) {
            return Quoted::Open { field };
        }
        if length == 0 {
            return Quoted::AfterQuote { field };
        }
        position += length;
    }
}

/// The number of spaces between a closing quote sign and what ends the field; 0 where text follows them.
fn spaces_at_end(text: &[u8], separator: Separator<'_>) -> usize {
    let count = text.iter().take_while(|byte| **byte == b' ').count();
    let rest = &text[count..];
    let ends = matches!(rest, [] | [b'\n' | b'\r', ..]) || separator.length_at(rest) > 0;
    if separator.is_content(b' ') || separator == Separator::Spaces || !ends {
        return 0;
    }
    count
}

/// Copies the content of a field in quotes with spaces before them, on one line, and returns where the field ends. None if
/// the spaces are the text's own: where no quotes follow, or text follows the quotes.
fn spaced_quotes(
    text: &[u8],
    position: usize,
    dialect: &Dialect<'_>,
    decoded: &mut Vec<u8>,
) -> Option<usize> {
    let separator = dialect.separator;
    let count = text[position..].iter().take_while(|byte| **byte == b' ').count();
    let opening = position + count;
    if count == 0 || text.get(opening) != Some(&dialect.quote_sign) || separator.is_content(b' ') {
        return None;
    }
    let line = &text[..line_end(text, position).0];
    let start = decoded.len();
    if let Closing::At(after) = copy_quoted(line, opening + 1, dialect, decoded, &mut 1) {
        let after = after + spaces_at_end(&line[after..], separator);
        if after == line.len() || separator.length_at(&line[after..]) > 0 {
            return Some(after);
        }
    }
    decoded.truncate(start);
    None
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
    dialect: &Dialect<'_>,
    decoded: &mut Vec<u8>,
    lines: &mut u64,
) -> Closing {
    let sign = dialect.quote_sign;
    let escapes = dialect.quoting == Quoting::Backslash;
    let escape = if escapes { b'\\' } else { sign };
    let mut position = start;
    loop {
        let found = memchr::memchr2(sign, escape, &text[position..]);
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
        let next = text.get(position + 1);
        if text[position] == sign {
            if escapes || next != Some(&sign) {
                return Closing::At(position + 1);
            }
            decoded.push(sign);
            position += 2;
            continue;
        }
        match next {
            None => return Closing::Missing,
            Some(next) if *next == sign || *next == b'\\' => {
                decoded.push(*next);
                position += 2;
            }
            // Other escapes, such as \N, stay as they are.
            Some(_) => {
                decoded.push(b'\\');
                position += 1;
            }
        }
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
        fields_between(text, ",", b'"', quoting)
    }

    fn fields_between(
        text: &str,
        separator: &str,
        quote_sign: u8,
        quoting: Quoting,
    ) -> (Quoted, Vec<String>) {
        let (mut decoded, mut ranges) = (Vec::new(), Vec::new());
        let dialect = Dialect {
            separator: Separator::of(separator),
            quoting,
            quote_sign,
            comment: b"",
            skipped_lines: 0,
            skips_blank_lines: true,
            is_row: &|_, _| false,
        };
        let outcome = split_quoted(text.as_bytes(), &dialect, &mut decoded, &mut ranges);
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

    #[test]
    fn takes_spaces_around_quotes_for_no_part_of_the_field() {
        assert_eq!(fields("a, \"b, c\" ,d\n").1, ["a", "b, c", "d"]);
        assert_eq!(fields("\"a\"  \n").1, ["a"]);
        assert_eq!(fields("a, \"b\" c,d").1, ["a", " \"b\" c", "d"]);
        assert_eq!(fields("a, \"b,c").1, ["a", " \"b", "c"]);
        assert_eq!(fields("\"a\" b,c").0, Quoted::AfterQuote { field: 0 });
    }

    #[test]
    fn reads_other_quote_signs_and_separators() {
        let of = |text, separator, sign| fields_between(text, separator, sign, Quoting::Doubled).1;
        assert_eq!(of("'a,''b''',\"c\"\n", ",", b'\''), ["a,'b'", "\"c\""]);
        assert_eq!(of("\"a::b\"::c:d::\"\"\n", "::", b'"'), ["a::b", "c:d", ""]);
        assert_eq!(of("  \"a b\"   c \"d\" \ne", "spaces", b'"'), ["a b", "c", "d"]);
        let backslash = fields_between("'it\\'s',x", ",", b'\'', Quoting::Backslash).1;
        assert_eq!(backslash, ["it's", "x"]);
    }
}
