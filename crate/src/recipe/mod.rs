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

pub mod choices;
pub mod defaults;
pub mod error;
pub mod fields;
pub mod fingerprint;
pub mod input;
pub mod link;
pub mod marks;
pub mod rules;
pub mod several;
pub mod stack;
pub mod versions;
pub mod widths;

pub use choices::{
    Act, Channels, Choice, Data, Decay, Head, Model, Norm, Operation, Opt, Pool, Schedule,
    Shortcut, Size, Skip, Stem, Switch,
};
pub use error::RecipeError;
pub(crate) use error::shorten;
pub use fields::{FIELDS, Field, Group, Kind, Recipe};
pub use fingerprint::Fingerprint;
pub use input::{Input, Scale};
pub use link::{Link, MAX_LINK, parse};
pub use marks::{MOST_MARKS, mark_steps, marks_of, marks_text};
pub use several::Several;
pub use stack::Stack;
pub use versions::VERSION;
pub use widths::Widths;
