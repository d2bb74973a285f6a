//! Partitions and accounts in ARNs and principals (S2.3, S11.4.10, S15.1).

use crate::diagnostic::{Code, quoted};
use crate::lint::Checker;
use crate::policy::{PrincipalEntry, Statement};
use crate::source::Span;
use crate::vocabulary::account::AccountForm;
use crate::vocabulary::resource::split_parts;

impl Checker<'_> {
    pub(super) fn principals(&mut self, statement: &Statement) {
        for entry in statement.principal.iter().flat_map(|clause| &clause.entries) {
            match &entry.value {
                PrincipalEntry::Account { partition: None, account } => self.account(account, account, entry.span),
                PrincipalEntry::Account { partition: Some(_), .. } => {
                    let arn = self.document.source.slice(entry.span).trim_matches('"').to_owned();
                    self.arn_names(&arn, entry.span);
                }
                PrincipalEntry::User(arn)
                | PrincipalEntry::Role(arn)
                | PrincipalEntry::RoleSession(arn)
                | PrincipalEntry::FederatedUser(arn) => self.arn_names(arn, entry.span),
                PrincipalEntry::Everybody
                | PrincipalEntry::Service(_)
                | PrincipalEntry::Federated(_)
                | PrincipalEntry::CanonicalUser(_)
                | PrincipalEntry::Nobody { .. } => {}
            }
        }
    }

    /// Looks at the partition and the account of an ARN or ARN pattern.
    pub(super) fn arn_names(&mut self, text: &str, span: Span) {
        let parts = split_parts(text);
        let place = |index: usize| {
            let before: usize = parts.iter().take(index).map(|part| part.len() + 1).sum();
            let part = parts.get(index).copied().unwrap_or_default();
            // Behind the quotation mark; a text with escapes is longer in writing, and has no such place.
            let start = span.start + 1 + before;
            if span.len() == text.len() + 2 { Span::new(start, start + part.len()) } else { span }
        };
        if let (Some(&"arn"), Some(partition)) = (parts.first(), parts.get(1)) {
            self.partition(partition, text, place(1));
        }
        if let (6, Some(account)) = (parts.len(), parts.get(4)) {
            self.account(account, text, place(4));
        }
    }

    fn partition(&mut self, partition: &str, whole: &str, span: Span) {
        let Some(known) = self.dialect.partitions() else { return };
        if is_open(partition) || known.iter().any(|own| own == partition) {
            return;
        }
        let near = self.nearest(partition, known.iter().map(String::as_str));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the partitions are {}", known.join(", ")),
        };
        let message = format!("there is no partition {} in {}", quoted(partition), quoted(whole));
        self.warn(Code::UnknownPartition, span, message, help);
    }

    fn account(&mut self, account: &str, whole: &str, span: Span) {
        let AccountForm::Digits(length) = self.dialect.account_form() else { return };
        // AWS's own accounts go by words: `aws`, `cloudfront`, `elasticbeanstalk`.
        let is_word = account.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        if is_open(account) || is_word || self.dialect.account_form().fits(account) {
            return;
        }
        let message = match account == whole {
            true => format!("{} is no account id", quoted(account)),
            false => format!("{} is no account id in {}", quoted(account), quoted(whole)),
        };
        self.warn(Code::AccountForm, span, message, format!("an account id has {length} digits"));
    }
}

/// Whether a part of an ARN stands for several texts, or for one that is not known here.
fn is_open(part: &str) -> bool {
    part.contains(['*', '?']) || part.contains("${")
}
