//! Batches read back from a prepared dataset.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use crate::support::{Bench, all_of, batches, manifest, rows};
use batch::{Batch, BatchSource};
use dataset::{BatchLoader, BatchServer, Dataset, ErrorCode, LoaderOptions, RankOptions, Split};
use ranks::threads::ThreadLine;
use ranks::{Client, Line, serve};
use serde_json::json;

/// 80 training rows. The columns of a row contain its number.
fn numbered() -> (Bench, Arc<Dataset>) {
    let text: String = (0..100)
        .map(|i| format!("{},{i},v{i:02},{i} all\n", i % 2))
        .collect();
    let bench = Bench::new().file("a.csv", text);
    let dataset = bench.dataset();
    (bench, dataset)
}

fn shuffled(dataset: &Arc<Dataset>, seed: u64, epoch: u64, start_batch: u64) -> LoaderOptions {
    LoaderOptions {
        shuffle: true,
        batch_size: 7,
        seed,
        epoch,
        start_batch,
        ..all_of(dataset, Split::Train)
    }
}

#[test]
fn covers_every_row_once_in_an_order_that_seed_and_epoch_decide() {
    let (_bench, dataset) = numbered();
    let plain = rows(&batches(&dataset, &all_of(&dataset, Split::Train)));
    let made = batches(&dataset, &shuffled(&dataset, 5, 0, 0));
    assert_eq!(
        made.iter().map(|batch| batch.size).collect::<Vec<_>>(),
        [vec![7; 11], vec![3]].concat()
    );
    let order = rows(&made);
    let mut sorted = order.clone();
    sorted.sort_by(|one, other| one.1[0].total_cmp(&other.1[0]));
    assert_eq!(sorted, plain);
    assert_eq!(rows(&batches(&dataset, &shuffled(&dataset, 5, 0, 0))), order);
    assert_ne!(rows(&batches(&dataset, &shuffled(&dataset, 5, 1, 0))), order);
    assert_ne!(rows(&batches(&dataset, &shuffled(&dataset, 6, 0, 0))), order);
}

#[test]
fn a_rank_without_the_dataset_gets_the_batches_that_it_would_read() {
    let (_bench, dataset) = numbered();
    let line: Arc<dyn Line> = Arc::new(ThreadLine::default());
    let (of_server, mut server) = (Arc::clone(&line), BatchServer::new(Arc::clone(&dataset)));
    let serving = std::thread::spawn(move || {
        serve(&*of_server, 1, |from, request, answer| {
            if request.is_empty() {
                server.forget(from);
                return Ok(());
            }
            server.answer(from, request, answer)
        })
    });
    let client = Arc::new(Client::new(line, 1, 0));
    for rank in 0..3 {
        let options = LoaderOptions {
            rank: Some(RankOptions {
                rank,
                ranks: 3,
                columns: vec![["s", "m", "s"][rank].into()],
            }),
            ..shuffled(&dataset, 5, 1, 2)
        };
        let mut remote = BatchLoader::remote(Arc::clone(&client), &options).unwrap();
        let mut received = Vec::new();
        let mut batch = Batch::default();
        while remote.next_into(&mut batch).unwrap() {
            received.push(batch.clone());
        }
        assert_eq!(received, batches(&dataset, &options));
    }
    let unread = BatchLoader::remote(Arc::clone(&client), &shuffled(&dataset, 0, 0, 0)).unwrap();
    assert_eq!(unread.remaining(), 12);
    drop(unread);
    let unknown = LoaderOptions {
        sparse: vec!["absent".into()],
        ..all_of(&dataset, Split::Test)
    };
    let refused = BatchLoader::remote(Arc::clone(&client), &unknown).err().unwrap();
    assert!(refused.message.contains("no sparse column named \"absent\""));
    client.leave().unwrap();
    serving.join().unwrap().unwrap();
}

#[test]
fn starts_where_a_run_was_stopped() {
    let (_bench, dataset) = numbered();
    let whole = batches(&dataset, &shuffled(&dataset, 3, 2, 0));
    assert_eq!(batches(&dataset, &shuffled(&dataset, 3, 2, 5)), whole[5..]);
    assert_eq!(batches(&dataset, &shuffled(&dataset, 3, 2, 12)), []);
    assert_eq!(batches(&dataset, &shuffled(&dataset, 3, 2, u64::MAX)), []);
}

#[test]
fn a_rank_reads_its_columns_of_all_rows_and_the_rest_of_its_own_rows() {
    let (_bench, dataset) = numbered();
    let options = shuffled(&dataset, 3, 0, 0);
    let whole = batches(&dataset, &options);
    for (rank, columns) in options.sparse.chunks(1).enumerate() {
        let part = RankOptions {
            rank,
            ranks: options.sparse.len(),
            columns: columns.to_vec(),
        };
        let leaves = ranks::Leaves::new(part.ranks);
        let rank_options = LoaderOptions {
            rank: Some(part),
            ..options.clone()
        };
        for (found, all) in batches(&dataset, &rank_options).iter().zip(&whole) {
            let (own, width) = (leaves.rows_of_rank(rank, all.size), all.dense_width);
            assert_eq!(found.size, all.size);
            assert_eq!(found.labels, all.labels[own.clone()]);
            assert_eq!(found.dense, all.dense[own.start * width..own.end * width]);
            for (index, column) in found.columns.iter().enumerate() {
                let expected = if index == rank {
                    &all.columns[index]
                } else {
                    &Default::default()
                };
                assert_eq!(column, expected);
            }
        }
    }
    let outside = LoaderOptions {
        rank: Some(RankOptions {
            rank: 2,
            ranks: 2,
            columns: Vec::new(),
        }),
        ..options
    };
    let error = BatchLoader::new(dataset.clone(), &outside).err().unwrap();
    assert!(error.message.contains("Rank 2 is not one of 2 ranks"), "{error}");
}

