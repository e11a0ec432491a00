//! Every exchange between the ranks of a job, checked: `mpirun -n 4 exchanges LIBRARY`. Fails where a value is wrong.

use mpi::Mpi;
use ranks::{Leaves, Transport, broadcast, gather, sum_across_ranks};

fn main() {
    let library = std::env::args()
        .nth(1)
        .expect("the library of the MPI implementation");
    let mut mpi = Mpi::start(&library).unwrap();
    let (rank, ranks) = (mpi.rank(), mpi.ranks());
    assert_eq!(broadcast(&mut mpi, vec![rank as u8; 3]).unwrap(), [0, 0, 0]);
    let gathered = gather(&mut mpi, vec![rank as u8; rank]).unwrap();
    assert!(
        rank > 0
            || gathered
                .iter()
                .enumerate()
                .all(|(from, message)| message == &vec![from as u8; from])
    );

    // Rank r sends 100 r + to to each rank, r + to + 1 times.
    let counts = |own: usize| -> Vec<usize> { (0..ranks).map(|other| own + other + 1).collect() };
    let values: Vec<f32> = (0..ranks)
        .flat_map(|to| vec![(100 * rank + to) as f32; rank + to + 1])
        .collect();
    let expected: Vec<f32> = (0..ranks)
        .flat_map(|from| vec![(100 * from + rank) as f32; from + rank + 1])
        .collect();
    let mut received = vec![0f32; expected.len()];
    mpi.all_to_all((&values, &counts(rank)), (&mut received, &counts(rank)))
        .unwrap();
    assert_eq!(received, expected);

    let mut by_scatter = vec![0f32; expected.len()];
    let mut start = 0;
    for root in 0..ranks {
        let end = start + root + rank + 1;
        mpi.scatter(root, (&values, &counts(root)), &mut by_scatter[start..end])
            .unwrap();
        start = end;
    }
    assert_eq!(by_scatter, expected);

    let mut back = vec![0f32; values.len()];
    let mut start = 0;
    for root in 0..ranks {
        let end = start + root + rank + 1;
        mpi.gather(root, &expected[start..end], (&mut back, &counts(root)))
            .unwrap();
        start = end;
    }
    assert_eq!(back, values);

    for length in [3, 100_001] {
        let leaves = Leaves::new(ranks);
        let mut sums: Vec<Vec<f64>> = leaves
            .nodes_of_rank(rank)
            .into_iter()
            .map(|node| vec![node.leaves().sum::<usize>() as f64; length])
            .collect();
        let mut nodes: Vec<&mut [f64]> = sums.iter_mut().map(|sum| &mut sum[..]).collect();
        sum_across_ranks(&mut mpi, leaves, &mut nodes).unwrap();
        let total = (0..leaves.count()).sum::<usize>() as f64;
        assert!(sums[0].iter().all(|&sum| sum == total));
    }
    if rank == 0 {
        println!("{ranks} ranks of {}: every exchange is right", mpi.name());
    }
}
