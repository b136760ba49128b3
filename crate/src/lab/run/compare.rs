//! Comparing a run with another: its check and marks, its verdict, and its run file.

use super::{Run, TrainingTime};
use crate::lab::error::LabError;
use crate::lab::files::run_file::{
    Build, DataRecord, EngineRecord, RunFile, RunFileContents, ScoreRecord, Timings,
};
use crate::lab::verify::trace::Trace;
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

    /// The marks of the trace so far, which a checked link carries beside the check.
    pub fn marks(&self) -> Vec<u32> {
        marks_of(self.trace.bits())
    }

    /// The engine that computes it, and whether another one began.
    pub fn engine_record(&self) -> EngineRecord {
        let info = self.engine.info();
        EngineRecord {
            kind: info.kind,
            build: match cfg!(target_family = "wasm") {
                true => Build::Wasm,
                false => Build::Native,
            },
            label: info.label(),
            adapter: info.adapter,
            software: info.software,
            handed_over: self.handed_over,
        }
    }

    /// Compares the run with its checked link, the steps that are done and those to come. Without a check in the link nothing is
    /// compared.
    ///
    /// # Errors
    /// [`LabError::Plan`] where the marks belong to a run of another length.
    pub fn verify_link(&mut self, link: &Link) -> Result<(), LabError> {
        let Some(check) = &link.check else {
            return Ok(());
        };
        let reference = Reference::from_marks(check, &link.marks, self.plan.steps, link.version);
        let comparison = match self.engine_record().is_exact() {
            true => Comparison::Bits,
            false => Comparison::Band,
        };
        self.compare_with(reference.map_err(LabError::Plan)?, comparison);
        Ok(())
    }

    /// Compares the run with a run file, the steps that are done and those to come.
    ///
    /// # Errors
    /// [`LabError::RunFile`] where the file is of another recipe or of other data.
    pub fn verify_file(&mut self, file: &RunFile) -> Result<(), LabError> {
        let (link, data) = (self.recipe.link(), &self.data);
        let mismatch = if file.recipe()? != self.recipe {
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
        if let Some(what) = mismatch {
            return Err(LabError::RunFile(what));
        }
        let is_exact = file.engine.is_exact() && self.engine_record().is_exact();
        let comparison = match is_exact {
            true => Comparison::Bits,
            false => Comparison::Band,
        };
        let version = file.versions.recipe;
        self.compare_with(
            Reference::from_trace(&file.check, file.trace.bits(), version),
            comparison,
        );
        Ok(())
    }

    fn compare_with(&mut self, reference: Reference, comparison: Comparison) {
        let mut verifier = Verifier::new(reference, comparison);
        for bits in self.trace.bits() {
            verifier.observe(f32::from_bits(*bits));
        }
        self.verifier = Some(verifier);
        self.verify_check_if_due();
    }

    pub(super) fn verify_check_if_due(&mut self) {
        if let Some(verifier) = &mut self.verifier
            && let Some(steps) = verifier.check_due_at()
        {
            let trace = self.trace.prefix(steps);
            verifier.set_check(trace.check(&self.recipe.link(), &self.data.digest));
        }
    }

    /// How the run compares with the promised one; `None` if none was promised.
    pub fn verdict(&self) -> Option<Verdict> {
        self.verifier.as_ref().map(Verifier::verdict)
    }

    /// The run as a file, with the scores of the run so far.
    pub fn file(&self, scores: &[ScoreRecord]) -> RunFile {
        let TrainingTime { seconds, steps } = self.training_time;
        let images = (steps as usize * self.plan.batch_size) as f64;
        RunFile::new(RunFileContents {
            recipe: &self.recipe,
            engine: self.engine_record(),
            data: DataRecord {
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
