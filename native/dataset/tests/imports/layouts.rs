//! What an import makes of files that are written in other ways than plain RFC 4180: line ends, blank lines, quotes,
//! encodings, decimal commas, markers of missing values and labels that are words.

use crate::support::{Bench, Row, manifest, rows_of, vocabulary};
use dataset::{ErrorCode, Split};
use serde_json::{Value, json};

/// The training rows of a file whose rows are all good.
fn rows_from(bench: &Bench) -> Vec<Row> {
    let result = bench.import().unwrap();
    assert_eq!(result.rejected.count, 0, "{:?}", result.rejected);
    std::fs::remove_dir_all(bench.destination()).unwrap();
    rows_of(&bench.dataset(), Split::Train)
}

fn labels_and_numbers(bench: &Bench) -> Vec<(f32, f32)> {
    rows_from(bench).iter().map(|row| (row.0, row.1[0])).collect()
}

#[test]
fn lines_end_with_lf_cr_lf_or_cr_and_may_be_mixed() {
    for text in [
        "1,1,a,\n0,2,b,\n1,3,a,\n",
        "1,1,a,\r\n0,2,b,\r\n1,3,a,\r\n",
        "1,1,a,\r0,2,b,\r1,3,a,\r",
        "1,1,a,\r0,2,b,\r1,3,a,",
        "1,1,a,\r\n0,2,b,\r1,3,a,\n",
        "1,1,\"a\",\r0,2,b,\r\n1,3,\"a\",\r",
    ] {
        let found = labels_and_numbers(&Bench::new().file("a.csv", text));
        assert_eq!(found, [(1.0, 1.0), (0.0, 2.0), (1.0, 3.0)], "{text:?}");
    }
}

#[test]
fn line_ends_are_read_right_wherever_a_block_of_the_file_ends() {
    // The reader hands on 512 KiB at a time: the pair of CR and LF falls on every side of that border.
    for shift in 0..4 {
        let first = format!("1,1,{},", "x".repeat(512 * 1024 - 7 + shift));
        let text = format!("{first}\r\n0,2,\"b\",\r\n\r\n7,3,a,\r\n");
        let result = Bench::new().file("a.csv", text).import().unwrap();
        assert_eq!((result.rows, result.rejected.first[0].row), (2, 4), "{shift}");
    }
}

#[test]
fn blank_lines_are_no_rows_and_keep_the_line_numbers_right() {
    let text = "\n1,1,a,\n\n  \n\t\r\n\r0,2,b,\n5,3,b,\n\n\n";
    let result = Bench::new().file("a.csv", text).import().unwrap();
    assert_eq!((result.rows, result.rejected.count), (2, 1));
    assert_eq!(result.rejected.first[0].row, 8);
}

#[test]
fn a_line_of_delimiters_is_a_row() {
    let rejected = Bench::new()
        .with("delimiter", json!("\t"))
        .file("a.tsv", "1\t1\ta\t\n\t\t\t\n")
        .rejections();
    assert_eq!(rejected[0].3, "label is empty; it must be 0 or 1");
}

#[test]
fn an_empty_line_is_a_missing_value_where_a_row_has_one_field() {
    let bench = Bench::new().file("a.csv", "1,0,a,\n0,0,b,\n");
    bench.import().unwrap();
    let like = json!({ "name": "s", "role": "sparse", "type": "text", "encoding": vocabulary(1) });
    let one = Bench::new()
        .with("columns", json!([like]))
        .with("encodeLike", json!(bench.destination()))
        .file("b.csv", "b\n\na\n");
    let dataset = one.dataset();
    let indices: Vec<u32> = rows_of(&dataset, Split::Train)
        .iter()
        .map(|row| row.2[0][0])
        .collect();
    assert_eq!(indices, [2, 0, 1]);
}

#[test]
fn a_stray_quote_rejects_its_own_line_and_swallows_no_other() {
    for between in [0, 1, 2, 30, 98, 5000] {
        let middle = "0,5,m,\n".repeat(between);
        let text = format!("1,1,\"River,x\n{middle}1,2,says hi\",x\n0,3,a,\n");
        let rejected = Bench::new().file("a.csv", text).import().unwrap();
        assert_eq!(
            (rejected.rows as usize, rejected.rejected.count),
            (between + 2, 1),
            "{between}"
        );
        let row = &rejected.rejected.first[0];
        assert_eq!((row.row, row.column.as_deref()), (1, Some("s")), "{between}");
        assert!(
            row.reason.starts_with("the quotation mark that opens here"),
            "{}",
            row.reason
        );
    }
}

#[test]
fn a_quoted_field_of_several_lines_is_one_field() {
    for lines in [2, 3, 20, 99] {
        let text = format!("1,1,\"{}\",\n0,2,b,\n", vec!["Dear all, 1,2"; lines].join("\n"));
        assert_eq!(
            labels_and_numbers(&Bench::new().file("a.csv", text)).len(),
            2,
            "{lines}"
        );
    }
}

