//! Training across ranks gives the bits of one rank, on random plans, batches, placements and optimizers.

#[expect(dead_code, reason = "the plain executor is for other tests")]
mod f64_reference;

use std::path::PathBuf;
use std::sync::Arc;

use batch::{Batch, SparseColumn};
use engine::Model;
use engine::plan::Plan;
use f64_reference::random_plan::{self, Random};
use ranks::threads::run;
use ranks::{Communicator, Leaves};
use serde_json::{Value, json};

const SIZES: [usize; 6] = [61, 16, 300, 5, 1, 9];

/// What a rank has after training.
#[derive(Debug, PartialEq)]
struct Trained {
    losses: Vec<u64>,
    predictions: Vec<u32>,
}

fn settings(seed: u64) -> String {
    let pick = |choices: &[f64], every: u64| choices[(seed / every) as usize % choices.len()];
    let kind = ["sgd", "adagrad", "rowWiseAdagrad", "adam"][seed as usize % 4];
    let optimizer = json!({
        "kind": kind, "learningRate": 0.1, "epsilon": 1e-8, "beta1": 0.9, "beta2": 0.99, "l2": pick(&[0.0, 0.01], 4),
    });
    json!({
        "tables": optimizer, "dense": optimizer,
        "gradientClipNorm": pick(&[0.0, 0.5], 8),
        "accumulateBatches": pick(&[1.0, 3.0], 16) as u32,
    })
    .to_string()
}

/// A random place for each table; with `divided` the columns or rows of some are divided among ranks.
fn shards(json: &Value, random: &mut Random, ranks: usize, divided: bool, row_wise: bool) -> Vec<Value> {
    let mut shards = Vec::new();
    let operations = json["operations"].as_array().unwrap();
    for operation in operations
        .iter()
        .filter(|operation| operation["kind"] == "embeddingBag")
    {
        let parameter = &json["parameters"][operation["table"].as_u64().unwrap() as usize];
        let [rows, width] = [0, 1].map(|axis| parameter["shape"][axis].as_u64().unwrap() as usize);
        // The two tables of a quotient-remainder pair that are not divided belong together, and share a column.
        let rank = operation["column"].as_u64().unwrap() as usize % ranks;
        let is_pair = ["quotient", "remainder"].contains(&operation["indexMap"]["kind"].as_str().unwrap());
        let has_weights = !operation["rowWeights"].is_null();
        let by_rows = divided && !(is_pair && has_weights) && random.below(2) == 0;
        let by_columns = divided && !has_weights && !is_pair && !row_wise;
        let place = |part: usize, rows: std::ops::Range<usize>, columns: std::ops::Range<usize>| {
            let mut shard = json!({
                "table": parameter["name"], "rank": (rank + part) % ranks,
                "firstColumn": columns.start, "columns": columns.len(),
            });
            if by_rows {
                shard["firstRow"] = rows.start.into();
                shard["rows"] = rows.len().into();
            }
            shard
        };
        if by_rows {
            let offset = random.below(ranks);
            let mut ends: Vec<usize> = (1..ranks).map(|_| random.below(rows)).collect();
            ends.push(rows);
            ends.sort_unstable();
            ends.dedup();
            let mut next = 0;
            for (part, end) in ends.into_iter().filter(|&end| end > 0).enumerate() {
                shards.push(place(offset + part, next..end, 0..width));
                next = end;
            }
            continue;
        }
        let parts = if by_columns { width.min(3).min(ranks) } else { 1 };
        let offset = if parts == 1 { 0 } else { random.below(ranks) };
        for part in 0..parts {
            let columns = part * width / parts..(part + 1) * width / parts;
            shards.push(place(offset + part, 0..rows, columns));
        }
    }
    shards
}

fn options(shards: &[Value], exchange: &str) -> String {
    json!({ "threads": 1, "instructionSet": "auto", "precision": "fp32", "seed": 1, "shards": shards, "exchange": exchange })
        .to_string()
}

fn file(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("ranks-{}-{name}", std::process::id()))
}

/// What a rank has to read of a batch.
fn part_of(batch: Batch, plan: &Plan, (rank, ranks): (usize, usize), looked_up: &[String]) -> Batch {
    let (rows, width) = (
        Leaves::new(ranks).rows_of_rank(rank, batch.size),
        batch.dense_width,
    );
    let inputs = plan.tensors.inputs.sparse.iter();
    let columns = inputs
        .zip(batch.columns)
        .map(|(input, column)| match looked_up.contains(&input.name) {
            true => column,
            false => SparseColumn::default(),
        });
    Batch {
        dense: batch.dense[rows.start * width..rows.end * width].to_vec(),
        labels: batch.labels[rows].to_vec(),
        columns: columns.collect(),
        ..batch
    }
}

/// The plan with what predictions read in place of untrained rows.
fn with_substitutes(mut json: Value, seed: u64) -> Value {
    let untrained = ["mean", "mean", "zero", "initial"][seed as usize / 3 % 4];
    for parameter in json["parameters"].as_array_mut().unwrap() {
        if parameter["kind"] == "table" {
            parameter["untrained"] = untrained.into();
        }
    }
    json
}

