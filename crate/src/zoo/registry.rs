//! The registry: each network is declared in its file, and listed here.

use super::graph::Graph;
use super::{
    airbench, alexnet, densenet, googlenet, lenet5, lenet5_1998, mlp, options, resnet, stack, vgg,
    vit,
};
use crate::recipe::{ChoiceInfo, Field, ModelSpec, Recipe, RecipeError};

/// The networks of one file.
#[derive(Debug)]
pub struct Family {
    /// What recipes know of them: their names, options, default recipes and rules.
    pub models: &'static [ModelSpec],
    /// The graph of a recipe's network.
    pub graph: fn(&Recipe) -> Graph,
}

/// Every network, in the order of the page.
pub static FAMILIES: [&Family; 11] = [
    &lenet5::FAMILY,
    &mlp::FAMILY,
    &lenet5_1998::FAMILY,
    &resnet::FAMILY,
    &alexnet::FAMILY,
    &vgg::FAMILY,
    &googlenet::FAMILY,
    &densenet::FAMILY,
    &vit::FAMILY,
    &airbench::FAMILY,
    &stack::FAMILY,
];

/// Every option of a network, in the order of links and of the page.
pub static OPTIONS: &[&Field] = &[
    &resnet::SKIP.field,
    &stack::LAYERS.field,
    &resnet::SHORTCUT.field,
    &mlp::WIDTHS.field,
    &options::ACT.field,
    &alexnet::GROUPS.field,
    &alexnet::LRN.field,
    &vgg::NORM.field,
    &vgg::HEAD.field,
    &googlenet::AUX.field,
    &googlenet::REDUCE.field,
    &densenet::GROWTH.field,
    &options::DEPTH.field,
    &vit::STEM.field,
    &vit::PATCH.field,
    &vit::DIM.field,
    &vit::HEADS.field,
    &vit::POOL.field,
    &airbench::WIDTH.field,
    &airbench::WHITEN.field,
    &options::DROPOUT.field,
];

const COUNT: usize = {
    let mut count = 0;
    let mut family = 0;
    while family < FAMILIES.len() {
        count += FAMILIES[family].models.len();
        family += 1;
    }
    count
};

/// What recipes know of each network.
pub static MODELS: [&ModelSpec; COUNT] = {
    let mut models = [&FAMILIES[0].models[0]; COUNT];
    let (mut index, mut family) = (0, 0);
    while family < FAMILIES.len() {
        let mut model = 0;
        while model < FAMILIES[family].models.len() {
            models[index] = &FAMILIES[family].models[model];
            index += 1;
            model += 1;
        }
        family += 1;
    }
    models
};

/// The name, label and help of each network.
pub static CHOICES: [ChoiceInfo; COUNT] = {
    let mut choices = [MODELS[0].info; COUNT];
    let mut index = 0;
    while index < COUNT {
        choices[index] = MODELS[index].info;
        index += 1;
    }
    choices
};

/// The graph of a recipe's network.
pub fn build_graph(recipe: &Recipe) -> Graph {
    let mut families = FAMILIES.into_iter();
    let family = families.find(|family| family.models.contains(recipe.model));
    // A recipe names a network of the list, so that the first is never taken.
    let mut graph = (family.unwrap_or(FAMILIES[0]).graph)(recipe);
    if recipe.freeze > 0 {
        graph.freeze_first(recipe.freeze as usize);
    }
    graph
}

/// Checks that a recipe leaves layers to train.
///
/// # Errors
/// [`RecipeError::BadValue`], which says how many it may freeze.
pub fn check_freeze(recipe: &Recipe) -> Result<(), RecipeError> {
    let freeze = recipe.freeze;
    if freeze == 0 {
        return Ok(());
    }
    let graph = build_graph(recipe);
    let layers = graph.layers_with_parameters();
    if freeze < layers as u64 {
        return Ok(());
    }
    let allowed = format!(
        "a whole number from 0 to {} with {}, which has {layers} layers with weights: one must be left to train",
        layers.saturating_sub(1),
        graph.summary().title
    );
    Err(RecipeError::bad_value(
        "freeze",
        &freeze.to_string(),
        &allowed,
    ))
}

/// The number of layers by which a network is named: 20 of `resnet-20`. A test holds that it is there.
pub(super) fn layers_in_name(model: &ModelSpec) -> usize {
    let number = model.name().rsplit('-').next();
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Why no network has that name, as the end of a sentence, where more can be said of it.
pub fn why_no_model(name: &str) -> Option<String> {
    resnet::why_no_model(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::default_recipes;
    use crate::zoo::loss::Loss;

    #[test]
    fn options_are_those_of_the_networks_in_one_order() {
        let position = |key: &str| OPTIONS.iter().position(|field| field.key == key);
        let mut used = vec![false; OPTIONS.len()];
        for model in MODELS {
            let options = model.options.iter().map(|option| option.field().key);
            let positions: Vec<_> = options.map(|key| position(key).unwrap()).collect();
            assert!(positions.is_sorted(), "{model:?}");
            for position in positions {
                used[position] = true;
            }
        }
        assert!(used.iter().all(|used| *used), "{used:?}");
    }

    #[test]
    fn networks_of_a_family_are_named_by_their_layers() {
        for family in FAMILIES.iter().filter(|family| family.models.len() > 1) {
            for model in family.models {
                let layers = layers_in_name(model).to_string();
                assert!(model.name().ends_with(&format!("-{layers}")), "{model:?}");
                assert!(model.label().ends_with(&format!("-{layers}")), "{model:?}");
            }
        }
    }

    #[test]
    fn label_smoothing_is_of_networks_with_cross_entropy() {
        for recipe in default_recipes() {
            let graph = build_graph(&recipe);
            let is_cross_entropy = matches!(graph.loss(), Loss::CrossEntropy);
            assert_eq!(recipe.model.cross_entropy, is_cross_entropy, "{recipe:?}");
        }
    }
}
