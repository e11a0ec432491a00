//! Parses single fields: numbers, hex values and indices. Each error is the reason why a row is rejected.

use crate::decimal::{NumberFormat, parse_finite};
use crate::excerpt::{excerpt, quoted_excerpt};
use crate::missing_markers::MissingMarkers;
use crate::spec::NumberType;

/// The number of digits of the longest hex value.
pub const MAX_HEX_DIGITS: usize = 16;

/// Whether a byte is a hex digit. It is a table because it is read twice for every byte of a Criteo file.
const IS_HEX_DIGIT: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_hexdigit();
        byte += 1;
    }
    table
};

/// Parses a dense value, which is NaN if the field is empty or one of the markers of a missing value.
///
/// # Errors
/// The reason, if it is not a number of that kind.
pub fn parse_dense(
    text: &str,
    kind: NumberType,
    numbers: NumberFormat,
    markers: &MissingMarkers,
) -> Result<f64, String> {
    let trimmed = text.trim_ascii();
    if trimmed.is_empty() || markers.hold_numbers() && markers.contain(trimmed) {
        return Ok(f64::NAN);
    }
    let value = match kind {
        NumberType::Integer => parse_integer(trimmed),
        NumberType::Float => parse_float(trimmed, numbers),
    };
    // Most fields are numbers, so that looking for markers first would cost every one of them.
    if value.is_err() && markers.contain(trimmed) {
        return Ok(f64::NAN);
    }
    value
}

fn parse_integer(text: &str) -> Result<f64, String> {
    if let Ok(value) = text.parse::<i64>() {
        return Ok(value as f64);
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!(
            "{} is beyond the range of 64-bit integers",
            excerpt(text)
        ));
    }
    Err(format!("{} is not an integer", quoted_excerpt(text)))
}

fn parse_float(text: &str, numbers: NumberFormat) -> Result<f64, String> {
    let Some(plain) = numbers.plain(text) else {
        return Err(misplaced_sign(text, numbers));
    };
    match parse_finite(&plain) {
        Some(value) if value.abs() <= f64::from(f32::MAX) => Ok(value),
        Some(_) => Err(format!("{} is beyond the range of 32-bit floats", excerpt(text))),
        None if plain.parse::<f64>().is_ok() => {
            Err(format!("{} is not a finite number", quoted_excerpt(text)))
        }
        None => Err(format!(
            "{} is not a number{}",
            quoted_excerpt(text),
            remedy(text, numbers)
        )),
    }
}

/// What is wrong with the signs of a text whose other characters may be a number.
fn misplaced_sign(text: &str, numbers: NumberFormat) -> String {
    let shown = quoted_excerpt(text);
    match numbers.thousands {
        Some(sign) if text.contains(sign) => {
            let sign = quoted_excerpt(&sign.to_string());
            format!("{shown} is not a number; {sign} has to separate groups of three digits")
        }
        _ => format!("{shown} has a decimal point, but the decimal sign of this file is the comma"),
    }
}

/// A suggestion for a text of digits, commas and points that is not a number.
fn remedy(text: &str, numbers: NumberFormat) -> &'static str {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_numeric = digits.starts_with(|sign: char| sign.is_ascii_digit())
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.'));
    let commas = digits.matches(',').count();
    if !is_numeric || commas == 0 || numbers.thousands.is_some() {
        return "";
    }
    if !numbers.comma && commas == 1 && !digits.contains('.') {
        return "; if the comma is a decimal comma, import with decimal commas; if it separates thousands, import with that thousands separator";
    }
    "; if commas separate thousands, import with that thousands separator"
}

/// # Errors
/// The reason, if `text` is not 1 to 16 hex digits.
pub fn check_hex(text: &str) -> Result<(), String> {
    if text.len() > MAX_HEX_DIGITS {
        return Err(format!("{} has more than 16 hex digits", quoted_excerpt(text)));
    }
    let all_digits = text
        .bytes()
        .fold(true, |all, byte| all & IS_HEX_DIGIT[usize::from(byte)]);
    if !text.is_empty() && all_digits {
        return Ok(());
    }
    Err(format!("{} is not a hex number", quoted_excerpt(text)))
}

/// # Errors
/// The reason, if `text` is no finite number.
pub fn check_number(text: &str, numbers: NumberFormat) -> Result<(), String> {
    match text.trim_ascii() {
        "" => Ok(()),
        number => parse_float(number, numbers).map(drop),
    }
}

/// Parses a table row, which has only decimal digits.
pub fn parse_index(text: &[u8]) -> Option<u32> {
    std::str::from_utf8(text)
        .ok()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?
        .parse()
        .ok()
}

/// # Errors
/// The reason, if `text` is no whole number below `size`.
pub fn check_index(text: &str, size: u32) -> Result<(), String> {
    match parse_index(text.as_bytes()) {
        Some(index) if index < size => Ok(()),
        _ => Err(format!(
            "{} is not an index from 0 to {}",
            quoted_excerpt(text),
            size - 1
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_dense(text: &str, kind: NumberType) -> Result<f64, String> {
        super::parse_dense(text, kind, NumberFormat::POINT, &MissingMarkers::new(&[]))
    }

    #[test]
    fn takes_only_whole_numbers_below_the_size_as_indices() {
        assert!(check_index("0", 1).is_ok() && check_index("0041", 42).is_ok());
        for text in ["42", "-1", "+1", "1.0", "x", "99999999999"] {
            assert_eq!(
                check_index(text, 42).unwrap_err(),
                format!("\"{text}\" is not an index from 0 to 41")
            );
        }
    }

    #[test]
    fn takes_integers_of_64_bits_only() {
        assert_eq!(
            parse_dense("-9223372036854775808", NumberType::Integer),
            Ok(i64::MIN as f64)
        );
        let beyond = parse_dense("9223372036854775808", NumberType::Integer).unwrap_err();
        assert_eq!(
            beyond,
            "9223372036854775808 is beyond the range of 64-bit integers"
        );
        assert!(parse_dense("1.5", NumberType::Integer).is_err());
        assert!(parse_dense("", NumberType::Integer).unwrap().is_nan());
    }

    #[test]
    fn takes_finite_floats_only() {
        assert_eq!(parse_dense("-1.5e2", NumberType::Float), Ok(-150.0));
        for bad in [
            "inf",
            "-Infinity",
            "nan",
            "1e400",
            "1e39",
            "abc",
            "1,5",
            "0x10",
            "--1",
        ] {
            assert!(parse_dense(bad, NumberType::Float).is_err(), "{bad}");
        }
    }

    #[test]
    fn takes_up_to_sixteen_hex_digits() {
        assert!(check_hex("68fd1E64").is_ok());
        assert!(check_hex("0123456789abcdef").is_ok());
        assert!(check_hex("0123456789abcdef0").is_err());
        assert_eq!(check_hex("xyz").unwrap_err(), "\"xyz\" is not a hex number");
    }
}