/// Trains on `ranks` ranks, saves, and predicts. All ranks must agree on every number.
fn train(seed: u64, json: &Value, ranks: usize, path: &str, from: Option<&str>) -> Trained {
    let plan = Plan::from_json(&json.to_string()).unwrap();
    let divided = seed % 5 != 4;
    let exchange = ["all-to-all", "fused-scatter", "scatter"][seed as usize / 6 % 3];
    let row_wise = settings(seed).contains("rowWiseAdagrad");
    let shards = shards(
        json,
        &mut Random::new(seed + ranks as u64),
        ranks,
        divided,
        row_wise,
    );
    let options = options(&shards, exchange);
    let mut trained = run(ranks, |transport| {
        let communicator = Arc::new(Communicator::new(Box::new(transport)).unwrap());
        let rank = communicator.rank();
        let mut model = Model::with_ranks(&json.to_string(), &options, Some(communicator)).unwrap();
        model.initialize(7).unwrap();
        model.configure_training(&settings(seed)).unwrap();
        if let Some(path) = from {
            model.load(path, true).unwrap();
        }
        let looked_up = model.looked_up_columns();
        let of_rank = |batch: Batch| match seed % 2 {
            0 => batch,
            _ => part_of(batch, &plan, (rank, ranks), &looked_up),
        };
        let losses = SIZES.iter().enumerate().map(|(step, &size)| {
            let batch = of_rank(random_plan::batch(&plan, seed + step as u64, size));
            model.train_batch(&batch, 1.0).unwrap().to_bits()
        });
        let losses = losses.collect();
        model.save(path, "notes", true).unwrap();
        let batch = of_rank(random_plan::batch(&plan, seed + 100, 47));
        let predictions = model.predict_batch(&batch).unwrap();
        Trained {
            losses,
            predictions: predictions.into_iter().map(f32::to_bits).collect(),
        }
    });
    let first = trained.remove(0);
    assert!(
        trained.iter().all(|other| *other == first),
        "plan {seed}: the ranks differ"
    );
    first
}

#[test]
fn any_number_of_ranks_trains_predicts_saves_and_resumes_to_the_bits_of_one() {
    for seed in 0..48 {
        let json = with_substitutes(random_plan::plan(seed), seed);
        let paths = [file("one"), file("several"), file("resumed")];
        let [one, several, resumed] = paths.each_ref().map(|path| path.to_str().unwrap());
        let expected = train(seed, &json, 1, one, None);
        let ranks = [2, 3, 4, 5, 7, 8][seed as usize % 6];
        let found = train(seed, &json, ranks, several, None);
        assert_eq!(found, expected, "plan {seed} on {ranks} ranks");
        assert!(
            std::fs::read(one).unwrap() == std::fs::read(several).unwrap(),
            "plan {seed}: the checkpoint of {ranks} ranks"
        );
        let expected = train(seed, &json, 1, resumed, Some(several));
        let found = train(seed, &json, 9 - ranks, resumed, Some(one));
        assert_eq!(found, expected, "plan {seed} resumed on {} ranks", 9 - ranks);
        for path in paths {
            std::fs::remove_file(path).unwrap();
        }
    }
}

#[test]
fn fixed_order_sums_are_those_of_ordinary_training_up_to_rounding() {
    for seed in 0..16 {
        let json = random_plan::plan(seed);
        let plan = Plan::from_json(&json.to_string()).unwrap();
        let path = file("rounding");
        let found = train(seed, &json, 1, path.to_str().unwrap(), None);
        std::fs::remove_file(path).unwrap();
        let mut model = Model::new(&json.to_string(), &options(&[], "all-to-all")).unwrap();
        model.initialize(7).unwrap();
        model.configure_training(&settings(seed)).unwrap();
        for (step, (&size, loss)) in SIZES.iter().zip(found.losses).enumerate() {
            let batch = random_plan::batch(&plan, seed + step as u64, size);
            let expected = model.train_batch(&batch, 1.0).unwrap();
            let difference = (f64::from_bits(loss) - expected).abs() / expected.abs().max(1e-3);
            assert!(difference < 2e-4, "plan {seed}, step {step}: {expected}");
        }
    }
}

#[test]
fn a_table_that_is_not_placed_once_is_refused_by_name() {
    let json = (0..).map(random_plan::plan).find(|json| {
        json["operations"]
            .as_array()
            .unwrap()
            .iter()
            .any(|operation| operation["kind"] == "embeddingBag")
    });
    let json = json.unwrap();
    let refusal = |shards: Vec<Value>| {
        let messages = run(1, |transport| {
            let communicator = Arc::new(Communicator::new(Box::new(transport)).unwrap());
            Model::with_ranks(
                &json.to_string(),
                &options(&shards, "all-to-all"),
                Some(communicator),
            )
            .err()
        });
        messages.into_iter().next().unwrap().unwrap().message
    };
    let all = shards(&json, &mut Random::new(1), 1, false, false);
    let name = all[0]["table"].as_str().unwrap();
    assert!(refusal(Vec::new()).contains("columns of the table"));
    let mut elsewhere = all.clone();
    elsewhere[0]["rank"] = 3.into();
    assert!(refusal(elsewhere).contains(&format!("'{name}' is placed on rank 3")));
    let mut twice = all.clone();
    twice.push(all[0].clone());
    assert!(refusal(twice).contains("make them one"));
}
