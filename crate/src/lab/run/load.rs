//! A network with the weights of a file, for answers: nobody needs its data.

use super::Run;
use crate::data::{self, Dataset, Source, Split};
use crate::lab::error::LabError;
use crate::lab::files::Differences;
use crate::lab::files::weights::NetworkState;
use crate::lab::files::weights_file::WeightsFile;
use crate::ops::vector;
use crate::recipe::{Normalization, Recipe};

impl Run {
    /// Takes the weights of a file in place of its own: of a checkpoint those that its run is scored with.
    ///
    /// # Errors
    /// [`LabError::WeightsFile`] where the file is damaged, or another network's.
    pub fn load_weights(&mut self, file: &[u8]) -> Result<(), LabError> {
        let fitted = WeightsFile::open(file)?.fit(&self.trainer, Differences::None)?;
        self.set_network(NetworkState {
            weights: fitted.parameters.into_iter().flatten().flatten().collect(),
            running_statistics: fitted.running_statistics,
        });
        Ok(())
    }

    /// Takes a network's numbers.
    #[inline(never)]
    pub(super) fn set_network(&mut self, state: NetworkState) {
        let upload = |values| vector(values, &self.engine.device);
        self.trainer.running_statistics = state.running_statistics.map(upload);
        self.trainer.weights = upload(state.weights);
        #[cfg(feature = "gpu")]
        {
            self.is_loaded = false;
        }
    }
}

/// The end of a sentence. A file of other programs does not say it, nor does a checkpoint that was saved before they did.
const UNKNOWN_NORMALIZATION: &str = "nothing says how the images of this network are normalized. Give the weights that Bunsen saved of the run (weights.safetensors), which say it.";

/// A data set that stands for that of a recipe, in a run that is asked and not trained: a batch of images of its shape. They are noise,
/// because a GPU's self-test computes with them. `normalization` is how images are normalized that the recipe does not know: a person's own.
///
/// # Errors
/// [`LabError::WeightsFile`] where that is missing, or not of these images.
pub fn stand_in(
    recipe: &Recipe,
    normalization: Option<Normalization>,
) -> Result<Dataset, LabError> {
    let info = data::info(recipe);
    let refused = match &normalization {
        Some(Normalization { mean, std })
            if mean.len() != info.channels || std.len() != info.channels =>
        {
            Some(format!(
                "their mean and deviation have {} and {} numbers where this network's images need {}.",
                mean.len(),
                std.len(),
                info.channels
            ))
        }
        Some(Normalization { std, .. }) if !std.iter().all(|std| *std > 0.0) => {
            Some("their deviation has to be above 0 in each channel.".to_owned())
        }
        None if matches!(data::source(recipe), Source::Custom) => {
            Some(UNKNOWN_NORMALIZATION.to_owned())
        }
        _ => None,
    };
    if let Some(why) = refused {
        return Err(LabError::WeightsFile(why));
    }
    let count = recipe.batch as usize;
    let mut bits = 1_u32;
    let mut byte = || {
        bits = bits.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (bits >> 24) as u8
    };
    let classes = info.classes.len();
    let train = Split {
        images: (0..count * info.pixels()).map(|_| byte()).collect(),
        labels: (0..count).map(|index| (index % classes) as u8).collect(),
    };
    Ok(Dataset {
        info,
        train,
        test: Split::default().into(),
        digest: String::new(),
        normalization,
    })
}
