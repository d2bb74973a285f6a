//! Where law files come from: embedded in the program, or a folder.
//!
//! In: the name of a dialect, or a folder. Out: its law. The load order is fixed here and described in
//! `encodings/README.md`.

use std::fs;
use std::path::Path;

use super::{Law, LawError};

/// The files of a law, each using only what stands in those before it.
pub(super) const LOAD_ORDER: [&str; 6] =
    ["layers.smt2", "same-account.smt2", "key-policy.smt2", "role-trust.smt2", "cross-account.smt2", "decision.smt2"];

macro_rules! files {
    ($folder:literal: $($name:literal),* $(,)?) => {
        &[$((
            concat!("encodings/", $folder, "/", $name),
            include_str!(concat!("../../../encodings/", $folder, "/", $name)),
        )),*]
    };
}

const AWS: &[(&str, &str)] = files![
    "aws/law": "layers.smt2", "same-account.smt2", "key-policy.smt2", "role-trust.smt2", "cross-account.smt2",
    "decision.smt2",
];

const ASTRAN: &[(&str, &str)] = files!["astran/law": "layers.smt2", "same-account.smt2", "decision.smt2"];

const COMPARISON: (&str, &str) = ("encodings/compare.smt2", include_str!("../../../encodings/compare.smt2"));

const LEMMAS: &[(&str, &str)] = files![
    "lemmas":
    "explicit-deny-wins.smt2",
    "default-deny.smt2",
    "decisions-exclusive.smt2",
    "boundary-never-grants.smt2",
    "gates-never-grant.smt2",
    "session-policy-never-grants.smt2",
    "identity-is-limited.smt2",
    "account-level.smt2",
    "federated-session.smt2",
    "absent-is-allow-all.smt2",
    "more-allows-never-remove.smt2",
    "more-denies-never-add.smt2",
    "no-permission-needed.smt2",
    "root-needs-no-policy.smt2",
    "cross-account.smt2",
    "key-policy.smt2",
    "role-trust.smt2",
    "user-boundary.smt2",
];

/// The lemma files, each its name and text. Each is read behind a law, by [`Law::extended`], and holds if all its
/// functions are true for all inputs.
pub fn lemmas() -> &'static [(&'static str, &'static str)] {
    LEMMAS
}

/// What a comparison of two documents asks, its name and text.
pub fn comparison() -> (&'static str, &'static str) {
    COMPARISON
}

impl Law {
    /// The law of a dialect as this program carries it: `aws` or `astran`.
    pub fn embedded(dialect: &str) -> Result<Self, LawError> {
        Self::read(Self::embedded_files(dialect)?)
    }

    /// The files of that law in load order, each its name and text.
    pub fn embedded_files(dialect: &str) -> Result<&'static [(&'static str, &'static str)], LawError> {
        match dialect {
            "aws" => Ok(AWS),
            "astran" => Ok(ASTRAN),
            _ => Err(LawError::UnknownDialect(dialect.to_owned())),
        }
    }

    /// The law in a folder, which must hold the last file of the load order and no `.smt2` file that is not in it.
    pub fn read_dir(folder: &Path) -> Result<Self, LawError> {
        let unreadable = |path: &Path| {
            let path = path.to_owned();
            move |source| LawError::Unreadable { path, source }
        };
        for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
            let path = entry.map_err(unreadable(folder))?.path();
            let known = path.file_name().is_some_and(|name| LOAD_ORDER.iter().any(|file| name == *file));
            if path.extension().is_some_and(|extension| extension == "smt2") && !known {
                return Err(LawError::StrayFile(path));
            }
        }
        let last = LOAD_ORDER.last();
        let there = LOAD_ORDER.iter().filter(|file| Some(*file) == last || folder.join(file).exists());
        there.into_iter().try_fold(Self::default(), |law, file| {
            let path = folder.join(file);
            let text = fs::read_to_string(&path).map_err(unreadable(&path))?;
            law.extended(&[(&path.display().to_string(), &text)])
        })
    }
}
