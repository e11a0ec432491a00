//! Reads all source files, row by row. Every reading of an import visits the same rows.

use std::sync::Arc;

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::control::{Control, Phase};
use crate::dialect::{Dialect, Fields, Quoting};
use crate::error::{Error, ErrorCode, Result};
use crate::excerpt::quoted_excerpt;
use crate::formats::{Sample, TableStream, WantedColumn, sample};
use crate::hex::to_hex;
use crate::layout::Layout;
use crate::manifest::FileEntry;
use crate::partition::AddedFields;
use crate::records::{Content, RecordReader};
use crate::rejected::{RejectedRow, RejectedRows, RejectedSink, RejectedText};
use crate::rejection_groups::RejectionGroups;
use crate::row::{Rejection, RowText, RowValues, read_row};
use crate::separator::Separator;
use crate::source::{BlockStream, Source};
use crate::source_records::{Records, wanted_columns};
use crate::spec::{ImportSpec, TableFormat};

/// How many rows are read between two checks of the cancel flag.
const TICK_ROWS: u64 = 256;

/// The results of a reading besides those of its visitor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadingSummary {
    /// Data rows, rejected ones included.
    pub rows: u64,
    pub rejected: RejectedRows,
    /// SHA-256 of each source.
    pub hashes: Vec<String>,
}

/// What one reading does with the rows.
pub trait RowVisitor {
    /// Called for each data row of the right shape, in file order; `index` counts data rows from 0, rejected ones
    /// included.
    fn visit(&mut self, index: u64, row: &RowText<'_>) -> Result<std::result::Result<(), Rejection>>;

    /// Called before the rows of each file, which are counted from 0.
    fn begin_file(&mut self, _file: usize) {}
}

pub struct Inputs {
    pub sources: Vec<Source>,
    pub layout: Layout,
    delimiter: String,
    quoting: Quoting,
    quote_sign: u8,
    comment: String,
    skipped_lines: u64,
    header: bool,
    report_rejected: usize,
    /// For each file, the values of its folders' columns.
    partitions: Vec<Vec<String>>,
    /// For each source, which of the specification's files it is or is in.
    files: Vec<usize>,
    /// The format of files that are no delimited text, and what is read of their columns.
    table: Option<(TableFormat, Arc<[WantedColumn]>)>,
}

impl Inputs {
    /// Inspects every file of a checked specification.
    pub fn open(spec: &ImportSpec) -> Result<Self> {
        let (mut sources, mut files) = (Vec::new(), Vec::new());
        for (file, path) in spec.files.iter().enumerate() {
            sources.extend(Source::inspect(path, spec.encoding)?);
            files.resize(sources.len(), file);
        }
        let quoting = match (spec.quotes, spec.backslash_quotes) {
            (false, _) => Quoting::None,
            (true, false) => Quoting::Doubled,
            (true, true) => Quoting::Backslash,
        };
        Ok(Self {
            sources,
            files,
            partitions: spec.partitions.clone(),
            table: spec.table.map(|format| (format, wanted_columns(spec))),
            layout: Layout::new(spec),
            delimiter: spec.delimiter.clone(),
            quoting,
            quote_sign: spec.quote_sign.as_ref().map_or(b'"', |sign| sign.as_bytes()[0]),
            comment: spec.comment.clone().unwrap_or_default(),
            skipped_lines: u64::from(spec.skip_lines),
            header: spec.header,
            report_rejected: spec.report_rejected,
        })
    }

    /// The paths of all sources, as messages show them.
    pub fn paths(&self) -> Vec<String> {
        self.by_file()
            .map(|of_file| of_file[0].path.display().to_string())
            .collect()
    }

    /// Each file with its size and the SHA-256 of what was read of it. `hashes` are those of the sources.
    pub fn file_entries(&self, hashes: &[String]) -> Vec<FileEntry> {
        let mut hashes = hashes.iter();
        let entry = |of_file: Vec<&Source>| {
            let own: Vec<&str> = hashes.by_ref().take(of_file.len()).map(String::as_str).collect();
            FileEntry {
                path: of_file[0].path.display().to_string(),
                bytes: of_file.iter().map(|source| source.bytes).sum(),
                sha256: match own[..] {
                    [one] => one.to_string(),
                    _ => to_hex(&Sha256::digest(own.join("\n"))),
                },
            }
        };
        self.by_file().map(entry).collect()
    }

