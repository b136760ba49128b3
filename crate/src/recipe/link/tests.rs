use proptest::prelude::*;

use super::*;
use crate::recipe::{Augmentation, ChoiceSet, Data, OptimizerKind, Schedule, Skip, marks_of};

fn error(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

#[test]
fn the_empty_link_is_the_first_networks_default() {
    let link = parse("").unwrap();
    assert_eq!(link.recipe, Recipe::of(Model::LeNet5));
    assert_eq!(link.recipe.link(), "model=lenet5&v=1");
}

#[test]
fn a_link_says_what_differs() {
    let link = parse("#model=lenet5&data=mnist&seed=7&lr=0.003&v=1").unwrap();
    assert_eq!(link.recipe.data, Data::Mnist);
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
        "model=lenet6 is not allowed: model is one of lenet5, mlp, lenet5-1998, resnet-8, resnet-14, resnet-20, resnet-32, resnet-44, resnet-56, resnet-110, resnet-18, resnet-34, resnet-50, alexnet, vgg-11, vgg-13, vgg-16, vgg-19, googlenet, densenet, vit, stack."
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
    for marks in ["", "AAAA", "A%00"] {
        let text = error(&format!("check=0123456789abcdef&marks={marks}"));
        assert!(
            text.ends_with("is not allowed: marks is the losses of 1 to 32 steps in base64url, as Share writes them."),
            "{text}"
        );
    }
    assert_eq!(
        error("marks=AAAAAA"),
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
    assert_eq!(parse("aug=").unwrap().recipe, Recipe::of(Model::LeNet5));
}

#[test]
fn a_list_of_other_things_names_them_and_what_is_allowed() {
    for text in ["spin", "crop,spin", "crop,crop", "crop,", "none"] {
        assert_eq!(
            error(&format!("aug={text}")),
            format!(
                "aug={text} is not allowed: aug is a list of shift, rotate, elastic, crop, flip, cutout, each at most once, with commas between them; empty is none."
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
fn somebodys_own_images_are_named_and_not_held() {
    let text = "model=lenet5&data=own&own=0123456789abcdef&classes=3&size=28&channels=grey&v=1";
    let recipe = parse(text).unwrap().recipe;
    assert_eq!(recipe.link(), text);
    let input = recipe.input();
    assert_eq!((input.shape, input.classes), ([1, 28, 28], 3));
    assert_eq!(parse("data=own").unwrap().recipe.input().shape, [3, 32, 32]);
    assert_eq!(
        error("data=own&own=0123"),
        "own=0123 is not allowed: own is 16 hexadecimal digits (0 to 9, a to f), or empty."
    );
    assert_eq!(
        error("data=own&classes=257"),
        "classes=257 is not allowed: classes is a whole number from 2 to 256."
    );
    assert_eq!(
        error("data=own&size=64"),
        "size=64 is not allowed: size is one of 32, 28."
    );
    assert_eq!(
        parse("data=mnist&own=0123456789abcdef&classes=3")
            .unwrap()
            .notices,
        [
            "own means nothing in this recipe and was left out.",
            "classes means nothing in this recipe and was left out."
        ]
    );
}

#[test]
fn shortcuts_are_a_residual_networks() {
    let link = parse("model=resnet-20&skip=off").unwrap();
    assert_eq!(link.recipe.skip, Skip::Off);
    assert_eq!(link.recipe.link(), "model=resnet-20&skip=off&v=1");
    assert!(link.notices.is_empty());
    let on = parse("model=resnet-20&skip=on").unwrap().recipe;
    assert_eq!(on, Recipe::of(Model::ResNet20));
    assert_eq!(
        error("model=resnet-20&skip=no"),
        "skip=no is not allowed: skip is one of on, off."
    );
    let link = parse("model=lenet5&skip=off").unwrap();
    assert_eq!(
        link.notices,
        ["skip means nothing in this recipe and was left out."]
    );
    assert_eq!(link.recipe, Recipe::of(Model::LeNet5));
}

#[test]
fn a_stack_is_readable_in_its_link() {
    let text = "model=stack&layers=conv8x3p1,res(norm,relu,conv8x3p1),gap,drop0.5&v=1";
    let link = parse(text).unwrap();
    assert_eq!(link.recipe.link(), text);
    assert!(link.notices.is_empty());
    let escaped = "model=stack&layers=conv8x3p1%2Cres%28norm%2Crelu%2Cconv8x3p1%29%2Cgap%2Cdrop0.5";
    assert_eq!(parse(escaped).unwrap().recipe, link.recipe);
    // It starts as LeNet-5, and no layers at all is another network.
    let start = parse("model=stack").unwrap().recipe;
    assert_eq!(start.layers.to_string(), crate::recipe::stack::LENET5);
    assert_eq!(
        parse("model=stack&layers=").unwrap().recipe.link(),
        "model=stack&layers=&v=1"
    );
    assert_eq!(
        error("model=stack&layers=conv6x5,rleu"),
        "layers cannot be read. Layer 2, rleu, is no layer that is known here: there are conv, max, avg, gap, fc, relu, tanh, sigmoid, norm, drop, res."
    );
    assert_eq!(
        parse("model=lenet5&layers=relu").unwrap().notices,
        ["layers means nothing in this recipe and was left out."]
    );
}

#[test]
fn a_stack_that_does_not_fit_its_images_is_refused() {
    let layers = "max2,max2,max2,conv16x4";
    assert_eq!(
        error(&format!("model=stack&layers={layers}")),
        "layers do not fit the images of Digits (drawn). Layer 4, conv16x4, needs at least 4×4 pixels, but gets 1×3×3."
    );
    assert!(parse(&format!("model=stack&data=cifar10&layers={layers}")).is_ok());
    // Of another network's link, layers are let go.
    assert!(parse(&format!("model=lenet5&layers={layers}")).is_ok());
}

#[test]
fn ten_thousand_layers_are_refused_unread() {
    let link = format!("model=stack&layers={}", ["relu"; 10_000].join(","));
    assert_eq!(
        error(&link),
        "This link has 50018 characters, but a link has at most 2000. It was not read."
    );
}

/// The longest stack, with its check, its marks and every other field given.
#[test]
fn the_longest_stack_fits_into_a_checked_link() {
    let layers = format!("conv10x11p5,{}", ["conv10x11p5g10"; 91].join(","));
    assert!((1_370..=crate::recipe::stack::MAX_TEXT).contains(&layers.len()));
    let rest = "data=own&own=0123456789abcdef&classes=256&size=28&channels=grey&subset=999999&aug=crop,flip&opt=sgd&lr=0.0012345678901234567&momentum=0.12345678901234567\
        &wd=0.0012345678901234567&schedule=constant&warmup=99999&batch=1023&shards=63&steps=999999&seed=9007199254740990";
    let recipe = parse(&format!("model=stack&layers={layers}&{rest}"))
        .unwrap()
        .recipe;
    let marks = vec![u32::MAX; MAX_MARKS];
    let link = recipe.checked_link("0123456789abcdef", &marks);
    assert!(link.len() <= MAX_LINK, "{}", link.len());
    assert!(link.len() > 1_800, "{}", link.len());
}

#[test]
fn residual_networks_are_named_by_their_depth() {
    for (model, name, label, _) in Model::ALL {
        let number = name.strip_prefix("resnet-");
        assert_eq!(number.is_some(), model.is_residual(), "{name}");
        assert_eq!(label.strip_prefix("ResNet-"), number);
        let depth = model.depth().map(|depth| depth.to_string());
        assert!(depth.is_none() || depth.as_deref() == number, "{name}");
    }
}

#[test]
fn defaults_are_allowed_values() {
    for (model, ..) in Model::ALL {
        let recipe = Recipe::of(*model);
        for field in FIELDS {
            let mut copy = recipe.clone();
            field.set(&mut copy, &field.get(&recipe)).unwrap();
            assert_eq!(copy, recipe, "{}", field.key);
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,300}") {
        if let Ok(link) = parse(&text) {
            let again = parse(&link.recipe.link()).unwrap();
            prop_assert_eq!(again.recipe, link.recipe);
        }
    }

    #[test]
    fn recipes_survive_their_link(
        lr in 1e-7f64..100.0, wd in 0f64..1.0, momentum in 0f64..0.999, seed in 0u64..9_007_199_254_740_991,
        batch in 1u64..=1024, steps in 0u64..1000, model in 0usize..Model::ALL.len(), sgd: bool, plain: bool,
        data in 0usize..Data::ALL.len(), aug: u8, schedule in 0usize..Schedule::ALL.len(), smooth in 0f64..0.9,
        clip in 0f64..1000.0, val in 0u64..1000, losses in prop::collection::vec(0f32..100.0, 0..100),
    ) {
        let mut recipe = Recipe::of(Model::ALL[model].0);
        (recipe.lr, recipe.wd, recipe.seed, recipe.batch, recipe.steps) = (lr, wd, seed, batch, steps);
        recipe.data = Data::ALL[data].0;
        let all = Augmentation::ALL.iter().enumerate();
        let wanted: Vec<_> = all.filter(|(i, _)| aug >> i & 1 == 1).map(|(_, entry)| entry.0).collect();
        recipe.aug = ChoiceSet::of(&wanted);
        (recipe.schedule, recipe.clip, recipe.val) = (Schedule::ALL[schedule].0, clip, val);
        if recipe.schedule == Schedule::OneCycle {
            recipe.warmup = Recipe::of(recipe.model).warmup;
        }
        if recipe.model != Model::LeNet51998 {
            recipe.smooth = smooth;
        }
        if plain && recipe.model.depth().is_some() {
            recipe.skip = Skip::Off;
        }
        if sgd {
            (recipe.opt, recipe.momentum) = (OptimizerKind::Sgd, momentum);
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
