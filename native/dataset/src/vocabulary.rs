//! Counts a column's values and numbers them in bytewise order.

use std::collections::HashMap;

use foldhash::fast::FixedState;

/// Values of up to this many bytes are kept without an allocation of their own.
const SHORT_BYTES: usize = 16;

/// A short value as two big-endian halves, padded with zeros: sorts bytewise, and is unique because no value holds a
/// NUL byte.
type ShortKey = (u64, u64);

/// A map from a column's values to numbers.
#[derive(Debug, Default)]
pub struct ValueMap {
    short: HashMap<ShortKey, u32, FixedState>,
    long: HashMap<Box<[u8]>, u32, FixedState>,
}

impl ValueMap {
    pub fn len(&self) -> usize {
        self.short.len() + self.long.len()
    }

    pub fn get(&self, value: &[u8]) -> Option<u32> {
        match short_key(value) {
            Some(key) => self.short.get(&key).copied(),
            None => self.long.get(value).copied(),
        }
    }

    /// Counts one more of a value.
    pub fn count(&mut self, value: &[u8]) {
        let count = match short_key(value) {
            Some(key) => self.short.entry(key).or_insert(0),
            None => match self.long.get_mut(value) {
                Some(count) => count,
                None => self.long.entry(value.into()).or_insert(0),
            },
        };
        *count = count.saturating_add(1);
    }

    /// Counts one more of a value that is known already. Returns false for any other value.
    pub fn count_known(&mut self, value: &[u8]) -> bool {
        let count = match short_key(value) {
            Some(key) => self.short.get_mut(&key),
            None => self.long.get_mut(value),
        };
        count.is_some_and(|count| {
            *count = count.saturating_add(1);
            true
        })
    }

    /// Gives a value its number. Returns false if it had one already.
    pub fn insert(&mut self, value: &[u8], number: u32) -> bool {
        match short_key(value) {
            Some(key) => self.short.insert(key, number),
            None => self.long.insert(value.into(), number),
        }
        .is_none()
    }

    /// Calls `each` with every value and its number, in no order.
    pub fn for_each(&self, mut each: impl FnMut(&[u8], u32)) {
        for (key, number) in &self.short {
            each(short_value(*key, &mut [0; SHORT_BYTES]), *number);
        }
        for (value, number) in &self.long {
            each(value, *number);
        }
    }

    /// Turns counts into indices: values counted at least `minimum` times are numbered from 1 in bytewise order, the
    /// others forgotten. Calls `each` with the kept values in that order.
    pub fn number<E>(&mut self, minimum: u32, mut each: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        self.short.retain(|_, count| *count >= minimum);
        self.long.retain(|_, count| *count >= minimum);
        let mut short: Vec<(ShortKey, &mut u32)> = self.short.iter_mut().map(|(key, n)| (*key, n)).collect();
        let mut long: Vec<(&[u8], &mut u32)> = self.long.iter_mut().map(|(value, n)| (&**value, n)).collect();
        short.sort_unstable_by_key(|(key, _)| *key);
        long.sort_unstable_by_key(|(value, _)| *value);
        let mut long = long.into_iter().peekable();
        let mut index = 0;
        for (key, number) in short {
            let mut padded = [0; SHORT_BYTES];
            let value = short_value(key, &mut padded);
            while let Some((long_value, long_number)) = long.next_if(|(other, _)| *other < value) {
                index += 1;
                *long_number = index;
                each(long_value)?;
            }
            index += 1;
            *number = index;
            each(value)?;
        }
        for (value, number) in long {
            index += 1;
            *number = index;
            each(value)?;
        }
        Ok(())
    }
}

/// The halves of a value, or `None` if it is longer. Reads overlapping halves instead of copying a varying number of bytes.
fn short_key(value: &[u8]) -> Option<ShortKey> {
    let length = value.len();
    let high = |bytes: u64, length: usize| bytes << (64 - 8 * length);
    match (value.first_chunk::<8>(), value.last_chunk::<8>()) {
        (Some(first), Some(_)) if length == 8 => Some((u64::from_be_bytes(*first), 0)),
        (Some(first), Some(last)) if length <= SHORT_BYTES => Some((
            u64::from_be_bytes(*first),
            high(u64::from_be_bytes(*last), length - 8),
        )),
        (Some(_), _) => None,
        _ if length == 0 => Some((0, 0)),
        _ => {
            let bytes = match (value.first_chunk::<4>(), value.last_chunk::<4>()) {
                (Some(first), Some(last)) => {
                    let first = u64::from(u32::from_be_bytes(*first)) << (8 * (length - 4));
                    first | u64::from(u32::from_be_bytes(*last))
                }
                _ => value
                    .iter()
                    .fold(0, |bytes, byte| (bytes << 8) | u64::from(*byte)),
            };
            Some((high(bytes, length), 0))
        }
    }
}

fn short_value(key: ShortKey, padded: &mut [u8; SHORT_BYTES]) -> &[u8] {
    *padded = ((u128::from(key.0) << 64) | u128::from(key.1)).to_be_bytes();
    let length = padded.iter().position(|byte| *byte == 0).unwrap_or(SHORT_BYTES);
    &padded[..length]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(values: &[&str], minimum: u32) -> (ValueMap, Vec<String>) {
        let mut map = ValueMap::default();
        for value in values {
            map.count(value.as_bytes());
        }
        let mut kept = Vec::new();
        let outcome: Result<(), ()> = map.number(minimum, |value| {
            kept.push(String::from_utf8_lossy(value).into_owned());
            Ok(())
        });
        assert_eq!(outcome, Ok(()));
        (map, kept)
    }

    #[test]
    fn numbers_short_and_long_values_in_one_bytewise_order() {
        let long_a = "a".repeat(17);
        let long_z = "z".repeat(40);
        let values = [
            "b",
            "10",
            "9",
            "é",
            "exactly16 bytes!",
            &long_z,
            &long_a,
            "a",
            "B",
        ];
        let (map, kept) = numbered(&values, 1);
        let mut sorted: Vec<String> = values.iter().map(|value| (*value).to_string()).collect();
        sorted.sort();
        assert_eq!(kept, sorted);
        for (position, value) in sorted.iter().enumerate() {
            assert_eq!(map.get(value.as_bytes()), Some(position as u32 + 1));
        }
        assert_eq!(map.get(b"c"), None);
    }

    #[test]
    fn keys_of_every_length_give_their_value_back() {
        let bytes: Vec<u8> = (1..=20).map(|byte| byte * 12).collect();
        for length in 0..=SHORT_BYTES {
            let key = short_key(&bytes[..length]).unwrap();
            assert_eq!(short_value(key, &mut [0; SHORT_BYTES]), &bytes[..length]);
        }
        assert_eq!(short_key(&bytes[..17]), None);
    }

    #[test]
    fn forgets_values_counted_too_rarely() {
        let (map, kept) = numbered(&["x", "y", "x", "z", "z", "z"], 2);
        assert_eq!(kept, ["x", "z"]);
        assert_eq!(map.get(b"y"), None);
        assert_eq!(map.len(), 2);
    }
}
