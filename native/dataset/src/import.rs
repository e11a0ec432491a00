//! Imports text files: reads them once, or twice if the split depends on all rows, writes the rows that the reading has noted,
//! and then the manifest. All files of the dataset are kept or none.

use std::fs;
use std::time::Instant;

use serde::Serialize;
use serde_json::json;

use crate::columns::Columns;
use crate::control::{CancelFlag, Control, ImportProgress, Phase};
use crate::disk;
use crate::encode_like::columns_like;
use crate::error::{Error, ErrorCode, Result};
use crate::inputs::{Inputs, ReadingSummary};
use crate::labels::LabelRule;
use crate::layout::Layout;
use crate::manifest::{
    ColumnEntry, FILE_NAME, FORMAT, LabelEntry, Manifest, SplitEntry, Splits, UnknownEntry, VERSION,
    content_hash,
};
use crate::output::{HashedFile, NewFolder};
use crate::rejected::{RejectedRow, RejectedRows};
use crate::scan::Scan;
use crate::seal::seal;
use crate::spec::{ImportSpec, ImportSplit};
use crate::spec_check::check_spec;
use crate::split::{Split, Splitter};
use crate::statistics_file::write_statistics;
use crate::timestamp;
use crate::top_value::TopValue;
use crate::write::write_splits;

/// How many rejected rows an error's sentence shows.
const SHOWN_REJECTIONS: usize = 3;
const LABEL_REMEDY: &str = " If the label has other values, set the smallest positive number (positiveFrom), or the two values \
                            that it has (positive and negative).";

#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ImportResult {
    /// Accepted rows.
    pub rows: u64,
    pub rejected: RejectedRows,
    /// The markers of missing values that were found, by column in file order.
    pub missing_texts: Vec<MissingText>,
    /// The size of the dataset's content files.
    pub bytes: u64,
    pub duration_ms: f64,
}

/// A marker of missing values in a column, and how often it was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MissingText {
    pub column: String,
    #[serde(flatten)]
    pub text: TopValue,
}

/// Imports files as the specification says. It blocks; `report` is called on this thread, at most 10 times a second.
///
/// # Errors
/// InvalidArgument, NotFound, Io, Corrupt, DiskFull, TooManyRejectedRows or Cancelled; whatever it is, the
/// destination is removed again.
pub fn import_table(
    spec: &ImportSpec,
    cancel: &CancelFlag,
    report: &mut dyn FnMut(&ImportProgress),
) -> Result<ImportResult> {
    let started = Instant::now();
    check_spec(spec)?;
    let inputs = Inputs::open(spec)?;
    // The writing counts as one reading.
    let passes = match spec.split {
        ImportSplit::Tail { .. } | ImportSplit::Time { .. } | ImportSplit::LeaveOneOut { .. } => 3,
        _ => 2,
    };
    let mut control = Control::new(cancel.clone(), passes * inputs.bytes(), report);
    let folder = NewFolder::create(&spec.destination)?;
    disk::require_space(folder.path(), disk::estimate(&inputs)?)?;

    let (splitter, prepared) = Splitter::prepare(&spec.split, &inputs, &mut control, folder.path())?;
    let like = spec.encode_like.as_ref();
    let like = like
        .map(|folder| columns_like(folder, &inputs.layout))
        .transpose()?;
    let (like, encoders) = like.unzip();
    let mut scan = Scan::run(
        &inputs,
        splitter,
        encoders.as_deref(),
        &mut control,
        folder.path(),
    )?;
    check_unchanged(&inputs, prepared.as_ref(), &scan.summary)?;
    if let Err(error) = check_rows(spec, &inputs, &scan) {
        keep_rejected(spec, &folder, &scan)?;
        return Err(error);
    }
    disk::require_space(folder.path(), disk::exact(&inputs, &scan))?;

    let mut columns = match like {
        None => Columns::finish(&mut scan, &inputs, &mut control, &folder)?,
        Some(columns) => columns,
    };
    let written = write_splits(&inputs, &scan, &columns, &mut control, folder.path())?;

    if encoders.is_none() {
        columns.files.push(write_statistics(
            folder.path(),
            &inputs.layout,
            &columns.dense,
            &written.dense_counts,
            &written.sparse_counts,
        )?);
        columns.set_histograms(written.histograms);
    }
    let mut files = columns.files.clone();
    files.extend(scan.kept.clone());
    files.extend(written.files);
    files.extend(scan.rejected_file.clone());
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let layout = &inputs.layout;
    let manifest = Manifest {
        format: FORMAT.to_string(),
        version: VERSION,
        name: spec.name.clone(),
        created_at: timestamp::now(),
        hash: content_hash(&files),
        rows: scan.accepted(),
        bytes: files.iter().map(|file| file.bytes).sum(),
        splits: splits(&scan),
        split: spec.split.clone(),
        label: LabelEntry {
            name: layout.label_name.clone(),
            positive_from: layout.label.positive_from(),
            words: layout.label.words(),
        },
        columns: columns.entries(layout),
        unknown_values: unknown_values(layout, written.unknown_values),
        rejected: scan.summary.rejected.clone(),
        sources: inputs.file_entries(&scan.summary.hashes),
        files,
        provenance: spec.provenance.clone(),
    };
    write_manifest(&folder, &manifest)?;
    control.tick(Phase::Finish, scan.summary.rows, manifest.rejected.count)?;
    drop(scan);
    folder.keep()?;
    Ok(ImportResult {
        rows: manifest.rows,
        missing_texts: missing_texts(&manifest.columns),
        rejected: manifest.rejected,
        bytes: manifest.bytes,
        duration_ms: started.elapsed().as_secs_f64() * 1000.0,
    })
}

