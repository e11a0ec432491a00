//! Files that other programs wrote (test/fixtures/formats) have the values that those programs say.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Bench, vocabulary};
use dataset::{ErrorCode, Source, TableFormat, TableOptions, TablePreview, preview_table};
use serde_json::{Value, json};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../test/fixtures/formats")
        .join(name)
}

fn preview(path: &Path) -> TablePreview {
    let options = TableOptions {
        format: None,
        limit: 1000,
    };
    preview_table(&Source::first(path).unwrap(), &options)
        .unwrap()
        .unwrap()
}

/// The table that all fixtures have, by column.
fn expected() -> HashMap<String, Vec<String>> {
    let text = fs::read_to_string(fixture("expected.json")).unwrap();
    let table: Value = serde_json::from_str(&text).unwrap();
    let rows: Vec<Vec<String>> = serde_json::from_value(table["rows"].clone()).unwrap();
    let names: Vec<String> = serde_json::from_value(table["columns"].clone()).unwrap();
    let column = |at: usize| rows.iter().map(|row| row[at].clone()).collect();
    names
        .into_iter()
        .enumerate()
        .map(|(at, name)| (name, column(at)))
        .collect()
}

/// Whether two texts are the same value: numbers may be written in different ways.
fn is_same(column: &str, found: &str, expected: &str) -> bool {
    let is_number = matches!(column, "price" | "ratio" | "amount");
    let number = |text: &str| text.parse::<f64>().ok();
    found == expected || is_number && number(found).is_some() && number(found) == number(expected)
}

fn compare(name: &str, columns: &[&str]) {
    let expected = expected();
    let found = preview(&fixture(name));
    let names: Vec<&str> = found.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, columns, "{name}");
    assert_eq!(found.records.len(), 60, "{name}");
    for (row, record) in found.records.iter().enumerate() {
        assert!(!record.malformed, "{name} row {row}");
        for (column, field) in columns.iter().zip(&record.fields) {
            let value = &expected[*column][row];
            assert!(
                is_same(column, field, value),
                "{name}, row {row}, {column}: {field:?} is not {value:?}"
            );
        }
    }
}

const ALL: [&str; 15] = [
    "label",
    "user",
    "price",
    "ratio",
    "amount",
    "city",
    "country",
    "at",
    "local",
    "day",
    "is_new",
    "tags",
    "items",
    "device.os",
    "device.version",
];

#[test]
fn parquet_of_every_codec_has_the_right_values() {
    for codec in ["none", "snappy", "gzip", "brotli", "zstd", "lz4"] {
        compare(&format!("{codec}.parquet"), &ALL);
    }
}

#[test]
fn parquet_of_other_writers_and_settings_has_the_right_values() {
    for name in ["pages-v2.parquet", "polars.parquet"] {
        compare(name, &ALL);
    }
    compare(
        "fastparquet.parquet",
        &["label", "user", "price", "city", "country"],
    );
}

#[test]
fn parquet_with_the_old_type_of_time_has_the_same_moments() {
    let found = preview(&fixture("int96.parquet"));
    let at = found
        .columns
        .iter()
        .position(|column| column.name == "at")
        .unwrap();
    for (record, moment) in found.records.iter().zip(&expected()["at"]) {
        assert_eq!(
            record.fields[at].trim_end_matches('Z').trim_end_matches("000"),
            moment.trim_end_matches('Z')
        );
    }
}

#[test]
fn arrow_files_and_streams_have_the_right_values() {
    for name in [
        "uncompressed.feather",
        "lz4.feather",
        "zstd.feather",
        "stream.arrow",
        "polars.arrow",
    ] {
        compare(name, &ALL);
    }
}

#[test]
fn json_has_the_right_values_of_the_fields_that_the_first_records_have() {
    for name in ["records.jsonl", "array.json"] {
        let found = preview(&fixture(name));
        let expected = expected();
        assert_eq!(found.format, TableFormat::Json);
        assert_eq!(found.columns.len(), ALL.len());
        for (row, record) in found.records.iter().enumerate() {
            for (column, field) in found.columns.iter().zip(&record.fields) {
                let value = &expected[&column.name][row];
                assert!(
                    is_same(&column.name, field, value),
                    "{name}, row {row}, {}: {field:?}",
                    column.name
                );
            }
        }
    }
    assert_eq!(preview(&fixture("pandas.jsonl.bz2")).records.len(), 60);
}

