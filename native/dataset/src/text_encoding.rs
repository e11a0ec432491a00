//! Converts text in other encodings to UTF-8, block by block.

use encoding_rs::{Decoder, DecoderResult, UTF_16BE, UTF_16LE};
use serde::{Deserialize, Serialize};

/// How a file's bytes are text. latin1 is what the web reads as such, Windows-1252; utf-16 has the byte order of its mark, or of
/// an ASCII character in front, and is little-endian without either.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum TextEncoding {
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "utf-16")]
    Utf16,
    Latin1,
    #[serde(rename = "iso-8859-2")]
    Iso8859_2,
    #[serde(rename = "iso-8859-4")]
    Iso8859_4,
    #[serde(rename = "iso-8859-5")]
    Iso8859_5,
    #[serde(rename = "iso-8859-6")]
    Iso8859_6,
    #[serde(rename = "iso-8859-7")]
    Iso8859_7,
    #[serde(rename = "iso-8859-8")]
    Iso8859_8,
    #[serde(rename = "iso-8859-13")]
    Iso8859_13,
    #[serde(rename = "iso-8859-15")]
    Iso8859_15,
    #[serde(rename = "windows-1250")]
    Windows1250,
    #[serde(rename = "windows-1251")]
    Windows1251,
    #[serde(rename = "windows-1253")]
    Windows1253,
    #[serde(rename = "windows-1254")]
    Windows1254,
    #[serde(rename = "windows-1255")]
    Windows1255,
    #[serde(rename = "windows-1256")]
    Windows1256,
    #[serde(rename = "windows-1257")]
    Windows1257,
    #[serde(rename = "windows-1258")]
    Windows1258,
    #[serde(rename = "windows-874")]
    Windows874,
    Macintosh,
    #[serde(rename = "koi8-r")]
    Koi8R,
    #[serde(rename = "koi8-u")]
    Koi8U,
    Ibm866,
    ShiftJis,
    EucJp,
    #[serde(rename = "iso-2022-jp")]
    Iso2022Jp,
    Gb18030,
    Big5,
    EucKr,
}

impl TextEncoding {
    pub const ALL: [Self; 30] = [
        Self::Utf8,
        Self::Utf16,
        Self::Latin1,
        Self::Iso8859_2,
        Self::Iso8859_4,
        Self::Iso8859_5,
        Self::Iso8859_6,
        Self::Iso8859_7,
        Self::Iso8859_8,
        Self::Iso8859_13,
        Self::Iso8859_15,
        Self::Windows1250,
        Self::Windows1251,
        Self::Windows1253,
        Self::Windows1254,
        Self::Windows1255,
        Self::Windows1256,
        Self::Windows1257,
        Self::Windows1258,
        Self::Windows874,
        Self::Macintosh,
        Self::Koi8R,
        Self::Koi8U,
        Self::Ibm866,
        Self::ShiftJis,
        Self::EucJp,
        Self::Iso2022Jp,
        Self::Gb18030,
        Self::Big5,
        Self::EucKr,
    ];

