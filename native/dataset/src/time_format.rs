//! How the times of a column are written, and which times they are.

use serde::{Deserialize, Serialize};

use crate::calendar::NANOSECONDS;
use crate::decimal::NumberFormat;
use crate::excerpt::quoted_excerpt;
use crate::key_order::key_of;
use crate::time_text::{
    YearLast, parse_compact, parse_compact_hour, parse_iso, parse_month_name, parse_year_last,
};

/// iso: ISO 8601 and RFC 3339, also with a space, slashes or points; without a zone a time is UTC.
/// dayFirst, monthFirst: 31.12.2026, 12/31/2026, with or without a time of day.
/// monthName: 31 Dec 2026 11:59:00 +0100, in English.
/// compact: YYYYMMDD, YYYYMMDDHH, YYYYMMDDHHMM or YYYYMMDDHHMMSS. compactHour: YYMMDDHH, as Avazu has it.
/// seconds to nanoseconds: since 1970. number: any number that grows with time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum TimeFormat {
    Iso,
    DayFirst,
    MonthFirst,
    MonthName,
    Compact,
    CompactHour,
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
    Number,
}

/// Why a text is no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeFault {
    NotATime,
    /// It is not between 1677-09-21 and 2262-04-11, which 64 bits of nanoseconds hold.
    OutOfRange,
}

impl TimeFormat {
    /// In the order in which a column's format is looked for: those that look like nothing else come first.
    pub const ALL: [TimeFormat; 11] = [
        Self::Iso,
        Self::MonthName,
        Self::DayFirst,
        Self::MonthFirst,
        Self::Compact,
        Self::CompactHour,
        Self::Seconds,
        Self::Milliseconds,
        Self::Microseconds,
        Self::Nanoseconds,
        Self::Number,
    ];

    /// Nanoseconds since 1970 in UTC.
    ///
    /// # Errors
    /// Why the text is no such time. Times that are plain numbers are at no known moment, so none of them is one.
    pub fn nanoseconds(self, text: &str, numbers: NumberFormat) -> Result<i64, TimeFault> {
        let written = match self {
            Self::Iso => parse_iso(text),
            Self::DayFirst => parse_year_last(text, YearLast::DayFirst),
            Self::MonthFirst => parse_year_last(text, YearLast::MonthFirst),
            Self::MonthName => parse_month_name(text),
            Self::Compact => parse_compact(text),
            Self::CompactHour => parse_compact_hour(text),
            Self::Seconds => return epoch(text, numbers, 9),
            Self::Milliseconds => return epoch(text, numbers, 6),
            Self::Microseconds => return epoch(text, numbers, 3),
            Self::Nanoseconds => return epoch(text, numbers, 0),
            Self::Number => None,
        };
        let written = written.ok_or(TimeFault::NotATime)?;
        written.instant().ok_or(TimeFault::OutOfRange)
    }

    /// A number that grows with time, by which a column of this format is sorted.
    ///
    /// # Errors
    /// The reason, for a person.
    pub fn sort_key(self, text: &str, numbers: NumberFormat) -> Result<u64, String> {
        if self == Self::Number {
            let number = numbers.parse_finite(text.trim_ascii());
            return number
                .map(key_of)
                .ok_or_else(|| self.reason(text, TimeFault::NotATime));
        }
        let nanoseconds = self.nanoseconds(text, numbers);
        // The sign bit is flipped, so that times before 1970 come first.
        nanoseconds
            .map(|time| (time as u64) ^ (1 << 63))
            .map_err(|fault| self.reason(text, fault))
    }

    /// Why a row with this text in place of a time is rejected.
    pub fn reason(self, text: &str, fault: TimeFault) -> String {
        let text = text.trim_ascii();
        if text.is_empty() {
            return "the field is empty; a time is required".to_string();
        }
        let shown = quoted_excerpt(text);
        match fault {
            TimeFault::NotATime => format!("{shown} is not {}", self.needed()),
            TimeFault::OutOfRange => format!("{shown} is not between the years 1678 and 2262"),
        }
    }

