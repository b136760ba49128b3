//! Recipes that have a name.

use super::*;

/// A named recipe says what differs from its network's own, in a link's order and spelling, and no other recipe says the same.
#[test]
fn named_recipes_are_canonical_and_differ() {
    for model in REGISTRY.models {
        let mut links = Vec::new();
        let mut names = Vec::new();
        for named in model.all_recipes() {
            let link = named.link(model);
            let parsed = parse(&link).unwrap();
            assert_eq!(parsed.recipe.link(), link);
            assert_eq!(parsed.notices, [""; 0], "{link}");
            assert_eq!(parsed.recipe.model, *model);
            crate::lab::check_network(&parsed.recipe, &crate::data::info(&parsed.recipe)).unwrap();
            names.push(named.info.name);
            links.push(link);
        }
        let kind = |name: &&str| {
            let kind = name.split('-').next();
            ["own", "paper", "quick", "tiny"]
                .iter()
                .position(|known| kind == Some(*known))
                .unwrap()
        };
        assert!(names.is_sorted_by_key(kind), "{names:?}");
        links.sort();
        links.dedup();
        assert_eq!(links.len(), names.len(), "{model:?}");
        names.sort_unstable();
        names.dedup();
        assert_eq!(links.len(), names.len(), "{model:?}");
    }
}

#[test]
fn the_help_of_named_recipes_is_sentences() {
    for model in REGISTRY.models {
        for named in model.all_recipes() {
            let help = named.info.help;
            let begins = help.starts_with(|first: char| first.is_uppercase() || first.is_numeric());
            assert!(begins && help.ends_with('.'), "{model:?}: {help}");
            assert!(!help.contains("  "), "{model:?}: {help}");
        }
    }
}

/// Each network can be shown in a lesson, on images that need no download.
#[test]
fn every_network_has_a_tiny_recipe() {
    for model in REGISTRY.models {
        let tiny = model.all_recipes().find(|named| named.info.name == "tiny");
        let recipe = parse(&tiny.unwrap().link(model)).unwrap().recipe;
        assert!(
            ["digits", "shapes"].contains(&recipe.data.name()),
            "{model:?}"
        );
    }
}
