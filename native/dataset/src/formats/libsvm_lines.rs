//! The lines of libsvm, libffm and libfm files.

use std::borrow::Cow;

use crate::excerpt::quoted_excerpt;

/// How many lines tell the format.
const SHAPE_LINES: usize = 50;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SparseFormat {
    Libsvm,
    Libffm,
}

/// One feature of a row. `value` is as the file has it.
#[derive(Clone, Copy)]
pub struct Feature<'a> {
    pub field: u64,
    pub index: u64,
    pub index_text: &'a str,
    pub value: &'a str,
}

/// Whether all lines of a file's beginning are rows of such a file. The last one may be cut.
pub fn shape_of(start: &str) -> Option<SparseFormat> {
    let mut lines: Vec<&str> = start
        .lines()
        .filter(|line| !without_comment(line).trim().is_empty())
        .collect();
    if lines.len() > 1 && !start.ends_with('\n') {
        lines.pop();
    }
    lines.truncate(SHAPE_LINES);
    let parts = || {
        lines
            .iter()
            .flat_map(|line| without_comment(line).split_ascii_whitespace().skip(1))
    };
    let format = if parts()
        .find(|part| !part.starts_with("qid:"))?
        .matches(':')
        .count()
        == 2
    {
        SparseFormat::Libffm
    } else {
        SparseFormat::Libsvm
    };
    let is_row = |line: &&str| {
        let mut parts = without_comment(line).split_ascii_whitespace();
        let label = parts.next().is_some_and(|label| label.parse::<f64>().is_ok());
        let mut before = None;
        label
            && parts.all(|part| match feature_of(part, format) {
                // In libsvm the indices ascend; times of day, which have the same signs, seldom do.
                Some(feature) => {
                    let ascends =
                        format == SparseFormat::Libffm || before.is_none_or(|before| feature.index > before);
                    before = Some(feature.index);
                    ascends
                }
                None => part.starts_with("qid:"),
            })
    };
    let is_dense_enough = parts().count() >= 2 * lines.len().min(2);
    (is_dense_enough && lines.iter().all(is_row)).then_some(format)
}

fn without_comment(line: &str) -> &str {
    line.split_once('#').map_or(line, |(row, _)| row)
}

fn feature_of(part: &str, format: SparseFormat) -> Option<Feature<'_>> {
    let (first, rest) = part.split_once(':')?;
    let (field, index_text, value) = match format {
        SparseFormat::Libsvm => (0, first, rest),
        SparseFormat::Libffm => {
            let (index, value) = rest.split_once(':')?;
            (first.parse().ok()?, index, value)
        }
    };
    value.parse::<f64>().ok().filter(|value| value.is_finite())?;
    Some(Feature {
        field,
        index: index_text.parse().ok()?,
        index_text,
        value,
    })
}

/// Label and query of a row, whose features are put into `features`.
pub fn parts_of<'a>(
    line: &'a str,
    format: SparseFormat,
    features: &mut Vec<Feature<'a>>,
) -> std::result::Result<(&'a str, Option<&'a str>), Cow<'static, str>> {
    features.clear();
    let mut parts = without_comment(line).split_ascii_whitespace();
    let label = parts.next().unwrap_or_default();
    let mut query = None;
    for part in parts {
        match (part.strip_prefix("qid:"), feature_of(part, format)) {
            (Some(number), _) => query = Some(number),
            (None, Some(feature)) => features.push(feature),
            (None, None) => {
                let shape = match format {
                    SparseFormat::Libsvm => "index:value",
                    SparseFormat::Libffm => "field:index:value",
                };
                return Err(format!("{} is not {shape}", quoted_excerpt(part)).into());
            }
        }
    }
    Ok((label, query))
}
