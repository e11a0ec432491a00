//! Checked rows in columns, so that each column is worked on as a whole.

use crate::error::Result;
use crate::inputs::RowVisitor;
use crate::layout::Layout;
use crate::row::{Rejection, RowText, RowValues, read_row};
use crate::split::{Part, Splitter};

/// Fields of a block, about; bounds its memory for tables of any width.
const BLOCK_FIELDS: usize = 1 << 18;
/// Rows of a block, at most.
const BLOCK_ROWS: usize = 1 << 13;
/// Bytes of text in a block, about.
const BLOCK_TEXT: usize = 1 << 22;

/// Accepted rows; every list has one entry a row.
#[derive(Debug, Default)]
pub struct RowBlock {
    pub parts: Vec<Part>,
    pub labels: Vec<f32>,
    /// By dense column; NaN where the field is empty.
    pub dense: Vec<Vec<f64>>,
    /// By sparse column.
    pub sparse: Vec<TextColumn>,
    /// Missing values that a text such as NA stood for: the field's number, and the marker's place in its column.
    pub marked: Vec<(usize, usize)>,
    /// By kept column.
    pub kept: Vec<TextColumn>,
    text_bytes: usize,
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
        self.parts.clear();
        self.labels.clear();
        self.dense.iter_mut().for_each(Vec::clear);
        self.sparse.iter_mut().for_each(TextColumn::clear);
        self.marked.clear();
        self.kept.iter_mut().for_each(TextColumn::clear);
        self.text_bytes = 0;
    }

    fn push(&mut self, part: Part, values: &RowValues, row: &RowText<'_>, layout: &Layout) {
        self.parts.push(part);
        self.labels.push(values.label);
        for ((values, column), value) in self.dense.iter_mut().zip(&layout.dense).zip(&values.dense) {
            values.push(*value);
            // A number needs no look at its text.
            if value.is_nan()
                && let Some(marker) = column.markers.place_of(row.get(column.field))
            {
                self.marked.push((column.field, marker));
            }
        }
        for (texts, column) in self.sparse.iter_mut().zip(&layout.sparse) {
            let text = row.get(column.field);
            match column.markers.place_of(text) {
                None => texts.push(text),
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
        self.parts.len() >= rows || self.text_bytes >= BLOCK_TEXT
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

    fn push(&mut self, field: &str) {
        self.text.push_str(field);
        self.ends.push(self.text.len());
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }
}

/// Sorts rows into blocks; `deliver` takes each full one and gives an empty one for it.
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
    fn visit(&mut self, index: u64, row: &RowText<'_>) -> Result<std::result::Result<(), Rejection>> {
        // The split counts rows, so it sees those that turn out bad as well.
        let part = self.splitter.part_of(index, row);
        let part = match read_row(row, self.layout, &mut self.values).and(part) {
            Ok(part) => part,
            Err(rejection) => return Ok(Err(rejection)),
        };
        self.block.push(part, &self.values, row, self.layout);
        if self.block.is_full(self.layout) {
            let block = std::mem::take(&mut self.block);
            self.block = (self.deliver)(block)?;
        }
        Ok(Ok(()))
    }
}
