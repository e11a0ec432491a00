//! Checks that the disk has enough free space for the dataset.

use std::path::Path;

use serde_json::json;

use crate::error::{Error, ErrorCode, Result};
use crate::formats::Sample;
use crate::inputs::Inputs;
use crate::lines::lines;
use crate::scan::Scan;
use crate::source::Source;

/// How much of the source text the first estimate reads.
const SAMPLE_BYTES: u64 = 1 << 20;
/// Free space for the manifest and for the file system's own data.
const RESERVE_BYTES: u64 = 1 << 20;

/// # Errors
/// DiskFull if the file system of `folder` has fewer than `needed` bytes and a reserve.
pub fn require_space(folder: &Path, needed: u64) -> Result<()> {
    let available = fs4::available_space(folder).map_err(|error| Error::io(folder, &error))?;
    let needed = needed.saturating_add(RESERVE_BYTES);
    if available >= needed {
        return Ok(());
    }
    let message = format!(
        "{}: the dataset needs about {} but only {} are free there. Free some space or choose another workspace.",
        folder.display(),
        megabytes(needed),
        megabytes(available)
    );
    Err(Error::new(ErrorCode::DiskFull, message)
        .with_details(json!({ "neededBytes": needed, "availableBytes": available })))
}

/// An estimate of the size in bytes of the dataset and of the noted rows, from the beginning of the first file.
pub fn estimate(inputs: &Inputs) -> Result<u64> {
    let Some(source) = inputs.sources.first() else {
        return Ok(0);
    };
    let sample = match inputs.first_rows(source)? {
        Some(sample) => sample,
        None => text_sample(source)?,
    };
    let scale = inputs.bytes() as f64 / sample.source_bytes as f64;
    let rows = sample.rows.max(1) as f64 * scale;
    let layout = &inputs.layout;
    let bags = layout.sparse.iter().filter(|column| column.multi_valued).count() as f64;
    // A multi-valued column has one offset for each row, and its values take about as many bytes as their text.
    let bag_text = sample.text_bytes as f64 * scale * bags / layout.names.len() as f64;
    let dataset = rows * (layout.record_bytes() as f64 + 8.0 * bags) + bag_text;
    // A noted row takes at most as much as the row of the dataset, but for dense values, which are twice as wide.
    let noted = dataset + rows * 4.0 * layout.dense.len() as f64;
    Ok((dataset + noted) as u64)
}

fn text_sample(source: &Source) -> Result<Sample> {
    let (text, source_bytes) = source.sample(SAMPLE_BYTES)?;
    Ok(Sample {
        rows: lines(&text).count() as u64,
        text_bytes: text.len() as u64,
        source_bytes,
    })
}

/// The exact size of the splits' files in bytes.
pub fn exact(inputs: &Inputs, scan: &Scan) -> u64 {
    let rows = scan.accepted();
    let layout = &inputs.layout;
    let bags = layout
        .sparse
        .iter()
        .zip(&scan.values)
        .filter(|(column, _)| column.multi_valued);
    let bags = bags.map(|(_, values)| 8 * (rows + 3) + 4 * values);
    rows * layout.record_bytes() as u64 + bags.sum::<u64>()
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_much_is_needed_and_how_much_there_is() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(require_space(folder.path(), 1000), Ok(()));
        let error = require_space(folder.path(), u64::MAX).unwrap_err();
        assert_eq!(error.code, ErrorCode::DiskFull);
        assert!(error.message.contains("MB are free"), "{}", error.message);
        assert!(error.details.unwrap()["availableBytes"].is_u64());
    }
}
