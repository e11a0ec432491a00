//! The sum over all ranks, added in the order of the tree of leaves (leaves.rs), so that its bits do not depend on the
//! number of ranks. A library's all-reduce promises no order.

use std::ops::{AddAssign, Range};

use crate::exchange::broadcast_values;
use crate::leaves::{Leaves, Node, halves};
use crate::transport::{Plain, Receive, Result, Send, Transport, bytes_of, bytes_of_mut};

/// Up to this many values, whole vectors are exchanged in half as many messages.
const SMALL: usize = 4096;

/// What can be summed.
#[expect(
    private_bounds,
    reason = "only numbers of this crate's choice are sent as bytes"
)]
pub trait Addend: Plain + Default + AddAssign {}
impl Addend for f32 {}
impl Addend for f64 {}

/// Adds the sum of the right child of a node to that of the left one.
pub fn sum_of_nodes<T: Addend>(left: &mut [T], right: &[T]) {
    for (left, &right) in left.iter_mut().zip(right) {
        *left += right;
    }
}

/// Sums over all leaves of the job. `nodes` are the sums of this rank's nodes, as `Leaves::nodes_of_rank` lists them, of one
/// length on all ranks. Afterwards the first is the total, on every rank; the others are spoiled.
///
/// # Errors
/// What the network reports.
///
/// # Panics
/// When the number of nodes is not the rank's.
pub fn sum_across_ranks<T: Addend>(
    transport: &mut dyn Transport,
    leaves: Leaves,
    nodes: &mut [&mut [T]],
) -> Result<()> {
    let own = leaves.nodes_of_rank(transport.rank());
    assert_eq!(nodes.len(), own.len(), "every node of the rank has a sum");
    if leaves.ranks().is_power_of_two() {
        let values = &mut *nodes[0];
        return if values.len() <= SMALL {
            doubling(transport, values)
        } else {
            halving_and_doubling(transport, values)
        };
    }
    let mut tree = Tree {
        transport,
        leaves,
        own,
        received: vec![T::default(); nodes[0].len()],
    };
    tree.sum(leaves.root(), nodes)?;
    broadcast_values(tree.transport, nodes[0])
}

/// Ranks that differ in one bit exchange their sums, from the lowest bit to the highest.
fn doubling<T: Addend>(transport: &mut dyn Transport, values: &mut [T]) -> Result<()> {
    let mut received = vec![T::default(); values.len()];
    let mut bit = 1;
    while bit < transport.ranks() {
        let partner = transport.rank() ^ bit;
        swap(transport, partner, values, &mut received)?;
        // Addition commutes, so both ranks get the bits of left plus right.
        sum_of_nodes(values, &received);
        bit <<= 1;
    }
    Ok(())
}

/// As `doubling`, but each rank sums only a range of the values, which is halved with every bit; afterwards the ranges are
/// exchanged. A rank sends less than twice its values, whatever the number of ranks.
fn halving_and_doubling<T: Addend>(transport: &mut dyn Transport, values: &mut [T]) -> Result<()> {
    let rank = transport.rank();
    let mut received = vec![T::default(); values.len().div_ceil(2)];
    let mut range = 0..values.len();
    let mut steps: Vec<(usize, Range<usize>, Range<usize>)> = Vec::new();
    let mut bit = 1;
    while bit < transport.ranks() {
        let (first, second) = halves(range);
        let (kept, given) = if rank & bit == 0 {
            (first, second)
        } else {
            (second, first)
        };
        let received = &mut received[..kept.len()];
        swap(transport, rank ^ bit, &values[given.clone()], received)?;
        sum_of_nodes(&mut values[kept.clone()], received);
        steps.push((rank ^ bit, kept.clone(), given));
        range = kept;
        bit <<= 1;
    }
    for (partner, kept, given) in steps.into_iter().rev() {
        let (first, second) = values.split_at_mut(kept.start.max(given.start));
        let (kept, given) = if kept.start < given.start {
            (&mut first[kept.start..], &mut second[..given.len()])
        } else {
            (&mut second[..kept.len()], &mut first[given.start..])
        };
        swap(transport, partner, kept, given)?;
    }
    Ok(())
}