#[test]
fn the_file_says_what_its_columns_are() {
    let found = preview(&fixture("zstd.parquet"));
    let kinds: HashMap<_, _> = found
        .columns
        .iter()
        .map(|column| (&*column.name, column))
        .collect();
    let of = |name: &str| serde_json::to_value(kinds[name]).unwrap();
    assert_eq!(of("user"), json!({ "name": "user", "kind": "integer" }));
    assert_eq!(of("amount"), json!({ "name": "amount", "kind": "decimal" }));
    assert_eq!(of("day"), json!({ "name": "day", "kind": "time" }));
    assert_eq!(of("is_new"), json!({ "name": "is_new", "kind": "boolean" }));
    assert_eq!(of("country"), json!({ "name": "country", "kind": "text" }));
    assert_eq!(
        of("tags"),
        json!({ "name": "tags", "kind": "text", "separator": "|" })
    );
}

fn bench_of(files: &[&str], table: &str) -> Bench {
    let files: Vec<PathBuf> = files.iter().map(|name| fixture(name)).collect();
    let mut columns: Vec<Value> = ALL
        .iter()
        .map(|name| json!({ "name": name, "role": "ignore" }))
        .collect();
    columns[0] = json!({ "name": "label", "role": "label" });
    columns[2] =
        json!({ "name": "price", "role": "dense", "type": "float", "transform": "none", "missing": "zero" });
    columns[5] = json!({ "name": "city", "role": "sparse", "type": "text", "encoding": vocabulary(1) });
    columns[11] = json!({ "name": "tags", "role": "multiValued", "type": "text", "encoding": vocabulary(1), "separator": "|" });
    Bench::new()
        .with("files", json!(files))
        .with("table", json!(table))
        .with("columns", json!(columns))
        .with(
            "split",
            json!({ "kind": "modulo", "modulus": 5, "validation": [3], "test": [4] }),
        )
}

#[test]
fn all_formats_make_the_same_dataset() {
    let hash = |files: &[&str], table: &str| {
        let dataset = bench_of(files, table).dataset();
        (dataset.manifest().rows, dataset.manifest().hash.clone())
    };
    let (rows, expected) = hash(&["none.parquet"], "parquet");
    assert_eq!(rows, 60);
    for name in ["zstd.parquet", "polars.parquet", "pages-v2.parquet"] {
        assert_eq!(hash(&[name], "parquet"), (60, expected.clone()), "{name}");
    }
    for name in ["zstd.feather", "stream.arrow"] {
        assert_eq!(hash(&[name], "arrow"), (60, expected.clone()), "{name}");
    }
    for name in ["records.jsonl", "array.json"] {
        assert_eq!(hash(&[name], "json"), (60, expected.clone()), "{name}");
    }
    assert_eq!(hash(&["none.parquet", "snappy.parquet"], "parquet").0, 120);
}

#[test]
fn a_row_of_a_parquet_file_that_is_rejected_is_named_by_its_number() {
    let mut bench = bench_of(&["zstd.parquet"], "parquet");
    bench.spec["columns"][2]["missing"] = json!("reject");
    let result = bench.import().unwrap();
    assert_eq!(result.rejected.first[0].row, 5);
    assert_eq!(result.rejected.first[0].column.as_deref(), Some("price"));
}

#[test]
fn a_column_that_is_not_in_the_file_is_named() {
    let mut bench = bench_of(&["zstd.parquet"], "parquet");
    bench.spec["columns"][5]["name"] = json!("town");
    let error = bench.import().unwrap_err();
    assert!(
        error.message.contains("there is no column \"town\""),
        "{}",
        error.message
    );
}

#[test]
fn libsvm_with_few_features_has_a_column_for_each() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.svm");
    fs::write(&path, "+1 1:0.5 3:2 # first\n-1 2:1.5\n\n1 1:0 7:-1e3\n").unwrap();
    let found = preview(&path);
    let names: Vec<&str> = found.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(
        names,
        ["label", "feature_1", "feature_2", "feature_3", "feature_7"]
    );
    let rows: Vec<_> = found
        .records
        .iter()
        .map(|record| record.fields.join(","))
        .collect();
    assert_eq!(rows, ["1,0.5,0,2,0", "-1,0,1.5,0,0", "1,0,0,0,-1e3"]);
    assert_eq!(found.records[2].line, 4);
}

