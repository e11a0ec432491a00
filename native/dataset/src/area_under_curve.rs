//! The area under the receiver operating characteristic curve, of scores with ties.

/// The probability that a random positive row has a higher score than a random negative one, where ties count half. `None`
/// if all labels are equal. The rows are sorted on the way.
pub fn area_under_curve(rows: &mut [(f32, bool)]) -> Option<f64> {
    // Adding 0 makes -0 equal to 0.
    rows.sort_unstable_by(|one, other| (one.0 + 0.0).total_cmp(&(other.0 + 0.0)));
    let positives = rows.iter().filter(|(_, positive)| *positive).count() as f64;
    let negatives = rows.len() as f64 - positives;
    if positives == 0.0 || negatives == 0.0 {
        return None;
    }
    let (mut won, mut below) = (0.0, 0.0);
    for tied in rows.chunk_by(|one, other| one.0 == other.0) {
        let positive = tied.iter().filter(|(_, positive)| *positive).count() as f64;
        let negative = tied.len() as f64 - positive;
        won += positive * (below + negative / 2.0);
        below += negative;
    }
    Some(won / (positives * negatives))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(rows: &[(f32, u8)]) -> Option<f64> {
        let mut rows: Vec<_> = rows.iter().map(|(score, label)| (*score, *label == 1)).collect();
        area_under_curve(&mut rows)
    }

    #[test]
    fn counts_pairs_in_the_right_order_and_half_of_the_ties() {
        assert_eq!(area(&[(0.1, 0), (0.4, 0), (0.35, 1), (0.8, 1)]), Some(0.75));
        assert_eq!(area(&[(1.0, 0), (1.0, 1)]), Some(0.5));
        assert_eq!(area(&[(2.0, 0), (1.0, 1), (1.0, 1)]), Some(0.0));
        assert_eq!(area(&[(0.0, 0), (-0.0, 1)]), Some(0.5));
        assert_eq!(area(&[(1.0, 1)]), None);
    }
}