#[test]
fn carries_the_named_columns_in_the_named_order() {
    let (_bench, dataset) = numbered();
    let options = LoaderOptions {
        dense: Vec::new(),
        sparse: vec!["m".to_string(), "s".to_string()],
        ..all_of(&dataset, Split::Test)
    };
    let made = batches(&dataset, &options);
    assert_eq!((made[0].dense_width, made[0].dense.len()), (0, 0));
    assert!(made[0].columns[0].offsets.is_some() && made[0].columns[1].offsets.is_none());
    assert_eq!(made[0].columns[0].offsets, Some(vec![0, 2, 4, 6]));
}

#[test]
fn refuses_unknown_columns_and_empty_batches() {
    let (_bench, dataset) = numbered();
    let options = all_of(&dataset, Split::Train);
    let unknown = LoaderOptions {
        dense: vec!["s".to_string()],
        ..options.clone()
    };
    let empty = LoaderOptions {
        batch_size: 0,
        ..options
    };
    for options in [unknown, empty] {
        let error = BatchLoader::new(dataset.clone(), &options).err().unwrap();
        assert_eq!(error.code, ErrorCode::InvalidArgument);
    }
}

#[test]
fn dropping_a_loader_ends_its_thread() {
    let (_bench, dataset) = numbered();
    let mut loader = BatchLoader::new(dataset.clone(), &shuffled(&dataset, 1, 0, 0)).unwrap();
    assert!(loader.next_into(&mut Batch::default()).unwrap());
    drop(loader);
    for _ in 0..200 {
        if Arc::strong_count(&dataset) == 1 {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("the thread still holds the dataset");
}

#[test]
fn an_empty_split_has_no_batches() {
    let dataset = Bench::new().file("a.csv", "1,0,,\n").dataset();
    assert_eq!(batches(&dataset, &all_of(&dataset, Split::Test)), []);
}

#[test]
fn damage_is_found_when_opening_verifying_or_reading() {
    let (bench, dataset) = numbered();
    let path = bench.destination().join("train/rows.bin");
    let good = fs::read(&path).unwrap();

    let mut changed = good.clone();
    let index = changed.len() - 4;
    changed[index..].copy_from_slice(&81_u32.to_le_bytes());
    fs::write(&path, &changed).unwrap();
    let damaged = Arc::new(Dataset::open(&bench.destination()).unwrap());
    assert_eq!(damaged.verify().unwrap_err().code, ErrorCode::Corrupt);
    let mut loader = BatchLoader::new(
        damaged.clone(),
        &LoaderOptions {
            batch_size: 100,
            ..all_of(&damaged, Split::Train)
        },
    )
    .unwrap();
    let message = loader.next_into(&mut Batch::default()).unwrap_err();
    assert!(message.contains("column \"s\" holds the index 81"), "{message}");
    assert_eq!(loader.remaining(), 0);

    fs::write(&path, &good[..good.len() - 1]).unwrap();
    assert_eq!(
        Dataset::open(&bench.destination()).unwrap_err().code,
        ErrorCode::Corrupt
    );
    fs::remove_file(&path).unwrap();
    let error = Dataset::open(&bench.destination()).unwrap_err();
    assert_eq!(error.code, ErrorCode::Corrupt);
    assert!(error.message.contains("missing"), "{}", error.message);
    drop(dataset);
}

#[test]
fn wild_offsets_of_a_bag_are_an_error() {
    let (bench, _dataset) = numbered();
    let path = bench.destination().join("train/bag-0.offsets");
    let mut offsets = fs::read(&path).unwrap();
    offsets[8..16].copy_from_slice(&u64::MAX.to_le_bytes());
    fs::write(&path, offsets).unwrap();
    let damaged = Arc::new(Dataset::open(&bench.destination()).unwrap());
    let mut loader = BatchLoader::new(damaged.clone(), &all_of(&damaged, Split::Train)).unwrap();
    assert!(
        loader
            .next_into(&mut Batch::default())
            .unwrap_err()
            .contains("list that lies outside")
    );
}

#[test]
fn hostile_manifests_are_refused() {
    let (bench, dataset) = numbered();
    let good = manifest(&dataset);
    let path = bench.destination().join("manifest.json");
    let mut hostile = vec![json!({}), json!([]), json!({ "format": "other" })];
    for (field, value) in [
        ("format", json!("other")),
        ("version", json!(2)),
        (
            "files",
            json!([{ "path": "../../etc/passwd", "bytes": 1, "sha256": "" }]),
        ),
        (
            "files",
            json!([{ "path": "/etc/passwd", "bytes": 1, "sha256": "" }]),
        ),
        ("files", json!([])),
        ("columns", json!([])),
    ] {
        let mut changed = good.clone();
        changed[field] = value;
        hostile.push(changed);
    }
    let mut many_rows = good.clone();
    many_rows["splits"]["train"]["rows"] = json!(u64::MAX);
    hostile.push(many_rows);
    for manifest in hostile {
        fs::write(&path, manifest.to_string()).unwrap();
        assert_eq!(
            Dataset::open(&bench.destination()).unwrap_err().code,
            ErrorCode::Corrupt,
            "{manifest}"
        );
    }
    fs::write(&path, [0xff, 0xfe]).unwrap();
    assert_eq!(
        Dataset::open(&bench.destination()).unwrap_err().code,
        ErrorCode::Corrupt
    );
    fs::remove_file(&path).unwrap();
    assert_eq!(
        Dataset::open(&bench.destination()).unwrap_err().code,
        ErrorCode::NotFound
    );
}
