//! Converts text in other encodings to UTF-8.

/// The characters of Windows-1252 from 0x80 to 0x9f. The five that it does not define are control characters, as on the web.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Converts Latin-1 to UTF-8. Bytes from 0x80 to 0x9f are read as Windows-1252, because files called Latin-1 mean that.
pub fn latin1_to_utf8(bytes: &[u8]) -> Vec<u8> {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    text.extend(bytes.iter().map(|byte| match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(*byte),
    }));
    text.into_bytes()
}

/// Converts the blocks of a UTF-16 file to UTF-8, one after the other.
#[derive(Debug, Default)]
pub struct Utf16Decoder {
    big_endian: Option<bool>,
    /// The first byte of a code unit whose second byte is in the next block.
    odd_byte: Option<u8>,
    /// A high surrogate whose low surrogate has not been read yet.
    high_surrogate: Option<u16>,
}

/// A byte that no UTF-8 text has. It replaces what is not a character, so that its row is rejected.
const INVALID: u8 = 0xff;
const BYTE_ORDER_MARK: u16 = 0xfeff;

impl Utf16Decoder {
    /// Converts a block to UTF-8. The byte order follows from a byte order mark or an ASCII character at the beginning of the
    /// file. Otherwise it is little-endian, as Windows writes it.
    pub fn decode(&mut self, block: &[u8]) -> Vec<u8> {
        let mut text = Vec::with_capacity(block.len());
        let cut = self.odd_byte.take();
        let bytes: Vec<u8> = cut.into_iter().chain(block.iter().copied()).collect();
        let pairs = bytes.chunks_exact(2);
        self.odd_byte = pairs.remainder().first().copied();
        for pair in pairs {
            let pair = [pair[0], pair[1]];
            let big_endian = *self
                .big_endian
                .get_or_insert(u16::from_be_bytes(pair) == BYTE_ORDER_MARK || begins_big_endian(pair));
            let unit = if big_endian {
                u16::from_be_bytes(pair)
            } else {
                u16::from_le_bytes(pair)
            };
            self.push(unit, &mut text);
        }
        text
    }

    /// Returns what is left at the end of the file, which is nothing unless the file ends within a character.
    pub fn finish(&mut self) -> Vec<u8> {
        let left = self.odd_byte.take().is_some() || self.high_surrogate.take().is_some();
        if left { vec![INVALID] } else { Vec::new() }
    }

    fn push(&mut self, unit: u16, text: &mut Vec<u8>) {
        let units = self.high_surrogate.take().into_iter().chain([unit]);
        if is_high_surrogate(unit) {
            // A high surrogate before this one has no low surrogate.
            text.extend(units.rev().skip(1).map(|_| INVALID));
            self.high_surrogate = Some(unit);
            return;
        }
        for character in char::decode_utf16(units) {
            match character {
                Ok(character) => text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
                Err(_) => text.push(INVALID),
            }
        }
    }
}

/// As little-endian text, this would be one of a few spaces and rare letters.
fn begins_big_endian(pair: [u8; 2]) -> bool {
    pair[0] == 0 && pair[1].is_ascii_graphic()
}

fn is_high_surrogate(unit: u16) -> bool {
    (0xd800..0xdc00).contains(&unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_latin1_and_the_signs_of_windows() {
        let text = latin1_to_utf8(b"K\xf6ln, 5 \x80, \x93ok\x94 \xff");
        assert_eq!(String::from_utf8(text).unwrap(), "Köln, 5 €, “ok” ÿ");
    }

    #[test]
    fn reads_utf16_of_either_byte_order_however_it_is_cut_into_blocks() {
        reads_utf16("\u{feff}Köln\t€ 😀\r\n");
    }

    #[test]
    fn tells_the_byte_order_of_utf16_without_a_mark_by_its_first_character() {
        reads_utf16("Köln\t€ 😀\r\n");
    }

    fn reads_utf16(text: &str) {
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [little, big] {
            for length in 1..=bytes.len() {
                let mut decoder = Utf16Decoder::default();
                let mut found: Vec<u8> = bytes
                    .chunks(length)
                    .flat_map(|block| decoder.decode(block))
                    .collect();
                found.extend(decoder.finish());
                assert_eq!(String::from_utf8(found).unwrap(), text);
            }
        }
    }

    #[test]
    fn what_is_no_character_of_utf16_is_no_utf8_either() {
        let decode = |bytes: &[u8]| {
            let mut decoder = Utf16Decoder::default();
            let mut text = decoder.decode(bytes);
            text.extend(decoder.finish());
            text
        };
        assert_eq!(decode(b"a\0\x00\xd8b\0"), b"a\xffb");
        assert_eq!(decode(b"\x00\xd8\x01\xd8\x00\xdc"), b"\xff\xf0\x90\x90\x80");
        assert_eq!(decode(b"a\0\x00\xdc"), b"a\xff");
        assert_eq!(decode(b"a\0b"), b"a\xff");
        assert_eq!(decode(b"a\0\x00\xd8"), b"a\xff");
    }
}
