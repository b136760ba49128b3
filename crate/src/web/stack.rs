//! Custom networks, for an editor: their layers, the shapes, and what is wrong with which layer.

use std::collections::BTreeMap;

use wasm_bindgen::prelude::*;

use super::types::{LayerKind, LayerNumber, Stack, StackError, StackLayer, to_js};
use crate::recipe::stack::kinds::{Default, Spec};
use crate::recipe::stack::{KINDS, Layer, Number, Placed, Stack as Layers};
use crate::recipe::{Choice, Data, Input, parse};

/// The kinds of layers that a custom network may have.
///
/// # Errors
/// Only those of the conversion to JavaScript.
#[wasm_bindgen(js_name = layerKinds, unchecked_return_type = "LayerKind[]")]
pub fn layer_kinds() -> Result<JsValue, JsValue> {
    let number = |number: &'static Number| LayerNumber {
        letter: number.letter,
        label: number.label,
        min: to_float(number, number.min),
        max: to_float(number, number.max),
        integer: !number.decimal,
        default: match number.default {
            Some(Default::Is(default)) => Some(to_float(number, default)),
            _ => None,
        },
        defaults_to_first: number.default == Some(Default::First),
    };
    let kind = |spec: &'static Spec| LayerKind {
        name: spec.name,
        label: spec.label,
        help: spec.help,
        example: spec.example,
        initial: Layers::parse(spec.example)
            .map(|stack| stack.layers.first().map(numbers_of).unwrap_or_default())
            .unwrap_or_default(),
        numbers: spec.numbers.iter().map(number).collect(),
        holds_layers: spec.holds_layers,
    };
    to_js(&KINDS.iter().map(kind).collect::<Vec<_>>())
}

/// A layer's number as a person writes it: decimal numbers are kept in thousandths.
fn to_float(number: &Number, value: u32) -> f64 {
    match number.decimal {
        true => f64::from(value) / 1000.0,
        false => f64::from(value),
    }
}

/// A layer's numbers, in the order of its kind.
fn numbers_of(layer: &Layer) -> Vec<f64> {
    let numbers = layer.kind.spec().numbers.iter().enumerate();
    numbers
        .map(|(index, number)| to_float(number, layer.number(index)))
        .collect()
}

/// The input of a network on a data set: by its name, or by the part of a link that names it.
fn input_of(data: &str) -> Input {
    let named = Data::named(data).map(Data::input);
    let linked = || parse(data).ok().map(|link| link.recipe.input());
    named.or_else(linked).unwrap_or(Data::Digits.input())
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
    let (placed, error) = stack.place(input.shape, input.classes);
    let mut by_number = BTreeMap::new();
    index_by_number(&placed, &mut by_number);
    let error = error.map(|error| StackError::from(&error));
    let faulty = error.as_ref().map(|error| error.layer);
    let mut count = 0;
    to_js(&Stack {
        layers: Some(layers_of(&stack.layers, &by_number, faulty, &mut count)),
        input: input.shape.into(),
        error,
    })
}

fn index_by_number<'a>(placed: &'a [Placed], by_number: &mut BTreeMap<usize, &'a Placed>) {
    for layer in placed {
        by_number.insert(layer.number, layer);
        index_by_number(&layer.inner, by_number);
    }
}

/// The layers for JavaScript. `faulty` is the number of the layer that does not fit, `count` how many layers came before.
fn layers_of(
    layers: &[Layer],
    placed: &BTreeMap<usize, &Placed>,
    faulty: Option<usize>,
    count: &mut usize,
) -> Vec<StackLayer> {
    let mut result = Vec::new();
    for layer in layers {
        *count += 1;
        let number = *count;
        let inner = layers_of(&layer.inner, placed, faulty, count);
        // The output shape of a block is unknown where a layer inside it does not fit.
        let is_known =
            |_: &&&Placed| !faulty.is_some_and(|faulty| (number..=*count).contains(&faulty));
        let inferred = placed.get(&number).filter(is_known);
        result.push(StackLayer {
            number,
            kind: layer.kind.spec().name,
            numbers: numbers_of(layer),
            shape: inferred.map(|layer| layer.to.sizes().to_vec()),
            parameters: inferred.map(|layer| layer.parameters()),
            layers: inner,
        });
    }
    result
}
