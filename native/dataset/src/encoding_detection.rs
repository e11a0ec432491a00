//! Tells the encoding of a file from its beginning, and decodes the beginning for a preview as an import does.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;
use serde::{Deserialize, Serialize};

use crate::lines::lines;
use crate::text_encoding::{TextDecoder, TextEncoding};

/// What is known of the beginning of a file.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct BeginningOptions {
    /// Detected if it is absent.
    #[serde(default)]
    pub encoding: Option<TextEncoding>,
    /// The encoding of text that is not UTF-8 and does not show what else it is.
    #[serde(default)]
    pub fallback: Option<TextEncoding>,
}

/// The beginning of a file as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct TextBeginning {
    /// With U+FFFD in place of what is not a character.
    pub text: String,
    pub encoding: TextEncoding,
    /// The 1-based line of the first byte that is not UTF-8; null if all are, and for UTF-16.
    pub not_utf8_line: Option<usize>,
    /// The 1-based line of the first byte that is no character in the encoding; null if all are.
    pub invalid_line: Option<usize>,
    /// The number of such lines.
    pub invalid_lines: usize,
}

/// Decodes a file's beginning, which may end within a character.
pub fn decode_beginning(bytes: &[u8], options: &BeginningOptions) -> TextBeginning {
    let found = detect(bytes);
    let encoding = options
        .encoding
        .or(found)
        .or(options.fallback)
        .unwrap_or_default();
    let mut decoder = TextDecoder::new(encoding);
    // Without the decoder's end, a character that is cut off is left out.
    let mut decoded = decoder.decode(bytes.to_vec());
    if let Err(error) = std::str::from_utf8(&decoded)
        && error.error_len().is_none()
    {
        decoded.truncate(error.valid_up_to());
    }
    let invalid = |line: &&[u8]| std::str::from_utf8(line).is_err();
    let is_utf16 = encoding == TextEncoding::Utf16;
    TextBeginning {
        encoding,
        not_utf8_line: if is_utf16 {
            None
        } else {
            first_line(bytes, invalid)
        },
        invalid_line: first_line(&decoded, invalid),
        invalid_lines: lines(&decoded).filter(invalid).count(),
        text: String::from_utf8_lossy(&decoded).into_owned(),
    }
}

fn first_line(text: &[u8], test: impl Fn(&&[u8]) -> bool) -> Option<usize> {
    lines(text).position(|line| test(&line)).map(|index| index + 1)
}

/// The encoding of text that shows it. None if it is not UTF-8 and could be anything.
fn detect(bytes: &[u8]) -> Option<TextEncoding> {
    if has_utf16_mark(bytes) || looks_like_utf16(bytes) {
        return Some(TextEncoding::Utf16);
    }
    if bytes.is_ascii() {
        let is_japanese =
            memchr::memmem::find(bytes, b"\x1b$").is_some() && is_decoded(bytes, TextEncoding::Iso2022Jp);
        return Some(if is_japanese {
            TextEncoding::Iso2022Jp
        } else {
            TextEncoding::Utf8
        });
    }
    if resembles_utf8(bytes) {
        return Some(TextEncoding::Utf8);
    }
    if memchr::memchr(0, bytes).is_some() {
        return None;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = of_codec(detector.guess(None, Utf8Detection::Deny))?;
    let is_likely = match guess {
        TextEncoding::Latin1 => has_western_words(bytes),
        other => is_decoded(bytes, other) && has_words(bytes, other),
    };
    // A few bytes of Western words may resemble another alphabet's.
    if is_likely {
        Some(guess)
    } else {
        has_western_words(bytes).then_some(TextEncoding::Latin1)
    }
}

fn of_codec(codec: &'static Encoding) -> Option<TextEncoding> {
    if codec == encoding_rs::GBK {
        return Some(TextEncoding::Gb18030);
    }
    if codec == encoding_rs::ISO_8859_8_I {
        return Some(TextEncoding::Iso8859_8);
    }
    let is_it = |encoding: &TextEncoding| *encoding != TextEncoding::Utf16 && encoding.codec() == codec;
    TextEncoding::ALL.into_iter().find(is_it)
}

/// Whether text begins with the byte order mark of UTF-16, as distinct from UTF-32's.
fn has_utf16_mark(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xfe\xff") || bytes.starts_with(b"\xff\xfe") && !bytes[2..].starts_with(b"\0\0")
}

/// In UTF-16 every other byte of ASCII text is 0, and hardly any of the others are.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    const SEARCHED: usize = 4096;
    let (pairs, _) = bytes[..bytes.len().min(SEARCHED)].as_chunks::<2>();
    if pairs.len() < 4 {
        return false;
    }
    let share = |at: usize| pairs.iter().filter(|pair| pair[at] == 0).count() as f64 / pairs.len() as f64;
    let (even, odd) = (share(0), share(1));
    even > 0.2 && odd < 0.01 || odd > 0.2 && even < 0.01
}

fn is_decoded(bytes: &[u8], encoding: TextEncoding) -> bool {
    let text = TextDecoder::new(encoding).decode(bytes.to_vec());
    match std::str::from_utf8(&text) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    }
}

/// Whether the bytes are UTF-8, or UTF-8 that is damaged in places: other encodings make up hardly any of its characters.
fn resembles_utf8(bytes: &[u8]) -> bool {
    let (mut valid, mut invalid) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|sign| !sign.is_ascii()).count();
        // What is cut off at the end may become a character.
        let at_end = chunk.invalid().as_ptr_range().end == bytes.as_ptr_range().end;
        let is_cut =
            at_end && std::str::from_utf8(chunk.invalid()).is_err_and(|error| error.error_len().is_none());
        invalid += usize::from(!chunk.invalid().is_empty() && !is_cut);
    }
    invalid == 0 || valid * 2 >= invalid
}

