//! Markers of missing values: texts such as NA in place of a value.

use crate::decimal::NumberFormat;
use crate::top_value::TopValue;

/// The markers of one or more columns.
#[derive(Clone, Debug)]
pub struct MissingMarkers {
    texts: Vec<String>,
    /// The lengths of the markers that begin with a byte, as bits, by that byte modulo 128.
    lengths: [u16; 128],
    hold_numbers: bool,
}

impl MissingMarkers {
    pub fn new(texts: &[String]) -> Self {
        let texts: Vec<String> = texts
            .iter()
            .map(|text| text.trim_ascii().to_string())
            .filter(|text| !text.is_empty())
            .collect();
        let mut lengths = [0; 128];
        for text in &texts {
            lengths[length_table_index(text.as_bytes()[0])] |= length_bit(text.len());
        }
        let is_number = |text: &String| {
            let formats = [NumberFormat::POINT, NumberFormat::COMMA];
            formats.iter().any(|format| format.parse_finite(text).is_some())
        };
        Self {
            lengths,
            hold_numbers: texts.iter().any(is_number),
            texts,
        }
    }

    /// Whether a field is one of the markers, without the spaces around it.
    pub fn contain(&self, field: &str) -> bool {
        self.index_of(field).is_some()
    }

    /// The index of the marker that a field is.
    #[inline]
    pub fn index_of(&self, field: &str) -> Option<usize> {
        let bytes = field.as_bytes();
        let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else {
            return None;
        };
        // This runs for every field of a file, and almost no field begins like a marker of its length.
        let begins_like_one = self.lengths[length_table_index(*first)] & length_bit(bytes.len()) != 0;
        if begins_like_one || *first <= b' ' || *last <= b' ' {
            return self.search(field.trim_ascii());
        }
        None
    }

    #[inline(never)]
    fn search(&self, text: &str) -> Option<usize> {
        self.texts.iter().position(|marker| marker == text)
    }

    /// The markers that were found, each with its count. `counts` are in the order of the markers.
    pub fn with_counts(&self, counts: &[u64]) -> Vec<TopValue> {
        let found = self.texts.iter().zip(counts).filter(|(_, count)| **count > 0);
        found
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

fn length_table_index(byte: u8) -> usize {
    usize::from(byte % 128)
}

/// The bit of a length. All lengths from 15 on share the last bit.
fn length_bit(length: usize) -> u16 {
    1 << length.min(15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contain_their_texts_and_no_others() {
        let markers = MissingMarkers::new(&["NA".to_string(), "-999".to_string(), " ".to_string()]);
        assert!(markers.contain("NA") && markers.contain(" NA ") && markers.contain("-999"));
        assert!(!markers.contain("na") && !markers.contain("") && !markers.contain("NAN"));
        assert!(!markers.contain("NB") && !markers.contain("-99") && !markers.contain("5"));
        assert!(markers.hold_numbers());
        let long = MissingMarkers::new(&["ä".repeat(40)]);
        assert!(long.contain(&"ä".repeat(40)) && !long.contain(&"ä".repeat(41)) && !long.contain("ä"));
        assert!(!MissingMarkers::new(&["NaN".to_string(), "1.#IND".to_string()]).hold_numbers());
        assert!(MissingMarkers::new(&["-9,5".to_string()]).hold_numbers());
        assert!(!MissingMarkers::new(&[]).contain("NA"));
    }
}
