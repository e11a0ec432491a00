//! How long exchanges between the ranks of a job take, to predict those of other jobs.

use std::time::Instant;

use crate::communicator::{Communicator, ExchangeKind};
use crate::leaves::Leaves;
use crate::transport::Result;
use crate::tree_sum::{sum_across_ranks, sum_of_nodes};

/// Values for each rank in an all-to-all, and values of a sum.
const SIZES: [usize; 7] = [1, 1024, 4096, 16 * 1024, 64 * 1024, 256 * 1024, 1024 * 1024];
const REPEATS: usize = 21;

/// The median seconds of an exchange, from its start to the end of the wait for it.
#[derive(Clone, Copy, Debug)]
pub struct MeasuredExchange {
    /// `allToAll`, `sum`, or what one rank does alone: `copy` and `add`.
    pub kind: &'static str,
    pub values: usize,
    pub seconds: f64,
}

/// All ranks call it at the same time.
///
/// # Errors
/// What the network reports.
pub fn measure_exchanges(communicator: &Communicator) -> Result<Vec<MeasuredExchange>> {
    let mut measured = Vec::new();
    for values in SIZES {
        measured.push(MeasuredExchange {
            kind: "allToAll",
            values,
            seconds: median(|| all_to_all(communicator, values))?,
        });
        measured.push(MeasuredExchange {
            kind: "sum",
            values,
            seconds: median(|| sum(communicator, values))?,
        });
    }
    let values = SIZES[SIZES.len() - 2];
    let (mut one, other) = (vec![1f32; values], vec![1f32; values]);
    let mut alone = |kind, work: &mut dyn FnMut(&mut [f32], &[f32])| -> Result<()> {
        let seconds = median(|| {
            meet(communicator)?;
            let begun = Instant::now();
            work(&mut one, &other);
            Ok(begun.elapsed().as_secs_f64())
        })?;
        measured.push(MeasuredExchange {
            kind,
            values,
            seconds,
        });
        Ok(())
    };
    alone("copy", &mut |one, other| one.copy_from_slice(other))?;
    alone("add", &mut sum_of_nodes)?;
    Ok(measured)
}

fn median(mut seconds: impl FnMut() -> Result<f64>) -> Result<f64> {
    seconds()?;
    let mut all = (0..REPEATS).map(|_| seconds()).collect::<Result<Vec<f64>>>()?;
    all.sort_by(f64::total_cmp);
    Ok(all[REPEATS / 2])
}

/// Returns when all ranks have called it.
fn meet(communicator: &Communicator) -> Result<()> {
    sum(communicator, 1).map(|_| ())
}

fn all_to_all(communicator: &Communicator, values: usize) -> Result<f64> {
    let ranks = communicator.ranks();
    let (sent, mut received) = (vec![1f32; values * ranks], vec![0f32; values * ranks]);
    meet(communicator)?;
    let begun = Instant::now();
    let exchange = communicator.start(ExchangeKind::Other, 0, move |transport| {
        let counts = vec![values; ranks];
        transport.all_to_all((&sent, &counts), (&mut received, &counts))?;
        Ok(received)
    });
    let received = exchange.wait()?;
    let seconds = begun.elapsed().as_secs_f64();
    debug_assert!(received.iter().all(|&value| value == 1.0));
    Ok(seconds)
}

fn sum(communicator: &Communicator, values: usize) -> Result<f64> {
    let leaves = Leaves::new(communicator.ranks());
    let nodes = leaves.nodes_of_rank(communicator.rank()).len();
    let mut sums = vec![vec![1f32; values]; nodes];
    if values > 1 {
        meet(communicator)?;
    }
    let begun = Instant::now();
    let exchange = communicator.start(ExchangeKind::Other, 0, move |transport| {
        let mut nodes: Vec<&mut [f32]> = sums.iter_mut().map(|sum| &mut sum[..]).collect();
        sum_across_ranks(transport, leaves, &mut nodes)
    });
    exchange.wait()?;
    Ok(begun.elapsed().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::threads::run;

    #[test]
    fn every_rank_measures_the_same_exchanges() {
        for measured in run(2, |transport| {
            measure_exchanges(&Communicator::new(Box::new(transport)).unwrap()).unwrap()
        }) {
            assert_eq!(measured.len(), 2 * SIZES.len() + 2);
            assert!(measured.iter().all(|each| each.seconds > 0.0));
        }
    }
}
