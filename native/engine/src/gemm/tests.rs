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

/// Every kernel for operands of bfloat16 that this CPU can run.
fn bf16_gemms() -> Vec<Gemm> {
    let mut gemms: Vec<Gemm> = InstructionSet::available()
        .into_iter()
        .map(|set| Gemm::new(set, Precision::Bf16, 7).unwrap())
        .collect();
    if isa::has_bf16() {
        let (kernel, set) = isa::select(InstructionSet::Avx512, Precision::Fp32).unwrap();
        gemms.push(Gemm::with_kernel(isa::in_pairs(kernel), set, 7));
    }
    gemms
}

/// One product of every kind of operand order, bias, activation and addition, for a shape and a number of threads.
fn results(gemm: &Gemm, threads: usize, (rows, columns, depth): (usize, usize, usize)) -> Vec<(f32, f32)> {
    let pool = Pool::new(threads);
    let (mut a, mut b, bias) = (
        random(1, rows * depth),
        random(2, depth * columns),
        random(3, columns),
    );
    if gemm.kernel.elements != bf16::Elements::Whole {
        bf16::round(&mut a);
        bf16::round(&mut b);
    }
    let mut found = Vec::new();
    for case in 0..16 {
        let [a_across, b_across, add, extra] = [1, 2, 4, 8].map(|bit| case & bit != 0);
        let order = |pointer: *const f32, tall: usize, wide: usize, across: bool| {
            if across {
                Operand {
                    pointer,
                    row: 1,
                    column: tall,
                }
            } else {
                Operand {
                    pointer,
                    row: wide,
                    column: 1,
                }
            }
        };
        let start = random(4, rows * (columns + 3));
        let outputs: Vec<f32> = random(5, rows * columns).iter().map(|x| x.max(0.0)).collect();
        let mut fast = start.clone();
        let mut plain = start;
        let product = |c: &mut [f32]| Product {
            rows,
            columns,
            depth,
            a: order(a.as_ptr(), rows, depth, a_across),
            b: order(b.as_ptr(), depth, columns, b_across),
            c: Matrix::new(c, rows, columns, columns + 3, 2),
            add,
            scale: if extra { -0.5 } else { 1.0 },
            bias: extra.then_some(&bias),
            activation: [Activation::Relu, Activation::None, Activation::Tanh][case % 3],
            positive: (case % 5 == 0).then(|| Matrix::read_only(&outputs, rows, columns)),
        };
        // SAFETY: the vectors are as long as the shapes say and c is apart.
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
                    gemm.kernel.elements
                );
            }
        }
    }
}

#[test]
fn relu_drops_what_is_negative_and_keeps_a_nan() {
    const COLUMNS: usize = 70;
    let pool = Pool::new(1);
    let (a, b) = ([-1.0, 1.0, f32::NAN], [2.0; COLUMNS]);
    for set in InstructionSet::available() {
        let mut c = vec![0.0; 3 * COLUMNS];
        let across = |pointer| Operand {
            pointer,
            row: 1,
            column: 1,
        };
        let product = Product {
            rows: 3,
            columns: COLUMNS,
            depth: 1,
            a: across(a.as_ptr()),
            b: across(b.as_ptr()),
            c: Matrix::new(&mut c, 3, COLUMNS, COLUMNS, 0),
            add: false,
            scale: 1.0,
            bias: None,
            activation: Activation::Relu,
            positive: None,
        };
        // SAFETY: the vectors are as long as the shapes say and c is apart.
        unsafe { gemm(set).multiply(&pool, &product) };
        let (negative, rest) = c.split_at(COLUMNS);
        let (positive, none) = rest.split_at(COLUMNS);
        assert!(negative.iter().all(|&value| value == 0.0), "{set:?}");
        assert!(positive.iter().all(|&value| value == 2.0), "{set:?}");
        assert!(none.iter().all(|value| value.is_nan()), "{set:?}");
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
