//! Decides which part of the dataset a row belongs to.

use std::collections::HashMap;
use std::path::Path;

use crate::control::{Control, Phase};
use crate::error::Result;
use crate::fields::{DecimalSign, shown};
use crate::inputs::{Inputs, RowVisitor};
use crate::random::uniform_at;
use crate::ranked_values::{Ranked, RankedValues};
use crate::row::{Rejection, RowText};
use crate::spec::ImportSplit;

/// Distinct times counted in memory.
const TIMES_IN_MEMORY: usize = 1 << 18;

/// A part of a dataset; its number is its place in `Part::NAMES`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Train,
    Validation,
    Test,
}

impl Part {
    pub const ALL: [Part; 3] = [Part::Train, Part::Validation, Part::Test];
    /// Folder names.
    pub const NAMES: [&'static str; 3] = ["train", "validation", "test"];

    pub fn from_name(name: &str) -> Option<Part> {
        let position = Self::NAMES.iter().position(|known| *known == name)?;
        Some(Self::ALL[position])
    }
}

/// Assigns parts to rows, in file order.
#[derive(Clone, Debug)]
pub struct Splitter {
    rule: Rule,
    split_field: usize,
    decimal: DecimalSign,
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
        train: Cut,
        validation: Cut,
    },
    Column(HashMap<String, Part>),
}

/// The place in the order of times where one part ends: after `rank` rows.
#[derive(Clone, Debug)]
struct Cut {
    rank: u64,
    /// The first row after it; `None` if none is.
    first_after: Option<Ranked>,
    /// Rows met so far with that row's time.
    met: u64,
}

impl Cut {
    fn is_before(&mut self, time: f64) -> bool {
        let Some(first) = self.first_after else {
            return true;
        };
        if time != first.value {
            return time < first.value;
        }
        self.met += 1;
        first.smaller + self.met <= self.rank
    }
}

impl Splitter {
    /// Reads the files once more where the split depends on all of them.
    pub fn prepare(
        split: &ImportSplit,
        inputs: &Inputs,
        control: &mut Control<'_>,
        folder: &Path,
    ) -> Result<Self> {
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
                let summary = inputs.pass(control, Phase::Scan, &mut Counting)?;
                let (train_end, validation_end) = ends(summary.rows, *validation, *test);
                Rule::Tail {
                    train_end,
                    validation_end,
                }
            }
            ImportSplit::Time { validation, test, .. } => {
                let mut times = Times {
                    field: inputs.layout.split_field.unwrap_or_default(),
                    decimal: inputs.layout.decimal,
                    values: RankedValues::new(folder.join("times.scratch"), TIMES_IN_MEMORY),
                };
                inputs.pass(control, Phase::Scan, &mut times)?;
                let (train_end, validation_end) = ends(times.values.total(), *validation, *test);
                Rule::Time {
                    train: cut(&mut times.values, train_end)?,
                    validation: cut(&mut times.values, validation_end)?,
                }
            }
            ImportSplit::Column {
                train,
                validation,
                test,
                ..
            } => {
                let named = |values: &[String], part| {
                    values
                        .iter()
                        .map(move |value| (value.clone(), part))
                        .collect::<Vec<_>>()
                };
                let parts = [
                    named(train, Part::Train),
                    named(validation, Part::Validation),
                    named(test, Part::Test),
                ];
                Rule::Column(parts.into_iter().flatten().collect())
            }
        };
        Ok(Self {
            rule,
            split_field: inputs.layout.split_field.unwrap_or_default(),
            decimal: inputs.layout.decimal,
        })
    }

    /// The part of data row `index`. To be called for every row of the right shape, in file order.
    pub fn part_of(&mut self, index: u64, row: &RowText<'_>) -> std::result::Result<Part, Rejection> {
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
                let place = uniform_at(*seed, index);
                Ok(by(place < *test + *validation && place >= *test, place < *test))
            }
            Rule::Time { train, validation } => {
                let Some(time) = time_of(row, field, self.decimal) else {
                    let reason = format!(
                        "{} is not a number, and the split needs a number here",
                        shown(row.get(field))
                    );
                    return Err(Rejection::of_field(field, reason));
                };
                let in_train = train.is_before(time);
                let before_test = validation.is_before(time);
                Ok(by(before_test && !in_train, !before_test))
            }
            Rule::Column(parts) => {
                let text = row.get(field);
                parts.get(text).copied().ok_or_else(|| {
                    Rejection::of_field(
                        field,
                        format!(
                            "the split does not assign the value {} to training, validation or test",
                            shown(text)
                        ),
                    )
                })
            }
        }
    }
}

fn by(validation: bool, test: bool) -> Part {
    match (validation, test) {
        (_, true) => Part::Test,
        (true, _) => Part::Validation,
        _ => Part::Train,
    }
}

/// Where training and validation rows end among `rows`.
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
        times.at_ranks(&[rank])?.first().copied()
    } else {
        None
    };
    Ok(Cut {
        rank,
        first_after,
        met: 0,
    })
}

fn time_of(row: &RowText<'_>, field: usize, decimal: DecimalSign) -> Option<f64> {
    decimal.parse_finite(row.get(field).trim_ascii())
}

struct Counting;

impl RowVisitor for Counting {
    fn visit(&mut self, _: u64, _: &RowText<'_>) -> Result<std::result::Result<(), Rejection>> {
        Ok(Ok(()))
    }
}

struct Times {
    field: usize,
    decimal: DecimalSign,
    values: RankedValues,
}

impl RowVisitor for Times {
    fn visit(&mut self, _: u64, row: &RowText<'_>) -> Result<std::result::Result<(), Rejection>> {
        if let Some(time) = time_of(row, self.field, self.decimal) {
            self.values.add(time, 1)?;
        }
        Ok(Ok(()))
    }
}
