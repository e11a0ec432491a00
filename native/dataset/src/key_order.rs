//! Converts floats to 64-bit keys that sort in the same order.

const SIGN: u64 = 1 << 63;

/// The key of a number that is not NaN. Both zeros have the same key.
pub fn key_of(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

pub fn value_of(key: u64) -> f64 {
    f64::from_bits(if key & SIGN == 0 { !key } else { key & !SIGN })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_as_their_values() {
        let values = [f64::MIN, -1.5, -1e-300, 0.0, 1e-300, 1.0, 2.0, f64::MAX];
        assert!(values.windows(2).all(|pair| key_of(pair[0]) < key_of(pair[1])));
        assert!(values.iter().all(|value| value_of(key_of(*value)) == *value));
        assert_eq!(key_of(-0.0), key_of(0.0));
    }
}
