//! How a file writes its numbers: the decimal sign, and the sign that separates thousands.

use std::borrow::Cow;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberFormat {
    /// Whether a comma, and not a point, is before the fraction.
    pub comma: bool,
    /// The sign between groups of digits. It is not the decimal sign.
    pub thousands: Option<char>,
}

impl NumberFormat {
    pub const POINT: Self = Self {
        comma: false,
        thousands: None,
    };
    pub const COMMA: Self = Self {
        comma: true,
        thousands: None,
    };

    /// Parses a finite number in decimal notation.
    pub fn parse_finite(self, text: &str) -> Option<f64> {
        parse_finite(&self.plain(text)?)
    }

    /// The number's text with a decimal point and without signs between its groups of digits. `None` if it has a point although
    /// the decimal sign is the comma, or if signs do not separate groups.
    #[inline]
    pub fn plain(self, text: &str) -> Option<Cow<'_, str>> {
        match self {
            Self::POINT => Some(Cow::Borrowed(text)),
            Self { comma, thousands } => converted(text, comma, thousands),
        }
    }
}

fn converted(text: &str, comma: bool, thousands: Option<char>) -> Option<Cow<'_, str>> {
    let ungrouped = match thousands {
        Some(sign) if text.contains(sign) => Cow::Owned(without_groups(text, sign, comma)?),
        _ => Cow::Borrowed(text),
    };
    match comma {
        false => Some(ungrouped),
        true if ungrouped.contains('.') => None,
        true => Some(Cow::Owned(ungrouped.replacen(',', ".", 1))),
    }
}

/// The text without the signs between groups of digits: the last group has three, those before it three or, as in India, two.
fn without_groups(text: &str, sign: char, comma: bool) -> Option<String> {
    let decimal = if comma { ',' } else { '.' };
    let end = text.find([decimal, 'e', 'E']).unwrap_or(text.len());
    let (whole, rest) = text.split_at(end);
    let digits = whole.strip_prefix(['+', '-']).unwrap_or(whole);
    let groups: Vec<&str> = digits.split(sign).collect();
    let (first, others) = groups.split_first()?;
    let (last, middle) = others.split_last()?;
    let has_digits =
        |group: &str, count: usize| group.len() == count && group.bytes().all(|byte| byte.is_ascii_digit());
    let begins = (1..=3).any(|count| has_digits(first, count));
    let goes_on = middle.iter().all(|group| has_digits(group, 3))
        || first.len() < 3 && middle.iter().all(|group| has_digits(group, 2));
    let is_grouped = begins && goes_on && has_digits(last, 3) && !rest.contains(sign);
    is_grouped.then(|| text.replace(sign, ""))
}

/// Parses a finite number with a decimal point.
pub fn parse_finite(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|value| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(comma: bool, sign: char) -> NumberFormat {
        NumberFormat {
            comma,
            thousands: Some(sign),
        }
    }

    #[test]
    fn reads_groups_of_three_digits_and_those_of_india() {
        for (text, value) in [
            ("1,234.5", 1234.5),
            ("-12,345,678", -12_345_678.0),
            ("1234", 1234.0),
            ("12,34,567.5", 1_234_567.5),
            ("1,000e3", 1e6),
        ] {
            assert_eq!(with(false, ',').parse_finite(text), Some(value), "{text}");
        }
        assert_eq!(with(true, '.').parse_finite("1.234,5"), Some(1234.5));
        assert_eq!(with(true, ' ').parse_finite("1 234 567,25"), Some(1_234_567.25));
        assert_eq!(with(true, '\u{a0}').parse_finite("1\u{a0}234,5"), Some(1234.5));
        assert_eq!(with(false, '\'').parse_finite("1'234.5"), Some(1234.5));
    }

    #[test]
    fn refuses_signs_that_do_not_separate_groups() {
        for text in [
            "1,5",
            "1,23,45",
            "1234,567",
            ",123",
            "1,,234",
            "1.5,000",
            "1,234,",
            "1,2e3",
            "123,45,678",
        ] {
            assert_eq!(with(false, ',').parse_finite(text), None, "{text}");
        }
        assert_eq!(with(true, '.').parse_finite("1.5"), None);
    }

    #[test]
    fn takes_no_point_for_a_comma() {
        assert_eq!(NumberFormat::COMMA.parse_finite("1,5"), Some(1.5));
        assert_eq!(NumberFormat::COMMA.parse_finite("1.5"), None);
        assert_eq!(NumberFormat::POINT.parse_finite("1,5"), None);
    }
}
