//! The gradients of dense parameters, summed over the leaves of the batch and over all ranks.

use std::collections::VecDeque;

use ranks::{Communicator, ExchangeKind, Leaves, Node, Pending, sum_across_ranks, sum_of_nodes};

use crate::ops::gradient_mut;
use crate::parameter::Parameter;
use crate::parameters::{CHUNK, Parameters};
use crate::pool::Pool;
use crate::storage::Floats;
use error_code::{Error, Result};

/// The gradients of several operations are exchanged together once they have this many values.
const BUCKET_VALUES: usize = 128 * 1024;

pub(crate) struct DenseGradients {
    nodes: Vec<Node>,
    /// For each parameter and level of the tree, the sum of a left node while the right one is computed.
    partial: Vec<Vec<Floats>>,
    bucket: Bucket,
    sent: VecDeque<Sent>,
    /// For each parameter the sum over earlier batches, where several are accumulated.
    earlier: Vec<Vec<f32>>,
}

/// Gradients that are exchanged together.
#[derive(Default)]
struct Bucket {
    parameters: Vec<usize>,
    /// For each of the rank's nodes, the gradients of these parameters one after the other.
    sums: Vec<Vec<f32>>,
}

/// A bucket that is being summed.
struct Sent {
    parameters: Vec<usize>,
    sums: Pending<Vec<Vec<f32>>>,
}

impl DenseGradients {
    pub fn new(nodes: Vec<Node>) -> Self {
        Self {
            nodes,
            partial: Vec::new(),
            bucket: Bucket::default(),
            sent: VecDeque::new(),
            earlier: Vec::new(),
        }
    }

    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Sums the gradients of some parameters over one of the rank's nodes. `of_leaf` writes those of a leaf's rows to the
    /// parameters, of which it gets all.
    ///
    /// # Errors
    /// InvalidState when the machine does not have that much memory.
    pub fn sum_node(
        &mut self,
        node: Node,
        (parameters, own): (&mut [Parameter], &[usize]),
        pool: &Pool,
        of_leaf: &mut dyn FnMut(usize, &mut [Parameter]),
    ) -> Result<()> {
        if node.level == 0 {
            of_leaf(node.index, parameters);
            return Ok(());
        }
        let (left, right) = node.children();
        self.sum_node(left, (&mut *parameters, own), pool, of_leaf)?;
        let level = right.level as usize;
        for &parameter in own {
            let gradient = parameters[parameter].gradient.as_mut();
            let gradient = gradient.expect("training is configured");
            std::mem::swap(gradient, self.partial_mut(parameter, level, gradient.len())?);
        }
        self.sum_node(right, (&mut *parameters, own), pool, of_leaf)?;
        for &parameter in own {
            let gradient = gradient_mut(&mut parameters[parameter].gradient);
            // Addition commutes, so these are the bits of left plus right.
            add(pool, gradient, &self.partial[parameter][level]);
        }
        Ok(())
    }

    fn partial_mut(&mut self, parameter: usize, level: usize, length: usize) -> Result<&mut Floats> {
        if self.partial.len() <= parameter {
            self.partial.resize_with(parameter + 1, Vec::new);
        }
        let levels = &mut self.partial[parameter];
        while levels.len() <= level {
            levels.push(Floats::zeroed(length)?);
        }
        Ok(&mut levels[level])
    }

    /// Adds the sums of the rank's nodes to the bucket, node by node: `position` is that of the node in `nodes`.
    pub fn put(&mut self, position: usize, parameters: &[Parameter], own: &[usize]) {
        self.bucket.sums.resize(self.nodes.len(), Vec::new());
        for &parameter in own {
            let gradient = parameters[parameter].gradient.as_ref();
            self.bucket.sums[position].extend_from_slice(gradient.expect("training is configured"));
        }
        if position == 0 {
            self.bucket.parameters.extend_from_slice(own);
        }
    }

    /// Starts the exchange of the bucket if it is full or if nothing is to come.
    pub fn send(&mut self, communicator: &Communicator, leaves: Leaves, rest: bool) {
        let values = self.bucket.sums.first().map_or(0, Vec::len);
        if values == 0 || (values < BUCKET_VALUES && !rest) {
            return;
        }
        let Bucket { parameters, mut sums } = std::mem::take(&mut self.bucket);
        // Each value is sent and received about once, whatever the number of ranks.
        let bytes = 8 * values * sums.len();
        let pending = communicator.start(ExchangeKind::DenseGradients, bytes, move |transport| {
            let mut nodes: Vec<&mut [f32]> = sums.iter_mut().map(|sum| &mut sum[..]).collect();
            sum_across_ranks(transport, leaves, &mut nodes)?;
            Ok(sums)
        });
        self.sent.push_back(Sent {
            parameters,
            sums: pending,
        });
    }

    /// Waits for all sums and writes them to the parameters' gradients.
    ///
    /// # Errors
    /// InvalidState when the network failed.
    pub fn receive(&mut self, parameters: &mut [Parameter]) -> Result<()> {
        while let Some(Sent {
            parameters: received,
            sums,
        }) = self.sent.pop_front()
        {
            let sums = sums.wait().map_err(Error::state)?;
            let mut rest = &sums[0][..];
            for parameter in received {
                let gradient = gradient_mut(&mut parameters[parameter].gradient);
                let (own, after) = rest.split_at(gradient.len());
                gradient.copy_from_slice(own);
                rest = after;
            }
        }
        Ok(())
    }

    /// Adds the gradients of earlier batches to those of this one; with `keep` the sum is for the next batch.
    pub fn accumulate(&mut self, parameters: &mut Parameters, keep: bool) {
        self.earlier.resize(parameters.all().len(), Vec::new());
        for (index, parameter) in parameters.live_mut() {
            let earlier = &mut self.earlier[index];
            let Some(gradient) = &mut parameter.gradient else {
                continue;
            };
            if !earlier.is_empty() {
                sum_of_nodes(gradient, earlier);
            }
            earlier.clear();
            if keep {
                earlier.extend_from_slice(gradient);
            }
        }
    }

    /// Drops what belongs to a step that did not end.
    pub fn forget(&mut self) {
        self.earlier.iter_mut().for_each(Vec::clear);
    }
}

/// `sum += other`, element by element.
fn add(pool: &Pool, sum: &mut [f32], other: &[f32]) {
    let mut chunks: Vec<_> = sum.chunks_mut(CHUNK).zip(other.chunks(CHUNK)).collect();
    pool.each(&mut chunks, |_, (sum, other)| sum_of_nodes(sum, other));
}
