//! Splits the beginning of a file into records as an import does, before it is known what its columns are.

use serde::{Deserialize, Serialize};

use crate::decimal::NumberFormat;
use crate::dialect::{Dialect, Fields, Quoting};
use crate::error::Result;
use crate::lines::lines;
use crate::records::{Content, RecordReader};
use crate::separator::Separator;
use crate::source::Blocks;
use crate::spec_check::{check_comment, check_delimiter, check_quote_sign};

/// A column with this share of numbers is a column of numbers.
const NUMERIC_SHARE: f64 = 0.95;

/// How a text is split, and how many records of it are wanted.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct SampleOptions {
    /// A separator of one or more characters, or the word spaces for runs of blanks.
    pub delimiter: String,
    pub quotes: Quoting,
    /// The sign around quoted fields; a double quotation mark if absent.
    #[serde(default)]
    pub quote_sign: Option<String>,
    /// Lines that begin with this text are comments.
    #[serde(default)]
    pub comment: Option<String>,
    /// How many lines at the beginning are no records; none if absent.
    #[serde(default)]
    pub skip_lines: Option<u32>,
    /// At most this many records are read.
    pub limit: usize,
}

impl SampleOptions {
    fn quote_byte(&self) -> u8 {
        self.quote_sign.as_ref().map_or(b'"', |sign| sign.as_bytes()[0])
    }
}

/// A record of a file whose columns are not known yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TextRecord {
    /// The 1-based line on which it begins.
    pub line: u64,
    /// Its fields. A malformed record's are those of its first line, split as if there were no quoting.
    pub fields: Vec<String>,
    /// Whether an import rejects the record because its quotes do not pair up, or pair up only over whole rows in between.
    pub malformed: bool,
    /// How many of the fields are in quotes.
    pub quoted: usize,
}

/// Splits the beginning of a file. Blank lines and comments are no records. A quoted field whose lines all have as many fields
/// as its record, with numbers where most lines have numbers, is a stray quote that has swallowed rows.
///
/// # Errors
/// InvalidArgument for a delimiter or a sign of comments that an import refuses.
pub fn split_records(text: &str, options: &SampleOptions) -> Result<Vec<TextRecord>> {
    check_delimiter(&options.delimiter)?;
    check_quote_sign(options.quote_sign.as_deref(), &options.delimiter)?;
    check_comment(options.comment.as_deref(), &options.delimiter)?;
    let quote_sign = options.quote_byte();
    let numeric = if options.quotes != Quoting::None && text.contains(char::from(quote_sign)) {
        numeric_columns(text, options)?
    } else {
        Vec::new()
    };
    let is_row = |fields: &Fields<'_>, width: usize| {
        fields.ranges.len() == width
            && fields
                .iter()
                .zip(&numeric)
                .all(|(field, numeric)| !numeric || field.is_empty() || is_number(field, quote_sign))
    };
    let mut records = Vec::new();
    let mut numbered_lines = lines(text.as_bytes()).zip(1..);
    let mut ranges = Vec::new();
    for_each_record(text, options, options.quotes, &is_row, |line, quoted, fields| {
        records.push(match fields {
            Some(fields) => TextRecord {
                line,
                fields: fields.iter().map(to_text).collect(),
                malformed: false,
                quoted,
            },
            None => {
                let text = numbered_lines.find(|(_, number)| *number == line);
                let text = text.map_or(&b""[..], |(text, _)| text);
                Separator::of(&options.delimiter).split(text, &mut ranges);
                let ranges = &ranges;
                TextRecord {
                    line,
                    fields: Fields { text, ranges }.iter().map(to_text).collect(),
                    malformed: true,
                    quoted,
                }
            }
        });
    })?;
    Ok(records)
}

/// For each column whether its values are numbers, as they are in plain lines.
fn numeric_columns(text: &str, options: &SampleOptions) -> Result<Vec<bool>> {
    let mut counts: Vec<(usize, usize)> = Vec::new();
    for_each_record(text, options, Quoting::None, &|_, _| false, |_, _, fields| {
        let Some(fields) = fields else { return };
        if counts.len() < fields.ranges.len() {
            counts.resize(fields.ranges.len(), (0, 0));
        }
        for ((present, numbers), field) in counts.iter_mut().zip(fields.iter()) {
            *present += usize::from(!field.is_empty());
            *numbers += usize::from(is_number(field, options.quote_byte()));
        }
    })?;
    let is_numeric =
        |(present, numbers): (usize, usize)| present > 0 && numbers as f64 >= present as f64 * NUMERIC_SHARE;
    Ok(counts.into_iter().map(is_numeric).collect())
}

