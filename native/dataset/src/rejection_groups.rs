//! Counts rejected rows by column and reason, in bounded memory.

use std::collections::HashMap;

use crate::rejected::{RejectedGroup, RejectedRow};
use crate::top_value::TopValue;

/// How many groups are told apart. Rows of further kinds are counted together.
const MAX_GROUPS: usize = 200;
/// How many different fields of a group are counted, those that come first.
const COUNTED_VALUES: usize = 1000;
/// How many of them are reported.
const REPORTED_VALUES: usize = 20;
/// Longer fields are no markers of missing values, so they are not worth their memory.
const MAX_VALUE_BYTES: usize = 200;
const OTHER_REASONS: &str = "other reasons";

#[derive(Debug, Default)]
pub struct RejectionGroups {
    groups: HashMap<(Option<String>, String), Group>,
}

#[derive(Debug)]
struct Group {
    count: u64,
    values: HashMap<String, u64>,
    first: RejectedRow,
    /// The group's number, so that of equal groups the one that came first comes first.
    number: usize,
}

impl RejectionGroups {
    /// Counts a row. `value` is the field at fault, if a field is.
    pub fn add(&mut self, row: &RejectedRow, value: Option<&[u8]>) {
        let mut key = (row.column.clone(), kind_of(&row.reason));
        if self.groups.len() >= MAX_GROUPS && !self.groups.contains_key(&key) {
            key = (None, OTHER_REASONS.to_string());
        }
        let number = self.groups.len();
        let group = self.groups.entry(key).or_insert_with(|| Group {
            count: 0,
            values: HashMap::new(),
            first: row.clone(),
            number,
        });
        group.count += 1;
        let value = value.and_then(|bytes| std::str::from_utf8(bytes).ok());
        let Some(value) = value.map(str::trim_ascii) else {
            return;
        };
        if value.len() > MAX_VALUE_BYTES {
            return;
        }
        if let Some(count) = group.values.get_mut(value) {
            *count += 1;
        } else if group.values.len() < COUNTED_VALUES {
            group.values.insert(value.to_string(), 1);
        }
    }

    /// The groups by descending count.
    pub fn finish(self) -> Vec<RejectedGroup> {
        let mut groups: Vec<_> = self.groups.into_iter().collect();
        groups.sort_by_key(|(_, group)| (std::cmp::Reverse(group.count), group.number));
        let reported = groups.into_iter().map(|((column, reason), group)| RejectedGroup {
            column,
            reason,
            count: group.count,
            distinct: group.values.len() as u64,
            values: most_frequent(group.values),
            first: group.first,
        });
        reported.collect()
    }
}

fn most_frequent(values: HashMap<String, u64>) -> Vec<TopValue> {
    let mut values: Vec<_> = values
        .into_iter()
        .map(|(value, count)| TopValue { value, count })
        .collect();
    values.sort_by(|one, other| {
        let by_count = other.count.cmp(&one.count);
        by_count.then_with(|| one.value.cmp(&other.value))
    });
    values.truncate(REPORTED_VALUES);
    values
}

/// What kind of reason it is: the reason with an ellipsis for each text of the file. Reasons quote such texts, and begin with
/// a number or have it after "label is", if a number is at fault.
fn kind_of(reason: &str) -> String {
    let mut kind = String::with_capacity(reason.len());
    let mut rest = reason;
    while let Some(start) = rest.find('"') {
        let quoted = &rest[start + 1..];
        let Some(length) = closing_quote(quoted) else {
            break;
        };
        kind.push_str(&rest[..start]);
        kind.push('…');
        rest = &quoted[length + 1..];
    }
    kind.push_str(rest);
    let (before, number) = match kind.strip_prefix("label is ") {
        Some(number) => ("label is ", number),
        None => ("", kind.as_str()),
    };
    let end = number.find([' ', ';']).unwrap_or(number.len());
    if number[..end].parse::<f64>().is_ok() {
        return format!("{before}…{}", &number[end..]);
    }
    kind
}

/// Where the quotation mark is that closes a quoted excerpt, in which quotation marks and backslashes are escaped.
fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: u64, column: Option<&str>, reason: &str) -> RejectedRow {
        RejectedRow {
            file: 0,
            row: line,
            column: column.map(str::to_string),
            reason: reason.to_string(),
        }
    }

    #[test]
    fn leaves_the_texts_of_a_file_out_of_the_kind_of_a_reason() {
        let cases = [
            ("\"N/A\" is not a number", "… is not a number"),
            ("\"a\\\"b\\\\\" is not a number", "… is not a number"),
            ("label is 7; it must be 0 or 1", "label is …; it must be 0 or 1"),
            (
                "label is \"yes\"; it must be 0 or 1",
                "label is …; it must be 0 or 1",
            ),
            (
                "99999999999999999999 is beyond the range of 64-bit integers",
                "… is beyond the range of 64-bit integers",
            ),
            (
                "the row has 3 fields; 4 are expected",
                "the row has 3 fields; 4 are expected",
            ),
        ];
        for (reason, kind) in cases {
            assert_eq!(kind_of(reason), kind);
        }
    }

    #[test]
    fn counts_rows_by_column_and_reason_and_their_fields() {
        let mut groups = RejectionGroups::default();
        for line in 0..5 {
            groups.add(&row(line, Some("age"), "\"old\" is not a number"), Some(b" old "));
        }
        groups.add(&row(5, Some("age"), "\"new\" is not a number"), Some(b"new"));
        groups.add(&row(6, Some("price"), "\"old\" is not a number"), Some(b"old"));
        groups.add(&row(7, None, "the row has 1 field; 2 are expected"), None);
        let found = groups.finish();
        let counts: Vec<_> = found
            .iter()
            .map(|group| (group.column.as_deref(), group.count, group.distinct))
            .collect();
        assert_eq!(counts, [(Some("age"), 6, 2), (Some("price"), 1, 1), (None, 1, 0)]);
        let values: Vec<_> = found[0]
            .values
            .iter()
            .map(|top| (top.value.as_str(), top.count))
            .collect();
        assert_eq!(values, [("old", 5), ("new", 1)]);
        assert_eq!((found[0].first.row, found[1].first.row), (0, 6));
    }

    #[test]
    fn stays_bounded_however_many_kinds_and_fields_there_are() {
        let mut groups = RejectionGroups::default();
        for line in 0..5000 {
            let field = format!("x{line}");
            groups.add(&row(line, Some(&field), "no"), Some(b"x"));
            groups.add(&row(line, Some("x0"), "no"), Some(field.as_bytes()));
        }
        let found = groups.finish();
        assert_eq!(found.len(), MAX_GROUPS + 1);
        assert_eq!(found.iter().map(|group| group.count).sum::<u64>(), 10_000);
        let named = found.iter().find(|group| group.column.as_deref() == Some("x0"));
        let named = named.unwrap();
        assert_eq!(
            (named.distinct, named.values.len()),
            (COUNTED_VALUES as u64, REPORTED_VALUES)
        );
        assert!(found.iter().any(|group| group.reason == OTHER_REASONS));
    }
}
