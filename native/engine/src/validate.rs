//! Everything a plan must satisfy before memory is laid out for it. The executor relies on all of it.

use std::collections::HashSet;

use crate::error::{Error, Result};
use crate::plan::{IndexMap, Initializer, LossKind, OperationKind, Parameter, ParameterKind, Plan};

const MAX_ROWS: usize = 1 << 31;
const MAX_WIDTH: usize = 1 << 24;
/// Of tensors that a checkpoint has beside the parameters.
const STATE_SUFFIXES: [&str; 5] = ["/sum", "/mean", "/variance", "/trained", "/untrained"];

/// Checks indices, shapes, order of use and numbers.
///
/// # Errors
/// InvalidPlan with the place and the reason.
pub fn validate(plan: &Plan) -> Result<()> {
    if plan.version != 1 {
        return Err(Error::plan(format!(
            "The plan has version {}; this engine reads version 1.",
            plan.version
        )));
    }
    check_inputs_and_values(plan)?;
    check_parameters(plan)?;
    let mut walk = Walk {
        plan,
        written: vec![false; plan.values.len()],
        used: vec![false; plan.parameters.len()],
        weighs: vec![None; plan.parameters.len()],
    };
    for operation in &plan.operations {
        walk.operation(&operation.kind)
            .map_err(|reason| Error::plan(format!("Operation of node '{}': {reason}.", operation.node)))?;
    }
    for (parameter, used) in plan.parameters.iter().zip(&walk.used) {
        if !used {
            return Err(Error::plan(format!(
                "Parameter '{}' is used by no operation.",
                parameter.name
            )));
        }
    }
    check_loss(plan, &walk.written)
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

type Checked = std::result::Result<(), String>;

struct Walk<'a> {
    plan: &'a Plan,
    written: Vec<bool>,
    used: Vec<bool>,
    /// The column whose indices a parameter weighs.
    weighs: Vec<Option<usize>>,
}

