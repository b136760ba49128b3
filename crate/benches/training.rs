//! Training steps natively: images a second by numbers of threads and by engine. All take turns, so that a change in the
//! machine's load falls on all of them, and all numbers of threads must give the same losses.
//!
//! `cargo xtask bench threads`, or with the same options `cargo bench -p bunsen --bench training --`. With the feature `gpu`
//! it measures adapters too (`--engines wgpu`): `tests/bench/native/card.py` stands them beside PyTorch.

#![cfg(not(target_family = "wasm"))]

use std::error::Error;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use bunsen::data::{self, Source};
use bunsen::lab::worker_pool::WorkerPool;
use bunsen::lab::worker_pool::threads::ThreadWorkers;
use bunsen::lab::{Engine, EngineKind, Run};
use bunsen::registry;
use clap::{Parser, ValueEnum};
use futures_lite::future::block_on;
use serde_json::{Value, json};

/// What is trained: as by default, and in as many shards as may be computed at once.
const LINKS: [&str; 2] = [
    "model=resnet-8&data=digits&epochs=1000",
    "model=resnet-8&data=digits&epochs=1000&shards=16",
];

/// The most threads that are measured by default.
const MOST: usize = 16;

/// Images a second of training steps, by numbers of threads and by engine, in turns.
#[derive(Parser)]
#[command(name = "training")]
struct Options {
    /// What is trained, on drawn images; may be given again [default: ResNet-8 as it is, and in 16 shards]
    #[arg(long = "link", value_name = "LINK")]
    links: Vec<String>,
    /// What computes
    #[arg(long, value_enum, value_delimiter = ',', default_value = "cpu")]
    engines: Vec<EngineName>,
    /// Numbers of threads of the CPU engine, such as 1,2,4 [default: 1 to 16, as far as the machine has cores]
    #[arg(long, value_delimiter = ',')]
    threads: Vec<usize>,
    /// Turns of each
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// About how many seconds a turn of the slowest takes
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// Print one JSON object in place of tables
    #[arg(long)]
    json: bool,
    /// Cargo's own, for its harness
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EngineName {
    Cpu,
    Wgpu,
    Cuda,
}

fn main() -> ExitCode {
    match measure(&mut Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &mut Options) -> Result<(), Box<dyn Error>> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if options.threads.is_empty() {
        options.threads = (1..=MOST.min(cores)).collect();
    }
    if options.links.is_empty() {
        options.links = LINKS.map(str::to_owned).into();
    }
    if options.threads.contains(&0) || options.rounds == 0 {
        return Err("--threads and --rounds take whole numbers from 1 up.".into());
    }
    if !options.json {
        println!("{cores} cores, load {} at the start", load());
    }
    let mut measured = Vec::new();
    for link in &options.links {
        let rows = measure_link(link, options)?;
        match options.json {
            true => measured.push(objects(link, &rows)),
            false => print(&rows),
        }
    }
    match options.json {
        true => println!("{:#}", json!({ "cores": cores, "measured": measured })),
        false => println!("\nload {} at the end", load()),
    }
    Ok(())
}

/// An engine, with its number of threads.
struct Row {
    run: Run,
    /// Steps of a turn.
    steps: u64,
    turns: Vec<Turn>,
    losses: Vec<u32>,
}

struct Turn {
    images_per_second: f64,
    /// Of a step, in which the calling thread had a processor; nothing where the system does not say.
    busy_seconds: Option<f64>,
}

fn measure_link(link: &str, options: &Options) -> Result<Vec<Row>, Box<dyn Error>> {
    let mut rows = Vec::new();
    for engine in &options.engines {
        match engine {
            EngineName::Cpu => {
                for threads in &options.threads {
                    let workers = Rc::new(ThreadWorkers::new(threads - 1));
                    rows.push(Row::start(
                        link,
                        &Engine::cpu_with(WorkerPool::new(workers)),
                    )?);
                }
            }
            EngineName::Wgpu => rows.push(Row::start(link, &wgpu()?)?),
            EngineName::Cuda => rows.push(Row::start(link, &cuda()?)?),
        }
    }
    // The first steps allocate and compile; by the third it is decided how many a turn has.
    let mut slowest = 0.0_f64;
    for row in &mut rows {
        row.turn(2)?;
        let seconds = row.turn(1)?;
        row.turns.clear();
        row.steps = steps_in(options.seconds, seconds);
        if row.is_cpu() {
            slowest = slowest.max(seconds);
        }
    }
    // As many for each, so that their losses can be compared.
    for row in rows.iter_mut().filter(|row| row.is_cpu()) {
        row.steps = steps_in(options.seconds, slowest);
    }
    for _ in 0..options.rounds {
        for row in &mut rows {
            row.turn(row.steps)?;
        }
    }
    let mut losses = rows
        .iter()
        .filter(|row| row.is_cpu())
        .map(|row| &row.losses);
    if let Some(first) = losses.next()
        && losses.any(|others| others != first)
    {
        return Err(
            "The losses depend on the number of threads: these figures count for nothing.".into(),
        );
    }
    Ok(rows)
}

fn steps_in(seconds: f64, step: f64) -> u64 {
    (seconds / step).ceil().max(1.0) as u64
}

#[cfg(feature = "gpu")]
fn wgpu() -> Result<Engine, Box<dyn Error>> {
    Ok(block_on(Engine::gpu(None))?)
}

#[cfg(not(feature = "gpu"))]
fn wgpu() -> Result<Engine, Box<dyn Error>> {
    Err("This build has no engine wgpu: build it with `--features gpu`.".into())
}

#[cfg(feature = "cuda")]
fn cuda() -> Result<Engine, Box<dyn Error>> {
    Ok(Engine::cuda()?)
}

#[cfg(not(feature = "cuda"))]
fn cuda() -> Result<Engine, Box<dyn Error>> {
    Err("This build has no engine cuda: build it with `--features cuda`.".into())
}

impl Row {
    /// A run of a link's network on drawn images, by that engine.
    fn start(link: &str, engine: &Engine) -> Result<Self, Box<dyn Error>> {
        let recipe = registry::parse(link)?.recipe;
        let Source::Synthetic(synthetic) = data::source(&recipe) else {
            return Err(format!(
                "{link}: here only drawn images are trained on, data=digits or data=shapes."
            )
            .into());
        };
        let data = Arc::new(synthetic.of(&recipe));
        Ok(Row {
            run: block_on(Run::start(engine, recipe, data))?,
            steps: 1,
            turns: Vec::new(),
            losses: Vec::new(),
        })
    }

