//! Which rows belong to which split.

use crate::support::{Bench, rows_of};
use dataset::{ErrorCode, Split};
use serde_json::{Value, json};

/// The dense values of each split's rows.
fn rows_by_split(bench: &Bench) -> [Vec<f32>; 3] {
    let dataset = bench.dataset();
    Split::ALL.map(|split| rows_of(&dataset, split).iter().map(|row| row.1[0]).collect())
}

fn numbered(count: usize) -> String {
    (0..count).map(|i| format!("1,{i},,\n")).collect()
}

fn timed(times: &[&str]) -> Bench {
    let text: String = times
        .iter()
        .enumerate()
        .map(|(i, time)| format!("1,{i},{time},\n"))
        .collect();
    let split = json!({ "kind": "time", "column": "s", "validation": 0.2, "test": 0.2 });
    let column = json!({ "name": "s", "role": "ignore" });
    Bench::new()
        .with("split", split)
        .column(2, column)
        .file("a.csv", text)
}

#[test]
fn modulo_counts_rejected_rows_as_well() {
    let text = numbered(12).replace("1,3,,", "7,3,,");
    let [train, validation, test] = rows_by_split(&Bench::new().file("a.csv", text));
    assert_eq!(train, [0.0, 1.0, 2.0, 4.0, 5.0, 6.0, 7.0, 10.0, 11.0]);
    assert_eq!((validation, test), (vec![8.0], vec![9.0]));
}

#[test]
fn tail_cuts_in_file_order_over_all_files() {
    let split = json!({ "kind": "tail", "validation": 0.1, "test": 0.25 });
    let bench = Bench::new()
        .with("split", split)
        .file("a.csv", numbered(12))
        .file("b.csv", numbered(8));
    let [train, validation, test] = rows_by_split(&bench);
    assert_eq!((train.len(), validation), (13, vec![1.0, 2.0]));
    assert_eq!(test, [3.0, 4.0, 5.0, 6.0, 7.0]);
}

#[test]
fn ratio_is_random_but_decided_by_the_seed() {
    let of = |seed: u64| {
        let split = json!({ "kind": "ratio", "validation": 0.1, "test": 0.2, "seed": seed });
        rows_by_split(&Bench::new().with("split", split).file("a.csv", numbered(3000)))
    };
    let [train, validation, test] = of(1);
    assert_eq!(train.len() + validation.len() + test.len(), 3000);
    assert!((230..370).contains(&validation.len()) && (500..700).contains(&test.len()));
    assert_eq!(of(1), [train, validation, test]);
    assert_ne!(of(1), of(2));
}

#[test]
fn time_sends_the_latest_rows_to_test_and_keeps_file_order_among_equal_times() {
    let [train, validation, test] =
        rows_by_split(&timed(&["5", "1", "5", "-2.5", "5", "5", "9", "5", "0", "5"]));
    assert_eq!(train, [0.0, 1.0, 2.0, 3.0, 4.0, 8.0]);
    assert_eq!((validation, test), (vec![5.0, 7.0], vec![6.0, 9.0]));
}

#[test]
fn time_rejects_rows_without_one() {
    let bench = timed(&["1", "2", "", "soon", "3", "4", "5"]);
    let rejections = bench.rejections();
    assert_eq!(rejections.len(), 2);
    assert_eq!(rejections[1].2.as_deref(), Some("s"));
    assert_eq!(
        rejections[1].3,
        "\"soon\" is not a number, and the split needs a number here"
    );
}

fn with_times(times: &[&str], format: &str) -> Bench {
    let split = json!({ "kind": "time", "column": "s", "validation": 0.25, "test": 0.25, "format": format });
    let column = json!({ "name": "s", "role": "time", "format": format });
    timed(times).with("split", split).column(2, column)
}