/// Calls `each` with a record's line, the number of its fields in quotes, and its fields, which a malformed record lacks.
fn for_each_record(
    text: &str,
    options: &SampleOptions,
    quoting: Quoting,
    is_row: &dyn Fn(&Fields<'_>, usize) -> bool,
    mut each: impl FnMut(u64, usize, Option<Fields<'_>>),
) -> Result<()> {
    let dialect = Dialect {
        separator: Separator::of(&options.delimiter),
        quoting,
        quote_sign: options.quote_byte(),
        comment: options.comment.as_deref().unwrap_or("").as_bytes(),
        skipped_lines: u64::from(options.skip_lines.unwrap_or(0)),
        skips_blank_lines: true,
        is_row,
    };
    let mut reader = RecordReader::new(WholeText(Some(text.into())), dialect)?;
    for _ in 0..options.limit {
        let Some(record) = reader.next_record()? else {
            break;
        };
        match record.content {
            Content::Fields(fields) => each(record.line, record.quoted, Some(fields)),
            Content::Malformed { .. } => each(record.line, record.quoted, None),
        }
    }
    Ok(())
}

/// A text in memory, as one block.
struct WholeText(Option<Vec<u8>>);

impl Blocks for WholeText {
    fn next(&mut self) -> Result<Option<Vec<u8>>> {
        Ok(self.0.take())
    }

    fn recycle(&self, _: Vec<u8>) {}
}

/// Whether a field is a number with either decimal sign, in quotes or not.
fn is_number(field: &[u8], quote_sign: u8) -> bool {
    let field = field.strip_prefix(&[quote_sign]).unwrap_or(field);
    let field = field.strip_suffix(&[quote_sign]).unwrap_or(field);
    let parse = |text: &str| {
        let formats = [NumberFormat::POINT, NumberFormat::COMMA];
        formats.iter().any(|format| format.parse_finite(text).is_some())
    };
    std::str::from_utf8(field.trim_ascii()).is_ok_and(parse)
}

/// The text is UTF-8 and is split at ASCII characters only.
fn to_text(field: &[u8]) -> String {
    String::from_utf8_lossy(field).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str, quotes: Quoting, limit: usize) -> Vec<TextRecord> {
        let options = SampleOptions {
            delimiter: ",".to_string(),
            quotes,
            quote_sign: None,
            comment: Some("#".to_string()),
            skip_lines: None,
            limit,
        };
        split_records(text, &options).unwrap()
    }

    fn fields(text: &str, quotes: Quoting) -> Vec<Vec<String>> {
        let records = records(text, quotes, 100).into_iter();
        records.map(|record| record.fields).collect()
    }

    #[test]
    fn counts_lines_through_quoted_fields_blank_lines_and_comments() {
        let text = "\u{feff}sep=,\n# \"note\na,\"x, \"\"y\"\"\nz\"\n \n1,2\n3,4\n";
        let found = records(text, Quoting::Doubled, 2);
        let lines: Vec<u64> = found.iter().map(|record| record.line).collect();
        assert_eq!(lines, [3, 6]);
        assert_eq!(found[0].fields, ["a", "x, \"y\"\nz"]);
        assert_eq!((found[0].quoted, found[1].quoted), (1, 0));
    }

    #[test]
    fn splits_a_malformed_line_as_plain_text_and_goes_on_below_it() {
        let found = records("a,b\n\"open,1\n\"a\"b,2\n3,4\n", Quoting::Doubled, 100);
        let malformed: Vec<bool> = found.iter().map(|record| record.malformed).collect();
        assert_eq!(malformed, [false, true, true, false]);
        assert_eq!(found[1].fields, ["\"open", "1"]);
    }

    #[test]
    fn tells_a_stray_quote_that_swallows_rows_from_a_text_of_several_lines() {
        let stray = "1,\"5\n2,6\n3,7\"\n4,8\n";
        assert!(records(stray, Quoting::Doubled, 100)[0].malformed);
        let text = "1,\"five\nsix\nseven\",4\n";
        assert_eq!(fields(text, Quoting::Doubled), [["1", "five\nsix\nseven", "4"]]);
    }

    #[test]
    fn refuses_what_an_import_refuses() {
        for (delimiter, comment) in [
            ("", None),
            ("a b", None),
            ("\"", None),
            ("\n", None),
            (",", Some(",")),
        ] {
            let options = SampleOptions {
                delimiter: delimiter.to_string(),
                quotes: Quoting::Doubled,
                quote_sign: None,
                comment: comment.map(str::to_string),
                skip_lines: None,
                limit: 1,
            };
            assert!(split_records("a", &options).is_err(), "{delimiter} {comment:?}");
        }
    }
}
