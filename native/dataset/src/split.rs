//! The splits of a dataset: training, validation and test rows. Decides which of them a row belongs to.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use crate::control::Control;
use crate::decimal::NumberFormat;
use crate::error::Result;
use crate::excerpt::quoted_excerpt;
use crate::inputs::{Inputs, ReadingSummary, RowVisitor};
use crate::last_rows::{LastRows, LeftOut, time_of, user_of};
use crate::missing_markers::MissingMarkers;
use crate::random::uniform_at;
use crate::ranked_values::{RankedKey, RankedValues};
use crate::row::{Rejection, RowText};
use crate::spec::ImportSplit;
use crate::time_format::TimeFormat;
use crate::value_hash::fnv_1a;

/// How many distinct times are counted in memory.
const TIMES_IN_MEMORY: usize = 1 << 18;

/// A split of a dataset. `split as usize` is its index into `Split::NAMES` and into every array of three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "SplitName", rename_all = "camelCase"))]
pub enum Split {
    Train,
    Validation,
    Test,
}

impl Split {
    pub const ALL: [Split; 3] = [Split::Train, Split::Validation, Split::Test];
    /// The names of the splits' folders.
    pub const NAMES: [&'static str; 3] = ["train", "validation", "test"];

    pub fn from_name(name: &str) -> Option<Split> {
        let position = Self::NAMES.iter().position(|known| *known == name)?;
        Some(Self::ALL[position])
    }
}

/// Assigns rows to splits, in file order.
#[derive(Clone, Debug)]
pub struct Splitter {
    rule: Rule,
    split_field: usize,
    markers: Arc<MissingMarkers>,
    numbers: NumberFormat,
    /// The number of the file that is being read.
    file: usize,
}

#[derive(Clone, Debug)]
enum Rule {
    Modulo {
        modulus: u64,
        validation: Vec<u64>,
        test: Vec<u64>,
    },
    Tail {
        train_end: u64,
        validation_end: u64,
    },
    Ratio {
        validation: f64,
        test: f64,
        seed: u64,
    },
    Time {
        format: TimeFormat,
        train: Cut,
        validation: Cut,
    },
    User {
        validation: f64,
        test: f64,
        seed: u64,
    },
    LeaveOneOut {
        time: Option<(usize, TimeFormat)>,
        rows: Arc<LeftOut>,
    },
    Files {
        validation: Vec<usize>,
        test: Vec<usize>,
    },
    Column(HashMap<String, Split>),
}

/// Where one split ends when rows are sorted by time: after `rank` rows.
#[derive(Clone, Debug)]
struct Cut {
    rank: u64,
    /// The first row after it, or `None` if there is none.
    first_after: Option<RankedKey>,
    /// How many rows with that row's time have been visited.
    visited: u64,
}

impl Cut {
    fn is_before(&mut self, time: u64) -> bool {
        let Some(first) = self.first_after else {
            return true;
        };
        if time != first.key {
            return time < first.key;
        }
        self.visited += 1;
        first.smaller + self.visited <= self.rank
    }
}

impl Splitter {
    /// Prepares the rule of a split. If that depends on all rows, the files are read for it, and what that reading has found is
    /// returned as well.
    pub fn prepare(
        split: &ImportSplit,
        inputs: &Inputs,
        control: &mut Control<'_>,
        folder: &Path,
    ) -> Result<(Self, Option<ReadingSummary>)> {
        let mut read = None;
        let rule = match split {
            ImportSplit::Modulo {
                modulus,
                validation,
                test,
            } => Rule::Modulo {
                modulus: *modulus,
                validation: validation.clone(),
                test: test.clone(),
            },
            ImportSplit::Ratio {
                validation,
                test,
                seed,
            } => Rule::Ratio {
                validation: *validation,
                test: *test,
                seed: *seed,
            },
            ImportSplit::Tail { validation, test } => {
                let summary = inputs.count_rows(control)?;
                let (train_end, validation_end) = ends(summary.rows, *validation, *test);
                read = Some(summary);
                Rule::Tail {
                    train_end,
                    validation_end,
                }
            }
            ImportSplit::Time {
                validation,
                test,
                format,
                ..
            } => {
                let format = format.unwrap_or(TimeFormat::Number);
                let mut times = Times {
                    format,
                    field: inputs.layout.split_field.unwrap_or_default(),
                    numbers: inputs.layout.numbers,
                    values: RankedValues::new(folder.join("times.scratch"), TIMES_IN_MEMORY),
                };
                read = Some(inputs.read(control, &mut times, None)?);
                let (train_end, validation_end) = ends(times.values.total(), *validation, *test);
                Rule::Time {
                    format,
                    train: cut(&mut times.values, train_end)?,
                    validation: cut(&mut times.values, validation_end)?,
                }
            }
            ImportSplit::User {
                validation,
                test,
                seed,
                ..
            } => Rule::User {
                validation: *validation,
                test: *test,
                seed: *seed,
            },
            ImportSplit::LeaveOneOut { format, .. } => {
                let layout = &inputs.layout;
                let format = format.unwrap_or(TimeFormat::Number);
                let time = layout.order_field.map(|field| (field, format));
                let mut last = LastRows::new(layout, layout.split_field.unwrap_or_default(), time);
                read = Some(inputs.read(control, &mut last, None)?);
                Rule::LeaveOneOut {
                    time,
                    rows: Arc::new(last.finish()),
                }
            }
            ImportSplit::Files { validation, test } => Rule::Files {
                validation: validation.clone(),
                test: test.clone(),
            },
            ImportSplit::Column {
                train,
                validation,
                test,
                ..
            } => {
                let named = |values: &[String], split| {
                    values
                        .iter()
                        .map(move |value| (value.clone(), split))
                        .collect::<Vec<_>>()
                };
                let splits = [
                    named(train, Split::Train),
                    named(validation, Split::Validation),
                    named(test, Split::Test),
                ];
                Rule::Column(splits.into_iter().flatten().collect())
            }
        };
        let splitter = Self {
            rule,
            split_field: inputs.layout.split_field.unwrap_or_default(),
            markers: inputs.layout.split_markers.clone(),
            numbers: inputs.layout.numbers,
            file: 0,
        };
        Ok((splitter, read))
    }