#[test]
fn a_quoted_field_of_too_many_lines_rejects_the_line_on_which_it_opens() {
    let text = format!("1,1,\"{}\",\n0,2,b,\n", vec!["word"; 101].join("\n"));
    let rejected = Bench::new().file("a.csv", text).import().unwrap().rejected;
    assert_eq!(rejected.first[0].row, 1);
    assert!(
        rejected.first[0].reason.contains("not closed within 100 lines"),
        "{}",
        rejected.first[0].reason
    );
}

#[test]
fn quotes_inside_fields_are_text_and_backslashes_escape_where_they_are_said_to() {
    let bench = Bench::new().file("a.csv", "1,1,5\" disk,\n0,2,\"say \"\"hi\"\"\",\n");
    assert_eq!(vocabulary_of(&bench), "\"5\\\" disk\"\n\"say \\\"hi\\\"\"\n");
    let bench = Bench::new()
        .with("backslashQuotes", json!(true))
        .file("a.csv", "1,1,\"say \\\"hi, you\\\"\",\n0,2,b,\n");
    assert_eq!(vocabulary_of(&bench), "\"b\"\n\"say \\\"hi, you\\\"\"\n");
}

fn vocabulary_of(bench: &Bench) -> String {
    bench.dataset();
    std::fs::read_to_string(bench.destination().join("vocabulary-1.jsonl")).unwrap()
}

#[test]
fn latin1_becomes_utf8_and_keeps_its_hash() {
    let text = b"1,1,K\xf6ln,\n0,2,\x80 5,\n";
    let bench = Bench::new().with("encoding", json!("latin1")).file("a.csv", text);
    assert_eq!(vocabulary_of(&bench), "\"Köln\"\n\"€ 5\"\n");
}

#[test]
fn numbers_may_have_a_decimal_comma() {
    let comma = |text: &str| {
        Bench::new()
            .with("delimiter", json!(";"))
            .with("decimalComma", json!(true))
            .file("a.csv", text)
    };
    let found = labels_and_numbers(&comma("1;1,5;a;\n0;-2,25e1;b;\n0;7;b;\n"));
    assert_eq!(found, [(1.0, 1.5), (0.0, -22.5), (0.0, 7.0)]);
    let rejected = comma("1;1.5;a;\n0;1.234,5;b;\n0;1,2,3;b;\n1;1;a;\n").rejections();
    assert!(rejected.iter().all(|row| row.2.as_deref() == Some("d")));
    assert_eq!(rejected.len(), 3);
    assert_eq!(
        rejected[0].3,
        "\"1.5\" has a decimal point, but the decimal sign of this file is the comma"
    );

    let point = Bench::new()
        .with("delimiter", json!(";"))
        .file("a.csv", "1;0,5;a;\n1;1,234,567;a;\n1;5;a;\n")
        .rejections();
    assert!(point[0].3.contains("decimal comma"), "{}", point[0].3);
    assert!(point[1].3.contains("thousands separator"), "{}", point[1].3);
}

#[test]
fn a_split_by_time_and_a_threshold_read_decimal_commas() {
    let label = json!({ "name": "label", "role": "label", "positiveFrom": 3.5 });
    let bench = Bench::new()
        .with("delimiter", json!(";"))
        .with("decimalComma", json!(true))
        .with(
            "split",
            json!({ "kind": "time", "column": "d", "validation": 0.0, "test": 0.5 }),
        )
        .column(0, label)
        .file("a.csv", "3,5;2,5;a;\n3,4;0,5;a;\n5;0,25;a;\n1;9;a;\n");
    assert_eq!(labels_and_numbers(&bench), [(0.0, 0.5), (1.0, 0.25)]);
}

#[test]
fn markers_of_missing_values_are_missing_and_counted() {
    let bench = Bench::new()
        .with("missingValues", json!(["NA", "-", "?", "\\N", "NaN", "-999"]))
        .file(
            "a.csv",
            "1,NA,a,x\n0, ? ,-,NA\n1,-999,b,x NA\n0,,a,\n0,NaN,\\N,x\n1,-1,-1,-\n",
        );
    let rows = rows_from(&bench);
    let numbers: Vec<f32> = rows.iter().map(|row| row.1[0]).collect();
    assert_eq!(numbers, [0.0, 0.0, 0.0, 0.0, 0.0, -1.0]);
    let sparse: Vec<u32> = rows.iter().map(|row| row.2[0][0]).collect();
    assert_eq!(sparse, [2, 0, 3, 2, 0, 1]);
    // A marker is a whole field: one of several values in a bag is a value.
    assert_eq!(
        rows.iter().map(|row| row.2[1].len()).collect::<Vec<_>>(),
        [1, 0, 2, 0, 1, 0]
    );
    let manifest = manifest(&dataset::Dataset::open(&bench.destination()).unwrap());
    let counts = |column: usize| manifest["columns"][column]["missingTexts"].clone();
    let count = |value: &str, count: u64| json!({ "value": value, "count": count });
    assert_eq!(
        counts(0),
        json!([count("NA", 1), count("?", 1), count("NaN", 1), count("-999", 1)])
    );
    assert_eq!(counts(1), json!([count("-", 1), count("\\N", 1)]));
    assert_eq!(counts(2), json!([count("NA", 1), count("-", 1)]));
    assert_eq!(manifest["columns"][1]["missingShare"], json!(2.0 / 6.0));
}

