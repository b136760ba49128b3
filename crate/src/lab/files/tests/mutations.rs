//! Mutated links, run files and checkpoints: none panics, and none gives a run that it does not describe.
//!
//! 100,000 of each; `BUNSEN_MUTATIONS` sets another number.

use std::sync::{Arc, LazyLock};

use futures_lite::future::block_on;
use proptest::prelude::*;

use super::run_file::sample;
use crate::data::synthesize;
use crate::lab::files::Differences;
use crate::lab::files::checkpoint::Checkpoint;
use crate::lab::files::run_file::RunFile;
use crate::lab::files::weights_file::WeightsFile;
use crate::lab::train::trainer::Trainer;
use crate::lab::verify::check::CheckChain;
use crate::lab::verify::state::StateDigest;
use crate::lab::{Engine, Run};
use crate::recipe::{FieldType, Link, VERSION};
use crate::registry::{REGISTRY, fields, parse};
use crate::zoo::parameters::Slot;

/// What is inserted into a text, beside single characters.
const TOKENS: [&str; 24] = [
    "&",
    "=",
    "#",
    "%",
    "%00",
    "%2C",
    "+",
    ",",
    "&lr=1",
    "&seed=2",
    "&model=resnet-8",
    "&v=2",
    "v=0",
    "&check=",
    "&marks=",
    "NaN",
    "1e999",
    "-1",
    "\u{202e}",
    "\0",
    "\"",
    "{",
    "}",
    "AAAA",
];

#[derive(Clone, Debug)]
enum Mutation {
    Insert(usize, usize),
    Put(usize, char),
    Delete(usize, usize),
    Repeat(usize, usize),
    Digit(usize, u8),
    Cut(usize),
}

fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    let at = any::<usize>;
    let one = prop_oneof![
        (at(), 0..TOKENS.len()).prop_map(|(at, token)| Mutation::Insert(at, token)),
        (at(), any::<char>()).prop_map(|(at, with)| Mutation::Put(at, with)),
        (at(), 1usize..12).prop_map(|(at, count)| Mutation::Delete(at, count)),
        (at(), 1usize..40).prop_map(|(at, count)| Mutation::Repeat(at, count)),
        (at(), b'0'..=b'9').prop_map(|(at, digit)| Mutation::Digit(at, digit)),
        at().prop_map(Mutation::Cut),
    ];
    prop::collection::vec(one, 1..5)
}

fn mutated(text: &str, mutations: &[Mutation]) -> String {
    let mut text: Vec<char> = text.chars().collect();
    for mutation in mutations {
        let position = |at: &usize| at % (text.len() + 1);
        let end = |at: usize, count: &usize| (at + count).min(text.len());
        match mutation {
            Mutation::Insert(at, token) => {
                let at = position(at);
                text.splice(at..at, TOKENS[*token].chars());
            }
            Mutation::Put(at, with) => {
                let at = position(at);
                text.splice(at..end(at, &1), [*with]);
            }
            Mutation::Delete(at, count) => {
                let at = position(at);
                text.drain(at..end(at, count));
            }
            Mutation::Repeat(at, count) => {
                let at = position(at);
                let part = text[at..end(at, count)].to_vec();
                text.splice(at..at, part);
            }
            Mutation::Digit(at, digit) => {
                // Most of a text's meaning is in its digits.
                let digits: Vec<_> = (0..text.len())
                    .filter(|i| text[*i].is_ascii_digit())
                    .collect();
                if let Some(at) = digits.get(at % digits.len().max(1)) {
                    text[*at] = char::from(*digit);
                }
            }
            Mutation::Cut(at) => text.truncate(position(at)),
        }
    }
    text.into_iter().collect()
}

fn count() -> ProptestConfig {
    let count = std::env::var("BUNSEN_MUTATIONS").ok();
    let count = count.map_or(100_000, |count| {
        count.parse().expect("BUNSEN_MUTATIONS is a number")
    });
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(count)
    }
}

