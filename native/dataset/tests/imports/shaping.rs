//! Features that are made of times, and values that are shaped before a model sees them, here and in files that are encoded alike.

use crate::support::{Bench, manifest, rows_of};
use dataset::{ErrorCode, Split};
use serde_json::{Value, json};

/// Label, dense `d`, sparse `s` and a time `t`, all rows for training.
fn bench(columns: [Value; 3], text: &str) -> Bench {
    let split = json!({ "kind": "modulo", "modulus": 1, "validation": [], "test": [] });
    let [dense, sparse, time] = columns;
    Bench::new()
        .with("split", split)
        .with("missingValues", json!(["NA"]))
        .column(1, dense)
        .column(2, sparse)
        .column(3, time)
        .file("a.csv", text)
}

fn dense(settings: Value) -> Value {
    let mut column =
        json!({ "name": "d", "role": "dense", "type": "float", "transform": "none", "missing": "zero" });
    column
        .as_object_mut()
        .unwrap()
        .extend(settings.as_object().unwrap().clone());
    column
}

fn sparse(settings: Value) -> Value {
    let encoding = json!({ "kind": "vocabulary", "minimumCount": 1 });
    let mut column = json!({ "name": "s", "role": "sparse", "type": "text", "encoding": encoding });
    column
        .as_object_mut()
        .unwrap()
        .extend(settings.as_object().unwrap().clone());
    column
}

fn unused(name: &str) -> Value {
    json!({ "name": name, "role": "ignore" })
}

/// The dense values and the first sparse column's rows, by row.
fn values(bench: &Bench) -> (Vec<f32>, Vec<u32>) {
    let dataset = bench.dataset();
    let rows = rows_of(&dataset, Split::Train);
    let sparse = rows.iter().filter_map(|row| row.2.first()).map(|bag| bag[0]);
    (
        rows.iter().filter_map(|row| row.1.first()).copied().collect(),
        sparse.collect(),
    )
}

