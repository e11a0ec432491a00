//! What predictions read in place of rows that training never reached, against the plain executor in f64.

#[allow(
    dead_code,
    reason = "the gradients of the plain executor are for another test"
)]
mod f64_reference;

use std::collections::{HashMap, HashSet};

use batch::Batch;
use engine::Model;
use engine::plan::Plan;
use engine::tensors::IndexMap;
use f64_reference::executor::Plain;
use f64_reference::random_plan;
use serde_json::{Value, json};

const PLANS: u64 = 60;
const KINDS: [&str; 3] = ["initial", "zero", "mean"];
const ADAM: &str =
    r#"{ "kind": "adam", "learningRate": 0.1, "epsilon": 1e-8, "beta1": 0.9, "beta2": 0.999, "l2": 0.01 }"#;

fn options(threads: usize) -> String {
    format!(r#"{{ "threads": {threads}, "instructionSet": "auto", "precision": "fp32", "seed": 1 }}"#)
}

fn configured(json: &Value, threads: usize) -> Model {
    let mut model = Model::new(&json.to_string(), &options(threads)).unwrap();
    model.initialize(7).unwrap();
    let settings =
        format!(r#"{{ "tables": {ADAM}, "dense": {ADAM}, "gradientClipNorm": 0, "accumulateBatches": 2 }}"#);
    model.configure_training(&settings).unwrap();
    model
}

/// A random plan all of whose tables have the setting.
fn plan_with(seed: u64, kind: &str) -> (Value, Plan) {
    let mut json = random_plan::plan(seed);
    for parameter in json["parameters"].as_array_mut().unwrap() {
        if parameter["kind"] == "table" {
            parameter["untrained"] = json!(kind);
        }
    }
    let plan = Plan::from_json(&json.to_string()).unwrap();
    (json, plan)
}

/// Few lookups, so that many rows are left out; the third batch is not followed by an optimizer step.
fn batches(plan: &Plan, seed: u64) -> Vec<Batch> {
    (0..3)
        .map(|at| random_plan::batch(plan, 10 * seed + at, 2))
        .collect()
}

/// How a table is read: its column, its map, and whether it is a half of a pair that is multiplied value by value.
struct Read {
    column: usize,
    map: IndexMap,
    multiplied: Option<usize>,
}

/// Of each parameter that is a table or learned weights.
fn reads(plan: &Plan, json: &Value) -> Vec<Option<Read>> {
    let mut reads: Vec<Option<Read>> = plan.tensors.parameters.iter().map(|_| None).collect();
    let mut tables = HashMap::new();
    let place = |value: &Value| value.as_u64().unwrap() as usize;
    for operation in json["operations"].as_array().unwrap() {
        if operation["kind"] == "embeddingBag" {
            let column = place(&operation["column"]);
            let read = |map| {
                Some(Read {
                    column,
                    map,
                    multiplied: None,
                })
            };
            let map: IndexMap = serde_json::from_value(operation["indexMap"].clone()).unwrap();
            tables.insert(place(&operation["output"]), place(&operation["table"]));
            reads[place(&operation["table"])] = read(map);
            if let Some(weights) = operation["rowWeights"].as_u64() {
                reads[weights as usize] = read(if map.is_quotient_remainder() {
                    IndexMap::Identity
                } else {
                    map
                });
            }
        } else if operation["kind"] == "multiply" {
            let [first, second] = [0, 1].map(|at| tables.get(&place(&operation["inputs"][at])));
            let (Some(&first), Some(&second)) = (first, second) else {
                continue;
            };
            for (one, other) in [(first, second), (second, first)] {
                let read = reads[one].as_mut().unwrap();
                if read.map.is_quotient_remainder() && !plan.tensors.inputs.sparse[read.column].multi_valued {
                    read.multiplied = Some(other);
                }
            }
        }
    }
    reads
}

/// The plan's JSON with a table row for every value, and its parameters in f64 as predictions read them after the first two
/// batches, which an optimizer step followed; a table whose rows values share has seen the third as well.
fn as_predicted(
    (plan, json): (&Plan, &Value),
    model: &Model,
    batches: &[Batch],
    kind: &str,
) -> (Value, Vec<Vec<f64>>, usize) {
    let reads = reads(plan, json);
    let mut replacements = 0;
    let of = |index: usize| model.parameter(&plan.tensors.parameters[index].name).unwrap();
    let mut expanded = json.clone();
    let mut parameters = Vec::new();
    for (index, parameter) in plan.tensors.parameters.iter().enumerate() {
        let Some(read) = &reads[index] else {
            parameters.push(of(index).iter().map(|&value| f64::from(value)).collect());
            continue;
        };
        let width = parameter.shape.get(1).copied().unwrap_or(1);
        let shared = read.map != IndexMap::Identity;
        let count = if shared {
            plan.tensors.inputs.sparse[read.column].cardinality as usize
        } else {
            parameter.shape[0]
        };
        let seen = &batches[..if shared { 3 } else { 2 }];
        let trained: HashSet<usize> = seen
            .iter()
            .flat_map(|batch| &batch.columns[read.column].indices)
            .map(|&value| value as usize)
            .collect();
        let row = |index: usize, map: IndexMap, value: usize| {
            let start = map.row(value as u32) as usize * width;
            of(index)[start..start + width]
                .iter()
                .map(|&value| f64::from(value))
                .collect::<Vec<_>>()
        };
        let mean_of = |row: &dyn Fn(usize) -> Vec<f64>| {
            let mut mean = vec![0.0; width];
            for value in &trained {
                let row = row(*value);
                mean.iter_mut()
                    .zip(row)
                    .for_each(|(mean, value)| *mean += value / trained.len() as f64);
            }
            mean
        };
        let substitute = match (kind, read.multiplied) {
            ("zero", _) => vec![0.0; width],
            (_, Some(other)) if matches!(read.map, IndexMap::Quotient { .. }) => {
                let other_map = reads[other].as_ref().unwrap().map;
                mean_of(&|value| {
                    let (one, other) = (row(index, read.map, value), row(other, other_map, value));
                    one.iter().zip(other).map(|(one, other)| one * other).collect()
                })
            }
            (_, Some(_)) => vec![1.0; width],
            _ => mean_of(&|value| row(index, read.map, value)),
        };
        replacements += usize::from(trained.len() < count);
        let values = (0..count).flat_map(|value| {
            if kind == "initial" || trained.contains(&value) {
                row(index, read.map, value)
            } else {
                substitute.clone()
            }
        });
        parameters.push(values.collect());
    }
    for operation in expanded["operations"].as_array_mut().unwrap() {
        if operation["kind"] == "embeddingBag" {
            operation["indexMap"] = json!({ "kind": "identity" });
        }
    }
    (expanded, parameters, replacements)
}

fn trained_model(json: &Value, batches: &[Batch], threads: usize) -> (Model, Vec<u64>) {
    let mut model = configured(json, threads);
    let losses = batches
        .iter()
        .map(|batch| model.train_batch(batch, 1.0).unwrap().to_bits());
    let losses = losses.collect();
    (model, losses)
}

#[test]
fn predictions_read_the_substitute_and_training_the_rows_themselves() {
    let mut replacements = 0;
    for seed in 0..PLANS {
        let mut losses = Vec::new();
        for kind in KINDS {
            let (json, plan) = plan_with(seed, kind);
            let batches = batches(&plan, seed);
            let (mut model, of_kind) = trained_model(&json, &batches, 2);
            losses.push(of_kind);
            let (expanded, parameters, replaced) = as_predicted((&plan, &json), &model, &batches, kind);
            replacements += replaced;
            let plain = Plain::new(&plan, &expanded, parameters);
            let fresh = random_plan::batch(&plan, 1000 + seed, 19);
            let found = model.predict_batch(&fresh).unwrap();
            let expected = &plain.forward(&fresh)[plan.loss.prediction];
            for (found, expected) in found.iter().zip(expected) {
                let clamp = f64::from(plan.loss.clamp);
                let expected = if clamp > 0.0 {
                    expected.clamp(clamp, 1.0 - clamp)
                } else {
                    *expected
                };
                assert!(
                    (f64::from(*found) - expected).abs() <= 1e-5,
                    "plan {seed}, {kind}: {found} {expected}"
                );
            }
        }
        assert!(
            losses.iter().all(|other| *other == losses[0]),
            "plan {seed}: losses differ"
        );
    }
    assert!(replacements > 200, "{replacements} tables had untrained rows");
}

#[test]
fn a_model_that_is_loaded_again_predicts_and_goes_on_with_the_same_bits() {
    let folder = std::env::temp_dir().join(format!("untrained-rows-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("model.safetensors");
    let path = path.to_str().unwrap();
    let bits = |values: Vec<f32>| values.into_iter().map(f32::to_bits).collect::<Vec<_>>();
    for seed in 0..PLANS {
        let (json, plan) = plan_with(seed, KINDS[seed as usize % 3]);
        let batches = batches(&plan, seed);
        let (mut model, _) = trained_model(&json, &batches[..2], 1);
        model.save(path, "{}", true).unwrap();
        let mut loaded = configured(&json, 3);
        loaded.load(path, true).unwrap();
        let mut for_prediction = Model::new(&json.to_string(), &options(2)).unwrap();
        for_prediction.load(path, false).unwrap();
        let fresh = random_plan::batch(&plan, 2000 + seed, 19);
        let expected = bits(model.predict_batch(&fresh).unwrap());
        assert_eq!(
            bits(loaded.predict_batch(&fresh).unwrap()),
            expected,
            "plan {seed}: loaded"
        );
        assert_eq!(
            bits(for_prediction.predict_batch(&fresh).unwrap()),
            expected,
            "plan {seed}"
        );
        for model in [&mut model, &mut loaded] {
            model.train_batch(&batches[2], 1.0).unwrap();
            model.train_batch(&fresh, 1.0).unwrap();
        }
        let other = random_plan::batch(&plan, 3000 + seed, 19);
        let expected = bits(model.predict_batch(&other).unwrap());
        assert_eq!(
            bits(loaded.predict_batch(&other).unwrap()),
            expected,
            "plan {seed}: trained on"
        );
        model
            .quantise(r#"{ "tables": "fp32", "dense": "fp32" }"#)
            .unwrap();
        assert_eq!(
            bits(model.predict_batch(&other).unwrap()),
            expected,
            "plan {seed}: quantised"
        );
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn pooled_rows_for_a_dense_half_elsewhere_are_replaced_in_predictions_alone() {
    let bag = json!({
        "node": "e", "kind": "embeddingBag", "column": 0, "table": 0, "rowWeights": null, "pooling": "sum",
        "indexMap": { "kind": "identity" }, "output": 0
    });
    let logit = json!({
        "node": "p", "kind": "linear", "input": 0, "weight": 1, "bias": null, "activation": "sigmoid", "output": 1
    });
    let initial = json!({ "kind": "uniform", "low": -1, "high": 1 });
    let json = json!({
        "version": 1,
        "inputs": { "dense": [], "sparse": [{ "name": "c", "cardinality": 4, "multiValued": false }] },
        "parameters": [
            { "name": "e", "shape": [4, 2], "kind": "table", "initial": initial, "untrained": "mean" },
            { "name": "w", "shape": [1, 2], "kind": "dense", "initial": initial },
        ],
        "values": [{ "name": "e", "width": 2 }, { "name": "p", "width": 1 }],
        "operations": [bag, logit],
        "loss": { "kind": "bce", "prediction": 1, "clamp": 0, "weights": [1, 1] },
    });
    let batch = |indices: &[u32]| Batch {
        size: indices.len(),
        labels: vec![1.0; indices.len()],
        columns: vec![batch::SparseColumn {
            offsets: None,
            indices: indices.to_vec(),
        }],
        ..Batch::default()
    };
    let mut model = configured(&json, 1);
    for indices in [[1, 2], [2, 1]] {
        model.train_batch(&batch(&indices), 1.0).unwrap();
    }
    let table = model.parameter("e").unwrap().to_vec();
    let mean: Vec<f32> = (0..2)
        .map(|at| ((f64::from(table[2 + at]) + f64::from(table[4 + at])) / 2.0) as f32)
        .collect();
    let pooled =
        |model: &mut Model, training| model.look_up(batch(&[0, 1, 3]), true, training).unwrap().pooled;
    assert_eq!(
        pooled(&mut model, false),
        [&mean[..], &table[2..4], &mean].concat()
    );
    assert!(model.collect_gradients(&[0.0; 6], true).is_err());
    assert_eq!(pooled(&mut model, true), [&table[..4], &table[6..]].concat());
    model.collect_gradients(&[1.0; 6], true).unwrap();
    model.update_tables(1.0, 1.0).unwrap();
    assert_eq!(pooled(&mut model, false), pooled(&mut model, true));
}
