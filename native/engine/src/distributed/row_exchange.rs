//! The exchange of rows of tables whose rows are divided among ranks. A bag's rows may lie on several ranks, and the order in
//! which they are added decides the bits of the sum. So every lookup's row goes to the rank that has the sample, which pools;
//! and a bag's gradient goes once to every rank that has any of its rows. Ranks know from the indices who sends what.

use ranks::{Communicator, ExchangeKind, Leaves, Pending};

use super::placement::{DividedBag, Placement};
use super::pooled_rows::ExchangeMethod;
use super::table_exchange::{Counts, TableExchange};
use crate::input::ShardLookups;
use crate::matrix::Matrix;
use crate::memory::Memory;
use crate::tensors::Pooling;
use batch::Batch;
use error_code::{Error, Result};

pub(crate) struct RowExchange {
    method: ExchangeMethod,
    rank: usize,
    leaves: Leaves,
    tables: Vec<DividedTable>,
    /// For each table of which this rank has rows, its index in `tables`.
    own: Vec<usize>,
    /// For each of these, where the rows of its lookups and the gradients of its samples are.
    views: Vec<(Matrix, Matrix)>,
}

struct DividedTable {
    placed: DividedBag,
    /// Lookups of the batch.
    lookups: Counts,
    /// Samples of the batch: `sent` by this rank as one that has samples.
    samples: Counts,
    /// For each lookup of this rank's samples, in order, the shard that has its row.
    sources: Vec<usize>,
    /// How many lookups each of this rank's samples has.
    sizes: Vec<usize>,
    /// For each shard, the samples of this rank that look up a row of it, counted from the first.
    touched: Vec<Vec<usize>>,
    /// The rows that this rank has, for all samples; and those of all ranks for its samples. The part for or from each rank
    /// is contiguous.
    rows: Vec<f32>,
    own_rows: Vec<f32>,
    /// The gradients of bags that this rank gets as one that has rows, and those that it sends.
    gradients: Vec<f32>,
    own_gradients: Vec<f32>,
}

/// Exchanges that give two buffers a table back.
pub(crate) type RowsExchanged = Pending<Vec<[Vec<f32>; 2]>>;

impl RowExchange {
    pub fn new(placement: &Placement, rank: usize, leaves: Leaves, method: ExchangeMethod) -> Self {
        let counts = || Counts {
            sent: vec![0; leaves.ranks()],
            received: vec![0; leaves.ranks()],
        };
        let tables: Vec<DividedTable> = placement
            .divided
            .iter()
            .map(|placed| DividedTable {
                lookups: counts(),
                samples: counts(),
                sources: Vec::new(),
                sizes: Vec::new(),
                touched: vec![Vec::new(); placed.shards.len()],
                rows: Vec::new(),
                own_rows: Vec::new(),
                gradients: Vec::new(),
                own_gradients: Vec::new(),
                placed: placed.clone(),
            })
            .collect();
        let own = tables.iter().enumerate().filter(|(_, table)| {
            let mut shards = table.placed.shards.iter();
            shards.any(|shard| shard.rank == rank)
        });
        Self {
            own: own.map(|(index, _)| index).collect(),
            method,
            rank,
            leaves,
            tables,
            views: Vec::new(),
        }
    }

