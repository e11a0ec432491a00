//! The records of a source, whatever its format is.

use std::sync::Arc;

use crate::error::Result;
use crate::formats::{TableStream, WantedColumn};
use crate::records::{Record, RecordReader};
use crate::source::BlockStream;
use crate::spec::{ColumnRole, ImportSpec, ImportSplit};

/// The records of one source.
pub enum Records<'d> {
    Text(RecordReader<'d, BlockStream>),
    Table(TableStream),
}

impl Records<'_> {
    pub fn next_record(&mut self) -> Result<Option<Record<'_>>> {
        match self {
            Self::Text(records) => records.next_record(),
            Self::Table(records) => records.next_record(),
        }
    }

    /// Skips a record; false at the end.
    pub fn pass_record(&mut self) -> Result<bool> {
        match self {
            Self::Text(records) => records.pass_record(),
            Self::Table(records) => Ok(records.next_record()?.is_some()),
        }
    }

    /// The SHA-256 of the source's bytes, after its last record.
    pub fn finish(self) -> Result<String> {
        match self {
            Self::Text(records) => records.into_blocks().finish(),
            Self::Table(records) => records.finish(),
        }
    }
}

/// Which columns of a table are read, and what separates the items of its lists.
pub fn wanted_columns(spec: &ImportSpec) -> Arc<[WantedColumn]> {
    let splits_by = match &spec.split {
        ImportSplit::Time { column, .. } | ImportSplit::Column { column, .. } => Some(column),
        _ => None,
    };
    let in_folders = spec.partitions.first().map_or(0, Vec::len);
    let in_files = &spec.columns[..spec.columns.len() - in_folders];
    let wanted = in_files.iter().map(|column| WantedColumn {
        name: column.name.clone(),
        separator: match &column.role {
            ColumnRole::MultiValued(settings) => Some(settings.separator.unwrap_or(' ')),
            _ => None,
        },
        needed: !matches!(column.role, ColumnRole::Ignore)
            || splits_by == Some(&column.name)
            || spec.keep_text.contains(&column.name),
    });
    wanted.collect()
}
