//! What a recipe can name. This module knows no network and no data set: each is declared beside its code, as a [`ModelSpec`]
//! or a [`DatasetSpec`], and whoever knows them all joins them in a [`Registry`].

use std::fmt;

use super::choice::ChoiceInfo;
use super::error::RecipeError;
use super::field::{Field, OptionField};
use super::fields::Recipe;
use super::input::Input;
use super::named::NamedRecipe;

/// A network, as far as a recipe knows it.
pub struct ModelSpec {
    /// Its name in a link, its label and help.
    pub info: ChoiceInfo,
    /// Its options, in the order of links and of the page.
    pub options: &'static [ModelOption],
    /// The name of the data set that it is trained on by default.
    pub data: &'static str,
    /// Makes its default recipe from the one that all networks share. A link says only what differs from it.
    pub defaults: fn(&mut Recipe),
    /// Recipes with a name, beside its own, in the order of the page.
    pub recipes: &'static [NamedRecipe],
    /// Checks what its options demand of each other and of the data set's images.
    pub check: fn(&Recipe) -> Result<(), RecipeError>,
    /// Whether it is trained with cross-entropy, whose labels can be smoothed.
    pub cross_entropy: bool,
}

impl ModelSpec {
    /// A network by its name, label and help, and by the data set that it is trained on by default. It has no options, no
    /// rules and no other recipes, and the default recipe that all share.
    pub const fn new([name, label, help]: [&'static str; 3], data: &'static str) -> Self {
        ModelSpec {
            info: ChoiceInfo { name, label, help },
            options: &[],
            data,
            defaults: |_| {},
            recipes: &[],
            check: |_| Ok(()),
            cross_entropy: true,
        }
    }

    /// Its name in a link.
    pub fn name(&self) -> &'static str {
        self.info.name
    }

    /// Its label on the page.
    pub fn label(&self) -> &'static str {
        self.info.label
    }
}

/// An option of a network.
#[derive(Clone, Copy)]
pub struct ModelOption {
    field: &'static Field,
    applies: fn(&Recipe) -> bool,
}

impl ModelOption {
    /// An option that always means something in the network's recipes.
    pub const fn new<T>(option: &'static OptionField<T>) -> Self {
        ModelOption {
            field: &option.field,
            applies: |_| true,
        }
    }

    /// Options that all always mean something.
    pub const fn all<const N: usize>(fields: [&'static Field; N]) -> [Self; N] {
        let mut options = [ModelOption {
            field: fields[0],
            applies: |_| true,
        }; N];
        let mut index = 0;
        while index < N {
            options[index].field = fields[index];
            index += 1;
        }
        options
    }

    /// The field.
    pub fn field(&self) -> &'static Field {
        self.field
    }

    /// The option, where it means something in some recipes of the network only.
    pub const fn only_if(self, applies: fn(&Recipe) -> bool) -> Self {
        ModelOption { applies, ..self }
    }
}

/// A data set, as far as a recipe knows it.
pub struct DatasetSpec {
    /// Its name in a link, its label and help.
    pub info: ChoiceInfo,
    /// Its options, in the order of links and of the page.
    pub options: &'static [&'static Field],
    /// Its images and classes, as networks take them.
    pub input: InputSpec,
    /// How many training examples a recipe may ask for.
    pub max_examples: u64,
}

/// A data set's images and classes.
#[derive(Clone, Copy, Debug)]
pub enum InputSpec {
    /// The same in every recipe.
    Fixed(Input),
    /// As the options of the data set say.
    Options(fn(&Recipe) -> Input),
}

impl DatasetSpec {
    /// Its name in a link.
    pub fn name(&self) -> &'static str {
        self.info.name
    }

    /// Its label on the page.
    pub fn label(&self) -> &'static str {
        self.info.label
    }
}

/// Declarations are the same where they have the same name: a registry has each name once.
macro_rules! equal_by_name {
    ($($spec:ident)+) => { $(
        impl PartialEq for $spec {
            fn eq(&self, other: &Self) -> bool {
                self.info.name == other.info.name
            }
        }

        impl fmt::Debug for $spec {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.info.name)
            }
        }
    )+ };
}
equal_by_name! { ModelSpec DatasetSpec }

impl Recipe {
    /// Whether its network or its data set has that option, and it means something beside the other values.
    pub(super) fn has_option(&self, field: &Field) -> bool {
        let mut of_model = self.model.options.iter();
        let mut of_data = self.data.options.iter();
        of_model.any(|option| option.field.key == field.key && (option.applies)(self))
            || of_data.any(|option| option.key == field.key)
    }
}

/// Every network, every data set, and all of their options.
#[derive(Debug)]
pub struct Registry {
    /// The networks, in the order of the page. A link that names none means the first.
    pub models: &'static [&'static ModelSpec],
    /// The data sets, in the order of the page.
    pub datasets: &'static [&'static DatasetSpec],
    /// Every field in the order of links, in lists one after the other.
    pub fields: &'static [&'static [&'static Field]],
    /// Why no network has that name, as the end of a sentence, where more can be said of it.
    pub why_no_model: fn(&str) -> Option<String>,
}

impl Registry {
    /// Every field, in the order of links and of the page.
    pub fn fields(&self) -> impl Iterator<Item = &'static Field> {
        let lists = std::hint::black_box(self.fields);
        lists.iter().copied().flatten().copied()
    }

    /// The field of that key.
    #[inline(never)]
    pub fn field(&self, key: &str) -> Option<&'static Field> {
        self.fields().find(|field| field.key == key)
    }

    /// The network of that name.
    // The list is hidden from the compiler, for a comparison with each of its names would be code of its own.
    #[inline(never)]
    pub fn model(&self, name: &str) -> Option<&'static ModelSpec> {
        std::hint::black_box(self.models)
            .iter()
            .copied()
            .find(|model| model.name() == name)
    }

    /// The data set of that name.
    #[inline(never)]
    pub fn dataset(&self, name: &str) -> Option<&'static DatasetSpec> {
        std::hint::black_box(self.datasets)
            .iter()
            .copied()
            .find(|data| data.name() == name)
    }

    /// A network's default recipe.
    pub fn default_recipe(&self, model: &'static ModelSpec) -> Recipe {
        // A test holds that every network names a data set that there is, so that the first is never taken.
        let data = self.dataset(model.data).unwrap_or(self.datasets[0]);
        Recipe::new(model, data)
    }
}
