//! Comparing a run with another: its check and marks, its verdict, and its run file.

use super::{Run, TrainingTime};
use crate::lab::error::LabError;
use crate::lab::files::run_file::{
    Build, DataRecord, EngineRecord, RunFile, RunFileContents, ScoreRecord, Timings,
};
use crate::lab::verify::trace::Trace;
use crate::lab::verify::{Comparison, Reference, Verdict, Verifier};
use crate::recipe::{Link, marks_of};

/// Why a run has no checked link. Others could not train the same again, or it is not known to be what the recipe gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unproven {
    /// It has not ended.
    Unfinished,
    /// Its first steps come from a file.
    FromFile,
    /// Another engine began it.
    HandedOver,
    /// Its engine may round otherwise than the CPU engine in WebAssembly.
    Engine,
}

impl Unproven {
    /// The reason, for programs.
    pub fn name(self) -> &'static str {
        match self {
            Unproven::Unfinished => "unfinished",
            Unproven::FromFile => "from-file",
            Unproven::HandedOver => "handed-over",
            Unproven::Engine => "engine",
        }
    }
}

impl Run {
    /// The check of the run so far: over recipe, data, every loss, and the weights and the optimizer's state that they led to.
    ///
    /// # Errors
    /// [`LabError::Gpu`], and [`LabError::NoNumbers`] where the state holds a number that is none.
    pub async fn check(&self) -> Result<String, LabError> {
        Ok(self.chain.check(&self.state_digest().await?))
    }

    /// The link with the check and the marks of the run; `None` where [`Run::unproven`] says why not.
    ///
    /// # Errors
    /// Those of [`Run::check`].
    pub async fn checked_link(&self) -> Result<Option<String>, LabError> {
        if self.unproven().is_some() {
            return Ok(None);
        }
        let check = self.check().await?;
        Ok(Some(self.recipe.checked_link(&check, &self.marks())))
    }

    /// Why there is no checked link of the run as it stands; `None` if there is one.
    pub fn unproven(&self) -> Option<Unproven> {
        let record = self.engine_record();
        if record.handed_over.is_some() {
            Some(Unproven::HandedOver)
        } else if !record.is_exact() {
            Some(Unproven::Engine)
        } else if self.computed_from > 0 {
            Some(Unproven::FromFile)
        } else if self.steps_done() < self.plan.steps {
            Some(Unproven::Unfinished)
        } else {
            None
        }
    }

    /// The last step that comes from a file; 0 if this lab computed all that there is.
    pub fn computed_from(&self) -> u64 {
        self.computed_from
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
    /// [`LabError::Plan`] where the marks belong to a run of another length, and those of [`Run::check`].
    pub async fn verify_link(&mut self, link: &Link) -> Result<(), LabError> {
        let Some(check) = &link.check else {
            return Ok(());
        };
        let reference = Reference::from_marks(check, &link.marks, self.plan.steps, link.version);
        let comparison = match self.engine_record().is_exact() {
            true => Comparison::Bits,
            false => Comparison::Band,
        };
        self.compare_with(reference.map_err(LabError::Plan)?, comparison)
            .await
    }

    /// Compares the run with a run file, the steps that are done and those to come.
    ///
    /// # Errors
    /// [`LabError::RunFile`] where the file is of another recipe or of other data, and those of [`Run::check`].
    pub async fn verify_file(&mut self, file: &RunFile) -> Result<(), LabError> {
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
        let reference = Reference::from_trace(
            &file.check,
            file.trace.bits(),
            file.steps,
            file.versions.recipe,
        );
        self.compare_with(reference, comparison).await
    }

    /// Compares the run with a reference, the steps that are done and those to come.
    pub(crate) async fn compare_with(
        &mut self,
        reference: Reference,
        comparison: Comparison,
    ) -> Result<(), LabError> {
        let mut verifier = Verifier::new(reference, comparison, self.computed_from);
        for bits in self.trace.bits() {
            verifier.observe(f32::from_bits(*bits));
        }
        if verifier.needs_check_after(self.steps_done()) {
            verifier.set_check(self.check().await?);
        }
        self.verifier = Some(verifier);
        Ok(())
    }

    /// Whether the verifier wants the state after that step.
    pub(super) fn needs_check_after(&self, step: u64) -> bool {
        let verifier = self.verifier.as_ref();
        verifier.is_some_and(|verifier| verifier.needs_check_after(step))
    }

    /// How the run compares with the promised one; `None` if none was promised.
    pub fn verdict(&self) -> Option<Verdict> {
        self.verifier.as_ref().map(Verifier::verdict)
    }

    /// The run as a file, with the scores of the run so far.
    ///
    /// # Errors
    /// Those of [`Run::check`].
    pub async fn file(&self, scores: &[ScoreRecord]) -> Result<RunFile, LabError> {
        let state = self.state_digest().await?;
        let TrainingTime { seconds, steps } = self.training_time;
        let images = (steps as usize * self.plan.batch_size) as f64;
        Ok(RunFile::new(RunFileContents {
            recipe: &self.recipe,
            engine: self.engine_record(),
            data: DataRecord {
                name: self.data.info.name.clone(),
                title: self.data.info.title.clone(),
                digest: self.data.digest.clone(),
            },
            steps: self.plan.steps,
            trace: self.trace.clone(),
            state,
            scores: scores.to_vec(),
            validation: *self.validation.borrow(),
            timings: Timings {
                seconds,
                steps,
                images_per_second: if steps == 0 { 0.0 } else { images / seconds },
            },
        }))
    }
}