fn swap<T: Addend>(
    transport: &mut dyn Transport,
    partner: usize,
    values: &[T],
    received: &mut [T],
) -> Result<()> {
    transport.exchange(
        &[Send {
            to: partner,
            bytes: bytes_of(values),
        }],
        &mut [Receive {
            from: partner,
            bytes: bytes_of_mut(received),
        }],
    )
}

/// For a number of ranks that is no power of two: each node is summed on the rank that has its first leaf.
struct Tree<'a, T> {
    transport: &'a mut dyn Transport,
    leaves: Leaves,
    own: Vec<Node>,
    received: Vec<T>,
}

impl<T: Addend> Tree<'_, T> {
    /// Where the sum of a node is on its rank: in the place of the node that has the same first leaf.
    fn place(&self, node: Node) -> usize {
        let first = node.leaves().start;
        let place = self.own.iter().position(|own| own.leaves().contains(&first));
        place.expect("the rank has the node's first leaf")
    }

    fn sum(&mut self, node: Node, sums: &mut [&mut [T]]) -> Result<()> {
        let owner = self.leaves.owner(node.leaves().start);
        if self.leaves.owner(node.leaves().end - 1) == owner {
            return Ok(());
        }
        let (left, right) = node.children();
        self.sum(left, sums)?;
        self.sum(right, sums)?;
        let sender = self.leaves.owner(right.leaves().start);
        let rank = self.transport.rank();
        if owner == sender && rank == owner {
            let (left, right) = (self.place(left), self.place(right));
            let (before, from_right) = sums.split_at_mut(right);
            sum_of_nodes(before[left], from_right[0]);
        } else if rank == owner {
            let receive = Receive {
                from: sender,
                bytes: bytes_of_mut(&mut self.received),
            };
            self.transport.exchange(&[], &mut [receive])?;
            let place = self.place(left);
            sum_of_nodes(sums[place], &self.received);
        } else if rank == sender {
            let send = Send {
                to: owner,
                bytes: bytes_of(sums[self.place(right)]),
            };
            self.transport.exchange(&[send], &mut [])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::threads::run;

    /// Values whose sum depends on the order of addition.
    fn leaf_value(leaf: usize, index: usize) -> f32 {
        let mixed = (leaf * 2_654_435_761 + index * 40_503) % 1_000_003;
        (mixed as f32 - 500_000.0) * 1.000_1f32.powi((leaf % 7) as i32 * 20)
    }

    fn sum_of(node: Node, length: usize) -> Vec<f32> {
        if node.level == 0 {
            return (0..length).map(|index| leaf_value(node.index, index)).collect();
        }
        let (left, right) = node.children();
        let mut sum = sum_of(left, length);
        sum_of_nodes(&mut sum, &sum_of(right, length));
        sum
    }

    #[test]
    fn any_number_of_ranks_up_to_eight_gives_the_bits_of_one() {
        for length in [1, 3, 1000, SMALL + 1, 10_007] {
            let expected = sum_of(Leaves::new(1).root(), length);
            for ranks in 1..=8 {
                let totals = run(ranks, |mut transport| {
                    let leaves = Leaves::new(ranks);
                    let own = leaves.nodes_of_rank(transport.rank());
                    let mut sums: Vec<Vec<f32>> = own.into_iter().map(|node| sum_of(node, length)).collect();
                    let mut nodes: Vec<&mut [f32]> = sums.iter_mut().map(|sum| &mut sum[..]).collect();
                    sum_across_ranks(&mut transport, leaves, &mut nodes).unwrap();
                    sums.swap_remove(0)
                });
                for total in totals {
                    assert_eq!(total, expected, "{ranks} ranks, {length} values");
                }
            }
        }
    }
}
