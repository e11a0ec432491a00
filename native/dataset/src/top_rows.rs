//! The table rows of a column's most frequent values.

use crate::sparse_statistics::row_without_vocabulary;
use crate::spec::Encoding;
use crate::top_value::TopValue;

/// Finds these values among those of a vocabulary, which come bytewise sorted.
pub struct TopRows {
    /// In the order of their counts.
    values: Vec<(String, Option<u32>)>,
    /// Their places in bytewise order.
    sorted: Vec<usize>,
    next: usize,
    visited: u32,
}

impl TopRows {
    pub fn new(top: &[TopValue]) -> Self {
        let mut sorted: Vec<usize> = (0..top.len()).collect();
        sorted.sort_unstable_by(|one, other| top[*one].value.cmp(&top[*other].value));
        Self {
            values: top.iter().map(|top| (top.value.clone(), None)).collect(),
            sorted,
            next: 0,
            visited: 0,
        }
    }

    /// Takes the value of the vocabulary's next table row.
    pub fn visit(&mut self, value: &[u8]) {
        self.visited += 1;
        while let Some(place) = self.sorted.get(self.next) {
            let (top, row) = &mut self.values[*place];
            if top.as_bytes() > value {
                return;
            }
            self.next += 1;
            if top.as_bytes() == value {
                *row = Some(self.visited);
                return;
            }
        }
    }

    /// The values with their table rows, by descending count. Values that are not in the vocabulary are left out, and so are
    /// those that share the table row of a more frequent one.
    pub fn finish(self, encoding: Encoding) -> Vec<(String, u32)> {
        let mut rows: Vec<(String, u32)> = Vec::with_capacity(self.values.len());
        for (value, row) in self.values {
            let row = row.or_else(|| row_without_vocabulary(encoding, value.as_bytes()));
            if let Some(row) = row
                && rows.iter().all(|(_, other)| *other != row)
            {
                rows.push((value, row));
            }
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn top(values: &[&str]) -> TopRows {
        let values = values.iter().map(|value| TopValue {
            value: value.to_string(),
            count: 1,
        });
        TopRows::new(&values.collect::<Vec<_>>())
    }

    #[test]
    fn values_have_the_rows_of_the_vocabulary_and_rare_ones_none() {
        let mut rows = top(&["d", "rare", "a", "é"]);
        for value in ["a", "b", "d", "z", "é"] {
            rows.visit(value.as_bytes());
        }
        let found = rows.finish(Encoding::Vocabulary {
            minimum_count: 2,
            maximum_size: None,
        });
        let expected = [("d", 3), ("a", 1), ("é", 5)].map(|(value, row)| (value.to_string(), row));
        assert_eq!(found, expected);
    }

    #[test]
    fn values_that_share_a_row_of_a_hashed_table_are_counted_as_the_most_frequent_one() {
        let found = top(&["a", "b", "c", "d"]).finish(Encoding::Hash { size: 2, seed: 0 });
        assert_eq!(found, [("a".to_string(), 1)]);
        let found = top(&["7", "3"]).finish(Encoding::Index { size: 10 });
        assert_eq!(found, [("7".to_string(), 7), ("3".to_string(), 3)]);
    }
}