    /// Its name, as it is written in a message.
    pub fn name(self) -> &'static str {
        match self {
            Self::Latin1 => "Latin-1 (Windows-1252)",
            Self::Utf16 => "UTF-16",
            Self::Windows874 => "Windows-874",
            Self::Iso8859_8 => "ISO-8859-8",
            other => other.codec().name(),
        }
    }

    /// What decodes it; of UTF-16 the little-endian variant.
    pub fn codec(self) -> &'static encoding_rs::Encoding {
        match self {
            Self::Utf8 => encoding_rs::UTF_8,
            Self::Utf16 => UTF_16LE,
            Self::Latin1 => encoding_rs::WINDOWS_1252,
            Self::Iso8859_2 => encoding_rs::ISO_8859_2,
            Self::Iso8859_4 => encoding_rs::ISO_8859_4,
            Self::Iso8859_5 => encoding_rs::ISO_8859_5,
            Self::Iso8859_6 => encoding_rs::ISO_8859_6,
            Self::Iso8859_7 => encoding_rs::ISO_8859_7,
            Self::Iso8859_8 => encoding_rs::ISO_8859_8,
            Self::Iso8859_13 => encoding_rs::ISO_8859_13,
            Self::Iso8859_15 => encoding_rs::ISO_8859_15,
            Self::Windows1250 => encoding_rs::WINDOWS_1250,
            Self::Windows1251 => encoding_rs::WINDOWS_1251,
            Self::Windows1253 => encoding_rs::WINDOWS_1253,
            Self::Windows1254 => encoding_rs::WINDOWS_1254,
            Self::Windows1255 => encoding_rs::WINDOWS_1255,
            Self::Windows1256 => encoding_rs::WINDOWS_1256,
            Self::Windows1257 => encoding_rs::WINDOWS_1257,
            Self::Windows1258 => encoding_rs::WINDOWS_1258,
            Self::Windows874 => encoding_rs::WINDOWS_874,
            Self::Macintosh => encoding_rs::MACINTOSH,
            Self::Koi8R => encoding_rs::KOI8_R,
            Self::Koi8U => encoding_rs::KOI8_U,
            Self::Ibm866 => encoding_rs::IBM866,
            Self::ShiftJis => encoding_rs::SHIFT_JIS,
            Self::EucJp => encoding_rs::EUC_JP,
            Self::Iso2022Jp => encoding_rs::ISO_2022_JP,
            Self::Gb18030 => encoding_rs::GB18030,
            Self::Big5 => encoding_rs::BIG5,
            Self::EucKr => encoding_rs::EUC_KR,
        }
    }
}

/// A byte that no UTF-8 text has. It replaces what is not a character, so that its row is rejected.
const INVALID: u8 = 0xff;

/// Converts the blocks of one file to UTF-8, one after the other.
pub struct TextDecoder {
    encoding: TextEncoding,
    /// None for UTF-8, whose text stays as it is, and until the first two bytes of UTF-16 are known.
    decoder: Option<Decoder>,
    /// The first byte of UTF-16 text if the first block has no other.
    first_byte: Option<u8>,
}

impl TextDecoder {
    pub fn new(encoding: TextEncoding) -> Self {
        let begins_at_once = !matches!(encoding, TextEncoding::Utf8 | TextEncoding::Utf16);
        Self {
            encoding,
            decoder: begins_at_once.then(|| encoding.codec().new_decoder_without_bom_handling()),
            first_byte: None,
        }
    }

    /// Converts a block to UTF-8. What is not a character becomes a byte that is not UTF-8.
    pub fn decode(&mut self, block: Vec<u8>) -> Vec<u8> {
        match self.encoding {
            TextEncoding::Utf8 => block,
            TextEncoding::Utf16 => self.decode_utf16(block),
            _ => self.run(&block, false),
        }
    }

    /// Returns what is left at the end of the file, which is nothing unless the file ends within a character.
    pub fn finish(&mut self) -> Vec<u8> {
        match self.decoder {
            Some(_) => self.run(&[], true),
            None if self.first_byte.take().is_some() => vec![INVALID],
            None => Vec::new(),
        }
    }

    fn decode_utf16(&mut self, block: Vec<u8>) -> Vec<u8> {
        if self.decoder.is_some() {
            return self.run(&block, false);
        }
        let bytes: Vec<u8> = self.first_byte.take().into_iter().chain(block).collect();
        let order = match bytes[..] {
            [] => return bytes,
            [first] => {
                self.first_byte = Some(first);
                return Vec::new();
            }
            // As little-endian text, an ASCII character's bytes would be one of a few spaces and rare letters.
            [0xfe, 0xff, ..] => UTF_16BE,
            [0, second, ..] if second.is_ascii_graphic() => UTF_16BE,
            _ => UTF_16LE,
        };
        self.decoder = Some(order.new_decoder_without_bom_handling());
        self.run(&bytes, false)
    }