fn vocabulary(bench: &Bench, file: &str) -> Vec<String> {
    let text = std::fs::read_to_string(bench.destination().join(file)).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn features_of_a_time_are_columns_of_their_own_after_their_column() {
    let time = json!({ "name": "t", "role": "time", "format": "iso", "derive": [
        { "kind": "hour" }, { "kind": "weekday" }, { "kind": "month" }, { "kind": "age", "until": "s" },
    ] });
    let until = json!({ "name": "s", "role": "time", "format": "compact" });
    let text = "1,0,20260303,2026-03-01T23:30:00+01:00\n0,0,20260303,2026-03-02 12:00\n1,0,20260303,NA\n";
    let bench = bench([dense(json!({})), until, time], text);
    let dataset = bench.dataset();
    let manifest = manifest(&dataset);
    let names: Vec<&str> = manifest["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["d", "t_hour", "t_weekday", "t_month", "t_age"]);
    assert_eq!(vocabulary(&bench, "vocabulary-1.jsonl"), ["12", "22"]);
    assert_eq!(vocabulary(&bench, "vocabulary-2.jsonl"), ["Monday", "Sunday"]);
    assert_eq!(vocabulary(&bench, "vocabulary-3.jsonl"), ["03"]);
    let rows = rows_of(&dataset, Split::Train);
    assert_eq!(rows[0].2, [vec![2], vec![2], vec![1]]);
    assert_eq!(rows[2].2, [vec![0], vec![0], vec![0]]);
    let age = &manifest["columns"][4];
    assert_eq!(
        age["derived"],
        json!({
            "from": "t", "format": "iso", "feature": { "kind": "age", "until": "s" }, "untilFormat": "compact",
        })
    );
    assert_eq!(
        (age["maximum"].as_f64(), age["minimum"].as_f64()),
        (Some(25.5 / 24.0), Some(0.5))
    );
}

#[test]
fn impossible_features_are_refused() {
    let derive = |format: &str, feature: Value| {
        let time = json!({ "name": "t", "role": "time", "format": format, "derive": [feature] });
        bench([dense(json!({})), unused("s"), time], "1,0,a,2026-03-01\n").failure()
    };
    for error in [
        derive("number", json!({ "kind": "hour" })),
        derive("iso", json!({ "kind": "age", "until": "t" })),
        derive("iso", json!({ "kind": "age", "until": "s" })),
    ] {
        assert_eq!(error.code, ErrorCode::InvalidArgument);
    }
    let time = json!({ "name": "t", "role": "time", "format": "iso", "derive": [{ "kind": "hour" }] });
    let clash = bench(
        [dense(json!({ "name": "t_hour" })), unused("s"), time],
        "1,0,a,2026-03-01\n",
    )
    .failure();
    assert!(clash.message.contains("t_hour"), "{}", clash.message);
}

#[test]
fn dense_values_are_clipped_filled_and_scaled_by_training_rows() {
    let of = |settings: Value| {
        values(&bench(
            [dense(settings), sparse(json!({})), unused("t")],
            "1,1,a,\n0,NA,a,\n1,3,a,\n0,11,a,\n",
        ))
        .0
    };
    assert_eq!(of(json!({ "missing": "mean" })), [1.0, 5.0, 3.0, 11.0]);
    assert_eq!(
        of(json!({ "missing": "value", "fill": -2.5 })),
        [1.0, -2.5, 3.0, 11.0]
    );
    assert_eq!(
        of(json!({ "clip": { "minimum": 2, "maximum": 4 } })),
        [2.0, 0.0, 3.0, 4.0]
    );
    assert_eq!(
        of(json!({ "transform": "minMax", "missing": "median" })),
        [0.0, 0.2, 0.2, 1.0]
    );
    assert_eq!(of(json!({ "transform": "logSquared" })), [1.0, 0.0, 1.0, 5.0]);
    assert_eq!(
        of(json!({ "transform": "quantile", "missing": "median" })),
        [0.0, 0.5, 0.5, 1.0]
    );
}

#[test]
fn numbers_become_buckets_and_missing_ones_a_category() {
    let text = "1,0,1,\n0,0,NA,\n1,0,100,\n0,0,-1.5,\n1,0,,\n";
    let squares = bench(
        [
            dense(json!({})),
            sparse(json!({ "bucket": { "kind": "logSquared" }, "missing": "category" })),
            unused("t"),
        ],
        text,
    );
    assert_eq!(values(&squares).1, [3, 1, 4, 2, 1]);
    assert_eq!(vocabulary(&squares, "vocabulary-1.jsonl"), ["", "-1", "1", "21"]);
    let boundaries = json!({ "bucket": { "kind": "boundaries", "at": [0, 50] } });
    let ages = bench([dense(json!({})), sparse(boundaries), unused("t")], text);
    assert_eq!(values(&ages).1, [1, 0, 2, 3, 0]);
    assert_eq!(
        vocabulary(&ages, "vocabulary-1.jsonl"),
        ["0 to 50", "50 and above", "below 0"]
    );
}

#[test]
fn missing_values_of_sparse_columns_may_reject_their_rows_and_words_have_no_bucket() {
    let rejecting = bench(
        [
            dense(json!({})),
            sparse(json!({ "missing": "reject" })),
            unused("t"),
        ],
        "1,0,a,\n0,0,NA,\n1,0,,\n",
    );
    let rows: Vec<u64> = rejecting
        .rejections()
        .iter()
        .map(|rejection| rejection.1)
        .collect();
    assert_eq!(rows, [2, 3]);
    let bucket = json!({ "bucket": { "kind": "logSquared" } });
    let words = bench(
        [dense(json!({})), sparse(bucket), unused("t")],
        "1,0,7,\n0,0,many,\n",
    );
    assert_eq!(words.rejections()[0].3, "\"many\" is not a number");
}

#[test]
fn vocabularies_may_have_a_largest_size_and_hashes_a_seed() {
    let text = "1,0,z,\n0,0,z,\n1,0,b,\n0,0,b,\n1,0,c,\n0,0,c,\n1,0,a,\n";
    let encoding = |encoding: Value| {
        bench(
            [
                dense(json!({})),
                sparse(json!({ "encoding": encoding })),
                unused("t"),
            ],
            text,
        )
    };
    let top = encoding(json!({ "kind": "vocabulary", "minimumCount": 1, "maximumSize": 2 }));
    assert_eq!(values(&top).1, [0, 0, 1, 1, 2, 2, 0]);
    let hashed = |seed: u64| values(&encoding(json!({ "kind": "hash", "size": 1000, "seed": seed }))).1;
    assert_ne!(hashed(0), hashed(1));
    assert_eq!(hashed(1), hashed(1));
}

#[test]
fn a_file_that_is_encoded_alike_is_shaped_alike() {
    let columns = || {
        [
            dense(json!({ "transform": "quantile", "missing": "mean", "clip": { "maximum": 9 } })),
            sparse(json!({ "bucket": { "kind": "logSquared" }, "missing": "category" })),
            json!({ "name": "t", "role": "time", "format": "iso", "derive": [{ "kind": "weekday" }] }),
        ]
    };
    let text = "1,1,1,2026-03-01\n0,NA,NA,2026-03-02\n1,3,100,2026-03-03\n0,11,7,2026-03-02\n";
    let whole = bench(columns(), text);
    let first = rows_of(&whole.dataset(), Split::Train);
    let again = bench(columns(), text).with("encodeLike", json!(whole.destination()));
    assert_eq!(rows_of(&again.dataset(), Split::Train), first);
    let one = bench(columns(), "0,11,7,2026-03-02\n").with("encodeLike", json!(whole.destination()));
    assert_eq!(rows_of(&one.dataset(), Split::Train), first[3..]);
}
