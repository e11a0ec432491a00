//! Every operation against central differences in f64, and the engine against the plain executor, on random plans.

mod f64_reference;

use std::collections::BTreeSet;

use batch::Batch;
use engine::Model;
use engine::gemm::InstructionSet;
use engine::plan::Plan;
use f64_reference::executor::Plain;
use f64_reference::operations::REGISTRY;
use f64_reference::random_plan::{self, Random};
use serde_json::Value;

const PLANS: u64 = 150;
const OPTIONS: &str = r#"{ "threads": 2, "instructionSet": "auto", "precision": "fp32", "seed": 1 }"#;
const SGD: &str = r#"{ "kind": "sgd", "learningRate": 0.1, "epsilon": 0, "beta1": 0, "beta2": 0, "l2": 0 }"#;

fn training(optimizer: &str) -> String {
    format!(
        r#"{{ "tables": {optimizer}, "dense": {optimizer}, "gradientClipNorm": 0, "accumulateBatches": 1 }}"#
    )
}

fn model(plan: &Value, options: &str) -> Model {
    let mut model = Model::new(&plan.to_string(), options).unwrap();
    model.initialize(7).unwrap();
    model.configure_training(&training(SGD)).unwrap();
    model
}

fn plain<'a>(plan: &'a Plan, json: &Value, model: &Model) -> Plain<'a> {
    let parameter = |(name, _): (String, Vec<usize>)| {
        model
            .parameter(&name)
            .unwrap()
            .iter()
            .map(|&x| f64::from(x))
            .collect()
    };
    Plain::new(
        plan,
        json,
        model.parameters().into_iter().map(parameter).collect(),
    )
}

/// Sizes of one row, of fewer rows than a kernel's tile, and of more.
fn size(seed: u64) -> usize {
    [1, 3, 4, 7, 19][seed as usize % 5]
}

fn operations(json: &Value) -> &[Value] {
    json["operations"].as_array().unwrap()
}

/// A kink within reach of the difference would make it wrong.
fn is_smooth(json: &Value) -> bool {
    json["loss"]["clamp"] == 0.0
        && operations(json)
            .iter()
            .all(|operation| operation["activation"] != "relu")
}

/// Checks random elements of every parameter's gradient; how many were checked, and how many left out because a kink lies
/// within reach of the difference.
fn check_differences(
    what: &str,
    json: &Value,
    plain: &mut Plain,
    batch: &Batch,
    seed: u64,
) -> (usize, usize) {
    let gradients = plain.gradients(batch);
    let mut random = Random::new(seed);
    let (mut checked, mut kinks) = (0, 0);
    for (index, gradient) in gradients.iter().enumerate() {
        let largest = gradient.iter().fold(0f64, |largest, g| largest.max(g.abs()));
        for _ in 0..3 {
            let element = random.below(gradient.len());
            let start = plain.parameters[index][element];
            let mut difference = |step: f64| {
                plain.parameters[index][element] = start + step;
                let above = plain.loss(batch);
                plain.parameters[index][element] = start - step;
                let below = plain.loss(batch);
                plain.parameters[index][element] = start;
                (above - below) / (2.0 * step)
            };
            let (found, near) = (difference(1e-5), difference(5e-6));
            let tolerance = 1e-5 * largest.max(1e-4);
            if !is_smooth(json) && (found - near).abs() > tolerance / 4.0 {
                kinks += 1;
                continue;
            }
            let error = (found - gradient[element]).abs();
            assert!(
                error <= tolerance,
                "{what}, p{index}[{element}]: {found} {}",
                gradient[element]
            );
            checked += 1;
        }
    }
    (checked, kinks)
}

#[test]
fn each_operations_plain_gradients_are_central_differences() {
    for &(operation, _, example) in REGISTRY {
        let (mut checked, mut kinks) = (0, 0);
        for seed in 0..100 {
            let json = random_plan::operation_plan(operation, example, seed);
            let plan = Plan::from_json(&json.to_string()).unwrap();
            let batch = random_plan::batch(&plan, seed, size(seed));
            let mut plain = plain(&plan, &json, &model(&json, OPTIONS));
            let what = format!("{operation} {seed}");
            let (more, left_out) = check_differences(&what, &json, &mut plain, &batch, seed);
            checked += more;
            kinks += left_out;
        }
        assert!(
            checked > 1000 && kinks < checked / 50,
            "{operation}: {checked}, {kinks}"
        );
    }
}

#[test]
fn each_operations_gradients_are_the_plain_ones_on_every_instruction_set() {
    for &(operation, _, example) in REGISTRY {
        for seed in 0..100 {
            let json = random_plan::operation_plan(operation, example, seed);
            check_engine(&format!("{operation} {seed}"), &json, seed);
        }
    }
}