/// Whether most characters beyond ASCII are letters, in words as they are written.
fn has_words(bytes: &[u8], encoding: TextEncoding) -> bool {
    let text = TextDecoder::new(encoding).decode(bytes.to_vec());
    let text = String::from_utf8_lossy(&text);
    let (mut letters, mut others) = (0, 0);
    for sign in text.chars().filter(|sign| !sign.is_ascii()) {
        if sign.is_alphabetic() {
            letters += 1;
        } else {
            others += 1;
        }
    }
    letters >= 2 && letters >= others * 2
}

/// Bytes that Windows-1252 does not define, and ÿ, × and ÷, which hardly occur in words.
const UNLIKELY: [u8; 8] = [0x81, 0x8d, 0x8f, 0x90, 0x9d, 0xd7, 0xf7, 0xff];
/// Western words have one or two accented letters in a row. Longer runs belong to another alphabet.
const MAX_ACCENTED_RUN: usize = 2;

/// Whether letters beyond ASCII are in Western words, singly or in pairs.
fn has_western_words(bytes: &[u8]) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || *byte >= 0x80;
    let mut in_words = 0;
    for word in bytes.split(|byte| !is_letter(byte)) {
        if word.iter().any(|byte| UNLIKELY.contains(byte)) {
            return false;
        }
        let longest = word.split(|byte| *byte < 0xc0).map(<[u8]>::len).max();
        if longest > Some(MAX_ACCENTED_RUN) {
            return false;
        }
        in_words += usize::from(longest > Some(0) && word.iter().any(u8::is_ascii_alphabetic));
    }
    in_words > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(text: &str, encoding: TextEncoding) -> Option<TextEncoding> {
        let (bytes, _, unmappable) = encoding.codec().encode(text);
        assert!(!unmappable, "{text}");
        detect(&bytes)
    }

    #[test]
    fn tells_encodings_by_a_few_words() {
        let table = |words: [&str; 6]| {
            let rows = words.iter().map(|word| format!("1,{word},0.5\n"));
            format!("label,city,price\n{}", rows.collect::<String>())
        };
        let russian = table([
            "Москва",
            "Санкт-Петербург",
            "Новосибирск",
            "Казань",
            "Самара",
            "Омск",
        ]);
        for (encoding, words) in [
            (
                TextEncoding::ShiftJis,
                table(["東京", "大阪市", "カタカナ", "ひらがな", "京都", "横浜"]),
            ),
            (
                TextEncoding::EucJp,
                table(["東京", "大阪市", "カタカナ", "ひらがな", "京都", "横浜"]),
            ),
            (
                TextEncoding::Iso2022Jp,
                table(["東京", "大阪市", "カタカナ", "ひらがな", "京都", "横浜"]),
            ),
            (
                TextEncoding::Gb18030,
                table(["北京", "上海", "广州", "深圳", "成都", "杭州"]),
            ),
            (
                TextEncoding::Big5,
                table(["臺北", "高雄", "臺中", "臺南", "新竹", "基隆"]),
            ),
            (
                TextEncoding::EucKr,
                table(["서울", "부산", "인천", "대구", "대전", "광주"]),
            ),
            (TextEncoding::Windows1251, russian.clone()),
            (TextEncoding::Koi8U, russian.clone()),
            (TextEncoding::Ibm866, russian),
            (
                TextEncoding::Windows1253,
                table(["Αθήνα", "Θεσσαλονίκη", "Πάτρα", "Ηράκλειο", "Λάρισα", "Βόλος"]),
            ),
            (
                TextEncoding::Windows1250,
                table(["Łódź", "Kraków", "Gdańsk", "Poznań", "Wrocław", "Częstochowa"]),
            ),
            (
                TextEncoding::Latin1,
                table(["Köln", "München", "Malmö", "Århus", "Orléans", "São Paulo"]),
            ),
        ] {
            assert_eq!(detected(&words, encoding), Some(encoding), "{}", encoding.name());
        }
    }

    #[test]
    fn takes_damaged_utf8_for_utf8_and_bytes_that_show_nothing_for_nothing() {
        assert_eq!(detect("1,Köln\n".as_bytes()), Some(TextEncoding::Utf8));
        assert_eq!(detect(b"1,K\xc3\xb6ln\n2,\xe9\xff\n"), Some(TextEncoding::Utf8));
        assert_eq!(
            detect("1,Köl".as_bytes().split_last().unwrap().1),
            Some(TextEncoding::Utf8)
        );
        assert_eq!(
            detect("1,Kö".as_bytes().split_last().unwrap().1),
            Some(TextEncoding::Utf8)
        );
        assert_eq!(detect(b"1,2,\xff\n0,3,y\n"), None);
        assert_eq!(detect(b"1,R\xe9\xff\n"), None);
    }

    #[test]
    fn tells_utf16_by_its_mark_or_by_its_zeros() {
        let big: Vec<u8> = "label,название\n1,первая\n"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(detect(&big), Some(TextEncoding::Utf16));
        assert_eq!(detect(b"\xff\xfea\0"), Some(TextEncoding::Utf16));
        assert_eq!(detect(b"\xe9a\0b\xe9a\0\0\0"), None);
    }

    #[test]
    fn says_which_lines_are_no_text() {
        let options = BeginningOptions {
            encoding: Some(TextEncoding::ShiftJis),
            fallback: None,
        };
        let found = decode_beginning(b"a\r\x93\x8c\n\x81,b\nc\n\x81", &options);
        assert_eq!(found.text, "a\r東\n\u{fffd},b\nc\n");
        assert_eq!(
            (found.not_utf8_line, found.invalid_line, found.invalid_lines),
            (Some(2), Some(3), 1)
        );
    }
}
