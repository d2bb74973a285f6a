//! Suites as JUnit's XML, which build servers read: a test case for each check.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use crate::diagnostic::Severity;
use crate::report::suite::{title, told};
use crate::suite::{Answered, Assertion, Check, Standing, Suite};

/// A check that was asked, as a test case.
pub fn case(
    suite: &Suite,
    assertion: &Assertion,
    check: &Check,
    answered: &Answered<'_>,
    time: Option<Duration>,
) -> TestCase {
    let failed = |kind, word: &str| {
        let mut status = TestCaseStatus::non_success(kind);
        status
            .set_type(word)
            .set_message(message(assertion, answered))
            .set_description(told(suite, assertion, check, answered));
        status
    };
    let status = match (answered.stands(&assertion.claim), assertion.severity) {
        // JUnit knows no warning: what only warns does not fail.
        (Standing::Passed, _) | (Standing::Failed, Severity::Warning) => TestCaseStatus::success(),
        (Standing::Failed, Severity::Error) => failed(NonSuccessKind::Failure, "failed"),
        (Standing::Unknown, _) => failed(NonSuccessKind::Failure, "unknown"),
    };
    let warns =
        matches!((answered.stands(&assertion.claim), assertion.severity), (Standing::Failed, Severity::Warning));
    let mut case = named(suite, assertion, check, status, time);
    if warns {
        case.set_system_out(told(suite, assertion, check, answered));
    }
    case
}

/// A check that could not be asked, and why.
pub fn error(suite: &Suite, assertion: &Assertion, check: &Check, why: &str) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type("refused").set_message(why);
    named(suite, assertion, check, status, None)
}

fn named(
    suite: &Suite,
    assertion: &Assertion,
    check: &Check,
    status: TestCaseStatus,
    time: Option<Duration>,
) -> TestCase {
    let mut case = TestCase::new(title(assertion, check), status);
    case.set_classname(suite.source.name());
    if let Some(time) = time {
        case.set_time(time);
    }
    case
}

fn message(assertion: &Assertion, answered: &Answered<'_>) -> String {
    format!("expected {}, found {}", assertion.claim.expected(), answered.words())
}

/// The whole report: suites with their cases.
///
/// # Errors
/// The text cannot be made.
pub fn whole(suites: Vec<(String, Vec<TestCase>)>) -> Result<String, SerializeError> {
    let mut report = Report::new("ringfence check");
    for (name, cases) in suites {
        let mut suite = TestSuite::new(name);
        suite.add_test_cases(cases);
        report.add_test_suite(suite);
    }
    report.to_string()
}