    fn is_cpu(&self) -> bool {
        self.run.engine().info().kind == EngineKind::Cpu
    }

    /// Does that many steps. Gives the seconds of one.
    fn turn(&mut self, steps: u64) -> Result<f64, Box<dyn Error>> {
        let (start, busy) = (Instant::now(), processor_seconds());
        let reports = block_on(self.run.step(steps))?;
        let seconds = start.elapsed().as_secs_f64();
        if (reports.len() as u64) < steps {
            return Err(
                "The run has too few steps for so many turns: give epochs=1000 in the link.".into(),
            );
        }
        self.losses
            .extend(reports.iter().map(|report| report.loss.to_bits()));
        let images = reports.len() * self.run.plan().batch_size;
        let busy = busy.zip(processor_seconds());
        self.turns.push(Turn {
            images_per_second: images as f64 / seconds,
            busy_seconds: busy.map(|(before, after)| (after - before) / steps as f64),
        });
        Ok(seconds / steps as f64)
    }

    fn speeds(&self) -> impl Iterator<Item = f64> {
        self.turns.iter().map(|turn| turn.images_per_second)
    }

    /// The median seconds of a step in which the calling thread had a processor.
    fn busy_seconds(&self) -> Option<f64> {
        let turns = self.turns.iter().map(|turn| turn.busy_seconds);
        turns.collect::<Option<Vec<_>>>().map(median)
    }
}

fn print(rows: &[Row]) {
    let Some(first) = rows.first() else { return };
    let plan = first.run.plan();
    println!(
        "\n{}: batch {} in {} shards, {} turns of about {} steps\n",
        first.run.recipe().link(),
        plan.batch_size,
        plan.shards,
        first.turns.len(),
        first.steps,
    );
    println!(
        "| engine | images/s, median | slowest and fastest turn | times the first | busy, ms a step | the first's by its |"
    );
    println!("|---|---|---|---|---|---|");
    for row in rows {
        let ratios = row.speeds().zip(first.speeds());
        let ratio = median(ratios.map(|(speed, first)| speed / first).collect());
        let fastest = row.speeds().fold(0.0, f64::max);
        let slowest = row.speeds().fold(f64::INFINITY, f64::min);
        let busy = row.busy_seconds().zip(first.busy_seconds());
        let busy = busy.map_or("| |".to_owned(), |(own, first)| {
            format!("| {:.1} | {:.2} |", 1e3 * own, first / own)
        });
        println!(
            "| {} | {:.1} | {slowest:.1} to {fastest:.1} | {ratio:.2} {busy}",
            row.run.engine().info().label(),
            median(row.speeds().collect()),
        );
    }
    if first.is_cpu() {
        println!(
            "\nAll numbers of threads gave the same {} losses.",
            first.losses.len()
        );
    }
}

/// The rows for programs.
fn objects(link: &str, rows: &[Row]) -> Value {
    let object = |row: &Row| {
        let info = row.run.engine().info();
        json!({
            "engine": info.label(),
            "adapter": info.adapter,
            "software": info.software,
            "selfTest": info.self_test.text(),
            "batch": row.run.plan().batch_size,
            "steps": row.steps,
            "imagesPerSecond": row.speeds().collect::<Vec<_>>(),
        })
    };
    json!({ "link": link, "rows": rows.iter().map(object).collect::<Vec<_>>() })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        0 => (values[middle - 1] + values[middle]) / 2.0,
        _ => values[middle],
    }
}

/// The seconds for which this thread has had a processor, where the system says it.
fn processor_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = text.split(' ').next()?.parse().ok()?;
    Some(nanoseconds * 1e-9)
}

/// The machine's mean load of the last minute, where the system says it.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    match text.split(' ').next() {
        Some(load) if !load.is_empty() => load.to_owned(),
        _ => "not known".to_owned(),
    }
}