/// Loss and gradients on every instruction set of this CPU against the plain ones, within fp32 rounding.
fn check_engine(what: &str, json: &Value, seed: u64) {
    let plan = Plan::from_json(&json.to_string()).unwrap();
    let batch = random_plan::batch(&plan, seed, size(seed));
    for set in InstructionSet::available() {
        let mut model = model(json, &OPTIONS.replace("auto", set.name()));
        let plain = plain(&plan, json, &model);
        let loss = model.loss_of_batch(&batch).unwrap();
        assert!(
            (loss - plain.loss(&batch)).abs() <= 1e-5 * loss.abs().max(1.0),
            "{what} {set:?}: loss {loss} {}",
            plain.loss(&batch)
        );
        let gradients = model.gradients(&batch).unwrap();
        for ((name, found), expected) in gradients.iter().zip(plain.gradients(&batch)) {
            let largest = expected.iter().fold(0f64, |largest, g| largest.max(g.abs()));
            for (i, (&found, expected)) in found.iter().zip(expected).enumerate() {
                let error = (f64::from(found) - expected).abs();
                assert!(
                    error <= 2e-5 * largest.max(1e-1),
                    "{what} {set:?}, {name}[{i}]: {found} {expected}"
                );
            }
        }
    }
}

#[test]
fn plain_gradients_are_central_differences() {
    let mut checked = 0;
    for seed in 0..PLANS {
        let json = random_plan::plan(seed);
        let plan = Plan::from_json(&json.to_string()).unwrap();
        if !is_smooth(&json) {
            continue;
        }
        let batch = random_plan::batch(&plan, seed, size(seed));
        let mut plain = plain(&plan, &json, &model(&json, OPTIONS));
        checked += check_differences(&format!("plan {seed}"), &json, &mut plain, &batch, seed).0;
    }
    assert!(checked > 500, "only {checked} elements were checked");
}

#[test]
fn the_engines_gradients_are_the_plain_ones_within_fp32_rounding() {
    let mut kinds = BTreeSet::new();
    for seed in 0..PLANS {
        let json = random_plan::plan(seed);
        let of_plan = operations(&json).iter();
        kinds.extend(of_plan.map(|operation| operation["kind"].as_str().unwrap().to_owned()));
        check_engine(&format!("plan {seed}"), &json, seed);
    }
    let all = engine::operation_fields()
        .into_iter()
        .map(|(kind, _)| kind.to_owned());
    assert_eq!(kinds, all.collect(), "every operation occurs");
}

#[test]
fn any_number_of_threads_trains_to_the_same_bits() {
    for seed in 0..40 {
        let json = random_plan::plan(seed);
        let plan = Plan::from_json(&json.to_string()).unwrap();
        let kind = ["sgd", "adagrad", "rowWiseAdagrad", "adam"][seed as usize % 4];
        let optimizer = SGD
            .replace("sgd", kind)
            .replace("\"epsilon\": 0", "\"epsilon\": 1e-8");
        let settings = training(&optimizer).replace("\"gradientClipNorm\": 0", "\"gradientClipNorm\": 0.5");
        let train = |threads: &str| {
            let mut model = model(
                &json,
                &OPTIONS.replace("\"threads\": 2", &format!("\"threads\": {threads}")),
            );
            model.configure_training(&settings).unwrap();
            let losses: Vec<f64> = (0..4)
                .map(|step| {
                    model
                        .train_batch(&random_plan::batch(&plan, seed + step, 300), 1.0)
                        .unwrap()
                })
                .collect();
            let names = model.parameters().into_iter().map(|(name, _)| name);
            let parameters: Vec<u32> = names
                .flat_map(|name| model.parameter(&name).unwrap().to_vec())
                .map(f32::to_bits)
                .collect();
            (losses, parameters)
        };
        let one = train("1");
        assert!(
            one.0.iter().all(|loss| loss.is_finite()),
            "plan {seed}: {:?}",
            one.0
        );
        assert!(one == train("2") && one == train("3"), "plan {seed}");
    }
}

#[test]
fn a_step_taken_in_the_backward_pass_has_the_bits_of_one_taken_after_it() {
    for seed in 0..40 {
        let json = random_plan::plan(seed);
        let plan = Plan::from_json(&json.to_string()).unwrap();
        let train = |clip: &str| {
            let mut model = model(&json, OPTIONS);
            let clip = format!("\"gradientClipNorm\": {clip}");
            let settings = training(SGD).replace("\"gradientClipNorm\": 0", &clip);
            model.configure_training(&settings).unwrap();
            for step in 0..3 {
                let batch = random_plan::batch(&plan, seed + step, 200);
                model.train_batch(&batch, 0.5).unwrap();
            }
            let names = model.parameters().into_iter().map(|(name, _)| name);
            names
                .flat_map(|name| model.parameter(&name).unwrap().to_vec())
                .map(f32::to_bits)
                .collect::<Vec<_>>()
        };
        // A limit that no norm reaches makes every gradient wait for the norm.
        assert!(train("0") == train("1e30"), "plan {seed}");
    }
}
