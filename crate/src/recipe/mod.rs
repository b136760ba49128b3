//! The recipe: all that decides a run, as pure data.
//!
//! A [`Recipe`] says which network is trained on which data, how, for how long and from which seed. Two runs of one recipe on
//! the CPU engine are the same run. Which engine computes it is no part of it.
//!
//! This module is the machinery. It knows no network and no data set: each is declared beside its own code, with its options
//! and defaults, and [`crate::registry`] joins them.
//!
//! - [`fields`]: the recipe, and the fields that every recipe has; [`field`]: what a field is
//! - [`field_type`]: what a field may hold; [`value`]: its value; [`choice`], [`choice_set`], [`number_list`],
//!   [`digest_prefix`], [`stack`]: types of values
//! - [`choices`]: the choices that every recipe has
//! - [`registry`]: what a network and a data set declare of themselves
//! - [`named`]: recipes with a name, beside a network's own
//! - [`input`]: what a data set gives to a network
//! - [`link`]: the recipe as text in a URL fragment; [`marks`]: what a checked link carries beside it
//! - `damage`: links that were changed on their way
//! - [`sweep`]: many links in one text
//! - [`versions`]: what each version of the recipe means
//! - [`error`]: what can be wrong with a link, as sentences

pub mod choice;
pub mod choice_set;
pub mod choices;
mod damage;
pub mod digest_prefix;
pub mod error;
pub mod field;
pub mod field_type;
pub mod fields;
pub mod input;
pub mod link;
pub mod marks;
pub mod named;
pub mod number_list;
mod option_values;
pub mod registry;
pub mod stack;
pub mod sweep;
pub mod value;
pub mod versions;

pub(crate) use choice::choice;
pub use choice::{Choice, ChoiceInfo};
pub use choice_set::ChoiceSet;
pub use choices::{
    Augmentation, Averaging, DecayScope, OptimizerKind, Padding, Schedule, TestTimeAugmentation,
};
pub use digest_prefix::DigestPrefix;
pub use error::RecipeError;
pub(crate) use error::shorten;
pub(crate) use field::options;
pub use field::{Field, Group, OptionField};
pub use field_type::{FieldType, SWITCH};
pub use fields::{FIELDS, Recipe};
pub use input::{Input, Normalization};
pub use link::{Link, MAX_LINK};
pub use marks::{MAX_MARKS, mark_steps, marks_of, marks_text};
pub use named::NamedRecipe;
pub use number_list::NumberList;
pub use registry::{DatasetSpec, InputSpec, ModelOption, ModelSpec, Registry};
pub use stack::Stack;
pub use value::{FieldValue, TypedValue};
pub use versions::VERSION;
