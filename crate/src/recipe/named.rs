//! Recipes that have a name: what else a network can be trained by, beside its own recipe.

use super::choice::ChoiceInfo;
use super::registry::ModelSpec;
use super::versions::VERSION;

/// A recipe with a name, declared beside its network. Tests hold that each is a link's canonical text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedRecipe {
    /// Its name for the command, its label on the page, and what it is, in sentences.
    pub info: ChoiceInfo,
    /// What differs from the network's own recipe, as in a link; empty for its own.
    pub changes: &'static str,
}

impl NamedRecipe {
    /// The network's own recipe, which every network has.
    pub const OWN: NamedRecipe = new(
        "own",
        "Own",
        "The network's own recipe: what a link means that names the network alone.",
        "",
    );

    /// What the paper trained, as near as the data allow, and what differs.
    pub const fn paper(help: &'static str, changes: &'static str) -> Self {
        new("paper", "Paper", help, changes)
    }

    /// The fewest seconds to an accuracy, which its help states with the data set.
    pub const fn quick(help: &'static str, changes: &'static str) -> Self {
        new("quick", "Quick", help, changes)
    }

    /// Another such recipe of the same network, to another accuracy or on other data: its name begins with "quick-".
    pub const fn quick_to([name, label, help]: [&'static str; 3], changes: &'static str) -> Self {
        new(name, label, help, changes)
    }

    /// Under 20 seconds on two cores, for lessons.
    pub const fn tiny(help: &'static str, changes: &'static str) -> Self {
        new("tiny", "Tiny", help, changes)
    }

    /// The canonical link of that network's recipe.
    pub fn link(&self, model: &ModelSpec) -> String {
        let separator = if self.changes.is_empty() { "" } else { "&" };
        let (name, changes) = (model.name(), self.changes);
        format!("model={name}{separator}{changes}&v={VERSION}")
    }
}

const fn new(
    name: &'static str,
    label: &'static str,
    help: &'static str,
    changes: &'static str,
) -> NamedRecipe {
    NamedRecipe {
        info: ChoiceInfo { name, label, help },
        changes,
    }
}

impl ModelSpec {
    /// Every recipe that has a name, the network's own first.
    pub fn all_recipes(&self) -> impl Iterator<Item = &NamedRecipe> {
        [&NamedRecipe::OWN].into_iter().chain(self.recipes)
    }
}
