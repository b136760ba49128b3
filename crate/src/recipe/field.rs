//! A field: what a recipe's text, controls and documentation say about one of its values.

use std::marker::PhantomData;

use super::error::RecipeError;
use super::field_type::FieldType;
use super::fields::Recipe;
use super::stack::Stack;
use super::value::{FieldValue, TypedValue};

/// Where a field's control stands on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Which network.
    Network,
    /// Which data and how much of it.
    Data,
    /// How it is trained.
    Training,
    /// How long, and from which seed.
    Run,
}

impl Group {
    /// Its name for the page.
    pub fn name(self) -> &'static str {
        match self {
            Group::Network => "network",
            Group::Data => "data",
            Group::Training => "training",
            Group::Run => "run",
        }
    }
}

/// One field of a recipe.
#[derive(Debug)]
pub struct Field {
    /// Its name in the link.
    pub key: &'static str,
    /// Its label on the page.
    pub label: &'static str,
    /// One line of help.
    pub help: &'static str,
    /// Where its control stands.
    pub group: Group,
    /// What it may hold.
    pub field_type: FieldType,
    pub(super) access: Access,
}

/// Where a recipe keeps a field's value.
#[derive(Debug)]
pub(super) enum Access {
    /// In a member of [`Recipe`]: every recipe has it.
    Member {
        applies: fn(&Recipe) -> bool,
        get: fn(&Recipe) -> FieldValue,
        set: fn(&mut Recipe, &FieldValue),
    },
    /// Among the options of its network or of its data set.
    Option {
        /// The default, as in a link.
        default: &'static str,
    },
}

impl Field {
    /// A field of every recipe. The registry declares `model` and `data` by it, whose values are what it registers.
    pub const fn member(
        [key, label, help]: [&'static str; 3],
        group: Group,
        field_type: FieldType,
        get: fn(&Recipe) -> FieldValue,
        set: fn(&mut Recipe, &FieldValue),
    ) -> Self {
        Field {
            key,
            label,
            help,
            group,
            field_type,
            access: Access::Member {
                applies: |_| true,
                get,
                set,
            },
        }
    }

    /// Whether the field means anything in that recipe: momentum means nothing to Adam.
    pub fn applies(&self, recipe: &Recipe) -> bool {
        match self.access {
            Access::Member { applies, .. } => applies(recipe),
            Access::Option { .. } => recipe.has_option(self),
        }
    }

    /// The field's value.
    pub fn value(&self, recipe: &Recipe) -> FieldValue {
        match self.access {
            Access::Member { get, .. } => get(recipe),
            Access::Option { .. } => {
                let value = recipe.options.get(self.key).cloned();
                value.unwrap_or_else(|| self.default())
            }
        }
    }

    /// Sets the field's value, which must be one of its type.
    pub(super) fn set_value(&self, recipe: &mut Recipe, value: FieldValue) {
        match self.access {
            Access::Member { set, .. } => set(recipe, &value),
            // Defaults are not stored, so that recipes that mean the same are equal.
            Access::Option { .. } if value == self.default() => recipe.options.remove(self.key),
            Access::Option { .. } => recipe.options.insert(self.key, value),
        }
    }

    /// The field's text in a link.
    pub fn get(&self, recipe: &Recipe) -> String {
        self.value(recipe).to_string()
    }

    /// Sets the field from its text in a link.
    ///
    /// # Errors
    /// [`RecipeError::BadValue`] or [`RecipeError::Stack`] where the text is not allowed; the recipe is then as it was.
    pub fn set(&self, recipe: &mut Recipe, text: &str) -> Result<(), RecipeError> {
        if let Some(value) = self.field_type.parse(text) {
            self.set_value(recipe, value);
            return Ok(());
        }
        Err(match (self.field_type, Stack::parse(text)) {
            (FieldType::Layers, Err(error)) => RecipeError::Stack {
                key: self.key,
                error: Box::new(error),
            },
            _ => RecipeError::bad_value(self.key, text, &self.field_type.allowed()),
        })
    }

    /// The default of an option. (A test holds that every default can be parsed.)
    fn default(&self) -> FieldValue {
        let text = match self.access {
            Access::Option { default } => default,
            Access::Member { .. } => "",
        };
        let value = self.field_type.parse(text);
        value.unwrap_or(FieldValue::Integer(0))
    }
}

/// An option that some networks or data sets have, with values of the type `T`. It is declared beside them, and
/// [`Recipe::get`] reads its value.
#[derive(Debug)]
pub struct OptionField<T> {
    /// The field.
    pub field: Field,
    value: PhantomData<fn() -> T>,
}

impl<T: TypedValue> OptionField<T> {
    /// An option by its key, label and help.
    pub const fn new(
        [key, label, help]: [&'static str; 3],
        group: Group,
        field_type: FieldType,
        default: &'static str,
    ) -> Self {
        OptionField {
            field: Field {
                key,
                label,
                help,
                group,
                field_type,
                access: Access::Option { default },
            },
            value: PhantomData,
        }
    }
}

/// Declares options: `/// Help.`, then `NAME: Type = "key", "default", "Label", field_type;`. The doc comment is the help that
/// people read on the page.
macro_rules! options {
    ($group:ident; $( #[doc = $help:literal] $name:ident: $type:ty = $key:literal, $default:expr, $label:literal, $field_type:expr; )+) => { $(
        #[doc = $help]
        pub static $name: $crate::recipe::OptionField<$type> = $crate::recipe::OptionField::new(
            // A doc comment starts with a space.
            [$key, $label, $help.trim_ascii()],
            $crate::recipe::Group::$group,
            $field_type,
            $default,
        );
    )+ };
}
pub(crate) use options;
