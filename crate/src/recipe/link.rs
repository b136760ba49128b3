//! The recipe as text: `model=lenet5&data=mnist&seed=7&lr=0.002&v=1`.
//!
//! A link holds what differs from the network's defaults, and `v`. Any text at all may be given to [`parse`].

use std::collections::BTreeSet;

use super::digest_prefix::is_hexadecimal;
use super::error::{RecipeError, shorten};
use super::fields::{FIELDS, HEXADECIMAL, Recipe};
use super::marks::{MAX_MARKS, marks_text, read_marks};
use super::rules::why_no_model;
use super::versions::other_version;
use super::{Choice, Input, Kind, Model, VERSION};

/// The most characters that a link may have.
pub const MAX_LINK: usize = 2_000;

/// How many unknown keys are told apart before the rest is counted.
const NAMED_UNKNOWN: usize = 3;

/// What a link says.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The recipe.
    pub recipe: Recipe,
    /// The check of a checked link: 16 hexadecimal digits.
    pub check: Option<String>,
    /// The marks of a checked link, as bits: empty where it carries none.
    pub marks: Vec<u32>,
    /// The recipe's version that the link was made with.
    pub version: u64,
    /// What was skipped and why, as sentences.
    pub notices: Vec<String>,
}

/// Reads a link's text: what stands behind `#` (a leading `#` or `?` is let go).
///
/// # Errors
/// [`RecipeError`], naming the key, its value and what is allowed.
pub fn parse(text: &str) -> Result<Link, RecipeError> {
    let length = text.chars().count();
    if length > MAX_LINK {
        return Err(RecipeError::TooLong { length });
    }
    let text = text.trim_start_matches(['#', '?']);
    let pairs: Vec<_> = form_urlencoded::parse(text.as_bytes()).collect();
    refuse_twice(&pairs)?;

    let value = |key: &str| {
        pairs
            .iter()
            .find(|pair| pair.0 == key)
            .map(|pair| pair.1.as_ref())
    };
    let version = value("v").map_or(Ok(VERSION), read_version)?;
    let mut recipe = Recipe::of(model_of(value("model"))?);
    for field in FIELDS {
        if let Some(text) = value(field.key) {
            field.set(&mut recipe, text)?;
        }
    }
    let check = value("check").map(read_check).transpose()?;
    let marks = match value("marks") {
        Some(_) if check.is_none() => return Err(RecipeError::MarksAlone),
        Some(text) => read_marks(text).ok_or_else(|| bad_marks(text))?,
        None => Vec::new(),
    };

    recipe.fits_together()?;

    let mut notices = Vec::new();
    for field in FIELDS {
        if value(field.key).is_some() && !(field.applies)(&recipe) {
            notices.push(format!(
                "{} means nothing in this recipe and was left out.",
                field.key
            ));
        }
    }
    notices.extend(other_version(version, VERSION));
    notices.extend(unknown(pairs.iter().map(|pair| pair.0.as_ref())));
    recipe.forget_what_does_not_apply();
    fits_its_images(&recipe)?;
    Ok(Link {
        recipe,
        check,
        marks,
        version,
        notices,
    })
}

impl Recipe {
    /// The recipe as a link's text, without `#`: what differs from the network's defaults, and `v`.
    pub fn link(&self) -> String {
        let defaults = Recipe::of(self.model);
        let mut text = form_urlencoded::Serializer::new(String::new());
        for field in FIELDS {
            let value = field.get(self);
            let differs = value != field.get(&defaults) && (field.applies)(self);
            if field.key == "model" || differs {
                text.append_pair(field.key, &value);
            }
        }
        text.append_pair("v", &VERSION.to_string());
        // Commas and brackets need no escape in a fragment, and a person reads them better.
        let plain = [("%2C", ","), ("%28", "("), ("%29", ")")];
        plain.iter().fold(text.finish(), |text, (escaped, plain)| {
            text.replace(escaped, plain)
        })
    }

