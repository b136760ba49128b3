//! The types of fields: what a field may hold, and how its text is parsed.

use super::choice::ChoiceInfo;
use super::digest_prefix::{DigestPrefix, HEXADECIMAL};
use super::number_list::NumberList;
use super::stack::Stack;
use super::value::FieldValue;

/// What a field may hold.
#[derive(Clone, Copy, Debug)]
pub enum FieldType {
    /// One of a closed set.
    Choice(&'static [ChoiceInfo]),
    /// Any number of a closed set, each at most once.
    ChoiceSet(&'static [ChoiceInfo]),
    /// An integer from `min` to `max`.
    Integer {
        /// The minimum.
        min: u64,
        /// The maximum.
        max: u64,
    },
    /// At most `max_len` integers from `min` to `max`.
    IntegerList {
        /// The minimum of each.
        min: u64,
        /// The maximum of each.
        max: u64,
        /// How many there may be.
        max_len: usize,
    },
    /// A real number from `min` to `max`.
    Real {
        /// The minimum.
        min: f64,
        /// The maximum.
        max: f64,
        /// Whether a control should be logarithmic.
        log: bool,
    },
    /// The layers of a stack.
    Layers,
    /// The digest of a custom data set.
    Digest,
}

/// On or off.
pub const SWITCH: FieldType = FieldType::Choice(&[
    ChoiceInfo {
        name: "on",
        label: "On",
        help: "It is there.",
    },
    ChoiceInfo {
        name: "off",
        label: "Off",
        help: "It is left out.",
    },
]);

impl FieldType {
    /// What is allowed, as the end of a sentence: "a whole number from 1 to 1024".
    pub fn allowed(&self) -> String {
        match self {
            FieldType::Choice(choices) => format!("one of {}", names(choices)),
            FieldType::ChoiceSet(choices) => format!(
                "a list of {}, each at most once, with commas between them; empty is none",
                names(choices)
            ),
            FieldType::Integer { min, max } => format!("a whole number from {min} to {max}"),
            FieldType::IntegerList { min, max, max_len } => format!(
                "at most {max_len} whole numbers from {min} to {max} with commas between them; empty is none"
            ),
            FieldType::Real { min, max, .. } => format!("a number from {min} to {max}"),
            FieldType::Layers => "layers with commas between them".to_owned(),
            FieldType::Digest => format!("{HEXADECIMAL}, or empty"),
        }
    }

    /// The value of a text in a link. None where the text is not allowed.
    pub fn parse(&self, text: &str) -> Option<FieldValue> {
        match *self {
            FieldType::Choice(choices) => find(choices, text).map(FieldValue::Choice),
            FieldType::ChoiceSet(choices) => parse_set(choices, text).map(FieldValue::ChoiceSet),
            FieldType::Integer { min, max } => {
                parse_integer(text, min, max).map(FieldValue::Integer)
            }
            FieldType::IntegerList { min, max, max_len } => {
                let numbers = list(text).map(|text| parse_integer(text, min, max));
                let numbers: Vec<u64> = numbers.collect::<Option<_>>()?;
                (numbers.len() <= max_len)
                    .then(|| FieldValue::IntegerList(NumberList::of(&numbers)))
            }
            FieldType::Real { min, max, .. } => {
                let number: f64 = text.parse().ok()?;
                // NaN is in no range. −0 becomes 0, which is the same number with another text.
                let is_allowed = min <= number && number <= max;
                is_allowed.then_some(FieldValue::Real(number + 0.0))
            }
            FieldType::Layers => Stack::parse(text).ok().map(FieldValue::Layers),
            FieldType::Digest => DigestPrefix::parse(text).map(FieldValue::Digest),
        }
    }
}

fn names(choices: &[ChoiceInfo]) -> String {
    let names: Vec<_> = choices.iter().map(|choice| choice.name).collect();
    names.join(", ")
}

/// The name among the choices that equals the text.
fn find(choices: &'static [ChoiceInfo], text: &str) -> Option<&'static str> {
    let choice = choices.iter().find(|choice| choice.name == text);
    choice.map(|choice| choice.name)
}

/// The parts between commas; none of an empty text.
fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').filter(move |_| !text.is_empty())
}

/// Names with commas between them, in the order of the choices. None where a name is unknown or occurs twice.
fn parse_set(choices: &'static [ChoiceInfo], text: &str) -> Option<Vec<&'static str>> {
    let given: Vec<_> = list(text)
        .map(|name| find(choices, name))
        .collect::<Option<_>>()?;
    let names = choices.iter().map(|choice| choice.name);
    let ordered: Vec<_> = names.filter(|name| given.contains(name)).collect();
    (ordered.len() == given.len()).then_some(ordered)
}

/// An integer of digits alone: u64's own parser takes a leading '+', which would be a second spelling of the same recipe.
pub(super) fn parse_integer(text: &str, min: u64, max: u64) -> Option<u64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = is_plain.then(|| text.parse().ok())??;
    (min..=max).contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::{Augmentation, Choice};

    /// The text of what was parsed.
    fn canonical(field_type: FieldType, text: &str) -> Option<String> {
        field_type.parse(text).map(|value| value.to_string())
    }

    #[test]
    fn sets_are_in_the_order_of_their_choices() {
        let augmentations = FieldType::ChoiceSet(Augmentation::CHOICES);
        for (text, expected) in [("flip,crop", "crop,flip"), ("flip", "flip"), ("", "")] {
            assert_eq!(canonical(augmentations, text).unwrap(), expected);
        }
        for text in ["crop,crop", "crop,", ",", " crop", "crop flip", "none"] {
            assert_eq!(augmentations.parse(text), None, "{text}");
        }
    }

    #[test]
    fn lists_are_of_integers_in_their_range() {
        let numbers = FieldType::IntegerList {
            min: 1,
            max: 100,
            max_len: 3,
        };
        for text in ["", "7", "100,1,7"] {
            assert_eq!(canonical(numbers, text).unwrap(), text);
        }
        // Another spelling of the same number is another link, but the same recipe.
        assert_eq!(canonical(numbers, "07").unwrap(), "7");
        for text in [
            "0", "101", "1,2,3,4", "1,", ",", "+1", "1 2", "x", "-1", "1.5",
        ] {
            assert_eq!(numbers.parse(text), None, "{text}");
        }
    }

    #[test]
    fn real_numbers_have_one_zero_and_no_nan() {
        let real = FieldType::Real {
            min: 0.0,
            max: 1.0,
            log: false,
        };
        for (text, expected) in [("-0", "0"), ("1e-3", "0.001"), ("1.0", "1")] {
            assert_eq!(canonical(real, text).unwrap(), expected);
        }
        for text in ["NaN", "inf", "1.1", "-0.1", "", "x"] {
            assert_eq!(real.parse(text), None, "{text}");
        }
    }
}