    /// The sources of each file, of which a zip archive may have several.
    fn by_file(&self) -> impl Iterator<Item = Vec<&Source>> {
        let mut sources = self.sources.iter().zip(self.files.iter().copied()).peekable();
        std::iter::from_fn(move || {
            let (_, file) = *sources.peek()?;
            let mut of_file = Vec::new();
            while let Some((source, _)) = sources.next_if(|(_, other)| *other == file) {
                of_file.push(source);
            }
            Some(of_file)
        })
    }

    /// The size of all sources in bytes.
    pub fn bytes(&self) -> u64 {
        self.sources.iter().map(|source| source.bytes).sum()
    }

    /// Reads every file and counts its data rows, rejected ones included. The summary has no rejected rows.
    pub fn count_rows(&self, control: &mut Control<'_>) -> Result<ReadingSummary> {
        let mut summary = ReadingSummary::default();
        self.read_records(control, |control, _, records| {
            while records.pass_record()? {
                if summary.rows.is_multiple_of(TICK_ROWS) {
                    control.tick(Phase::Scan, summary.rows, 0)?;
                }
                summary.rows += 1;
            }
            Ok(())
        })
        .map(|hashes| ReadingSummary { hashes, ..summary })
    }

    /// The beginning of a source that is no delimited text.
    pub fn first_rows(&self, source: &Source) -> Result<Option<Sample>> {
        let Some((format, wanted)) = &self.table else {
            return Ok(None);
        };
        sample(source, *format, wanted).map(Some)
    }

    /// Reads every file and visits its data rows. `sink` takes the rejected rows.
    pub fn read(
        &self,
        control: &mut Control<'_>,
        visitor: &mut impl RowVisitor,
        sink: Option<&mut dyn RejectedSink>,
    ) -> Result<ReadingSummary> {
        let mut summary = ReadingSummary::default();
        let mut rejections = Rejections {
            layout: &self.layout,
            limit: self.report_rejected,
            rows: RejectedRows::default(),
            groups: RejectionGroups::default(),
            sink,
        };
        let mut added = AddedFields::default();
        let hashes = self.read_records(control, |control, (file, source), records| {
            visitor.begin_file(file);
            while let Some(record) = records.next_record()? {
                if summary.rows.is_multiple_of(TICK_ROWS) {
                    control.tick(Phase::Scan, summary.rows, rejections.rows.count)?;
                }
                let mut fields = None;
                let outcome = match record.content {
                    Content::Malformed { field, reason } => Err(Rejection { field, reason }),
                    Content::Fields(found) => {
                        let found = self.with_folders(file, found, &mut added);
                        fields = Some(found);
                        match RowText::new(&found, &self.layout) {
                            Ok(row) => visitor.visit(summary.rows, &row)?,
                            Err(rejection) => Err(rejection),
                        }
                    }
                };
                summary.rows += 1;
                if let Err(rejection) = outcome {
                    let place = RejectedText {
                        byte: (self.table.is_none() && source.is_plain_utf8()).then_some(record.byte),
                        text: record.text,
                    };
                    rejections.add((file, record.line), rejection, fields, &place)?;
                }
            }
            Ok(())
        })?;
        control.tick(Phase::Scan, summary.rows, rejections.rows.count)?;
        Ok(ReadingSummary {
            hashes,
            rejected: rejections.finish(),
            ..summary
        })
    }

    /// Calls `each` with the number of every file and its records after the header. Returns the files' hashes.
    fn read_records(
        &self,
        control: &mut Control<'_>,
        mut each: impl FnMut(&mut Control<'_>, (usize, &Source), &mut Records<'_>) -> Result<()>,
    ) -> Result<Vec<String>> {
        let mut hashes = Vec::with_capacity(self.sources.len());
        let mut first_header = None;
        let is_row = |fields: &Fields<'_>, _: usize| {
            let is_whole = fields.ranges.len() >= self.layout.names.len();
            let row = RowText::new(fields, &self.layout);
            is_whole && row.is_ok_and(|row| read_row(&row, &self.layout, &mut RowValues::default()).is_ok())
        };
        let dialect = Dialect {
            separator: Separator::of(&self.delimiter),
            quoting: self.quoting,
            quote_sign: self.quote_sign,
            comment: self.comment.as_bytes(),
            skipped_lines: self.skipped_lines,
            skips_blank_lines: self.layout.names.len() > 1,
            is_row: &is_row,
        };
        for (&file, source) in self.files.iter().zip(&self.sources) {
            let mut records = self.open_source(source, control, dialect, &mut first_header)?;
            each(control, (file, source), &mut records)?;
            hashes.push(records.finish()?);
        }
        Ok(hashes)
    }