    /// Whether the rows of no table are divided.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// Finds out who sends what for a batch. `shards` has the lookups of this rank's rows, for each table of which it has any.
    pub fn prepare<'a>(&mut self, batch: &Batch, shards: impl Fn(usize) -> &'a ShardLookups) {
        for table in &mut self.tables {
            table.prepare_samples(batch, self.leaves.rows_of_rank(self.rank, batch.size));
        }
        for (position, &index) in self.own.iter().enumerate() {
            let shard = shards(position);
            let DividedTable { lookups, samples, .. } = &mut self.tables[index];
            for rank in 0..self.leaves.ranks() {
                let rows = self.leaves.rows_of_rank(rank, batch.size);
                let [first, end] = [rows.start, rows.end]
                    .map(|row| shard.samples.partition_point(|&sample| (sample as usize) < row));
                samples.received[rank] = end - first;
                lookups.sent[rank] = (shard.offsets[end] - shard.offsets[first]) as usize;
            }
        }
        for table in &mut self.tables {
            table.reserve();
        }
        self.views.clear();
        for &index in &self.own {
            let DividedTable {
                placed,
                rows,
                gradients,
                ..
            } = &mut self.tables[index];
            let width = placed.bag.dimension;
            let view = |memory: &mut [f32]| {
                let rows = memory.len() / width;
                Matrix::new(memory, rows, width, width, 0)
            };
            self.views.push((view(rows), view(gradients)));
        }
    }

    /// Where the lookups of the table at `position` of those of which this rank has rows are written,
    /// `[lookups, dimension]`.
    pub fn value(&self, position: usize) -> Matrix {
        self.views[position].0
    }

    /// The gradients of the bags that look up rows of this rank, `[samples, dimension]`, once they have come back.
    pub fn gradient(&self, position: usize) -> Matrix {
        self.views[position].1
    }

    /// Sends the rows to the ranks that have the samples.
    pub fn send_rows(&mut self, communicator: &Communicator) -> RowsExchanged {
        let exchanges: Vec<TableExchange> = self
            .tables
            .iter_mut()
            .map(|table| {
                table.exchange(&table.lookups.clone(), |table| {
                    [&mut table.rows, &mut table.own_rows]
                })
            })
            .collect();
        let (method, size) = (self.method, self.size(&exchanges));
        communicator.start_several(ExchangeKind::Pooled, size, move |transport| {
            let mut buffers = Vec::new();
            for mut exchange in exchanges {
                exchange.scatter(transport, method)?;
                buffers.push([exchange.sent, exchange.received]);
            }
            Ok(buffers)
        })
    }

    /// How many exchanges these are, and how many bytes this rank sends and receives in them.
    fn size(&self, exchanges: &[TableExchange]) -> (usize, usize) {
        let count = |exchange: &TableExchange| match self.method {
            ExchangeMethod::AllToAll => 1,
            ExchangeMethod::FusedScatter | ExchangeMethod::Scatter => exchange.ranks.len(),
        };
        let bytes = exchanges.iter().map(|exchange| exchange.bytes(self.rank));
        (exchanges.iter().map(count).sum(), bytes.sum())
    }

    /// Pools the rows of this rank's samples where the operations read them.
    ///
    /// # Errors
    /// InvalidState when the network failed.
    pub fn receive_rows(&mut self, exchanged: RowsExchanged, memory: &Memory) -> Result<()> {
        let buffers = exchanged.wait().map_err(Error::state)?;
        for (table, [rows, own_rows]) in self.tables.iter_mut().zip(buffers) {
            (table.rows, table.own_rows) = (rows, own_rows);
            table.pool(memory);
        }
        Ok(())
    }

    /// Sends the gradients of this rank's samples to the ranks that have the rows.
    pub fn send_gradients(&mut self, communicator: &Communicator, memory: &Memory) -> RowsExchanged {
        let exchanges: Vec<TableExchange> = self
            .tables
            .iter_mut()
            .map(|table| {
                table.collect_gradients(memory);
                table.exchange(&table.samples.clone(), |table| {
                    [&mut table.own_gradients, &mut table.gradients]
                })
            })
            .collect();
        let (method, size) = (self.method, self.size(&exchanges));
        communicator.start_several(ExchangeKind::PooledGradients, size, move |transport| {
            let mut buffers = Vec::new();
            for mut exchange in exchanges {
                exchange.gather(transport, method)?;
                buffers.push([exchange.sent, exchange.received]);
            }
            Ok(buffers)
        })
    }

    /// # Errors
    /// InvalidState when the network failed.
    pub fn receive_gradients(&mut self, exchanged: RowsExchanged) -> Result<()> {
        let buffers = exchanged.wait().map_err(Error::state)?;
        for (table, [own_gradients, gradients]) in self.tables.iter_mut().zip(buffers) {
            (table.own_gradients, table.gradients) = (own_gradients, gradients);
        }
        Ok(())
    }
}

