//! Columns whose values are in the names of a file's folders, as in `day=2026-03-01/part-0.parquet`.

use crate::dialect::Fields;
use crate::layout::Layout;

/// Between two fields, so that the bytes of neighbours cannot form one character.
const BETWEEN: u8 = b'\t';

/// Adds fields to records. It keeps its memory from record to record.
#[derive(Default)]
pub struct AddedFields {
    text: Vec<u8>,
    ranges: Vec<(usize, usize)>,
}

impl AddedFields {
    /// The fields with `values` behind those of the file's own columns. A row that is longer or shorter than these is made as long
    /// as they are where the layout says so; otherwise it stays too long or too short.
    pub fn add<'a>(&'a mut self, fields: &Fields<'_>, values: &[String], layout: &Layout) -> Fields<'a> {
        let columns = layout.names.len().saturating_sub(values.len());
        self.text.clear();
        self.ranges.clear();
        self.text.extend_from_slice(fields.text);
        self.ranges.extend_from_slice(fields.ranges);
        let is_blank = |(start, end): &(usize, usize)| fields.text[*start..*end].trim_ascii().is_empty();
        let beyond = self.ranges.get(columns..).unwrap_or_default();
        let is_cut = layout.cuts_long_rows || layout.trailing_delimiter && beyond.iter().all(is_blank);
        if is_cut && !beyond.is_empty() {
            self.ranges.truncate(columns);
        }
        if layout.fills_short_rows {
            let end = (self.text.len(), self.text.len());
            self.ranges.resize(self.ranges.len().max(columns), end);
        }
        for value in values {
            self.text.push(BETWEEN);
            let start = self.text.len();
            self.text.extend_from_slice(value.as_bytes());
            self.ranges.push((start, self.text.len()));
        }
        Fields {
            text: &self.text,
            ranges: &self.ranges,
        }
    }
}
