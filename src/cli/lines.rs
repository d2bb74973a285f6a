//! The lines of a batch, as bytes.

use std::io::{self, BufRead, Read};

use ringfence::input::DOCUMENT_LIMIT;

/// The next line without its end; of a line over the limit, enough to know that it is.
pub(crate) fn next(input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let limit = DOCUMENT_LIMIT as u64 + 2;
    if input.by_ref().take(limit).read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    if bytes.last() != Some(&b'\n') && bytes.len() as u64 == limit {
        // The rest of an oversized line must not be taken for a line of its own.
        input.skip_until(b'\n')?;
    }
    while matches!(bytes.last(), Some(b'\n' | b'\r')) {
        bytes.pop();
    }
    Ok(Some(bytes))
}
