//! The recipe: all that decides a run, as pure data.
//!
//! A [`Recipe`] says which network is trained on which data, how, for how long and from which seed. Two runs of
//! one recipe on the CPU engine are the same run. Which engine computes it is no part of it.
//!
//! - [`fields`]: every field, declared once; the declaration drives all the rest
//! - [`choices`]: what the fields that are a choice may be
//! - [`rules`]: which values do not go together
//! - [`several`]: several values of a choice in one field; [`widths`]: several numbers
//! - [`fingerprint`]: which data is meant, by its digest
//! - [`stack`]: a network of one's own, in one field
//! - [`input`]: what each data set gives to a network
//! - [`defaults`]: what each network starts from
//! - [`link`]: the recipe as text in a URL fragment, and back; [`marks`]: what a checked link carries beside it
//! - [`versions`]: what each version of the recipe means
//! - [`error`]: what can be wrong with a link, as sentences

pub mod choice_set;
pub mod choices;
pub mod defaults;
pub mod digest_prefix;
pub mod error;
pub mod fields;
pub mod input;
pub mod link;
pub mod marks;
pub mod number_list;
pub mod rules;
pub mod stack;
pub mod versions;

pub use choice_set::ChoiceSet;
pub use choices::{
    Activation, Augmentation, Channels, Choice, Data, DecayScope, Head, Model, Norm, OptimizerKind,
    Pool, Schedule, Shortcut, Size, Skip, Stem, Switch,
};
pub use digest_prefix::DigestPrefix;
pub use error::RecipeError;
pub(crate) use error::shorten;
pub use fields::{FIELDS, Field, Group, Kind, Recipe};
pub use input::{Input, Scale};
pub use link::{Link, MAX_LINK, parse};
pub use marks::{MAX_MARKS, mark_steps, marks_of, marks_text};
pub use number_list::NumberList;
pub use stack::Stack;
pub use versions::VERSION;
