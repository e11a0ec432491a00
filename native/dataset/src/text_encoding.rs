//! Text that is not UTF-8, made so.

/// Windows-1252's characters from 0x80 to 0x9f; the five it does not define stay control characters, as on the web.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Latin-1 bytes as UTF-8. What is between 0x80 and 0x9f is Windows-1252's, for files called Latin-1 mean that.
pub fn latin1_to_utf8(bytes: &[u8]) -> Vec<u8> {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    text.extend(bytes.iter().map(|byte| match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(*byte),
    }));
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_latin1_and_the_signs_of_windows() {
        let text = latin1_to_utf8(b"K\xf6ln, 5 \x80, \x93ok\x94 \xff");
        assert_eq!(String::from_utf8(text).unwrap(), "Köln, 5 €, “ok” ÿ");
    }
}
