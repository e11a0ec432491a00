//! One table of 2^31 rows: as many as an index of 32 bits with a sign can name.

#![cfg(all(target_os = "linux", target_pointer_width = "64"))]

use batch::{Batch, SparseColumn};
use engine::Model;

const ROWS: u64 = 1 << 31;

#[test]
fn the_last_of_two_to_the_31_rows_is_looked_up_and_trained() {
    let plan = format!(
        r#"{{ "version": 1,
            "inputs": {{ "dense": [], "sparse": [{{ "name": "c", "cardinality": {ROWS}, "multiValued": false }}] }},
            "parameters": [{{ "name": "t", "shape": [{ROWS}, 1], "kind": "table", "initial": {{ "kind": "constant", "value": 0 }} }}],
            "values": [{{ "name": "v", "width": 1 }}, {{ "name": "p", "width": 1 }}],
            "operations": [
                {{ "node": "t", "kind": "embeddingBag", "column": 0, "table": 0, "rowWeights": null, "pooling": "sum",
                   "indexMap": {{ "kind": "identity" }}, "output": 0 }},
                {{ "node": "p", "kind": "activation", "input": 0, "activation": "sigmoid", "output": 1 }}],
            "loss": {{ "kind": "bce", "prediction": 1, "clamp": 0, "weights": [1, 1] }} }}"#
    );
    let options = r#"{ "threads": 2, "instructionSet": "auto", "precision": "fp32", "seed": 0 }"#;
    // Rows never written take no memory: of these 8.6 GB two pages are.
    let mut model = match Model::new(&plan, options) {
        Ok(model) => model,
        Err(error) if error.message.contains("not enough memory") => return,
        Err(error) => panic!("{error}"),
    };
    let sgd = r#"{ "kind": "sgd", "learningRate": 1, "epsilon": 0, "beta1": 0, "beta2": 0, "l2": 0 }"#;
    model
        .configure_training(&format!(
            r#"{{ "tables": {sgd}, "dense": {sgd}, "gradientClipNorm": 0, "accumulateBatches": 1 }}"#
        ))
        .unwrap();
    let batch = |indices: Vec<u32>| Batch {
        size: indices.len(),
        dense: Vec::new(),
        dense_width: 0,
        labels: vec![1.0; indices.len()],
        columns: vec![SparseColumn {
            offsets: None,
            indices,
        }],
    };
    let last = (ROWS - 1) as u32;
    model.train_batch(&batch(vec![0, last]), 1.0).unwrap();
    let trained = 1.0 / (1.0 + (-0.25f32).exp());
    let predictions = model.predict_batch(&batch(vec![last, 0, last - 1])).unwrap();
    for (found, expected) in predictions.into_iter().zip([trained, trained, 0.5]) {
        assert!((found - expected).abs() < 1e-6, "{found} {expected}");
    }
    let error = model.predict_batch(&batch(vec![last + 1])).unwrap_err();
    assert!(error.message.contains("2147483648"), "{error}");
}
