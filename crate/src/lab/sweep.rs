//! The runs of a sweep: every link of its text is a recipe, and no two are the same, or nothing is trained.

use std::collections::HashMap;

use super::error::LabError;
use super::train::plan::check_network;
use crate::data;
use crate::recipe::sweep::{SweepError, expand};
use crate::registry::{self, REGISTRY};

/// A sweep: its runs, in the order in which they are listed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Sweep {
    /// The fields that are swept, by their keys, in the order of the text.
    pub keys: Vec<&'static str>,
    /// The runs.
    pub runs: Vec<SweptRun>,
    /// What was ignored in the links and why, as sentences.
    pub notices: Vec<String>,
}

/// A run of a sweep.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct SweptRun {
    /// Its recipe's canonical link.
    pub link: String,
    /// The values of the swept fields, as in a link; empty where a field means nothing in this recipe.
    pub values: Vec<String>,
}

/// Reads a sweep's text.
///
/// # Errors
/// [`LabError::Sweep`]: what is wrong with the text, or with which of its links.
pub fn read_sweep(text: &str) -> Result<Sweep, LabError> {
    let expansion = expand(text)?;
    let field = |key: &String| {
        let key = crate::recipe::shorten(key);
        REGISTRY.field(&key).ok_or(SweepError::NoField { key })
    };
    let fields = expansion.keys.iter().map(field);
    let fields: Vec<_> = fields.collect::<Result<_, _>>()?;
    let all = expansion.links.len();
    let mut runs: Vec<SweptRun> = Vec::with_capacity(all);
    let mut notices = Vec::new();
    let mut seen = HashMap::new();
    for (index, text) in expansion.links.iter().enumerate() {
        let link = registry::parse(text)
            .map_err(LabError::from)
            .and_then(|link| check_network(&link.recipe, &data::info(&link.recipe)).map(|()| link))
            .map_err(|error| SweepError::link(index, all, text, error))?;
        if link.check.is_some() {
            let why = "a sweep's links carry no check and no marks, which are those of one run.";
            return Err(SweepError::link(index, all, text, why).into());
        }
        let recipe = link.recipe;
        let link_text = recipe.link();
        if let Some(first) = seen.insert(link_text.clone(), index) {
            return Err(SweepError::Same {
                first: first + 1,
                number: index + 1,
                all,
                link: link_text,
            }
            .into());
        }
        let value = |field: &&'static crate::recipe::Field| match field.applies(&recipe) {
            true => field.get(&recipe),
            false => String::new(),
        };
        runs.push(SweptRun {
            values: fields.iter().map(value).collect(),
            link: link_text,
        });
        for notice in link.notices {
            if !notices.contains(&notice) {
                notices.push(notice);
            }
        }
    }
    Ok(Sweep {
        keys: fields.iter().map(|field| field.key).collect(),
        runs,
        notices,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        let error = read_sweep(text).unwrap_err();
        assert_eq!(error.kind(), "recipe");
        error.to_string()
    }

    #[test]
    fn runs_have_canonical_links_and_values() {
        let text = "model=mlp&lr={1e-3..0.1:log3}&aug={,crop%2Cflip}&seed=1&steps={10,20}";
        let sweep = read_sweep(text).unwrap();
        assert_eq!(sweep.keys, ["lr", "aug", "steps"]);
        assert_eq!(sweep.runs.len(), 12);
        assert_eq!(sweep.runs[3].values, ["0.001", "crop,flip", "20"]);
        assert_eq!(sweep.notices, [""; 0]);
        for run in &sweep.runs {
            assert_eq!(registry::parse(&run.link).unwrap().recipe.link(), run.link);
        }
    }

    #[test]
    fn what_links_ignore_is_said_once() {
        let sweep = read_sweep("model=mlp&seed={1..3}&utm_source=mail").unwrap();
        assert_eq!(sweep.runs.len(), 3);
        let [notice] = sweep.notices.as_slice() else {
            panic!("{:?}", sweep.notices);
        };
        assert!(notice.contains("utm_source"), "{notice}");
    }

    #[test]
    fn an_error_names_the_link() {
        let bad = error("model=mlp&seed={1..2}&lr={0.1,-3}");
        assert!(
            bad.starts_with("Link 2 of 4 cannot be trained, so nothing was. model=mlp&seed=1&lr=-3: lr=-3 is not allowed: lr is a number from "),
            "{bad}"
        );
        let same = error("model=mlp&lr={0.1,0.2,1e-1}&seed=2");
        assert!(
            same.starts_with("Links 1 and 3 of 3 are the same recipe, model=mlp&"),
            "{same}"
        );
        // Momentum means nothing to Adam.
        let idle = error("model=mlp&opt={adam,sgd}&momentum={0.5,0.9}");
        assert!(
            idle.starts_with("Links 1 and 2 of 4 are the same recipe"),
            "{idle}"
        );
        let checked = error("model=mlp&seed={1,2}&check=0123456789abcdef");
        assert!(
            checked.ends_with(
                ": a sweep's links carry no check and no marks, which are those of one run."
            ),
            "{checked}"
        );
        assert_eq!(
            error("model=mlp&speed={1,2}"),
            "There is no field speed in a recipe, so it cannot be swept."
        );
    }
}