impl Walk<'_> {
    fn operation(&mut self, kind: &OperationKind) -> Checked {
        for input in kind.inputs() {
            if !self.written.get(input).copied().unwrap_or(false) {
                return Err(format!(
                    "value {input} is read before any operation has written it"
                ));
            }
        }
        let output = kind.output();
        match self.written.get(output) {
            None => return Err(format!("value {output} does not exist")),
            Some(true) => return Err(format!("value {output} is written twice")),
            Some(false) => {}
        }
        self.shapes(kind)?;
        self.written[output] = true;
        Ok(())
    }

    fn width(&self, value: usize) -> usize {
        self.plan.values[value].width
    }

    fn expect_width(&self, value: usize, width: usize) -> Checked {
        let found = self.width(value);
        if found == width {
            Ok(())
        } else {
            Err(format!(
                "value '{}' has width {found} where {width} is needed",
                self.plan.values[value].name
            ))
        }
    }

    fn same_widths(&self, inputs: &[usize]) -> std::result::Result<usize, String> {
        let first = *inputs.first().ok_or("it has no inputs")?;
        let width = self.width(first);
        for &input in inputs {
            self.expect_width(input, width)?;
        }
        Ok(width)
    }

    fn parameter(&mut self, index: usize, kind: ParameterKind) -> std::result::Result<&[usize], String> {
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

    fn expect_shape(&mut self, index: usize, kind: ParameterKind, shape: &[usize]) -> Checked {
        let found = self.parameter(index, kind)?.to_vec();
        if found == shape {
            Ok(())
        } else {
            let name = &self.plan.parameters[index].name;
            Err(format!(
                "parameter '{name}' has shape {found:?} where {shape:?} is needed"
            ))
        }
    }

    fn shapes(&mut self, kind: &OperationKind) -> Checked {
        use ParameterKind::Dense;
        match *kind {
            OperationKind::DenseInput { first, output } => {
                let (width, columns) = (self.width(output), self.plan.inputs.dense.len());
                if first > columns || width > columns - first {
                    return Err(format!(
                        "it reads {width} dense columns from {first} on and there are {columns}"
                    ));
                }
                Ok(())
            }
            OperationKind::EmbeddingBag {
                column,
                table,
                row_weights,
                index_map,
                output,
                ..
            } => self.embedding(column, table, row_weights, index_map, output),
            OperationKind::Linear {
                input,
                weight,
                bias,
                output,
                ..
            } => {
                let (wide, narrow) = (self.width(output), self.width(input));
                self.expect_shape(weight, Dense, &[wide, narrow])?;
                bias.map_or(Ok(()), |bias| self.expect_shape(bias, Dense, &[wide]))
            }
            OperationKind::Activation { input, output, .. } => self.expect_width(output, self.width(input)),
            OperationKind::Dropout { input, rate, output } => {
                if !(0.0..1.0).contains(&rate) {
                    return Err(format!("the dropout rate is {rate}; it must be in [0, 1)"));
                }
                self.expect_width(output, self.width(input))
            }
            OperationKind::Concat { ref inputs, output } => {
                let total = inputs.iter().map(|&input| self.width(input)).sum();
                self.expect_width(output, total)
            }
            OperationKind::Sum { ref inputs, output } => {
                let width = self.same_widths(inputs)?;
                self.expect_width(output, width)
            }
            OperationKind::Multiply { inputs, output } => {
                let width = self.same_widths(&inputs)?;
                self.expect_width(output, width)
            }
            OperationKind::Dot {
                ref inputs,
                include_self,
                keep_first,
                output,
            } => {
                let width = self.same_widths(inputs)?;
                let count = inputs.len();
                let pairs = if include_self {
                    count * (count + 1) / 2
                } else {
                    count * (count - 1) / 2
                };
                self.expect_width(output, pairs + if keep_first { width } else { 0 })
            }
            OperationKind::CrossV1 {
                x0,
                x,
                weight,
                bias,
                output,
            } => {
                let width = self.same_widths(&[x0, x])?;
                self.expect_shape(weight, Dense, &[width])?;
                self.expect_shape(bias, Dense, &[width])?;
                self.expect_width(output, width)
            }
            OperationKind::CrossV2 {
                x0,
                x,
                projected,
                output,
            } => {
                let width = self.same_widths(&[x0, x, projected])?;
                self.expect_width(output, width)
            }
            OperationKind::FactorizationMachine { ref inputs, output } => {
                self.same_widths(inputs)?;
                self.expect_width(output, 1)
            }
            OperationKind::Bias { input, bias, output } => {
                self.expect_shape(bias, Dense, &[1])?;
                self.expect_width(output, self.width(input))
            }
        }
    }

    fn embedding(
        &mut self,
        column: usize,
        table: usize,
        row_weights: Option<usize>,
        map: IndexMap,
        output: usize,
    ) -> Checked {
        let input = self
            .plan
            .inputs
            .sparse
            .get(column)
            .ok_or(format!("column {column} does not exist"))?;
        let divisor_is_zero = matches!(
            map,
            IndexMap::Quotient { divisor: 0 }
                | IndexMap::Remainder { divisor: 0 }
                | IndexMap::Hash { rows: 0 }
        );
        if divisor_is_zero {
            return Err("its index map divides by zero".into());
        }
        let shape = self.parameter(table, ParameterKind::Table)?.to_vec();
        let [rows, dimension] = shape[..] else {
            return Err(format!(
                "the table has shape {shape:?}; it needs rows and a dimension"
            ));
        };
        if map.rows_needed(input.cardinality) > rows as u64 {
            return Err(format!(
                "column '{}' with {} indices needs {} rows and the table has {rows}",
                input.name,
                input.cardinality,
                map.rows_needed(input.cardinality)
            ));
        }
        self.expect_width(output, dimension)?;
        let Some(weights) = row_weights else {
            return Ok(());
        };
        if !map.is_half() {
            return self.expect_shape(weights, ParameterKind::Table, &[rows]);
        }
        // Both halves of a pair have the same.
        if self.weighs.get(weights) == Some(&Some(column)) {
            return Ok(());
        }
        self.expect_shape(weights, ParameterKind::Table, &[input.cardinality as usize])?;
        self.weighs[weights] = Some(column);
        Ok(())
    }
}
