//! Training across ranks, after section 4 of Naumov et al. 2019: tables are divided among the ranks (model parallelism), and
//! the rows of a batch are divided among the same ranks for the dense operations (data parallelism). Pooled rows go from the
//! ranks that have the tables to the ranks that have the rows, their gradients go back, and the gradients of dense parameters
//! are summed over all ranks. Exchanges run on a thread of their own beside the computation.
//!
//! Sums over the batch are taken in the order of the leaves (crate `ranks`), so that the number of ranks changes no bit.

mod dense_gradients;
mod placement;
mod pooled_rows;
mod row_exchange;
mod table_exchange;

use std::sync::Arc;
use std::time::Instant;

use batch::Batch;
use ranks::{CommonOrigin, Communicator, ExchangeKind, Leaves, all_gather, broadcast, common_origin};
use serde::Serialize;

use crate::input::ShardLookups;
use crate::layout::Layout;
use crate::matrix::Matrix;
use crate::memory::Memory;
use crate::plan::Plan;
use crate::pool::Pool;
use crate::trace::ExchangeName;
use error_code::{Error, Result};

pub(crate) use placement::{DividedBag, DividedPair, Placement, Shard};
pub(crate) use pooled_rows::ExchangeMethod;

use dense_gradients::DenseGradients;
use pooled_rows::{Exchanged, PooledRows};
use row_exchange::{RowExchange, RowsExchanged};

/// What the exchanges of one kind have taken on a rank.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ExchangeReport {
    name: ExchangeName,
    count: i64,
    /// Sent to other ranks and received from them.
    bytes: i64,
    milliseconds: f64,
    /// The part of these for which the computation had to wait.
    waited_milliseconds: f64,
}

/// What the exchanges of each kind have taken on a rank since the start or the last reset of its totals.
pub fn exchange_reports(communicator: &Communicator) -> Vec<ExchangeReport> {
    let kinds = [
        ExchangeKind::Pooled,
        ExchangeKind::PooledGradients,
        ExchangeKind::DenseGradients,
        ExchangeKind::Other,
    ];
    let report = |kind| {
        let total = communicator.total(kind);
        ExchangeReport {
            name: ExchangeName::from(kind),
            count: total.count as i64,
            bytes: total.bytes as i64,
            milliseconds: total.took.as_secs_f64() * 1e3,
            waited_milliseconds: total.waited.as_secs_f64() * 1e3,
        }
    };
    kinds.map(report).to_vec()
}

/// A model's part in a job of several ranks.
pub(crate) struct Distribution {
    pub communicator: Arc<Communicator>,
    pub leaves: Leaves,
    pooled: PooledRows,
    rows: RowExchange,
    /// The tables whose rows are divided, and the pairs of which one is.
    pub divided: Vec<DividedBag>,
    pub pairs: Vec<DividedPair>,
    pub dense: DenseGradients,
    /// For each sparse column of the plan, whether this rank looks it up.
    pub columns: Vec<bool>,
    /// This rank's rows of the batch: dense values and labels, no columns.
    pub own: Batch,
    /// Where they begin in the batch.
    pub first_row: usize,
    /// The first operation of the forward pass that reads pooled rows.
    pub first_reader: usize,
}

impl Distribution {
    pub fn new(
        plan: &Plan,
        layout: &Layout,
        placement: Placement,
        communicator: Arc<Communicator>,
        method: ExchangeMethod,
    ) -> Self {
        let leaves = Leaves::new(communicator.ranks());
        let rank = communicator.rank();
        let mut columns = vec![false; plan.tensors.inputs.sparse.len()];
        // The rank of a sample has to know which ranks have its rows.
        let divided = placement.divided.iter().map(|divided| &divided.bag);
        for bag in placement.bags_of_rank(rank).iter().chain(divided) {
            columns[bag.column] = true;
        }
        Self {
            leaves,
            columns,
            pooled: PooledRows::new(&placement, rank, leaves, method),
            rows: RowExchange::new(&placement, rank, leaves, method),
            dense: DenseGradients::new(leaves.nodes_of_rank(rank)),
            own: Batch::default(),
            first_row: 0,
            first_reader: first_reader(plan, layout, &placement),
            divided: placement.divided,
            pairs: placement.pairs,
            communicator,
        }
    }