    /// Opens a source and reads its header, if it has one.
    fn open_source<'d>(
        &self,
        source: &Source,
        control: &Control<'_>,
        dialect: Dialect<'d>,
        first_header: &mut Option<Vec<String>>,
    ) -> Result<Records<'d>> {
        let bytes_read = control.bytes_read.clone();
        if let Some((format, wanted)) = &self.table {
            return TableStream::open(source, *format, wanted.clone(), bytes_read).map(Records::Table);
        }
        let mut records = RecordReader::new(BlockStream::open(source, bytes_read)?, dialect)?;
        if self.header {
            self.read_header(source, &mut records, first_header)?;
        }
        Ok(Records::Text(records))
    }

    /// A record's fields with the values of its file's folders behind them.
    fn with_folders<'a>(&self, file: usize, fields: Fields<'a>, added: &'a mut AddedFields) -> Fields<'a> {
        match self.partitions.get(file) {
            Some(values) if !values.is_empty() => added.add(&fields, values, &self.layout),
            _ => fields,
        }
    }

    /// Reads the header: one name a column, and the same names in every file.
    fn read_header(
        &self,
        source: &Source,
        records: &mut RecordReader<'_, BlockStream>,
        first: &mut Option<Vec<String>>,
    ) -> Result<()> {
        let Some(record) = records.next_record()? else {
            let what = "the file has no lines, so it has no header row";
            return Err(Error::file(ErrorCode::InvalidArgument, &source.path, what));
        };
        let line = record.line;
        let fault = |column: Option<&str>, what: &str| {
            let what = format!("row {line}, the header: {what}");
            Error::file(ErrorCode::InvalidArgument, &source.path, what).with_details(json!({
                "file": source.path.display().to_string(), "row": line, "column": column,
            }))
        };
        let fields = match record.content {
            Content::Malformed { reason, .. } => return Err(fault(None, &reason)),
            Content::Fields(fields) => fields,
        };
        let names: Vec<String> = fields
            .iter()
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .collect();
        // As R writes tables, the first column may have no name.
        let columns = self.layout.names.len() - self.partitions.first().map_or(0, Vec::len);
        if names.len() + 1 < columns || names.len() > columns && !self.layout.may_be_longer() {
            let plural = if names.len() == 1 { "field" } else { "fields" };
            let what = format!("the row has {} {plural}; {columns} are expected", names.len());
            return Err(fault(None, &what));
        }
        let expected = first.get_or_insert_with(|| names.clone());
        if names.len() != expected.len() {
            let what = format!(
                "it has {} columns, but the first file has {}",
                names.len(),
                expected.len()
            );
            return Err(fault(None, &what));
        }
        match names
            .iter()
            .zip(expected.iter())
            .find(|(name, other)| name != other)
        {
            None => Ok(()),
            Some((name, other)) => Err(fault(
                Some(other),
                &format!(
                    "the column is named {}, but {} in the first file",
                    quoted_excerpt(name),
                    quoted_excerpt(other)
                ),
            )),
        }
    }
}

/// The rejected rows of one reading.
struct Rejections<'l, 's> {
    layout: &'l Layout,
    /// How many rows are reported one by one.
    limit: usize,
    rows: RejectedRows,
    groups: RejectionGroups,
    sink: Option<&'s mut dyn RejectedSink>,
}

impl Rejections<'_, '_> {
    /// Adds the row that begins on a line of a file. `fields` are its fields, if it could be split.
    fn add(
        &mut self,
        (file, line): (usize, u64),
        rejection: Rejection,
        fields: Option<Fields<'_>>,
        place: &RejectedText<'_>,
    ) -> Result<()> {
        let names = &self.layout.names;
        let row = RejectedRow {
            file,
            row: line,
            column: rejection.field.and_then(|field| names.get(field).cloned()),
            reason: rejection.reason.into_owned(),
        };
        let value = rejection
            .field
            .zip(fields)
            .filter(|(field, fields)| *field < fields.ranges.len())
            .map(|(field, fields)| fields.get(field));
        self.groups.add(&row, value);
        if let Some(sink) = &mut self.sink {
            sink.write(&row, place)?;
        }
        self.rows.count += 1;
        if self.rows.first.len() < self.limit {
            self.rows.first.push(row);
        }
        Ok(())
    }

    fn finish(self) -> RejectedRows {
        RejectedRows {
            groups: self.groups.finish(),
            ..self.rows
        }
    }
}
