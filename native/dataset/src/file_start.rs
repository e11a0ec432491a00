//! What a text file may begin with before its first record: a byte order mark and a line that names the separator.

use crate::lines::line_end;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
const SEPARATOR_LINE: &[u8] = b"sep=";

/// Where the first record of a file may begin, and on which line (from 1).
pub fn first_record(text: &[u8]) -> (usize, u64) {
    let start = if text.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len()
    } else {
        0
    };
    after_separator_line(text, start).map_or((start, 1), |next| (next, 2))
}

/// Spreadsheets write a first line such as sep=; or "sep=;" that says what separates the fields. It is no row, so this is
/// where the next line begins.
fn after_separator_line(text: &[u8], start: usize) -> Option<usize> {
    let (end, next) = line_end(text, start);
    let line = text[start..end].trim_ascii_end();
    // The separator may be white space itself.
    let line = if line.ends_with(b"=") {
        &text[start..end]
    } else {
        line
    };
    let bare = line
        .strip_prefix(b"\"")
        .and_then(|line| line.strip_suffix(b"\""))
        .unwrap_or(line);
    let (name, separator) = bare.split_at_checked(SEPARATOR_LINE.len())?;
    let is_separator_line = name.eq_ignore_ascii_case(SEPARATOR_LINE) && separator.len() == 1;
    (is_separator_line && next > end).then_some(next)
}
