//! Writes dates and times as ISO 8601 text.

use std::io::Write;

const SECONDS_A_DAY: i64 = 86_400;

/// A date as YYYY-MM-DD, from days since 1970-01-01.
pub fn write_date(days: i64, text: &mut Vec<u8>) {
    let (year, month, day) = civil(days);
    // Writing to memory cannot fail. Years beyond four digits have a sign, as ISO 8601 asks for.
    let _ = match year {
        0..=9999 => write!(text, "{year:04}-{month:02}-{day:02}"),
        _ => write!(text, "{year:+05}-{month:02}-{day:02}"),
    };
}

/// A moment as YYYY-MM-DDTHH:MM:SS, from `value` units since 1970, of which a second has `units`. Its fraction has as many digits
/// as the unit is precise, and none if it is 0. A moment in UTC ends in Z.
pub fn write_moment(value: i64, units: i64, utc: bool, text: &mut Vec<u8>) {
    let seconds = value.div_euclid(units);
    write_date(seconds.div_euclid(SECONDS_A_DAY), text);
    text.push(b'T');
    write_time(
        value
            - seconds
                .div_euclid(SECONDS_A_DAY)
                .saturating_mul(SECONDS_A_DAY)
                .saturating_mul(units),
        units,
        text,
    );
    if utc {
        text.push(b'Z');
    }
}

/// A time of day as HH:MM:SS, with a fraction as `write_moment` has it.
pub fn write_time(value: i64, units: i64, text: &mut Vec<u8>) {
    let (seconds, fraction) = (value.div_euclid(units), value.rem_euclid(units));
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let _ = write!(text, "{hour:02}:{minute:02}:{second:02}");
    if fraction != 0 {
        let digits = units.ilog10() as usize;
        let _ = write!(text, ".{fraction:0digits$}");
    }
}

/// Year, month and day of the proleptic Gregorian calendar, from days since 1970-01-01. Years are counted from March, so that
/// the leap day is a year's last.
fn civil(days: i64) -> (i64, i64, i64) {
    const DAYS_IN_400_YEARS: i64 = 146_097;
    const FROM_MARCH_OF_YEAR_0: i64 = 719_468;
    let days = days.saturating_add(FROM_MARCH_OF_YEAR_0);
    let era = days.div_euclid(DAYS_IN_400_YEARS);
    let day_of_era = days.rem_euclid(DAYS_IN_400_YEARS);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(value: i64, units: i64, utc: bool) -> String {
        let mut text = Vec::new();
        write_moment(value, units, utc, &mut text);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn writes_moments_before_and_after_1970_with_their_precision() {
        assert_eq!(moment(0, 1, true), "1970-01-01T00:00:00Z");
        assert_eq!(moment(951_782_400_000, 1000, false), "2000-02-29T00:00:00");
        assert_eq!(
            moment(1_735_689_599_000_001, 1_000_000, true),
            "2024-12-31T23:59:59.000001Z"
        );
        assert_eq!(moment(-1, 1_000_000_000, false), "1969-12-31T23:59:59.999999999");
        assert_eq!(moment(-2_208_988_800, 1, false), "1900-01-01T00:00:00");
        assert_eq!(moment(4_107_542_399, 1, false), "2100-02-28T23:59:59");
    }

    #[test]
    fn no_number_is_out_of_range() {
        for value in [i64::MIN, i64::MAX] {
            for units in [1, 1000, 1_000_000_000] {
                assert!(moment(value, units, true).ends_with('Z'));
            }
        }
    }
}
