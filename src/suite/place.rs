//! Where suites are found.
//!
//! In: files and directories. Out: the suites among them, sorted; of a directory every file whose name ends as suites' do,
//! also in those below it, but for hidden ones.

use std::fs;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Source;

/// How the names of suites end.
pub const EXTENSION: &str = ".ringfence.toml";

/// The suites of a name, or why there are none.
pub type Found = Result<Vec<PathBuf>, Box<Diagnostic>>;

/// The suites of a file or directory.
///
/// # Errors
/// It does not exist, or has no suite.
pub fn find(path: &Path) -> Found {
    let name = path.display().to_string();
    let refuse = |message: String, help: &str| {
        Err(Box::new(Diagnostic::whole(Code::UnreadableFile, &Source::new(name.as_str(), ""), message, help)))
    };
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut found = Vec::new();
    let mut folders = vec![path.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            return refuse(format!("cannot list `{}`", folder.display()), "name a directory that may be read");
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            // A link to a directory may lead back.
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !name.starts_with('.') => folders.push(entry.path()),
                Ok(kind) if !kind.is_dir() && name.ends_with(EXTENSION) => found.push(entry.path()),
                _ => {}
            }
        }
    }
    found.sort();
    match found.is_empty() {
        true => refuse(
            format!("there is no suite in `{name}`"),
            "end the names of suites in `.ringfence.toml`, or write one with `ringfence init`",
        ),
        false => Ok(found),
    }
}
