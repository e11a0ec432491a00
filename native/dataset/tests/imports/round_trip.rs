//! Random tables come back as they were written, whatever their shape.

use std::collections::BTreeMap;

use crate::support::{Bench, rows_of, vocabulary};
use dataset::Split;
use serde_json::json;

/// A small generator of its own, so that failures can be repeated by their seed.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn value(&mut self) -> String {
        const PIECES: [&str; 9] = [
            "a",
            "B",
            "é",
            "\"",
            ",",
            "\n",
            "\r\n",
            "0",
            "longer than sixteen bytes",
        ];
        (0..=self.below(4))
            .map(|_| PIECES[self.below(9) as usize])
            .collect()
    }
}

struct TableRow {
    label: u32,
    dense: Option<f32>,
    single: String,
    bag: Vec<String>,
}

fn table(random: &mut Random) -> Vec<TableRow> {
    let count = 1 + random.below(60);
    let row = |_| TableRow {
        label: random.below(2) as u32,
        dense: (random.below(4) > 0).then(|| random.below(1 << 24) as f32 / 8.0 - 1000.0),
        single: if random.below(5) == 0 {
            String::new()
        } else {
            random.value()
        },
        bag: (0..random.below(4))
            .map(|_| format!("v{}", random.below(6)))
            .collect(),
    };
    (0..count).map(row).collect()
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn numbered<'t>(values: impl Iterator<Item = &'t str>) -> BTreeMap<&'t str, u32> {
    let mut numbers: BTreeMap<&str, u32> = values.map(|value| (value, 0)).collect();
    numbers
        .values_mut()
        .zip(1..)
        .for_each(|(number, index)| *number = index);
    numbers
}

#[test]
fn what_is_imported_is_what_was_written() {
    for seed in 0..100 {
        let mut random = Random(seed);
        let table = table(&mut random);
        let end = if random.below(2) == 0 { "\n" } else { "\r\n" };
        let text: String = table
            .iter()
            .map(|row| {
                let dense = row.dense.map_or(String::new(), |value| value.to_string());
                format!(
                    "{},{dense},{},{}{end}",
                    row.label,
                    quoted(&row.single),
                    row.bag.join("|")
                )
            })
            .collect();
        let multi = json!({ "name": "m", "role": "multiValued", "type": "text", "encoding": vocabulary(1), "separator": "|" });
        let split = json!({ "kind": "tail", "validation": 0, "test": 0 });
        let dataset = Bench::new()
            .column(3, multi)
            .with("split", split)
            .file("a.csv", text)
            .dataset();

        let singles = numbered(
            table
                .iter()
                .map(|row| row.single.as_str())
                .filter(|value| !value.is_empty()),
        );
        let values = numbered(table.iter().flat_map(|row| row.bag.iter().map(String::as_str)));
        let expected: Vec<crate::support::Row> = table
            .iter()
            .map(|row| {
                let single = singles.get(row.single.as_str()).copied().unwrap_or(0);
                let bag = row.bag.iter().map(|value| values[value.as_str()]).collect();
                (
                    row.label as f32,
                    vec![row.dense.unwrap_or(0.0)],
                    vec![vec![single], bag],
                )
            })
            .collect();
        assert_eq!(rows_of(&dataset, Split::Train), expected, "seed {seed}");
    }
}
