//! Helps operations to check themselves: the widths of their values, the shapes of their parameters, and the order of use.

use super::operation::{Operation, Values};
use crate::tensors::{ParameterKind, Tensors};

/// If something is wrong, the reason is the end of a sentence.
pub type Checked = std::result::Result<(), String>;

/// What the operations checked so far have written and used.
pub struct Validation<'a> {
    pub tensors: &'a Tensors,
    written: Vec<bool>,
    used: Vec<bool>,
    /// The column whose indices a parameter weighs.
    weighs: Vec<Option<usize>>,
}

impl<'a> Validation<'a> {
    pub fn new(tensors: &'a Tensors) -> Self {
        Self {
            tensors,
            written: vec![false; tensors.values.len()],
            used: vec![false; tensors.parameters.len()],
            weighs: vec![None; tensors.parameters.len()],
        }
    }

    /// Checks an operation whose predecessors in the plan have been checked.
    ///
    /// # Errors
    /// An index, a width, a shape or a setting is wrong.
    pub fn check(&mut self, operation: &dyn Operation) -> Checked {
        let Values { inputs, output } = operation.values();
        for &input in &*inputs {
            if !self.is_written(input) {
                return Err(format!(
                    "value {input} is read before any operation has written it"
                ));
            }
        }
        match self.written.get(output) {
            None => return Err(format!("value {output} does not exist")),
            Some(true) => return Err(format!("value {output} is written twice")),
            Some(false) => {}
        }
        operation.validate(self)?;
        self.written[output] = true;
        Ok(())
    }

    /// Whether an operation checked so far writes the value.
    pub fn is_written(&self, value: usize) -> bool {
        self.written.get(value).copied().unwrap_or(false)
    }

    /// Whether an operation checked so far uses the parameter.
    pub fn is_used(&self, parameter: usize) -> bool {
        self.used[parameter]
    }

    pub fn width(&self, value: usize) -> usize {
        self.tensors.width(value)
    }

    /// # Errors
    /// The value has another width.
    pub fn expect_width(&self, value: usize, width: usize) -> Checked {
        let found = self.width(value);
        if found == width {
            Ok(())
        } else {
            Err(format!(
                "value '{}' has width {found}, but {width} is needed",
                self.tensors.values[value].name
            ))
        }
    }

    /// The one width of all inputs.
    ///
    /// # Errors
    /// There are no inputs, or a width differs.
    pub fn same_widths(&self, inputs: &[usize]) -> std::result::Result<usize, String> {
        let first = *inputs.first().ok_or("it has no inputs")?;
        let width = self.width(first);
        for &input in inputs {
            self.expect_width(input, width)?;
        }
        Ok(width)
    }

    /// Checks an operation whose inputs and output all have one width.
    ///
    /// # Errors
    /// There are no inputs, or a width differs.
    pub fn expect_one_width(&self, values: &Values) -> Checked {
        let width = self.same_widths(&values.inputs)?;
        self.expect_width(values.output, width)
    }

    /// The shape of a parameter, which no other operation may use.
    ///
    /// # Errors
    /// The parameter does not exist, is used already or is of another kind.
    pub fn parameter(
        &mut self,
        index: usize,
        kind: ParameterKind,
    ) -> std::result::Result<&'a [usize], String> {
        let parameter = self
            .tensors
            .parameters
            .get(index)
            .ok_or(format!("parameter {index} does not exist"))?;
        if std::mem::replace(&mut self.used[index], true) {
            return Err(format!(
                "parameter '{}' is used by two operations",
                parameter.name
            ));
        }
        if parameter.kind != kind {
            return Err(format!("parameter '{}' is of the wrong kind", parameter.name));
        }
        Ok(&parameter.shape)
    }

    /// As `parameter`, where the shape is known.
    ///
    /// # Errors
    /// As `parameter`; or the shape is another one.
    pub fn expect_shape(&mut self, index: usize, kind: ParameterKind, shape: &[usize]) -> Checked {
        let found = self.parameter(index, kind)?;
        if found == shape {
            Ok(())
        } else {
            let name = &self.tensors.parameters[index].name;
            Err(format!(
                "parameter '{name}' has shape {found:?}, but {shape:?} is needed"
            ))
        }
    }

    /// As `expect_shape`, for learned weights of a column's indices: those of a pair of tables share them.
    ///
    /// # Errors
    /// As `expect_shape`.
    pub fn expect_index_weights(&mut self, index: usize, column: usize) -> Checked {
        if self.weighs.get(index) == Some(&Some(column)) {
            return Ok(());
        }
        let cardinality = self.tensors.inputs.sparse[column].cardinality as usize;
        self.expect_shape(index, ParameterKind::Table, &[cardinality])?;
        self.weighs[index] = Some(column);
        Ok(())
    }
}