    /// Makes room for a batch's lookups. `shard` has those of each of the rank's bags whose table's rows are divided.
    ///
    /// # Errors
    /// InvalidState when the machine does not have that much memory.
    pub fn reserve<'a>(&mut self, batch: &Batch, shard: impl Fn(usize) -> &'a ShardLookups) -> Result<()> {
        self.pooled.reserve(batch.size)?;
        let first = self.pooled.bags();
        self.rows.prepare(batch, |position| shard(first + position));
        Ok(())
    }

    /// Where the bag at `index` of the model's bags writes its rows: `[batch, dimension]`, or `[lookups, dimension]` where the
    /// table's rows are divided.
    pub fn value(&self, index: usize) -> Matrix {
        match index.checked_sub(self.pooled.bags()) {
            Some(position) => self.rows.value(position),
            None => self.pooled.value(index),
        }
    }

    /// The gradients of these rows, once they have come back: `[batch, dimension]`, or `[samples, dimension]` of the samples
    /// that look up a row of this rank.
    pub fn gradient(&self, index: usize) -> Matrix {
        match index.checked_sub(self.pooled.bags()) {
            Some(position) => self.rows.gradient(position),
            None => self.pooled.gradient(index),
        }
    }

    /// Sends the rows that this rank has looked up to the ranks that have the samples.
    pub fn send_values(&mut self) -> Sent {
        Sent {
            pooled: self.pooled.send_values(&self.communicator),
            rows: (!self.rows.is_empty()).then(|| self.rows.send_rows(&self.communicator)),
        }
    }

    /// Puts the pooled rows of this rank's samples where the operations read them.
    ///
    /// # Errors
    /// InvalidState when the network failed.
    pub fn receive_values(&mut self, sent: Sent, memory: &Memory, pool: &Pool) -> Result<()> {
        self.pooled.receive_values(sent.pooled, memory, pool)?;
        sent.rows
            .map_or(Ok(()), |rows| self.rows.receive_rows(rows, memory))
    }

    /// Sends the gradients of the pooled rows back to the ranks that have the tables.
    pub fn send_gradients(&mut self, memory: &Memory, pool: &Pool) -> Sent {
        Sent {
            pooled: self.pooled.send_gradients(&self.communicator, memory, pool),
            rows: (!self.rows.is_empty()).then(|| self.rows.send_gradients(&self.communicator, memory)),
        }
    }

    /// # Errors
    /// InvalidState when the network failed.
    pub fn receive_gradients(&mut self, sent: Sent) -> Result<()> {
        self.pooled.receive_gradients(sent.pooled)?;
        sent.rows.map_or(Ok(()), |rows| self.rows.receive_gradients(rows))
    }

    pub fn rank(&self) -> usize {
        self.communicator.rank()
    }

    /// What the exchanges of each kind have taken on this rank since the last `reset_exchanges`.
    pub fn exchanges(&self) -> Vec<ExchangeReport> {
        exchange_reports(&self.communicator)
    }

    pub fn reset_exchanges(&self) {
        self.communicator.reset_totals();
    }

    /// Records single exchanges from now on. Returns when that was on rank 0.
    pub fn start_recording(&self) -> Result<CommonOrigin> {
        let moment = Instant::now();
        let pending = self.communicator.start(ExchangeKind::Other, 0, move |transport| {
            common_origin(transport, moment)
        });
        let origin = pending.wait().map_err(Error::state)?;
        self.communicator.record();
        Ok(origin)
    }

    /// Rank 0's number, on every rank.
    pub fn agree_on(&self, number: usize) -> Result<usize> {
        let message = (number as u64).to_le_bytes().to_vec();
        let pending = self
            .communicator
            .start(ExchangeKind::Other, 8, |transport| broadcast(transport, message));
        let bytes = pending.wait().map_err(Error::state)?.try_into();
        bytes
            .map(|bytes| u64::from_le_bytes(bytes) as usize)
            .map_err(|_| Error::state("A rank sent a message that is no number."))
    }

    /// Drops the gradients of batches that wait for the next optimizer step.
    pub fn forget_accumulated(&mut self) {
        self.dense.forget();
    }

    /// Every rank's message, on every rank.
    pub fn all_gather(&self, message: Vec<u8>) -> Result<Vec<Vec<u8>>> {
        let bytes = message.len();
        let pending = self.communicator.start(ExchangeKind::Other, bytes, |transport| {
            all_gather(transport, message)
        });
        pending.wait().map_err(Error::state)
    }
}

/// Rows or gradients that are on their way.
pub(crate) struct Sent {
    pooled: Exchanged,
    /// None if no table's rows are divided.
    rows: Option<RowsExchanged>,
}

/// Values that lie where pooled rows do: those of the bags, and of concatenations that are free because their inputs are
/// pooled rows.
fn first_reader(plan: &Plan, layout: &Layout, placement: &Placement) -> usize {
    let mut pooled = vec![false; plan.tensors.values.len()];
    for placed in &placement.bags {
        pooled[placed.bag.output] = true;
    }
    for divided in &placement.divided {
        pooled[divided.bag.output] = true;
    }
    for (index, operation) in plan.operations.iter().enumerate() {
        if layout.live[index] && operation.inputs().iter().any(|&input| pooled[input]) {
            if layout.forward[index] {
                return index;
            }
            pooled[operation.output()] = true;
        }
    }
    plan.operations.len()
}
