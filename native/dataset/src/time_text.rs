//! Dates and times as people and programs write them.

use crate::calendar::{Written, days_of, days_of_ordinal, days_of_week};

/// The order of a date's numbers where its year comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YearLast {
    DayFirst,
    MonthFirst,
}

const MONTHS: [&[u8]; 12] = [
    b"january",
    b"february",
    b"march",
    b"april",
    b"may",
    b"june",
    b"july",
    b"august",
    b"september",
    b"october",
    b"november",
    b"december",
];
const WEEKDAYS: [&[u8]; 7] = [
    b"monday",
    b"tuesday",
    b"wednesday",
    b"thursday",
    b"friday",
    b"saturday",
    b"sunday",
];
/// Two digits of a year mean 1969 to 2068, as POSIX has it.
const FIRST_TWO_DIGIT_YEAR: i64 = 69;

/// ISO 8601 in its variants, RFC 3339, and the same with spaces, slashes or points: 2026-03-01T12:00:00.5+01:00,
/// 2026/3/1 9:05 PM, 20260301T120000Z, 2026-W09-7, 2026-060.
pub fn parse_iso(text: &str) -> Option<Written> {
    let mut cursor = Cursor(text.trim_ascii().as_bytes());
    let year = cursor.digits(4, 4)?;
    let days = match cursor.first() {
        Some(b'-') if cursor.second() == Some(b'W') => week(&mut cursor, year)?,
        Some(b'W') => {
            cursor.advance(1);
            let week = cursor.digits(2, 2)?;
            days_of_week(year, week, cursor.digits(1, 1)?)?
        }
        Some(b'-') if cursor.count_digits_from(1) == 3 => {
            cursor.advance(1);
            days_of_ordinal(year, cursor.digits(3, 3)?)?
        }
        Some(separator @ (b'-' | b'/' | b'.')) => {
            cursor.advance(1);
            let month = cursor.digits(1, 2)?;
            let day = if cursor.take(separator) {
                cursor.digits(1, 2)?
            } else {
                1
            };
            days_of(year, month, day)?
        }
        // Eight digits alone are a number; the T says that they are a date.
        _ if cursor.count_digits_from(0) == 4 && matches!(cursor.at(4), Some(b'T' | b't')) => {
            let month = cursor.digits(2, 2)?;
            days_of(year, month, cursor.digits(2, 2)?)?
        }
        _ => return None,
    };
    with_time(cursor, days)
}

/// A date whose year comes last, with points, slashes or hyphens: 31.12.2026, 12/31/2026 11:59 PM, 31-12-26.
pub fn parse_year_last(text: &str, order: YearLast) -> Option<Written> {
    let mut cursor = Cursor(text.trim_ascii().as_bytes());
    let first = cursor.digits(1, 2)?;
    let separator = cursor.first().filter(|byte| matches!(byte, b'.' | b'/' | b'-'))?;
    cursor.advance(1);
    let second = cursor.digits(1, 2)?;
    if !cursor.take(separator) {
        return None;
    }
    let digits = cursor.count_digits_from(0);
    let year = match digits {
        4 => cursor.digits(4, 4)?,
        2 => full_year(cursor.digits(2, 2)?),
        _ => return None,
    };
    let (day, month) = match order {
        YearLast::DayFirst => (first, second),
        YearLast::MonthFirst => (second, first),
    };
    with_time(cursor, days_of(year, month, day)?)
}

/// Digits alone: YYYYMMDD, YYYYMMDDHH, YYYYMMDDHHMM or YYYYMMDDHHMMSS.
pub fn parse_compact(text: &str) -> Option<Written> {
    let mut cursor = Cursor(text.trim_ascii().as_bytes());
    let (year, month) = (cursor.digits(4, 4)?, cursor.digits(2, 2)?);
    let days = days_of(year, month, cursor.digits(2, 2)?)?;
    let mut part = |limit: i64| match cursor.first() {
        None => Some(0),
        Some(_) => cursor.digits(2, 2).filter(|value| *value < limit),
    };
    let seconds = part(24)? * 3600 + part(60)? * 60 + part(60)?;
    cursor.is_empty().then_some(Written {
        days,
        seconds,
        ..Written::default()
    })
}