#[test]
fn time_sorts_dates_by_their_moment_and_not_by_their_text() {
    let zones = [
        "2026-03-01T10:00:00+05:00",
        "2026-03-01T06:00:00Z",
        "2026-03-01 05:30",
        "2026-02-28",
    ];
    let [train, validation, test] = rows_by_split(&with_times(&zones, "iso"));
    assert_eq!((train, validation, test), (vec![0.0, 3.0], vec![2.0], vec![1.0]));
    let days = ["02.01.2026", "01.02.2026", "31.12.2025", "03.03.2026"];
    let [train, validation, test] = rows_by_split(&with_times(&days, "dayFirst"));
    assert_eq!((train, validation, test), (vec![0.0, 2.0], vec![1.0], vec![3.0]));
    let nanoseconds = [
        "1700000000000000003",
        "1700000000000000001",
        "1700000000000000002",
        "1700000000000000000",
    ];
    let [train, validation, test] = rows_by_split(&with_times(&nanoseconds, "nanoseconds"));
    assert_eq!((train, validation, test), (vec![1.0, 3.0], vec![2.0], vec![0.0]));
}

#[test]
fn a_time_that_does_not_parse_rejects_its_row_with_its_place() {
    let bench = with_times(
        &["2026-03-01", "2026-02-30", "NA", "2026-03-02", "2026-03-03"],
        "iso",
    );
    let needed = "is not a date or time like 2026-03-01 or 2026-03-01T12:30:00Z";
    let of = |row: u64, text: &str| (0, row, Some("s".to_string()), format!("\"{text}\" {needed}"));
    assert_eq!(bench.rejections(), [of(2, "2026-02-30"), of(3, "NA")]);
}

#[test]
fn a_time_may_be_missing_where_nothing_needs_it() {
    let modulo = json!({ "kind": "modulo", "modulus": 10, "validation": [8], "test": [9] });
    let bench = with_times(&["2026-03-01", "", "NA", "soon"], "iso")
        .with("split", modulo)
        .with("missingValues", json!(["NA"]));
    let rejections = bench.rejections();
    assert_eq!(rejections.len(), 1);
    assert_eq!((rejections[0].1, rejections[0].2.as_deref()), (4, Some("s")));
}

#[test]
fn user_keeps_all_rows_of_a_user_together_and_the_seed_decides() {
    let text: String = (0..3000).map(|i| format!("1,{i},u{},\n", i % 300)).collect();
    let of = |seed: u64| {
        let split = json!({ "kind": "user", "column": "s", "validation": 0.1, "test": 0.2, "seed": seed });
        rows_by_split(&Bench::new().with("split", split).file("a.csv", &text))
    };
    let splits = of(3);
    let users = |rows: &[f32]| {
        rows.iter()
            .map(|row| *row as u32 % 300)
            .collect::<std::collections::HashSet<_>>()
    };
    let [train, validation, test] = [0, 1, 2].map(|split: usize| users(&splits[split]));
    assert_eq!(train.len() + validation.len() + test.len(), 300);
    assert!((15..50).contains(&validation.len()) && (40..85).contains(&test.len()));
    assert_eq!(of(3), splits);
    assert_ne!(of(4), splits);
}

#[test]
fn a_split_by_user_rejects_rows_without_one() {
    let split = json!({ "kind": "user", "column": "s", "validation": 0.1, "test": 0.1, "seed": 0 });
    let bench = Bench::new()
        .with("split", split)
        .with("missingValues", json!(["NA"]))
        .file("a.csv", "1,0,a,\n1,1,,\n1,2,NA,\n1,3,b,\n1,4,c,\n");
    let rows: Vec<u64> = bench.rejections().iter().map(|rejection| rejection.1).collect();
    assert_eq!(rows, [2, 3]);
}

