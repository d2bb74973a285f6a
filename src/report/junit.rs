//! Answers as JUnit's XML, which build servers read: a test case for each.

use indexmap::IndexMap;
use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use crate::report::entry::{About, Entry, Standing};

/// The report: suites or files with their answers.
///
/// # Errors
/// The text cannot be made.
pub fn report(entries: &[Entry], about: &About) -> Result<String, SerializeError> {
    let mut suites: IndexMap<&str, TestSuite> = IndexMap::new();
    for entry in entries {
        let suite = suites.entry(&entry.group).or_insert_with(|| TestSuite::new(entry.group.as_str()));
        suite.add_test_case(case(entry));
    }
    let mut report = Report::new(about.command.as_str());
    report.add_test_suites(suites.into_values());
    report.to_string().map(|text| text.trim_end().to_owned() + "\n")
}

fn case(entry: &Entry) -> TestCase {
    let failed = |kind, word: &str| {
        let mut status = TestCaseStatus::non_success(kind);
        status.set_type(word).set_message(entry.message.as_str()).set_description(entry.told.as_str());
        status
    };
    let status = match entry.standing {
        // JUnit knows no warning: what only warns does not fail.
        Standing::Held | Standing::Warned => TestCaseStatus::success(),
        Standing::Failed => failed(NonSuccessKind::Failure, "failed"),
        Standing::Unknown => failed(NonSuccessKind::Failure, "unknown"),
        Standing::Refused => failed(NonSuccessKind::Error, "refused"),
    };
    let mut case = TestCase::new(entry.title.as_str(), status);
    case.set_classname(entry.group.as_str());
    if let Some(time) = entry.time {
        case.set_time(time);
    }
    if entry.standing == Standing::Warned {
        case.set_system_out(entry.told.as_str());
    }
    case
}
