//! A training step and a prediction across ranks. All ranks call them with the same batches in the same order.

use std::ops::Range;
use std::time::Instant;

use batch::Batch;
use ranks::{ExchangeKind, Pending, sum_across_ranks};

use super::batch_rows::copy_rows;
use crate::distributed::{Distribution, Sent};
use crate::embedding::{RowSquares, sum_of_squares};
use crate::input;
use crate::loss;
use crate::model::Model;
use crate::ops::{ParameterGradients, gradient_mut};
use crate::parameter::Parameter;
use crate::phase::{Phase, Work};
use crate::profiler::Section;
use error_code::{Error, Result};

impl Model {
    fn distribution(&mut self) -> &mut Distribution {
        self.distribution.as_mut().expect("the model has ranks")
    }

    /// As `train_one`, across ranks. The loss is that of the whole batch, on every rank.
    pub(crate) fn train_across_ranks(&mut self, batch: &Batch, scale: f64, last: bool) -> Result<f64> {
        let settings = self.training.settings()?;
        let begun = Instant::now();
        let own = self.take_own_rows(batch)?;
        self.forward_across_ranks(batch, &own, true)?;
        let loss = self.start_loss(batch.size, &own);
        let gradients = self.backward_across_ranks(batch.size, &own)?;
        self.receive_pooled_gradients(gradients)?;
        let store = settings.accumulate_batches > 1;
        let start = self.profiler.start();
        self.collect_tables(batch, store);
        self.profiler
            .stop(start, Section::Tables, Phase::Backward, Work::default());
        let due = self.training.accumulate(&settings, last);
        self.receive_dense(store, due)?;
        let sum = self.receive_loss(loss)?;
        if due {
            self.training.begin_step();
            self.update(batch.size, &settings, scale, false)?;
            self.forget_accumulated();
        }
        self.distribution().own = own;
        let exchanges = self.distribution().communicator.recorded_count();
        self.profiler.record_step(begun, &self.machine.pool, exchanges);
        Ok(sum / batch.size as f64)
    }

    /// Predictions and labels of the whole batch, on every rank.
    pub(crate) fn predict_across_ranks(&mut self, batch: &Batch) -> Result<(Vec<f32>, Vec<f32>)> {
        let own = self.take_own_rows(batch)?;
        self.forward_across_ranks(batch, &own, false)?;
        let mut message: Vec<u8> = own.labels.iter().flat_map(|label| label.to_le_bytes()).collect();
        if own.size > 0 {
            let predictions = self.memory.value(self.plan.loss.prediction, own.size);
            for row in 0..own.size {
                // SAFETY: no operation is running.
                let prediction = loss::clamped(&self.plan.loss, unsafe { predictions.row(row)[0] });
                message.extend_from_slice(&prediction.to_le_bytes());
            }
        }
        let distribution = self.distribution();
        distribution.own = own;
        let messages = distribution.all_gather(message)?;
        let (mut predictions, mut labels) = (Vec::new(), Vec::new());
        for message in messages {
            let values = message.as_chunks::<4>().0.iter();
            let mut values = values.map(|bytes| f32::from_le_bytes(*bytes));
            labels.extend(values.by_ref().take(message.len() / 8));
            predictions.extend(values);
        }
        Ok((predictions, labels))
    }

    /// Checks the batch and makes room for it and for this rank's rows.
    fn take_own_rows(&mut self, batch: &Batch) -> Result<Batch> {
        let distribution = self.distribution.as_mut().expect("the model has ranks");
        let rows = distribution.leaves.rows_of_rank(distribution.rank(), batch.size);
        let part = input::OwnPart {
            rows: rows.len(),
            columns: &distribution.columns,
        };
        input::check(&self.plan, batch, Some(part))?;
        distribution.first_row = rows.start;
        let mut own = std::mem::take(&mut distribution.own);
        copy_rows(batch, rows, &mut own);
        self.memory.reserve(&self.layout.buffers, own.size.max(1))?;
        Ok(own)
    }

    /// Computes every live value of this rank's rows. Operations that read no pooled rows run while these are exchanged.
    fn forward_across_ranks(&mut self, batch: &Batch, own: &Batch, training: bool) -> Result<()> {
        self.profiler.set_training(training);
        self.forward_tables(batch, training)?;
        let start = self.profiler.start();
        let distribution = self.distribution.as_mut().expect("the model has ranks");
        let sent = distribution.send_values();
        let first_reader = distribution.first_reader;
        self.stop_exchange(start, ExchangeKind::Pooled, Phase::Forward);
        self.forward_operations(0..first_reader, own, training);
        self.receive_pooled(sent)?;
        self.forward_operations(first_reader..self.plan.operations.len(), own, training);
        Ok(())
    }

