//! The columns of an import, grouped by their role.

use std::sync::Arc;

use crate::decimal::NumberFormat;
use crate::fields::{check_hex, check_index};
use crate::labels::LabelRule;
use crate::list_text::ListForm;
use crate::missing_markers::MissingMarkers;
use crate::spec::{
    ColumnRole, DenseSettings, Encoding, Identified, ImportColumn, ImportSpec, ImportSplit, SparseSettings,
    ValueType,
};
use crate::text_encoding::TextEncoding;
use crate::time_format::TimeFormat;

/// A dense column: field number, name, settings.
#[derive(Clone, Debug)]
pub struct DenseColumn {
    pub field: usize,
    pub name: String,
    pub settings: DenseSettings,
    pub markers: Arc<MissingMarkers>,
}

/// A single- or multi-valued column: field number, name, settings.
#[derive(Clone, Debug)]
pub struct SparseColumn {
    pub field: usize,
    pub name: String,
    pub settings: SparseSettings,
    pub multi_valued: bool,
    pub identifies: Option<Identified>,
    pub markers: Arc<MissingMarkers>,
}

impl SparseColumn {
    /// Calls `each` with every value of a checked field, which may be empty and have none.
    pub fn for_each_value(&self, text: &str, mut each: impl FnMut(&[u8])) {
        if self.multi_valued {
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
    Index { size: u32 },
}

impl ValueCheck {
    /// # Errors
    /// The reason, if it is not.
    pub fn of(self, value: &str) -> Result<(), String> {
        match self {
            ValueCheck::Hex => check_hex(value),
            ValueCheck::Index { size } => check_index(value, size),
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
    },
    /// A missing time is allowed; a split by this column rejects its row.
    Time {
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
    /// The field that a split by time or by column reads.
    pub split_field: Option<usize>,
    /// Fields whose text is kept.
    pub kept: Vec<usize>,
}

impl Layout {
    /// The layout of a checked specification.
    pub fn new(spec: &ImportSpec) -> Self {
        let mut layout = Self {
            names: spec.columns.iter().map(|column| column.name.clone()).collect(),
            checks: Vec::with_capacity(spec.columns.len()),
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
                ColumnRole::Time(settings) => FieldCheck::Time {
                    format: settings.format,
                    markers: markers(),
                },
                ColumnRole::Ignore => FieldCheck::Nothing,
            };
            layout.checks.push(check);
        }
        if let ImportSplit::Time { column, .. } | ImportSplit::Column { column, .. } = &spec.split {
            layout.split_field = layout.names.iter().position(|name| name == column);
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

    fn add_dense(
        &mut self,
        field: usize,
        settings: DenseSettings,
        markers: Arc<MissingMarkers>,
    ) -> FieldCheck {
        let index = self.dense.len();
        self.dense.push(DenseColumn {
            field,
            name: self.names[field].clone(),
            settings,
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
            field,
            name: self.names[field].clone(),
            settings: settings.clone(),
            multi_valued,
            identifies: column.identifies,
            markers,
        });
        let check = match (settings.encoding, settings.kind) {
            (Encoding::Index { size }, _) => ValueCheck::Index { size },
            (_, ValueType::Hex) => ValueCheck::Hex,
            (_, ValueType::Text) => return FieldCheck::Nothing,
        };
        FieldCheck::Values { index, check, list }
    }
}
