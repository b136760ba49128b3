//! Links, fields and descriptions.

use wasm_bindgen::prelude::*;

use super::error::to_js_error;
use super::types::{
    CheckpointInfo, Choice, Description, Field, FieldKind, FileScore, LayerInfo, NamedRecipe,
    ParsedLink, RunFile, to_js,
};
use crate::data;
use crate::lab::files::checkpoint::{Checkpoint, CheckpointHeader};
use crate::lab::{self, check_network};
use crate::recipe::{ChoiceInfo, FieldType};
use crate::registry::{self, REGISTRY, parse as parse_link};
use crate::zoo::build_graph;

/// Every field of the recipe, in the order of the page.
///
/// # Errors
/// Only those of the conversion to JavaScript.
#[wasm_bindgen(unchecked_return_type = "Field[]")]
pub fn fields() -> Result<JsValue, JsValue> {
    let kind = |field_type: FieldType| match field_type {
        FieldType::Choice(choices) => FieldKind::Choice {
            choices: to_choices(choices),
        },
        FieldType::ChoiceSet(choices) => FieldKind::ChoiceSet {
            choices: to_choices(choices),
        },
        FieldType::Integer { min, max } => FieldKind::Number {
            min: min as f64,
            max: max as f64,
            integer: true,
            log: false,
        },
        FieldType::IntegerList { min, max, max_len } => FieldKind::NumberList {
            min: min as f64,
            max: max as f64,
            max_length: max_len,
        },
        FieldType::Real { min, max, log } => FieldKind::Number {
            min,
            max,
            integer: false,
            log,
        },
        FieldType::Layers => FieldKind::Layers,
        FieldType::Digest => FieldKind::Digest,
    };
    let fields: Vec<_> = registry::fields()
        .map(|field| Field {
            key: field.key,
            label: field.label,
            help: field.help,
            group: field.group.name(),
            kind: kind(field.field_type),
        })
        .collect();
    to_js(&fields)
}

fn to_choices(choices: &[ChoiceInfo]) -> Vec<Choice> {
    let choices = choices.iter().map(|choice| Choice {
        value: choice.name,
        label: choice.label,
        help: choice.help,
    });
    choices.collect()
}

/// Parses a link. A data set that its network cannot be trained on is an error here, before it is fetched.
///
/// # Errors
/// Kind "recipe": the sentence names the key, its value and what is allowed, or why network and data do not fit.
#[wasm_bindgen(unchecked_return_type = "ParsedLink")]
pub fn parse(link: &str) -> Result<JsValue, JsValue> {
    let link = parse_link(link).map_err(to_js_error)?;
    let recipe = link.recipe;
    check_network(&recipe, &data::info(&recipe)).map_err(to_js_error)?;
    let defaults = REGISTRY.default_recipe(recipe.model);
    let applying = || registry::fields().filter(|field| field.applies(&recipe));
    to_js(&ParsedLink {
        link: recipe.link(),
        values: applying()
            .map(|field| (field.key, field.get(&recipe)))
            .collect(),
        defaults: applying()
            .map(|field| (field.key, field.get(&defaults)))
            .collect(),
        notices: link.notices,
        marked: !link.marks.is_empty(),
        version: link.version as f64,
        check: link.check,
    })
}

/// The links that a sweep's text stands for, each of them checked.
///
/// # Errors
/// Kind "recipe": what is wrong with the text, or with which of its links.
#[wasm_bindgen(js_name = readSweep, unchecked_return_type = "Sweep")]
pub fn read_sweep(text: &str) -> Result<JsValue, JsValue> {
    to_js(&lab::sweep::read_sweep(text).map_err(to_js_error)?)
}

/// Reads a checkpoint's header.
///
/// # Errors
/// Kind "checkpoint", where it is none.
#[wasm_bindgen(js_name = readCheckpoint, unchecked_return_type = "CheckpointInfo")]
pub fn read_checkpoint(file: &[u8]) -> Result<JsValue, JsValue> {
    let file = Checkpoint::open(file).map_err(to_js_error)?;
    let header = CheckpointHeader::read(&file).map_err(to_js_error)?;
    // The file may hold any text: it is parsed as every link is.
    let link = parse_link(&header.link).map_err(to_js_error)?.recipe.link();
    to_js(&CheckpointInfo {
        link,
        step: header.steps as f64,
        engine: header.engine.name(),
        handed_over: header.handed_over.map(|step| step as f64),
        digest: header.digest,
    })
}

/// Describes a link's network.
///
/// # Errors
/// Those of [`parse`].
#[wasm_bindgen(unchecked_return_type = "Description")]
pub fn describe(link: &str) -> Result<JsValue, JsValue> {
    let recipe = parse_link(link).map_err(to_js_error)?.recipe;
    let graph = build_graph(&recipe);
    let summary = graph.summary();
    let (stack, without) = match graph.to_stack_text() {
        Some(text) => (Some(text.layers), text.without),
        None => (None, Vec::new()),
    };
    let layers = summary.layers.iter().enumerate();
    let layers = layers.map(|(index, layer)| LayerInfo {
        name: layer.name.clone(),
        kind: layer.kind.clone(),
        inputs: summary.inputs(index),
        shape: layer.shape.clone(),
        parameters: layer.parameters,
        multiply_adds: layer.multiply_adds as f64,
    });
    let recipes = recipe.model.all_recipes().map(|named| NamedRecipe {
        name: named.info.name,
        label: named.info.label,
        help: named.info.help,
        link: named.link(recipe.model),
    });
    to_js(&Description {
        parameters: summary.parameters(),
        multiply_adds: summary.multiply_adds() as f64,
        year: summary.year(),
        layers: layers.collect(),
        recipes: recipes.collect(),
        title: summary.title,
        paper: summary.paper,
        input: summary.input,
        stack,
        without,
    })
}

/// Reads a run file. One whose network cannot be trained on its data is refused, as a link is.
///
/// # Errors
/// Kind "file": what is wrong with it.
#[wasm_bindgen(js_name = readRunFile, unchecked_return_type = "RunFile")]
pub fn read_run_file(text: &str) -> Result<JsValue, JsValue> {
    let file = lab::RunFile::from_json(text).map_err(to_js_error)?;
    let recipe = file.recipe().map_err(to_js_error)?;
    check_network(&recipe, &data::info(&recipe)).map_err(to_js_error)?;
    let losses = file.trace.losses();
    to_js(&RunFile {
        steps: file.steps as f64,
        losses: js_sys::Float32Array::from(losses.as_slice()),
        scores: file.scores.iter().copied().map(FileScore::from).collect(),
        validation: file.validation.map(FileScore::from),
        exact: file.engine.is_exact(),
        engine: file.engine.label,
        data: file.data.title,
        digest: file.data.digest,
        seconds: file.timings.seconds,
        version: file.versions.recipe as f64,
        compiler: file.versions.compiler.map(|compiler| compiler.to_string()),
        link: file.link,
        check: file.check,
    })
}
