//! Refuses an import specification that cannot be carried out, before any file is read.

use std::collections::HashSet;

use crate::error::{Error, Result};
use crate::separator::SPACES;
use crate::shaping::{Bucket, Clip};
use crate::spec::{
    ColumnRole, DenseSettings, Encoding, ImportColumn, ImportSpec, ImportSplit, LabelSettings, LabelTexts,
    Missing, MissingCategory, SparseSettings, ValueType,
};
use crate::time_features::TimeFeature;
use crate::time_format::TimeFormat;

/// How many columns a table may have.
const MAX_COLUMNS: usize = 100_000;
/// The longest separator and the longest sign of comments.
const MAX_SEPARATOR_BYTES: usize = 8;
const MAX_COMMENT_BYTES: usize = 4;
/// The rows of the largest hashed table. An index must fit a signed 32-bit integer.
const MAX_HASH_SIZE: u32 = 1 << 31;

/// # Errors
/// InvalidArgument that names the field or column.
pub fn check_spec(spec: &ImportSpec) -> Result<()> {
    if spec.files.is_empty() {
        return Err(Error::argument("Choose at least one file to import."));
    }
    check_delimiter(&spec.delimiter)?;
    check_quote_sign(spec.quote_sign.as_deref(), &spec.delimiter)?;
    check_thousands(spec)?;
    check_comment(spec.comment.as_deref(), &spec.delimiter)?;
    if !(0.0..=1.0).contains(&spec.max_rejected) {
        return Err(Error::argument("maxRejected must be between 0 and 1."));
    }
    check_columns(spec)?;
    check_partitions(spec)?;
    for name in &spec.keep_text {
        if !spec.columns.iter().any(|column| column.name == *name) {
            return Err(Error::argument(format!("There is no column \"{name}\" to keep.")));
        }
    }
    check_split(spec)
}

fn check_partitions(spec: &ImportSpec) -> Result<()> {
    let Some(first) = spec.partitions.first() else {
        return Ok(());
    };
    let is_even = spec.partitions.iter().all(|values| values.len() == first.len());
    if is_even && spec.partitions.len() == spec.files.len() && first.len() < spec.columns.len() {
        return Ok(());
    }
    Err(Error::argument(
        "Each file needs as many values of the folders' columns as the others, and columns of its own besides.",
    ))
}

/// # Errors
/// InvalidArgument where a text cannot separate fields: 1 to 8 bytes without letters, digits, quotation marks and line breaks,
/// or the word spaces.
pub fn check_delimiter(delimiter: &str) -> Result<()> {
    if delimiter == SPACES {
        return Ok(());
    }
    if delimiter.is_empty() || delimiter.len() > MAX_SEPARATOR_BYTES {
        let what = "The delimiter must be one or a few characters, such as a comma, a tab or ::, or the word spaces.";
        return Err(Error::argument(what));
    }
    let is_text = |sign: char| {
        sign.is_alphanumeric() || matches!(sign, '\n' | '\r' | '\0' | '"' | '+' | '.' | '\u{feff}')
    };
    match delimiter.chars().find(|sign| is_text(*sign)) {
        Some('\n' | '\r' | '\0') => Err(Error::argument("The delimiter cannot be a line break or NUL.")),
        Some('"') => Err(Error::argument("The delimiter cannot be a quotation mark.")),
        Some(sign) => Err(Error::argument(format!(
            "The delimiter cannot contain {}.",
            sign.escape_debug()
        ))),
        None if delimiter == "-" => Err(Error::argument("The delimiter cannot be a minus sign.")),
        None => Ok(()),
    }
}

/// # Errors
/// InvalidArgument where the quote sign is not one character of punctuation, or is in the delimiter.
pub fn check_quote_sign(sign: Option<&str>, delimiter: &str) -> Result<()> {
    match sign.map(str::as_bytes) {
        None => Ok(()),
        Some([byte])
            if byte.is_ascii_punctuation() && *byte != b'\\' && !delimiter.as_bytes().contains(byte) =>
        {
            Ok(())
        }
        Some(_) => Err(Error::argument(
            "The quote sign must be one punctuation character such as ', and not in the delimiter.",
        )),
    }
}

/// # Errors
/// InvalidArgument where a comment sign is not a few characters of punctuation, or begins as the delimiter does.
pub fn check_comment(comment: Option<&str>, delimiter: &str) -> Result<()> {
    let is_sign = |sign: &str| {
        (1..=MAX_COMMENT_BYTES).contains(&sign.len())
            && sign.bytes().all(|byte| byte.is_ascii_punctuation())
            && !sign.starts_with(delimiter)
    };
    match comment {
        Some(sign) if !is_sign(sign) => Err(Error::argument(
            "The comment sign must be one to four punctuation characters such as # or //, and not the delimiter.",
        )),
        _ => Ok(()),
    }
}

