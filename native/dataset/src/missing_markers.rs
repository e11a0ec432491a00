//! Texts such as NA that stand for a missing value.

use crate::manifest::TopValue;

/// The markers of a column.
#[derive(Clone, Debug, Default)]
pub struct MissingMarkers {
    texts: Vec<String>,
    longest: usize,
    hold_numbers: bool,
}

impl MissingMarkers {
    pub fn new(texts: &[String]) -> Self {
        let texts: Vec<String> = texts
            .iter()
            .map(|text| text.trim_ascii().to_string())
            .filter(|text| !text.is_empty())
            .collect();
        Self {
            longest: texts.iter().map(String::len).max().unwrap_or(0),
            hold_numbers: texts
                .iter()
                .any(|text| text.bytes().any(|byte| byte.is_ascii_digit())),
            texts,
        }
    }

    /// Whether a field is one of them, spaces around it apart.
    pub fn contain(&self, field: &str) -> bool {
        self.place_of(field).is_some()
    }

    /// Which of them a field is.
    #[inline]
    pub fn place_of(&self, field: &str) -> Option<usize> {
        // This is asked of every field of a file, and nearly all of them are empty or longer than any marker.
        match field.as_bytes() {
            [] => None,
            [first, .., last] if field.len() > self.longest && *first > b' ' && *last > b' ' => None,
            _ => self.search(field.trim_ascii()),
        }
    }

    fn search(&self, text: &str) -> Option<usize> {
        self.texts.iter().position(|marker| marker == text)
    }

    /// How often each was met, from counts by place; those that were not met are left out.
    pub fn with_counts(&self, counts: &[u64]) -> Vec<TopValue> {
        let pairs = self.texts.iter().zip(counts).filter(|(_, count)| **count > 0);
        pairs
            .map(|(value, count)| TopValue {
                value: value.clone(),
                count: *count,
            })
            .collect()
    }

    /// Whether a marker may be a number, such as -999.
    pub fn hold_numbers(&self) -> bool {
        self.hold_numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn know_their_texts_and_no_others() {
        let markers = MissingMarkers::new(&["NA".to_string(), "-999".to_string(), " ".to_string()]);
        assert!(markers.contain("NA") && markers.contain(" NA ") && markers.contain("-999"));
        assert!(!markers.contain("na") && !markers.contain("") && !markers.contain("NAN"));
        assert!(markers.hold_numbers());
        assert!(!MissingMarkers::default().contain("NA"));
    }
}
