//! The recipe: its fields, and a parsed link.

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

/// The values that a field of the recipe may have.
#[derive(Serialize, Tsify)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum FieldKind {
    /// One of several values.
    Choice {
        /// The set.
        choices: Vec<Choice>,
    },
    /// Any subset of several values: in a link their names, separated by commas.
    ChoiceSet {
        /// The set.
        choices: Vec<Choice>,
    },
    /// A list of whole numbers: in a link separated by commas.
    NumberList {
        /// The smallest that is allowed.
        min: f64,
        /// The largest that is allowed.
        max: f64,
        /// The largest length.
        #[serde(rename = "maxLength")]
        max_length: usize,
    },
    /// A number.
    Number {
        /// The smallest that is allowed.
        min: f64,
        /// The largest that is allowed.
        max: f64,
        /// Whether only whole numbers are.
        integer: bool,
        /// Whether a control should have a logarithmic scale.
        log: bool,
    },
    /// The layers of a custom network: see `readStack`.
    Layers,
    /// The digest of a custom data set.
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
    /// The group of its control.
    #[tsify(type = "FieldGroup")]
    pub group: &'static str,
    /// The values that it may have.
    pub kind: FieldKind,
}

/// A parsed link.
#[derive(Serialize, Tsify)]
pub struct ParsedLink {
    /// The canonical link: what differs from the network's defaults, without "#".
    pub link: String,
    /// Every key that applies to this recipe, with its value as in a link.
    #[tsify(type = "Record<string, string>")]
    pub values: BTreeMap<&'static str, String>,
    /// The network's defaults of the same keys.
    #[tsify(type = "Record<string, string>")]
    pub defaults: BTreeMap<&'static str, String>,
    /// What was ignored and why, as sentences.
    pub notices: Vec<String>,
    /// The check of a checked link.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// Whether it carries marks too, which tell at which step a run differs.
    pub marked: bool,
    /// The recipe's version that the link was made with.
    pub version: f64,
}

#[wasm_bindgen(typescript_custom_section)]
const SWEEP: &str = r#"
/** A sweep: many links in one text, `lr={0.1,0.2}&seed={1..3}`. */
export interface Sweep {
    /** The fields that are swept, by their keys, in the order of the text. */
    keys: string[];
    /** Its runs: canonical links, and the values of the swept fields, empty where a field means nothing in a recipe. */
    runs: { link: string; values: string[] }[];
    /** What was ignored in the links and why, as sentences. */
    notices: string[];
}
"#;
