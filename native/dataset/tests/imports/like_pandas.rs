//! Columns and splits are those that pandas and scikit-learn prepare: tests/fixtures/shaping.py writes what they found.

use crate::support::{Bench, rows_of};
use dataset::Split;
use serde_json::{Value, json};

fn fixture() -> Value {
    serde_json::from_str(include_str!("../fixtures/shaping.json")).unwrap()
}

/// The fixture's values as the dense column, or as the sparse one, of a file whose first rows train.
fn bench(fixture: &Value, column: usize, definition: Value) -> Bench {
    let values = fixture["values"].as_array().unwrap();
    let training = fixture["training"].as_u64().unwrap() as usize;
    let test = (values.len() - training) as f64 / values.len() as f64;
    let text: String = values
        .iter()
        .map(|value| match (value.as_f64(), column) {
            (Some(value), 1) => format!("1,{value},x,\n"),
            (Some(value), _) => format!("1,0,{value},\n"),
            (None, 1) => "1,,x,\n".to_string(),
            (None, _) => "1,0,,\n".to_string(),
        })
        .collect();
    Bench::new()
        .with("split", json!({ "kind": "tail", "validation": 0, "test": test }))
        .column(column, definition)
        .column(3, json!({ "name": "m", "role": "ignore" }))
        .file("a.csv", text)
}

fn with(mut definition: Value, settings: &Value) -> Value {
    let object = definition.as_object_mut().unwrap();
    object.extend(settings.as_object().unwrap().clone());
    definition
}

#[test]
fn dense_columns_are_filled_clipped_and_scaled_alike() {
    let fixture = fixture();
    for case in fixture["dense"].as_array().unwrap() {
        let plain =
            json!({ "name": "d", "role": "dense", "type": "float", "transform": "none", "missing": "zero" });
        let bench = bench(&fixture, 1, with(plain, &case["settings"]));
        let dataset = bench.dataset();
        let rows = [Split::Train, Split::Test].map(|split| rows_of(&dataset, split));
        let found: Vec<f32> = rows.iter().flatten().map(|row| row.1[0]).collect();
        let expected = case["expected"].as_array().unwrap();
        assert_eq!(found.len(), expected.len());
        for (row, (found, expected)) in found.iter().zip(expected).enumerate() {
            let expected = expected.as_f64().unwrap() as f32;
            let near = (found - expected).abs() <= 1e-6 * (1.0 + expected.abs());
            assert!(near, "{}, row {row}: {found}, not {expected}", case["settings"]);
        }
    }
}

#[test]
fn numbers_have_the_same_buckets_and_vocabularies() {
    let fixture = fixture();
    for case in fixture["sparse"].as_array().unwrap() {
        let encoding = json!({ "kind": "vocabulary", "minimumCount": 1 });
        let plain = json!({ "name": "s", "role": "sparse", "type": "text", "encoding": encoding });
        let bench = bench(&fixture, 2, with(plain, &case["settings"]));
        let dataset = bench.dataset();
        let text = std::fs::read_to_string(bench.destination().join("vocabulary-1.jsonl")).unwrap();
        let vocabulary: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let rows = [Split::Train, Split::Test].map(|split| rows_of(&dataset, split));
        let found: Vec<Value> = rows
            .iter()
            .flatten()
            .map(|row| match row.2[0][0] {
                0 => Value::Null,
                index => vocabulary[index as usize - 1].clone(),
            })
            .collect();
        assert_eq!(json!(found), case["expected"], "{}", case["settings"]);
    }
}

#[test]
fn the_last_rows_of_each_user_are_left_out_alike() {
    let fixture = fixture();
    let visits = fixture["visits"].as_array().unwrap();
    let rows = visits.iter().enumerate();
    let text: String = rows
        .map(|(row, visit)| format!("1,{row},{},{}\n", visit[0].as_str().unwrap(), visit[1]))
        .collect();
    let of = |time: Option<&str>| -> Vec<&str> {
        let bench = Bench::new()
            .with(
                "split",
                json!({ "kind": "leaveOneOut", "user": "s", "time": time }),
            )
            .column(3, json!({ "name": "m", "role": "ignore" }))
            .file("a.csv", &text);
        let dataset = bench.dataset();
        let mut splits = vec![""; visits.len()];
        for (split, name) in Split::ALL.into_iter().zip(["train", "validation", "test"]) {
            for row in rows_of(&dataset, split) {
                splits[row.1[0] as usize] = name;
            }
        }
        splits
    };
    assert_eq!(json!(of(None)), fixture["leaveOneOut"]);
    assert_eq!(json!(of(Some("m"))), fixture["leaveOneOutByTime"]);
}