fn check_thousands(spec: &ImportSpec) -> Result<()> {
    let decimal = if spec.decimal_comma { ',' } else { '.' };
    match spec.thousands {
        Some(sign) if sign.is_alphanumeric() || matches!(sign, '+' | '-') || sign == decimal => {
            Err(Error::argument(
                "The thousands separator must be a sign such as a comma or a space, and not the decimal sign.",
            ))
        }
        _ => Ok(()),
    }
}

fn check_label(name: &str, settings: &LabelSettings) -> Result<()> {
    let texts = |texts: &Option<LabelTexts>| {
        texts
            .as_ref()
            .map_or(Vec::new(), |texts| texts.as_slice().to_vec())
    };
    let (positive, negative) = (texts(&settings.positive), texts(&settings.negative));
    let mut seen = HashSet::new();
    let different = positive.iter().chain(&negative).all(|text| seen.insert(text));
    match (&settings.positive, &settings.negative, settings.positive_from) {
        (None, None, _) => Ok(()),
        (Some(_), _, None) if !positive.is_empty() && different => Ok(()),
        _ => Err(Error::argument(format!(
            "Column \"{name}\": give positive, and negative with other values or not at all, or positiveFrom alone."
        ))),
    }
}

fn check_columns(spec: &ImportSpec) -> Result<()> {
    if spec.columns.len() > MAX_COLUMNS {
        return Err(Error::argument(format!(
            "There are {} columns; at most {MAX_COLUMNS} can be imported.",
            spec.columns.len()
        )));
    }
    let mut names = HashSet::new();
    let mut labels = 0;
    let mut inputs = 0;
    let mut derived = Vec::new();
    for column in &spec.columns {
        let name = &column.name;
        if name.is_empty() {
            return Err(Error::argument("A column has no name."));
        }
        if !names.insert(name) {
            return Err(Error::argument(format!("Two columns are named \"{name}\".")));
        }
        match &column.role {
            ColumnRole::Label(settings) => {
                labels += 1;
                check_label(name, settings)?;
            }
            ColumnRole::Dense(settings) => {
                inputs += 1;
                check_dense(name, settings)?;
            }
            ColumnRole::Sparse(settings) | ColumnRole::MultiValued(settings) => {
                inputs += 1;
                check_sparse(name, settings)?;
                check_bucket(name, settings, matches!(column.role, ColumnRole::MultiValued(_)))?;
            }
            ColumnRole::Time(settings) => {
                for feature in &settings.derive {
                    inputs += 1;
                    check_feature(spec, name, settings.format, feature)?;
                    derived.push(feature.column_name(name));
                }
            }
            ColumnRole::Ignore => {}
        }
    }
    for (at, name) in derived.iter().enumerate() {
        if names.contains(&name) || derived[..at].contains(name) {
            return Err(Error::argument(format!(
                "The times have a feature named \"{name}\", but there is a column of that name already."
            )));
        }
    }
    if labels != 1 && !(labels == 0 && spec.encode_like.is_some()) {
        return Err(Error::argument(format!(
            "{labels} columns have the role label, but there must be exactly one."
        )));
    }
    if inputs == 0 {
        return Err(Error::argument(
            "No column is dense, sparse or multi-valued; a model needs at least one.",
        ));
    }
    Ok(())
}

fn check_feature(spec: &ImportSpec, name: &str, format: TimeFormat, feature: &TimeFeature) -> Result<()> {
    if format == TimeFormat::Number {
        return Err(Error::argument(format!(
            "Column \"{name}\": its times are plain numbers, which have no hour and no date, so nothing can be derived of them."
        )));
    }
    let TimeFeature::Age { until } = feature else {
        return Ok(());
    };
    let is_time = |column: &&ImportColumn| {
        column.name == *until
            && until != name
            && matches!(&column.role, ColumnRole::Time(settings) if settings.format != TimeFormat::Number)
    };
    match spec.columns.iter().find(is_time) {
        Some(_) => Ok(()),
        None => Err(Error::argument(format!(
            "Column \"{name}\": its age is measured until the time of another column, but \"{until}\" is no other column of times."
        ))),
    }
}

fn check_sparse(name: &str, settings: &SparseSettings) -> Result<()> {
    match settings.encoding {
        Encoding::Vocabulary { minimum_count: 0, .. }
        | Encoding::Vocabulary {
            maximum_size: Some(0),
            ..
        } => Err(Error::argument(format!(
            "Column \"{name}\": minimumCount and maximumSize must be at least 1."
        ))),
        Encoding::Hash { size, .. } if !(2..=MAX_HASH_SIZE).contains(&size) => Err(Error::argument(format!(
            "Column \"{name}\": the hash size must be between 2 and {MAX_HASH_SIZE}."
        ))),
        Encoding::Index { size } if !(1..=MAX_HASH_SIZE).contains(&size) => Err(Error::argument(format!(
            "Column \"{name}\": the index size must be between 1 and {MAX_HASH_SIZE}."
        ))),
        Encoding::Index { .. } if settings.kind != ValueType::Text => Err(Error::argument(format!(
            "Column \"{name}\": an index column must have the type text."
        ))),
        Encoding::Index { .. } if settings.missing == MissingCategory::Category => {
            Err(Error::argument(format!(
                "Column \"{name}\": an index column has no row for missing values as a category of their own."
            )))
        }
        _ => Ok(()),
    }
}

