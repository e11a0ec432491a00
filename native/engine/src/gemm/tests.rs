use super::*;
use crate::random::CounterRandom;

fn random(seed: u64, length: usize) -> Vec<f32> {
    (0..length)
        .map(|i| CounterRandom::new(seed, 0, 0).uniform(i as u64) - 0.5)
        .collect()
}

fn gemm(set: InstructionSet) -> Gemm {
    Gemm::new(set, Precision::Fp32, 7).unwrap()
}

/// Every bfloat16 kernel that this CPU can run.
fn bf16_gemms() -> Vec<Gemm> {
    let mut gemms: Vec<Gemm> = InstructionSet::available()
        .into_iter()
        .map(|set| Gemm::new(set, Precision::Bf16, 7).unwrap())
        .collect();
    if isa::has_avx512_bf16() {
        let (kernel, set) = isa::select(InstructionSet::Avx512, Precision::Fp32).unwrap();
        gemms.push(Gemm::with_kernel(isa::with_bf16_pairs(kernel), set, 7));
    }
    gemms
}

/// Fast and plain results of products with every order of operands, with and without bias, activation, mask and
/// accumulation, for a shape and a number of threads.
fn results(gemm: &Gemm, threads: usize, (m, n, k): (usize, usize, usize)) -> Vec<(f32, f32)> {
    let pool = Pool::new(threads);
    let (mut lhs, mut rhs, bias) = (random(1, m * k), random(2, k * n), random(3, n));
    if gemm.kernel.packing != bf16::Packing::F32 {
        bf16::round(&mut lhs);
        bf16::round(&mut rhs);
    }
    let mut found = Vec::new();
    for case in 0..16 {
        let [lhs_transposed, rhs_transposed, accumulate, extra] = [1, 2, 4, 8].map(|bit| case & bit != 0);
        let operand = |pointer: *const f32, rows: usize, columns: usize, transposed: bool| {
            if transposed {
                Operand {
                    pointer,
                    row_stride: 1,
                    column_stride: rows,
                }
            } else {
                Operand {
                    pointer,
                    row_stride: columns,
                    column_stride: 1,
                }
            }
        };
        let start = random(4, m * (n + 3));
        let outputs: Vec<f32> = random(5, m * n).iter().map(|x| x.max(0.0)).collect();
        let mut fast = start.clone();
        let mut plain = start;
        let product = |dst: &mut [f32]| Product {
            m,
            n,
            k,
            lhs: operand(lhs.as_ptr(), m, k, lhs_transposed),
            rhs: operand(rhs.as_ptr(), k, n, rhs_transposed),
            dst: Matrix::new(dst, m, n, n + 3, 2),
            accumulate,
            alpha: if extra { -0.5 } else { 1.0 },
            bias: extra.then_some(&bias),
            activation: [Activation::Relu, Activation::None, Activation::Tanh][case % 3],
            relu_mask: (case % 5 == 0).then(|| Matrix::read_only(&outputs, m, n)),
        };
        // SAFETY: the vectors are as long as the shapes say, and dst overlaps none of them.
        unsafe {
            gemm.multiply(&pool, &product(&mut fast));
            reference::multiply(&product(&mut plain));
        }
        found.extend(fast.into_iter().zip(plain));
    }
    found
}

const SHAPES: [(usize, usize, usize); 9] = [
    (1, 1, 1),
    (7, 1, 3),
    (1, 17, 300),
    (13, 65, 9),
    (6, 16, 256),
    (128, 367, 37),
    (61, 129, 513),
    (200, 12, 31),
    (33, 8, 700),
];

#[test]
fn every_instruction_set_agrees_with_the_plain_product() {
    for set in InstructionSet::available() {
        for shape in SHAPES {
            for (fast, plain) in results(&gemm(set), 2, shape) {
                let error = (fast - plain).abs();
                assert!(
                    error <= 2e-6 * (shape.2 as f32).sqrt() + 1e-6,
                    "{set:?} {shape:?}: {fast} {plain}"
                );
            }
        }
    }
}

#[test]
fn products_of_bfloat16_are_those_of_the_rounded_operands() {
    for gemm in bf16_gemms() {
        for shape in SHAPES {
            for (fast, plain) in results(&gemm, 3, shape) {
                let error = (fast - plain).abs();
                assert!(
                    error <= 2e-6 * (shape.2 as f32).sqrt() + 1e-6,
                    "{:?} {:?} {shape:?}: {fast} {plain}",
                    gemm.instruction_set,
                    gemm.kernel.packing
                );
            }
        }
    }
}

#[test]
fn relu_drops_what_is_negative_and_keeps_a_nan() {
    const COLUMNS: usize = 70;
    let pool = Pool::new(1);
    let (lhs, rhs) = ([-1.0, 1.0, f32::NAN], [2.0; COLUMNS]);
    for set in InstructionSet::available() {
        let mut dst = vec![0.0; 3 * COLUMNS];
        let contiguous = |pointer| Operand {
            pointer,
            row_stride: 1,
            column_stride: 1,
        };
        let product = Product {
            m: 3,
            n: COLUMNS,
            k: 1,
            lhs: contiguous(lhs.as_ptr()),
            rhs: contiguous(rhs.as_ptr()),
            dst: Matrix::new(&mut dst, 3, COLUMNS, COLUMNS, 0),
            accumulate: false,
            alpha: 1.0,
            bias: None,
            activation: Activation::Relu,
            relu_mask: None,
        };
        // SAFETY: the vectors are as long as the shapes say, and dst overlaps none of them.
        unsafe { gemm(set).multiply(&pool, &product) };
        let (negative, rest) = dst.split_at(COLUMNS);
        let (positive, nan) = rest.split_at(COLUMNS);
        assert!(negative.iter().all(|&value| value == 0.0), "{set:?}");
        assert!(positive.iter().all(|&value| value == 2.0), "{set:?}");
        assert!(nan.iter().all(|value| value.is_nan()), "{set:?}");
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    for set in InstructionSet::available() {
        for shape in SHAPES {
            let one = results(&gemm(set), 1, shape);
            for threads in [2, 3, 7] {
                assert!(
                    one == results(&gemm(set), threads, shape),
                    "{set:?} {shape:?} with {threads} threads"
                );
            }
        }
    }
}

#[test]
fn an_instruction_set_this_cpu_lacks_is_refused_by_name() {
    let missing = if cfg!(target_arch = "x86_64") {
        InstructionSet::Neon
    } else {
        InstructionSet::Avx2
    };
    let error = Gemm::new(missing, Precision::Fp32, 1).err().unwrap();
    assert!(error.message.contains(missing.name()), "{error}");
}
