//! Which kernels a card computes a program's products fastest with: measured once, when a run starts.

use std::collections::HashMap;
use std::time::Duration;

use web_time::Instant;

use crate::lab::engine::Engine;
use crate::ops::gpu::adapter::Adapter;
use crate::ops::gpu::choices::Choices;
use crate::ops::gpu::program::Program;
use crate::ops::gpu::program::executable::{Executable, Gpu};

/// The longest that is measured.
const BUDGET: Duration = Duration::from_millis(100);

/// Layers that are measured: the most expensive ones.
const MAX_LAYERS: usize = 6;

/// Candidates of a layer that are measured.
const MAX_CANDIDATES: usize = 3;

/// How often a kernel is computed at first: what asking for work costs beside is part of that.
const FIRST: usize = 4;

/// How long it is computed again, about: with the first times taken off, that is the kernel's alone.
const MEASURED: Duration = Duration::from_millis(3);

/// How often that is, at least and at most.
const REPETITIONS: [f64; 2] = [4.0, 64.0];

/// How much faster another kernel must be than the first candidate: less is chance.
const GAIN: f64 = 0.95;

/// What tells the time, and how long a candidate takes.
pub(super) trait Stopwatch {
    /// Since the measurements began.
    fn elapsed(&self) -> Duration;

    /// Seconds of candidate `candidate` of the layer at `place`; nothing where it cannot be computed.
    async fn seconds(&mut self, place: usize, candidate: usize) -> Result<Option<f64>, String>;
}

/// For each layer of `choices`, the place of its fastest kernel: the first candidate's where it was not measured, or no other is clearly
/// faster. A layer of which not all candidates were measured in time is not measured.
///
/// # Errors
/// What the device reported.
pub(super) async fn fastest(
    choices: &Choices,
    adapter: &Adapter,
    stopwatch: &mut impl Stopwatch,
) -> Result<Vec<usize>, String> {
    let layers: Vec<_> = choices.layers().copied().collect();
    let mut fastest = vec![0; layers.len()];
    for place in choices.most_expensive(MAX_LAYERS, adapter) {
        let mut best: Option<(usize, f64)> = None;
        let mut is_whole = true;
        for candidate in 0..layers[place].candidates(adapter).min(MAX_CANDIDATES) {
            if stopwatch.elapsed() >= BUDGET {
                is_whole = false;
                break;
            }
            let Some(seconds) = stopwatch.seconds(place, candidate).await? else {
                continue;
            };
            // The first one is the rule of thumb's.
            let gain = if candidate == 0 { 1.0 } else { GAIN };
            if best.is_none_or(|(_, least)| seconds < gain * least) {
                best = Some((candidate, seconds));
            }
        }
        if is_whole && let Some((candidate, _)) = best {
            fastest[place] = candidate;
        }
        if stopwatch.elapsed() >= BUDGET {
            break;
        }
    }
    Ok(fastest)
}

/// Measures on a device.
struct Device<'a> {
    gpu: &'a Gpu,
    engine: &'a Engine,
    candidates: HashMap<(usize, usize), Program>,
    start: Instant,
}

impl Stopwatch for Device<'_> {
    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    async fn seconds(&mut self, place: usize, candidate: usize) -> Result<Option<f64>, String> {
        let Some(program) = self.candidates.get(&(place, candidate)) else {
            return Ok(None);
        };
        let Ok(executable) = Executable::new(self.gpu, program, &HashMap::new()) else {
            return Ok(None);
        };
        // The first time, memory is made.
        self.computed(&executable, 1).await?;
        let first = self.computed(&executable, FIRST).await?;
        let each = first / FIRST as f64;
        let [least, most] = REPETITIONS;
        let more = (MEASURED.as_secs_f64() / each).clamp(least, most).round();
        let all = self.computed(&executable, FIRST + more as usize).await?;
        let seconds = match all > first {
            true => (all - first) / more,
            // Something else took its time.
            false => all / (FIRST as f64 + more),
        };
        Ok(Some(seconds))
    }
}

impl Device<'_> {
    /// Seconds until a program was computed so many times.
    async fn computed(&self, executable: &Executable, times: usize) -> Result<f64, String> {
        let mut encoder = self.gpu.encoder();
        for _ in 0..times {
            executable.encode(&mut encoder);
        }
        let start = Instant::now();
        self.gpu.submit(encoder);
        let done = async {
            self.gpu.done().await;
            Ok::<_, String>(())
        };
        self.engine.health.guard(done).await?;
        Ok(start.elapsed().as_secs_f64())
    }
}

