//! Files of a model's parameters and state, and its quantisation.

use napi::bindgen_prelude::{AsyncTask, Unknown};
use napi_derive::napi;

use super::Model;
use crate::arguments::{boolean, string};
use crate::errors::Result;
use crate::job::Job;

#[napi(object)]
pub struct SavedFile {
    pub bytes: f64,
    pub sha256: String,
}

#[napi]
impl Model {
    /// Writes parameters and state as safetensors with fsync (not a rename); `metadata` goes into its header.
    #[napi(ts_return_type = "Promise<SavedFile>")]
    pub fn save(
        &self,
        #[napi(ts_arg_type = "string")] path: Unknown,
        #[napi(ts_arg_type = "string")] metadata: Unknown,
        #[napi(ts_arg_type = "boolean")] include_state: Unknown,
    ) -> Result<AsyncTask<Job<SavedFile>>> {
        let (path, metadata) = (string(path, "path")?, string(metadata, "metadata")?);
        let include_state = boolean(include_state, "includeState")?;
        self.job(move |model| {
            let saved = model.save(&path, &metadata, include_state)?;
            Ok(SavedFile {
                bytes: saved.bytes as f64,
                sha256: saved.sha256,
            })
        })
    }

    /// Loads what save wrote: names and shapes must match exactly. Returns the metadata.
    #[napi(ts_return_type = "Promise<string>")]
    pub fn load(
        &self,
        #[napi(ts_arg_type = "string")] path: Unknown,
        #[napi(ts_arg_type = "boolean")] include_state: Unknown,
    ) -> Result<AsyncTask<Job<String>>> {
        let path = string(path, "path")?;
        let include_state = boolean(include_state, "includeState")?;
        self.job(move |model| model.load(&path, include_state))
    }

    /// Makes tables and layers compact, off the JavaScript thread (JSON of Quantisation): the model then only predicts.
    #[napi(ts_return_type = "Promise<void>")]
    pub fn quantise(&self, #[napi(ts_arg_type = "string")] options: Unknown) -> Result<AsyncTask<Job<()>>> {
        let options = string(options, "options")?;
        self.job(move |model| model.quantise(&options))
    }
}
