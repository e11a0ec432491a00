//! The columns of an import, grouped by their role.

use std::sync::Arc;

use crate::decimal::NumberFormat;
use crate::fields::{check_hex, check_index, check_number};
use crate::labels::LabelRule;
use crate::list_text::ListForm;
use crate::missing_markers::MissingMarkers;
use crate::spec::{
    ColumnRole, DenseSettings, Encoding, Identified, ImportColumn, ImportSpec, ImportSplit, Missing,
    MissingCategory, NumberType, SparseSettings, Transform, ValueType,
};
use crate::text_encoding::TextEncoding;
use crate::time_features::{Derivation, Derived, TimeFeature};
use crate::time_format::TimeFormat;

/// A dense column: its place in the manifest, field number, name, settings.
#[derive(Clone, Debug)]
pub struct DenseColumn {
    pub position: usize,
    /// The field from which it is read or derived.
    pub field: usize,
    pub name: String,
    pub settings: DenseSettings,
    pub derived: Option<Derivative>,
    pub markers: Arc<MissingMarkers>,
}

/// A single- or multi-valued column: its place in the manifest, field number, name, settings.
#[derive(Clone, Debug)]
pub struct SparseColumn {
    pub position: usize,
    /// The field from which it is read or derived.
    pub field: usize,
    pub name: String,
    pub settings: SparseSettings,
    pub multi_valued: bool,
    pub identifies: Option<Identified>,
    pub derived: Option<Derivative>,
    /// Of the numbers that are put into buckets.
    pub numbers: NumberFormat,
    pub markers: Arc<MissingMarkers>,
}

/// How a column that no file has is made, for each row and for the manifest.
#[derive(Clone, Debug)]
pub struct Derivative {
    pub of_row: Derived,
    pub described: Derivation,
}

impl SparseColumn {
    /// Calls `each` with every value of a checked field, which may be empty and have none. The empty value stands for missing
    /// ones that are a category.
    pub fn for_each_value(&self, text: &str, mut each: impl FnMut(&[u8])) {
        let mut any = false;
        self.for_each_present(text, |value| {
            any = true;
            each(value);
        });
        if !any && self.settings.missing == MissingCategory::Category {
            each(b"");
        }
    }

    #[inline]
    fn for_each_present(&self, text: &str, mut each: impl FnMut(&[u8])) {
        if let Some(bucket) = &self.settings.bucket {
            if let Some(value) = self.numbers.parse_finite(text.trim_ascii()) {
                each(bucket.name(value).as_bytes());
            }
        } else if self.multi_valued {
            let form = self.settings.list_form();
            form.for_each(text, |value| each(value.as_bytes()));
        } else if !text.is_empty() {
            each(text.as_bytes());
        }
    }
}

/// What a value of a sparse column must be.
#[derive(Clone, Copy, Debug)]
pub enum ValueCheck {
    Hex,
    Index {
        size: u32,
    },
    Number {
        numbers: NumberFormat,
    },
    /// Any text.
    Present,
}

impl ValueCheck {
    /// # Errors
    /// The reason, if it is not.
    pub fn of(self, value: &str) -> Result<(), String> {
        match self {
            ValueCheck::Hex => check_hex(value),
            ValueCheck::Index { size } => check_index(value, size),
            ValueCheck::Number { numbers } => check_number(value, numbers),
            ValueCheck::Present => Ok(()),
        }
    }
}

/// What is checked of a field.
#[derive(Clone, Debug)]
pub enum FieldCheck {
    /// A marker of a missing value is no label, unless the rule names it.
    Label {
        markers: Arc<MissingMarkers>,
    },
    /// The field belongs to dense column number `index`.
    Dense {
        index: usize,
        settings: DenseSettings,
    },
    /// The value of a field of sparse column number `index`, or each of its values if it is a list.
    Values {
        index: usize,
        check: ValueCheck,
        list: Option<ListForm>,
        /// Whether a field without a value rejects the row.
        required: bool,
    },
    /// The time with number `index` of a row. A missing one is allowed; a split by this column rejects its row.
    Time {
        index: usize,
        format: TimeFormat,
        markers: Arc<MissingMarkers>,
    },
    Nothing,
}

