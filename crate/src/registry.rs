//! The registry: the networks of the [`zoo`] and the data sets of [`data`], joined into what a recipe
//! can name.
//!
//! [`recipe`](crate::recipe) has the machinery and knows no network; networks and data sets declare their options beside their
//! code. Here they come together in the one list of fields that drives links and the page's controls.

use crate::recipe::link;
use crate::recipe::{
    FIELDS, Field, FieldType, FieldValue, Group, Link, Recipe, RecipeError, Registry,
};
use crate::{data, zoo};

/// Every network, every data set and every field.
pub static REGISTRY: Registry = Registry {
    models: &zoo::registry::MODELS,
    datasets: &data::registry::SPECS,
    fields: &[
        &[&MODEL],
        zoo::registry::OPTIONS,
        &[&DATA],
        data::registry::OPTIONS,
        FIELDS,
    ],
    why_no_model: zoo::registry::why_no_model,
};

static MODEL: Field = Field::member(
    ["model", "Network", "The network that is trained."],
    Group::Network,
    FieldType::Choice(&zoo::registry::CHOICES),
    |recipe| FieldValue::Choice(recipe.model.name()),
    |recipe, value| {
        if let FieldValue::Choice(name) = value
            && let Some(model) = REGISTRY.model(name)
        {
            recipe.model = model;
        }
    },
);

static DATA: Field = Field::member(
    ["data", "Data", "What it is trained on and tested with."],
    Group::Data,
    FieldType::Choice(&data::registry::CHOICES),
    |recipe| FieldValue::Choice(recipe.data.name()),
    |recipe, value| {
        if let FieldValue::Choice(name) = value
            && let Some(data) = REGISTRY.dataset(name)
        {
            recipe.data = data;
        }
    },
);

/// Parses a link's text: what stands behind `#`.
///
/// # Errors
/// [`RecipeError`], naming the key, its value and what is allowed.
pub fn parse(text: &str) -> Result<Link, RecipeError> {
    let link = link::parse(text, &REGISTRY)?;
    zoo::registry::check_freeze(&link.recipe)?;
    Ok(link)
}

/// Every field, in the order of links and of the page.
pub fn fields() -> impl Iterator<Item = &'static Field> {
    REGISTRY.fields()
}

/// The default recipe of every network, in the order of the page.
pub fn default_recipes() -> impl Iterator<Item = Recipe> {
    let models = REGISTRY.models.iter().copied();
    models.map(|model| REGISTRY.default_recipe(model))
}

/// The default recipe of the network of that name.
pub fn default_recipe(model: &str) -> Option<Recipe> {
    let model = REGISTRY.model(model)?;
    Some(REGISTRY.default_recipe(model))
}

#[cfg(test)]
mod tests;
