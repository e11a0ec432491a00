//! One exchange of a table whose rows are divided among ranks, of which every rank knows its own part.

use ranks::Transport;

use super::pooled_rows::ExchangeMethod;

/// How much a rank sends to each rank and receives from each.
#[derive(Clone, Default)]
pub(super) struct Counts {
    pub sent: Vec<usize>,
    pub received: Vec<usize>,
}

/// What an exchange of one table has to know on its own thread.
pub(super) struct TableExchange {
    /// Those that have rows of the table.
    pub ranks: Vec<usize>,
    pub sent: Vec<f32>,
    pub received: Vec<f32>,
    /// Of values.
    pub counts: Counts,
}

impl TableExchange {
    /// Sent to other ranks and received from them.
    pub fn bytes(&self, rank: usize) -> usize {
        let others = |counts: &[usize]| counts.iter().sum::<usize>() - counts[rank];
        4 * (others(&self.counts.sent) + others(&self.counts.received))
    }

    /// Every rank that has rows sends to all.
    pub fn scatter(&mut self, transport: &mut dyn Transport, method: ExchangeMethod) -> ranks::Result<()> {
        let Counts { sent, received } = &self.counts;
        if method == ExchangeMethod::AllToAll {
            return transport.all_to_all((&self.sent, sent), (&mut self.received, received));
        }
        let own = transport.rank();
        for &root in &self.ranks {
            let place = &mut self.received[received[..root].iter().sum()..][..received[root]];
            if root == own {
                transport.scatter(root, (&self.sent, sent), place)?;
            } else {
                transport.scatter(root, (&[], &of_one(own, sent.len(), place.len())), place)?;
            }
        }
        Ok(())
    }

    /// All ranks send to every rank that has rows.
    pub fn gather(&mut self, transport: &mut dyn Transport, method: ExchangeMethod) -> ranks::Result<()> {
        let Counts { sent, received } = &self.counts;
        if method == ExchangeMethod::AllToAll {
            return transport.all_to_all((&self.sent, sent), (&mut self.received, received));
        }
        let own = transport.rank();
        for &root in &self.ranks {
            let values = &self.sent[sent[..root].iter().sum()..][..sent[root]];
            if root == own {
                transport.gather(root, values, (&mut self.received, received))?;
            } else {
                transport.gather(root, values, (&mut [], &of_one(own, sent.len(), values.len())))?;
            }
        }
        Ok(())
    }
}

/// The counts of an exchange of which a rank knows only its own part.
fn of_one(rank: usize, ranks: usize, count: usize) -> Vec<usize> {
    let mut counts = vec![0; ranks];
    counts[rank] = count;
    counts
}