#[derive(Clone, Debug)]
pub struct Layout {
    pub names: Vec<String>,
    /// One check for each field.
    pub checks: Vec<FieldCheck>,
    /// The number of columns of times.
    pub times: usize,
    pub dense: Vec<DenseColumn>,
    /// Single- and multi-valued columns in file order.
    pub sparse: Vec<SparseColumn>,
    pub label_name: String,
    pub label: LabelRule,
    pub numbers: NumberFormat,
    pub trailing_delimiter: bool,
    pub fills_short_rows: bool,
    pub cuts_long_rows: bool,
    /// Of the files, for messages.
    pub encoding: TextEncoding,
    /// The field that a split by time, by user or by column reads, and the markers of a missing value in it.
    pub split_field: Option<usize>,
    pub split_markers: Arc<MissingMarkers>,
    /// The field of times by which a user's rows are sorted.
    pub order_field: Option<usize>,
    /// Fields whose text is kept.
    pub kept: Vec<usize>,
}

impl Layout {
    /// The layout of a checked specification.
    pub fn new(spec: &ImportSpec) -> Self {
        let mut layout = Self {
            names: spec.columns.iter().map(|column| column.name.clone()).collect(),
            checks: Vec::with_capacity(spec.columns.len()),
            times: 0,
            dense: Vec::new(),
            sparse: Vec::new(),
            label_name: String::new(),
            label: LabelRule::ZeroOrOne,
            numbers: NumberFormat {
                comma: spec.decimal_comma,
                thousands: spec.thousands,
            },
            trailing_delimiter: spec.trailing_delimiter,
            fills_short_rows: spec.fill_short_rows,
            cuts_long_rows: spec.cut_long_rows,
            encoding: spec.encoding,
            split_field: None,
            split_markers: Arc::new(MissingMarkers::new(&[])),
            order_field: None,
            kept: Vec::new(),
        };
        let markers = Arc::new(MissingMarkers::new(&spec.missing_values));
        for (field, column) in spec.columns.iter().enumerate() {
            let own = column.missing_values.as_deref().map(MissingMarkers::new);
            let markers = || own.map_or_else(|| markers.clone(), Arc::new);
            let check = match &column.role {
                ColumnRole::Label(settings) => {
                    layout.label_name.clone_from(&column.name);
                    layout.label = LabelRule::of(settings);
                    FieldCheck::Label { markers: markers() }
                }
                ColumnRole::Dense(settings) => layout.add_dense(field, *settings, markers()),
                ColumnRole::Sparse(settings) => layout.add_sparse(field, column, settings, markers()),
                ColumnRole::MultiValued(settings) => layout.add_sparse(field, column, settings, markers()),
                ColumnRole::Time(settings) => {
                    let index = layout.times;
                    layout.times += 1;
                    for feature in &settings.derive {
                        layout.add_feature(field, spec, feature);
                    }
                    FieldCheck::Time {
                        index,
                        format: settings.format,
                        markers: markers(),
                    }
                }
                ColumnRole::Ignore => FieldCheck::Nothing,
            };
            layout.checks.push(check);
        }
        let field_of = |column: &String| layout.names.iter().position(|name| name == column);
        match &spec.split {
            ImportSplit::Time { column, .. }
            | ImportSplit::Column { column, .. }
            | ImportSplit::User { column, .. } => layout.split_field = field_of(column),
            ImportSplit::LeaveOneOut { user, time, .. } => {
                (layout.split_field, layout.order_field) = (field_of(user), time.as_ref().and_then(field_of));
            }
            ImportSplit::Modulo { .. }
            | ImportSplit::Tail { .. }
            | ImportSplit::Ratio { .. }
            | ImportSplit::Files { .. } => {}
        }
        if let Some(column) = layout.split_field.and_then(|field| spec.columns.get(field)) {
            let texts = column.missing_values.as_deref().unwrap_or(&spec.missing_values);
            layout.split_markers = Arc::new(MissingMarkers::new(texts));
        }
        let position = |kept: &String| layout.names.iter().position(|name| name == kept);
        layout.kept = spec.keep_text.iter().filter_map(position).collect();
        layout
    }

    /// Whether a line may have more fields than there are columns.
    pub fn may_be_longer(&self) -> bool {
        self.trailing_delimiter || self.cuts_long_rows
    }

