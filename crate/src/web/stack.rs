//! Networks of one's own, for an editor: their layers, their shapes, and what is wrong with which.

use std::collections::BTreeMap;

use wasm_bindgen::prelude::*;

use super::types::{LayerKind, LayerNumber, Stack, StackError, StackLayer, to_js};
use crate::recipe::stack::kinds::{Default, Spec};
use crate::recipe::stack::{KINDS, Layer, Number, Placed, Stack as Layers};
use crate::recipe::{Choice, Data, Input, parse};

/// The kinds of layers that a network of one's own may have.
///
/// # Errors
/// Only those of the conversion to JavaScript.
#[wasm_bindgen(js_name = layerKinds, unchecked_return_type = "LayerKind[]")]
pub fn layer_kinds() -> Result<JsValue, JsValue> {
    let number = |number: &'static Number| LayerNumber {
        letter: number.letter,
        label: number.label,
        min: value(number, number.min),
        max: value(number, number.max),
        integer: !number.decimal,
        usual: match number.default {
            Some(Default::Is(usual)) => Some(value(number, usual)),
            _ => None,
        },
        usually_first: number.default == Some(Default::First),
    };
    let kind = |spec: &'static Spec| LayerKind {
        name: spec.name,
        label: spec.label,
        help: spec.help,
        example: spec.example,
        start: Layers::parse(spec.example)
            .map(|stack| stack.layers.first().map(values).unwrap_or_default())
            .unwrap_or_default(),
        numbers: spec.numbers.iter().map(number).collect(),
        holds_layers: spec.holds_layers,
    };
    to_js(&KINDS.iter().map(kind).collect::<Vec<_>>())
}

/// A layer's number as a person writes it.
fn value(number: &Number, value: u32) -> f64 {
    match number.decimal {
        true => f64::from(value) / 1000.0,
        false => f64::from(value),
    }
}

/// A layer's numbers, in the order of its kind.
fn values(layer: &Layer) -> Vec<f64> {
    let numbers = layer.kind.spec().numbers.iter().enumerate();
    numbers
        .map(|(at, number)| value(number, layer.number(at)))
        .collect()
}

/// What a network is given of a data set: by its name, or by the part of a link that says which.
fn input_of(data: &str) -> Input {
    let named = Data::named(data).map(Data::input);
    let linked = || parse(data).ok().map(|link| link.recipe.input());
    named.or_else(linked).unwrap_or(Data::Digits.input())
}

/// Reads the layers of a network of one's own, and what comes out of each on the images of a data set, which is named or said
/// as in a link (`data=own&classes=3`). What is wrong with
/// them is told, not thrown.
///
/// # Errors
/// Only those of the conversion to JavaScript.
#[wasm_bindgen(js_name = readStack, unchecked_return_type = "Stack")]
pub fn read_stack(text: &str, data: &str) -> Result<JsValue, JsValue> {
    let input = input_of(data);
    let stack = match Layers::parse(text) {
        Ok(stack) => stack,
        Err(why) => {
            return to_js(&Stack {
                layers: None,
                input: input.shape.into(),
                error: Some(StackError::of(&why)),
            });
        }
    };
    let (placed, error) = stack.place(input.shape, input.classes);
    let mut places = BTreeMap::new();
    note(&placed, &mut places);
    let error = error.map(|why| StackError::of(&why));
    let wrong = error.as_ref().map(|error| error.layer);
    let mut count = 0;
    to_js(&Stack {
        layers: Some(layers(&stack.layers, &places, wrong, &mut count)),
        input: input.shape.into(),
        error,
    })
}

/// The places by their layers' numbers.
fn note<'a>(placed: &'a [Placed], places: &mut BTreeMap<usize, &'a Placed>) {
    for place in placed {
        places.insert(place.number, place);
        note(&place.inner, places);
    }
}

fn layers(
    all: &[Layer],
    places: &BTreeMap<usize, &Placed>,
    wrong: Option<usize>,
    count: &mut usize,
) -> Vec<StackLayer> {
    let mut rows = Vec::new();
    for layer in all {
        *count += 1;
        let number = *count;
        let inner = layers(&layer.inner, places, wrong, count);
        // What comes out of a block is not known where something inside it does not fit.
        let known = |_: &&&Placed| !wrong.is_some_and(|wrong| (number..=*count).contains(&wrong));
        let place = places.get(&number).filter(known);
        rows.push(StackLayer {
            number,
            kind: layer.kind.spec().name,
            numbers: values(layer),
            shape: place.map(|place| place.to.sizes().to_vec()),
            parameters: place.map(|place| place.parameters()),
            layers: inner,
        });
    }
    rows
}