    fn run(&mut self, bytes: &[u8], last: bool) -> Vec<u8> {
        let Some(decoder) = &mut self.decoder else {
            return Vec::new();
        };
        let size = |length: usize| decoder.max_utf8_buffer_length_without_replacement(length);
        let mut text = vec![0; size(bytes.len()).unwrap_or(bytes.len())];
        let (mut read, mut written) = (0, 0);
        loop {
            let (result, taken, made) =
                decoder.decode_to_utf8_without_replacement(&bytes[read..], &mut text[written..], last);
            read += taken;
            written += made;
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::Malformed(..) => {
                    if written == text.len() {
                        text.push(0);
                    }
                    text[written] = INVALID;
                    written += 1;
                }
                DecoderResult::OutputFull => text.resize(text.len() * 2 + 16, 0),
            }
        }
        text.truncate(written);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(encoding: TextEncoding, bytes: &[u8], block: usize) -> Vec<u8> {
        let mut decoder = TextDecoder::new(encoding);
        let mut text: Vec<u8> = bytes
            .chunks(block)
            .flat_map(|block| decoder.decode(block.to_vec()))
            .collect();
        text.extend(decoder.finish());
        text
    }

    fn reads(encoding: TextEncoding, bytes: &[u8], text: &str) {
        for block in 1..=bytes.len() {
            let found = String::from_utf8(decoded(encoding, bytes, block)).unwrap();
            assert_eq!(found, text, "{}, blocks of {block}", encoding.name());
        }
    }

    #[test]
    fn reads_latin1_and_the_signs_of_windows() {
        reads(
            TextEncoding::Latin1,
            b"K\xf6ln, 5 \x80, \x93ok\x94 \xff",
            "Köln, 5 €, “ok” ÿ",
        );
    }

    #[test]
    fn reads_utf16_of_either_byte_order_with_a_mark_and_without_however_it_is_cut_into_blocks() {
        for text in ["\u{feff}Köln\t€ 😀\r\n", "Köln\t€ 😀\r\n"] {
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            reads(TextEncoding::Utf16, &little, text);
            reads(TextEncoding::Utf16, &big, text);
        }
    }

    #[test]
    fn reads_what_each_encoding_can_write() {
        let words = [
            "Köln",
            "Łódź",
            "Žiežmariai",
            "Москва",
            "Їжак",
            "Αθήνα",
            "İzmir",
            "שלום",
            "سلام",
            "Đà",
            "กรุงเทพ",
            "東京",
            "カタカナ",
            "北京",
            "臺北",
            "서울",
        ];
        for encoding in TextEncoding::ALL {
            let mut found = 0;
            for word in words {
                let text = format!("a,{word},b\n");
                let (bytes, _, unmappable) = encoding.codec().encode(&text);
                if unmappable || encoding == TextEncoding::Utf16 {
                    continue;
                }
                found += 1;
                reads(encoding, &bytes, &text);
            }
            assert!(
                found > 0 || encoding == TextEncoding::Utf16,
                "{}",
                encoding.name()
            );
        }
    }

    #[test]
    fn what_is_no_character_is_no_utf8_either() {
        let utf16 = |bytes: &[u8]| decoded(TextEncoding::Utf16, bytes, 3);
        assert_eq!(utf16(b"a\0\x00\xd8b\0"), b"a\xffb");
        assert_eq!(utf16(b"\x00\xd8\x01\xd8\x00\xdc"), b"\xff\xf0\x90\x90\x80");
        assert_eq!(utf16(b"a\0\x00\xdc"), b"a\xff");
        assert_eq!(utf16(b"a\0b"), b"a\xff");
        assert_eq!(utf16(b"a\0\x00\xd8"), b"a\xff");
        assert_eq!(utf16(b"a"), b"\xff");
        assert_eq!(
            decoded(TextEncoding::ShiftJis, b"a\x81,b\xff\n", 2),
            b"a\xff,b\xff\n"
        );
        assert_eq!(
            decoded(TextEncoding::Gb18030, b"\xb1\xb1,\xb1", 2),
            "北,".bytes().chain([0xff]).collect::<Vec<u8>>()
        );
    }
}
