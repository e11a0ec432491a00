//! Dates and times of day in the proleptic Gregorian calendar, as nanoseconds since 1970 in UTC.

pub const NANOSECONDS: i128 = 1_000_000_000;
pub const SECONDS_A_DAY: i64 = 86_400;

/// A date and a time of day as they are written, without a zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Days since 1970-01-01.
    pub days: i64,
    /// Of the day. Its last second may be 60, which is the first one of the next minute.
    pub seconds: i64,
    pub nanoseconds: i64,
    /// How far the written time is ahead of UTC.
    pub offset_seconds: i64,
}

impl Written {
    /// Nanoseconds since 1970 in UTC, or `None` outside 1677-09-21 to 2262-04-11, which 64 bits hold.
    pub fn instant(self) -> Option<i64> {
        let seconds = self.days * SECONDS_A_DAY + self.seconds - self.offset_seconds;
        i64::try_from(i128::from(seconds) * NANOSECONDS + i128::from(self.nanoseconds)).ok()
    }
}

/// Days since 1970-01-01, or `None` if there is no such date.
pub fn days_of(year: i64, month: i64, day: i64) -> Option<i64> {
    ((1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day))
        .then(|| days_before_year(year) + days_before_month(year, month) + day - 1)
}

/// Days since 1970-01-01 of a day of the year, counted from 1.
pub fn days_of_ordinal(year: i64, day: i64) -> Option<i64> {
    let length = 365 + i64::from(is_leap(year));
    (1..=length)
        .contains(&day)
        .then(|| days_before_year(year) + day - 1)
}

/// Days since 1970-01-01 of an ISO week and of its day, which is 1 on Mondays.
pub fn days_of_week(year: i64, week: i64, day: i64) -> Option<i64> {
    // The first week has the year's first Thursday, and therefore 4 January.
    let fourth = days_before_year(year) + 3;
    let monday = fourth - weekday(fourth);
    let next = days_before_year(year + 1) + 3;
    let weeks = (next - weekday(next) - monday) / 7;
    ((1..=weeks).contains(&week) && (1..=7).contains(&day)).then(|| monday + 7 * (week - 1) + day - 1)
}

/// The day of the week, which is 0 on Mondays.
pub fn weekday(days: i64) -> i64 {
    (days + 3).rem_euclid(7)
}

/// The month of a day, from 1 to 12.
pub fn month_of(days: i64) -> i64 {
    // 146,097 days are 400 years; the estimate is at most one year off.
    let mut year = 1970 + (days * 400).div_euclid(146_097);
    while days_before_year(year) > days {
        year -= 1;
    }
    while days_before_year(year + 1) <= days {
        year += 1;
    }
    let day = days - days_before_year(year);
    (2..=12)
        .find(|month| days_before_month(year, *month) > day)
        .map_or(12, |month| month - 1)
}

fn is_leap(year: i64) -> bool {
    year.rem_euclid(4) == 0 && year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days_before_month(year: i64, month: i64) -> i64 {
    (1..month).map(|month| days_in(year, month)).sum()
}

/// Days from 1970-01-01 to the first day of a year.
fn days_before_year(year: i64) -> i64 {
    let before = |year: i64| 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    before(year - 1) - before(1969)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_days_around_leap_years_and_before_1970() {
        assert_eq!(days_of(1970, 1, 1), Some(0));
        assert_eq!(days_of(1969, 12, 31), Some(-1));
        assert_eq!(days_of(2000, 2, 29), Some(11_016));
        assert_eq!(days_of(1900, 2, 29), None);
        assert_eq!(days_of(2100, 3, 1), Some(47_541));
        assert_eq!(days_of_ordinal(2024, 366), days_of(2024, 12, 31));
        assert_eq!(days_of_ordinal(2023, 366), None);
    }

    #[test]
    fn numbers_iso_weeks_across_the_ends_of_years() {
        assert_eq!(days_of_week(2020, 53, 5), days_of(2021, 1, 1));
        assert_eq!(days_of_week(2026, 1, 1), days_of(2025, 12, 29));
        assert_eq!(days_of_week(2026, 53, 7), days_of(2027, 1, 3));
        assert_eq!(days_of_week(2025, 53, 1), None);
    }

    #[test]
    fn knows_the_month_and_the_weekday_of_every_day() {
        for year in [1700, 1899, 1969, 1970, 2000, 2024, 2026, 2200] {
            for month in 1..=12 {
                for day in 1..=days_in(year, month) {
                    let days = days_of(year, month, day).unwrap();
                    assert_eq!(month_of(days), month, "{year}-{month}-{day}");
                }
            }
        }
        assert_eq!(weekday(days_of(2026, 12, 1).unwrap()), 1);
        assert_eq!(weekday(days_of(1969, 12, 28).unwrap()), 6);
    }
}
