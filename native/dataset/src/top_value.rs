//! A value of a column and how often it was found.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TopValue {
    pub value: String,
    pub count: u64,
}
