//! A table of values of up to eight bytes, such as Criteo's. An import looks one up for nearly every field that it reads, and
//! in a large table each lookup waits for the memory, so that a value, its number and its count are in one place, which can be
//! loaded in advance.

pub const SHORT_BYTES: usize = 8;
/// The number of slots of a new table, a power of two.
const FIRST_SLOTS: usize = 64;
/// Random odd constants of the hash, the first digits of e and π.
const SEED: u64 = 0xb7e1_5162_8aed_2a6b;
const FACTOR: u64 = 0x243f_6a88_85a3_08d3;

/// What is known of a value.
#[derive(Clone, Copy, Debug, Default)]
pub struct Noted {
    /// The position of its first appearance among those of all values, from 0.
    pub number: u32,
    /// How often it was counted.
    pub count: u32,
}

/// Slots with linear probing, of which at most three quarters are used.
#[derive(Debug, Default)]
pub struct ShortValues {
    slots: Vec<Slot>,
    used: usize,
}

/// The key of an empty slot is 0, which is that of no value.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    key: u64,
    noted: Noted,
}

impl ShortValues {
    pub fn len(&self) -> usize {
        self.used
    }

    pub fn get(&self, key: u64) -> Option<Noted> {
        if self.slots.is_empty() {
            return None;
        }
        let slot = self.slots[self.find(key)];
        (slot.key == key).then_some(slot.noted)
    }

    /// What is known of a value. A new one has the number `next`.
    pub fn entry(&mut self, key: u64, next: u32) -> &mut Noted {
        if (self.used + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        let at = self.find(key);
        if self.slots[at].key == 0 {
            self.slots[at].key = key;
            self.slots[at].noted.number = next;
            self.used += 1;
        }
        &mut self.slots[at].noted
    }

    /// Starts to load the slot of a key.
    #[inline]
    pub fn prefetch(&self, key: u64) {
        #[cfg(target_arch = "x86_64")]
        if let Some(slot) = self.slots.get(self.first(key)) {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            // SAFETY: a prefetch of any address is allowed, and this one is that of a slot.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(slot).cast()) };
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = key;
    }

    pub fn iter(&self) -> impl Iterator<Item = (u64, Noted)> {
        let used = self.slots.iter().filter(|slot| slot.key != 0);
        used.map(|slot| (slot.key, slot.noted))
    }

    /// The slot of a key, or the empty one where it would be.
    #[inline]
    fn find(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = self.first(key);
        while self.slots[at].key != key && self.slots[at].key != 0 {
            at = (at + 1) & mask;
        }
        at
    }

    /// Where the search for a key begins.
    #[inline]
    fn first(&self, key: u64) -> usize {
        let product = u128::from(key ^ SEED) * u128::from(FACTOR);
        let hash = (product >> 64) as u64 ^ product as u64;
        hash as usize & self.slots.len().wrapping_sub(1)
    }

    fn grow(&mut self) {
        let slots = vec![Slot::default(); (self.slots.len() * 2).max(FIRST_SLOTS)];
        for slot in std::mem::replace(&mut self.slots, slots) {
            if slot.key != 0 {
                let at = self.find(slot.key);
                self.slots[at] = slot;
            }
        }
    }
}

/// The bytes of a value, padded with zeros at the end, as a big-endian number: it sorts bytewise, and it is unique because no
/// value holds a NUL byte. `None` if the value is empty or longer.
#[inline]
pub fn short_key(value: &[u8]) -> Option<u64> {
    let length = value.len();
    // Halves that overlap, which costs less than copying a varying number of bytes.
    match (value.first_chunk::<4>(), value.last_chunk::<4>()) {
        _ if length > SHORT_BYTES => None,
        (Some(first), Some(last)) => {
            let first = u64::from(u32::from_be_bytes(*first)) << (8 * (length - 4));
            let bytes = first | u64::from(u32::from_be_bytes(*last));
            Some(bytes << (64 - 8 * length))
        }
        _ if length == 0 => None,
        _ => {
            let bytes = value
                .iter()
                .fold(0, |bytes, byte| (bytes << 8) | u64::from(*byte));
            Some(bytes << (64 - 8 * length))
        }
    }
}

pub fn short_value(key: u64, padded: &mut [u8; SHORT_BYTES]) -> &[u8] {
    *padded = key.to_be_bytes();
    let length = padded.iter().position(|byte| *byte == 0).unwrap_or(SHORT_BYTES);
    &padded[..length]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn keys_of_every_length_give_their_value_back() {
        let bytes: Vec<u8> = (1..=9).map(|byte| byte * 25).collect();
        for length in 1..=SHORT_BYTES {
            let key = short_key(&bytes[..length]).unwrap();
            assert_eq!(short_value(key, &mut [0; SHORT_BYTES]), &bytes[..length]);
        }
        assert_eq!(short_key(b""), None);
        assert_eq!(short_key(&bytes), None);
    }

    #[test]
    fn knows_every_value_while_it_grows() {
        let mut table = ShortValues::default();
        let mut expected = HashMap::new();
        for step in 0..20_000_u64 {
            let key = short_key((step * step % 7919).to_string().as_bytes()).unwrap();
            table.prefetch(key);
            let next = table.len() as u32;
            let noted = table.entry(key, next);
            noted.count += 1;
            let known = expected.entry(key).or_insert((next, 0));
            known.1 += 1;
            assert_eq!((noted.number, noted.count), *known);
        }
        assert_eq!(table.len(), expected.len());
        assert_eq!(table.iter().count(), expected.len());
        for (key, (number, count)) in expected {
            let noted = table.get(key).unwrap();
            assert_eq!((noted.number, noted.count), (number, count));
        }
        assert!(table.get(short_key(b"other").unwrap()).is_none());
    }
}