fn link(which: usize) -> String {
    let texts = [
        "model=lenet5&data=mnist&seed=7&lr=0.002&v=1",
        "model=resnet-20&skip=off&data=cifar10&aug=crop,flip&opt=sgd&momentum=0.9&batch=64&shards=2&steps=400&v=1",
        "model=lenet5-1998&subset=500&epochs=3&schedule=constant&wd=0.01&v=1",
    ];
    let recipe = parse(texts[which]).unwrap().recipe;
    recipe.checked_link("3f9a00000000abcd", &[1f32.to_bits(); 32])
}

/// Asserts that every field that applies has its value in the text, which is split here by another parser, or its default.
fn assert_matches(text: &str, link: &Link) {
    // A space around a link is no part of it.
    let text = text.trim().trim_start_matches(['#', '?']);
    let pairs: Vec<(String, String)> = form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect();
    let mut expected = REGISTRY.default_recipe(link.recipe.model);
    for field in fields() {
        let mut values = pairs
            .iter()
            .filter(|(key, _)| key.eq_ignore_ascii_case(field.key));
        if let Some((_, value)) = values.next() {
            field.set(&mut expected, value).unwrap();
        }
        assert!(values.next().is_none(), "{} is twice in {text}", field.key);
    }
    for field in fields().filter(|field| field.applies(&link.recipe)) {
        assert_eq!(
            field.get(&expected),
            field.get(&link.recipe),
            "{} of {text}",
            field.key
        );
    }
    let value_of = |key: &str| {
        pairs
            .iter()
            .find(|pair| pair.0.eq_ignore_ascii_case(key))
            .map(|pair| pair.1.as_str())
    };
    assert_eq!(link.check.as_deref(), value_of("check"));
    assert_eq!(
        link.version.to_string(),
        value_of("v").unwrap_or("1").trim_start_matches(['+', '0'])
    );
    let again = parse(&link.recipe.link()).unwrap();
    assert_eq!(again.recipe, link.recipe);
}

/// Asserts that every name and whole number of a recipe that is no default stands in the text as it was read: without what no link has.
fn assert_made_of(text: &str, link: &Link) {
    // What was escaped is read by the tests of damage.
    if text.contains('%') {
        return;
    }
    let hyphen = |c: char| if "‐‑–−".contains(c) { '-' } else { c };
    let is_of_link = |c: &char| c.is_ascii_alphanumeric() || ".,()-=&".contains(*c);
    let text: String = text.chars().map(hyphen).filter(is_of_link).collect();
    let defaults = REGISTRY.default_recipe(link.recipe.model);
    for field in fields() {
        let value = field.get(&link.recipe);
        let is_exact = !matches!(field.field_type, FieldType::Real { .. });
        if is_exact && value != field.get(&defaults) {
            assert!(text.contains(&value), "{}={value} of {text}", field.key);
        }
    }
    let model = link.recipe.model.name();
    assert!(
        !text.contains("model=") || text.contains(model),
        "{model} of {text}"
    );
    if let Some(check) = &link.check {
        assert!(text.contains(check), "{check} of {text}");
    }
}

/// A checkpoint of a small network after two steps, and the trainer that reads it.
static CHECKPOINT: LazyLock<(Vec<u8>, Trainer, Checkpoint)> = LazyLock::new(|| {
    let recipe = parse("model=mlp&widths=2&data=digits&subset=8&batch=4&steps=4").unwrap();
    let recipe = recipe.recipe;
    let data = Arc::new(synthesize(&recipe).unwrap());
    let engine = Engine::cpu();
    let mut run = block_on(Run::start(&engine, recipe.clone(), data)).unwrap();
    block_on(run.step(2)).unwrap();
    let bytes = block_on(run.checkpoint()).unwrap();
    let trainer = Trainer::new(&recipe, &engine.device);
    let file = Checkpoint::open(&bytes).unwrap();
    let checkpoint = Checkpoint::read(&file, &trainer, 4).unwrap();
    (bytes, trainer, checkpoint)
});