    /// The bytes of a row in `rows.bin`: 4 each for the label, the dense values and the single-valued indices.
    pub fn record_bytes(&self) -> usize {
        4 * (1 + self.dense.len() + self.sparse.iter().filter(|column| !column.multi_valued).count())
    }

    /// Adds a column that is made of the times in a field.
    fn add_feature(&mut self, field: usize, spec: &ImportSpec, feature: &TimeFeature) {
        let times = |until: usize| {
            let columns = spec.columns[..until].iter();
            columns
                .filter(|column| matches!(column.role, ColumnRole::Time(_)))
                .count()
        };
        let format_of = |field: usize| match &spec.columns[field].role {
            ColumnRole::Time(settings) => Some(settings.format),
            _ => None,
        };
        let until = match feature {
            TimeFeature::Age { until } => self.names.iter().position(|name| name == until),
            _ => None,
        };
        let time = times(field);
        let described = Derivation {
            from: self.names[field].clone(),
            format: format_of(field).unwrap_or(TimeFormat::Iso),
            feature: feature.clone(),
            until_format: until.and_then(format_of),
        };
        let of_row = match feature {
            TimeFeature::Hour => Derived::Hour(time),
            TimeFeature::Weekday => Derived::Weekday(time),
            TimeFeature::Month => Derived::Month(time),
            TimeFeature::Age { .. } => Derived::Age {
                time,
                until: times(until.unwrap_or(field)),
            },
        };
        let (position, name) = (
            self.dense.len() + self.sparse.len(),
            feature.column_name(&self.names[field]),
        );
        let derived = Some(Derivative { of_row, described });
        if matches!(feature, TimeFeature::Age { .. }) {
            let settings = DenseSettings {
                kind: NumberType::Float,
                transform: Transform::Standard,
                missing: Missing::Median,
                fill: None,
                clip: None,
            };
            self.dense.push(DenseColumn {
                position,
                field,
                name,
                settings,
                derived,
                markers: Arc::new(MissingMarkers::new(&[])),
            });
        } else {
            self.sparse.push(SparseColumn {
                position,
                field,
                name,
                settings: SparseSettings {
                    kind: ValueType::Text,
                    encoding: Encoding::Vocabulary {
                        minimum_count: 1,
                        maximum_size: None,
                    },
                    separator: None,
                    brackets: false,
                    bucket: None,
                    missing: MissingCategory::Unknown,
                },
                multi_valued: false,
                identifies: None,
                derived,
                numbers: self.numbers,
                markers: Arc::new(MissingMarkers::new(&[])),
            });
        }
    }

    fn add_dense(
        &mut self,
        field: usize,
        settings: DenseSettings,
        markers: Arc<MissingMarkers>,
    ) -> FieldCheck {
        let index = self.dense.len();
        self.dense.push(DenseColumn {
            position: index + self.sparse.len(),
            field,
            name: self.names[field].clone(),
            settings,
            derived: None,
            markers,
        });
        FieldCheck::Dense { index, settings }
    }

    fn add_sparse(
        &mut self,
        field: usize,
        column: &ImportColumn,
        settings: &SparseSettings,
        markers: Arc<MissingMarkers>,
    ) -> FieldCheck {
        let index = self.sparse.len();
        let multi_valued = matches!(column.role, ColumnRole::MultiValued(_));
        let list = multi_valued.then(|| settings.list_form());
        self.sparse.push(SparseColumn {
            position: index + self.dense.len(),
            field,
            name: self.names[field].clone(),
            settings: settings.clone(),
            multi_valued,
            identifies: column.identifies,
            derived: None,
            numbers: self.numbers,
            markers,
        });
        let check = match (settings.encoding, settings.kind) {
            (Encoding::Index { size }, _) => ValueCheck::Index { size },
            (_, ValueType::Hex) => ValueCheck::Hex,
            (_, ValueType::Text) if settings.bucket.is_some() => ValueCheck::Number {
                numbers: self.numbers,
            },
            (_, ValueType::Text) if settings.missing == MissingCategory::Reject => ValueCheck::Present,
            (_, ValueType::Text) => return FieldCheck::Nothing,
        };
        FieldCheck::Values {
            index,
            check,
            list,
            required: settings.missing == MissingCategory::Reject,
        }
    }
}
