//! What threads gain the CPU engine: images a second of a training step by 1, 2, … threads. They take turns, so that a
//! change in the machine's load falls on all of them, and all must give the same losses.
//!
//! `cargo xtask bench threads`, or with the same options `cargo bench -p bunsen --bench threads --`.

#![cfg(not(target_family = "wasm"))]

use std::error::Error;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use bunsen::data::{self, Source};
use bunsen::lab::worker_pool::WorkerPool;
use bunsen::lab::worker_pool::threads::ThreadWorkers;
use bunsen::lab::{Engine, Run};
use bunsen::registry;
use futures_lite::future::block_on;
use lexopt::{Arg, Parser, ValueExt as _};

/// What is trained: as by default, and in as many shards as may be computed at once.
const LINKS: [&str; 2] = [
    "model=resnet-8&data=digits",
    "model=resnet-8&data=digits&shards=16",
];

/// The most threads that are measured by default.
const MOST: usize = 16;

const HELP: &str = "\
threads: images a second of a training step on the CPU engine, by numbers of threads that take turns

  --link <link>      what is trained, on drawn images; may be given more than once (default: ResNet-8, as it is and in 16 shards)
  --threads <list>   numbers of threads, such as 1,2,4 (default: 1 to 16, as far as the machine has cores)
  --rounds <n>       turns of each (default: 7)
  --seconds <s>      about how long a turn takes on one thread (default: 2)";

struct Options {
    links: Vec<String>,
    threads: Vec<usize>,
    rounds: usize,
    seconds: f64,
}

fn main() -> ExitCode {
    match options().and_then(|options| options.map_or(Ok(()), |options| measure(&options))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// What is asked for, or nothing where that is the help, which is printed.
fn options() -> Result<Option<Options>, Box<dyn Error>> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut options = Options {
        links: Vec::new(),
        threads: (1..=MOST.min(cores)).collect(),
        rounds: 7,
        seconds: 2.0,
    };
    let mut parser = Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("help") => {
                println!("{HELP}");
                return Ok(None);
            }
            Arg::Long("link") => options.links.push(parser.value()?.string()?),
            Arg::Long("threads") => {
                let list = parser.value()?.string()?;
                options.threads = list.split(',').map(str::parse).collect::<Result<_, _>>()?;
            }
            Arg::Long("rounds") => options.rounds = parser.value()?.parse()?,
            Arg::Long("seconds") => options.seconds = parser.value()?.parse()?,
            // Cargo's own, for its harness.
            Arg::Long("bench") => {}
            other => return Err(other.unexpected().into()),
        }
    }
    if options.threads.is_empty() || options.threads.contains(&0) || options.rounds == 0 {
        return Err("--threads and --rounds take whole numbers from 1 up.".into());
    }
    if options.links.is_empty() {
        options.links = LINKS.map(str::to_owned).into();
    }
    Ok(Some(options))
}

fn measure(options: &Options) -> Result<(), Box<dyn Error>> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!(
        "{cores} cores, load {} at the start",
        load().as_deref().unwrap_or("not known")
    );
    for link in &options.links {
        measure_link(link, options)?;
    }
    println!(
        "\nload {} at the end",
        load().as_deref().unwrap_or("not known")
    );
    Ok(())
}

/// One number of threads.
struct Row {
    threads: usize,
    run: Run,
    /// Images a second of each turn.
    speeds: Vec<f64>,
    losses: Vec<u32>,
}

fn measure_link(link: &str, options: &Options) -> Result<(), Box<dyn Error>> {
    let mut rows = Vec::new();
    for threads in &options.threads {
        rows.push(Row {
            threads: *threads,
            run: start(link, *threads)?,
            speeds: Vec::new(),
            losses: Vec::new(),
        });
    }
    let plan = *rows[0].run.plan();
    // The first step allocates; by the second it is decided how many a turn has.
    let mut seconds = 0.0_f64;
    for row in &mut rows {
        row.turn(1)?;
        seconds = seconds.max(row.turn(1)?);
        row.speeds.clear();
    }
    let steps = (options.seconds / seconds).ceil().max(1.0) as u64;
    for _ in 0..options.rounds {
        for row in &mut rows {
            row.turn(steps)?;
        }
    }
    println!(
        "\n{}: batch {} in {} shards, {} turns of {steps} steps\n",
        rows[0].run.recipe().link(),
        plan.batch_size,
        plan.shards,
        options.rounds
    );
    println!("| threads | images/s, median | slowest and fastest turn | times the first row |");
    println!("|---|---|---|---|");
    for row in &rows {
        let ratios = row.speeds.iter().zip(&rows[0].speeds);
        let ratio = median(ratios.map(|(speed, first)| speed / first).collect());
        let fastest = row.speeds.iter().copied().fold(0.0, f64::max);
        let slowest = row.speeds.iter().copied().fold(f64::INFINITY, f64::min);
        println!(
            "| {} | {:.1} | {slowest:.1} to {fastest:.1} | {ratio:.2} |",
            row.threads,
            median(row.speeds.clone()),
        );
    }
    match rows.iter().all(|row| row.losses == rows[0].losses) {
        true => println!("\nAll gave the same {} losses.", rows[0].losses.len()),
        false => {
            return Err(
                "The losses depend on the number of threads: these figures count for nothing."
                    .into(),
            );
        }
    }
    Ok(())
}

impl Row {
    /// Does that many steps. Gives the seconds of one.
    fn turn(&mut self, steps: u64) -> Result<f64, Box<dyn Error>> {
        let start = Instant::now();
        let reports = block_on(self.run.step(steps))?;
        let seconds = start.elapsed().as_secs_f64();
        if (reports.len() as u64) < steps {
            return Err(
                "The run has too few steps for so many turns: give steps= in the link.".into(),
            );
        }
        self.losses
            .extend(reports.iter().map(|report| report.loss.to_bits()));
        let images = reports.len() * self.run.plan().batch_size;
        self.speeds.push(images as f64 / seconds);
        Ok(seconds / steps as f64)
    }
}

/// A run of a link's network, on drawn images, with that many threads.
fn start(link: &str, threads: usize) -> Result<Run, Box<dyn Error>> {
    let recipe = registry::parse(link)?.recipe;
    let Source::Synthetic(synthetic) = data::source(&recipe) else {
        return Err(format!(
            "{link}: here only drawn images are trained on, data=digits or data=shapes."
        )
        .into());
    };
    let data = Arc::new(synthetic.of(&recipe));
    let workers = Rc::new(ThreadWorkers::new(threads - 1));
    let engine = Engine::cpu_with(WorkerPool::new(workers));
    Ok(block_on(Run::start(&engine, recipe, data))?)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        0 => (values[middle - 1] + values[middle]) / 2.0,
        _ => values[middle],
    }
}

/// The machine's mean load of the last minute, where the system says it.
fn load() -> Option<String> {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    text.split(' ').next().map(str::to_owned)
}
