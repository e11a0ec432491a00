//! Counts a column's values and numbers them.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::short_values::{Noted, SHORT_BYTES, ShortValues, short_key, short_value};

/// Values of up to this many bytes are kept without an allocation of their own.
const MEDIUM_BYTES: usize = 16;

/// A value as two big-endian halves, padded with zeros: sorts bytewise, and is unique because no value holds a NUL byte.
type MediumKey = (u64, u64);

/// The distinct values of a column in the order of their first appearance.
#[derive(Debug, Default)]
pub struct ValueMap {
    short: ShortValues,
    medium: HashMap<MediumKey, Noted, FixedState>,
    long: HashMap<Box<[u8]>, Noted, FixedState>,
}

impl ValueMap {
    pub fn len(&self) -> usize {
        self.short.len() + self.medium.len() + self.long.len()
    }

    /// The number of a value that was noted.
    pub fn get(&self, value: &[u8]) -> Option<u32> {
        if let Some(key) = short_key(value) {
            return self.short.get(key).map(|noted| noted.number);
        }
        let noted = match medium_key(value) {
            Some(key) => self.medium.get(&key),
            None => self.long.get(value),
        };
        noted.map(|noted| noted.number)
    }

    /// Starts to load what `note` will need of this value, so that the memory's delay passes while other values are noted.
    pub fn prefetch(&self, value: &[u8]) {
        if let Some(key) = short_key(value) {
            self.short.prefetch(key);
        }
    }

    /// The number of a value, which is the next one if it is new. `counts` is how much is added to its count.
    pub fn note(&mut self, value: &[u8], counts: u32) -> u32 {
        let next = self.len() as u32;
        let noted = if let Some(key) = short_key(value) {
            self.short.entry(key, next)
        } else {
            let new = Noted {
                number: next,
                count: 0,
            };
            match medium_key(value) {
                Some(key) => self.medium.entry(key).or_insert(new),
                None => match self.long.get_mut(value) {
                    Some(noted) => noted,
                    None => self.long.entry(value.into()).or_insert(new),
                },
            }
        };
        noted.count = noted.count.saturating_add(counts);
        noted.number
    }

    /// Calls `each` with every value and what is known of it, in no order.
    pub fn for_each(&self, mut each: impl FnMut(&[u8], Noted)) {
        for (key, noted) in self.short.iter() {
            each(short_value(key, &mut [0; SHORT_BYTES]), noted);
        }
        for (key, noted) in &self.medium {
            each(medium_value(*key, &mut [0; MEDIUM_BYTES]), *noted);
        }
        for (value, noted) in &self.long {
            each(value, *noted);
        }
    }

    /// How often a value must have been counted to be one of the `most` most frequent ones, and the last of the values counted
    /// just so often, in bytewise order, that still are. `None` if all that were counted `minimum` times are.
    fn least_of(&self, minimum: u32, most: usize) -> Option<(u32, Box<[u8]>)> {
        let mut counts = Vec::new();
        self.for_each(|_, noted| {
            if noted.count >= minimum {
                counts.push(noted.count);
            }
        });
        if counts.len() <= most {
            return None;
        }
        counts.sort_unstable_by_key(|count| std::cmp::Reverse(*count));
        let least = counts[most - 1];
        let more = counts.partition_point(|count| *count > least);
        let mut equal: Vec<Box<[u8]>> = Vec::new();
        self.for_each(|value, noted| {
            if noted.count == least {
                equal.push(value.into());
            }
        });
        equal.sort_unstable();
        Some((least, equal.swap_remove(most - more - 1)))
    }

