//! Blocks of checked rows, stored by column, so that each column is processed as a whole.

use crate::error::Result;
use crate::inputs::RowVisitor;
use crate::layout::Layout;
use crate::row::{Rejection, RowText, RowValues, read_row};
use crate::spec::ValueType;
use crate::split::{Split, Splitter};

/// The approximate number of fields in a block. It limits the memory for files with any number of columns.
const BLOCK_FIELDS: usize = 1 << 18;
/// The largest number of rows in a block.
const BLOCK_ROWS: usize = 1 << 13;
/// The approximate number of bytes of text in a block.
const BLOCK_TEXT: usize = 1 << 22;

/// Accepted rows. Every list has one entry for each row.
#[derive(Debug, Default)]
pub struct RowBlock {
    pub splits: Vec<Split>,
    pub labels: Vec<f32>,
    /// The values of each dense column, which are NaN for empty fields.
    pub dense: Vec<Vec<f64>>,
    /// The fields of each sparse column.
    pub sparse: Vec<TextColumn>,
    /// Missing values for which there was a marker such as NA: the number of the field and the index of the marker.
    pub marked: Vec<(usize, usize)>,
    /// The fields of each column whose text is kept.
    pub kept: Vec<TextColumn>,
    text_bytes: usize,
    derived_text: String,
}

impl RowBlock {
    pub fn new(layout: &Layout) -> Self {
        Self {
            dense: vec![Vec::new(); layout.dense.len()],
            sparse: vec![TextColumn::default(); layout.sparse.len()],
            kept: vec![TextColumn::default(); layout.kept.len()],
            ..Self::default()
        }
    }

    pub fn clear(&mut self) {
        self.splits.clear();
        self.labels.clear();
        self.dense.iter_mut().for_each(Vec::clear);
        self.sparse.iter_mut().for_each(TextColumn::clear);
        self.marked.clear();
        self.kept.iter_mut().for_each(TextColumn::clear);
        self.text_bytes = 0;
    }

    fn push(&mut self, split: Split, values: &RowValues, row: &RowText<'_>, layout: &Layout) {
        self.splits.push(split);
        self.labels.push(values.label);
        for ((values, column), value) in self.dense.iter_mut().zip(&layout.dense).zip(&values.dense) {
            values.push(*value);
            // A field that is a number is not a marker.
            if value.is_nan()
                && column.derived.is_none()
                && let Some(marker) = column.markers.index_of(row.get(column.field))
            {
                self.marked.push((column.field, marker));
            }
        }
        for (texts, column) in self.sparse.iter_mut().zip(&layout.sparse) {
            if let Some(derived) = &column.derived {
                texts.push(derived.of_row.text(&values.times, &mut self.derived_text));
                continue;
            }
            let text = row.get(column.field);
            match column.markers.index_of(text) {
                None => texts.push_value(text, column.settings.kind),
                Some(marker) => {
                    texts.push("");
                    self.marked.push((column.field, marker));
                }
            }
        }
        for (texts, field) in self.kept.iter_mut().zip(&layout.kept) {
            texts.push(row.get(*field));
        }
        self.text_bytes += row.text.len();
    }

    fn is_full(&self, layout: &Layout) -> bool {
        let rows = (BLOCK_FIELDS / layout.names.len()).clamp(1, BLOCK_ROWS);
        self.splits.len() >= rows || self.text_bytes >= BLOCK_TEXT
    }
}

/// The fields of one column, one after the other.
#[derive(Clone, Debug, Default)]
pub struct TextColumn {
    text: String,
    /// Where each field ends in `text`.
    ends: Vec<usize>,
}

impl TextColumn {
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let field = &self.text[start..*end];
            start = *end;
            field
        })
    }

    /// Appends a field of a sparse column. Hex digits become lower case.
    fn push_value(&mut self, field: &str, kind: ValueType) {
        let start = self.text.len();
        self.push(field);
        if kind == ValueType::Hex {
            self.text[start..].make_ascii_lowercase();
        }
    }

    fn push(&mut self, field: &str) {
        self.text.push_str(field);
        self.ends.push(self.text.len());
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }
}

/// Collects rows into blocks. `deliver` receives each full block and returns an empty one.
pub struct BlockBuilder<'a, D> {
    layout: &'a Layout,
    splitter: Splitter,
    values: RowValues,
    block: RowBlock,
    deliver: D,
}

impl<'a, D: FnMut(RowBlock) -> Result<RowBlock>> BlockBuilder<'a, D> {
    pub fn new(layout: &'a Layout, splitter: Splitter, deliver: D) -> Self {
        Self {
            layout,
            splitter,
            values: RowValues::default(),
            block: RowBlock::new(layout),
            deliver,
        }
    }

    /// Delivers the last rows.
    pub fn finish(mut self) -> Result<()> {
        (self.deliver)(self.block).map(drop)
    }
}

impl<D: FnMut(RowBlock) -> Result<RowBlock>> RowVisitor for BlockBuilder<'_, D> {
    fn begin_file(&mut self, file: usize) {
        self.splitter.begin_file(file);
    }

    fn visit(&mut self, index: u64, row: &RowText<'_>) -> Result<std::result::Result<(), Rejection>> {
        // A split may count rows, and rejected rows count as well, so it is called for every row.
        let split = self.splitter.split_of(index, row);
        let split = match read_row(row, self.layout, &mut self.values).and(split) {
            Ok(split) => split,
            Err(rejection) => return Ok(Err(rejection)),
        };
        self.block.push(split, &self.values, row, self.layout);
        if self.block.is_full(self.layout) {
            let block = std::mem::take(&mut self.block);
            self.block = (self.deliver)(block)?;
        }
        Ok(Ok(()))
    }
}