/// The weights of that network, and the trainer of one with other classes.
static WEIGHTS: LazyLock<(Vec<u8>, Trainer)> = LazyLock::new(|| {
    let recipe = parse("model=mlp&widths=2&data=digits&subset=8&batch=4&steps=4").unwrap();
    let recipe = recipe.recipe;
    let data = Arc::new(synthesize(&recipe).unwrap());
    let engine = Engine::cpu();
    let run = block_on(Run::start(&engine, recipe, data)).unwrap();
    let weights = block_on(run.weights()).unwrap();
    let other = parse("model=mlp&widths=2&data=own&classes=3&size=28&channels=grey").unwrap();
    (weights, Trainer::new(&other.recipe, &engine.device))
});

/// Bytes that are put, inserted or removed: in the header, where most of the meaning is, or anywhere.
fn mutated_bytes(bytes: &[u8], mutations: &[(usize, bool, u8, u8)]) -> Vec<u8> {
    let header = 8 + u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
    let mut bytes = bytes.to_vec();
    for (at, in_header, how, value) in mutations {
        let at = at
            % if *in_header {
                header.min(bytes.len())
            } else {
                bytes.len()
            };
        match how % 6 {
            0 => bytes.insert(at, *value),
            1 => drop(bytes.remove(at)),
            2 => bytes.truncate(at.max(header)),
            3 => bytes[at] ^= 1 << (value % 8),
            _ => bytes[at] = *value,
        }
    }
    bytes
}

proptest! {
    #![proptest_config(count())]

    #[test]
    fn a_mutated_checkpoint_is_refused_or_says_the_same(
        mutations in prop::collection::vec((any::<usize>(), any::<bool>(), any::<u8>(), any::<u8>()), 1..4)
    ) {
        let (bytes, trainer, checkpoint) = &*CHECKPOINT;
        let mutated = mutated_bytes(bytes, &mutations);
        if let Ok(file) = Checkpoint::open(&mutated) {
            assert_eq!(&Checkpoint::read(&file, trainer, 4).unwrap(), checkpoint);
        }
    }

    #[test]
    fn mutated_weights_are_refused_or_finite(
        mutations in prop::collection::vec((any::<usize>(), any::<bool>(), any::<u8>(), any::<u8>()), 1..4)
    ) {
        let (weights, trainer) = &*WEIGHTS;
        let mutated = mutated_bytes(weights, &mutations);
        if let Ok(file) = WeightsFile::open(&mutated) {
            let _ = (file.described(), file.counts());
            if let Ok(fitted) = file.fit(trainer, Differences::FirstAndLast) {
                let lengths = trainer.slots.iter().map(Slot::len);
                for (values, length) in fitted.parameters.iter().zip(lengths) {
                    let is_right = |values: &Vec<f32>| values.len() == length && values.iter().all(|value| value.is_finite());
                    assert!(values.as_ref().is_none_or(is_right));
                }
            }
        }
    }

    #[test]
    fn a_mutated_link_is_refused_or_means_what_it_says(which in 0usize..3, mutations in mutations()) {
        let text = mutated(&link(which), &mutations);
        if let Ok(link) = parse(&text) {
            match link.notices.iter().any(|notice| notice.contains("changed on its way")) {
                true => assert_made_of(&text, &link),
                false => assert_matches(&text, &link),
            }
        }
    }

    #[test]
    fn a_mutated_run_file_is_refused_or_means_what_it_says(mutations in mutations()) {
        let text = mutated(&sample().to_json().unwrap(), &mutations);
        if let Ok(file) = RunFile::from_json(&text) {
            // Compared with the fields as serde_json reads them.
            let json: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(json["link"], file.link.as_str());
            assert_eq!(json["check"], file.check.as_str());
            assert_eq!(json["data"]["digest"], file.data.digest.as_str());
            let recipe = file.recipe().unwrap();
            assert_eq!((recipe.link(), file.versions.recipe), (file.link.clone(), VERSION));
            let chain = CheckChain::over(&file.link, &file.data.digest, file.trace.bits());
            let state = StateDigest::from_hex(json["state"].as_str().unwrap()).unwrap();
            assert_eq!(chain.check(&state), file.check);
        }
    }
}
