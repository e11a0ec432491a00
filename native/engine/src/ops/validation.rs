//! What operations check of themselves: widths of their values, shapes of their parameters, and the order of use.

use super::Operation;
use crate::tensors::{ParameterKind, Tensors};

/// The reason where something is wrong, as the end of a sentence.
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
    /// Where an index, a width, a shape or a setting is wrong.
    pub fn check(&mut self, operation: &dyn Operation) -> Checked {
        for input in operation.inputs() {
            if !self.is_written(input) {
                return Err(format!(
                    "value {input} is read before any operation has written it"
                ));
            }
        }
        let output = operation.output();
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
    /// Where the value's width is another.
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
    /// Where there are none or one differs.
    pub fn same_widths(&self, inputs: &[usize]) -> std::result::Result<usize, String> {
        let first = *inputs.first().ok_or("it has no inputs")?;
        let width = self.width(first);
        for &input in inputs {
            self.expect_width(input, width)?;
        }
        Ok(width)
    }

    /// The shape of a parameter, which no other operation may use.
    ///
    /// # Errors
    /// Where it does not exist, is used already or is of another kind.
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
    /// As `parameter`; where the shape is another.
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
