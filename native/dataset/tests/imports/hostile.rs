//! Malformed files: each has a clear fate, with row and column where there is one, and nothing is left behind.

use crate::support::{Bench, gzip};
use dataset::ErrorCode;
use serde_json::json;

/// The one rejected row of a file whose other rows are good: (row, column, reason).
fn rejected(text: impl AsRef<[u8]>) -> (u64, Option<String>, String) {
    let mut rows = Bench::new().file("a.csv", text).rejections();
    assert_eq!(rows.len(), 1, "{rows:?}");
    let (_, row, column, reason) = rows.remove(0);
    (row, column, reason)
}

fn column(name: &str) -> Option<String> {
    Some(name.to_string())
}

#[test]
fn a_wrong_number_of_fields_rejects_the_row() {
    for (line, count) in [("1,2,a", "3 fields"), ("1,2,a,b,c", "5 fields"), ("1", "1 field")] {
        let (row, column, reason) = rejected(format!("1,0,,\n{line}\n"));
        assert_eq!((row, column), (2, None));
        assert_eq!(reason, format!("the row has {count}; 4 are expected"));
    }
}

#[test]
fn a_bad_label_rejects_the_row() {
    for (label, shown) in [
        ("2", "2"),
        ("-1", "-1"),
        ("", "empty"),
        ("yes", "\"yes\""),
        ("nan", "\"nan\""),
        ("0.5", "0.5"),
    ] {
        let (row, column, reason) = rejected(format!("1,0,,\n1,0,,\n{label},0,,\n"));
        assert_eq!((row, column.as_deref()), (3, Some("label")));
        assert_eq!(reason, format!("label is {shown}; it must be 0 or 1"));
    }
}

#[test]
fn a_bad_number_rejects_the_row() {
    for bad in [
        "inf", "-inf", "NaN", "1e999", "1e39", "abc", "1.2.3", "0x1f", "1_000", "½",
    ] {
        let (row, at, reason) = rejected(format!("1,0,,\n1,{bad},,\n"));
        assert_eq!((row, at), (2, column("d")), "{bad}");
        assert!(reason.contains(bad), "{reason}");
    }
}

#[test]
fn an_integer_beyond_64_bits_rejects_the_row() {
    let integer =
        json!({ "name": "d", "role": "dense", "type": "integer", "transform": "none", "missing": "reject" });
    let text = "1,9223372036854775807,,\n1,9223372036854775808,,\n1,-9223372036854775809,,\n1,1.0,,\n1,,,\n";
    let rows = Bench::new().column(1, integer).file("a.csv", text).rejections();
    let reasons: Vec<&str> = rows.iter().map(|row| row.3.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "9223372036854775808 is beyond the range of 64-bit integers",
            "-9223372036854775809 is beyond the range of 64-bit integers",
            "\"1.0\" is not an integer",
            "the field is empty; a value is required",
        ]
    );
}

