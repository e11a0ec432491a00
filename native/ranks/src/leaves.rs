//! How the rows of a batch are divided among ranks, and in which order their sums are added.
//!
//! A batch is halved three times, whatever its size, and sums over its rows are those of the eight leaves, added as a tree.
//! A rank has some consecutive leaves. The tree is the same for any number of ranks up to eight, and so are the bits of the
//! sum. More ranks than leaves need further halves, which only change the rounding.

use std::ops::Range;

/// How often a batch is halved at least.
const MIN_DEPTH: u32 = 3;

/// Divides a range in two; the first half has the odd element.
pub fn halves(range: Range<usize>) -> (Range<usize>, Range<usize>) {
    let middle = range.start + range.len().div_ceil(2);
    (range.start..middle, middle..range.end)
}

/// A node of the tree: `1 << level` leaves, beginning with leaf `index << level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    pub level: u32,
    pub index: usize,
}

impl Node {
    /// The two nodes whose sums it adds.
    ///
    /// # Panics
    /// When it is a leaf.
    pub fn children(self) -> (Node, Node) {
        let level = self.level - 1;
        let index = 2 * self.index;
        (
            Node { level, index },
            Node {
                level,
                index: index + 1,
            },
        )
    }

    /// The sum over its leaves, in the order of the tree.
    pub fn sum(self, of_leaf: &impl Fn(usize) -> f64) -> f64 {
        if self.level == 0 {
            return of_leaf(self.index);
        }
        let (left, right) = self.children();
        left.sum(of_leaf) + right.sum(of_leaf)
    }

    pub fn leaves(self) -> Range<usize> {
        self.index << self.level..(self.index + 1) << self.level
    }
}

/// The leaves of a job with a given number of ranks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaves {
    ranks: usize,
    depth: u32,
}

impl Leaves {
    /// # Panics
    /// When there is no rank.
    pub fn new(ranks: usize) -> Self {
        assert!(ranks > 0, "a job has a rank");
        let depth = ranks.next_power_of_two().ilog2().max(MIN_DEPTH);
        Self { ranks, depth }
    }

    pub fn count(self) -> usize {
        1 << self.depth
    }

    pub fn ranks(self) -> usize {
        self.ranks
    }

    pub fn root(self) -> Node {
        Node {
            level: self.depth,
            index: 0,
        }
    }

    /// The leaves of a rank.
    pub fn of_rank(self, rank: usize) -> Range<usize> {
        rank * self.count() / self.ranks..(rank + 1) * self.count() / self.ranks
    }

    /// The rank that has a leaf.
    pub fn owner(self, leaf: usize) -> usize {
        ((leaf + 1) * self.ranks - 1) / self.count()
    }

    /// The largest nodes all of whose leaves a rank has, from left to right. For a power of two it is one.
    pub fn nodes_of_rank(self, rank: usize) -> Vec<Node> {
        let mut nodes = Vec::new();
        self.collect_nodes(self.root(), &self.of_rank(rank), &mut nodes);
        nodes
    }

    fn collect_nodes(self, node: Node, own: &Range<usize>, nodes: &mut Vec<Node>) {
        let leaves = node.leaves();
        if leaves.start >= own.start && leaves.end <= own.end {
            nodes.push(node);
        } else if leaves.start < own.end && own.start < leaves.end {
            let (left, right) = node.children();
            self.collect_nodes(left, own, nodes);
            self.collect_nodes(right, own, nodes);
        }
    }

    /// The rows of a leaf in a batch.
    pub fn rows(self, leaf: usize, batch: usize) -> Range<usize> {
        let mut rows = 0..batch;
        for bit in (0..self.depth).rev() {
            let (first, second) = halves(rows);
            rows = if leaf >> bit & 1 == 0 { first } else { second };
        }
        rows
    }

    /// The rows of a rank in a batch. A rank has none if the batch is small.
    pub fn rows_of_rank(self, rank: usize, batch: usize) -> Range<usize> {
        let leaves = self.of_rank(rank);
        self.rows(leaves.start, batch).start..self.rows(leaves.end - 1, batch).end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_divide_a_batch_of_any_size_without_gaps() {
        for ranks in 1..=20 {
            let leaves = Leaves::new(ranks);
            for batch in [0, 1, 5, 7, 8, 9, 128, 1000, 2049] {
                let mut next = 0;
                for leaf in 0..leaves.count() {
                    let rows = leaves.rows(leaf, batch);
                    assert_eq!(rows.start, next, "leaf {leaf} of {batch} rows");
                    next = rows.end;
                }
                assert_eq!(next, batch);
            }
        }
    }

    #[test]
    fn ranks_divide_the_leaves_and_know_who_has_one() {
        for ranks in 1..=40 {
            let leaves = Leaves::new(ranks);
            let mut next = 0;
            for rank in 0..ranks {
                let own = leaves.of_rank(rank);
                assert_eq!(own.start, next);
                assert!(!own.is_empty(), "rank {rank} of {ranks} has a leaf");
                assert!(
                    own.clone().all(|leaf| leaves.owner(leaf) == rank),
                    "{ranks} ranks"
                );
                let nodes = leaves.nodes_of_rank(rank);
                assert_eq!(nodes.first().unwrap().leaves().start, own.start);
                assert_eq!(nodes.last().unwrap().leaves().end, own.end);
                next = own.end;
            }
            assert_eq!(next, leaves.count());
        }
    }

    #[test]
    fn up_to_eight_ranks_share_the_tree_and_a_power_of_two_has_one_node_a_rank() {
        for ranks in 1..=8 {
            assert_eq!(Leaves::new(ranks).count(), 8);
        }
        for ranks in [1, 2, 4, 8, 16, 64] {
            let leaves = Leaves::new(ranks);
            assert!((0..ranks).all(|rank| leaves.nodes_of_rank(rank).len() == 1));
        }
        let uneven: Vec<usize> = (0..3)
            .map(|rank| Leaves::new(3).nodes_of_rank(rank).len())
            .collect();
        assert_eq!(uneven, [1, 2, 2]);
    }
}