    fn forward_operations(&mut self, operations: Range<usize>, own: &Batch, training: bool) {
        for index in operations {
            if own.size > 0 && self.layout.forward[index] {
                self.forward_timed(index, own, training);
            }
        }
    }

    /// Ends the time that the computation spends on an exchange.
    fn stop_exchange(&mut self, start: Option<Instant>, kind: ExchangeKind, phase: Phase) {
        self.profiler
            .stop(start, Section::Exchange(kind), phase, Work::default());
    }

    fn receive_pooled(&mut self, sent: Sent) -> Result<()> {
        let start = self.profiler.start();
        let Self {
            distribution,
            memory,
            machine,
            ..
        } = self;
        let distribution = distribution.as_mut().expect("the model has ranks");
        distribution.receive_values(sent, memory, &machine.pool)?;
        self.stop_exchange(start, ExchangeKind::Pooled, Phase::Forward);
        Ok(())
    }

    fn receive_pooled_gradients(&mut self, sent: Sent) -> Result<()> {
        let start = self.profiler.start();
        self.distribution().receive_gradients(sent)?;
        self.stop_exchange(start, ExchangeKind::PooledGradients, Phase::Backward);
        Ok(())
    }

    fn receive_loss(&mut self, loss: Pending<f64>) -> Result<f64> {
        let start = self.profiler.start();
        let sum = loss.wait().map_err(Error::state)?;
        self.stop_exchange(start, ExchangeKind::Other, Phase::Backward);
        Ok(sum)
    }

    /// Writes the prediction's gradient and starts the sum of the losses, in the order of the leaves.
    fn start_loss(&mut self, batch: usize, own: &Batch) -> Pending<f64> {
        let start = self.profiler.start();
        let distribution = self.distribution.as_ref().expect("the model has ranks");
        let (leaves, first) = (distribution.leaves, distribution.first_row);
        let mut sums: Vec<f64> = Vec::new();
        if own.size > 0 {
            self.memory.zero_gradients(own.size);
            let prediction = self.plan.loss.prediction;
            let predictions = self.memory.value(prediction, own.size);
            let gradients = self.memory.gradient(prediction, own.size);
            loss::gradient(&self.plan.loss, predictions, &own.labels, gradients, batch);
            for &node in distribution.dense.nodes() {
                let of_leaf = |leaf: usize| {
                    let rows = leaves.rows(leaf, batch);
                    let rows = rows.start - first..rows.end - first;
                    loss::sum(
                        &self.plan.loss,
                        predictions.row_range(rows.clone()),
                        &own.labels[rows],
                    )
                };
                sums.push(node.sum(&of_leaf));
            }
        } else {
            sums.resize(distribution.dense.nodes().len(), 0.0);
        }
        let work = Work {
            flops: own.size,
            bytes: 16 * own.size,
        };
        self.profiler.stop(start, Section::Loss, Phase::Forward, work);
        distribution
            .communicator
            .start(ExchangeKind::Other, 16, move |transport| {
                let mut nodes: Vec<&mut [f64]> = sums.iter_mut().map(std::slice::from_mut).collect();
                sum_across_ranks(transport, leaves, &mut nodes)?;
                Ok(sums[0])
            })
    }

    /// Computes the gradients of this rank's rows. Those of pooled rows are sent as soon as they are complete, and those of
    /// dense parameters in buckets.
    fn backward_across_ranks(&mut self, batch: usize, own: &Batch) -> Result<Sent> {
        let first_reader = self.distribution().first_reader;
        let mut sent = None;
        for index in (0..self.plan.operations.len()).rev() {
            if sent.is_none() && index < first_reader {
                sent = Some(self.send_pooled_gradients());
            }
            if self.layout.backward[index] {
                if own.size > 0 {
                    self.backward_timed(index, own.size, false, None);
                }
                self.sum_parameters(index, batch, own.size)?;
            }
        }
        let distribution = self.distribution.as_mut().expect("the model has ranks");
        let (communicator, leaves) = (&distribution.communicator, distribution.leaves);
        distribution.dense.send(communicator, leaves, true);
        Ok(match sent {
            Some(sent) => sent,
            None => self.send_pooled_gradients(),
        })
    }

    fn send_pooled_gradients(&mut self) -> Sent {
        let start = self.profiler.start();
        let Self {
            distribution,
            memory,
            machine,
            ..
        } = self;
        let distribution = distribution.as_mut().expect("the model has ranks");
        let sent = distribution.send_gradients(memory, &machine.pool);
        self.stop_exchange(start, ExchangeKind::PooledGradients, Phase::Backward);
        sent
    }

