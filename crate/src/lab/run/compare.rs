//! A run beside another: its check and marks, what was promised of it, and the file that holds it.

use super::Run;
use crate::lab::error::LabError;
use crate::lab::runfile::{self, Computed, RunFile, Scored, Timings, Trained};
use crate::lab::trace::Trace;
use crate::lab::verify::{Comparison, Reference, Verdict, Verifier};
use crate::recipe::{Link, marks_of};

impl Run {
    /// The check of the trace so far.
    pub fn check(&self) -> String {
        self.trace.check(&self.recipe.link(), &self.data.digest)
    }

    /// The trace so far.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The marks of the trace so far: what a checked link carries beside the check.
    pub fn marks(&self) -> Vec<u32> {
        marks_of(self.trace.bits())
    }

    /// What computes it. Exact is the CPU engine in WebAssembly, from the first step to the last.
    pub fn computed(&self) -> Computed {
        let info = self.engine.info();
        Computed {
            kind: info.kind,
            build: match cfg!(target_family = "wasm") {
                true => runfile::Build::Wasm,
                false => runfile::Build::Native,
            },
            label: info.label(),
            adapter: info.adapter,
            software: info.software,
            handed_over: self.handed_over,
        }
    }

    /// From now on, and for the steps that are done, the run is compared with what its checked link promises. Nothing
    /// is compared where the link carries no check.
    ///
    /// # Errors
    /// [`LabError::Plan`] where the marks are those of a run of another length.
    pub fn verify_link(&mut self, link: &Link) -> Result<(), LabError> {
        let Some(check) = &link.check else {
            return Ok(());
        };
        let reference = Reference::of_marks(check, &link.marks, self.plan.steps, link.version);
        let comparison = match self.computed().is_exact() {
            true => Comparison::Bits,
            false => Comparison::Band,
        };
        self.compare(reference.map_err(LabError::Plan)?, comparison);
        Ok(())
    }

    /// From now on, and for the steps that are done, the run is compared with a run file's.
    ///
    /// # Errors
    /// [`LabError::RunFile`] where that is another recipe's, or was made with other data.
    pub fn verify_file(&mut self, file: &RunFile) -> Result<(), LabError> {
        let (link, data) = (self.recipe.link(), &self.data);
        let wrong = if file.recipe()? != self.recipe {
            Some(format!("it is of the run {}, not of {link}.", file.link))
        } else if file.data.digest != data.digest {
            let short = |digest: &str| digest.chars().take(8).collect::<String>();
            Some(format!(
                "it was made with other data: {} with the digest {}…, and here it is {}…. So its run cannot be repeated \
                 here.",
                data.info.title,
                short(&file.data.digest),
                short(&data.digest)
            ))
        } else if file.steps != self.plan.steps {
            Some(format!(
                "it says that the run has {} steps, but its recipe makes {} of it.",
                file.steps, self.plan.steps
            ))
        } else {
            None
        };
        if let Some(what) = wrong {
            return Err(LabError::RunFile(what));
        }
        let bits = file.engine.is_exact() && self.computed().is_exact();
        let comparison = if bits {
            Comparison::Bits
        } else {
            Comparison::Band
        };
        let version = file.versions.recipe;
        self.compare(
            Reference::of_trace(&file.check, file.trace.bits(), version),
            comparison,
        );
        Ok(())
    }

    fn compare(&mut self, reference: Reference, comparison: Comparison) {
        let mut verifier = Verifier::new(reference, comparison);
        for bits in self.trace.bits() {
            verifier.see(f32::from_bits(*bits));
        }
        self.verifier = Some(verifier);
        self.check_if_wanted();
    }

    pub(super) fn check_if_wanted(&mut self) {
        if let Some(verifier) = &mut self.verifier
            && let Some(steps) = verifier.wants_check()
        {
            let trace = self.trace.up_to(steps);
            verifier.end(trace.check(&self.recipe.link(), &self.data.digest));
        }
    }

    /// How the run compares with what was promised, if anything was.
    pub fn verdict(&self) -> Option<Verdict> {
        self.verifier.as_ref().map(Verifier::verdict)
    }

    /// The run as a file, with scores that were made along the way.
    pub fn file(&self, scores: &[Scored]) -> RunFile {
        let (seconds, steps) = self.timed;
        let images = (steps as usize * self.plan.batch) as f64;
        RunFile::of(runfile::Parts {
            recipe: &self.recipe,
            engine: self.computed(),
            data: Trained {
                name: self.data.info.name.clone(),
                title: self.data.info.title.clone(),
                digest: self.data.digest.clone(),
            },
            steps: self.plan.steps,
            trace: self.trace.clone(),
            scores: scores.to_vec(),
            timings: Timings {
                seconds,
                steps,
                images_per_second: if steps == 0 { 0.0 } else { images / seconds },
            },
        })
    }
}
