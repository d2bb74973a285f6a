//! Templates with something sensible where their placeholders stand.

use ringfence::diagnostic::{Code, Diagnostic};

/// The text with something sensible where a placeholder was refused, as who deploys it would write it.
pub(crate) fn filled(text: &str, errors: &[Diagnostic]) -> String {
    let mut places: Vec<_> =
        errors.iter().filter_map(|found| Some((found.code, found.message.as_str(), found.span?))).collect();
    places.sort_by_key(|(_, _, span)| std::cmp::Reverse(span.start));
    let mut text = text.to_owned();
    for (code, message, span) in places {
        let value = match code {
            Code::TemplateText if message.contains("PARTITION") => "aws",
            Code::TemplateText if message.to_lowercase().contains("region") => "eu-central-1",
            Code::TemplateText => "111122223333",
            Code::BadValue if message.contains("IpAddress") => "\"192.0.2.0/24\"",
            Code::BadValue if message.contains("Numeric") => "\"600000\"",
            _ => continue,
        };
        text.replace_range(span.start..span.end, value);
    }
    text
}
