//! What separates the fields of a record: a byte, a text of several bytes, or a run of blanks.

/// The word that stands for runs of blanks in a specification. A separator cannot contain letters, so it is no separator itself.
pub const SPACES: &str = "spaces";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator<'a> {
    Byte(u8),
    /// Several bytes, such as ::, or one character that takes several.
    Text(&'a [u8]),
    /// One or more spaces and tabs. Those at the ends of a record separate nothing.
    Spaces,
}

impl<'a> Separator<'a> {
    /// The separator of a checked specification.
    pub fn of(text: &'a str) -> Self {
        match text.as_bytes() {
            _ if text == SPACES => Self::Spaces,
            [byte] => Self::Byte(*byte),
            bytes => Self::Text(bytes),
        }
    }

    /// Whether a line of nothing but this byte has fields.
    pub fn is_content(self, byte: u8) -> bool {
        match self {
            Self::Byte(separator) => separator == byte,
            Self::Text(text) => text.contains(&byte),
            Self::Spaces => false,
        }
    }

    /// The length of the separator with which `text` begins, or 0.
    pub fn length_at(self, text: &[u8]) -> usize {
        match self {
            Self::Byte(byte) => usize::from(text.first() == Some(&byte)),
            Self::Text(separator) if text.starts_with(separator) => separator.len(),
            Self::Text(_) => 0,
            Self::Spaces => blanks(text),
        }
    }

    /// Whether `text` is the beginning of a separator that is cut off.
    pub fn may_continue(self, text: &[u8]) -> bool {
        matches!(self, Self::Text(separator) if text.len() < separator.len() && separator.starts_with(text))
    }

    /// The length of the field without quotes with which `text` begins: up to a separator, a line end or the end of `text`.
    #[inline]
    pub fn plain_field(self, text: &[u8]) -> usize {
        let end_from = |from: usize| {
            let rest = &text[from..];
            let found = match self {
                Self::Byte(byte) => memchr::memchr3(byte, b'\n', b'\r', rest),
                Self::Text(separator) => memchr::memchr3(separator[0], b'\n', b'\r', rest),
                Self::Spaces => rest
                    .iter()
                    .position(|byte| is_blank(*byte) || matches!(byte, b'\n' | b'\r')),
            };
            found.map_or(text.len(), |length| from + length)
        };
        let mut end = end_from(0);
        // The first byte of a longer separator may be part of a field.
        while matches!(self, Self::Text(_))
            && end < text.len()
            && !matches!(text[end], b'\n' | b'\r')
            && self.length_at(&text[end..]) == 0
        {
            end = end_from(end + 1);
        }
        end
    }

    /// Splits a line without quoted fields.
    pub fn split(self, line: &[u8], ranges: &mut Vec<(usize, usize)>) {
        ranges.clear();
        let mut start = 0;
        let mut end_field = |end: usize, next: usize| {
            ranges.push((start, end));
            start = next;
        };
        match self {
            Self::Byte(byte) => {
                memchr::memchr_iter(byte, line).for_each(|end| end_field(end, end + 1));
                ranges.push((start, line.len()));
            }
            Self::Text(separator) => {
                memchr::memmem::find_iter(line, separator)
                    .for_each(|end| end_field(end, end + separator.len()));
                ranges.push((start, line.len()));
            }
            Self::Spaces => {
                let mut position = blanks(line);
                loop {
                    let length = self.plain_field(&line[position..]);
                    ranges.push((position, position + length));
                    position += length;
                    position += blanks(&line[position..]);
                    if position >= line.len() {
                        return;
                    }
                }
            }
        }
    }
}

/// The number of spaces and tabs with which a text begins.
pub fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|byte| is_blank(**byte)).count()
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split<'a>(separator: &str, line: &'a str) -> Vec<&'a str> {
        let mut ranges = Vec::new();
        Separator::of(separator).split(line.as_bytes(), &mut ranges);
        ranges.iter().map(|(start, end)| &line[*start..*end]).collect()
    }

    #[test]
    fn splits_at_one_byte_at_several_and_at_runs_of_blanks() {
        assert_eq!(split(",", "a,,b,"), ["a", "", "b", ""]);
        assert_eq!(split("::", "1::2:3::"), ["1", "2:3", ""]);
        assert_eq!(split("||", "a|b||c|||d"), ["a|b", "c", "|d"]);
        assert_eq!(split("spaces", "  a \t b  c "), ["a", "b", "c"]);
        assert_eq!(split("spaces", "a"), ["a"]);
        assert_eq!(split("¦", "a¦b"), ["a", "b"]);
    }

    #[test]
    fn tells_the_end_of_a_plain_field() {
        assert_eq!(Separator::of("::").plain_field(b"a:b::c"), 3);
        assert_eq!(Separator::of("::").plain_field(b"a:\nb::c"), 2);
        assert_eq!(Separator::of("::").plain_field(b"a:b:"), 4);
        assert_eq!(Separator::of("spaces").plain_field(b"ab\t c"), 2);
        assert_eq!(Separator::of(",").plain_field(b"ab\r\nc,d"), 2);
    }
}