/// Sorts the entries by their columns' order in the file.
fn unknown_values(layout: &Layout, mut entries: Vec<UnknownEntry>) -> Vec<UnknownEntry> {
    let field = |entry: &UnknownEntry| layout.sparse.iter().find(|column| column.name == entry.column);
    entries.sort_by_key(|entry| field(entry).map(|column| column.position));
    entries
}

/// Checks that there are enough accepted rows, and some to train on.
fn check_rows(spec: &ImportSpec, inputs: &Inputs, scan: &Scan) -> Result<()> {
    let ReadingSummary { rows, rejected, .. } = &scan.summary;
    let name_of = |row: &RejectedRow| spec.files[row.file].display().to_string();
    let details = || {
        let mut details = json!({
            "count": rejected.count,
            "rows": rows,
            "first": rejected.first,
            "groups": rejected.groups,
            "stored": rejected.stored,
        });
        if let Some(first) = rejected.first.first() {
            details["file"] = json!(name_of(first));
            details["row"] = json!(first.row);
            details["column"] = json!(first.column);
        }
        details
    };
    if *rows == 0 {
        return Err(Error::file(
            ErrorCode::InvalidArgument,
            &spec.files[0],
            "there are no data rows",
        ));
    }
    let share = rejected.count as f64 / *rows as f64;
    let limit = spec
        .max_rejected_rows
        .filter(|limit| rejected.count > *limit)
        .map(|limit| format!("{limit} rows"))
        .unwrap_or_else(|| format!("{:.1} %", spec.max_rejected * 100.0));
    let too_many =
        share > spec.max_rejected || spec.max_rejected_rows.is_some_and(|limit| rejected.count > limit);
    if too_many || scan.accepted() == 0 {
        let mut message = format!(
            "{} of {rows} rows ({:.1} %) cannot be used; at most {limit} may be rejected.",
            rejected.count,
            share * 100.0,
        );
        for row in rejected.first.iter().take(SHOWN_REJECTIONS) {
            let column = row
                .column
                .as_ref()
                .map_or(String::new(), |name| format!(", column {name}"));
            message += &format!(" {}, row {}{column}: {}.", name_of(row), row.row, row.reason);
        }
        let label = &inputs.layout.label_name;
        if inputs.layout.label == LabelRule::ZeroOrOne
            && rejected
                .first
                .iter()
                .any(|row| row.column.as_ref() == Some(label))
        {
            message += LABEL_REMEDY;
        }
        return Err(Error::new(ErrorCode::TooManyRejectedRows, message).with_details(details()));
    }
    if scan.rows[Split::Train as usize] == 0 && spec.encode_like.is_none() {
        let message =
            "The split leaves no rows to train on. Choose different shares or values, or a larger file.";
        return Err(Error::argument(message).with_details(details()));
    }
    Ok(())
}

/// Moves the file of rejected rows out of the import's folder, which is removed.
fn keep_rejected(spec: &ImportSpec, folder: &NewFolder, scan: &Scan) -> Result<()> {
    let (Some(target), Some(file)) = (&spec.rejected_file, &scan.rejected_file) else {
        return Ok(());
    };
    fs::rename(folder.path().join(&file.path), target).map_err(|error| Error::io(target, &error))
}

/// Checks that both readings have seen the same bytes, if there were two.
fn check_unchanged(inputs: &Inputs, first: Option<&ReadingSummary>, second: &ReadingSummary) -> Result<()> {
    let pairs = first
        .into_iter()
        .flat_map(|first| &first.hashes)
        .zip(&second.hashes);
    match pairs.zip(&inputs.sources).find(|((one, other), _)| one != other) {
        None => Ok(()),
        Some((_, source)) => Err(Error::file(
            ErrorCode::Io,
            &source.path,
            "the file changed during the import; import it again when nothing is writing to it",
        )),
    }
}

fn missing_texts(columns: &[ColumnEntry]) -> Vec<MissingText> {
    let of_column = |entry: &ColumnEntry| {
        let (name, texts) = match entry {
            ColumnEntry::Dense(entry) => (entry.name.clone(), entry.missing_texts.clone()),
            ColumnEntry::Sparse(entry) | ColumnEntry::MultiValued(entry) => {
                (entry.name.clone(), entry.missing_texts.clone())
            }
        };
        texts.into_iter().map(move |text| MissingText {
            column: name.clone(),
            text,
        })
    };
    columns.iter().flat_map(of_column).collect()
}

fn splits(scan: &Scan) -> Splits {
    let entry = |split: Split| {
        let rows = scan.rows[split as usize];
        SplitEntry {
            rows,
            label_mean: (rows > 0).then(|| scan.label_sums[split as usize] / rows as f64),
        }
    };
    Splits {
        train: entry(Split::Train),
        validation: entry(Split::Validation),
        test: entry(Split::Test),
    }
}

fn write_manifest(folder: &NewFolder, manifest: &Manifest) -> Result<()> {
    let text = serde_json::to_string_pretty(manifest).map_err(|error| {
        Error::new(
            ErrorCode::Internal,
            format!("The manifest could not be written: {error}."),
        )
    })?;
    let mut file = HashedFile::create(folder.path(), FILE_NAME.to_string())?;
    file.write(seal(&text).as_bytes())?;
    file.finish().map(drop)
}
