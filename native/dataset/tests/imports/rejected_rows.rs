//! Rejected rows: their groups, the file that keeps them, and the limits that fail an import.

use crate::support::Bench;
use dataset::ErrorCode;
use serde_json::json;

#[test]
fn rejected_rows_are_grouped_by_column_and_reason_and_kept_in_a_file() {
    let text = "\u{feff}1,0,a,\n1,none,b,\n0,none,c,\n0, other ,d,\n1,\"5\",\"e\nf\",\n0,1,\"g\nh\",i,j\n1,2,\"k\"l,\nx,1,,\n";
    let bench = Bench::new().file("a.csv", text);
    let rejected = bench.import().unwrap().rejected;
    assert_eq!((rejected.count, rejected.stored), (6, 6));
    let groups: Vec<_> = rejected
        .groups
        .iter()
        .map(|group| {
            let values: Vec<_> = group
                .values
                .iter()
                .map(|top| (top.value.as_str(), top.count))
                .collect();
            (
                group.column.as_deref(),
                group.reason.as_str(),
                group.count,
                values,
            )
        })
        .collect();
    assert_eq!(
        groups[0],
        (Some("d"), "… is not a number", 3, vec![("none", 2), ("other", 1)])
    );
    assert_eq!(
        groups[1],
        (None, "the row has 5 fields; 4 are expected", 1, vec![])
    );
    assert_eq!(
        groups[3],
        (Some("label"), "label is …; it must be 0 or 1", 1, vec![("x", 1)])
    );
    assert_eq!(groups[2].0, Some("s"));

    let dataset = dataset::Dataset::open(&bench.destination()).unwrap();
    dataset.verify().unwrap();
    assert!(
        dataset
            .manifest()
            .files
            .iter()
            .any(|file| file.path == "rejected.jsonl")
    );
    let kept = std::fs::read_to_string(bench.destination().join("rejected.jsonl")).unwrap();
    let lines: Vec<serde_json::Value> = kept
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let found: Vec<_> = lines
        .iter()
        .map(|line| (line["row"].as_u64().unwrap(), line["text"].as_str().unwrap()))
        .collect();
    assert_eq!(
        found,
        [
            (2, "1,none,b,"),
            (3, "0,none,c,"),
            (4, "0, other ,d,"),
            (7, "0,1,\"g\nh\",i,j"),
            (9, "1,2,\"k\"l,"),
            (10, "x,1,,"),
        ]
    );
    for line in &lines {
        let byte = line["byte"].as_u64().unwrap() as usize;
        assert!(text[byte..].starts_with(line["text"].as_str().unwrap()));
    }
}

#[test]
fn bytes_are_counted_over_the_blocks_of_a_long_file_and_not_at_all_in_a_decoded_one() {
    let mut text = String::new();
    for row in 0..300_000 {
        let dense = if row % 1000 == 999 { "bad" } else { "1" };
        text += &format!("{},{dense},{row},\n", row % 2);
    }
    let bench = Bench::new().file("a.csv", &text);
    bench.import().unwrap();
    let kept = std::fs::read_to_string(bench.destination().join("rejected.jsonl")).unwrap();
    assert_eq!(kept.lines().count(), 300);
    for line in kept.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let byte = line["byte"].as_u64().unwrap() as usize;
        assert!(text[byte..].starts_with(line["text"].as_str().unwrap()));
        assert!(byte == 0 || text.as_bytes()[byte - 1] == b'\n');
    }
    let bench = Bench::new().file("a.csv.gz", crate::support::gzip(b"1,0,,\n1,bad,,\n"));
    bench.import().unwrap();
    let kept = std::fs::read_to_string(bench.destination().join("rejected.jsonl")).unwrap();
    assert!(kept.contains("\"byte\":null"), "{kept}");
}

#[test]
fn the_file_of_rejected_rows_is_limited_and_long_rows_in_it_are_cut() {
    let long = "x".repeat(100_000);
    let text = "1,0,,\n".to_string() + &format!("1,{long},,\n").repeat(1200);
    let bench = Bench::new().file("a.csv", text);
    let rejected = bench.import().unwrap().rejected;
    assert_eq!(rejected.count, 1200);
    assert!(
        rejected.stored < 1200 && rejected.stored > 900,
        "{}",
        rejected.stored
    );
    let path = bench.destination().join("rejected.jsonl");
    assert!(std::fs::metadata(&path).unwrap().len() <= 64 << 20);
    let kept = std::fs::read_to_string(path).unwrap();
    assert_eq!(kept.lines().count() as u64, rejected.stored);
    assert!(kept.lines().all(|line| line.contains("\"cut\":true")));
}

#[test]
fn a_limit_of_rows_fails_the_import_and_the_rejected_rows_stay_where_they_were_asked_for() {
    let text = "1,0,,\n1,a,,\n1,b,,\n0,0,,\n";
    let bench = Bench::new().with("maxRejectedRows", json!(1)).file("a.csv", text);
    let target = bench.folder.path().join("kept.jsonl");
    std::fs::write(&target, "older").unwrap();
    let bench = bench.with("rejectedFile", json!(target));
    let error = bench.failure();
    assert_eq!(error.code, ErrorCode::TooManyRejectedRows);
    assert!(
        error
            .message
            .starts_with("2 of 4 rows (50.0 %) cannot be used; at most 1 rows may"),
        "{}",
        error.message
    );
    let details = error.details.unwrap();
    assert_eq!(
        (&details["stored"], &details["groups"][0]["count"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(std::fs::read_to_string(target).unwrap().lines().count(), 2);
    assert!(bench.with("maxRejectedRows", json!(2)).import().is_ok());
}
