//! Values that training has not seen: their counts at the import, and the rows that have them.

use crate::support::{Bench, manifest};
use dataset::{Split, unknown_rows};
use serde_json::{Value, json};

fn column(name: &str, role: &str, encoding: Value) -> Value {
    json!({ "name": name, "role": role, "type": "text", "encoding": encoding })
}

/// Rows 0 to 3 train, 4 and 5 validate, 6 to 9 test. The row of a hashed or given index is the digit itself below 100.
fn bench(minimum: u32) -> Bench {
    let columns = vec![
        json!({ "name": "label", "role": "label" }),
        column(
            "v",
            "sparse",
            json!({ "kind": "vocabulary", "minimumCount": minimum }),
        ),
        column(
            "m",
            "multiValued",
            json!({ "kind": "vocabulary", "minimumCount": minimum }),
        ),
        column("i", "sparse", json!({ "kind": "index", "size": 100 })),
    ];
    let split = json!({ "kind": "tail", "validation": 0.2, "test": 0.4 });
    Bench::new()
        .with("columns", json!(columns))
        .with("split", split)
        .file(
            "rows.csv",
            "0,a,x y,1\n1,b,x,2\n0,a,y,3\n1,c,,1\n\
         0,a,x,1\n1,d,y z,9\n\
         0,a,x,2\n1,e,q q x,9\n0,,,3\n1,b,x,\n",
        )
}

fn counts(manifest: &Value) -> Vec<[u64; 4]> {
    let entries = manifest["unknownValues"].as_array().unwrap().iter();
    let number = |value: &Value| value.as_u64().unwrap();
    entries
        .map(|entry| {
            let (validation, test) = (&entry["validation"], &entry["test"]);
            [validation, validation, test, test]
                .iter()
                .zip(["values", "unknown", "values", "unknown"])
                .map(|(counts, name)| number(&counts[name]))
                .collect::<Vec<_>>()
                .try_into()
                .unwrap()
        })
        .collect()
}

#[test]
fn the_import_counts_them_by_column_and_split_without_empty_fields() {
    let dataset = bench(1).dataset();
    let manifest = manifest(&dataset);
    assert_eq!(manifest["unknownValues"][2]["column"], "i");
    assert_eq!(counts(&manifest), [[2, 1, 3, 1], [3, 1, 5, 2], [2, 1, 3, 1]]);
    let rarely = bench(2).dataset();
    // b and c were seen once and d never: they share row 0.
    assert_eq!(counts(&crate::support::manifest(&rarely))[0], [2, 1, 3, 2]);
}

#[test]
fn a_row_is_unknown_where_one_of_the_chosen_columns_values_is() {
    let dataset = bench(1).dataset();
    let rows = |split, columns: &[&str]| {
        let columns: Vec<String> = columns.iter().map(|name| name.to_string()).collect();
        unknown_rows(&dataset, split, &columns).unwrap()
    };
    assert_eq!(rows(Split::Validation, &["v"]), [0, 1]);
    // Table row 0 of v is that of one unknown value and of one empty field, so it counts as unknown.
    assert_eq!(rows(Split::Test, &["v"]), [0, 1, 1, 0]);
    assert_eq!(rows(Split::Test, &["m"]), [0, 1, 0, 0]);
    // No training row has an empty field of i.
    assert_eq!(rows(Split::Test, &["i"]), [0, 1, 0, 1]);
    assert_eq!(rows(Split::Test, &["m", "i"]), [0, 1, 0, 1]);
    assert_eq!(rows(Split::Test, &[]), [0, 0, 0, 0]);
    assert_eq!(rows(Split::Train, &["v", "m", "i"]), [0, 0, 0, 0]);
    assert!(unknown_rows(&dataset, Split::Test, &["none".to_string()]).is_err());
}

#[test]
fn a_file_that_is_encoded_like_a_dataset_is_measured_by_its_training_rows() {
    let original = bench(1);
    original.dataset();
    let everything = json!({ "kind": "modulo", "modulus": 1, "validation": [], "test": [0] });
    let encoded = bench(1)
        .with("split", everything)
        .with("encodeLike", json!(original.destination()))
        .file("new.csv", "0,zz,x,7\n1,a,w,3\n")
        .dataset();
    let counts = counts(&manifest(&encoded));
    assert!(
        counts.iter().all(|counts| counts[3] > 0 && counts[3] < counts[2]),
        "{counts:?}"
    );
}
