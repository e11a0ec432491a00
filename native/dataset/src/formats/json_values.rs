//! The records of a JSON file: one a line, or the items of one array, or values one after the other over any number of lines.

use std::io::{self, BufRead};

use super::long_lines::LineReader;
use crate::records::MAX_RECORD_BYTES;

pub enum JsonValues<R> {
    /// A line that is no JSON costs one row.
    OneALine(LineReader<R>),
    Values {
        input: R,
        line: u64,
        in_array: bool,
        is_first: bool,
        /// How many items of the array have begun.
        items: u64,
    },
}

/// Whether a file that begins with this text is JSON, and whether it has one value a line; `None` if it is no JSON.
pub fn shape_of(start: &str) -> Option<bool> {
    let start = start.trim_start_matches('\u{feff}').trim_start();
    let mut signs = start.chars().filter(|sign| !sign.is_whitespace());
    match (signs.next()?, signs.next()?) {
        ('{', '"' | '}') => {
            let line = start.lines().next().unwrap_or_default();
            let is_cut = line.len() == start.len();
            let object = serde_json::from_str::<serde::de::IgnoredAny>(line);
            // A line that goes on beyond what was read is taken for a long one.
            Some(object.is_ok() || is_cut || !start.contains('\n'))
        }
        // A header such as [id],label begins with a bracket, too.
        ('[', '{') => Some(false),
        _ => None,
    }
}

impl<R: BufRead> JsonValues<R> {
    pub fn new(input: R, one_a_line: bool) -> Self {
        if one_a_line {
            return Self::OneALine(LineReader::new(input));
        }
        Self::Values {
            input,
            line: 1,
            in_array: false,
            is_first: true,
            items: 0,
        }
    }

    /// Puts the next value into `text`, and gives the 1-based line on which it begins and whether it was too long; `None` at the
    /// end. An item of an array has its number in place of a line, because most arrays are one line.
    pub fn next(&mut self, text: &mut Vec<u8>) -> io::Result<Option<(u64, bool)>> {
        match self {
            Self::OneALine(lines) => loop {
                match lines.next(text)? {
                    Some((_, false)) if is_blank(text) => {}
                    found => return Ok(found),
                }
            },
            Self::Values {
                input,
                line,
                in_array,
                is_first,
                items,
            } => {
                text.clear();
                let mut scan = Scan::default();
                let mut begin = None;
                loop {
                    let part = input.fill_buf()?;
                    if part.is_empty() {
                        return Ok(begin.map(|line| (line, text.len() > MAX_RECORD_BYTES)));
                    }
                    let mut used = 0;
                    let mut is_done = false;
                    for &byte in part {
                        used += 1;
                        *line += u64::from(byte == b'\n');
                        if begin.is_none() {
                            match byte {
                                b'[' if *is_first => {
                                    (*in_array, *is_first) = (true, false);
                                    continue;
                                }
                                b' ' | b'\t' | b'\r' | b'\n' | b',' | 0xef | 0xbb | 0xbf => continue,
                                b']' if *in_array => continue,
                                _ => {
                                    *is_first = false;
                                    *items += 1;
                                    begin = Some(if *in_array { *items } else { *line });
                                }
                            }
                        }
                        let ends = scan.ends_with(byte);
                        // A bracket that closes nothing is a record of its own, which is rejected.
                        if ends == Ends::Before && !text.is_empty() {
                            used -= 1;
                            is_done = true;
                            break;
                        }
                        if text.len() <= MAX_RECORD_BYTES {
                            text.push(byte);
                        }
                        if ends != Ends::No {
                            is_done = true;
                            break;
                        }
                    }
                    input.consume(used);
                    if is_done {
                        return Ok(begin.map(|line| (line, text.len() > MAX_RECORD_BYTES)));
                    }
                }
            }
        }
    }
}

fn is_blank(text: &[u8]) -> bool {
    text.strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(text)
        .trim_ascii()
        .is_empty()
}

#[derive(PartialEq, Eq)]
enum Ends {
    No,
    After,
    /// The byte belongs to what follows.
    Before,
}

/// Finds the end of a value, by its brackets and strings alone.
#[derive(Default)]
struct Scan {
    depth: usize,
    in_string: bool,
    is_escaped: bool,
}

impl Scan {
    fn ends_with(&mut self, byte: u8) -> Ends {
        if self.in_string {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return Ends::No;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' if self.depth <= 1 => {
                let opened = self.depth == 1;
                self.depth = 0;
                return if opened { Ends::After } else { Ends::Before };
            }
            b'}' | b']' => self.depth -= 1,
            b',' | b'\n' if self.depth == 0 => return Ends::Before,
            _ => {}
        }
        Ends::No
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(content: &str) -> Vec<(u64, String)> {
        let one_a_line = shape_of(content).unwrap();
        let mut values = JsonValues::new(io::BufReader::with_capacity(3, content.as_bytes()), one_a_line);
        let mut text = Vec::new();
        let mut found = Vec::new();
        while let Some((line, is_long)) = values.next(&mut text).unwrap() {
            assert!(!is_long);
            found.push((line, String::from_utf8(text.clone()).unwrap()));
        }
        found
    }

    #[test]
    fn takes_lines_apart_and_skips_blank_ones() {
        let found = values("{\"a\":1}\n\n{\"a\":\"}\"}\nnot json\n{}");
        let lines: Vec<u64> = found.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [1, 3, 4, 5]);
    }

    #[test]
    fn takes_the_items_of_an_array_and_values_over_several_lines_apart() {
        let items = ["{\"a\": \"]}, \\\"\"}", "{\"b\": [1, {\"c\": 2}]}"];
        let array = format!("[\n  {},\n  {}\n]\n", items[0], items[1]);
        assert_eq!(
            values(&array),
            [(1, items[0].to_string()), (2, items[1].to_string())]
        );
        assert_eq!(values(&array.replace('\n', "")), values(&array));
        let found = values("{\n \"a\": 1\n}\n{\n \"a\": 2\n}\n");
        assert_eq!(found[1], (4, "{\n \"a\": 2\n}".to_string()));
    }

    #[test]
    fn a_header_with_brackets_is_no_json() {
        for text in ["[id],label\n1,2\n", "{id},label\n", "id,label\n", "", "["] {
            assert_eq!(shape_of(text), None, "{text}");
        }
        assert_eq!(shape_of("{\"a\":1}\n"), Some(true));
        assert_eq!(shape_of("{\n"), None);
        assert_eq!(shape_of("[{\"a\":1}]"), Some(false));
    }

    #[test]
    fn broken_brackets_end() {
        for text in ["[{]]]]]]", "[{\"a\": ", "[{}}}}}", "[{\"\\"] {
            let mut values = JsonValues::new(text.as_bytes(), false);
            let mut value = Vec::new();
            let mut count = 0;
            while values.next(&mut value).unwrap().is_some() {
                count += 1;
                assert!(count < 100, "{text}");
            }
        }
    }
}
