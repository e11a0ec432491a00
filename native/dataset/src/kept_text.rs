//! Columns whose text is kept unchanged, so that it can be written next to predictions of the rows.

use std::path::Path;

use crate::block::RowBlock;
use crate::error::{Error, ErrorCode, Result};
use crate::layout::Layout;
use crate::manifest::FileEntry;
use crate::output::HashedFile;

/// The file has one JSON array of strings for each row, in file order.
const FILE_NAME: &str = "kept.jsonl";

/// Writes the kept columns of accepted rows. Without such a column it writes no file.
pub struct KeptText(Option<HashedFile>);

impl KeptText {
    pub fn create(layout: &Layout, folder: &Path) -> Result<Self> {
        let is_empty = layout.kept.is_empty();
        let file = (!is_empty).then(|| HashedFile::create(folder, FILE_NAME.to_string()));
        Ok(Self(file.transpose()?))
    }

    pub fn write(&mut self, block: &RowBlock) -> Result<()> {
        let Some(file) = &mut self.0 else { return Ok(()) };
        let mut columns: Vec<_> = block.kept.iter().map(|column| column.iter()).collect();
        for _ in &block.splits {
            let row: Vec<&str> = columns.iter_mut().filter_map(Iterator::next).collect();
            let mut line = serde_json::to_vec(&row).map_err(|error| {
                Error::new(
                    ErrorCode::Internal,
                    format!("The text of a row could not be written: {error}."),
                )
            })?;
            line.push(b'\n');
            file.write(&line)?;
        }
        Ok(())
    }

    pub fn finish(self) -> Result<Option<FileEntry>> {
        self.0.map(HashedFile::finish).transpose()
    }
}
