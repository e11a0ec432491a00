//! The decimal sign of a file, and numbers in decimal notation.

use std::borrow::Cow;

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

    /// Parses a finite number in decimal notation.
    pub fn parse_finite(self, text: &str) -> Option<f64> {
        parse_finite(&self.with_point(text)?)
    }

    /// The number's text with a decimal point. `None` if it has a point although the sign is the comma.
    pub fn with_point(self, text: &str) -> Option<Cow<'_, str>> {
        match self {
            Self::Point => Some(Cow::Borrowed(text)),
            Self::Comma if text.contains('.') => None,
            Self::Comma => Some(Cow::Owned(text.replacen(',', ".", 1))),
        }
    }
}

/// Parses a finite number with a decimal point.
pub fn parse_finite(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|value| value.is_finite())
}
