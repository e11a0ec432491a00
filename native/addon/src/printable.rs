//! Messages name what stands in files: here they become fit to be shown and kept (main/contract/printable.ts says why).

use std::fmt::Write;

/// Characters of a message.
const LONGEST: usize = 4000;
/// Of those, the ones kept of its beginning where the middle is left out.
const HEAD: usize = 2800;
const TAIL: usize = 1100;

/// The message with control characters and what overrides the direction of text escaped as in JSON, and with the middle
/// left out where it is longer than anybody reads.
pub fn bounded_message(message: &str) -> String {
    let count = message.chars().count();
    if count <= LONGEST {
        return cut(&printable(message));
    }
    let head: String = message.chars().take(HEAD).collect();
    let tail: String = message.chars().skip(count - TAIL).collect();
    let left_out = count - HEAD - TAIL;
    cut(&printable(&format!(
        "{head} … ({left_out} more characters) … {tail}"
    )))
}

/// Escaping makes text longer.
fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

fn printable(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            '\t' => safe.push_str("\\t"),
            '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                escape(&mut safe, character);
            }
            _ if character.is_control() => escape(&mut safe, character),
            _ => safe.push(character),
        }
    }
    safe
}

fn escape(safe: &mut String, character: char) {
    // Writing to a String cannot fail.
    let _ = write!(safe, "\\u{:04x}", u32::from(character));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_steers_a_terminal_and_keeps_the_rest() {
        let hostile = "a\u{1b}[31m\u{9b}2J\u{7f}\u{202e}b\r\nKyiv Київ 👩‍👩‍👧";
        let expected = "a\\u001b[31m\\u009b2J\\u007f\\u202eb\\r\\nKyiv Київ 👩‍👩‍👧";
        assert_eq!(bounded_message(hostile), expected);
    }

    #[test]
    fn leaves_out_the_middle_of_what_nobody_reads() {
        let long = format!("begins {} ends", "x".repeat(1 << 20));
        let short = bounded_message(&long);
        assert!(short.chars().count() <= LONGEST);
        assert!(short.starts_with("begins x") && short.ends_with("x ends"));
        assert!(short.contains("more characters"));
    }
}