#[test]
fn a_column_may_have_markers_of_its_own() {
    let own = json!({
        "name": "s", "role": "sparse", "type": "text", "encoding": vocabulary(1), "missingValues": ["none"],
    });
    let bench = Bench::new()
        .with("missingValues", json!(["NA"]))
        .column(2, own)
        .file("a.csv", "1,NA,NA,\n0,1,none,\n");
    let sparse: Vec<u32> = rows_from(&bench).iter().map(|row| row.2[0][0]).collect();
    assert_eq!(sparse, [1, 0]);
}

#[test]
fn a_marker_rejects_the_row_where_a_value_is_required() {
    let required =
        json!({ "name": "d", "role": "dense", "type": "float", "transform": "none", "missing": "reject" });
    let rejected = Bench::new()
        .with("missingValues", json!(["NA"]))
        .column(1, required)
        .file("a.csv", "1,NA,a,\n1,,a,\n1,2,a,\n")
        .rejections();
    assert_eq!(
        rejected[0].3,
        "\"NA\" stands for a missing value; a value is required"
    );
    assert_eq!(rejected[1].3, "the field is empty; a value is required");
}

#[test]
fn labels_may_be_two_words() {
    let words = |positive: &str, negative: &str| json!({ "name": "label", "role": "label", "positive": positive, "negative": negative });
    let labels = |column: Value, texts: [&str; 3]| {
        let rows: String = texts.iter().map(|text| format!("{text},0,a,\n")).collect();
        let bench = Bench::new().column(0, column).file("a.csv", rows);
        let labels: Vec<f32> = labels_and_numbers(&bench).iter().map(|row| row.0).collect();
        let manifest = manifest(&dataset::Dataset::open(&bench.destination()).unwrap());
        (labels, manifest["label"].clone())
    };
    let (found, entry) = labels(words("True", "False"), ["True", "FALSE", " true "]);
    assert_eq!(found, [1.0, 0.0, 1.0]);
    assert_eq!(
        entry,
        json!({ "name": "label", "positive": "True", "negative": "False" })
    );
    assert_eq!(labels(words("1", "-1"), ["-1", "1", "1.0"]).0, [0.0, 1.0, 1.0]);
    assert_eq!(
        labels(json!({ "name": "label", "role": "label" }), ["0.0", "1.0", "1"]).0,
        [0.0, 1.0, 1.0]
    );
    let rejected = Bench::new()
        .column(0, words("yes", "no"))
        .file("a.csv", "yes,0,,\nmaybe,0,,\n")
        .rejections();
    assert_eq!(rejected[0].3, "label is \"maybe\"; it must be \"no\" or \"yes\"");
    for wrong in [
        json!({ "name": "label", "role": "label", "negative": "no" }),
        json!({ "name": "label", "role": "label", "positive": [] }),
        words("yes", "yes"),
        json!({ "name": "label", "role": "label", "positive": "yes", "negative": "no", "positiveFrom": 1 }),
    ] {
        let error = Bench::new().column(0, wrong).file("a.csv", "yes,0,,\n").failure();
        assert_eq!(error.code, ErrorCode::InvalidArgument);
    }
}

#[test]
fn lines_may_end_with_a_delimiter_and_comments_are_passed_over() {
    let bench = Bench::new()
        .with("header", json!(true))
        .with("trailingDelimiter", json!(true))
        .with("comment", json!("#"))
        .file(
            "a.csv",
            "# made by hand, \"late\nlabel,d,s,m\n1,1,a,x,\n#1,2,b\n0,2,b,\n",
        );
    assert_eq!(labels_and_numbers(&bench), [(1.0, 1.0), (0.0, 2.0)]);
    let bench = Bench::new()
        .with("trailingDelimiter", json!(true))
        .file("a.csv", "1,1,a,x,y\n1,1,a,x,,\n1,1,a,x,\n1,1,a,x,,y\n1,1,a\n");
    let rejected: Vec<u64> = bench.rejections().iter().map(|row| row.1).collect();
    assert_eq!(rejected, [1, 4, 5]);
}
