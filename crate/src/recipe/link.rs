//! The recipe as text: `model=lenet5&data=mnist&seed=7&lr=0.002&v=1`.
//!
//! A link holds what differs from the network's default recipe, and `v`. [`parse`] takes any text at all.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::damage::{Mended, mend};
use super::digest_prefix::{HEXADECIMAL, is_hexadecimal};
use super::error::{RecipeError, shorten};
use super::field::Field;
use super::field_type::{FieldType, parse_integer};
use super::fields::{FIELDS, Recipe};
use super::marks::{MAX_MARKS, MAX_MARKS_LENGTH, marks_text, parse_marks};
use super::registry::{ModelOption, ModelSpec, Registry};
use super::versions::{VERSION, other_version};

/// The most characters that a link may have.
pub const MAX_LINK: usize = 2_000;

/// The most characters of a recipe's link: a checked link has room for the check and the marks too.
pub const MAX_RECIPE: usize = MAX_LINK - "&check=&marks=".len() - CHECK_LENGTH - MAX_MARKS_LENGTH;

/// The digits of a check.
const CHECK_LENGTH: usize = 16;

/// How many unknown keys a notice names before it counts the others.
const MAX_NAMED_KEYS: usize = 3;

/// A parsed link.
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
    /// What was ignored and why, as sentences.
    pub notices: Vec<String>,
}

/// Parses a link's text: what stands behind `#` (a leading `#` or `?` is ignored). One that was damaged on its way is read as it was
/// meant, with a notice, where that is certain.
///
/// # Errors
/// [`RecipeError`], naming the key, its value and what is allowed.
pub fn parse(text: &str, registry: &Registry) -> Result<Link, RecipeError> {
    let length = text.chars().count();
    if length > MAX_LINK {
        return Err(RecipeError::TooLong { length });
    }
    let Mended {
        text,
        is_damaged,
        cut_at,
    } = mend(text);
    refuse_cut(&text, cut_at, registry)?;
    let pairs: Vec<_> = form_urlencoded::parse(text.as_bytes())
        // A telephone begins what is typed with a capital.
        .map(|(key, value)| (key.to_ascii_lowercase(), value))
        .collect();
    refuse_duplicates(&pairs)?;
    refuse_garbled(&text, &pairs, is_damaged, registry)?;

    let value = |key: &str| {
        let pair = pairs.iter().find(|pair| pair.0 == key);
        pair.map(|pair| pair.1.as_ref())
    };
    let version = value("v").map_or(Ok(VERSION), parse_version)?;
    // The network comes first, because its default recipe is what the other values change.
    let model = find_model(value("model"), registry)?;
    let mut recipe = registry.default_recipe(model);
    for field in registry.fields() {
        if let Some(text) = value(field.key) {
            field.set(&mut recipe, text)?;
        }
    }
    let check = value("check").map(parse_check).transpose()?;
    let marks = match value("marks") {
        Some(_) if check.is_none() => return Err(RecipeError::MarksAlone),
        Some(text) => parse_marks(text).ok_or_else(|| bad_marks(text))?,
        None => Vec::new(),
    };

    let idle: Vec<_> = registry
        .fields()
        .filter(|field| !field.applies(&recipe))
        .collect();
    let given = idle.iter().filter(|field| value(field.key).is_some());
    let mut notices: Vec<_> = given
        .map(|field| {
            format!(
                "{} means nothing in this recipe and was left out.",
                field.key
            )
        })
        .collect();
    if is_damaged {
        notices.push("This link was changed on its way, and was read as it was meant.".to_owned());
    }
    notices.extend(other_version(version, VERSION));
    let keys = pairs.iter().map(|pair| pair.0.as_str());
    notices.extend(notice_of_unknown(keys, registry));
    // Recipes that mean the same are equal: what does not apply has its default.
    let defaults = registry.default_recipe(recipe.model);
    for field in idle {
        field.set_value(&mut recipe, field.value(&defaults));
    }
    (recipe.model.check)(&recipe)?;
    check_subset(&recipe)?;
    let length = recipe.link().len();
    if length > MAX_RECIPE {
        return Err(RecipeError::LongRecipe { length });
    }
    Ok(Link {
        recipe,
        check,
        marks,
        version,
        notices,
    })
}

impl Recipe {
    /// The recipe as a link's text, without `#`: what differs from the network's default recipe, and `v`.
    pub fn link(&self) -> String {
        let defaults = Recipe::new(self.model, self.data);
        let differing = |field: &'static Field| {
            let value = field.get(self);
            let differs = value != field.get(&defaults) && field.applies(self);
            differs.then_some((field.key, value))
        };
        let mut pairs = vec![("model", self.model.name().to_owned())];
        let options = self.model.options.iter().map(ModelOption::field);
        pairs.extend(options.filter_map(differing));
        if self.data.name() != self.model.data {
            pairs.push(("data", self.data.name().to_owned()));
        }
        let others = self.data.options.iter().chain(FIELDS).copied();
        pairs.extend(others.filter_map(differing));
        pairs.push(("v", VERSION.to_string()));
        // No value has a character that would have to be escaped: a test holds that.
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        pairs.join("&")
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
}

/// A key and its value.
type Pair<'a> = (String, Cow<'a, str>);