/// Avazu's hours: YYMMDDHH.
pub fn parse_compact_hour(text: &str) -> Option<Written> {
    let mut cursor = Cursor(text.trim_ascii().as_bytes());
    let (year, month) = (full_year(cursor.digits(2, 2)?), cursor.digits(2, 2)?);
    let days = days_of(year, month, cursor.digits(2, 2)?)?;
    let hour = cursor.digits(2, 2).filter(|hour| *hour < 24)?;
    cursor.is_empty().then_some(Written {
        days,
        seconds: hour * 3600,
        ..Written::default()
    })
}

/// A date with the name of its month, in English: Sun, 01 Mar 2026 12:00:00 GMT; Mar 1, 2026 9:05 PM;
/// 01/Mar/2026:12:00:00 +0000; Sun Mar 1 12:00:00 2026.
pub fn parse_month_name(text: &str) -> Option<Written> {
    let mut cursor = Cursor(text.trim_ascii().as_bytes());
    let (mut year, mut month, mut day, mut time) = (None, None, None, None);
    let mut offset = None;
    while let Some(byte) = cursor.first() {
        if byte.is_ascii_alphabetic() {
            let word = cursor.word();
            if let Some(found) = position_of(word, &MONTHS) {
                set(&mut month, found as i64 + 1)?;
            } else if matches!(word, b"GMT" | b"UTC" | b"Z") {
                offset.get_or_insert(0);
            } else if position_of(word, &WEEKDAYS).is_none() {
                return None;
            }
        } else if byte.is_ascii_digit() {
            let digits = cursor.count_digits_from(0);
            if digits <= 2 && cursor.at(digits) == Some(b':') {
                set(&mut time, cursor.time_of_day()?)?;
            } else if digits == 4 {
                set(&mut year, cursor.digits(4, 4)?)?;
            } else {
                set(&mut day, cursor.digits(1, 2)?)?;
            }
        } else if matches!(byte, b'+' | b'-') && time.is_some() && offset.is_none() {
            offset = Some(cursor.offset()?);
        } else if matches!(byte, b' ' | b',' | b'/' | b'-' | b':' | b'.') {
            cursor.advance(1);
        } else {
            return None;
        }
    }
    let (seconds, nanoseconds) = time.unwrap_or_default();
    Some(Written {
        days: days_of(year?, month?, day?)?,
        seconds,
        nanoseconds,
        offset_seconds: offset.unwrap_or(0),
    })
}

fn set<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

/// The index of the name that a word is, in full or shortened to three letters or more.
fn position_of(word: &[u8], names: &[&[u8]]) -> Option<usize> {
    let begins = |name: &&[u8]| name.len() >= word.len() && name[..word.len()].eq_ignore_ascii_case(word);
    names.iter().position(|name| word.len() >= 3 && begins(name))
}

fn full_year(two_digits: i64) -> i64 {
    let century = if two_digits >= FIRST_TWO_DIGIT_YEAR {
        1900
    } else {
        2000
    };
    century + two_digits
}

fn week(cursor: &mut Cursor<'_>, year: i64) -> Option<i64> {
    cursor.advance(2);
    let week = cursor.digits(2, 2)?;
    let day = if cursor.take(b'-') {
        cursor.digits(1, 1)?
    } else {
        1
    };
    days_of_week(year, week, day)
}

/// What follows a date: nothing, or a time of day, or a zone, or both.
fn with_time(mut cursor: Cursor<'_>, days: i64) -> Option<Written> {
    let mut written = Written {
        days,
        ..Written::default()
    };
    let marked = cursor.take(b'T') || cursor.take(b't');
    let spaced = !marked && cursor.skip_spaces();
    if marked || spaced && cursor.first().is_some_and(|byte| byte.is_ascii_digit()) {
        (written.seconds, written.nanoseconds) = cursor.time_of_day()?;
        cursor.skip_spaces();
    }
    written.offset_seconds = cursor.zone()?;
    cursor.is_empty().then_some(written)
}