    /// The recipe as a checked link's text: with the check of a finished run, and its marks.
    pub fn checked_link(&self, check: &str, marks: &[u32]) -> String {
        let mut text = self.link();
        text = format!("{text}&check={check}");
        if !marks.is_empty() {
            text = format!("{text}&marks={}", marks_text(marks));
        }
        text
    }

    /// Two recipes that mean the same are to be equal.
    fn forget_what_does_not_apply(&mut self) {
        let mut defaults = Recipe::of(self.model);
        defaults.opt = self.opt;
        let idle: Vec<_> = FIELDS
            .iter()
            .filter(|field| !(field.applies)(self))
            .collect();
        for field in idle {
            // A default is always allowed, so this cannot fail.
            let _ = field.set(self, &field.get(&defaults));
        }
    }
}

/// Whether the layers of a network of one's own fit the images that it is to be trained on.
fn fits_its_images(recipe: &Recipe) -> Result<(), RecipeError> {
    let Input { shape, classes, .. } = recipe.input();
    let misfit = |why| RecipeError::Misfit {
        data: recipe.data.label(),
        why,
    };
    recipe.layers.fit(shape, classes).map_err(misfit)?;
    Ok(())
}

fn refuse_twice<'a>(
    pairs: &[(std::borrow::Cow<'a, str>, std::borrow::Cow<'a, str>)],
) -> Result<(), RecipeError> {
    let mut seen = BTreeSet::new();
    for (key, _) in pairs {
        if !seen.insert(key.as_ref()) {
            return Err(RecipeError::Twice { key: shorten(key) });
        }
    }
    Ok(())
}

fn read_version(text: &str) -> Result<u64, RecipeError> {
    match text.parse::<u64>() {
        Ok(found) if found > VERSION => Err(RecipeError::Newer { found }),
        Ok(found) if found > 0 => Ok(found),
        _ => Err(RecipeError::bad_value(
            "v",
            text,
            &format!("a whole number from 1 to {VERSION}"),
        )),
    }
}

/// The network comes first: it decides what the other fields start from.
fn model_of(name: Option<&str>) -> Result<Model, RecipeError> {
    let Some(name) = name else {
        return Ok(Model::ALL[0].0);
    };
    let allowed = || {
        let of = FIELDS.first().map(|field| Kind::allowed(&field.kind));
        of.unwrap_or_default() + &why_no_model(name).unwrap_or_default()
    };
    Model::named(name).ok_or_else(|| RecipeError::bad_value("model", name, &allowed()))
}

fn read_check(text: &str) -> Result<String, RecipeError> {
    if is_hexadecimal(text) {
        Ok(text.to_owned())
    } else {
        Err(RecipeError::bad_value("check", text, HEXADECIMAL))
    }
}

fn bad_marks(text: &str) -> RecipeError {
    let allowed =
        format!("the losses of 1 to {MAX_MARKS} steps in base64url, as Share writes them");
    RecipeError::bad_value("marks", text, &allowed)
}

/// A sentence for the keys that no field has.
fn unknown<'a>(keys: impl Iterator<Item = &'a str>) -> Option<String> {
    let known = |key: &str| {
        ["", "v", "check", "marks"].contains(&key) || FIELDS.iter().any(|field| field.key == key)
    };
    let unknown: Vec<_> = keys.filter(|key| !known(key)).collect();
    let named: Vec<_> = unknown
        .iter()
        .take(NAMED_UNKNOWN)
        .map(|key| shorten(key))
        .collect();
    let more = unknown.len().saturating_sub(NAMED_UNKNOWN);
    match (named.as_slice(), more) {
        ([], _) => None,
        ([one], _) => Some(format!(
            "This link has a key that is not known here and was skipped: {one}."
        )),
        (some, 0) => Some(format!(
            "This link has keys that are not known here and were skipped: {}.",
            some.join(", ")
        )),
        (some, more) => Some(format!(
            "This link has keys that are not known here and were skipped: {} and {more} more.",
            some.join(", ")
        )),
    }
}

#[cfg(test)]
mod tests;
