//! The name that was probably meant.

/// The candidate nearest to a text that is no candidate, if one is near enough to be a slip of the pen.
pub fn nearest<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = text.to_lowercase();
    let distances = candidates.into_iter().map(|candidate| {
        let distance = strsim::damerau_levenshtein(&folded, &candidate.to_lowercase());
        (distance, candidate)
    });
    let (distance, candidate) = distances.min_by_key(|(distance, _)| *distance)?;
    // A third of the letters may be wrong; more is another word.
    (distance * 3 <= text.chars().count().max(3)).then_some(candidate)
}
