//! Rows of Arrow record batches. Structures become columns with a path as their name, and lists become one text of their items.

use std::collections::HashMap;
use std::ops::Range;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Field};

use super::arrow_values::{WriteValue, kind_of, writer};
use super::block::TableBlock;
use super::items::Items;
use super::{FileColumn, WantedColumn};

/// How deep structures and lists may be nested.
const MAX_DEPTH: usize = 32;

/// The columns of a schema, and the names of fields whose type has no text.
pub fn columns_of<'a>(fields: impl IntoIterator<Item = &'a Field>) -> (Vec<FileColumn>, Vec<String>) {
    let mut found = (Vec::new(), Vec::new());
    for field in fields {
        collect(field.name(), field.data_type(), false, 0, &mut found);
    }
    found
}

fn collect(
    name: &str,
    data_type: &DataType,
    list: bool,
    depth: usize,
    found: &mut (Vec<FileColumn>, Vec<String>),
) {
    use DataType::*;
    match data_type {
        _ if depth > MAX_DEPTH => found.1.push(name.to_string()),
        Struct(fields) => {
            for field in fields {
                let path = format!("{name}.{}", field.name());
                collect(&path, field.data_type(), list, depth + 1, found);
            }
        }
        List(item) | LargeList(item) | FixedSizeList(item, _) | Map(item, _) => {
            collect(name, item.data_type(), true, depth + 1, found);
        }
        _ => match kind_of(data_type) {
            Some(kind) => found.0.push(FileColumn {
                name: name.to_string(),
                kind,
                list,
            }),
            None => found.1.push(name.to_string()),
        },
    }
}

/// A record batch whose rows are taken one after the other.
pub struct BatchRows {
    batch: RecordBatch,
    next: usize,
}

impl BatchRows {
    pub fn new(batch: RecordBatch) -> Self {
        Self { batch, next: 0 }
    }

    /// Adds rows until the block is full or the batch has no more. `before` is the number of rows before this batch.
    pub fn fill(&mut self, wanted: &[WantedColumn], before: u64, block: &mut TableBlock) {
        let mut found = HashMap::new();
        for (field, array) in self.batch.schema_ref().fields().iter().zip(self.batch.columns()) {
            paths(
                field.name(),
                array,
                0,
                &mut Vec::new(),
                &mut |name, steps, array| {
                    if let Some(write) = writer(array) {
                        let steps = steps.to_vec();
                        found.insert(name.to_string(), Column { steps, write });
                    }
                },
            );
        }
        let columns: Vec<_> = wanted
            .iter()
            .map(|column| {
                if column.needed {
                    found.remove(&column.name)
                } else {
                    None
                }
            })
            .collect();
        while self.next < self.batch.num_rows() && !block.is_full() {
            block.begin(before + self.next as u64 + 1);
            for (index, (column, wanted)) in columns.iter().zip(wanted).enumerate() {
                let Some(Column { steps, write }) = column else {
                    block.field(|_| {});
                    continue;
                };
                let is_list = steps.iter().any(|step| matches!(step, Step::Items(_)));
                let mut items = Items::new(wanted.separator, is_list);
                block.field(|text| {
                    visit(steps, self.next, &mut |row| {
                        items.add(text, |text| write(row, text))
                    });
                });
                if let Some(reason) = items.fault() {
                    block.reject(Some(index), reason);
                }
            }
            block.end();
            self.next += 1;
        }
    }

    pub fn rows(&self) -> usize {
        self.batch.num_rows()
    }

    pub fn is_done(&self) -> bool {
        self.next >= self.batch.num_rows()
    }
}

/// A column of a batch: the way from a row to its values.
struct Column<'a> {
    steps: Vec<Step<'a>>,
    write: WriteValue<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    /// Nothing follows where a value is null.
    Present(&'a NullBuffer),
    /// The items of a list follow.
    Items(&'a ArrayRef),
}

/// Calls `found` with the name, the way and the values of each column in an array.
fn paths<'a>(
    name: &str,
    array: &'a ArrayRef,
    depth: usize,
    steps: &mut Vec<Step<'a>>,
    found: &mut impl FnMut(&str, &[Step<'a>], &'a ArrayRef),
) {
    if depth > MAX_DEPTH {
        return;
    }
    let before = steps.len();
    steps.extend(array.nulls().map(Step::Present));
    let structure = match array.data_type() {
        DataType::Struct(_) => Some(array.as_struct()),
        DataType::Map(..) => {
            steps.push(Step::Items(array));
            Some(array.as_map().entries())
        }
        _ => None,
    };
    if let Some(structure) = structure {
        for (field, child) in structure.fields().iter().zip(structure.columns()) {
            paths(
                &format!("{name}.{}", field.name()),
                child,
                depth + 1,
                steps,
                found,
            );
        }
    } else if let Some(values) = items_of(array) {
        steps.push(Step::Items(array));
        paths(name, values, depth + 1, steps, found);
    } else {
        found(name, steps, array);
    }
    steps.truncate(before);
}

/// The items of all lists in an array of lists.
fn items_of(array: &ArrayRef) -> Option<&ArrayRef> {
    Some(match array.data_type() {
        DataType::List(_) => array.as_list::<i32>().values(),
        DataType::LargeList(_) => array.as_list::<i64>().values(),
        DataType::FixedSizeList(..) => array.as_fixed_size_list().values(),
        _ => return None,
    })
}

/// Where the items of a row's list are.
fn range_of(array: &ArrayRef, row: usize) -> Range<usize> {
    match array.data_type() {
        DataType::List(_) => {
            let offsets = array.as_list::<i32>().value_offsets();
            offsets[row] as usize..offsets[row + 1] as usize
        }
        DataType::LargeList(_) => {
            let offsets = array.as_list::<i64>().value_offsets();
            offsets[row] as usize..offsets[row + 1] as usize
        }
        DataType::Map(..) => {
            let offsets = array.as_map().value_offsets();
            offsets[row] as usize..offsets[row + 1] as usize
        }
        _ => {
            let list = array.as_fixed_size_list();
            let start = list.value_offset_at(row);
            start..start + list.value_length() as usize
        }
    }
}

/// Calls `visit_value` with the index of each value of a row, until it says that it needs no more.
fn visit(steps: &[Step<'_>], row: usize, visit_value: &mut impl FnMut(usize) -> bool) -> bool {
    match steps {
        [] => visit_value(row),
        [Step::Present(nulls), rest @ ..] => nulls.is_null(row) || visit(rest, row, visit_value),
        [Step::Items(array), rest @ ..] => range_of(array, row).all(|item| visit(rest, item, visit_value)),
    }
}