/// Measures the layers of a program that was compiled by rules of thumb. The kernels are compiled before, together, which is not counted.
///
/// # Errors
/// What the device reported.
pub(super) async fn measured(
    engine: &Engine,
    gpu: &Gpu,
    choices: &Choices,
    adapter: &Adapter,
) -> Result<Vec<usize>, String> {
    let layers: Vec<_> = choices.layers().collect();
    let mut candidates = HashMap::new();
    for place in choices.most_expensive(MAX_LAYERS, adapter) {
        for candidate in 0..layers[place].candidates(adapter).min(MAX_CANDIDATES) {
            let program = layers[place].program(candidate, adapter);
            candidates.insert((place, candidate), program);
        }
    }
    let programs: Vec<&Program> = candidates.values().collect();
    let prepared = async {
        gpu.prepare(&programs).await;
        Ok::<_, String>(())
    };
    engine.health.guard(prepared).await?;
    let mut device = Device {
        gpu,
        engine,
        candidates,
        start: Instant::now(),
    };
    fastest(choices, adapter, &mut device).await
}

#[cfg(test)]
mod tests {
    use futures_lite::future::block_on;

    use super::*;
    use crate::lab::engine::tests::gpu;
    use crate::ops::gpu::conv::Pass;
    use crate::ops::linear::LinearShape;

    /// Four layers, of which the last is the most expensive.
    fn choices() -> Choices {
        let mut choices = Choices::default();
        for batch in [64, 128, 192, 256] {
            let shape = LinearShape {
                batch,
                inputs: 128,
                outputs: 96,
            };
            choices.linear(Pass::Forward, &shape, &Adapter::CARD);
        }
        choices
    }

    /// A clock that goes on by what a candidate is said to take.
    struct Pretended {
        elapsed: Duration,
        seconds: fn(usize, usize) -> f64,
        asked: Vec<(usize, usize)>,
    }

    impl Stopwatch for Pretended {
        fn elapsed(&self) -> Duration {
            self.elapsed
        }

        async fn seconds(&mut self, place: usize, candidate: usize) -> Result<Option<f64>, String> {
            let seconds = (self.seconds)(place, candidate);
            self.elapsed += Duration::from_secs_f64(seconds);
            self.asked.push((place, candidate));
            Ok(Some(seconds))
        }
    }

    fn chosen(seconds: fn(usize, usize) -> f64) -> (Vec<usize>, Vec<(usize, usize)>) {
        let mut clock = Pretended {
            elapsed: Duration::ZERO,
            seconds,
            asked: Vec::new(),
        };
        let choice = block_on(fastest(&choices(), &Adapter::CARD, &mut clock));
        (choice.unwrap(), clock.asked)
    }

    #[test]
    fn the_clearly_fastest_kernel_is_chosen() {
        let (choice, _) = chosen(|place, candidate| match (place, candidate) {
            (1, 2) => 0.001,
            // By chance.
            (2, 1) => 0.001_99,
            _ => 0.002,
        });
        assert_eq!(choice, [0, 2, 0, 0]);
    }

    #[test]
    fn no_more_is_measured_than_there_is_time_for() {
        let (choice, asked) = chosen(|_, candidate| 0.03 - 0.005 * candidate as f64);
        // Three kernels of the last layer, and not all of the one before.
        assert_eq!(choice, [0, 0, 0, 2]);
        assert_eq!(asked, [(3, 0), (3, 1), (3, 2), (2, 0)]);
    }

    #[test]
    fn a_device_measures_and_its_choice_fits() {
        let engine = gpu();
        let device = engine.gpu.clone().unwrap();
        let choice = block_on(measured(&engine, &device, &choices(), &Adapter::CARD)).unwrap();
        let mut again = Choices::new(choice);
        for layer in choices().layers() {
            let crate::ops::gpu::choices::Layer::Linear(pass, shape) = layer else {
                panic!("{layer:?} is no linear layer");
            };
            again.linear(*pass, shape, &Adapter::CARD);
        }
        assert!(again.fits(&Adapter::CARD));
    }
}
