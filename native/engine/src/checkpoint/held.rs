//! How a tensor of a checkpoint is read where a rank has only a part of it.

use std::io::{BufReader, Read, Seek};
use std::ops::Range;

use super::tensors::{BLOCK, TRAINED, TRAINED_VALUES};
use crate::parameter::{Held, Parameter};
use crate::trained_rows::TrainedRows;

/// The set of trained rows of the table that a tensor of `row_tensors` belongs to.
pub(super) struct TrainedOf<'a> {
    trained: &'a mut TrainedRows,
    /// The number of the table's rows, if the tensor has flags of the rows and not of the values.
    flags: Option<usize>,
    /// The rows that are held here, if not all are.
    held: Option<Range<usize>>,
}

/// The set that a tensor has of a table, if anything of the table is held here.
pub(super) fn trained_mut<'a>(parameters: &'a mut [Parameter], name: &str) -> Option<TrainedOf<'a>> {
    let of_rows = name.strip_suffix(TRAINED);
    let base = of_rows.or(name.strip_suffix(TRAINED_VALUES))?;
    let parameter = parameters.iter_mut().find(|parameter| parameter.name == base)?;
    Some(TrainedOf {
        flags: of_rows.map(|_| parameter.full_shape[0]),
        held: match &parameter.held {
            Held::Rows(rows) => Some(rows.clone()),
            _ => None,
        },
        trained: parameter.trained.as_mut()?,
    })
}

impl TrainedOf<'_> {
    /// Reads the whole tensor and keeps what is held.
    pub fn read(self, file: &mut BufReader<impl Read + Seek>) -> std::io::Result<()> {
        match (self.flags, self.held) {
            (Some(rows), _) if self.trained.shares_rows() => {
                let mut flags = vec![0u8; rows];
                file.read_exact(&mut flags)?;
                self.trained.set_by_rows(&flags);
                Ok(())
            }
            (Some(rows), Some(held)) => {
                file.seek_relative(held.start as i64)?;
                read_trained(file, self.trained)?;
                file.seek_relative((rows - held.end) as i64)
            }
            _ => read_trained(file, self.trained),
        }
    }
}

/// The values of a tensor of which anything is held here.
pub(super) fn tensor_mut<'a>(parameters: &'a mut [Parameter], name: &str) -> Option<HeldValues<'a>> {
    for parameter in parameters
        .iter_mut()
        .filter(|parameter| parameter.held != Held::Nothing)
    {
        let held = parameter.held.clone();
        if parameter.name == name {
            return Some(HeldValues {
                values: &mut parameter.values,
                shape: parameter.full_shape.clone(),
                held,
            });
        }
        if let Some(rest) = name
            .strip_prefix(&parameter.name)
            .and_then(|rest| rest.strip_prefix('/'))
            && let Some(state) = parameter.states.iter_mut().find(|state| state.name == rest)
        {
            return Some(HeldValues {
                values: &mut state.values,
                shape: state.shape.clone(),
                held,
            });
        }
    }
    None
}

fn read_trained(file: &mut impl Read, trained: &mut TrainedRows) -> std::io::Result<()> {
    let mut block = vec![0u8; BLOCK];
    let count = trained.byte_count();
    for first in (0..count).step_by(BLOCK) {
        let block = &mut block[..BLOCK.min(count - first)];
        file.read_exact(block)?;
        trained.set_bytes(first, block);
    }
    Ok(())
}

/// A tensor's values in this model, which may be some columns or rows of those in a file.
pub(super) struct HeldValues<'a> {
    values: &'a mut [f32],
    /// Of the tensor in the file.
    shape: Vec<usize>,
    held: Held,
}

impl HeldValues<'_> {
    /// Reads the whole tensor and keeps what is held.
    pub fn read(self, file: &mut BufReader<impl Read + Seek>) -> std::io::Result<()> {
        match self.held {
            Held::Columns(columns) => {
                let mut row = vec![0f32; self.shape[1]];
                for values in self.values.chunks_exact_mut(columns.len()) {
                    read_values(file, &mut row)?;
                    values.copy_from_slice(&row[columns.clone()]);
                }
                Ok(())
            }
            Held::Rows(rows) => {
                let bytes = |rows: usize| 4 * (rows * self.shape[1..].iter().product::<usize>()) as i64;
                file.seek_relative(bytes(rows.start))?;
                read_values(file, self.values)?;
                file.seek_relative(bytes(self.shape[0] - rows.end))
            }
            _ => read_values(file, self.values),
        }
    }
}

fn read_values(file: &mut impl Read, values: &mut [f32]) -> std::io::Result<()> {
    let mut block = vec![0u8; 4 * BLOCK.min(values.len())];
    for values in values.chunks_mut(BLOCK) {
        let block = &mut block[..4 * values.len()];
        file.read_exact(block)?;
        for (value, bytes) in values.iter_mut().zip(block.as_chunks::<4>().0) {
            *value = f32::from_le_bytes(*bytes);
        }
    }
    Ok(())
}
