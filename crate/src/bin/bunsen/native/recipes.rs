//! `bunsen recipes`: the recipes that have a name, of one network or of all.

use std::error::Error;

use bunsen::recipe::ModelSpec;
use bunsen::registry::{REGISTRY, parse};

use super::output::say;

/// Lists the named recipes of a network, or of every one, with their links.
pub fn run(model: Option<&str>) -> Result<(), Box<dyn Error>> {
    let listed = match model {
        // Parsed as in a link, so that it is refused with the same sentence.
        Some(name) => vec![parse(&format!("model={name}"))?.recipe.model],
        None => REGISTRY.models.to_vec(),
    };
    say!("{}", list(&listed));
    Ok(())
}

/// What is printed of those networks.
pub(super) fn list(models: &[&ModelSpec]) -> String {
    let text = |model: &&ModelSpec| {
        let recipes = model.all_recipes().map(|named| {
            let (info, link) = (named.info, named.link(model));
            format!("  {:5}  {link}\n         {}", info.name, info.help)
        });
        let recipes: Vec<_> = recipes.collect();
        format!("{}\n{}", model.label(), recipes.join("\n"))
    };
    let texts: Vec<_> = models.iter().map(text).collect();
    texts.join("\n\n")
}
