//! Text of a file in messages, shortened to what fits a sentence.

/// The number of characters of a text that a message shows.
const MAX_CHARS: usize = 40;

/// The text in quotation marks, shortened, with control characters escaped.
pub fn quoted_excerpt(text: &str) -> String {
    let short: String = text.chars().take(MAX_CHARS).collect();
    let dots = if short.len() < text.len() { "…" } else { "" };
    format!("\"{}{dots}\"", short.escape_debug())
}

/// The text as it is, which is a number, or a quoted excerpt of it if it is long.
pub fn excerpt(text: &str) -> String {
    if text.len() > MAX_CHARS {
        quoted_excerpt(text)
    } else {
        text.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortens_and_escapes_what_it_shows() {
        assert_eq!(quoted_excerpt("a\tb"), "\"a\\tb\"");
        assert!(quoted_excerpt(&"x".repeat(100)).len() < 50);
    }
}