#[test]
fn leave_one_out_takes_the_last_rows_of_each_user_by_time() {
    let rows = [
        ("a", 5),
        ("b", 1),
        ("a", 9),
        ("a", 7),
        ("b", 2),
        ("c", 3),
        ("a", 9),
        ("d", 0),
    ];
    let text: String = rows
        .iter()
        .enumerate()
        .map(|(i, (user, time))| format!("1,{i},{user},{time}\n"))
        .collect();
    let of = |time: Option<&str>| {
        let split = json!({ "kind": "leaveOneOut", "user": "s", "time": time });
        let bench = Bench::new().with("split", split);
        rows_by_split(
            &bench
                .column(3, json!({ "name": "m", "role": "ignore" }))
                .file("a.csv", &text),
        )
    };
    // Equal times keep file order; of two rows the first trains, and a single one trains.
    assert_eq!(
        of(Some("m")),
        [vec![0.0, 1.0, 3.0, 5.0, 7.0], vec![2.0], vec![4.0, 6.0]]
    );
    assert_eq!(
        of(None),
        [vec![0.0, 1.0, 2.0, 5.0, 7.0], vec![3.0], vec![4.0, 6.0]]
    );
}

#[test]
fn leave_one_out_does_not_take_rejected_rows() {
    let split = json!({ "kind": "leaveOneOut", "user": "s" });
    let text = "1,0,a,\n1,1,a,\n1,2,a,\n1,x,a,\n";
    let splits = rows_by_split(&Bench::new().with("split", split).file("a.csv", text));
    assert_eq!(splits, [vec![0.0], vec![1.0], vec![2.0]]);
}

#[test]
fn files_of_their_own_are_validation_and_test() {
    let split = json!({ "kind": "files", "validation": [2], "test": [0] });
    let bench = Bench::new()
        .with("split", split)
        .file("test.csv", numbered(2))
        .file("train.csv", numbered(3))
        .file("validation.csv", numbered(1));
    assert_eq!(
        rows_by_split(&bench),
        [vec![0.0, 1.0, 2.0], vec![0.0], vec![0.0, 1.0]]
    );
}

#[test]
fn column_goes_by_its_text_and_rejects_what_it_does_not_name() {
    let split =
        json!({ "kind": "column", "column": "s", "train": ["a", "b"], "validation": ["v"], "test": [] });
    let bench = Bench::new()
        .with("split", split)
        .file("a.csv", "1,0,a,\n1,1,v,\n1,2,b,\n1,3,?,\n");
    assert_eq!(
        bench.rejections(),
        [(
            0,
            4,
            Some("s".to_string()),
            "the split does not assign the value \"?\" to training, validation or test".to_string()
        )]
    );
    std::fs::remove_dir_all(bench.destination()).unwrap();
    assert_eq!(rows_by_split(&bench), [vec![0.0, 2.0], vec![1.0], vec![]]);
}

#[test]
fn a_split_without_training_rows_is_an_error() {
    let split = json!({ "kind": "modulo", "modulus": 2, "validation": [0], "test": [1] });
    let error = Bench::new()
        .with("split", split)
        .file("a.csv", numbered(5))
        .failure();
    assert_eq!(error.code, ErrorCode::InvalidArgument);
    assert!(error.message.contains("no rows to train on"), "{}", error.message);
}

#[test]
fn impossible_splits_are_refused_before_reading() {
    let refused: [Value; 9] = [
        json!({ "kind": "user", "column": "nope", "validation": 0.1, "test": 0.1, "seed": 0 }),
        json!({ "kind": "leaveOneOut", "user": "s", "time": "nope" }),
        json!({ "kind": "files", "validation": [1], "test": [] }),
        json!({ "kind": "modulo", "modulus": 0, "validation": [], "test": [] }),
        json!({ "kind": "modulo", "modulus": 5, "validation": [1], "test": [1] }),
        json!({ "kind": "modulo", "modulus": 5, "validation": [5], "test": [] }),
        json!({ "kind": "tail", "validation": 0.6, "test": 0.6 }),
        json!({ "kind": "time", "column": "nope", "validation": 0.1, "test": 0.1 }),
        json!({ "kind": "column", "column": "s", "train": ["a"], "validation": ["a"], "test": [] }),
    ];
    for split in refused {
        let error = Bench::new()
            .with("split", split.clone())
            .file("a.csv", "1,0,,\n")
            .failure();
        assert_eq!(error.code, ErrorCode::InvalidArgument, "{split}");
    }
}
