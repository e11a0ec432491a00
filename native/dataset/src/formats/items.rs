//! Joins the items of a list to the text of one field.

use crate::excerpt::quoted_excerpt;
use crate::records::MAX_RECORD_BYTES;

/// What separates the items where the column is not multi-valued.
pub const USUAL_SEPARATOR: char = '|';

/// The values of one field, of which a list has any number.
pub struct Items {
    separator: char,
    /// Whether the field is split at the separator again.
    is_split: bool,
    count: usize,
    bytes: usize,
    fault: Option<String>,
}

impl Items {
    /// `separator` is that of a multi-valued column. `is_list` says whether the file itself has a list here: text that is a list
    /// already has its own separators.
    pub fn new(separator: Option<char>, is_list: bool) -> Self {
        Self {
            separator: separator.unwrap_or(USUAL_SEPARATOR),
            is_split: is_list && separator.is_some(),
            count: 0,
            bytes: 0,
            fault: None,
        }
    }

    /// Appends what `write` appends as an item, unless that is nothing. Returns whether a row can hold more.
    pub fn add(&mut self, text: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) -> bool {
        let before = text.len();
        let mut encoded = [0; 4];
        let separator = self.separator.encode_utf8(&mut encoded).as_bytes();
        if self.count > 0 {
            text.extend_from_slice(separator);
        }
        let start = text.len();
        write(text);
        if text.len() == start {
            text.truncate(before);
            return true;
        }
        let item = &text[start..];
        if self.is_split && self.fault.is_none() && memchr::memmem::find(item, separator).is_some() {
            let item = quoted_excerpt(&String::from_utf8_lossy(item));
            let sign = quoted_excerpt(&self.separator.to_string());
            self.fault = Some(format!(
                "the item {item} holds {sign}, which separates the items; choose another separator for this column"
            ));
        }
        self.count += 1;
        self.bytes += text.len() - before;
        self.bytes <= MAX_RECORD_BYTES
    }

    /// Why the field could not be split into its items again.
    pub fn fault(self) -> Option<String> {
        self.fault
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(separator: Option<char>, is_list: bool, items: &[&str]) -> (String, Option<String>) {
        let mut text = b"before".to_vec();
        let mut list = Items::new(separator, is_list);
        for item in items {
            list.add(&mut text, |text| text.extend_from_slice(item.as_bytes()));
        }
        (String::from_utf8(text[6..].to_vec()).unwrap(), list.fault())
    }

    #[test]
    fn joins_what_is_there_and_names_an_item_that_would_be_split() {
        assert_eq!(joined(None, true, &["a", "", "b"]), ("a|b".to_string(), None));
        assert_eq!(
            joined(Some(' '), true, &["a|b", "c"]),
            ("a|b c".to_string(), None)
        );
        let (_, fault) = joined(Some('|'), true, &["c", "a|b"]);
        assert!(fault.unwrap().starts_with("the item \"a|b\" holds \"|\""));
    }

    #[test]
    fn a_text_that_is_a_list_already_is_taken_as_it_is() {
        assert_eq!(joined(Some('|'), false, &["a|b"]), ("a|b".to_string(), None));
    }

    #[test]
    fn a_list_ends_where_no_row_could_hold_it() {
        let mut list = Items::new(None, true);
        let mut text = Vec::new();
        while list.add(&mut text, |text| text.extend_from_slice(&[b'x'; 1000])) {}
        assert!(text.len() <= MAX_RECORD_BYTES + 1001);
    }
}
