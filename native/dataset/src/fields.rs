//! Parses single fields: labels, numbers and hex values. Each error is the reason why a row is rejected.

use std::borrow::Cow;

use crate::manifest::LabelWords;
use crate::missing_markers::MissingMarkers;
use crate::spec::{LabelSettings, NumberType};

/// Characters of a bad field that a reason shows.
const SHOWN_CHARS: usize = 40;

/// Digits of the longest hex value.
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

/// The field as a reason shows it: quoted, shortened, control characters escaped.
pub fn shown(text: &str) -> String {
    let short: String = text.chars().take(SHOWN_CHARS).collect();
    let dots = if short.len() < text.len() { "…" } else { "" };
    format!("\"{}{dots}\"", short.escape_debug())
}

/// The sign before the fraction of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalSign {
    Point,
    Comma,
}

impl DecimalSign {
    pub fn of(comma: bool) -> Self {
        if comma { Self::Comma } else { Self::Point }
    }

    /// A finite number in decimal notation.
    pub fn parse_finite(self, text: &str) -> Option<f64> {
        parse_finite(&self.with_point(text)?)
    }

    /// The number's text with a decimal point; `None` where it has one in place of the comma.
    fn with_point(self, text: &str) -> Option<Cow<'_, str>> {
        match self {
            Self::Point => Some(Cow::Borrowed(text)),
            Self::Comma if text.contains('.') => None,
            Self::Comma => Some(Cow::Owned(text.replacen(',', ".", 1))),
        }
    }
}

/// Which texts are labels, and what they mean.
#[derive(Clone, Debug, PartialEq)]
pub enum LabelRule {
    ZeroOrOne,
    /// 1 from this value on.
    From(f64),
    Words(LabelWords),
}

impl LabelRule {
    /// Of checked settings.
    pub fn of(settings: &LabelSettings) -> Self {
        match (settings.positive_from, &settings.positive, &settings.negative) {
            (Some(threshold), ..) => Self::From(threshold),
            (None, Some(positive), Some(negative)) => Self::Words(LabelWords {
                positive: positive.clone(),
                negative: negative.clone(),
            }),
            _ => Self::ZeroOrOne,
        }
    }

    pub fn positive_from(&self) -> Option<f64> {
        match self {
            Self::From(threshold) => Some(*threshold),
            _ => None,
        }
    }

    pub fn words(&self) -> Option<LabelWords> {
        match self {
            Self::Words(words) => Some(words.clone()),
            _ => None,
        }
    }

    fn needed(&self) -> String {
        match self {
            Self::ZeroOrOne => "0 or 1".to_string(),
            Self::From(_) => "a number".to_string(),
            Self::Words(LabelWords { positive, negative }) => {
                format!("{} or {}", shown(negative), shown(positive))
            }
        }
    }

    fn value_of(&self, text: &str, decimal: DecimalSign) -> Option<f32> {
        match self {
            Self::ZeroOrOne => match text {
                "0" => Some(0.0),
                "1" => Some(1.0),
                _ => match decimal.parse_finite(text) {
                    Some(0.0) => Some(0.0),
                    Some(1.0) => Some(1.0),
                    _ => None,
                },
            },
            Self::From(threshold) => {
                let value = decimal.parse_finite(text)?;
                Some(if value >= *threshold { 1.0 } else { 0.0 })
            }
            Self::Words(LabelWords { positive, .. }) if is_same(text, positive, decimal) => Some(1.0),
            Self::Words(LabelWords { negative, .. }) if is_same(text, negative, decimal) => Some(0.0),
            Self::Words(_) => None,
        }
    }
}

/// Equal as words, whatever their case, or as numbers.
fn is_same(text: &str, word: &str, decimal: DecimalSign) -> bool {
    let number = |text| decimal.parse_finite(text);
    text.eq_ignore_ascii_case(word) || number(text).is_some_and(|value| number(word) == Some(value))
}

/// A label as the rule reads it: 0 or 1.
pub fn parse_label(text: &str, rule: &LabelRule, decimal: DecimalSign) -> Result<f32, String> {
    let trimmed = text.trim_ascii();
    if let Some(label) = rule.value_of(trimmed, decimal) {
        return Ok(label);
    }
    let needed = rule.needed();
    if trimmed.is_empty() {
        return Err(format!("label is empty; it must be {needed}"));
    }
    if parse_finite(trimmed).is_none() {
        return Err(format!("label is {}; it must be {needed}", shown(trimmed)));
    }
    Err(format!("label is {}; it must be {needed}", plain(trimmed)))
}