impl DividedTable {
    /// Finds where the rows of this rank's samples are.
    fn prepare_samples(&mut self, batch: &Batch, samples: std::ops::Range<usize>) {
        let DividedBag { bag, shards } = &self.placed;
        let column = &batch.columns[bag.column];
        self.sources.clear();
        self.sizes.clear();
        self.touched.iter_mut().for_each(Vec::clear);
        self.lookups.received.fill(0);
        for (position, sample) in samples.enumerate() {
            let indices = column.of_row(sample);
            self.sizes.push(indices.len());
            for &index in indices {
                let row = bag.map.row(index) as usize;
                let shard = shards.partition_point(|shard| shard.rows.end <= row);
                self.sources.push(shard);
                self.lookups.received[shards[shard].rank] += 1;
                if self.touched[shard].last() != Some(&position) {
                    self.touched[shard].push(position);
                }
            }
        }
        self.samples.sent.fill(0);
        for (shard, touched) in shards.iter().zip(&self.touched) {
            self.samples.sent[shard.rank] = touched.len();
        }
    }

    fn reserve(&mut self) {
        let width = self.placed.bag.dimension;
        let sizes = [
            &self.lookups.sent,
            &self.lookups.received,
            &self.samples.received,
            &self.samples.sent,
        ]
        .map(|counts| counts.iter().sum::<usize>() * width);
        let buffers = [
            &mut self.rows,
            &mut self.own_rows,
            &mut self.gradients,
            &mut self.own_gradients,
        ];
        for (buffer, size) in buffers.into_iter().zip(sizes) {
            buffer.resize(size, 0.0);
        }
    }

    fn exchange(
        &mut self,
        counts: &Counts,
        buffers: impl Fn(&mut Self) -> [&mut Vec<f32>; 2],
    ) -> TableExchange {
        let width = self.placed.bag.dimension;
        let values = |rows: &[usize]| rows.iter().map(|rows| rows * width).collect();
        let [sent, received] = buffers(self).map(std::mem::take);
        TableExchange {
            ranks: self.placed.shards.iter().map(|shard| shard.rank).collect(),
            sent,
            received,
            counts: Counts {
                sent: values(&counts.sent),
                received: values(&counts.received),
            },
        }
    }

    /// For each shard, where the values of its rank begin among those of all ranks.
    fn starts(&self, rows: &[usize]) -> Vec<usize> {
        let ranks = self.placed.shards.iter().map(|shard| shard.rank);
        ranks
            .map(|rank| rows[..rank].iter().sum::<usize>() * self.placed.bag.dimension)
            .collect()
    }

    /// To the bit what embedding/lookup.rs computes where it has all rows.
    fn pool(&self, memory: &Memory) {
        let bag = &self.placed.bag;
        let width = bag.dimension;
        let mut next = self.starts(&self.lookups.received);
        let output = memory.value(bag.output, self.sizes.len());
        let mut sources = self.sources.iter();
        for (sample, &size) in self.sizes.iter().enumerate() {
            // SAFETY: no operation reads the output before this.
            let output = unsafe { output.row_mut(sample) };
            let rows = sources.by_ref().take(size).map(|&shard| {
                let start = next[shard];
                next[shard] += width;
                &self.own_rows[start..][..width]
            });
            if size == 1 && bag.row_weights.is_none() {
                rows.for_each(|row| output.copy_from_slice(row));
                continue;
            }
            output.fill(0.0);
            for row in rows {
                output
                    .iter_mut()
                    .zip(row)
                    .for_each(|(output, value)| *output += value);
            }
            if bag.pooling == Pooling::Mean && size > 1 {
                output.iter_mut().for_each(|value| *value /= size as f32);
            }
        }
    }

    /// Puts the gradients of this rank's samples where they are sent from: those of each lookup, for bags whose mean is taken.
    fn collect_gradients(&mut self, memory: &Memory) {
        let bag = &self.placed.bag;
        let width = bag.dimension;
        let starts = self.starts(&self.samples.sent);
        let gradient = memory.gradient(bag.output, self.sizes.len());
        for (start, touched) in starts.into_iter().zip(&self.touched) {
            let rows = self.own_gradients[start..].chunks_exact_mut(width);
            for (row, &sample) in rows.zip(touched) {
                // SAFETY: every operation that writes this gradient has run.
                row.copy_from_slice(unsafe { gradient.row(sample) });
                let size = self.sizes[sample];
                if bag.pooling == Pooling::Mean && size > 1 {
                    row.iter_mut().for_each(|value| *value /= size as f32);
                }
            }
        }
    }
}
