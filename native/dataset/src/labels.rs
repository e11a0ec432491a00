//! Which texts of a label column mean 0 and 1.

use serde::{Deserialize, Serialize};

use crate::decimal::{NumberFormat, parse_finite};
use crate::excerpt::{excerpt, quoted_excerpt};
use crate::spec::{LabelSettings, LabelTexts};

/// The values that mean 1 and 0 in the source files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelWords {
    pub positive: LabelTexts,
    /// Without it, every other value means 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub negative: Option<LabelTexts>,
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
    /// The rule of checked settings.
    pub fn of(settings: &LabelSettings) -> Self {
        match (settings.positive_from, &settings.positive) {
            (Some(threshold), _) => Self::From(threshold),
            (None, Some(positive)) => Self::Words(LabelWords {
                positive: positive.clone(),
                negative: settings.negative.clone(),
            }),
            (None, None) => Self::ZeroOrOne,
        }
    }

    pub fn positive_from(&self) -> Option<f64> {
        match self {
            Self::From(threshold) => Some(*threshold),
            _ => None,
        }
    }

    /// Whether every value that is not positive means 0.
    pub fn takes_any(&self) -> bool {
        matches!(self, Self::Words(LabelWords { negative: None, .. }))
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
                let negative = negative.iter().flat_map(|texts| texts.as_slice());
                let shown: Vec<String> = negative
                    .chain(positive.as_slice())
                    .map(|text| quoted_excerpt(text))
                    .collect();
                match shown.split_last() {
                    Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
                    _ => format!("{} or another value", shown.concat()),
                }
            }
        }
    }

    fn value_of(&self, text: &str, numbers: NumberFormat) -> Option<f32> {
        match self {
            Self::ZeroOrOne => match text {
                "0" => Some(0.0),
                "1" => Some(1.0),
                _ => match numbers.parse_finite(text) {
                    Some(0.0) => Some(0.0),
                    Some(1.0) => Some(1.0),
                    _ => None,
                },
            },
            Self::From(threshold) => {
                let value = numbers.parse_finite(text)?;
                Some(if value >= *threshold { 1.0 } else { 0.0 })
            }
            Self::Words(LabelWords { positive, negative }) => {
                let is_one_of =
                    |texts: &LabelTexts| texts.as_slice().iter().any(|word| is_same(text, word, numbers));
                match negative {
                    _ if is_one_of(positive) => Some(1.0),
                    Some(negative) if is_one_of(negative) => Some(0.0),
                    Some(_) => None,
                    None => (!text.is_empty()).then_some(0.0),
                }
            }
        }
    }
}

/// Whether two texts are equal as words, whatever their case, or as numbers.
fn is_same(text: &str, word: &str, numbers: NumberFormat) -> bool {
    let number = |text| numbers.parse_finite(text);
    text.eq_ignore_ascii_case(word) || number(text).is_some_and(|value| number(word) == Some(value))
}

/// Parses a label, which is 0 or 1 by the rule.
///
/// # Errors
/// The reason, if it is neither.
pub fn parse_label(text: &str, rule: &LabelRule, numbers: NumberFormat) -> Result<f32, String> {
    let trimmed = text.trim_ascii();
    if let Some(label) = rule.value_of(trimmed, numbers) {
        return Ok(label);
    }
    let needed = rule.needed();
    if trimmed.is_empty() {
        return Err(format!("label is empty; it must be {needed}"));
    }
    if parse_finite(trimmed).is_none() {
        return Err(format!(
            "label is {}; it must be {needed}",
            quoted_excerpt(trimmed)
        ));
    }
    Err(format!("label is {}; it must be {needed}", excerpt(trimmed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_label(text: &str, positive_from: Option<f64>) -> Result<f32, String> {
        let rule = positive_from.map_or(LabelRule::ZeroOrOne, LabelRule::From);
        super::parse_label(text, &rule, NumberFormat::POINT)
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
    fn takes_several_values_for_one_and_all_others_or_named_ones_for_zero() {
        let positive = LabelTexts::Several(vec!["click".to_string(), "Buy".to_string()]);
        let of = |negative: Option<&str>, text: &str| {
            let negative = negative.map(|text| LabelTexts::One(text.to_string()));
            let rule = LabelRule::Words(LabelWords {
                positive: positive.clone(),
                negative,
            });
            super::parse_label(text, &rule, NumberFormat::POINT)
        };
        assert_eq!(
            ["click", "buy", "view", "x"].map(|text| of(None, text)),
            [Ok(1.0), Ok(1.0), Ok(0.0), Ok(0.0)]
        );
        assert!(of(None, " ").is_err());
        assert_eq!(of(Some("view"), "view"), Ok(0.0));
        assert_eq!(
            of(Some("view"), "x").unwrap_err(),
            "label is \"x\"; it must be \"view\", \"click\" or \"Buy\""
        );
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
}
