//! What `train` and `check` share: a run of a link or a run file, from its data to its end.

use std::error::Error;
use std::sync::Arc;

use bunsen::data::Source;
use bunsen::lab::files::run_file::RunFile;
use bunsen::lab::{Engine, Run};
use bunsen::recipe::{self, Link};

/// What is to be run.
pub enum Wanted {
    /// A link, checked or not.
    Link(Box<Link>),
    /// A run file, which holds its link.
    File(Box<RunFile>),
}

/// Reads a word of the command line: a run file's path, or else a link, however much of an address it was copied with.
pub fn wanted(word: &str) -> Result<Wanted, Box<dyn Error>> {
    match std::fs::read_to_string(word) {
        Ok(text) => Ok(Wanted::File(Box::new(RunFile::from_json(&text)?))),
        Err(_) if word.contains('=') => {
            let link = word.split_once('#').map_or(word, |(_, link)| link);
            Ok(Wanted::Link(Box::new(recipe::parse(link)?)))
        }
        Err(error) => {
            Err(format!("{word} is no link, and cannot be read as a file ({error}).").into())
        }
    }
}

/// The engine of that name.
pub async fn engine(name: &str) -> Result<Engine, Box<dyn Error>> {
    match name {
        "cpu" => Ok(Engine::cpu()),
        #[cfg(feature = "gpu")]
        "wgpu" => Ok(Engine::gpu(None).await?),
        #[cfg(not(feature = "gpu"))]
        "wgpu" => Err("This build has no engine wgpu: build it with `--features gpu`.".into()),
        #[cfg(feature = "cuda")]
        "cuda" => Ok(Engine::cuda()?),
        #[cfg(not(feature = "cuda"))]
        "cuda" => Err("This build has no engine cuda: build it with `--features cuda`.".into()),
        other => Err(format!("There is no engine \"{other}\": choose cpu, wgpu or cuda.").into()),
    }
}

/// A run at its start, which is compared with what was promised, if anything was.
///
/// `own` is the folder or zip of somebody's own images, for a recipe that is on such.
pub async fn start(
    engine: &Engine,
    wanted: &Wanted,
    own: Option<&str>,
) -> Result<Run, Box<dyn Error>> {
    let recipe = match wanted {
        Wanted::Link(link) => {
            link.notices.iter().for_each(|notice| eprintln!("{notice}"));
            link.recipe.clone()
        }
        Wanted::File(file) => file.recipe()?,
    };
    // Before anything is read: data that the network cannot take need not be there.
    bunsen::lab::check_network(&recipe, &bunsen::data::info(&recipe))?;
    let (recipe, data) = match bunsen::data::source(recipe.data) {
        Source::Custom => match own {
            Some(path) => super::own::read(recipe, path)?,
            None => {
                let missing = bunsen::data::custom_dataset::missing(&recipe);
                return Err(format!("{missing} `--own` names it.").into());
            }
        },
        _ if own.is_some() => {
            return Err(
                "--own names images for a link with data=own, and this link has other data.".into(),
            );
        }
        Source::Synthetic => {
            let data = bunsen::data::synthesize(&recipe);
            (recipe, data)
        }
        Source::Remote(source) => (recipe, super::data::read(source.name)?),
    };
    let mut run = Run::start(engine, recipe, Arc::new(data)).await?;
    match wanted {
        Wanted::Link(link) => run.verify_link(link)?,
        Wanted::File(file) => run.verify_file(file)?,
    }
    Ok(run)
}