    fn needed(self) -> &'static str {
        match self {
            Self::Iso => "a date or time like 2026-03-01 or 2026-03-01T12:30:00Z",
            Self::DayFirst => "a date or time like 31.12.2026 or 31/12/2026 12:30:00",
            Self::MonthFirst => "a date or time like 12/31/2026 or 12/31/2026 12:30:00",
            Self::MonthName => "a date or time like 31 Dec 2026 12:30:00",
            Self::Compact => "a date or time like 20260301 or 20260301123000",
            Self::CompactHour => "an hour like 26030112 (two digits each for year, month, day and hour)",
            Self::Seconds => "a number of seconds since 1970",
            Self::Milliseconds => "a number of milliseconds since 1970",
            Self::Microseconds => "a number of microseconds since 1970",
            Self::Nanoseconds => "a number of nanoseconds since 1970",
            Self::Number => "a number, and the split needs a number here",
        }
    }
}

/// The nanoseconds of a number in a unit of 10^`digits` nanoseconds. Digits beyond nanoseconds are dropped.
fn epoch(text: &str, numbers: NumberFormat, digits: u32) -> Result<i64, TimeFault> {
    let text = text.trim_ascii();
    let pointed = numbers.plain(text).ok_or(TimeFault::NotATime)?;
    let unit = 10_i128.pow(digits);
    let (whole, fraction) = pointed.split_once('.').unwrap_or((&pointed, ""));
    let exact = whole
        .parse::<i64>()
        .ok()
        .filter(|_| fraction.bytes().all(|byte| byte.is_ascii_digit()));
    let nanoseconds = match exact {
        Some(value) => {
            let kept = &fraction[..fraction.len().min(digits as usize)];
            let part = format!("{kept:0<width$}", width = digits as usize)
                .parse::<i128>()
                .unwrap_or(0);
            let sign = if whole.starts_with('-') { -1 } else { 1 };
            i128::from(value) * unit + sign * part
        }
        // A number such as 1.7e9, or one of more than 19 digits.
        None => {
            let value = numbers.parse_finite(text).ok_or(TimeFault::NotATime)?;
            (value * unit as f64) as i128
        }
    };
    i64::try_from(nanoseconds).map_err(|_| TimeFault::OutOfRange)
}

/// The most of a column's values that may be no times while it still is a column of times.
const MOST_MISTAKES: f64 = 0.02;
/// Times that are numbers are of 1995 to 2100: smaller and larger ones are rather counts or ids.
const NUMBERS_FROM: i128 = 788_918_400 * NANOSECONDS;
const NUMBERS_TO: i128 = 4_102_444_800 * NANOSECONDS;

/// What a column's values say about their times.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DetectedTime {
    pub format: TimeFormat,
    /// Whether the values fit days first and months first alike.
    pub ambiguous: bool,
    /// Whether no time is earlier than the one before it.
    pub ascending: bool,
    /// How many of the values are different times.
    pub distinct: usize,
}

/// The format of a column of times, from its first values; empty ones are left out. `None` if they are no times, or plain
/// numbers that are not of 1995 to 2100 in any unit.
pub fn detect_time(values: &[String], decimal_comma: bool) -> Option<DetectedTime> {
    let numbers = if decimal_comma {
        NumberFormat::COMMA
    } else {
        NumberFormat::POINT
    };
    let present: Vec<&str> = values
        .iter()
        .map(|value| value.trim_ascii())
        .filter(|value| !value.is_empty())
        .collect();
    let keys = |format: TimeFormat| -> Option<Vec<i64>> {
        let times: Vec<i64> = present
            .iter()
            .filter_map(|text| format.likely(text, numbers))
            .collect();
        let mistakes = present.len() - times.len();
        (!times.is_empty() && mistakes as f64 <= present.len() as f64 * MOST_MISTAKES).then_some(times)
    };
    let (format, times) = TimeFormat::ALL
        .into_iter()
        .filter(|format| *format != TimeFormat::Number)
        .find_map(|format| keys(format).map(|times| (format, times)))?;
    let ambiguous = format == TimeFormat::DayFirst
        && present.iter().all(|text| !text.contains('.'))
        && keys(TimeFormat::MonthFirst).is_some();
    let mut different = times.clone();
    different.sort_unstable();
    different.dedup();
    Some(DetectedTime {
        // Dates with slashes that could be either are more often months first.
        format: if ambiguous { TimeFormat::MonthFirst } else { format },
        ambiguous,
        ascending: times.is_sorted(),
        distinct: different.len(),
    })
}

