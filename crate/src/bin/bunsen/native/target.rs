//! What `train` and `check` are given, a link or a run file, and the run of it.

use std::error::Error;
use std::rc::Rc;
use std::sync::Arc;

use bunsen::data::{self, Source, custom_dataset};
use bunsen::lab::files::checkpoint::{Checkpoint, CheckpointHeader};
use bunsen::lab::run::Origin;
use bunsen::lab::worker_pool::WorkerPool;
use bunsen::lab::worker_pool::threads::ThreadWorkers;
use bunsen::lab::{Engine, EngineInfo, LabError, Run, RunFile, check_network};
use bunsen::recipe::Link;
use bunsen::registry;

use super::arguments::{EngineName, EngineOptions, StartOptions};
use super::output::note;
use super::{custom_images, data::read};

/// What is to be trained.
pub enum Target {
    /// A link, checked or not.
    Link(Box<Link>),
    /// A run file, which holds its link.
    RunFile(Box<RunFile>),
}

impl Target {
    /// Reads an argument of the command line: the path of a run file, otherwise a link, with or without the address in front of it.
    pub fn parse(argument: &str) -> Result<Self, Box<dyn Error>> {
        match std::fs::read_to_string(argument) {
            Ok(text) => Ok(Target::RunFile(Box::new(RunFile::from_json(&text)?))),
            Err(_) if argument.contains('=') => {
                let link = argument.split_once('#').map_or(argument, |(_, link)| link);
                Ok(Target::Link(Box::new(registry::parse(link)?)))
            }
            Err(error) => Err(format!(
                "{argument} is no link, and cannot be read as a file ({error})."
            )
            .into()),
        }
    }

    /// The link of a checkpoint.
    pub fn of_checkpoint(checkpoint: &[u8]) -> Result<Self, Box<dyn Error>> {
        let header = CheckpointHeader::read(&Checkpoint::open(checkpoint)?)?;
        Ok(Target::Link(Box::new(registry::parse(&header.link)?)))
    }

    /// Starts a run, or resumes it from a checkpoint. It is compared with the target if that is a checked link or a run file.
    ///
    pub async fn start(
        &self,
        engine: &Engine,
        options: &StartOptions,
        checkpoint: Option<&[u8]>,
    ) -> Result<Run, Box<dyn Error>> {
        let (own, weights) = (options.own.as_deref(), options.weights.as_deref());
        let recipe = match self {
            Target::Link(link) => {
                link.notices.iter().for_each(|notice| note!("{notice}"));
                link.recipe.clone()
            }
            Target::RunFile(file) => file.recipe()?,
        };
        // Before any data is read: data that the network does not accept need not be on this machine.
        check_network(&recipe, &data::info(&recipe))?;
        let (recipe, data) = match data::source(&recipe) {
            Source::Custom => match own {
                Some(path) => custom_images::read(recipe, path)?,
                None => {
                    let missing = custom_dataset::missing(&recipe);
                    return Err(format!("{missing} `--own` names it.").into());
                }
            },
            _ if own.is_some() => {
                return Err(
                    "--own names images for a link with data=own, and this link has other data."
                        .into(),
                );
            }
            Source::Synthetic(synthetic) => {
                let data = synthetic.of(&recipe);
                (recipe, data)
            }
            Source::Remote { dataset, .. } => {
                let data = read(dataset.name, recipe.subset as usize)?;
                (recipe, data)
            }
        };
        let data = Arc::new(data);
        let weights = weights
            .map(|path| {
                std::fs::read(path).map_err(|why| format!("{path} cannot be read ({why})."))
            })
            .transpose()?;
        if weights.is_some() && checkpoint.is_some() {
            return Err(
                "--weights is what a run starts from, and one that is resumed has started: leave it out."
                    .into(),
            );
        }
        let mut run = match checkpoint {
            Some(checkpoint) => Run::resume(engine, recipe, data, checkpoint, Origin::File).await?,
            None => match Run::start_from(engine, recipe, data, weights.as_deref()).await {
                Err(error @ LabError::InitialWeights { found: None, .. }) => {
                    return Err(format!("{error} `--weights` names it.").into());
                }
                run => run?,
            },
        };
        match self {
            Target::Link(link) => run.verify_link(link).await?,
            Target::RunFile(file) => run.verify_file(file).await?,
        }
        Ok(run)
    }
}

/// What computes, by its whole name: "GPU, software adapter: llvmpipe (LLVM 15.0.6, 256 bits)".
pub fn engine_text(info: &EngineInfo) -> String {
    let label = info.label();
    match info.adapter.is_empty() || label.contains(&info.adapter) {
        true => label,
        false => format!("{label}: {}", info.adapter),
    }
}

/// Opens the engine. The number of threads that the CPU engine computes with changes no bit; without it there are as many as
/// the machine has cores.
pub async fn open_engine(options: &EngineOptions) -> Result<Engine, Box<dyn Error>> {
    match options.engine {
        EngineName::Cpu => {
            let threads = options
                .workers
                .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
            let workers = Rc::new(ThreadWorkers::new(threads - 1));
            Ok(Engine::cpu_with(WorkerPool::new(workers)))
        }
        #[cfg(feature = "gpu")]
        EngineName::Wgpu => Ok(Engine::gpu(None).await?),
        #[cfg(not(feature = "gpu"))]
        EngineName::Wgpu => {
            Err("This build has no engine wgpu: build it with `--features gpu`.".into())
        }
        #[cfg(feature = "cuda")]
        EngineName::Cuda => Ok(Engine::cuda()?),
        #[cfg(not(feature = "cuda"))]
        EngineName::Cuda => {
            Err("This build has no engine cuda: build it with `--features cuda`.".into())
        }
    }
}
