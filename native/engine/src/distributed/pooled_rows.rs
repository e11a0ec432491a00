//! The rows that a rank pools with its tables for the whole batch, and their exchange.

use std::ops::Range;

use ranks::{Communicator, ExchangeKind, Leaves, Pending, Transport};
use serde::Deserialize;

use super::placement::Placement;
use crate::matrix::{Matrix, for_rows};
use crate::memory::Memory;
use crate::pool::Pool;
use crate::storage::Floats;
use error_code::{Error, Result};

/// How pooled rows get to the ranks that have the samples, and their gradients back: the three ways that Naumov et al. 2019
/// and the reference compare.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ExchangeMethod {
    /// One exchange for each table, from its rank to all.
    Scatter,
    /// One exchange for each rank, with all of its tables.
    FusedScatter,
    /// One exchange in which every rank sends to every other.
    #[default]
    AllToAll,
}

/// One bag's columns within the pooled rows of its rank.
#[derive(Clone)]
struct Column {
    output: usize,
    /// The columns of the output.
    columns: Range<usize>,
    rank: usize,
    /// Where they begin in a pooled row of the rank.
    offset: usize,
}

/// The pooled rows of all tables, for exchanges table by table.
struct TableExchange {
    rank: usize,
    /// Rows of the batch, for each rank.
    rows: Vec<usize>,
    /// Width of a pooled row, for each rank.
    widths: Vec<usize>,
    columns: Vec<Column>,
}

impl TableExchange {
    /// How many values each rank has of rows of this width.
    fn counts(&self, width: usize) -> Vec<usize> {
        self.rows.iter().map(|rows| rows * width).collect()
    }

    /// Where the values from a rank begin among those of this rank's rows.
    fn start(&self, rank: usize) -> usize {
        self.rows[self.rank] * self.widths[..rank].iter().sum::<usize>()
    }

    fn scatter(&self, transport: &mut dyn Transport, values: &[f32], own: &mut [f32]) -> ranks::Result<()> {
        let (mut table, mut received) = (Vec::new(), Vec::new());
        for column in &self.columns {
            let (width, row_width) = (column.columns.len(), self.widths[column.rank]);
            table.clear();
            if column.rank == self.rank {
                for row in values.chunks_exact(row_width) {
                    table.extend_from_slice(&row[column.offset..][..width]);
                }
            }
            received.resize(self.rows[self.rank] * width, 0.0);
            transport.scatter(column.rank, (&table, &self.counts(width)), &mut received)?;
            let own = &mut own[self.start(column.rank)..];
            for (row, values) in own.chunks_exact_mut(row_width).zip(received.chunks_exact(width)) {
                row[column.offset..][..width].copy_from_slice(values);
            }
        }
        Ok(())
    }

    fn gather(&self, transport: &mut dyn Transport, own: &[f32], gradients: &mut [f32]) -> ranks::Result<()> {
        let (mut sent, mut table) = (Vec::new(), Vec::new());
        for column in &self.columns {
            let (width, row_width) = (column.columns.len(), self.widths[column.rank]);
            sent.clear();
            let rows = own[self.start(column.rank)..].chunks_exact(row_width);
            for row in rows.take(self.rows[self.rank]) {
                sent.extend_from_slice(&row[column.offset..][..width]);
            }
            let counts = self.counts(width);
            let is_own = column.rank == self.rank;
            table.resize(if is_own { counts.iter().sum() } else { 0 }, 0.0);
            transport.gather(column.rank, &sent, (&mut table, &counts))?;
            if is_own {
                for (row, values) in gradients
                    .chunks_exact_mut(row_width)
                    .zip(table.chunks_exact(width))
                {
                    row[column.offset..][..width].copy_from_slice(values);
                }
            }
        }
        Ok(())
    }
}

