//! Links, fields and descriptions.

use wasm_bindgen::prelude::*;

use super::error::thrown;
use super::types::{Choice, Description, Field, FieldKind, LayerInfo, ParsedLink, out};
use crate::recipe::{FIELDS, Kind, Recipe, parse as parse_link};
use crate::zoo::Network;

/// Every field of the recipe, in the order of the page.
///
/// # Errors
/// None but those of the conversion.
#[wasm_bindgen(unchecked_return_type = "Field[]")]
pub fn fields() -> Result<JsValue, JsValue> {
    let kind = |kind: &Kind| match *kind {
        Kind::Choice(all) => FieldKind::Choice {
            choices: all()
                .into_iter()
                .map(|(value, label, help)| Choice { value, label, help })
                .collect(),
        },
        Kind::Whole { min, max } => FieldKind::Number {
            min: min as f64,
            max: max as f64,
            integer: true,
            log: false,
        },
        Kind::Real { min, max, log } => FieldKind::Number {
            min,
            max,
            integer: false,
            log,
        },
    };
    let fields: Vec<_> = FIELDS
        .iter()
        .map(|field| Field {
            key: field.key,
            label: field.label,
            help: field.help(),
            group: field.group.name(),
            kind: kind(&field.kind),
        })
        .collect();
    out(&fields)
}

/// Reads a link.
///
/// # Errors
/// Kind "recipe": the sentence names the key, its value and what is allowed.
#[wasm_bindgen(unchecked_return_type = "ParsedLink")]
pub fn parse(link: &str) -> Result<JsValue, JsValue> {
    let link = parse_link(link).map_err(thrown)?;
    let recipe = link.recipe;
    let defaults = Recipe::of(recipe.model);
    let applying = || FIELDS.iter().filter(|field| (field.applies)(&recipe));
    out(&ParsedLink {
        link: recipe.link(),
        values: applying()
            .map(|field| (field.key, field.get(&recipe)))
            .collect(),
        defaults: applying()
            .map(|field| (field.key, field.get(&defaults)))
            .collect(),
        notices: link.notices,
        check: link.check,
    })
}

/// Describes a link's network.
///
/// # Errors
/// Those of [`parse`].
#[wasm_bindgen(unchecked_return_type = "Description")]
pub fn describe(link: &str) -> Result<JsValue, JsValue> {
    let recipe = parse_link(link).map_err(thrown)?.recipe;
    let about = Network::about(&recipe);
    out(&Description {
        title: about.title,
        paper: about.paper,
        parameters: about.parameters(),
        multiply_adds: about.multiply_adds() as f64,
        layers: about
            .layers
            .into_iter()
            .map(|layer| LayerInfo {
                name: layer.name,
                kind: layer.kind,
                shape: layer.shape,
                parameters: layer.parameters,
                multiply_adds: layer.multiply_adds as f64,
            })
            .collect(),
    })
}
