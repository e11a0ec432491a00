//! The file of statistics that are too long for the manifest: quantiles, and rows and positive labels by split and value.

use std::path::Path;

use serde::Serialize;

use crate::dense_statistics::DenseStatistics;
use crate::error::{Error, ErrorCode, Result};
use crate::layout::Layout;
use crate::manifest::FileEntry;
use crate::output::HashedFile;
use crate::quantiles::Quantile;
use crate::split_counts::SplitCounts;
use crate::value_counts::{DenseCounts, SparseCounts};

/// main/contract/dataset-statistics.ts has its schema.
const FILE_NAME: &str = "statistics.json";

#[derive(Serialize)]
struct Statistics<'a> {
    version: u32,
    /// Dense and sparse columns in file order.
    columns: Vec<Column<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "role", rename_all = "camelCase")]
enum Column<'a> {
    Dense {
        name: &'a str,
        quantiles: &'a [Quantile],
        /// The raw value in the place of a missing one.
        fill: f64,
        bins: Vec<Bin>,
        missing: SplitCounts,
    },
    Sparse {
        name: &'a str,
        values: Vec<Value<'a>>,
        others: SplitCounts,
        unknown: SplitCounts,
        missing: SplitCounts,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bin {
    /// The last bin has no end.
    up_to: Option<f64>,
    #[serde(flatten)]
    counts: SplitCounts,
}

#[derive(Serialize)]
struct Value<'a> {
    value: &'a str,
    #[serde(flatten)]
    counts: SplitCounts,
}

/// Writes the file into `folder`. The lists have the columns in the order of the layout.
pub fn write_statistics(
    folder: &Path,
    layout: &Layout,
    dense: &[DenseStatistics],
    dense_counts: &[DenseCounts],
    sparse_counts: &[SparseCounts],
) -> Result<FileEntry> {
    let mut columns = Vec::with_capacity(layout.dense.len() + layout.sparse.len());
    for ((column, statistics), counts) in layout.dense.iter().zip(dense).zip(dense_counts) {
        let ends = counts.ends.iter().map(|end| Some(*end)).chain([None]);
        let bins = ends.zip(&counts.bins);
        let entry = Column::Dense {
            name: &column.name,
            quantiles: &statistics.quantiles,
            fill: statistics.fill,
            bins: bins
                .map(|(up_to, counts)| Bin {
                    up_to,
                    counts: *counts,
                })
                .collect(),
            missing: counts.missing,
        };
        columns.push((column.field, entry));
    }
    for (column, counts) in layout.sparse.iter().zip(sparse_counts) {
        let values = counts.top.iter().map(|(value, counts)| Value {
            value,
            counts: *counts,
        });
        let entry = Column::Sparse {
            name: &column.name,
            values: values.collect(),
            others: counts.others,
            unknown: counts.unknown,
            missing: counts.missing,
        };
        columns.push((column.field, entry));
    }
    columns.sort_by_key(|(field, _)| *field);
    let statistics = Statistics {
        version: 1,
        columns: columns.into_iter().map(|(_, column)| column).collect(),
    };
    let text = serde_json::to_vec(&statistics).map_err(|error| {
        let message = format!("The statistics could not be written: {error}.");
        Error::new(ErrorCode::Internal, message)
    })?;
    let mut file = HashedFile::create(folder, FILE_NAME.to_string())?;
    file.write(&text)?;
    file.finish()
}
