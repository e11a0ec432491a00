//! New files are encoded as a prepared dataset's own were.

use crate::support::{Bench, manifest, rows_of, vocabulary};
use dataset::{ErrorCode, Split};
use serde_json::{Value, json};

const TRAINING: &str = "1,2,x,u v\n0,4,y,v\n1,,z,w\n";

fn columns(missing: &str) -> Vec<Value> {
    vec![
        json!({ "name": "label", "role": "label" }),
        json!({ "name": "d", "role": "dense", "type": "float", "transform": "standard", "missing": missing }),
        json!({ "name": "s", "role": "sparse", "type": "text", "encoding": vocabulary(1) }),
        json!({ "name": "m", "role": "multiValued", "type": "text", "encoding": vocabulary(1) }),
    ]
}

/// The dataset that others are encoded like.
fn original() -> Bench {
    let everything = json!({ "kind": "modulo", "modulus": 1, "validation": [], "test": [] });
    let bench = Bench::new()
        .with("columns", json!(columns("median")))
        .with("split", everything);
    bench.file("training.csv", TRAINING)
}

fn like(original: &Bench, columns: &[Value], content: &str) -> Bench {
    let everything = json!({ "kind": "modulo", "modulus": 1, "validation": [], "test": [0] });
    Bench::new()
        .with("columns", json!(columns))
        .with("split", everything)
        .with("encodeLike", json!(original.destination()))
        .file("new.csv", content)
}

#[test]
fn the_same_rows_come_out_the_same() {
    let original = original();
    let dataset = original.dataset();
    let again = like(&original, &columns("median"), TRAINING).dataset();
    assert_eq!(rows_of(&again, Split::Test), rows_of(&dataset, Split::Train));
    assert_eq!(manifest(&again)["columns"], manifest(&dataset)["columns"]);
}

#[test]
fn new_rows_get_the_old_numbers_whatever_is_among_them() {
    let original = original();
    original.dataset();
    let encoded = like(&original, &columns("median"), "0,,y,w new u\n1,100,new,\n").dataset();
    // Median and mean of the training values are 3, their population deviation √(2/3).
    let deviation = (2.0_f64 / 3.0).sqrt();
    let rows = rows_of(&encoded, Split::Test);
    assert_eq!(rows[0], (0.0, vec![0.0], vec![vec![2], vec![3, 0, 1]]));
    assert_eq!(
        rows[1],
        (1.0, vec![(97.0 / deviation) as f32], vec![vec![0], vec![]])
    );
}

#[test]
fn the_label_may_be_missing_and_the_order_another() {
    let original = original();
    original.dataset();
    let mut others = columns("median")[1..].to_vec();
    others.reverse();
    let encoded = like(&original, &others, "v,x,3\n").dataset();
    assert_eq!(
        rows_of(&encoded, Split::Test),
        [(0.0, vec![0.0], vec![vec![2], vec![1]])]
    );
}

#[test]
fn other_columns_and_damaged_vocabularies_are_refused() {
    let original = original();
    original.dataset();
    let settings = like(&original, &columns("zero"), TRAINING).failure();
    assert_eq!(settings.code, ErrorCode::InvalidArgument);
    assert!(settings.message.contains("\"d\""), "{}", settings.message);
    let mut renamed = columns("median");
    renamed[2]["name"] = json!("other");
    let name = like(&original, &renamed, TRAINING).failure();
    assert!(name.message.contains("\"other\""), "{}", name.message);

    let path = original.destination().join("vocabulary-1.jsonl");
    std::fs::write(&path, "\"x\"\n\"x\"\n\"z\"\n").unwrap();
    let damaged = like(&original, &columns("median"), TRAINING).failure();
    assert_eq!(damaged.code, ErrorCode::Corrupt);
    assert!(damaged.message.contains("line 2"), "{}", damaged.message);
}

#[test]
fn keeps_the_text_of_chosen_columns_row_by_row() {
    let bench = Bench::new().file("a.csv", "1,0,a,\n0,0,b,\n");
    bench.import().unwrap();
    let like = Bench::new()
        .with("encodeLike", json!(bench.destination()))
        .with("keepText", json!(["m", "s"]))
        .file("b.csv", "1,0,\"=1,\"\"x\",y z\n\n0,0,é,\n");
    like.dataset();
    let kept = std::fs::read_to_string(like.destination().join("kept.jsonl")).unwrap();
    assert_eq!(kept, "[\"y z\",\"=1,\\\"x\"]\n[\"\",\"é\"]\n");
}
