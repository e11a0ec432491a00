//! What an import makes of well-formed files.

use crate::support::{Bench, gzip, manifest, rows_of, vocabulary};
use dataset::{CancelFlag, ErrorCode, Split, import_table};
use serde_json::json;

#[test]
fn writes_labels_dense_values_and_numbered_values() {
    let dataset = Bench::new()
        .file("a.csv", "1,0.5,b,x y\n0,,a,\n1,-2e3,,y\n")
        .dataset();
    let rows = rows_of(&dataset, Split::Train);
    assert_eq!(rows[0], (1.0, vec![0.5], vec![vec![2], vec![1, 2]]));
    assert_eq!(rows[1], (0.0, vec![0.0], vec![vec![1], vec![]]));
    assert_eq!(rows[2], (1.0, vec![-2000.0], vec![vec![0], vec![2]]));
    assert_eq!(rows.len(), 3);
}

#[test]
fn reads_byte_order_marks_carriage_returns_quotes_and_an_unended_last_line() {
    let text = "\u{feff}label,d,s,m\r\n1,2,\"a,\"\"b\"\"\r\nc\",x\r\n0,3,é,x";
    let bench = Bench::new().with("header", json!(true)).file("a.csv", text);
    let dataset = bench.dataset();
    let vocabulary = std::fs::read_to_string(bench.destination().join("vocabulary-1.jsonl")).unwrap();
    assert_eq!(vocabulary, "\"a,\\\"b\\\"\\r\\nc\"\n\"é\"\n");
    assert_eq!(rows_of(&dataset, Split::Train).len(), 2);
}

#[test]
fn reads_the_same_from_gzip_several_files_and_plain_text() {
    let lines: Vec<String> = (0..5000)
        .map(|i| format!("{},{i},v{},w{} w{}\n", i % 2, i % 7, i % 3, i % 11))
        .collect();
    let head = "label,d,s,m\n";
    let (first, second) = (lines[..2000].concat(), lines[2000..].concat());
    let plain = Bench::new()
        .with("header", json!(true))
        .file("a.csv", format!("{head}{first}{second}"));
    let split = Bench::new()
        .with("header", json!(true))
        .file("a.csv.gz", gzip(format!("{head}{first}").as_bytes()))
        .file("b.csv", format!("{head}{second}"));
    let hash = |bench: &Bench| manifest(&bench.dataset())["hash"].clone();
    assert_eq!(hash(&plain), hash(&split));
}

#[test]
fn leaves_quotes_alone_where_they_mean_nothing() {
    let dataset = Bench::new()
        .with("quotes", json!(false))
        .file("a.csv", "1,2,\"a,b\n0,3,b,c\n")
        .dataset();
    assert_eq!(rows_of(&dataset, Split::Train).len(), 2);
}

#[test]
fn numbers_training_values_only_and_only_frequent_ones() {
    let text =
        "1,0,b,x\n1,0,a,x\n1,0,b,x\n1,0,c,y\n1,0,c,x\n0,0,B,x\n0,0,B,x\n0,0,rare,x\n0,0,d,z z\n0,0,a,w b\n";
    let bench = Bench::new().column(
        2,
        json!({ "name": "s", "role": "sparse", "type": "text", "encoding": vocabulary(2) }),
    );
    let dataset = bench.file("a.csv", text).dataset();
    let manifest = manifest(&dataset);
    assert_eq!(manifest["columns"][1]["cardinality"], 4);
    assert_eq!(
        manifest["columns"][1]["topValues"][0],
        json!({ "value": "B", "count": 2 })
    );
    let indices: Vec<u32> = rows_of(&dataset, Split::Train)
        .iter()
        .map(|row| row.2[0][0])
        .collect();
    assert_eq!(indices, [2, 0, 2, 3, 3, 1, 1, 0]);
    assert_eq!(
        rows_of(&dataset, Split::Validation),
        [(0.0, vec![0.0], vec![vec![0], vec![0, 0]])]
    );
}

#[test]
fn takes_hex_values_of_either_case_for_the_same() {
    let column = json!({ "name": "s", "role": "sparse", "type": "hex", "encoding": vocabulary(1) });
    let dataset = Bench::new()
        .column(2, column)
        .file("a.csv", "1,0,68FD1e64,\n0,0,68fd1e64,\n0,0,f,\n")
        .dataset();
    assert_eq!(manifest(&dataset)["columns"][1]["cardinality"], 3);
}

#[test]
fn hashes_values_into_the_rows_of_a_table() {
    let column =
        json!({ "name": "s", "role": "sparse", "type": "text", "encoding": { "kind": "hash", "size": 5 } });
    let text: String = (0..300)
        .map(|i| format!("1,0,{},\n", if i == 0 { String::new() } else { i.to_string() }))
        .collect();
    let dataset = Bench::new().column(2, column).file("a.csv", text).dataset();
    let rows = rows_of(&dataset, Split::Train);
    assert_eq!(rows[0].2[0], [0]);
    assert!(rows[1..].iter().all(|row| (1..5).contains(&row.2[0][0])));
    assert_eq!(manifest(&dataset)["columns"][1]["cardinality"], 5);
}