    /// The table row of each number: values counted at least `minimum` times have rows from 1 in bytewise order, the others
    /// row 0. Of more than `most`, which is at least 1, those have rows that were counted most often, and of equally frequent
    /// ones the bytewise first. Calls `each` with the former in that order.
    pub fn rows<E>(
        self,
        minimum: u32,
        most: Option<u32>,
        mut each: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<Rows, E> {
        let least = most.and_then(|most| self.least_of(minimum, most as usize));
        let has_row = |value: &[u8], count: u32| match &least {
            None => true,
            Some((least, last)) => count > *least || count == *least && *value <= **last,
        };
        let mut rows = vec![0; self.len()];
        let mut values = 0;
        let mut take = |value: &[u8], number: u32| {
            values += 1;
            rows[number as usize] = values;
            each(value)
        };
        // Halves of short values as those of medium ones, so that both are one list.
        let short = self.short.iter().map(|(key, noted)| ((key, 0), noted));
        let brief = short.chain(self.medium.iter().map(|(key, noted)| (*key, *noted)));
        let mut brief: Vec<(MediumKey, u32)> = brief
            .filter(|(key, noted)| {
                noted.count >= minimum && has_row(medium_value(*key, &mut [0; MEDIUM_BYTES]), noted.count)
            })
            .map(|(key, noted)| (key, noted.number))
            .collect();
        brief.sort_unstable_by_key(|(key, _)| *key);
        let long = self.long.iter();
        let long = long.filter(|(value, noted)| noted.count >= minimum && has_row(value, noted.count));
        let mut long: Vec<(&[u8], u32)> = long.map(|(value, noted)| (&**value, noted.number)).collect();
        long.sort_unstable_by_key(|(value, _)| *value);
        let mut long = long.into_iter().peekable();
        for (key, number) in brief {
            let mut padded = [0; MEDIUM_BYTES];
            let value = medium_value(key, &mut padded);
            while let Some((long_value, long_number)) = long.next_if(|(other, _)| *other < value) {
                take(long_value, long_number)?;
            }
            take(value, number)?;
        }
        for (value, number) in long {
            take(value, number)?;
        }
        Ok(Rows { rows, values })
    }
}

/// The table rows of a vocabulary's values.
pub struct Rows {
    /// By the numbers of the values.
    pub rows: Vec<u32>,
    /// How many values have a row of their own.
    pub values: u32,
}

/// The halves of a value that is too long to be a short one, or `None` if it is longer than a medium one. The halves overlap
/// where the value has fewer bytes than both, which costs less than copying a varying number of bytes.
fn medium_key(value: &[u8]) -> Option<MediumKey> {
    let (first, last) = (value.first_chunk::<8>()?, value.last_chunk::<8>()?);
    let rest = value.len() - SHORT_BYTES;
    (1..=SHORT_BYTES).contains(&rest).then(|| {
        let last = u64::from_be_bytes(*last) << (64 - 8 * rest);
        (u64::from_be_bytes(*first), last)
    })
}

fn medium_value(key: MediumKey, padded: &mut [u8; MEDIUM_BYTES]) -> &[u8] {
    *padded = ((u128::from(key.0) << 64) | u128::from(key.1)).to_be_bytes();
    let length = padded.iter().position(|byte| *byte == 0).unwrap_or(MEDIUM_BYTES);
    &padded[..length]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(values: &[&str], minimum: u32) -> (ValueMap, Vec<u32>, Vec<String>) {
        let mut map = ValueMap::default();
        let mut again = ValueMap::default();
        for value in values {
            assert_eq!(map.note(value.as_bytes(), 1), again.note(value.as_bytes(), 1));
        }
        let mut kept = Vec::new();
        let outcome: Result<Rows, ()> = again.rows(minimum, None, |value| {
            kept.push(String::from_utf8_lossy(value).into_owned());
            Ok(())
        });
        let rows = outcome.unwrap();
        assert_eq!(rows.values as usize, kept.len());
        (map, rows.rows, kept)
    }

    #[test]
    fn gives_values_of_every_length_rows_in_one_bytewise_order() {
        let long_a = "a".repeat(17);
        let long_z = "z".repeat(40);
        let values = [
            "b",
            "10",
            "9",
            "é",
            "exactly16 bytes!",
            "eight by",
            "nine byte",
            &long_z,
            &long_a,
            "a",
            "B",
        ];
        let (map, rows, kept) = numbered(&values, 1);
        let mut sorted: Vec<String> = values.iter().map(|value| (*value).to_string()).collect();
        sorted.sort();
        assert_eq!(kept, sorted);
        for (position, value) in sorted.iter().enumerate() {
            let number = map.get(value.as_bytes()).unwrap();
            assert_eq!(values[number as usize], value);
            assert_eq!(rows[number as usize], position as u32 + 1);
        }
        assert_eq!(map.get(b"c"), None);
    }

    #[test]
    fn keys_of_medium_values_give_their_value_back() {
        let bytes: Vec<u8> = (1..=20).map(|byte| byte * 12).collect();
        for length in SHORT_BYTES + 1..=MEDIUM_BYTES {
            let key = medium_key(&bytes[..length]).unwrap();
            assert_eq!(medium_value(key, &mut [0; MEDIUM_BYTES]), &bytes[..length]);
        }
        assert_eq!(medium_key(&bytes[..SHORT_BYTES]), None);
        assert_eq!(medium_key(&bytes[..MEDIUM_BYTES + 1]), None);
    }

    #[test]
    fn gives_row_zero_to_values_counted_too_rarely_and_to_those_never_counted() {
        let (_, rows, kept) = numbered(&["x", "y", "x", "z", "z", "z"], 2);
        assert_eq!(kept, ["x", "z"]);
        assert_eq!(rows, [1, 0, 2]);
        let mut map = ValueMap::default();
        assert_eq!([map.note(b"seen only in test", 0), map.note(b"a", 1)], [0, 1]);
        let rows: Result<Rows, ()> = map.rows(1, None, |_| Ok(()));
        assert_eq!(rows.unwrap().rows, [0, 1]);
    }

    #[test]
    fn gives_rows_to_the_most_frequent_values_and_the_first_of_equal_ones() {
        let long = "a long value of its own";
        let kept = |most: u32| -> Vec<String> {
            let mut map = ValueMap::default();
            for value in ["z", "z", "z", "b", "b", long, long, "c", "c", "d"] {
                map.note(value.as_bytes(), 1);
            }
            let mut kept = Vec::new();
            let outcome: Result<Rows, ()> = map.rows(1, Some(most), |value| {
                kept.push(String::from_utf8_lossy(value).into_owned());
                Ok(())
            });
            assert_eq!(outcome.unwrap().values as usize, kept.len());
            kept
        };
        assert_eq!(kept(9).len(), 5);
        assert_eq!(kept(5).len(), 5);
        assert_eq!(kept(3), [long, "b", "z"]);
        assert_eq!(kept(1), ["z"]);
    }
}
