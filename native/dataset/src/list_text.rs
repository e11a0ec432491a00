//! The values in a field of a multi-valued column. main/contract/list-text.ts does the same, for what the window shows, and
//! tests/fixtures/lists.json has what both must find.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// How the lists of a column are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct ListForm {
    pub separator: char,
    /// Whether they may be in brackets, and their values in quotation marks, as JSON and Python write them.
    pub brackets: bool,
}

impl ListForm {
    /// Calls `each` with every value of a field that is not empty.
    pub fn for_each(self, text: &str, mut each: impl FnMut(&str)) {
        if self.brackets {
            self.for_each_in_brackets(text, each);
        } else {
            text.split(self.separator)
                .filter(|value| !value.is_empty())
                .for_each(&mut each);
        }
    }

    fn for_each_in_brackets(self, text: &str, mut each: impl FnMut(&str)) {
        let mut rest = without_brackets(text);
        while !rest.is_empty() {
            rest = rest.trim_ascii_start();
            let (value, after) = match self.quoted(rest) {
                Some((value, after)) => (value, after),
                None => {
                    let end = rest.find(self.separator).unwrap_or(rest.len());
                    (Cow::Borrowed(rest[..end].trim_ascii()), &rest[end..])
                }
            };
            if !value.is_empty() {
                each(&value);
            }
            rest = after.strip_prefix(self.separator).unwrap_or_default();
        }
    }

    /// A quoted value at the beginning of a text, and what comes after it and spaces: the separator or nothing.
    fn quoted(self, text: &str) -> Option<(Cow<'_, str>, &str)> {
        let quote = text.chars().next().filter(|sign| matches!(sign, '"' | '\''))?;
        let mut escaped = false;
        let end = text.char_indices().skip(1).find_map(|(at, sign)| {
            let closes = sign == quote && !escaped;
            escaped = sign == '\\' && !escaped;
            closes.then_some(at)
        })?;
        let after = &text[end + 1..];
        // Spaces before the separator do not count, but a space may be the separator.
        let after = match after.trim_ascii_start() {
            trimmed if trimmed.is_empty() || trimmed.starts_with(self.separator) => trimmed,
            _ if after.starts_with(self.separator) => after,
            _ => return None,
        };
        Some((unescaped(&text[1..end]), after))
    }
}

/// Without the spaces and the pair of brackets around it.
fn without_brackets(text: &str) -> &str {
    let text = text.trim_ascii();
    [('[', ']'), ('(', ')'), ('{', '}')]
        .into_iter()
        .find_map(|(open, close)| text.strip_prefix(open)?.strip_suffix(close))
        .unwrap_or(text)
}

/// What a text with escapes such as \" and \u00e9 stands for.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let of_json = serde_json::from_str(&format!("\"{text}\""));
    Cow::Owned(of_json.unwrap_or_else(|_| text.replace("\\'", "'")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Case {
        text: String,
        #[serde(flatten)]
        form: ListForm,
        tokens: Vec<String>,
    }

    #[test]
    fn lists_have_the_values_that_people_see_in_them() {
        let cases: Vec<Case> = serde_json::from_str(include_str!("../tests/fixtures/lists.json")).unwrap();
        assert!(cases.len() > 20);
        for case in cases {
            let mut found = Vec::new();
            case.form
                .for_each(&case.text, |value| found.push(value.to_string()));
            assert_eq!(found, case.tokens, "{}", case.text);
        }
    }
}
