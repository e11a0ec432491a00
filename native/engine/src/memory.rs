//! The buffers of a model, and the values and gradients that lie in them.

use crate::matrix::Matrix;
use crate::storage::Floats;
use error_code::Result;

/// The columns `offset .. offset + width` of a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnSpan {
    pub buffer: usize,
    pub offset: usize,
    pub width: usize,
}

/// Which buffers there are, and what lies where in them. Gradients have buffers of their own with the same spans.
pub struct Buffers {
    /// Row stride of each buffer, in elements.
    pub strides: Vec<usize>,
    /// For each value, where it lies.
    pub spans: Vec<ColumnSpan>,
    /// For each operation, the buffer of its own that it has if it defines a `scratch_width`.
    pub scratch: Vec<Option<ColumnSpan>>,
    /// Gradient buffers that are zeroed before the backward pass.
    pub zeroed: Vec<bool>,
}

/// Memory for the largest batch so far.
#[derive(Default)]
pub struct Memory {
    /// Rows of the largest batch so far.
    capacity: usize,
    values: Vec<Matrix>,
    scratch: Vec<Option<Matrix>>,
    gradients: Vec<Matrix>,
    to_zero: Vec<Matrix>,
    /// Own the memory that the matrices above are views of.
    buffers: Vec<Floats>,
}

impl Memory {
    /// Allocates memory for `batch` rows, unless there is enough.
    ///
    /// # Errors
    /// InvalidState when the machine does not have that much memory.
    pub fn reserve(&mut self, layout: &Buffers, batch: usize) -> Result<()> {
        if batch <= self.capacity {
            return Ok(());
        }
        *self = Self::default();
        let mut buffers = Vec::new();
        for stride in layout.strides.iter().chain(&layout.strides) {
            buffers.push(Floats::zeroed(batch * stride)?);
        }
        let (values, gradients) = buffers.split_at_mut(layout.strides.len());
        let view = |buffers: &mut [Floats], span: &ColumnSpan| {
            Matrix::new(
                &mut buffers[span.buffer],
                batch,
                span.width,
                layout.strides[span.buffer],
                span.offset,
            )
        };
        self.values = layout.spans.iter().map(|span| view(values, span)).collect();
        self.scratch = layout
            .scratch
            .iter()
            .map(|span| span.as_ref().map(|span| view(values, span)))
            .collect();
        self.gradients = layout.spans.iter().map(|span| view(gradients, span)).collect();
        self.to_zero = (0..layout.strides.len())
            .filter(|&buffer| layout.zeroed[buffer])
            .map(|buffer| {
                view(
                    gradients,
                    &ColumnSpan {
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

    /// The first `batch` rows of a value's gradient.
    pub fn gradient(&self, index: usize, batch: usize) -> Matrix {
        self.gradients[index].first_rows(batch)
    }

    /// An operation's own buffer, if it has one.
    pub fn scratch(&self, operation: usize, batch: usize) -> Option<Matrix> {
        self.scratch[operation].map(|matrix| matrix.first_rows(batch))
    }

    /// Zeroes the gradient buffers to which every operation adds.
    pub fn zero_gradients(&self, batch: usize) {
        for matrix in &self.to_zero {
            for row in 0..batch {
                // SAFETY: no operation is running.
                unsafe { matrix.row_mut(row) }.fill(0.0);
            }
        }
    }
}
