//! Files and bytes into [`Source`]s.
//!
//! In: a path, or bytes under a name. Out: a source that is UTF-8, without byte order mark and within the size limit,
//! or the diagnostic that says why not. Trusted for: nothing of an input is dropped or replaced.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Refusal};
use crate::source::{Source, Span};

/// The largest policy document, scenario file or batch line: 4 MiB.
pub const DOCUMENT_LIMIT: usize = 4 << 20;

/// The longest text of a pattern, a condition value or a request: 32 KiB, longer than IAM's longest document.
pub const TEXT_LIMIT: usize = 32 << 10;

/// The name of standard input in messages.
pub const STDIN: &str = "<stdin>";

/// The largest listing of an account, or file beside it: 256 MiB.
pub const ACCOUNT_LIMIT: usize = 256 << 20;

/// How large an input may be.
#[derive(Debug, Clone, Copy)]
struct Limit {
    bytes: usize,
    help: &'static str,
}

const DOCUMENT: Limit = Limit {
    bytes: DOCUMENT_LIMIT,
    help: "IAM accepts documents of a few kilobytes; split this one, or check that it is the right file",
};

const ACCOUNT: Limit = Limit {
    bytes: ACCOUNT_LIMIT,
    help: "give the pages of the listing as files of their own, or check that it is the right file",
};

/// Reads a file of at most [`DOCUMENT_LIMIT`] bytes; `-` is standard input.
///
/// # Errors
/// `unreadable-file`, and what [`decode`] finds.
pub fn read_file(path: &Path) -> Result<Arc<Source>, Refusal> {
    read(path, DOCUMENT)
}

/// Reads a file of at most [`ACCOUNT_LIMIT`] bytes: an account's listing, or what is given beside it.
///
/// # Errors
/// As [`read_file`].
pub fn read_account_file(path: &Path) -> Result<Arc<Source>, Refusal> {
    read(path, ACCOUNT)
}

fn read(path: &Path, limit: Limit) -> Result<Arc<Source>, Refusal> {
    let name = path.display().to_string();
    let unreadable = |reason: String| {
        let help = "name a file that exists and may be read";
        Diagnostic::whole(
            Code::UnreadableFile,
            &Source::new(&name, ""),
            format!("cannot read `{name}`: {reason}"),
            help,
        )
    };
    let mut bytes = Vec::new();
    // One byte over the limit is enough to know that an input is too large.
    let most = limit.bytes as u64 + 1;
    if name == "-" {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes).map_err(|error| unreadable(error.to_string()))?;
        return decode_within(STDIN, bytes, 1, limit);
    }
    let file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => unreadable("it does not exist".to_owned()),
        ErrorKind::PermissionDenied => unreadable("permission denied".to_owned()),
        _ => unreadable(error.to_string()),
    })?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(unreadable("it is a directory".to_owned()).into());
    }
    file.take(most).read_to_end(&mut bytes).map_err(|error| unreadable(error.to_string()))?;
    decode_within(&name, bytes, 1, limit)
}

/// Turns bytes into a source; `first_line` is the number of their first line in the whole input.
///
/// # Errors
/// `too-large`, `not-utf8`, `byte-order-mark`.
pub fn decode(name: &str, bytes: Vec<u8>, first_line: usize) -> Result<Arc<Source>, Refusal> {
    decode_within(name, bytes, first_line, DOCUMENT)
}

fn decode_within(name: &str, bytes: Vec<u8>, first_line: usize, limit: Limit) -> Result<Arc<Source>, Refusal> {
    let Limit { bytes: most, help } = limit;
    if bytes.len() > most {
        let message = format!("`{name}` is larger than the limit of {} MiB ({most} bytes)", most >> 20);
        let source = Source::at_line(name, "", first_line);
        return Err(Diagnostic::whole(Code::TooLarge, &source, message, help).into());
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let start = error.utf8_error().valid_up_to();
        let byte = error.as_bytes().get(start).copied().unwrap_or_default();
        let lossy = Source::at_line(name, String::from_utf8_lossy(error.as_bytes()), first_line);
        let message = format!("byte 0x{byte:02x} at offset {start} is not UTF-8");
        let end = start + char::REPLACEMENT_CHARACTER.len_utf8();
        Diagnostic::new(Code::NotUtf8, &lossy, Span::new(start, end), message, "save the file as UTF-8")
    })?;
    let source = Source::at_line(name, text, first_line);
    if source.text().starts_with('\u{feff}') {
        let message = "the file starts with a byte order mark, which is not JSON";
        let help = "save it as UTF-8 without byte order mark";
        return Err(Diagnostic::whole(Code::ByteOrderMark, &source, message, help).into());
    }
    Ok(source)
}
