//! Everything a plan must satisfy before memory is laid out for it. The executor relies on all of it.

use std::collections::HashSet;

use crate::ops::Validation;
use crate::plan::{LossKind, Plan};
use crate::tensors::{Initializer, Parameter};
use error_code::{Error, Result};

const MAX_ROWS: usize = 1 << 31;
const MAX_WIDTH: usize = 1 << 24;
/// The names of tensors that a checkpoint has beside the parameters.
const STATE_SUFFIXES: [&str; 6] = [
    "/sum",
    "/mean",
    "/variance",
    "/trained",
    "/trainedValues",
    "/untrained",
];

impl Plan {
    /// Reads and validates a plan.
    ///
    /// # Errors
    /// InvalidPlan naming the operation, parameter or value that is wrong.
    pub fn from_json(text: &str) -> Result<Plan> {
        let plan: Plan = serde_json::from_str(text)
            .map_err(|error| Error::plan(format!("The plan cannot be read: {error}.")))?;
        validate(&plan)?;
        Ok(plan)
    }
}

/// Checks indices, shapes, order of use and numbers.
///
/// # Errors
/// InvalidPlan with the node or tensor and the reason.
fn validate(plan: &Plan) -> Result<()> {
    if plan.version != 1 {
        return Err(Error::plan(format!(
            "The plan has version {}, but this engine reads version 1.",
            plan.version
        )));
    }
    check_inputs_and_values(plan)?;
    check_parameters(plan)?;
    let mut validation = Validation::new(&plan.tensors);
    for operation in &plan.operations {
        validation
            .check(&**operation)
            .map_err(|reason| Error::plan(format!("Operation of node '{}': {reason}.", operation.node)))?;
    }
    for (index, parameter) in plan.tensors.parameters.iter().enumerate() {
        if !validation.is_used(index) {
            return Err(Error::plan(format!(
                "Parameter '{}' is not used by any operation.",
                parameter.name
            )));
        }
    }
    check_loss(plan, &validation)
}

fn check_inputs_and_values(plan: &Plan) -> Result<()> {
    for value in &plan.tensors.values {
        if value.width == 0 || value.width > MAX_WIDTH {
            return Err(Error::plan(format!(
                "Value '{}' has width {}.",
                value.name, value.width
            )));
        }
    }
    for column in &plan.tensors.inputs.sparse {
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
    for parameter in &plan.tensors.parameters {
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

fn check_loss(plan: &Plan, validation: &Validation) -> Result<()> {
    let loss = &plan.loss;
    if !validation.is_written(loss.prediction) {
        return Err(Error::plan(
            "The loss's prediction is not written by any operation.",
        ));
    }
    if plan.tensors.values[loss.prediction].width != 1 {
        return Err(Error::plan(format!(
            "The loss's prediction has width {}; it must be 1.",
            plan.tensors.values[loss.prediction].width
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
