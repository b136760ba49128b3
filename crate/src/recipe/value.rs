//! The values of fields.

use std::fmt;

use super::choice::Choice;
use super::choice_set::ChoiceSet;
use super::digest_prefix::DigestPrefix;
use super::number_list::NumberList;
use super::stack::Stack;

/// Numbers below are written with an exponent: `5e-8`.
const SMALLEST_IN_FULL: f64 = 1e-7;

/// The value of a field, of the variant of its [`super::FieldType`]. It is displayed as it stands in a link.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldValue {
    /// The name of a choice.
    Choice(&'static str),
    /// Names of choices, in their order.
    ChoiceSet(Vec<&'static str>),
    /// An integer.
    Integer(u64),
    /// Integers.
    IntegerList(NumberList),
    /// A real number.
    Real(f64),
    /// The layers of a stack.
    Layers(Stack),
    /// The digest of a custom data set.
    Digest(DigestPrefix),
}

impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FieldValue::Choice(name) => f.write_str(name),
            FieldValue::ChoiceSet(names) => f.write_str(&names.join(",")),
            FieldValue::Integer(number) => write!(f, "{number}"),
            FieldValue::IntegerList(numbers) => write!(f, "{numbers}"),
            // In full it would have hundreds of zeros.
            FieldValue::Real(number) if *number != 0.0 && number.abs() < SMALLEST_IN_FULL => {
                write!(f, "{number:e}")
            }
            FieldValue::Real(number) => write!(f, "{number}"),
            FieldValue::Layers(stack) => write!(f, "{stack}"),
            FieldValue::Digest(digest) => write!(f, "{digest}"),
        }
    }
}

/// A Rust type that a field's value can be read as.
///
/// A field's type and its Rust type are declared together, so a value always has the variant that is expected. (The tests of
/// the registry hold that for every field.) Of another variant, `from_value` gives the type's zero.
pub trait TypedValue {
    /// Reads a value.
    fn from_value(value: &FieldValue) -> Self;
    /// Writes a value.
    fn to_value(&self) -> FieldValue;
}

impl TypedValue for u64 {
    fn from_value(value: &FieldValue) -> Self {
        match value {
            FieldValue::Integer(number) => *number,
            _ => 0,
        }
    }

    fn to_value(&self) -> FieldValue {
        FieldValue::Integer(*self)
    }
}

impl TypedValue for f64 {
    fn from_value(value: &FieldValue) -> Self {
        match value {
            FieldValue::Real(number) => *number,
            _ => 0.0,
        }
    }

    fn to_value(&self) -> FieldValue {
        FieldValue::Real(*self)
    }
}

impl TypedValue for bool {
    fn from_value(value: &FieldValue) -> Self {
        *value == FieldValue::Choice("on")
    }

    fn to_value(&self) -> FieldValue {
        FieldValue::Choice(if *self { "on" } else { "off" })
    }
}

impl TypedValue for NumberList {
    fn from_value(value: &FieldValue) -> Self {
        match value {
            FieldValue::IntegerList(numbers) => numbers.clone(),
            _ => NumberList::default(),
        }
    }

    fn to_value(&self) -> FieldValue {
        FieldValue::IntegerList(self.clone())
    }
}

impl TypedValue for Stack {
    fn from_value(value: &FieldValue) -> Self {
        match value {
            FieldValue::Layers(stack) => stack.clone(),
            _ => Stack::default(),
        }
    }

    fn to_value(&self) -> FieldValue {
        FieldValue::Layers(self.clone())
    }
}

impl TypedValue for DigestPrefix {
    fn from_value(value: &FieldValue) -> Self {
        match value {
            FieldValue::Digest(digest) => *digest,
            _ => DigestPrefix::default(),
        }
    }

    fn to_value(&self) -> FieldValue {
        FieldValue::Digest(*self)
    }
}

impl<T: Choice> TypedValue for T {
    fn from_value(value: &FieldValue) -> Self {
        let variant = match value {
            FieldValue::Choice(name) => T::from_name(name),
            _ => None,
        };
        variant.unwrap_or(T::VARIANTS[0])
    }

    fn to_value(&self) -> FieldValue {
        FieldValue::Choice(self.name())
    }
}

impl<T: Choice> TypedValue for ChoiceSet<T> {
    fn from_value(value: &FieldValue) -> Self {
        match value {
            FieldValue::ChoiceSet(names) => {
                let variants: Vec<T> = names.iter().filter_map(|name| T::from_name(name)).collect();
                ChoiceSet::of(&variants)
            }
            _ => ChoiceSet::none(),
        }
    }

    fn to_value(&self) -> FieldValue {
        FieldValue::ChoiceSet(self.iter().map(T::name).collect())
    }
}