/// A dense value; NaN for an empty field, and for one of the markers of a missing value.
pub fn parse_dense(
    text: &str,
    kind: NumberType,
    decimal: DecimalSign,
    markers: &MissingMarkers,
) -> Result<f64, String> {
    let trimmed = text.trim_ascii();
    if trimmed.is_empty() || markers.hold_numbers() && markers.contain(trimmed) {
        return Ok(f64::NAN);
    }
    let value = match kind {
        NumberType::Integer => parse_integer(trimmed),
        NumberType::Float => parse_float(trimmed, decimal),
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
        return Err(format!("{} is beyond the range of 64-bit integers", plain(text)));
    }
    Err(format!("{} is not an integer", shown(text)))
}

fn parse_float(text: &str, decimal: DecimalSign) -> Result<f64, String> {
    let Some(pointed) = decimal.with_point(text) else {
        return Err(format!(
            "{} has a decimal point, but the decimal sign of this file is the comma",
            shown(text)
        ));
    };
    match parse_finite(&pointed) {
        Some(value) if value.abs() <= f64::from(f32::MAX) => Ok(value),
        Some(_) => Err(format!("{} is beyond the range of 32-bit floats", plain(text))),
        None if pointed.parse::<f64>().is_ok() => Err(format!("{} is not a finite number", shown(text))),
        None => Err(format!(
            "{} is not a number{}",
            shown(text),
            remedy(text, decimal)
        )),
    }
}

/// A suggestion for a text of digits, commas and points that is not a number.
fn remedy(text: &str, decimal: DecimalSign) -> &'static str {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_numeric = digits.starts_with(|sign: char| sign.is_ascii_digit())
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.'));
    let commas = digits.matches(',').count();
    match decimal {
        _ if !is_numeric => "",
        DecimalSign::Point if commas == 1 && !digits.contains('.') => {
            "; if the comma is a decimal comma, import with decimal commas; if it separates thousands, remove it"
        }
        _ if commas > 0 => "; remove the thousands separators",
        _ => "",
    }
}

/// A finite number with a decimal point.
fn parse_finite(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|value| value.is_finite())
}

/// # Errors
/// The reason, where `text` is not 1 to 16 hex digits.
pub fn check_hex(text: &str) -> Result<(), String> {
    if text.len() > MAX_HEX_DIGITS {
        return Err(format!("{} has more than 16 hex digits", shown(text)));
    }
    let all_digits = text
        .bytes()
        .fold(true, |all, byte| all & IS_HEX_DIGIT[usize::from(byte)]);
    if !text.is_empty() && all_digits {
        return Ok(());
    }
    Err(format!("{} is not a hex number", shown(text)))
}

/// A table row as decimal digits.
pub fn parse_index(text: &[u8]) -> Option<u32> {
    std::str::from_utf8(text)
        .ok()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?
        .parse()
        .ok()
}

/// # Errors
/// The reason, where `text` is no whole number below `size`.
pub fn check_index(text: &str, size: u32) -> Result<(), String> {
    match parse_index(text.as_bytes()) {
        Some(index) if index < size => Ok(()),
        _ => Err(format!("{} is not an index from 0 to {}", shown(text), size - 1)),
    }
}

fn plain(text: &str) -> String {
    if text.len() > SHOWN_CHARS {
        shown(text)
    } else {
        text.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_dense(text: &str, kind: NumberType) -> Result<f64, String> {
        super::parse_dense(text, kind, DecimalSign::Point, &MissingMarkers::new(&[]))
    }

    fn parse_label(text: &str, positive_from: Option<f64>) -> Result<f32, String> {
        let rule = positive_from.map_or(LabelRule::ZeroOrOne, LabelRule::From);
        super::parse_label(text, &rule, DecimalSign::Point)
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
    fn takes_only_zero_and_one_as_labels() {
        assert_eq!(parse_label("0", None), Ok(0.0));
        assert_eq!(parse_label(" 1.0 ", None), Ok(1.0));
        assert_eq!(
            parse_label("2", None).unwrap_err(),
            "label is 2; it must be 0 or 1"
        );
        assert_eq!(
            parse_label("", None).unwrap_err(),
            "label is empty; it must be 0 or 1"
        );
        assert_eq!(
            parse_label("yes", None).unwrap_err(),
            "label is \"yes\"; it must be 0 or 1"
        );
        assert!(parse_label("nan", None).is_err());
    }

    #[test]
    fn compares_labels_with_a_threshold() {
        assert_eq!(parse_label("3.9", Some(4.0)), Ok(0.0));
        assert_eq!(parse_label("4", Some(4.0)), Ok(1.0));
        assert_eq!(
            parse_label("good", Some(4.0)).unwrap_err(),
            "label is \"good\"; it must be a number"
        );
        assert!(parse_label("inf", Some(4.0)).is_err());
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

    #[test]
    fn shortens_and_escapes_what_it_shows() {
        assert_eq!(shown("a\tb"), "\"a\\tb\"");
        assert!(shown(&"x".repeat(100)).len() < 50);
    }
}
