//! The recipe: its fields, and what a link says.

use std::collections::BTreeMap;

use serde::Serialize;
use tsify::Tsify;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const GROUP: &str = r#"
/** Where a field's control stands on the page. */
export type FieldGroup = "network" | "data" | "training" | "run";
"#;

/// One value of a field that is a choice.
#[derive(Serialize, Tsify)]
pub struct Choice {
    /// Its name in the link.
    pub value: &'static str,
    /// Its label.
    pub label: &'static str,
    /// One line of help.
    pub help: &'static str,
}

/// What a field of the recipe may hold.
#[derive(Serialize, Tsify)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum FieldKind {
    /// One of a closed set.
    Choice {
        /// The set.
        choices: Vec<Choice>,
    },
    /// Any number of a closed set: in a link their names with commas between them.
    ChoiceSet {
        /// The set.
        choices: Vec<Choice>,
    },
    /// Whole numbers, in order: in a link with commas between them.
    Numbers {
        /// The smallest that is allowed.
        min: f64,
        /// The largest that is allowed.
        max: f64,
        /// How many there may be.
        most: usize,
    },
    /// A number.
    Number {
        /// The smallest that is allowed.
        min: f64,
        /// The largest that is allowed.
        max: f64,
        /// Whether only whole numbers are.
        integer: bool,
        /// Whether a control should move in factors.
        log: bool,
    },
    /// The layers of a network of one's own: see `readStack`.
    Layers,
    /// The digest of somebody's own images: see `ownData`.
    Digest,
}

/// One field of the recipe, as a control shows it.
#[derive(Serialize, Tsify)]
pub struct Field {
    /// Its name in the link.
    pub key: &'static str,
    /// Its label.
    pub label: &'static str,
    /// One line of help.
    pub help: &'static str,
    /// Where it stands.
    #[tsify(type = "FieldGroup")]
    pub group: &'static str,
    /// What it may hold.
    pub kind: FieldKind,
}

/// What a link says.
#[derive(Serialize, Tsify)]
pub struct ParsedLink {
    /// The canonical link: what differs from the network's defaults, without "#".
    pub link: String,
    /// Every key that means something in this recipe, and its value as in a link.
    #[tsify(type = "Record<string, string>")]
    pub values: BTreeMap<&'static str, String>,
    /// The network's defaults of the same keys.
    #[tsify(type = "Record<string, string>")]
    pub defaults: BTreeMap<&'static str, String>,
    /// What was skipped and why, as sentences.
    pub notices: Vec<String>,
    /// The check of a checked link.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// Whether it carries marks too, which tell where a run differs.
    pub marked: bool,
    /// The recipe's version that the link was made with.
    pub version: f64,
}