#[test]
fn libsvm_without_values_and_libffm_have_lists_of_features() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.libsvm");
    fs::write(&path, "1 3:1 7:1\n0 2:1 3:1 9:1\n").unwrap();
    let found = preview(&path);
    assert_eq!(found.records[1].fields, ["0", "2|3|9"]);
    fs::write(&path, "1 0:12:1 1:5:0.25 2:7:1 2:8:1\n0 0:13:1 1:5:0.75 2:9:1\n").unwrap();
    let found = preview(&path);
    assert_eq!(found.format, TableFormat::Libffm);
    let names: Vec<&str> = found.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["label", "field_0", "field_1_value", "field_2"]);
    assert_eq!(found.records[0].fields, ["1", "12", "0.25", "7|8"]);
}

#[test]
fn delimited_text_is_no_table_of_another_format() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    for text in [
        "label,x\n1,2\n",
        "PAR1,x\n1,2\n",
        "ARROW1,x\n",
        "[id],label\n1,0\n",
        "1 2 3\n0 4 5\n",
        "label x\n1 12:30\n",
        "a:token\tb:float\n1\t2\n",
        "1\n0\n",
    ] {
        fs::write(&path, text).unwrap();
        let options = TableOptions {
            format: None,
            limit: 10,
        };
        let found = preview_table(&Source::first(&path).unwrap(), &options).unwrap();
        assert_eq!(found, None, "{text}");
    }
}

#[test]
fn the_files_of_a_zip_archive_are_read_one_after_the_other() {
    let bench = Bench::new();
    let path = bench.folder.path().join("a.zip");
    let mut writer = zip::write::ZipWriter::new(fs::File::create(&path).unwrap());
    for (name, text) in [("1.csv", "1,1,a,x\n0,2,b,y\n"), ("2.csv", "0,3,c,z\nbad\n")] {
        writer
            .start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        std::io::Write::write_all(&mut writer, text.as_bytes()).unwrap();
    }
    writer.finish().unwrap();
    let bench = bench.with("files", json!([path]));
    let dataset = bench.dataset();
    assert_eq!(dataset.manifest().rows, 3);
    assert_eq!(dataset.manifest().rejected.first[0].row, 2);
    assert_eq!(dataset.manifest().sources.len(), 1);
}

#[test]
fn compressed_text_is_the_text() {
    let text = "1,1,a,x\n0,2,b,y\n".repeat(100);
    let hash = |name: &str, bytes: &[u8]| Bench::new().file(name, bytes).dataset().manifest().hash.clone();
    let expected = hash("a.csv", text.as_bytes());
    assert_eq!(
        hash("a.csv.zst", &zstd::encode_all(text.as_bytes(), 3).unwrap()),
        expected
    );
    let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 6);
    std::io::Write::write_all(&mut xz, text.as_bytes()).unwrap();
    assert_eq!(hash("no-extension", &xz.finish().unwrap()), expected);
}

#[test]
fn a_file_cut_or_damaged_anywhere_is_refused_or_read_and_never_more() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "snappy.parquet",
        "zstd.parquet",
        "pages-v2.parquet",
        "lz4.feather",
        "stream.arrow",
        "array.json",
    ] {
        let whole = fs::read(fixture(name)).unwrap();
        let path = folder.path().join(name);
        let mut state = 12345u64;
        for trial in 0..400 {
            let mut bytes = whole.clone();
            let mut draw = || {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                (state >> 33) as usize
            };
            if trial % 4 == 0 {
                bytes.truncate(draw() % whole.len());
            } else {
                for _ in 0..=trial % 5 {
                    // Half of the changes hit the description at the end.
                    let at = if trial % 2 == 0 {
                        draw() % whole.len()
                    } else {
                        whole.len() - 1 - draw() % 2000
                    };
                    bytes[at] = [0, 0xff, 0x7f, 0x80, draw() as u8][draw() % 5];
                }
            }
            if bytes.is_empty() {
                continue;
            }
            fs::write(&path, &bytes).unwrap();
            let options = TableOptions {
                format: None,
                limit: 1000,
            };
            if let Err(error) = preview_table(&Source::first(&path).unwrap(), &options) {
                let known = [ErrorCode::Corrupt, ErrorCode::InvalidArgument, ErrorCode::Io];
                assert!(known.contains(&error.code), "{name} {trial}: {error}");
                assert!(error.message.contains(name), "{error}");
                assert!(!error.message.contains('\n'), "{error}");
            }
        }
    }
}