/// The text that is not read yet.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn at(&self, position: usize) -> Option<u8> {
        self.0.get(position).copied()
    }

    fn first(&self) -> Option<u8> {
        self.at(0)
    }

    fn second(&self) -> Option<u8> {
        self.at(1)
    }

    fn advance(&mut self, bytes: usize) {
        self.0 = &self.0[bytes.min(self.0.len())..];
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.first() == Some(byte);
        self.advance(usize::from(found));
        found
    }

    fn take_word(&mut self, word: &[u8]) -> bool {
        let found = self.0.len() >= word.len() && self.0[..word.len()].eq_ignore_ascii_case(word);
        self.advance(if found { word.len() } else { 0 });
        found
    }

    fn skip_spaces(&mut self) -> bool {
        let spaces = self.0.iter().take_while(|byte| **byte == b' ').count();
        self.advance(spaces);
        spaces > 0
    }

    fn word(&mut self) -> &'a [u8] {
        let letters = self
            .0
            .iter()
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        let word = &self.0[..letters];
        self.advance(letters);
        word
    }

    fn count_digits_from(&self, start: usize) -> usize {
        let rest = self.0.get(start..).unwrap_or_default();
        rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    }

    /// A number of `least` to `most` digits.
    fn digits(&mut self, least: usize, most: usize) -> Option<i64> {
        let count = self.count_digits_from(0).min(most);
        if count < least {
            return None;
        }
        let value = self.0[..count]
            .iter()
            .fold(0, |value, digit| 10 * value + i64::from(digit - b'0'));
        self.advance(count);
        Some(value)
    }

    /// Seconds and nanoseconds of a time such as 12, 12:00, 12:00:00.5, 120000 or 9:05 PM.
    fn time_of_day(&mut self) -> Option<(i64, i64)> {
        let run = self.count_digits_from(0);
        let mut hour = self.digits(if run > 2 { 2 } else { 1 }, 2)?;
        let (mut minute, mut second, mut nanoseconds) = (0, 0, 0);
        let separated = self.first() == Some(b':');
        if separated || self.count_digits_from(0) >= 2 {
            self.advance(usize::from(separated));
            minute = self.digits(2, 2)?;
            if separated && self.take(b':') || !separated && self.count_digits_from(0) >= 2 {
                second = self.digits(2, 2)?;
                if self.take(b'.') || self.take(b',') {
                    nanoseconds = self.fraction()?;
                }
            }
        }
        self.half_of_day(&mut hour)?;
        let is_end_of_day = hour == 24 && minute == 0 && second == 0 && nanoseconds == 0;
        let is_time = (hour < 24 || is_end_of_day) && minute < 60 && second <= 60;
        is_time.then_some((hour * 3600 + minute * 60 + second, nanoseconds))
    }

    /// Digits after a decimal sign as nanoseconds. Those after the ninth are less than one and are dropped.
    fn fraction(&mut self) -> Option<i64> {
        let count = self.count_digits_from(0);
        let kept = self.digits(1, 9)?;
        self.advance(count.saturating_sub(9));
        Some(kept * 10_i64.pow(9 - count.min(9) as u32))
    }

    /// AM and PM turn an hour from 1 to 12 into one from 0 to 23.
    fn half_of_day(&mut self, hour: &mut i64) -> Option<()> {
        let spaces = self.0.iter().take_while(|byte| **byte == b' ').count();
        let mut after = Cursor(&self.0[spaces..]);
        let afternoon = after.take_word(b"PM") || after.take_word(b"P.M.");
        if !afternoon && !after.take_word(b"AM") && !after.take_word(b"A.M.") {
            return Some(());
        }
        self.0 = after.0;
        let is_hour = (1..=12).contains(hour);
        *hour = *hour % 12 + 12 * i64::from(afternoon);
        is_hour.then_some(())
    }

    /// The seconds by which a zone is ahead of UTC; 0 where none is written.
    fn zone(&mut self) -> Option<i64> {
        let offset = match self.first() {
            Some(b'+' | b'-') => Some(self.offset()?),
            _ => None,
        };
        self.skip_spaces();
        // Go writes +0000 UTC.
        let named = [&b"UTC"[..], b"GMT", b"Z"]
            .into_iter()
            .any(|name| self.take_word(name));
        // RFC 9557 names the place behind the offset. A place alone would need a table of the world's time zones.
        if (named || offset.is_some()) && self.first() == Some(b'[') && self.0.last() == Some(&b']') {
            self.advance(self.0.len());
        }
        Some(offset.unwrap_or(0))
    }

    /// The seconds of an offset such as +01:00, -0530 or +1.
    fn offset(&mut self) -> Option<i64> {
        let sign = if self.first() == Some(b'-') { -1 } else { 1 };
        self.advance(1);
        let run = self.count_digits_from(0);
        let hours = self.digits(if run > 2 { 2 } else { 1 }, 2)?;
        let minutes = match (self.take(b':'), self.count_digits_from(0)) {
            (true, _) | (false, 2) => self.digits(2, 2)?,
            _ => 0,
        };
        (hours <= 18 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
    }
}
