//! What the tests of imports share: a folder with source files, a specification to start from, and short calls.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use batch::{Batch, BatchSource};
use dataset::{
    BatchLoader, CancelFlag, Dataset, Error, ImportResult, ImportSpec, LoaderOptions, Split, import_table,
};
use serde_json::{Value, json};
use tempfile::TempDir;

pub struct Bench {
    pub folder: TempDir,
    pub spec: Value,
}

impl Bench {
    /// A comma-separated file without a header: label, dense `d`, sparse `s`, multi-valued `m`; every tenth row
    /// from the ninth is for validation, from the tenth for testing.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let spec = json!({
            "files": [],
            "delimiter": ",",
            "quotes": true,
            "header": false,
            "columns": [
                { "name": "label", "role": "label" },
                { "name": "d", "role": "dense", "type": "float", "transform": "none", "missing": "zero" },
                { "name": "s", "role": "sparse", "type": "text", "encoding": vocabulary(1) },
                { "name": "m", "role": "multiValued", "type": "text", "encoding": vocabulary(1) },
            ],
            "split": { "kind": "modulo", "modulus": 10, "validation": [8], "test": [9] },
            "destination": folder.path().join("set"),
            "name": "set",
            "maxRejected": 1,
            "reportRejected": 100,
            "provenance": {},
        });
        Self { folder, spec }
    }

    pub fn with(mut self, field: &str, value: Value) -> Self {
        self.spec[field] = value;
        self
    }

    pub fn column(mut self, index: usize, value: Value) -> Self {
        self.spec["columns"][index] = value;
        self
    }

    /// Adds a source file.
    pub fn file(mut self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        self.spec["files"].as_array_mut().unwrap().push(json!(path));
        self
    }

    pub fn destination(&self) -> PathBuf {
        self.folder.path().join("set")
    }

    pub fn spec(&self) -> ImportSpec {
        serde_json::from_value(self.spec.clone()).unwrap()
    }

    pub fn import(&self) -> Result<ImportResult, Error> {
        import_table(&self.spec(), &CancelFlag::default(), &mut |_| {})
    }

    /// Imports, and checks what was written against the manifest.
    pub fn dataset(&self) -> Arc<Dataset> {
        self.import().unwrap();
        let dataset = Dataset::open(&self.destination()).unwrap();
        dataset.verify().unwrap();
        Arc::new(dataset)
    }

    /// Imports what has to fail, and checks that nothing is left behind.
    pub fn failure(&self) -> Error {
        let error = self.import().unwrap_err();
        assert!(!self.destination().exists(), "the destination was left behind");
        error
    }

    /// Imports and returns the rejected rows as (file, row, column, reason).
    pub fn rejections(&self) -> Vec<(usize, u64, Option<String>, String)> {
        let rejected = self.import().unwrap().rejected;
        assert_eq!(rejected.count as usize, rejected.first.len());
        let rows = rejected.first.into_iter();
        rows.map(|row| (row.file, row.row, row.column, row.reason))
            .collect()
    }
}

pub fn vocabulary(minimum: u32) -> Value {
    json!({ "kind": "vocabulary", "minimumCount": minimum })
}

/// One epoch in file order over all columns.
pub fn all_of(dataset: &Arc<Dataset>, split: Split) -> LoaderOptions {
    let manifest: Value = serde_json::from_str(dataset.manifest_text()).unwrap();
    let names = |dense: bool| {
        let columns = manifest["columns"].as_array().unwrap().iter();
        let wanted = columns.filter(|column| (column["role"] == "dense") == dense);
        wanted
            .map(|column| column["name"].as_str().unwrap().to_string())
            .collect()
    };
    LoaderOptions {
        split,
        batch_size: 3,
        shuffle: false,
        seed: 0,
        epoch: 0,
        start_batch: 0,
        dense: names(true),
        sparse: names(false),
        rank: None,
    }
}

pub fn batches(dataset: &Arc<Dataset>, options: &LoaderOptions) -> Vec<Batch> {
    let mut loader = BatchLoader::new(dataset.clone(), options).unwrap();
    let mut batches = Vec::new();
    loop {
        let mut batch = Batch::default();
        let before = loader.remaining();
        if !loader.next_into(&mut batch).unwrap() {
            assert_eq!(before, 0);
            return batches;
        }
        assert_eq!(loader.remaining(), before - 1);
        batches.push(batch);
    }
}

/// A row read back: label, dense values, bags of indices by sparse column.
pub type Row = (f32, Vec<f32>, Vec<Vec<u32>>);

pub fn rows(batches: &[Batch]) -> Vec<Row> {
    let mut rows = Vec::new();
    for batch in batches {
        for row in 0..batch.size {
            let dense = &batch.dense[row * batch.dense_width..(row + 1) * batch.dense_width];
            let bags = batch.columns.iter().map(|column| match &column.offsets {
                None => vec![column.indices[row]],
                Some(offsets) => column.indices[offsets[row] as usize..offsets[row + 1] as usize].to_vec(),
            });
            rows.push((batch.labels[row], dense.to_vec(), bags.collect()));
        }
    }
    rows
}

/// All rows of a split in file order.
pub fn rows_of(dataset: &Arc<Dataset>, split: Split) -> Vec<Row> {
    rows(&batches(dataset, &all_of(dataset, split)))
}

pub fn manifest(dataset: &Dataset) -> Value {
    serde_json::from_str(dataset.manifest_text()).unwrap()
}

pub fn gzip(content: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}
