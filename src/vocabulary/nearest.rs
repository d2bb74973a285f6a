//! The name that was probably meant.

/// Whether a text that is no candidate was probably meant as `wanted`: what seems missing is there, misspelt.
pub fn is_misspelt<'a>(texts: impl IntoIterator<Item = &'a str>, known: &[&str], wanted: &str) -> bool {
    texts.into_iter().any(|text| !known.contains(&text) && nearest(text, known.iter().copied()) == Some(wanted))
}

/// The candidate nearest to a text that is no candidate, if one is near enough to be a slip of the pen.
pub fn nearest<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // No name is that long, and the distance takes time with the square of it.
    const LONGEST: usize = 64;
    if text.len() > LONGEST {
        return None;
    }
    let folded = text.to_lowercase();
    let distances = candidates.into_iter().map(|candidate| {
        let distance = strsim::damerau_levenshtein(&folded, &candidate.to_lowercase());
        (distance, candidate)
    });
    let (distance, candidate) = distances.min_by_key(|(distance, _)| *distance)?;
    // A third of the letters may be wrong; more is another word.
    (distance * 3 <= text.chars().count().max(3)).then_some(candidate)
}