    /// Sums the gradients of an operation's parameters over this rank's leaves.
    fn sum_parameters(&mut self, index: usize, batch: usize, own_rows: usize) -> Result<()> {
        let operation = &self.plan.operations[index];
        let own: Vec<usize> = operation.parameters();
        if own.is_empty() {
            return Ok(());
        }
        let start = self.profiler.start();
        let Distribution {
            leaves,
            dense,
            first_row,
            communicator,
            ..
        } = self.distribution.as_mut().expect("the model has ranks");
        let (leaves, first) = (*leaves, *first_row);
        let (machine, memory) = (&self.machine, &self.memory);
        let gradient = memory.gradient(operation.output(), own_rows);
        let mut of_leaf = |leaf: usize, parameters: &mut [Parameter]| {
            let rows = leaves.rows(leaf, batch);
            if rows.is_empty() {
                for &parameter in &own {
                    gradient_mut(&mut parameters[parameter].gradient).fill(0.0);
                }
                return;
            }
            let rows = rows.start - first..rows.end - first;
            operation.parameter_gradients(ParameterGradients {
                machine,
                memory,
                parameters,
                operation: index,
                gradient: gradient.row_range(rows.clone()),
                rows,
            });
        };
        for (position, node) in dense.nodes().to_vec().into_iter().enumerate() {
            dense.sum_node(
                node,
                (self.parameters.all_mut(), &own),
                &machine.pool,
                &mut of_leaf,
            )?;
            if communicator.ranks() > 1 {
                dense.put(position, self.parameters.all(), &own);
            }
        }
        dense.send(communicator, leaves, false);
        self.profiler
            .stop(start, Section::Operation(index), Phase::Backward, Work::default());
        Ok(())
    }

    /// Waits for the sums of the dense gradients and adds those of earlier batches.
    fn receive_dense(&mut self, several: bool, due: bool) -> Result<()> {
        let start = self.profiler.start();
        let dense = &mut self.distribution.as_mut().expect("the model has ranks").dense;
        dense.receive(self.parameters.all_mut())?;
        if several {
            dense.accumulate(&mut self.parameters, !due);
        }
        self.stop_exchange(start, ExchangeKind::DenseGradients, Phase::Backward);
        Ok(())
    }

    /// The sum of squares of the gradients of all ranks' tables, which are added in the plan's order.
    pub(crate) fn squared_norm_across_ranks(&mut self, batch: usize) -> Result<f64> {
        let message = self.squared_norms_of_tables(batch);
        let bytes = message
            .iter()
            .flat_map(|(parameter, squares)| [*parameter as u64, squares.to_bits()])
            .flat_map(u64::to_le_bytes);
        let bytes = bytes.collect();
        let mut tables: Vec<(u64, f64)> = Vec::new();
        for message in self.distribution().all_gather(bytes)? {
            let numbers: Vec<u64> = message
                .as_chunks::<8>()
                .0
                .iter()
                .map(|bytes| u64::from_le_bytes(*bytes))
                .collect();
            tables.extend(
                numbers
                    .as_chunks::<2>()
                    .0
                    .iter()
                    .map(|pair| (pair[0], f64::from_bits(pair[1]))),
            );
        }
        tables.extend(self.squares_of_divided_tables(batch)?);
        tables.sort_by_key(|(parameter, _)| *parameter);
        Ok(tables.iter().map(|(_, squares)| squares).sum())
    }

    /// The sums of squares of the gradients of tables whose rows are divided, with the parameters' indices.
    fn squares_of_divided_tables(&mut self, batch: usize) -> Result<Vec<(u64, f64)>> {
        if self.distribution().divided.is_empty() {
            return Ok(Vec::new());
        }
        let own = self.squares_of_rows(batch);
        let words = own.iter().flat_map(|(parameter, rows)| {
            let squares = rows.iter().flat_map(|row| [row.lookups, row.squares.to_bits()]);
            [*parameter as u64, rows.len() as u64].into_iter().chain(squares)
        });
        let message = words.flat_map(u64::to_le_bytes).collect();
        let distribution = self.distribution();
        let messages = distribution.all_gather(message)?;
        let squares_of = |rank: usize, parameter: usize| {
            let mut words = messages[rank]
                .as_chunks::<8>()
                .0
                .iter()
                .map(|word| u64::from_le_bytes(*word));
            while let (Some(found), Some(rows)) = (words.next(), words.next()) {
                let words = words.by_ref().take(2 * rows as usize).collect::<Vec<u64>>();
                if found == parameter as u64 {
                    return words;
                }
            }
            Vec::new()
        };
        let tables = distribution.divided.iter().map(|divided| {
            let words = divided
                .shards
                .iter()
                .flat_map(|shard| squares_of(shard.rank, divided.bag.table));
            let words: Vec<u64> = words.collect();
            let rows = words
                .as_chunks::<2>()
                .0
                .iter()
                .map(|&[lookups, squares]| RowSquares {
                    lookups,
                    squares: f64::from_bits(squares),
                });
            (divided.bag.table as u64, sum_of_squares(rows))
        });
        Ok(tables.collect())
    }
}
