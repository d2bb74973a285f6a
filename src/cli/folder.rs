//! The folders of a batch's certificates: one for each line, named by its number and `id`.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// How much of an `id` is part of a name.
const LONGEST: usize = 80;

/// The folder of a line: its number keeps names apart and in order, and of its `id` all that is safe in a name stays.
pub(crate) fn of_line(directory: &Path, number: usize, id: Option<&Value>) -> PathBuf {
    let id = match id {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' };
    let id: String = id.chars().take(LONGEST).map(safe).collect();
    let name = if id.is_empty() { format!("{number:06}") } else { format!("{number:06}-{id}") };
    directory.join(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_stay_in_the_folder() {
        let name = |id: Value| of_line(Path::new("d"), 7, Some(&id)).display().to_string();
        assert_eq!(name(json!("../../etc|s3:*")), "d/000007-.._.._etc_s3__");
        assert_eq!(name(json!("é\n")), "d/000007-__");
        assert_eq!(name(json!(12)), "d/000007-12");
        assert_eq!(name(json!(["x"])), "d/000007");
        assert_eq!(name(json!("x".repeat(500))).len(), "d/000007-".len() + LONGEST);
    }
}
