//! Custom networks, for an editor: their layers, the shapes, and what is wrong with which layer.

use std::collections::BTreeMap;

use wasm_bindgen::prelude::*;

use super::types::{LayerKind, LayerNumber, Stack, StackError, StackLayer, to_js};
use crate::recipe::Input;
use crate::recipe::stack::{
    Argument, ArgumentDefault, LAYER_KINDS, Layer, LayerSpec, ShapedLayer, Stack as Layers,
};
use crate::registry::{REGISTRY, parse};

/// The kinds of layers that a custom network may have.
///
/// # Errors
/// Only those of the conversion to JavaScript.
#[wasm_bindgen(js_name = layerKinds, unchecked_return_type = "LayerKind[]")]
pub fn layer_kinds() -> Result<JsValue, JsValue> {
    let number = |argument: &'static Argument| LayerNumber {
        letter: argument.letter,
        label: argument.label,
        min: to_float(argument, argument.min),
        max: to_float(argument, argument.max),
        integer: !argument.is_decimal,
        default: match argument.default {
            Some(ArgumentDefault::Constant(default)) => Some(to_float(argument, default)),
            _ => None,
        },
        defaults_to_first: argument.default == Some(ArgumentDefault::FirstArgument),
    };
    let kind = |spec: &'static LayerSpec| LayerKind {
        name: spec.name,
        label: spec.label,
        help: spec.help,
        example: spec.example,
        initial: Layers::parse(spec.example)
            .map(|stack| stack.layers.first().map(numbers_of).unwrap_or_default())
            .unwrap_or_default(),
        numbers: spec.arguments.iter().map(number).collect(),
        holds_layers: spec.is_block,
    };
    to_js(&LAYER_KINDS.iter().map(kind).collect::<Vec<_>>())
}

/// A layer's number as a person writes it: decimal numbers are kept in thousandths.
fn to_float(argument: &Argument, value: u32) -> f64 {
    match argument.is_decimal {
        true => f64::from(value) / 1000.0,
        false => f64::from(value),
    }
}

/// A layer's numbers, in the order of its kind.
fn numbers_of(layer: &Layer) -> Vec<f64> {
    let arguments = layer.kind.spec().arguments.iter().enumerate();
    arguments
        .map(|(index, argument)| to_float(argument, layer.argument(index)))
        .collect()
}

/// The input of a network on a data set: by its name, or by the part of a link that names it.
fn input_of(data: &str) -> Input {
    let link = match REGISTRY.dataset(data) {
        Some(_) => parse(&format!("data={data}")),
        None => parse(data),
    };
    let recipe = link.map(|link| link.recipe);
    let default = |_| REGISTRY.default_recipe(REGISTRY.models[0]);
    recipe.unwrap_or_else(default).input()
}

/// Reads the text of a custom network, and infers the output shapes of its layers on the images of a data set: `data` is its
/// name, or names it as a link does (`data=own&classes=3`). What is wrong with the network is part of the result, not thrown.
///
/// # Errors
/// Only those of the conversion to JavaScript.
#[wasm_bindgen(js_name = readStack, unchecked_return_type = "Stack")]
pub fn read_stack(text: &str, data: &str) -> Result<JsValue, JsValue> {
    let input = input_of(data);
    let stack = match Layers::parse(text) {
        Ok(stack) => stack,
        Err(error) => {
            return to_js(&Stack {
                layers: None,
                input: input.shape.into(),
                error: Some(StackError::from(&error)),
            });
        }
    };
    let (shaped, error) = stack.infer_shapes(input.shape, input.classes);
    let mut by_number = BTreeMap::new();
    index_by_number(&shaped, &mut by_number);
    let error = error.map(|error| StackError::from(&error));
    let faulty = error.as_ref().map(|error| error.layer);
    let mut count = 0;
    to_js(&Stack {
        layers: Some(layers_of(&stack.layers, &by_number, faulty, &mut count)),
        input: input.shape.into(),
        error,
    })
}

fn index_by_number<'a>(
    shaped: &'a [ShapedLayer],
    by_number: &mut BTreeMap<usize, &'a ShapedLayer>,
) {
    for layer in shaped {
        by_number.insert(layer.number, layer);
        index_by_number(&layer.inner, by_number);
    }
}

/// The layers for JavaScript. `faulty` is the number of the layer that does not fit, `count` how many layers came before.
fn layers_of(
    layers: &[Layer],
    shaped: &BTreeMap<usize, &ShapedLayer>,
    faulty: Option<usize>,
    count: &mut usize,
) -> Vec<StackLayer> {
    let mut result = Vec::new();
    for layer in layers {
        *count += 1;
        let number = *count;
        let inner = layers_of(&layer.inner, shaped, faulty, count);
        // The output shape of a block is unknown where a layer inside it does not fit.
        let is_known =
            |_: &&&ShapedLayer| !faulty.is_some_and(|faulty| (number..=*count).contains(&faulty));
        let inferred = shaped.get(&number).filter(is_known);
        result.push(StackLayer {
            number,
            kind: layer.kind.spec().name,
            numbers: numbers_of(layer),
            shape: inferred.map(|layer| layer.output.sizes().to_vec()),
            parameters: inferred.map(|layer| layer.parameters()),
            layers: inner,
        });
    }
    result
}
