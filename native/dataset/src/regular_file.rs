//! Opens regular files only, because a pipe would wait for its writer for ever and a device may never end.

use std::fs::{self, File};
use std::path::Path;

use crate::error::{Error, ErrorCode, Result};

/// Opens a regular file to be read.
///
/// # Errors
/// InvalidArgument for anything else, NotFound or Io. The message names the file.
pub fn open_regular(path: &Path) -> Result<File> {
    let metadata = fs::metadata(path).map_err(|error| Error::io(path, &error))?;
    if !metadata.is_file() {
        return Err(Error::file(
            ErrorCode::InvalidArgument,
            path,
            "this is not a regular file",
        ));
    }
    File::open(path).map_err(|error| Error::io(path, &error))
}
