//! Finds the ends of lines, which are LF, CR LF, or a CR alone, as old Macs wrote it. A file may mix them.

use crate::separator::Separator;

/// The first line of `text` from `start` on: where its content ends, and where the next line begins. Both are the
/// text's length if no line end follows.
pub fn line_end(text: &[u8], start: usize) -> (usize, usize) {
    let Some(length) = memchr::memchr2(b'\n', b'\r', &text[start..]) else {
        return (text.len(), text.len());
    };
    let end = start + length;
    let is_pair = text[end] == b'\r' && text.get(end + 1) == Some(&b'\n');
    (end, end + if is_pair { 2 } else { 1 })
}

/// The lines of a text, without their ends.
pub fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut position = 0;
    std::iter::from_fn(move || {
        if position >= text.len() {
            return None;
        }
        let (end, next) = line_end(text, position);
        let line = &text[position..end];
        position = next;
        Some(line)
    })
}

/// Whether a line has only white space, or the character with which DOS ended files. A separator counts as content.
pub fn is_blank(line: &[u8], separator: Separator<'_>) -> bool {
    line.iter()
        .all(|byte| matches!(byte, b' ' | b'\t' | 0x0b | 0x0c | 0x1a) && !separator.is_content(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_lines_apart_however_they_end() {
        let found: Vec<&[u8]> = lines(b"a\nb\r\nc\rd\n\r\ne").collect();
        assert_eq!(found, [&b"a"[..], b"b", b"c", b"d", b"", b"e"]);
    }

    #[test]
    fn takes_a_line_of_delimiters_for_a_row() {
        let is_blank = |line: &[u8], separator| is_blank(line, Separator::of(separator));
        assert!(is_blank(b" \t ", ",") && is_blank(b"", "\t") && is_blank(b"\x1a", ","));
        assert!(!is_blank(b"\t\t", "\t") && !is_blank(b" ", " ") && !is_blank(b",", ","));
        assert!(is_blank(b" \t", "spaces"));
    }
}
