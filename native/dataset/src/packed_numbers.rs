//! Lists of numbers in as few whole bytes each as the largest one needs.

/// A number that is left free, for a field without a value.
pub const NO_VALUE: u32 = u32::MAX;
/// The width that stands for floats as they are.
const FLOATS: u8 = 8;
/// The largest span of whole numbers that are packed as distances from the smallest one.
const MAX_SPAN: f64 = (u32::MAX - 2) as f64;

/// Appends the count, the width in bytes (0 to 4), and the numbers. `NO_VALUE` is as small as any.
pub fn pack_numbers(packed: &mut Vec<u8>, numbers: &[u32]) {
    packed.extend_from_slice(&(numbers.len() as u32).to_le_bytes());
    // One more than each number, so that NO_VALUE is 0.
    let largest = numbers
        .iter()
        .fold(0, |largest, number| largest.max(number.wrapping_add(1)));
    let width = 4 - largest.leading_zeros() / 8;
    packed.push(width as u8);
    let shifted = numbers.iter().map(|number| number.wrapping_add(1));
    match width {
        0 => {}
        1 => packed.extend(shifted.map(|number| number as u8)),
        2 => packed.extend(shifted.flat_map(|number| (number as u16).to_le_bytes())),
        3 => {
            for number in shifted {
                packed.extend_from_slice(&number.to_le_bytes()[..3]);
            }
        }
        _ => packed.extend(shifted.flat_map(u32::to_le_bytes)),
    }
}

/// Appends floats of any kind, whole numbers of a small span as such. Every float keeps its bits, but for those of NaN.
pub fn pack_floats(packed: &mut Vec<u8>, values: &[f64]) {
    let present = || values.iter().copied().filter(|value| !value.is_nan());
    let smallest = present().fold(f64::INFINITY, f64::min);
    let largest = present().fold(f64::NEG_INFINITY, f64::max);
    let is_whole = |value: f64| (value as i64 as f64).to_bits() == value.to_bits();
    if largest - smallest <= MAX_SPAN && present().all(is_whole) {
        packed.push(0);
        packed.extend_from_slice(&smallest.to_le_bytes());
        let distances: Vec<u32> = values
            .iter()
            .map(|value| {
                if value.is_nan() {
                    NO_VALUE
                } else {
                    (value - smallest) as u32
                }
            })
            .collect();
        pack_numbers(packed, &distances);
    } else {
        packed.push(FLOATS);
        packed.extend_from_slice(&(values.len() as u32).to_le_bytes());
        packed.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    }
}

/// Reads packed lists one after the other. Each method returns `None` if the bytes are not such a list.
pub struct Unpacker<'a> {
    rest: &'a [u8],
}

impl<'a> Unpacker<'a> {
    pub fn new(packed: &'a [u8]) -> Self {
        Self { rest: packed }
    }

    pub fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*bytes)
    }

    pub fn numbers(&mut self, numbers: &mut Vec<u32>) -> Option<()> {
        let count = u32::from_le_bytes(self.bytes()?) as usize;
        let [width] = self.bytes()?;
        let width = usize::from(width);
        let (list, rest) = self.rest.split_at_checked(count.checked_mul(width)?)?;
        self.rest = rest;
        numbers.clear();
        let unshifted = |shifted: u32| shifted.wrapping_sub(1);
        match width {
            0 => numbers.resize(count, NO_VALUE),
            1 => numbers.extend(list.iter().map(|byte| unshifted(u32::from(*byte)))),
            2 => numbers.extend(
                list.as_chunks()
                    .0
                    .iter()
                    .map(|bytes| unshifted(u32::from(u16::from_le_bytes(*bytes)))),
            ),
            3 => numbers.extend(
                list.as_chunks()
                    .0
                    .iter()
                    .map(|[low, middle, high]| unshifted(u32::from_le_bytes([*low, *middle, *high, 0]))),
            ),
            4 => numbers.extend(
                list.as_chunks()
                    .0
                    .iter()
                    .map(|bytes| unshifted(u32::from_le_bytes(*bytes))),
            ),
            _ => return None,
        }
        Some(())
    }

    pub fn floats(&mut self, values: &mut Vec<f64>) -> Option<()> {
        values.clear();
        if self.bytes()? == [FLOATS] {
            let count = u32::from_le_bytes(self.bytes()?) as usize;
            let (list, rest) = self.rest.split_at_checked(count.checked_mul(8)?)?;
            self.rest = rest;
            values.extend(list.as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes)));
            return Some(());
        }
        let smallest = f64::from_le_bytes(self.bytes()?);
        let mut distances = Vec::new();
        self.numbers(&mut distances)?;
        values.extend(distances.into_iter().map(|distance| match distance {
            NO_VALUE => f64::NAN,
            distance => smallest + f64::from(distance),
        }));
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_numbers_of_every_width_back() {
        for largest in [0, 254, 255, 65_534, 65_535, 0xff_fffe, 0xff_ffff, u32::MAX - 1] {
            let numbers = [0, largest, NO_VALUE, largest / 2];
            let mut packed = Vec::new();
            pack_numbers(&mut packed, &numbers);
            let mut found = Vec::new();
            let mut unpacker = Unpacker::new(&packed);
            assert_eq!(unpacker.numbers(&mut found), Some(()));
            assert_eq!(found, numbers);
            assert!(unpacker.rest.is_empty());
            assert_eq!(
                Unpacker::new(&packed[..packed.len() - 1]).numbers(&mut found),
                None
            );
        }
    }

    #[test]
    fn gives_floats_back_to_the_bit() {
        let lists: [&[f64]; 7] = [
            &[],
            &[f64::NAN, f64::NAN],
            &[-7.0, f64::NAN, 1e9],
            &[0.5, 1.0],
            &[-0.0, 1.0],
            &[-9e18, 9e18],
            &[9_007_199_254_740_993.0, 9_007_199_254_740_992.0, f64::NAN],
        ];
        for values in lists {
            let mut packed = Vec::new();
            pack_floats(&mut packed, values);
            let mut found = Vec::new();
            assert_eq!(Unpacker::new(&packed).floats(&mut found), Some(()));
            let bits = |values: &[f64]| -> Vec<Option<u64>> {
                values
                    .iter()
                    .map(|value| (!value.is_nan()).then(|| value.to_bits()))
                    .collect()
            };
            assert_eq!(bits(&found), bits(values));
        }
    }

    #[test]
    fn small_whole_numbers_take_a_byte_each() {
        let mut packed = Vec::new();
        pack_floats(&mut packed, &[100_000.0; 1000]);
        assert!(packed.len() < 1100);
    }
}
