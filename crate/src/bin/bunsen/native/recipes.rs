//! `bunsen recipes`: the recipes that have a name, of one network or of all.

use std::error::Error;

use bunsen::recipe::ModelSpec;
use bunsen::registry::{REGISTRY, parse};
use serde_json::{Value, json};

use super::output::{self, say};

/// The options of `bunsen recipes`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The network, by its name in a link; without it all are listed
    #[arg(value_name = "NETWORK")]
    pub network: Option<String>,
}

/// Lists the named recipes of a network, or of every one, with their links.
pub fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let listed = match &options.network {
        // Parsed as in a link, so that it is refused with the same sentence.
        Some(name) => vec![parse(&format!("model={name}"))?.recipe.model],
        None => REGISTRY.models.to_vec(),
    };
    match output::is_for_json() {
        true => output::object(&object(&listed)),
        false => say!("{}", list(&listed)),
    }
    Ok(())
}

/// What a program is told of those networks.
fn object(models: &[&'static ModelSpec]) -> Value {
    let of_network = |model: &&'static ModelSpec| {
        let model = *model;
        model.all_recipes().map(|named| {
            let (info, link) = (named.info, named.link(model));
            json!({
                "network": model.name(),
                "label": model.label(),
                "name": info.name,
                "link": link,
                "help": info.help,
            })
        })
    };
    let recipes: Vec<Value> = models.iter().flat_map(of_network).collect();
    json!({ "recipes": recipes })
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
