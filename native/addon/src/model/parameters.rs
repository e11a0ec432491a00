//! Parameters and optimizer state of a model, by name.

use napi::bindgen_prelude::{Float32Array, Unknown};
use napi_derive::napi;

use super::Model;
use crate::arguments::{MAX_SAFE_INTEGER, float32, integer, string};
use crate::errors::Result;

#[napi(object)]
pub struct ParameterInfo {
    pub name: String,
    pub shape: Vec<f64>,
}

#[napi]
impl Model {
    /// The names of the sparse columns that this model looks up: all of the plan's, or those of the rank's tables.
    #[napi]
    pub fn looked_up_columns(&self) -> Result<Vec<String>> {
        self.call(|model| Ok(model.looked_up_columns()))
    }

    /// Draws every parameter in plan order from NumPy's legacy generator (MT19937) with this seed.
    #[napi]
    pub fn initialize(&self, #[napi(ts_arg_type = "number")] seed: Unknown) -> Result<()> {
        let seed = integer(seed, "seed", u64::from(u32::MAX))?;
        self.call(|model| model.initialize(seed as u32))
    }

    #[napi]
    pub fn parameters(&self) -> Result<Vec<ParameterInfo>> {
        self.call(|model| Ok(infos(model.parameters())))
    }

    /// A copy, row-major.
    #[napi]
    pub fn get_parameter(&self, #[napi(ts_arg_type = "string")] name: Unknown) -> Result<Float32Array> {
        let name = string(name, "name")?;
        self.call(|model| Ok(Float32Array::new(model.parameter(&name)?.to_vec())))
    }

    /// All rows of a table that is set count as trained.
    #[napi]
    pub fn set_parameter(
        &self,
        #[napi(ts_arg_type = "string")] name: Unknown,
        #[napi(ts_arg_type = "Float32Array")] values: Unknown,
    ) -> Result<()> {
        let (name, values) = (string(name, "name")?, float32(values, "values")?);
        self.call(|model| model.set_parameter(&name, &values))
    }

    /// Optimizer state and tensors beside the parameters: names `<parameter>/sum`, `/mean`, `/variance`.
    #[napi]
    pub fn state_tensors(&self) -> Result<Vec<ParameterInfo>> {
        self.call(|model| Ok(infos(model.state_tensors())))
    }

    #[napi]
    pub fn get_state(&self, #[napi(ts_arg_type = "string")] name: Unknown) -> Result<Float32Array> {
        let name = string(name, "name")?;
        self.call(|model| Ok(Float32Array::new(model.state(&name)?.to_vec())))
    }

    #[napi]
    pub fn set_state(
        &self,
        #[napi(ts_arg_type = "string")] name: Unknown,
        #[napi(ts_arg_type = "Float32Array")] values: Unknown,
    ) -> Result<()> {
        let (name, values) = (string(name, "name")?, float32(values, "values")?);
        self.call(|model| model.set_state(&name, &values))
    }

    /// Optimizer steps done; part of what a resumed run needs (Adam's bias correction, dropout's stream).
    #[napi]
    pub fn step_count(&self) -> Result<f64> {
        self.call(|model| Ok(model.step_count() as f64))
    }

    #[napi]
    pub fn set_step_count(&self, #[napi(ts_arg_type = "number")] count: Unknown) -> Result<()> {
        let count = integer(count, "count", MAX_SAFE_INTEGER)?;
        self.call(|model| {
            model.set_step_count(count);
            Ok(())
        })
    }

    /// Bytes of parameters + optimizer state.
    #[napi]
    pub fn memory_bytes(&self) -> Result<f64> {
        self.call(|model| Ok(model.memory_bytes() as f64))
    }
}

fn infos(tensors: Vec<(String, Vec<usize>)>) -> Vec<ParameterInfo> {
    let info = |(name, shape): (String, Vec<usize>)| ParameterInfo {
        name,
        shape: shape.into_iter().map(|size| size as f64).collect(),
    };
    tensors.into_iter().map(info).collect()
}
