//! Links: what is parsed, what is refused with which sentence, and what is printed.

use proptest::prelude::*;

use super::*;
use crate::data::custom_dataset::{CHANNELS, CLASSES, SIZE};
use crate::recipe::{
    Augmentation, Choice, ChoiceSet, DigestPrefix, MAX_LINK, OptimizerKind, Schedule, marks_of,
};
use crate::zoo::resnet::{SKIP, Skip};

mod characters;
mod damage;
mod named;

fn error(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

fn default(model: &str) -> Recipe {
    default_recipe(model).unwrap()
}

#[test]
fn the_empty_link_is_the_first_networks_default() {
    let link = parse("").unwrap();
    assert_eq!(link.recipe, default("lenet5"));
    assert_eq!(link.recipe.link(), "model=lenet5&v=1");
}

#[test]
fn a_link_says_what_differs() {
    let link = parse("#model=lenet5&data=mnist&seed=7&lr=0.003&v=1").unwrap();
    assert_eq!(link.recipe.data.name(), "mnist");
    assert_eq!(
        link.recipe.link(),
        "model=lenet5&data=mnist&lr=0.003&seed=7&v=1"
    );
    assert!(link.notices.is_empty());
}

#[test]
fn an_error_names_the_field_that_it_is_about() {
    let key = |text: &str| parse(text).unwrap_err().key().map(str::to_owned);
    assert_eq!(key("batch=0"), Some("batch".to_owned()));
    assert_eq!(key("seed=1&seed=2"), Some("seed".to_owned()));
    assert_eq!(key("model=stack&layers=nothing"), Some("layers".to_owned()));
    assert_eq!(key("v=999"), None);
}

#[test]
fn bad_values_name_key_value_and_what_is_allowed() {
    assert_eq!(
        error("model=lenet6"),
        "model=lenet6 is not allowed: model is one of lenet5, mlp, lenet5-1998, resnet-8, resnet-14, resnet-20, resnet-32, resnet-44, resnet-56, resnet-110, resnet-18, resnet-34, resnet-50, alexnet, vgg-11, vgg-13, vgg-16, vgg-19, googlenet, densenet, vit, airbench, stack."
    );
    assert_eq!(
        error("lr=NaN"),
        "lr=NaN is not allowed: lr is a number from 0.0000001 to 100."
    );
    for batch in ["0", "1000000000", "-1", "+64", "64.0", "", " 64"] {
        assert_eq!(
            error(&format!("batch={}", batch.replace('+', "%2B"))),
            format!("batch={batch} is not allowed: batch is a whole number from 1 to 1024.")
        );
    }
    assert!(error("lr=inf").starts_with("lr=inf is not allowed"));
    for check in [
        "xyz",
        "",
        "0123456789abcde",
        "0123456789ABCDEF",
        "0123456789abcdef0",
    ] {
        assert_eq!(
            error(&format!("check={check}")),
            format!(
                "check={check} is not allowed: check is 16 hexadecimal digits (0 to 9, a to f)."
            )
        );
    }
    for marks in ["", "aaaa", "a%01"] {
        let text = error(&format!("check=0123456789abcdef&marks={marks}"));
        assert!(
            text.ends_with(
                "is not allowed: marks is the losses of 1 to 32 steps, as Share writes them."
            ),
            "{text}"
        );
    }
    assert_eq!(
        error("marks=0hra0n4"),
        "This link has marks and no check, and marks are a part of the check. Open the link as it was shared."
    );
    assert!(error("v=2").contains("recipe version 2"));
    assert!(error("v=0").contains("v=0 is not allowed"));
    assert!(error("lr=1&lr=2").contains("lr stands in the link more than once"));
}

#[test]
fn a_list_has_one_spelling() {
    let recipe = parse("data=cifar10&aug=flip,crop").unwrap().recipe;
    assert_eq!(
        recipe.aug,
        ChoiceSet::of(&[Augmentation::Crop, Augmentation::Flip])
    );
    assert_eq!(recipe.link(), "model=lenet5&data=cifar10&aug=crop,flip&v=1");
    assert_eq!(
        parse("data=cifar10&aug=crop%2Cflip").unwrap().recipe,
        recipe
    );
    assert_eq!(parse("aug=").unwrap().recipe, default("lenet5"));
}

#[test]
fn a_list_of_other_things_names_them_and_what_is_allowed() {
    for text in ["spin", "crop,spin", "crop,crop", "crop,,flip", "none"] {
        assert_eq!(
            error(&format!("aug={text}")),
            format!(
                "aug={text} is not allowed: aug is a list of shift, rotate, elastic, crop, flip, alternate, cutout, each at most once, with commas between them; empty is none."
            )
        );
    }
}

#[test]
fn a_megabyte_of_garbage_is_refused_unread() {
    let garbage = "\u{1f525}&=%".repeat(300_000);
    assert!(
        error(&garbage)
            .starts_with("This link has 1200000 characters, but a link has at most 2000.")
    );
}

#[test]
fn unknown_keys_are_reported_and_skipped() {
    let link = parse("model=lenet5&colour=red&a=1&b=2&c=3").unwrap();
    assert_eq!(
        link.notices,
        ["This link has keys that are not known here and were skipped: colour, a, b and 1 more."]
    );
}

#[test]
fn what_does_not_apply_is_left_out() {
    let link = parse("opt=adam&momentum=0.5").unwrap();
    assert_eq!(
        link.notices,
        ["momentum means nothing in this recipe and was left out."]
    );
    assert_eq!(link.recipe, parse("opt=adam").unwrap().recipe);
    assert_eq!(parse("opt=sgd&momentum=0.5").unwrap().recipe.momentum, 0.5);
}

#[test]
fn every_default_is_printed_as_it_is_parsed() {
    for recipe in default_recipes() {
        for field in fields() {
            let text = field.get(&recipe);
            let parsed = field.field_type.parse(&text).unwrap();
            assert_eq!(parsed, field.value(&recipe), "{}", field.key);
            let mut copy = recipe.clone();
            field.set(&mut copy, &text).unwrap();
            assert_eq!(copy, recipe, "{}", field.key);
        }
        assert_eq!(parse(&recipe.link()).unwrap().recipe, recipe);
    }
}

#[test]
fn every_key_and_every_name_is_there_once() {
    let unique = |names: Vec<&str>| {
        let set: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(set.len(), names.len(), "{names:?}");
    };
    unique(fields().map(|field| field.key).collect());
    unique(REGISTRY.models.iter().map(|model| model.name()).collect());
    unique(REGISTRY.datasets.iter().map(|data| data.name()).collect());
    for model in REGISTRY.models {
        assert!(REGISTRY.dataset(model.data).is_some(), "{model:?}");
    }
}

/// An option's value is kept only where it is not the default, so that recipes that mean the same are equal.
#[test]
fn an_option_that_is_set_to_its_default_changes_nothing() {
    let recipe = default("resnet-20");
    let mut other = recipe.clone();
    other.set(&SKIP, Skip::Off);
    assert_ne!(other, recipe);
    other.set(&SKIP, Skip::On);
    assert_eq!(other, recipe);
    // An option of another network has its default.
    assert_eq!(default("lenet5").get(&SKIP), Skip::On);
    let recipe = parse("data=own&classes=3&size=28&channels=grey")
        .unwrap()
        .recipe;
    assert_eq!(recipe.get(&CLASSES), 3);
    assert_eq!(
        (recipe.get(&SIZE).name(), recipe.get(&CHANNELS).name()),
        ("28", "grey")
    );
}

/// The canonical link says the same recipe, and nothing shorter does: a check is of its text.
#[test]
fn stored_links_have_one_canonical_form() {
    #[derive(serde::Deserialize)]
    struct Stored {
        link: String,
    }
    let text = include_str!("../../../tests/replays/links.json");
    let stored: Vec<Stored> = serde_json::from_str(text).unwrap();
    assert!(stored.len() > 40);
    for Stored { link } in stored {
        let parsed = parse(&link).unwrap();
        assert!(parsed.notices.is_empty(), "{link}: {:?}", parsed.notices);
        let canonical = parsed.recipe.link();
        let again = parse(&canonical).unwrap();
        assert_eq!(again.recipe, parsed.recipe, "{link}");
        assert_eq!(again.recipe.link(), canonical, "{link}");
        for pair in canonical.split('&').skip(1) {
            let without = canonical.replace(&format!("&{pair}"), "");
            let shorter = parse(&without).map(|parsed| parsed.recipe.link());
            let is_version = pair.starts_with("v=");
            assert_eq!(shorter.as_ref() == Ok(&canonical), is_version, "{without}");
        }
    }
}

#[test]
fn options_of_other_networks_are_left_out_with_a_notice() {
    let link = "groups=2&lrn=on&act=tanh&head=gap&norm=batch&aux=on&reduce=off&shortcut=project&patch=4&dim=64&heads=2\
                    &stem=patch&pool=mean&growth=8&depth=10&widths=3&dropout=0.1";
    let parsed = parse(&format!("model=lenet5&{link}")).unwrap();
    assert_eq!(parsed.recipe.link(), "model=lenet5&v=1");
    let expected = link.split('&').map(|pair| {
        let key = pair.split('=').next().unwrap();
        format!("{key} means nothing in this recipe and was left out.")
    });
    let mut expected: Vec<String> = expected.collect();
    let mut found = parsed.notices;
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn notices_have_the_order_of_the_fields() {
    let parsed =
        parse("seed=2&dropout=0.1&shortcut=pad&momentum=0.5&layers=relu&skip=off").unwrap();
    let keys = parsed
        .notices
        .iter()
        .map(|notice| notice.split(' ').next().unwrap());
    assert_eq!(
        keys.collect::<Vec<_>>(),
        ["skip", "layers", "shortcut", "dropout", "momentum"]
    );
}

#[test]
fn a_recipe_asks_for_no_more_examples_than_a_data_set_may_have() {
    assert_eq!(
        error("data=digits&subset=1000000"),
        "subset=1000000 is not allowed: subset is a whole number from 0 to 100000 with Synthetic digits."
    );
    assert_eq!(
        error("data=mnist&subset=60001"),
        "subset=60001 is not allowed: subset is a whole number from 0 to 60000 with MNIST."
    );
    assert!(parse("data=digits&subset=100000").is_ok());
}

#[test]
fn numbers_near_zero_are_short() {
    let link = "model=mlp&opt=sgd&momentum=2.2250738585072014e-308&wd=5e-324";
    let recipe = parse(link).unwrap().recipe;
    assert!(
        recipe
            .link()
            .contains("momentum=2.2250738585072014e-308&wd=5e-324"),
        "{}",
        recipe.link()
    );
    assert_eq!(parse(&recipe.link()).unwrap().recipe, recipe);
    let wd = |wd: &str| parse(&format!("wd={wd}")).unwrap().recipe.link();
    assert_eq!(wd("1e-7"), "model=lenet5&wd=0.0000001&v=1");
    assert_eq!(wd("0.00000009"), "model=lenet5&wd=9e-8&v=1");
}

#[test]
fn a_version_is_digits() {
    assert_eq!(
        error("v=%2B1"),
        "v=+1 is not allowed: v is a whole number from 1 to 1."
    );
}

#[test]
fn the_longest_recipes_have_room_for_their_check_or_are_refused() {
    let layers = format!("conv10x11p5,{}", ["conv10x11p5g10"; 91].join(","));
    let real = "2.2250738585072014e-308";
    let full = format!(
        "model=stack&layers={layers}&data=own&own=0123456789abcdef&classes=255&size=28&channels=grey&subset=1000000&val=1000000&aug=shift,rotate,elastic,crop,flip,cutout\
         &opt=sgd&lr=0.00000012345678901234567&momentum={real}&nesterov=on&wd={real}&decay=all&schedule=constant&warmup={real}&smooth={real}&clip={real}\
         &batch=1023&shards=63&steps=1000000&seed=9007199254740990"
    );
    let RecipeError::LongRecipe { length } = parse(&full).unwrap_err() else {
        panic!("{}", error(&full));
    };
    assert!(length <= MAX_LINK, "{length}");
    let shorter = full.replace(real, "0.5");
    let link = parse(&shorter).unwrap().recipe;
    let checked = link.checked_link("0123456789abcdef", &[f32::MAX.to_bits(); 32]);
    assert!(checked.len() <= MAX_LINK, "{}", checked.len());
    assert_eq!(parse(&checked).unwrap().recipe, link);
}

proptest! {
    /// Whatever a text makes a recipe of, the links of that recipe are read again: its own, and the one with check and marks.
    #[test]
    fn no_recipe_makes_a_link_that_is_refused(
        reals in prop::collection::vec((0usize..6, prop::num::f64::ANY.prop_map(f64::abs)), 0..6),
        layers in 0usize..200, layer in 0usize..4, model in 0usize..REGISTRY.models.len(),
    ) {
        let keys = ["momentum", "wd", "smooth", "clip", "dropout", "lr"];
        let mut text = match layers {
            0 => format!("model={}&opt=sgd", REGISTRY.models[model].name()),
            _ => format!("model=stack&opt=sgd&layers={}", vec![["relu", "conv5x3", "drop0.125", "norm"][layer]; layers].join(",")),
        };
        let mut seen = std::collections::BTreeSet::new();
        for (key, value) in reals {
            if seen.insert(key) {
                text = format!("{text}&{}={value:e}", keys[key]);
            }
        }
        if let Ok(link) = parse(&text) {
            let own = link.recipe.link();
            prop_assert_eq!(&parse(&own).unwrap().recipe, &link.recipe);
            prop_assert_eq!(parse(&own).unwrap().recipe.link(), own);
            let checked = link.recipe.checked_link("0123456789abcdef", &[f32::MAX.to_bits(); 32]);
            prop_assert!(checked.len() <= MAX_LINK);
            prop_assert_eq!(parse(&checked).unwrap().recipe, link.recipe);
        }
    }

    #[test]
    fn any_text_is_parsed_or_refused(text in ".{0,300}") {
        if let Ok(link) = parse(&text) {
            let again = parse(&link.recipe.link()).unwrap();
            prop_assert_eq!(again.recipe, link.recipe);
        }
    }

    #[test]
    fn recipes_survive_their_link(
        lr in 1e-7f64..100.0, wd in 0f64..1.0, momentum in 0f64..0.999, seed in 0u64..9_007_199_254_740_991,
        batch in 1u64..=1024, steps in 0u64..1000, model in 0usize..REGISTRY.models.len(), sgd: bool, plain: bool,
        data in 0usize..REGISTRY.datasets.len(), aug: u8, schedule in 0usize..Schedule::VARIANTS.len(), smooth in 0f64..0.9,
        clip in 0f64..1000.0, val in 0u64..1000, losses in prop::collection::vec(0f32..100.0, 0..100),
    ) {
        let mut recipe = REGISTRY.default_recipe(REGISTRY.models[model]);
        (recipe.lr, recipe.wd, recipe.seed, recipe.batch, recipe.steps) = (lr, wd, seed, batch, steps);
        recipe.data = REGISTRY.datasets[data];
        let all = Augmentation::VARIANTS.iter().enumerate();
        let wanted: Vec<_> = all.filter(|(i, _)| aug >> i & 1 == 1).map(|(_, variant)| *variant).collect();
        recipe.aug = ChoiceSet::of(&wanted);
        (recipe.schedule, recipe.clip, recipe.val) = (Schedule::VARIANTS[schedule], clip, val);
        if recipe.schedule == Schedule::OneCycle {
            recipe.warmup = REGISTRY.default_recipe(recipe.model).warmup;
        }
        if recipe.model.cross_entropy {
            recipe.smooth = smooth;
        }
        if plain && recipe.model.name().starts_with("resnet-") {
            recipe.set(&SKIP, Skip::Off);
        }
        if sgd {
            (recipe.opt, recipe.momentum) = (OptimizerKind::Sgd, momentum);
            (recipe.init, recipe.freeze) = (DigestPrefix::parse(&format!("{seed:016x}")).unwrap(), 1);
        }
        let link = recipe.link();
        prop_assert!(link.len() <= MAX_LINK);
        prop_assert_eq!(&parse(&link).unwrap().recipe, &recipe);

        let marks = marks_of(&losses.iter().map(|loss| loss.to_bits()).collect::<Vec<_>>());
        let link = recipe.checked_link("0123456789abcdef", &marks);
        prop_assert!(link.len() <= MAX_LINK, "{}", link.len());
        let read = parse(&link).unwrap();
        prop_assert_eq!(read.check.as_deref(), Some("0123456789abcdef"));
        prop_assert_eq!(read.marks, marks);
        prop_assert_eq!(read.recipe, recipe);
    }
}