fn refuse_duplicates(pairs: &[Pair<'_>]) -> Result<(), RecipeError> {
    let mut seen = BTreeSet::new();
    for (key, _) in pairs {
        if !seen.insert(key.as_str()) {
            return Err(RecipeError::Duplicate { key: shorten(key) });
        }
    }
    Ok(())
}

/// Refuses a link behind which there was a point or a comma, where its last value may go on behind that: a number, a list.
fn refuse_cut(text: &str, mark: Option<char>, registry: &Registry) -> Result<(), RecipeError> {
    let last = text.rsplit('&').next().unwrap_or_default();
    let (key, value) = last.split_once('=').unwrap_or_default();
    let (Some(mark), Some(field)) = (mark, registry.field(&key.to_ascii_lowercase())) else {
        return Ok(());
    };
    let goes_on = match field.field_type {
        FieldType::Real { .. } | FieldType::Layers => true,
        FieldType::IntegerList { .. } | FieldType::ChoiceSet(_) => mark == ',',
        FieldType::Choice(_) | FieldType::Integer { .. } | FieldType::Digest => false,
    };
    if !goes_on {
        return Ok(());
    }
    let allowed = field.field_type.allowed();
    let value = format!("{value}{mark}");
    Err(RecipeError::bad_value(field.key, &value, &allowed))
}

/// Refuses what is no key, a word without a value, and a key that was damaged. One that is only unknown may be a later version's, or count visitors.
fn refuse_garbled(
    text: &str,
    pairs: &[Pair<'_>],
    is_damaged: bool,
    registry: &Registry,
) -> Result<(), RecipeError> {
    let garbled = |near: &str| {
        let near = shorten(near);
        Err(RecipeError::Garbled { near })
    };
    let mut parts = text.split('&');
    if let Some(part) = parts.find(|part| !part.is_empty() && !part.contains('=')) {
        return garbled(part);
    }
    let is_of_key = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    for (key, value) in pairs.iter().filter(|pair| !is_known(&pair.0, registry)) {
        let letters: String = key.chars().filter(char::is_ascii_alphabetic).collect();
        let may_be = |known: &str| is_near(&letters, known) || letters == format!("amp{known}");
        let was_known = RESERVED.iter().any(|known| may_be(known))
            || registry.fields().any(|field| may_be(field.key));
        let is_sound = key.bytes().all(is_of_key) && !value.contains('=') && !value.is_empty();
        if is_damaged || was_known || !is_sound {
            return garbled(key);
        }
    }
    // What has no key.
    match pairs
        .iter()
        .find(|(key, value)| key.is_empty() && !value.is_empty())
    {
        Some((_, value)) => garbled(value),
        None => Ok(()),
    }
}

/// Keys that no field has.
const RESERVED: [&str; 3] = ["v", "check", "marks"];

/// Whether two words are the same but for one letter that is missing, too many or another one. Of short words too many are.
fn is_near(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (rest, other_rest) = (&one[same..], &other[same..]);
    let is_one_edit = match one.len() as isize - other.len() as isize {
        0 => rest[1..] == other_rest[1..],
        1 => rest[1..] == *other_rest,
        -1 => *rest == other_rest[1..],
        _ => false,
    };
    is_one_edit && other.len() >= 4
}

/// Whether a key has a meaning, or is what two `&` have between them.
fn is_known(key: &str, registry: &Registry) -> bool {
    key.is_empty() || RESERVED.contains(&key) || registry.field(key).is_some()
}

/// Checks that the data set may have as many training examples as the recipe asks for.
fn check_subset(recipe: &Recipe) -> Result<(), RecipeError> {
    let (subset, max) = (recipe.subset, recipe.data.max_examples);
    if subset <= max {
        return Ok(());
    }
    let allowed = format!(
        "a whole number from 0 to {max} with {}",
        recipe.data.info.label
    );
    let subset = subset.to_string();
    Err(RecipeError::bad_value("subset", &subset, &allowed))
}

fn parse_version(text: &str) -> Result<u64, RecipeError> {
    match parse_integer(text, 1, u64::MAX) {
        Some(found) if found > VERSION => Err(RecipeError::Newer { found }),
        Some(found) => Ok(found),
        None => Err(RecipeError::bad_value(
            "v",
            text,
            &format!("a whole number from 1 to {VERSION}"),
        )),
    }
}

fn find_model(name: Option<&str>, registry: &Registry) -> Result<&'static ModelSpec, RecipeError> {
    let Some(name) = name else {
        return Ok(registry.models[0]);
    };
    let refusal = || {
        let field = registry.field("model");
        let allowed = field.map(|field| field.field_type.allowed());
        let why = (registry.why_no_model)(name);
        let allowed = allowed.unwrap_or_default() + &why.unwrap_or_default();
        RecipeError::bad_value("model", name, &allowed)
    };
    registry.model(name).ok_or_else(refusal)
}

fn parse_check(text: &str) -> Result<String, RecipeError> {
    if is_hexadecimal(text) {
        Ok(text.to_owned())
    } else {
        Err(RecipeError::bad_value("check", text, HEXADECIMAL))
    }
}

fn bad_marks(text: &str) -> RecipeError {
    let allowed = format!("the losses of 1 to {MAX_MARKS} steps, as Share writes them");
    RecipeError::bad_value("marks", text, &allowed)
}

/// A sentence about the keys that no field has.
fn notice_of_unknown<'a>(
    keys: impl Iterator<Item = &'a str>,
    registry: &Registry,
) -> Option<String> {
    let unknown: Vec<_> = keys.filter(|key| !is_known(key, registry)).collect();
    let named: Vec<_> = unknown
        .iter()
        .take(MAX_NAMED_KEYS)
        .map(|key| shorten(key))
        .collect();
    let others = unknown.len().saturating_sub(MAX_NAMED_KEYS);
    match (named.as_slice(), others) {
        ([], _) => None,
        ([key], _) => Some(format!(
            "This link has a key that is not known here and was skipped: {key}."
        )),
        (keys, 0) => Some(format!(
            "This link has keys that are not known here and were skipped: {}.",
            keys.join(", ")
        )),
        (keys, others) => Some(format!(
            "This link has keys that are not known here and were skipped: {} and {others} more.",
            keys.join(", ")
        )),
    }
}
