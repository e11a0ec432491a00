//! The buffers of one model for one batch size and the values and gradients in them.

use crate::error::Result;
use crate::layout::{Layout, Place};
use crate::matrix::Matrix;
use crate::storage::Floats;

/// Scratch space that grows to the largest batch seen.
#[derive(Default)]
pub struct Memory {
    capacity: usize,
    values: Vec<Matrix>,
    scratch: Vec<Option<Matrix>>,
    gradients: Vec<Matrix>,
    to_zero: Vec<Matrix>,
    /// Owns what the windows above look into.
    buffers: Vec<Floats>,
}

impl Memory {
    /// Makes room for `batch` rows.
    ///
    /// # Errors
    /// InvalidState when the machine has not that much memory.
    pub fn reserve(&mut self, layout: &Layout, batch: usize) -> Result<()> {
        if batch <= self.capacity {
            return Ok(());
        }
        *self = Self::default();
        let mut buffers = Vec::new();
        for stride in layout.strides.iter().chain(&layout.strides) {
            buffers.push(Floats::zeroed(batch * stride)?);
        }
        let (values, gradients) = buffers.split_at_mut(layout.strides.len());
        let window = |buffers: &mut [Floats], place: &Place| {
            Matrix::new(
                &mut buffers[place.buffer],
                batch,
                place.width,
                layout.strides[place.buffer],
                place.offset,
            )
        };
        self.values = layout.places.iter().map(|place| window(values, place)).collect();
        self.scratch = layout
            .scratch
            .iter()
            .map(|place| place.as_ref().map(|place| window(values, place)))
            .collect();
        self.gradients = layout
            .places
            .iter()
            .map(|place| window(gradients, place))
            .collect();
        self.to_zero = (0..layout.strides.len())
            .filter(|&buffer| layout.zeroed[buffer])
            .map(|buffer| {
                window(
                    gradients,
                    &Place {
                        buffer,
                        offset: 0,
                        width: layout.strides[buffer],
                    },
                )
            })
            .collect();
        self.buffers = buffers;
        self.capacity = batch;
        Ok(())
    }

    /// A value's first `batch` rows.
    pub fn value(&self, index: usize, batch: usize) -> Matrix {
        self.values[index].first_rows(batch)
    }

    /// The gradient of a value.
    pub fn gradient(&self, index: usize, batch: usize) -> Matrix {
        self.gradients[index].first_rows(batch)
    }

    /// An operation's own buffer, if it has one.
    pub fn scratch(&self, operation: usize, batch: usize) -> Option<Matrix> {
        self.scratch[operation].map(|matrix| matrix.first_rows(batch))
    }

    /// Zeroes the gradient buffers that are only added to.
    pub fn zero_gradients(&self, batch: usize) {
        for matrix in &self.to_zero {
            for row in 0..batch {
                // SAFETY: no operation is running.
                unsafe { matrix.row_mut(row) }.fill(0.0);
            }
        }
    }
}