    /// To be called before the rows of each file.
    pub fn begin_file(&mut self, file: usize) {
        self.file = file;
    }

    /// The split of data row `index`. It must be called in file order for every row with the right number of fields.
    pub fn split_of(&mut self, index: u64, row: &RowText<'_>) -> std::result::Result<Split, Rejection> {
        let field = self.split_field;
        match &mut self.rule {
            Rule::Modulo {
                modulus,
                validation,
                test,
            } => {
                let remainder = index % *modulus;
                Ok(by(validation.contains(&remainder), test.contains(&remainder)))
            }
            Rule::Tail {
                train_end,
                validation_end,
            } => Ok(by(
                (*train_end..*validation_end).contains(&index),
                index >= *validation_end,
            )),
            Rule::Ratio {
                validation,
                test,
                seed,
            } => {
                let draw = uniform_at(*seed, index);
                Ok(by(draw < *test + *validation && draw >= *test, draw < *test))
            }
            Rule::Time {
                format,
                train,
                validation,
            } => {
                let time = format.sort_key(row.get(field), self.numbers);
                let time = time.map_err(|reason| Rejection::of_field(field, reason))?;
                let in_train = train.is_before(time);
                let before_test = validation.is_before(time);
                Ok(by(before_test && !in_train, !before_test))
            }
            Rule::User {
                validation,
                test,
                seed,
            } => {
                let user = user_of(row, field, &self.markers)?;
                let draw = uniform_at(*seed, fnv_1a(user.as_bytes()));
                Ok(by(draw < *test + *validation && draw >= *test, draw < *test))
            }
            Rule::LeaveOneOut { time, rows } => {
                user_of(row, field, &self.markers)?;
                time_of(row, *time, self.numbers)?;
                Ok(by(rows.validation.contains(&index), rows.test.contains(&index)))
            }
            Rule::Files { validation, test } => {
                Ok(by(validation.contains(&self.file), test.contains(&self.file)))
            }
            Rule::Column(splits) => {
                let text = row.get(field);
                splits.get(text).copied().ok_or_else(|| {
                    Rejection::of_field(
                        field,
                        format!(
                            "the split does not assign the value {} to training, validation or test",
                            quoted_excerpt(text)
                        ),
                    )
                })
            }
        }
    }
}

fn by(validation: bool, test: bool) -> Split {
    match (validation, test) {
        (_, true) => Split::Test,
        (true, _) => Split::Validation,
        _ => Split::Train,
    }
}

/// The row numbers at which the training rows and the validation rows end, of `rows` in all.
fn ends(rows: u64, validation: f64, test: f64) -> (u64, u64) {
    let of = |share: f64| (rows as f64 * share).round() as u64;
    let validation_end = rows - of(test).min(rows);
    (
        validation_end - of(validation).min(validation_end),
        validation_end,
    )
}

fn cut(times: &mut RankedValues, rank: u64) -> Result<Cut> {
    let first_after = if rank < times.total() {
        times.keys_at_ranks(&[rank])?.first().copied()
    } else {
        None
    };
    Ok(Cut {
        rank,
        first_after,
        visited: 0,
    })
}

struct Times {
    format: TimeFormat,
    field: usize,
    numbers: NumberFormat,
    values: RankedValues,
}

impl RowVisitor for Times {
    fn visit(&mut self, _: u64, row: &RowText<'_>) -> Result<std::result::Result<(), Rejection>> {
        if let Ok(time) = self.format.sort_key(row.get(self.field), self.numbers) {
            self.values.add_key(time, 1)?;
        }
        Ok(Ok(()))
    }
}