#[test]
fn bad_hex_rejects_the_row() {
    for role in ["sparse", "multiValued"] {
        let hex =
            json!({ "name": "s", "role": role, "type": "hex", "encoding": crate::support::vocabulary(1) });
        let text = "1,0,0123456789abcdef,\n1,0,0123456789abcdef0,\n1,0,xyz,\n1,0,,\n";
        let rows = Bench::new().column(2, hex).file("a.csv", text).rejections();
        assert_eq!(rows.iter().map(|row| row.1).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(rows[1].2, column("s"));
        assert_eq!(rows[1].3, "\"xyz\" is not a hex number");
    }
}

#[test]
fn nul_bytes_and_invalid_utf8_reject_the_row() {
    let (row, at, reason) = rejected(b"1,0,,\n1,0,a\0b,\n");
    assert_eq!(
        (row, at, reason.as_str()),
        (2, column("s"), "the field contains a NUL byte")
    );
    for bytes in [&b"\xff\xfe"[..], b"\xc3", b"\xed\xa0\x80", b"\xf5\x80\x80\x80"] {
        let text = [b"1,0,,\n1,0,,ok ", bytes, b"\n"].concat();
        let (row, at, reason) = rejected(text);
        assert_eq!(
            (row, at, reason.as_str()),
            (
                2,
                column("m"),
                "the field is not valid UTF-8 text; if the file is in another encoding, import it with that encoding"
            )
        );
    }
}

#[test]
fn fields_are_text_each_on_its_own() {
    let (row, at, _) = rejected(b"1,0,\"\xc3\",\xa9\n1,0,,\n");
    assert_eq!((row, at), (1, column("s")));
}

#[test]
fn unbalanced_quotes_reject_the_row_where_they_open_and_no_other() {
    let rows = Bench::new()
        .file("a.csv", "1,0,,\n1,0,\"open,\n1,0,b,\n1,0,c,\n")
        .rejections();
    assert_eq!(
        rows,
        [(
            0,
            2,
            column("s"),
            "the quotation mark that opens here is never closed".to_string()
        )]
    );
    let (row, at, reason) = rejected("1,0,\"a\"b,\n1,0,,\n");
    assert_eq!(
        (row, at, reason.as_str()),
        (
            1,
            column("s"),
            "there is text after the closing quotation mark; if quotation marks are part of the text, import without quoting"
        )
    );
}

#[test]
fn rows_after_a_record_of_several_lines_keep_their_line_numbers() {
    assert_eq!(rejected("1,0,\"a\nb\nc\",\n1,0,,\n5,0,,\n").0, 5);
}

#[test]
fn an_open_quote_in_a_large_file_costs_one_line() {
    let mut text = String::from("1,0,\"open,\n");
    text.extend((0..300_000).map(|i| format!("1,{i},v,\n")));
    let bench = Bench::new().file("a.csv", text);
    let result = bench.import().unwrap();
    assert_eq!(
        (result.rows, result.rejected.count, result.rejected.first[0].row),
        (300_000, 1, 1)
    );
}

#[test]
fn a_line_over_a_mebibyte_rejects_the_row_and_reading_goes_on() {
    let long = "x".repeat(10 << 20);
    for line in [
        format!("1,0,{long},\n"),
        format!("1,0,\"{long}\",\n"),
        long.clone() + "\n",
    ] {
        let rows = Bench::new()
            .file("a.csv", format!("1,0,,\n{line}2,0,,\n"))
            .rejections();
        assert_eq!(
            (rows[0].1, rows[0].3.as_str()),
            (2, "the line is longer than 1.05 MB")
        );
        assert_eq!(rows[1].1, 3);
    }
}

#[test]
fn a_quoted_record_over_a_mebibyte_rejects_its_first_line() {
    let record = format!("1,0,\"{}\",\n", "line\n".repeat(300_000));
    let rejected = Bench::new()
        .with("reportRejected", json!(1))
        .file("a.csv", format!("{record}1,0,,\n"))
        .import();
    let rejected = rejected.unwrap().rejected;
    assert_eq!(rejected.first[0].row, 1);
}

#[test]
fn quotes_that_alternate_over_lines_are_read_in_linear_time() {
    let started = std::time::Instant::now();
    let text = "a\",\"b\n".repeat(200_000) + &"\"\n".repeat(100_000) + "1,0,,\n";
    assert!(Bench::new().file("a.csv", text).import().unwrap().rows >= 1);
    assert!(started.elapsed().as_secs() < 20);
}

#[test]
fn too_many_bad_rows_fail_the_import_and_the_first_are_told() {
    let text = "1,0,,\n2,0,,\n1,inf,,\n1,0,,\n";
    let error = Bench::new()
        .with("maxRejected", json!(0.49))
        .file("a.csv", text)
        .failure();
    assert_eq!(error.code, ErrorCode::TooManyRejectedRows);
    assert!(
        error.message.starts_with("2 of 4 rows (50.0 %) cannot be used"),
        "{}",
        error.message
    );
    assert!(
        error.message.contains("a.csv, row 2, column label: label is 2"),
        "{}",
        error.message
    );
    let details = error.details.unwrap();
    assert_eq!(
        (&details["count"], &details["first"][1]["row"]),
        (&json!(2), &json!(3))
    );
    assert!(
        Bench::new()
            .with("maxRejected", json!(0.5))
            .file("a.csv", text)
            .import()
            .is_ok()
    );
}

#[test]
fn files_without_a_usable_row_fail() {
    for text in ["x\n", "\0\0\0\0", "PAR1\u{15}\u{4}", "{\"a\":1}\n", "2,0,,\n"] {
        let error = Bench::new().file("a.csv", text).failure();
        assert_eq!(error.code, ErrorCode::TooManyRejectedRows, "{text:?}");
    }
    let error = Bench::new().file("a.csv", "\n \r\n\r").failure();
    assert_eq!(error.code, ErrorCode::InvalidArgument);
    assert!(
        error.message.ends_with("there are no data rows"),
        "{}",
        error.message
    );
    let error = Bench::new().file("a.csv", "").failure();
    assert_eq!(error.code, ErrorCode::InvalidArgument);
    assert!(
        error.message.ends_with("a.csv: the file is empty"),
        "{}",
        error.message
    );
    let error = Bench::new()
        .with("header", json!(true))
        .file("a.csv", "label,d,s,m\n")
        .failure();
    assert!(
        error.message.ends_with("there are no data rows"),
        "{}",
        error.message
    );
}

#[test]
fn headers_must_fit_the_columns_and_each_other() {
    let header = || Bench::new().with("header", json!(true));
    let error = header().file("a.csv", "label,d\n1,0\n").failure();
    assert_eq!(error.code, ErrorCode::InvalidArgument);
    assert!(
        error
            .message
            .contains("row 1, the header: the row has 2 fields; 4 are expected")
    );
    let error = header()
        .file("a.csv", "label,d,s,m\n1,0,,\n")
        .file("b.csv", "label,s,d,m\n1,,0,\n")
        .failure();
    assert!(
        error
            .message
            .contains("b.csv: row 1, the header: the column is named \"s\", but \"d\" in the first file")
    );
    assert_eq!(error.details.unwrap()["column"], "d");
    assert!(
        header()
            .file("a.csv", "label,d,\"s,m\n1,0,,\n")
            .failure()
            .message
            .contains("never closed")
    );
}

#[test]
fn broken_gzip_files_fail_as_corrupt() {
    let text: String = (0..20_000).map(|i| format!("1,{i},{i},\n")).collect();
    let whole = gzip(text.as_bytes());
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 0xff;
    for (content, message) in [
        (whole[..whole.len() / 2].to_vec(), "truncated"),
        (whole[..whole.len() - 4].to_vec(), "truncated"),
        (whole[..5].to_vec(), "truncated"),
        (flipped, "damaged"),
    ] {
        let error = Bench::new().file("a.csv.gz", content).failure();
        assert_eq!(error.code, ErrorCode::Corrupt, "{}", error.message);
        assert!(
            error.message.contains("a.csv.gz") && error.message.contains(message),
            "{}",
            error.message
        );
    }
}

#[test]
fn what_is_no_readable_file_fails_with_its_name() {
    let named = |path: std::path::PathBuf| Bench::new().with("files", json!([path])).failure();
    let folder = tempfile::tempdir().unwrap();
    let error = named(folder.path().to_path_buf());
    assert_eq!(error.code, ErrorCode::InvalidArgument);
    assert!(error.message.contains("this is a folder"), "{}", error.message);
    assert_eq!(named(folder.path().join("none.csv")).code, ErrorCode::NotFound);
    #[cfg(target_os = "linux")]
    assert!(named("/dev/zero".into()).message.contains("not a regular file"));
}

#[test]
fn specifications_that_make_no_sense_are_refused() {
    let good = || Bench::new().file("a.csv", "1,0,,\n");
    let label = json!({ "name": "x", "role": "label" });
    let ignored = |name: &str| json!({ "name": name, "role": "ignore" });
    let hash =
        json!({ "name": "s", "role": "sparse", "type": "text", "encoding": { "kind": "hash", "size": 1 } });
    let never =
        json!({ "name": "s", "role": "sparse", "type": "text", "encoding": crate::support::vocabulary(0) });
    let refused = [
        Bench::new(),
        good().with("delimiter", json!("")),
        good().with("delimiter", json!("ab")),
        good().with("delimiter", json!("\"")),
        good().with("delimiter", json!("\n")),
        good().with("maxRejected", json!(1.5)),
        good().column(1, label),
        good().column(0, ignored("x")),
        good().column(1, ignored("s")),
        good().column(1, ignored("")),
        good().column(2, hash),
        good().column(2, never),
        good().with("columns", json!([{ "name": "label", "role": "label" }])),
        good().with("columns", json!([])),
    ];
    for bench in refused {
        assert_eq!(bench.failure().code, ErrorCode::InvalidArgument, "{}", bench.spec);
    }
}
