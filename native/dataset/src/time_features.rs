//! Features that are made of a column of times.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use crate::calendar::{NANOSECONDS, SECONDS_A_DAY, month_of, weekday};
use crate::time_format::TimeFormat;

const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// A feature of a time, in UTC. hour, weekday, month: sparse. age: dense, the days from this time until that of another column.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum TimeFeature {
    Hour,
    Weekday,
    Month,
    Age { until: String },
}

impl TimeFeature {
    /// The name of the column that the feature becomes.
    pub fn column_name(&self, time: &str) -> String {
        match self {
            Self::Hour => format!("{time}_hour"),
            Self::Weekday => format!("{time}_weekday"),
            Self::Month => format!("{time}_month"),
            Self::Age { .. } => format!("{time}_age"),
        }
    }
}

/// How a column that no file has was made, as the manifest keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Derivation {
    /// The column of times.
    pub from: String,
    pub format: TimeFormat,
    pub feature: TimeFeature,
    /// The format of the times until which an age is measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_format: Option<TimeFormat>,
}

/// What a column of a layout is made of, as indices into the row's times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Derived {
    Hour(usize),
    Weekday(usize),
    Month(usize),
    Age { time: usize, until: usize },
}

impl Derived {
    /// The text of a sparse feature, written over `text`. It is empty if the time is missing.
    pub fn text<'t>(self, times: &[Option<i64>], text: &'t mut String) -> &'t str {
        text.clear();
        let (Self::Hour(time) | Self::Weekday(time) | Self::Month(time) | Self::Age { time, .. }) = self;
        let Some(nanoseconds) = times[time] else {
            return text;
        };
        let seconds = i128::from(nanoseconds).div_euclid(NANOSECONDS) as i64;
        let days = seconds.div_euclid(SECONDS_A_DAY);
        let written = match self {
            Self::Hour(_) => write!(text, "{:02}", seconds.rem_euclid(SECONDS_A_DAY) / 3600),
            Self::Weekday(_) => text.write_str(WEEKDAYS[weekday(days) as usize]),
            Self::Month(_) => write!(text, "{:02}", month_of(days)),
            Self::Age { .. } => Ok(()),
        };
        debug_assert!(written.is_ok(), "a String takes any text");
        text
    }

    /// The value of a dense feature, which is NaN if one of its times is missing.
    pub fn value(self, times: &[Option<i64>]) -> f64 {
        match self {
            Self::Age { time, until } => match (times[time], times[until]) {
                (Some(from), Some(to)) => {
                    let nanoseconds = i128::from(to) - i128::from(from);
                    nanoseconds as f64 / (NANOSECONDS as f64 * SECONDS_A_DAY as f64)
                }
                _ => f64::NAN,
            },
            Self::Hour(_) | Self::Weekday(_) | Self::Month(_) => f64::NAN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decimal::NumberFormat;

    #[test]
    fn features_are_those_that_python_computes() {
        // tests/fixtures/time_features.py writes the file.
        let mut count = 0;
        for line in include_str!("../tests/fixtures/time_features.tsv").lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let [text, hour, weekday, month, until, age] = fields[..] else {
                panic!("{line}")
            };
            let time = |text: &str| TimeFormat::Iso.nanoseconds(text, NumberFormat::POINT).ok();
            let times = [time(text), time(until)];
            let mut buffer = String::new();
            assert_eq!(Derived::Hour(0).text(&times, &mut buffer), hour, "{line}");
            assert_eq!(Derived::Weekday(0).text(&times, &mut buffer), weekday, "{line}");
            assert_eq!(Derived::Month(0).text(&times, &mut buffer), month, "{line}");
            let found = Derived::Age { time: 0, until: 1 }.value(&times);
            let expected: f64 = age.parse().unwrap();
            assert!(
                (found - expected).abs() <= expected.abs() * 1e-12,
                "{line}: {found}"
            );
            count += 1;
        }
        assert!(count > 100);
    }

    #[test]
    fn features_of_a_missing_time_are_missing() {
        let times = [None, Some(0)];
        assert_eq!(Derived::Hour(0).text(&times, &mut "x".to_string()), "");
        assert!(Derived::Age { time: 0, until: 1 }.value(&times).is_nan());
        assert!(Derived::Age { time: 1, until: 0 }.value(&times).is_nan());
    }
}