#[test]
fn standardises_after_filling_the_median_in_and_reports_the_values_that_are_there() {
    let column = json!({ "name": "d", "role": "dense", "type": "integer", "transform": "standard", "missing": "median" });
    let text = "1,10,,\n1,,,\n1,20,,\n1,60,,\n0,1,,\n0,1,,\n0,1,,\n0,90,,\n0,1000,,\n0,,,\n";
    let dataset = Bench::new().column(1, column).file("a.csv", text).dataset();
    let entry = &manifest(&dataset)["columns"][0];
    let filled = [10.0, 10.0, 20.0, 60.0, 1.0, 1.0, 1.0, 90.0];
    let mean = filled.iter().sum::<f64>() / 8.0;
    let deviation = (filled.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 8.0).sqrt();
    assert_eq!(entry["median"], 10.0);
    assert_eq!(entry["missingShare"], 0.2);
    assert_eq!(entry["missingTrainingRows"], 1);
    let close = |value: &serde_json::Value, expected: f64| (value.as_f64().unwrap() - expected).abs() < 1e-12;
    assert!(close(&entry["scale"]["mean"], mean));
    assert!(close(&entry["scale"]["standardDeviation"], deviation));
    let present = [10.0_f64, 20.0, 60.0, 1.0, 1.0, 1.0, 90.0];
    let mean_present = present.iter().sum::<f64>() / 7.0;
    let spread = (present.iter().map(|x| (x - mean_present).powi(2)).sum::<f64>() / 7.0).sqrt();
    assert!(close(&entry["mean"], mean_present));
    assert!(close(&entry["standardDeviation"], spread));
    assert_eq!(
        (entry["minimum"].as_f64(), entry["maximum"].as_f64()),
        (Some(1.0), Some(90.0))
    );
    let histogram: Vec<u64> = serde_json::from_value(entry["histogram"].clone()).unwrap();
    assert_eq!(
        (histogram.len(), histogram.iter().sum::<u64>(), histogram[0]),
        (20, 7, 3)
    );
    assert_eq!(
        rows_of(&dataset, Split::Test)[0].1,
        [((10.0 - mean) / deviation) as f32]
    );
}

#[test]
fn tells_rows_label_shares_and_sources_in_the_manifest() {
    let bench = Bench::new()
        .with("provenance", json!({ "licence": "own" }))
        .file("a.csv", "1,0,a,\n0,0,a,\n1,0,a,\nx,0,a,\n");
    let dataset = bench.dataset();
    let manifest = manifest(&dataset);
    assert_eq!(manifest["rows"], 3);
    assert_eq!(
        manifest["splits"]["train"],
        json!({ "rows": 3, "labelMean": 2.0 / 3.0 })
    );
    assert_eq!(
        manifest["splits"]["test"],
        json!({ "rows": 0, "labelMean": null })
    );
    assert_eq!(manifest["rejected"]["first"][0]["row"], 4);
    assert_eq!(manifest["sources"][0]["bytes"], 28);
    assert_eq!(manifest["provenance"]["licence"], "own");
    assert_eq!(manifest["columns"][2]["meanValues"], 0.0);
    assert_eq!(manifest["columns"][2]["missingShare"], 1.0);
}

#[test]
fn a_label_threshold_makes_ratings_binary() {
    let column = json!({ "name": "label", "role": "label", "positiveFrom": 4 });
    let dataset = Bench::new()
        .column(0, column)
        .file("a.csv", "5,0,,\n4,0,,\n3.5,0,,\n")
        .dataset();
    let labels: Vec<f32> = rows_of(&dataset, Split::Train).iter().map(|row| row.0).collect();
    assert_eq!(labels, [1.0, 1.0, 0.0]);
}

#[test]
fn a_cancelled_import_leaves_nothing_and_says_so() {
    let text: String = (0..50_000).map(|i| format!("1,{i},{i},{i} {i}\n")).collect();
    let bench = Bench::new().file("a.csv", text);
    for phase in ["scan", "write"] {
        let cancel = CancelFlag::default();
        let flag = cancel.clone();
        let mut report = move |progress: &dataset::ImportProgress| {
            if serde_json::to_value(progress).unwrap()["phase"] == phase {
                flag.cancel();
            }
        };
        let outcome = import_table(&bench.spec(), &cancel, &mut report);
        // A quick machine may be done with a phase between two reports; then there is nothing to cancel.
        match outcome {
            Err(error) => {
                assert_eq!(error.code, ErrorCode::Cancelled);
                assert!(!bench.destination().exists());
            }
            Ok(_) => std::fs::remove_dir_all(bench.destination()).unwrap(),
        }
    }
}

#[test]
fn an_existing_destination_is_never_touched() {
    let bench = Bench::new().file("a.csv", "1,0,,\n");
    std::fs::create_dir(bench.destination()).unwrap();
    std::fs::write(bench.destination().join("mine"), "kept").unwrap();
    assert_eq!(bench.import().unwrap_err().code, ErrorCode::InvalidArgument);
    assert!(bench.destination().join("mine").exists());
}

#[test]
fn two_imports_of_the_same_rows_have_the_same_hash() {
    let import = || {
        let bench = Bench::new().file("a.csv", "1,0.25,a,x y\n0,,b,\n");
        manifest(&bench.dataset())["hash"].as_str().unwrap().to_string()
    };
    assert_eq!(import(), import());
}
