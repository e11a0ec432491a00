//! Everything a plan must satisfy before memory is laid out for it. The executor relies on all of it.

use std::collections::HashSet;

use crate::error::{Error, Result};
use crate::ops::Operation;
use crate::plan::{Initializer, LossKind, Parameter, ParameterKind, Plan};

const MAX_ROWS: usize = 1 << 31;
const MAX_WIDTH: usize = 1 << 24;
/// Of tensors that a checkpoint has beside the parameters.
const STATE_SUFFIXES: [&str; 6] = [
    "/sum",
    "/mean",
    "/variance",
    "/trained",
    "/trainedValues",
    "/untrained",
];

/// Checks indices, shapes, order of use and numbers.
///
/// # Errors
/// InvalidPlan with the place and the reason.
pub fn validate(plan: &Plan) -> Result<()> {
    if plan.version != 1 {
        return Err(Error::plan(format!(
            "The plan has version {}, but this engine reads version 1.",
            plan.version
        )));
    }
    check_inputs_and_values(plan)?;
    check_parameters(plan)?;
    let mut check = Validation {
        plan,
        written: vec![false; plan.values.len()],
        used: vec![false; plan.parameters.len()],
        weighs: vec![None; plan.parameters.len()],
    };
    for operation in &plan.operations {
        check
            .operation(&**operation)
            .map_err(|reason| Error::plan(format!("Operation of node '{}': {reason}.", operation.node)))?;
    }
    for (parameter, used) in plan.parameters.iter().zip(&check.used) {
        if !used {
            return Err(Error::plan(format!(
                "Parameter '{}' is not used by any operation.",
                parameter.name
            )));
        }
    }
    check_loss(plan, &check.written)
}

fn check_inputs_and_values(plan: &Plan) -> Result<()> {
    for value in &plan.values {
        if value.width == 0 || value.width > MAX_WIDTH {
            return Err(Error::plan(format!(
                "Value '{}' has width {}.",
                value.name, value.width
            )));
        }
    }
    for column in &plan.inputs.sparse {
        if column.cardinality == 0 || column.cardinality > u64::from(u32::MAX) {
            return Err(Error::plan(format!(
                "Column '{}' has cardinality {}.",
                column.name, column.cardinality
            )));
        }
    }
    Ok(())
}

fn check_parameters(plan: &Plan) -> Result<()> {
    let mut names = HashSet::new();
    for parameter in &plan.parameters {
        let name = &parameter.name;
        if name.is_empty() || name == "__metadata__" || !names.insert(name.as_str()) {
            return Err(Error::plan(format!(
                "The parameter name '{name}' is empty, reserved or used twice."
            )));
        }
        check_shape(parameter).map_err(|reason| Error::plan(format!("Parameter '{name}': {reason}.")))?;
    }
    for name in &names {
        let clash = STATE_SUFFIXES
            .iter()
            .find_map(|suffix| name.strip_suffix(suffix))
            .filter(|base| names.contains(base));
        if clash.is_some() {
            return Err(Error::plan(format!(
                "The parameter name '{name}' is the name of an optimizer state."
            )));
        }
    }
    Ok(())
}

fn check_shape(parameter: &Parameter) -> std::result::Result<(), String> {
    let shape = &parameter.shape;
    if shape.is_empty() || shape.len() > 2 || shape.contains(&0) || shape.iter().any(|&size| size > MAX_ROWS)
    {
        return Err(format!(
            "the shape {shape:?} is not one or two sizes from 1 to 2^31"
        ));
    }
    let bytes = shape
        .iter()
        .try_fold(4usize, |bytes, &size| bytes.checked_mul(size));
    if bytes.is_none_or(|bytes| bytes > isize::MAX as usize / 4) {
        return Err(format!("the shape {shape:?} is too large for this machine"));
    }
    let finite = match parameter.initial {
        Initializer::Uniform { low, high } => low.is_finite() && high.is_finite(),
        Initializer::Normal {
            mean,
            standard_deviation,
        } => mean.is_finite() && standard_deviation.is_finite(),
        Initializer::Constant { value } => value.is_finite(),
    };
    if finite {
        Ok(())
    } else {
        Err("an initial value is not finite".into())
    }
}

fn check_loss(plan: &Plan, written: &[bool]) -> Result<()> {
    let loss = &plan.loss;
    if !written.get(loss.prediction).copied().unwrap_or(false) {
        return Err(Error::plan(
            "The loss's prediction is not written by any operation.",
        ));
    }
    if plan.values[loss.prediction].width != 1 {
        return Err(Error::plan(format!(
            "The loss's prediction has width {}; it must be 1.",
            plan.values[loss.prediction].width
        )));
    }
    if !(0.0..0.5).contains(&loss.clamp) {
        return Err(Error::plan(format!(
            "The loss's clamp is {}; it must be in [0, 0.5).",
            loss.clamp
        )));
    }
    if loss.kind == LossKind::WeightedBce
        && loss
            .weights
            .iter()
            .any(|weight| !weight.is_finite() || *weight < 0.0)
    {
        return Err(Error::plan("The loss's weights must be finite and not negative."));
    }
    Ok(())
}

/// The reason where something is wrong, as the end of a sentence.
pub type Checked = std::result::Result<(), String>;

/// What the operations checked so far have written and used.
pub struct Validation<'a> {
    pub plan: &'a Plan,
    written: Vec<bool>,
    used: Vec<bool>,
    /// The column whose indices a parameter weighs.
    weighs: Vec<Option<usize>>,
}

impl<'a> Validation<'a> {
    fn operation(&mut self, operation: &dyn Operation) -> Checked {
        for input in operation.inputs() {
            if !self.written.get(input).copied().unwrap_or(false) {
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

    pub fn width(&self, value: usize) -> usize {
        self.plan.width(value)
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
                self.plan.values[value].name
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
        let plan = self.plan;
        let parameter = plan
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
            let name = &self.plan.parameters[index].name;
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
        let cardinality = self.plan.inputs.sparse[column].cardinality as usize;
        self.expect_shape(index, ParameterKind::Table, &[cardinality])?;
        self.weighs[index] = Some(column);
        Ok(())
    }
}
