//! The last two rows of each user, for a split that leaves them out of the training.

use std::collections::{HashMap, HashSet};

use crate::decimal::NumberFormat;
use crate::error::Result;
use crate::inputs::RowVisitor;
use crate::layout::Layout;
use crate::missing_markers::MissingMarkers;
use crate::row::{Rejection, RowText, RowValues, read_row};
use crate::time_format::TimeFormat;

/// A row's time as a number to sort by, and its number among the data rows: equal times keep file order.
type Moment = (u64, u64);

/// Finds the last two accepted rows of each user while the files are read once. It takes some 60 bytes a user and the length of
/// its id.
pub struct LastRows<'a> {
    layout: &'a Layout,
    user_field: usize,
    /// By which users' rows are sorted; without it, by their place in the files.
    time: Option<(usize, TimeFormat)>,
    values: RowValues,
    users: HashMap<Box<str>, LastTwo>,
}

/// The rows that a split leaves out of the training.
#[derive(Debug, Default)]
pub struct LeftOut {
    pub validation: HashSet<u64>,
    pub test: HashSet<u64>,
}

/// The last rows of a user, and how many rows there are.
#[derive(Clone, Copy, Debug)]
struct LastTwo {
    last: Moment,
    before: Moment,
    rows: u64,
}

impl<'a> LastRows<'a> {
    pub fn new(layout: &'a Layout, user_field: usize, time: Option<(usize, TimeFormat)>) -> Self {
        Self {
            layout,
            user_field,
            time,
            values: RowValues::default(),
            users: HashMap::new(),
        }
    }

    /// The rows that do not train, by their number among the data rows. A user's only row trains, and so does the first of two.
    pub fn finish(self) -> LeftOut {
        let mut left_out = LeftOut::default();
        for user in self.users.into_values().filter(|user| user.rows > 1) {
            left_out.test.insert(user.last.1);
            if user.rows > 2 {
                left_out.validation.insert(user.before.1);
            }
        }
        left_out
    }
}

impl RowVisitor for LastRows<'_> {
    fn visit(&mut self, index: u64, row: &RowText<'_>) -> Result<std::result::Result<(), Rejection>> {
        // A row that is rejected for something else must not be a user's last one.
        if let Err(rejection) = read_row(row, self.layout, &mut self.values) {
            return Ok(Err(rejection));
        }
        let user = match user_of(row, self.user_field, &self.layout.split_markers) {
            Ok(user) => user,
            Err(rejection) => return Ok(Err(rejection)),
        };
        let moment = match time_of(row, self.time, self.layout.numbers) {
            Ok(time) => (time, index),
            Err(rejection) => return Ok(Err(rejection)),
        };
        match self.users.get_mut(user) {
            Some(known) => {
                known.rows += 1;
                if moment > known.last {
                    (known.before, known.last) = (known.last, moment);
                } else if known.rows == 2 || moment > known.before {
                    known.before = moment;
                }
            }
            None => {
                let only = LastTwo {
                    last: moment,
                    before: moment,
                    rows: 1,
                };
                self.users.insert(user.into(), only);
            }
        }
        Ok(Ok(()))
    }
}

/// The text by which a row belongs to a user.
///
/// # Errors
/// The field, if it has none.
pub fn user_of<'r>(
    row: &RowText<'r>,
    field: usize,
    markers: &MissingMarkers,
) -> std::result::Result<&'r str, Rejection> {
    let user = row.get(field);
    if user.trim_ascii().is_empty() || markers.contain(user) {
        let reason = "there is no value here, and the split needs one";
        return Err(Rejection::of_field(field, reason));
    }
    Ok(user)
}

/// The key of a row's time, which is 0 for all rows where there are no times.
///
/// # Errors
/// The field, if its text is no time.
pub fn time_of(
    row: &RowText<'_>,
    time: Option<(usize, TimeFormat)>,
    numbers: NumberFormat,
) -> std::result::Result<u64, Rejection> {
    let Some((field, format)) = time else {
        return Ok(0);
    };
    format
        .sort_key(row.get(field), numbers)
        .map_err(|reason| Rejection::of_field(field, reason))
}
