//! Sweeps: many links in one text, `model=lenet5&lr={0.001..0.1:log5}&seed={1..3}`.
//!
//! A group in braces stands for several texts: `{a,b,c}` for each of a list, `{1..3}` for whole numbers, and `{0.1..0.5:lin5}` and
//! `{0.001..0.1:log5}` for that many numbers, evenly spaced as they are or by their logarithms. Every combination is a link. The
//! leftmost group varies slowest.
//!
//! This module knows texts alone: whether a link gives a recipe, [`crate::lab::sweep`] finds out.

mod error;
mod group;

pub use error::SweepError;

use group::values_of;

/// The most characters that a sweep's text may have.
pub const MAX_SWEEP: usize = 4_000;

/// The most links that a sweep may have.
pub const MAX_LINKS: usize = 10_000;

/// The links that a sweep's text stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expansion {
    /// The keys that have a group in their values, in the order of the text.
    pub keys: Vec<String>,
    /// The links, as the text spells them.
    pub links: Vec<String>,
}

/// A part of a sweep's text.
enum Part<'a> {
    Text(&'a str),
    Group(Vec<String>),
}

impl Part<'_> {
    /// How many values a group has.
    fn count(&self) -> Option<usize> {
        match self {
            Part::Text(_) => None,
            Part::Group(values) => Some(values.len()),
        }
    }
}

/// Expands a sweep's text: what stands behind `#`.
///
/// # Errors
/// [`SweepError`], naming the group.
pub fn expand(text: &str) -> Result<Expansion, SweepError> {
    let length = text.chars().count();
    if length > MAX_SWEEP {
        return Err(SweepError::TooLong { length });
    }
    let text = text.trim().trim_start_matches(['#', '?']);
    let mut keys = Vec::new();
    let mut parts = Vec::new();
    let mut all = 1;
    for (index, pair) in text.split('&').enumerate() {
        if index > 0 {
            parts.push(Part::Text("&"));
        }
        let groups = parts.len();
        split_groups(pair, &mut parts)?;
        let counts = parts[groups..].iter().filter_map(Part::count);
        let before = all;
        all = counts.fold(before, usize::saturating_mul);
        // Before the next group is read: none takes more memory than all links may.
        if all > MAX_LINKS {
            return Err(SweepError::TooMany);
        }
        if before < all {
            let (key, _) = pair.split_once('=').unwrap_or(("{", ""));
            if key.contains(['{', '}']) {
                return Err(SweepError::group(error::Wrong::Key, pair));
            }
            keys.push(key.to_ascii_lowercase());
        }
    }
    if keys.is_empty() {
        return Err(SweepError::Nothing);
    }
    let links = combinations(&parts);
    Ok(Expansion { keys, links })
}

/// Splits a key and its value into texts and groups.
fn split_groups<'a>(pair: &'a str, parts: &mut Vec<Part<'a>>) -> Result<(), SweepError> {
    let mut rest = pair;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        let inner = from.strip_prefix('{').and_then(|from| from.split_once('}'));
        let Some((inner, after)) = inner.filter(|(inner, _)| !inner.contains('{')) else {
            return Err(SweepError::group(error::Wrong::Brace, pair));
        };
        parts.push(Part::Text(before));
        parts.push(Part::Group(values_of(inner)?));
        rest = after;
    }
    parts.push(Part::Text(rest));
    Ok(())
}

/// Every combination of the groups' values, the first group's varying slowest.
fn combinations(parts: &[Part<'_>]) -> Vec<String> {
    let mut links = vec![String::new()];
    for part in parts {
        match part {
            Part::Text(text) => links.iter_mut().for_each(|link| link.push_str(text)),
            Part::Group(values) => {
                let next = |link: &String| -> Vec<String> {
                    values
                        .iter()
                        .map(|value| format!("{link}{value}"))
                        .collect()
                };
                links = links.iter().flat_map(next).collect();
            }
        }
    }
    links
}

#[cfg(test)]
mod tests;
