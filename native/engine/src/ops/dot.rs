//! Pairwise dot products of k vectors: the lower triangle of Z·Zᵀ, row by row.

use super::{Machine, Target, put};
use crate::gemm::{Lines, Operand};
use crate::matrix::{InputRows, Matrix, for_rows};

/// Columns of Z·Zᵀ computed at a time, from the diagonal down.
const BLOCK: usize = 16;

#[derive(Clone, Copy)]
pub struct Dot {
    pub include_self: bool,
    pub keep_first: bool,
}

/// One thread's buffers for one row of the batch.
struct Scratch {
    /// The k vectors, `[k, width]`.
    vectors: Vec<f32>,
    /// `[k, k]`.
    square: Vec<f32>,
    /// Gradients of the vectors, `[k, width]`.
    sums: Vec<f32>,
    panel: Lines,
}

impl Scratch {
    fn new(count: usize, width: usize) -> Self {
        Self {
            vectors: vec![0.0; count * width],
            square: vec![0.0; count * count],
            sums: vec![0.0; count * width],
            panel: Lines::default(),
        }
    }

    fn gather(&mut self, inputs: &InputRows, width: usize) {
        for (i, vector) in self.vectors.chunks_exact_mut(width).enumerate() {
            vector.copy_from_slice(inputs.get(i));
        }
    }
}

fn operand(matrix: &[f32], row: usize) -> Operand {
    Operand {
        pointer: matrix.as_ptr(),
        row,
        column: 1,
    }
}

impl Dot {
    /// Products in row `i` of the triangle.
    fn in_row(self, i: usize) -> usize {
        i + usize::from(self.include_self)
    }

    /// `output = [first vector if kept, products]`.
    pub fn forward(self, machine: &Machine, inputs: &[Matrix], output: Matrix) {
        let (count, width) = (inputs.len(), inputs[0].width());
        let elements = count * count * width / 2;
        let scratch = || Scratch::new(count, width);
        for_rows(
            &machine.pool,
            (inputs, &[output]),
            elements,
            scratch,
            |scratch, _, inputs, outputs| {
                scratch.gather(inputs, width);
                let Scratch {
                    vectors,
                    square,
                    panel,
                    ..
                } = scratch;
                for start in (0..count).step_by(BLOCK) {
                    let below = operand(&vectors[start * width..], width);
                    let size = (count - start, BLOCK.min(count - start), width);
                    let corner = &mut square[start * (count + 1)..];
                    // SAFETY: `below` has count - start rows, the square as many from the corner down.
                    unsafe {
                        machine.gemm.small(
                            size,
                            (below, below.transposed()),
                            (corner.as_mut_ptr(), count),
                            panel,
                        )
                    };
                }
                let mut out = &mut outputs.get(0)[..];
                if self.keep_first {
                    let (first, rest) = out.split_at_mut(width);
                    first.copy_from_slice(inputs.get(0));
                    out = rest;
                }
                for (i, row) in square.chunks_exact(count).enumerate() {
                    let (here, rest) = out.split_at_mut(self.in_row(i));
                    here.copy_from_slice(&row[..here.len()]);
                    out = rest;
                }
            },
        );
    }

    /// Gradient of vector i: Σ_j G_ij z_j, where G is the triangle made symmetric (its diagonal counts twice).
    pub fn backward(
        self,
        machine: &Machine,
        inputs: &[Matrix],
        gradient: Matrix,
        targets: &[Option<Target>],
    ) {
        let (count, width) = (inputs.len(), inputs[0].width());
        let sources: Vec<Matrix> = inputs.iter().copied().chain([gradient]).collect();
        let wanted: Vec<(usize, Target)> = targets
            .iter()
            .enumerate()
            .filter_map(|(i, target)| target.map(|target| (i, target)))
            .collect();
        let outputs: Vec<Matrix> = wanted.iter().map(|(_, target)| target.matrix).collect();
        let elements = count * count * width;
        let scratch = || Scratch::new(count, width);
        for_rows(
            &machine.pool,
            (&sources, &outputs),
            elements,
            scratch,
            |scratch, _, inputs, outputs| {
                scratch.gather(inputs, width);
                let Scratch {
                    vectors,
                    square,
                    sums,
                    panel,
                } = scratch;
                let (first, triangle) = inputs
                    .get(count)
                    .split_at(if self.keep_first { width } else { 0 });
                self.make_symmetric(triangle, square, count);
                let size = (count, width, count);
                let operands = (operand(square, count), operand(vectors, width));
                // SAFETY: the square is [count, count], vectors and sums [count, width].
                unsafe {
                    machine
                        .gemm
                        .small(size, operands, (sums.as_mut_ptr(), width), panel)
                };
                for (place, &(i, target)) in wanted.iter().enumerate() {
                    let out = outputs.get(place);
                    put(out, target.add, sums[i * width..][..width].iter().copied());
                    if i == 0 && self.keep_first {
                        put(out, true, first.iter().copied());
                    }
                }
            },
        );
    }

    fn make_symmetric(self, mut triangle: &[f32], square: &mut [f32], count: usize) {
        for i in 0..count {
            let (row, rest) = triangle.split_at(self.in_row(i));
            triangle = rest;
            square[i * count..][..row.len()].copy_from_slice(row);
            for (j, &g) in row.iter().enumerate().take(i) {
                square[j * count + i] = g;
            }
            square[i * count + i] = if self.include_self { 2.0 * row[i] } else { 0.0 };
        }
    }
}