pub(crate) struct PooledRows {
    method: ExchangeMethod,
    rank: usize,
    leaves: Leaves,
    columns: Vec<Column>,
    /// Width of a pooled row, for each rank.
    widths: Vec<usize>,
    /// Rows of the batch.
    batch: usize,
    /// `[batch, width]` of this rank. The part for each rank is contiguous.
    values: Floats,
    gradients: Floats,
    /// What other ranks have pooled for this rank's rows, and their gradients: `[own rows, width]` for each rank in turn.
    own_values: Floats,
    own_gradients: Floats,
    /// For each of the model's bags, where its pooled rows and their gradients are.
    views: Vec<(Matrix, Matrix)>,
}

/// An exchange that gives its two buffers back.
pub(crate) type Exchanged = Pending<(Floats, Floats)>;

impl PooledRows {
    pub fn new(placement: &Placement, rank: usize, leaves: Leaves, method: ExchangeMethod) -> Self {
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
            method,
            rank,
            leaves,
            columns: columns.collect(),
            widths,
            batch: 0,
            values: Floats::default(),
            gradients: Floats::default(),
            own_values: Floats::default(),
            own_gradients: Floats::default(),
            views: Vec::new(),
        }
    }

    /// Makes room for a batch.
    ///
    /// # Errors
    /// InvalidState when the machine does not have that much memory.
    pub fn reserve(&mut self, batch: usize) -> Result<()> {
        self.batch = batch;
        let own = self.leaves.rows_of_rank(self.rank, batch).len();
        let (width, all) = (self.widths[self.rank], self.widths.iter().sum::<usize>());
        self.values.make_room(batch * width)?;
        self.gradients.make_room(batch * width)?;
        self.own_values.make_room(own * all)?;
        self.own_gradients.make_room(own * all)?;
        let mut views = Vec::new();
        for column in self.columns.iter().filter(|column| column.rank == self.rank) {
            let view = |memory: &mut [f32]| {
                Matrix::new(memory, batch, width, width, 0).columns(column.offset, column.columns.len())
            };
            views.push((view(&mut self.values), view(&mut self.gradients)));
        }
        self.views = views;
        Ok(())
    }

    /// How many bags this rank pools.
    pub fn bags(&self) -> usize {
        self.columns
            .iter()
            .filter(|column| column.rank == self.rank)
            .count()
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

    /// How many exchanges there are in one direction, and how many bytes this rank sends and receives in them.
    fn size(&self) -> (usize, usize) {
        let (there, back) = self.counts();
        let values =
            there.iter().sum::<usize>() - there[self.rank] + back.iter().sum::<usize>() - back[self.rank];
        let count = match self.method {
            ExchangeMethod::AllToAll => 1,
            ExchangeMethod::FusedScatter => self.widths.iter().filter(|width| **width > 0).count(),
            ExchangeMethod::Scatter => self.columns.len(),
        };
        (count, 4 * values)
    }

    /// Sends the pooled rows to the ranks that have the rows of the batch.
    pub fn send_values(&mut self, communicator: &Communicator) -> Exchanged {
        let (values, mut own) = (
            std::mem::take(&mut self.values),
            std::mem::take(&mut self.own_values),
        );
        let (sent, received) = self.counts();
        let method = self.method;
        let tables = self.tables();
        communicator.start_several(ExchangeKind::Pooled, self.size(), move |transport| {
            match method {
                ExchangeMethod::AllToAll => transport.all_to_all((&values, &sent), (&mut own, &received))?,
                ExchangeMethod::FusedScatter => {
                    let mut rest = &mut own[..];
                    for (root, &count) in received.iter().enumerate() {
                        let (of_root, others) = std::mem::take(&mut rest).split_at_mut(count);
                        rest = others;
                        let counts = tables.counts(tables.widths[root]);
                        let sent = if root == tables.rank { &values[..] } else { &[] };
                        transport.scatter(root, (sent, &counts), of_root)?;
                    }
                }
                ExchangeMethod::Scatter => tables.scatter(transport, &values, &mut own)?,
            }
            Ok((values, own))
        })
    }

    /// Puts the pooled rows that came for this rank's rows where the operations read them.
    ///
    /// # Errors
    /// InvalidState when the network failed.
    pub fn receive_values(&mut self, exchanged: Exchanged, memory: &Memory, pool: &Pool) -> Result<()> {
        (self.values, self.own_values) = exchanged.wait().map_err(Error::state)?;
        let mut own = std::mem::take(&mut self.own_values);
        let outputs = self.of_operations(|output, rows| memory.value(output, rows));
        copy(pool, &self.of_ranks(&mut own), &outputs);
        self.own_values = own;
        Ok(())
    }

    /// Sends the gradients of the pooled rows back to the ranks that have the tables.
    pub fn send_gradients(&mut self, communicator: &Communicator, memory: &Memory, pool: &Pool) -> Exchanged {
        let (mut gradients, mut own) = (
            std::mem::take(&mut self.gradients),
            std::mem::take(&mut self.own_gradients),
        );
        let outputs = self.of_operations(|output, rows| memory.gradient(output, rows));
        copy(pool, &outputs, &self.of_ranks(&mut own));
        let (received, sent) = self.counts();
        let method = self.method;
        let tables = self.tables();
        communicator.start_several(ExchangeKind::PooledGradients, self.size(), move |transport| {
            match method {
                ExchangeMethod::AllToAll => {
                    transport.all_to_all((&own, &sent), (&mut gradients, &received))?
                }
                ExchangeMethod::FusedScatter => {
                    let mut rest = &own[..];
                    for (root, &count) in sent.iter().enumerate() {
                        let (for_root, others) = rest.split_at(count);
                        rest = others;
                        let counts = tables.counts(tables.widths[root]);
                        let received = if root == tables.rank {
                            &mut gradients[..]
                        } else {
                            &mut []
                        };
                        transport.gather(root, for_root, (received, &counts))?;
                    }
                }
                ExchangeMethod::Scatter => tables.gather(transport, &own, &mut gradients)?,
            }
            Ok((gradients, own))
        })
    }

    /// # Errors
    /// InvalidState when the network failed.
    pub fn receive_gradients(&mut self, exchanged: Exchanged) -> Result<()> {
        (self.gradients, self.own_gradients) = exchanged.wait().map_err(Error::state)?;
        Ok(())
    }

    /// What an exchange has to know on its own thread.
    fn tables(&self) -> TableExchange {
        let rows = (0..self.leaves.ranks()).map(|rank| self.leaves.rows_of_rank(rank, self.batch).len());
        TableExchange {
            rank: self.rank,
            rows: rows.collect(),
            widths: self.widths.clone(),
            columns: self.columns.clone(),
        }
    }

    /// For each bag, its columns where the operations have them, of this rank's rows.
    fn of_operations(&self, tensor: impl Fn(usize, usize) -> Matrix) -> Vec<Matrix> {
        let rows = self.leaves.rows_of_rank(self.rank, self.batch).len();
        self.columns
            .iter()
            .map(|column| tensor(column.output, rows).columns(column.columns.start, column.columns.len()))
            .collect()
    }

    /// For each bag, its columns in `own`, which has a part for each rank.
    fn of_ranks(&self, own: &mut [f32]) -> Vec<Matrix> {
        let rows = self.leaves.rows_of_rank(self.rank, self.batch).len();
        let mut rest = own;
        let parts: Vec<Matrix> = self
            .widths
            .iter()
            .map(|&width| {
                let (part, others) = std::mem::take(&mut rest).split_at_mut(rows * width);
                rest = others;
                Matrix::new(part, rows, width, width, 0)
            })
            .collect();
        self.columns
            .iter()
            .map(|column| parts[column.rank].columns(column.offset, column.columns.len()))
            .collect()
    }
}

/// Copies every row of each matrix to the one of the same index. No other operation runs.
fn copy(pool: &Pool, from: &[Matrix], to: &[Matrix]) {
    let elements: usize = to.iter().map(|matrix| 2 * matrix.width()).sum();
    for_rows(
        pool,
        (from, to),
        elements,
        || (),
        |(), _, from, to| {
            for index in 0..from.count() {
                to.get(index).copy_from_slice(from.get(index));
            }
        },
    );
}