impl TimeFormat {
    /// The time, unless it is a number that rather counts something.
    fn likely(self, text: &str, numbers: NumberFormat) -> Option<i64> {
        let time = self.nanoseconds(text, numbers).ok()?;
        let written_out = matches!(
            self,
            Self::Iso | Self::MonthName | Self::DayFirst | Self::MonthFirst
        );
        (written_out || (NUMBERS_FROM..NUMBERS_TO).contains(&i128::from(time))).then_some(time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(values: &[&str]) -> Option<(TimeFormat, bool)> {
        let values: Vec<String> = values.iter().map(|value| (*value).to_string()).collect();
        detect_time(&values, false).map(|found| (found.format, found.ambiguous))
    }

    #[test]
    fn formats_are_recognised_by_their_values() {
        for (values, format) in [
            (&["2026-03-01", "2026-03-02T12:00:00Z", ""][..], TimeFormat::Iso),
            (&["31.12.2026", "01.02.2026"], TimeFormat::DayFirst),
            (&["13/01/2026", "01/02/2026"], TimeFormat::DayFirst),
            (&["01/13/2026", "01/02/2026"], TimeFormat::MonthFirst),
            (&["1 Mar 2026", "Mar 2, 2026"], TimeFormat::MonthName),
            (&["20260301", "20260302"], TimeFormat::Compact),
            (&["14102100", "14102101"], TimeFormat::CompactHour),
            (&["1700000000", "1700000000.5"], TimeFormat::Seconds),
            (&["1700000000000"], TimeFormat::Milliseconds),
            (&["1700000000000000"], TimeFormat::Microseconds),
            (&["1700000000000000000"], TimeFormat::Nanoseconds),
        ] {
            assert_eq!(detected(values), Some((format, false)), "{values:?}");
        }
    }

    #[test]
    fn dates_that_fit_both_orders_are_marked_as_ambiguous() {
        assert_eq!(
            detected(&["01/02/2026", "03/04/2026"]),
            Some((TimeFormat::MonthFirst, true))
        );
        assert_eq!(
            detected(&["01.02.2026", "03.04.2026"]),
            Some((TimeFormat::DayFirst, false))
        );
    }

    #[test]
    fn counts_ids_and_words_are_no_times() {
        for values in [
            &["1", "2", "40"][..],
            &["12.5"],
            &["99999999"],
            &["may"],
            &["soon", "2026-03-01"],
            &["3-1"],
            &[],
        ] {
            assert_eq!(detected(values), None, "{values:?}");
        }
    }

    #[test]
    fn numbers_since_1970_keep_every_digit() {
        let of = |format: TimeFormat, text: &str| format.nanoseconds(text, NumberFormat::POINT);
        assert_eq!(
            of(TimeFormat::Seconds, "1700000000.123456789"),
            Ok(1_700_000_000_123_456_789)
        );
        assert_eq!(of(TimeFormat::Seconds, "-1.5"), Ok(-1_500_000_000));
        assert_eq!(of(TimeFormat::Seconds, "-0.5"), Ok(-500_000_000));
        assert_eq!(
            of(TimeFormat::Milliseconds, "1700000000123.5"),
            Ok(1_700_000_000_123_500_000)
        );
        assert_eq!(
            of(TimeFormat::Nanoseconds, "1700000000123456789"),
            Ok(1_700_000_000_123_456_789)
        );
        assert_eq!(of(TimeFormat::Seconds, "1.7e9"), Ok(1_700_000_000_000_000_000));
        assert_eq!(of(TimeFormat::Seconds, "99999999999"), Err(TimeFault::OutOfRange));
        assert_eq!(of(TimeFormat::Seconds, "soon"), Err(TimeFault::NotATime));
        assert_eq!(
            TimeFormat::Seconds.nanoseconds("1,5", NumberFormat::COMMA),
            Ok(1_500_000_000)
        );
    }

    #[test]
    fn times_are_those_that_python_reads() {
        // tests/fixtures/times.py writes the file.
        let mut count = 0;
        for line in include_str!("../tests/fixtures/times.tsv").lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let [text, format, expected] = fields[..] else {
                panic!("{line}")
            };
            let format: TimeFormat = serde_json::from_value(format.into()).unwrap();
            let found = format.nanoseconds(text, NumberFormat::POINT);
            assert_eq!(found, Ok(expected.parse().unwrap()), "{line}");
            count += 1;
        }
        assert!(count > 1000);
    }

    #[test]
    fn texts_that_are_no_times_are_refused() {
        for text in [
            "",
            "2026",
            "2026-13-01",
            "2026-02-29",
            "2026-1-1T",
            "2026-01-01T25:00",
            "2026-01-01T12:60",
            "2026-01-01T12:00:61",
            "2026-01-01T12:00:00.",
            "2026-01-01T12:00:00+19:00",
            "2026-01-01T12:00[Europe/Berlin]",
            "2026-01-01x",
            "2026-01-01T13:00 PM",
            "2026-01-01T0:00 AM",
            "2026-W54-1",
            "2026-000",
            "2026--01",
            "20260301",
            "-2026-01-01",
        ] {
            assert_eq!(
                TimeFormat::Iso.nanoseconds(text, NumberFormat::POINT),
                Err(TimeFault::NotATime),
                "{text}"
            );
        }
        for text in [
            "2026-01-01T24:00",
            "2026-01-02",
            "2026-01-02T01:00+01:00[Europe/Berlin]",
        ] {
            let day = TimeFormat::Iso.nanoseconds(text, NumberFormat::POINT);
            assert_eq!(day, Ok(1_767_312_000_000_000_000), "{text}");
        }
        assert!(
            TimeFormat::MonthName
                .nanoseconds("Mar 2026", NumberFormat::POINT)
                .is_err()
        );
        assert!(
            TimeFormat::DayFirst
                .nanoseconds("31.12.026", NumberFormat::POINT)
                .is_err()
        );
    }

    #[test]
    fn keys_sort_as_their_times() {
        let keys = |format: TimeFormat, texts: &[&str]| -> Vec<u64> {
            texts
                .iter()
                .map(|text| format.sort_key(text, NumberFormat::POINT).unwrap())
                .collect()
        };
        assert!(
            keys(
                TimeFormat::Iso,
                &["1969-12-31", "1970-01-01", "2026-03-01T00:00:00.000000001Z"]
            )
            .is_sorted()
        );
        assert!(keys(TimeFormat::Number, &["-3", "-2.5", "0", "1e3"]).is_sorted());
    }

    #[test]
    fn reasons_say_what_is_wrong_and_what_is_needed() {
        let reason = |format: TimeFormat, text: &str| format.sort_key(text, NumberFormat::POINT).unwrap_err();
        assert_eq!(
            reason(TimeFormat::Iso, "2026-02-30"),
            "\"2026-02-30\" is not a date or time like 2026-03-01 or 2026-03-01T12:30:00Z"
        );
        assert_eq!(
            reason(TimeFormat::Iso, " "),
            "the field is empty; a time is required"
        );
        assert_eq!(
            reason(TimeFormat::Iso, "9999-12-31"),
            "\"9999-12-31\" is not between the years 1678 and 2262"
        );
    }
}
