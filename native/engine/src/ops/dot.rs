//! Pairwise dot products of k vectors: the lower triangle of Z·Zᵀ, row by row.

use super::{Target, put};
use crate::matrix::{Matrix, for_rows};
use crate::pool::Pool;

const LANES: usize = 8;

#[derive(Clone, Copy)]
pub struct Dot {
    pub include_self: bool,
    pub keep_first: bool,
}

impl Dot {
    /// Products in row `i` of the triangle.
    fn in_row(self, i: usize) -> usize {
        i + usize::from(self.include_self)
    }

    /// `output = [first vector if kept, products]`.
    pub fn forward(self, pool: &Pool, inputs: &[Matrix], output: Matrix) {
        let (count, width) = (inputs.len(), inputs[0].width());
        let padded = count.next_multiple_of(LANES);
        let scratch = || (vec![0f32; width * padded], vec![0f32; padded]);
        let elements = count * padded * width / 2;
        for_rows(pool, (inputs, &[output]), elements, scratch, |(transposed, sums), _, inputs, outputs| {
            for j in 0..count {
                for (c, value) in inputs.get(j).iter().enumerate() {
                    transposed[c * padded + j] = *value;
                }
            }
            let mut out = &mut outputs.get(0)[..];
            if self.keep_first {
                let (first, rest) = out.split_at_mut(width);
                first.copy_from_slice(inputs.get(0));
                out = rest;
            }
            for i in 0..count {
                let products = self.in_row(i);
                let sums = &mut sums[..products.next_multiple_of(LANES)];
                sums.fill(0.0);
                for (factor, row) in inputs.get(i).iter().zip(transposed.chunks_exact(padded)) {
                    for (sum, value) in sums.iter_mut().zip(row) {
                        *sum += factor * value;
                    }
                }
                let (here, rest) = out.split_at_mut(products);
                here.copy_from_slice(&sums[..products]);
                out = rest;
            }
        });
    }

    /// Gradient of vector i: Σ_j G_ij z_j, where G is the triangle made symmetric (its diagonal counts twice).
    pub fn backward(self, pool: &Pool, inputs: &[Matrix], gradient: Matrix, targets: &[Option<Target>]) {
        let (count, width) = (inputs.len(), inputs[0].width());
        let sources: Vec<Matrix> = inputs.iter().copied().chain([gradient]).collect();
        let wanted: Vec<(usize, Target)> =
            targets.iter().enumerate().filter_map(|(i, target)| target.map(|target| (i, target))).collect();
        let outputs: Vec<Matrix> = wanted.iter().map(|(_, target)| target.matrix).collect();
        let scratch = || (vec![0f32; count * count], vec![0f32; count * width], vec![0f32; width]);
        let elements = count * count * width;
        for_rows(pool, (&sources, &outputs), elements, scratch, |(symmetric, vectors, sum), _, inputs, outputs| {
            let gradient = inputs.get(count);
            let (first, mut triangle) = gradient.split_at(if self.keep_first { width } else { 0 });
            for (i, vector) in vectors.chunks_exact_mut(width).enumerate() {
                vector.copy_from_slice(inputs.get(i));
                let (row, rest) = triangle.split_at(self.in_row(i));
                triangle = rest;
                for (j, &g) in row.iter().enumerate() {
                    symmetric[i * count + j] = g;
                    symmetric[j * count + i] = g;
                }
                symmetric[i * count + i] = if self.include_self { 2.0 * row[i] } else { 0.0 };
            }
            for (place, &(i, target)) in wanted.iter().enumerate() {
                sum.fill(0.0);
                for (&factor, vector) in symmetric[i * count..][..count].iter().zip(vectors.chunks_exact(width)) {
                    for (sum, value) in sum.iter_mut().zip(vector) {
                        *sum += factor * value;
                    }
                }
                let out = outputs.get(place);
                put(out, target.add, sum.iter().copied());
                if i == 0 && self.keep_first {
                    put(out, true, first.iter().copied());
                }
            }
        });
    }
}
