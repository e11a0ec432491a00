//! The lines of a file, of which longer ones than a row may be are skipped without being kept.

use std::io::{self, BufRead};

use crate::records::MAX_RECORD_BYTES;

pub struct LineReader<R> {
    input: R,
    line: u64,
}

impl<R: BufRead> LineReader<R> {
    pub fn new(input: R) -> Self {
        Self { input, line: 0 }
    }

    /// Puts the next line without its end into `text`, and gives its 1-based number and whether it was too long; `None` at the end.
    pub fn next(&mut self, text: &mut Vec<u8>) -> io::Result<Option<(u64, bool)>> {
        text.clear();
        let (mut is_long, mut is_any) = (false, false);
        loop {
            let part = self.input.fill_buf()?;
            if part.is_empty() {
                break;
            }
            is_any = true;
            let end = memchr::memchr(b'\n', part);
            let content = &part[..end.unwrap_or(part.len())];
            is_long |= text.len() + content.len() > MAX_RECORD_BYTES;
            if is_long {
                text.clear();
            } else {
                text.extend_from_slice(content);
            }
            let used = end.map_or(part.len(), |end| end + 1);
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        if !is_any {
            return Ok(None);
        }
        self.line += 1;
        if text.last() == Some(&b'\r') {
            text.pop();
        }
        Ok(Some((self.line, is_long)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lines_and_skips_one_that_no_row_could_be() {
        let long = "x".repeat(MAX_RECORD_BYTES + 1);
        let content = format!("a\r\n\n{long}\nb");
        let mut lines = LineReader::new(io::BufReader::with_capacity(1000, content.as_bytes()));
        let mut text = Vec::new();
        let mut found = Vec::new();
        while let Some((line, is_long)) = lines.next(&mut text).unwrap() {
            found.push((line, is_long, String::from_utf8(text.clone()).unwrap()));
        }
        assert_eq!(found[0], (1, false, "a".to_string()));
        assert_eq!(found[1], (2, false, String::new()));
        assert_eq!((found[2].0, found[2].1), (3, true));
        assert_eq!(found[3], (4, false, "b".to_string()));
    }
}
