//! The rows that a rank pools with its tables for the whole batch, and their exchange.

use std::ops::Range;

use ranks::{Communicator, ExchangeKind, Leaves, Pending};

use super::placement::Placement;
use crate::matrix::Matrix;
use crate::memory::Memory;
use error_code::{Error, Result};

/// One bag's columns within the pooled rows of its rank.
struct Column {
    output: usize,
    /// The columns of the output.
    columns: Range<usize>,
    rank: usize,
    /// Where they begin in a pooled row of the rank.
    offset: usize,
}

pub(crate) struct PooledRows {
    rank: usize,
    leaves: Leaves,
    columns: Vec<Column>,
    /// Width of a pooled row, for each rank.
    widths: Vec<usize>,
    /// Rows of the batch.
    batch: usize,
    /// `[batch, width]` of this rank. The part for each rank is contiguous.
    values: Vec<f32>,
    gradients: Vec<f32>,
    /// What other ranks have pooled for this rank's rows, and their gradients: `[own rows, width]` for each rank in turn.
    own_values: Vec<f32>,
    own_gradients: Vec<f32>,
    /// For each of the model's bags, where its pooled rows and their gradients are.
    views: Vec<(Matrix, Matrix)>,
}

/// An exchange that gives its two buffers back.
pub(crate) type Exchanged = Pending<(Vec<f32>, Vec<f32>)>;

impl PooledRows {
    pub fn new(placement: &Placement, rank: usize, leaves: Leaves) -> Self {
        let mut widths = vec![0; leaves.ranks()];
        let columns = placement.bags.iter().map(|placed| {
            let offset = widths[placed.rank];
            widths[placed.rank] += placed.columns.len();
            Column {
                output: placed.bag.output,
                columns: placed.columns.clone(),
                rank: placed.rank,
                offset,
            }
        });
        Self {
            rank,
            leaves,
            columns: columns.collect(),
            widths,
            batch: 0,
            values: Vec::new(),
            gradients: Vec::new(),
            own_values: Vec::new(),
            own_gradients: Vec::new(),
            views: Vec::new(),
        }
    }

    /// Makes room for a batch.
    pub fn reserve(&mut self, batch: usize) {
        self.batch = batch;
        let own = self.leaves.rows_of_rank(self.rank, batch).len();
        let (width, all) = (self.widths[self.rank], self.widths.iter().sum::<usize>());
        self.values.resize(batch * width, 0.0);
        self.gradients.resize(batch * width, 0.0);
        self.own_values.resize(own * all, 0.0);
        self.own_gradients.resize(own * all, 0.0);
        let mut views = Vec::new();
        for column in self.columns.iter().filter(|column| column.rank == self.rank) {
            let view = |memory: &mut [f32]| {
                Matrix::new(memory, batch, width, width, 0).columns(column.offset, column.columns.len())
            };
            views.push((view(&mut self.values), view(&mut self.gradients)));
        }
        self.views = views;
    }

    /// Where the bag at `index` of the model's bags writes its pooled rows, `[batch, dimension]`.
    pub fn value(&self, index: usize) -> Matrix {
        self.views[index].0
    }

    /// The gradients of these rows, once they have come back.
    pub fn gradient(&self, index: usize) -> Matrix {
        self.views[index].1
    }

    /// For each rank: how many values of this rank's pooled rows are for its rows, and how many values of its pooled rows are
    /// for this rank's rows.
    fn counts(&self) -> (Vec<usize>, Vec<usize>) {
        let own = self.leaves.rows_of_rank(self.rank, self.batch).len();
        let counts = self.widths.iter().enumerate().map(|(rank, width)| {
            let rows = self.leaves.rows_of_rank(rank, self.batch).len();
            (rows * self.widths[self.rank], own * width)
        });
        counts.unzip()
    }

    fn bytes(&self) -> usize {
        let (there, back) = self.counts();
        4 * (there.iter().sum::<usize>() - there[self.rank] + back.iter().sum::<usize>() - back[self.rank])
    }

    /// Sends the pooled rows to the ranks that have the rows of the batch.
    pub fn send_values(&mut self, communicator: &Communicator) -> Exchanged {
        let (values, mut own) = (
            std::mem::take(&mut self.values),
            std::mem::take(&mut self.own_values),
        );
        let (sent, received) = self.counts();
        communicator.start(ExchangeKind::Pooled, self.bytes(), move |transport| {
            transport.all_to_all((&values, &sent), (&mut own, &received))?;
            Ok((values, own))
        })
    }

    /// Puts the pooled rows that came for this rank's rows where the operations read them.
    ///
    /// # Errors
    /// InvalidState when the network failed.
    pub fn receive_values(&mut self, exchanged: Exchanged, memory: &Memory) -> Result<()> {
        (self.values, self.own_values) = exchanged.wait().map_err(Error::state)?;
        let rows = self.leaves.rows_of_rank(self.rank, self.batch).len();
        for (column, start, width) in self.own_columns(rows) {
            let output = memory.value(column.output, rows);
            for row in 0..rows {
                let values = &self.own_values[start + row * width + column.offset..][..column.columns.len()];
                // SAFETY: no operation reads the output before this.
                let output = unsafe { output.row_mut(row) };
                output[column.columns.clone()].copy_from_slice(values);
            }
        }
        Ok(())
    }

    /// Sends the gradients of the pooled rows back to the ranks that have the tables.
    pub fn send_gradients(&mut self, communicator: &Communicator, memory: &Memory) -> Exchanged {
        let rows = self.leaves.rows_of_rank(self.rank, self.batch).len();
        let (mut gradients, mut own) = (
            std::mem::take(&mut self.gradients),
            std::mem::take(&mut self.own_gradients),
        );
        for (column, start, width) in self.own_columns(rows) {
            let gradient = memory.gradient(column.output, rows);
            for row in 0..rows {
                // SAFETY: every operation that writes this gradient has run.
                let values = &unsafe { gradient.row(row) }[column.columns.clone()];
                own[start + row * width + column.offset..][..column.columns.len()].copy_from_slice(values);
            }
        }
        let (received, sent) = self.counts();
        communicator.start(ExchangeKind::PooledGradients, self.bytes(), move |transport| {
            transport.all_to_all((&own, &sent), (&mut gradients, &received))?;
            Ok((gradients, own))
        })
    }

    /// # Errors
    /// InvalidState when the network failed.
    pub fn receive_gradients(&mut self, exchanged: Exchanged) -> Result<()> {
        (self.gradients, self.own_gradients) = exchanged.wait().map_err(Error::state)?;
        Ok(())
    }

    /// Every bag's columns, with the place where its rank's part of `own_values` begins and the width of that part's rows.
    fn own_columns(&self, rows: usize) -> impl Iterator<Item = (&Column, usize, usize)> {
        let starts: Vec<usize> = self
            .widths
            .iter()
            .scan(0, |next, width| {
                let start = *next;
                *next += rows * width;
                Some(start)
            })
            .collect();
        self.columns
            .iter()
            .map(move |column| (column, starts[column.rank], self.widths[column.rank]))
    }
}