fn check_dense(name: &str, settings: &DenseSettings) -> Result<()> {
    let finite = |value: Option<f64>| value.is_none_or(f64::is_finite);
    if (settings.missing == Missing::Value) != settings.fill.is_some() || !finite(settings.fill) {
        return Err(Error::argument(format!(
            "Column \"{name}\": a value for missing ones is given if and only if missing is value, and is finite."
        )));
    }
    match settings.clip {
        None => Ok(()),
        Some(Clip { minimum, maximum })
            if finite(minimum)
                && finite(maximum)
                && (minimum.is_some() || maximum.is_some())
                && minimum
                    .zip(maximum)
                    .is_none_or(|(minimum, maximum)| minimum <= maximum) =>
        {
            Ok(())
        }
        Some(_) => Err(Error::argument(format!(
            "Column \"{name}\": give a smallest or a largest value to clip to, or both in this order."
        ))),
    }
}

fn check_bucket(name: &str, settings: &SparseSettings, multi_valued: bool) -> Result<()> {
    let Some(bucket) = &settings.bucket else {
        return Ok(());
    };
    let ascending = match bucket {
        Bucket::LogSquared => true,
        Bucket::Boundaries { at } => {
            !at.is_empty()
                && at.iter().all(|value| value.is_finite())
                && at.is_sorted_by(|one, other| one < other)
        }
    };
    let indexed = matches!(settings.encoding, Encoding::Index { .. });
    if ascending && !multi_valued && !indexed && settings.kind == ValueType::Text {
        return Ok(());
    }
    Err(Error::argument(format!(
        "Column \"{name}\": buckets are of single numbers, with ascending boundaries, and encoded by a vocabulary or a hash."
    )))
}

fn check_split(spec: &ImportSpec) -> Result<()> {
    match &spec.split {
        ImportSplit::Modulo {
            modulus,
            validation,
            test,
        } => {
            if *modulus == 0 {
                return Err(Error::argument("The split's modulus must be at least 1."));
            }
            if let Some(remainder) = validation.iter().chain(test).find(|r| **r >= *modulus) {
                return Err(Error::argument(format!(
                    "The split's remainder {remainder} must be less than its modulus, {modulus}."
                )));
            }
            if let Some(remainder) = validation.iter().find(|r| test.contains(r)) {
                return Err(Error::argument(format!(
                    "The split assigns remainder {remainder} to both validation and test."
                )));
            }
            Ok(())
        }
        ImportSplit::Tail { validation, test } | ImportSplit::Ratio { validation, test, .. } => {
            check_shares(*validation, *test)
        }
        ImportSplit::LeaveOneOut { user, time, .. } => {
            check_split_column(spec, user)?;
            time.as_ref()
                .map_or(Ok(()), |time| check_split_column(spec, time))
        }
        ImportSplit::Files { validation, test } => {
            let mut seen = HashSet::new();
            let files = spec.files.len();
            match validation
                .iter()
                .chain(test)
                .find(|file| **file >= files || !seen.insert(**file))
            {
                Some(file) => Err(Error::argument(format!(
                    "The split names file {file} twice, or there is no such file: {files} files are counted from 0."
                ))),
                None => Ok(()),
            }
        }
        ImportSplit::User {
            column,
            validation,
            test,
            ..
        }
        | ImportSplit::Time {
            column,
            validation,
            test,
            ..
        } => {
            check_split_column(spec, column)?;
            check_shares(*validation, *test)
        }
        ImportSplit::Column {
            column,
            train,
            validation,
            test,
        } => {
            check_split_column(spec, column)?;
            let mut seen = HashSet::new();
            match train
                .iter()
                .chain(validation)
                .chain(test)
                .find(|v| !seen.insert(*v))
            {
                Some(value) => Err(Error::argument(format!(
                    "The split assigns the value \"{value}\" twice."
                ))),
                None => Ok(()),
            }
        }
    }
}

fn check_shares(validation: f64, test: f64) -> Result<()> {
    let valid = |share: f64| (0.0..1.0).contains(&share);
    if valid(validation) && valid(test) && validation + test < 1.0 {
        return Ok(());
    }
    Err(Error::argument(
        "The split's validation and test shares must be at least 0 and add up to less than 1.",
    ))
}

fn check_split_column(spec: &ImportSpec, name: &str) -> Result<()> {
    if spec.columns.iter().any(|column| column.name == name) {
        return Ok(());
    }
    Err(Error::argument(format!(
        "The split uses the column \"{name}\", which does not exist."
    )))
}
