//! How long a run is.

use super::error::LabError;
use super::memory::suffices;
use crate::data::{Dataset, DatasetInfo};
use crate::recipe::stack::normalised_together;
use crate::recipe::{Input, Recipe};
use crate::zoo::Network;

/// A run's length and batches, from its recipe and its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Examples that are trained on.
    pub examples: usize,
    /// Training examples that are kept apart.
    pub validation: usize,
    /// Examples a step.
    pub batch: usize,
    /// Equal parts of a batch whose gradients are computed, and whose channels are normalised, by themselves: as many
    /// as the recipe says, or the next smaller number that divides the batch.
    pub shards: usize,
    /// Steps an epoch. What is left over after the last whole batch waits for another epoch's order.
    pub steps_per_epoch: u64,
    /// Steps in all.
    pub steps: u64,
    /// Epochs in all, the last one perhaps not whole.
    pub epochs: u64,
}

/// Whether the network takes the data's images, and the memory is enough. It can be asked before any of the data is there.
///
/// # Errors
/// [`LabError::Plan`] where their shape is another one, or the network too large.
pub fn fits(recipe: &Recipe, data: &DatasetInfo) -> Result<(), LabError> {
    let summary = Network::summary(recipe);
    let told_apart = summary.layers.last().and_then(|layer| layer.shape.last());
    if summary.input == data.shape()
        && told_apart.is_some_and(|classes| *classes != data.classes.len())
    {
        return Err(LabError::Plan(format!(
            "{} tells {} classes apart; {} has {}.",
            summary.title,
            told_apart.copied().unwrap_or_default(),
            data.title,
            data.classes.len()
        )));
    }
    if summary.input == data.shape() {
        return suffices(recipe);
    }
    let shape = |shape: [usize; 3]| shape.map(|size| size.to_string()).join("×");
    Err(LabError::Plan(format!(
        "{} takes {} images; {} has {}.",
        summary.title,
        shape(summary.input),
        data.title,
        shape(data.shape())
    )))
}

/// Equal parts of a batch: as many as are wanted, or the next smaller number that divides it.
pub fn shards(wanted: usize, batch: usize) -> usize {
    let wanted = wanted.clamp(1, batch.max(1));
    let dividing = (1..=wanted)
        .rev()
        .find(|parts| batch.is_multiple_of(*parts));
    dividing.unwrap_or(1)
}

impl Plan {
    /// The plan of a recipe on its data.
    ///
    /// # Errors
    /// [`LabError::Plan`] where the network does not take the data's images, or the data has too few examples.
    pub fn of(recipe: &Recipe, data: &Dataset) -> Result<Self, LabError> {
        fits(recipe, &data.info)?;
        let there = data.train.len();
        let used = match recipe.subset as usize {
            0 => there,
            wanted if wanted <= there => wanted,
            wanted => {
                return Err(LabError::Plan(format!(
                    "subset={wanted} asks for more training examples than {} has, which is {there}.",
                    data.info.title
                )));
            }
        };
        let validation = recipe.val as usize;
        let Some(examples) = used.checked_sub(validation).filter(|left| *left > 0) else {
            return Err(LabError::Plan(format!(
                "val={validation} keeps all of the {used} training examples apart; some must be left to train on."
            )));
        };
        let batch = recipe.batch as usize;
        let steps_per_epoch = (examples / batch) as u64;
        if steps_per_epoch == 0 {
            return Err(LabError::Plan(format!(
                "batch={batch} is more than the {examples} training examples there are; a batch is filled by different ones."
            )));
        }
        let steps = match recipe.steps {
            0 => recipe.epochs * steps_per_epoch,
            steps => steps,
        };
        let plan = Plan {
            examples,
            validation,
            batch,
            shards: shards(recipe.shards as usize, batch),
            steps_per_epoch,
            steps,
            epochs: steps.div_ceil(steps_per_epoch),
        };
        plan.normalises(recipe)?;
        Ok(plan)
    }

    /// Whether the normalisations of a stack have more than one number to normalise: one alone always becomes 0.
    fn normalises(&self, recipe: &Recipe) -> Result<(), LabError> {
        let Input { shape, classes, .. } = recipe.input();
        let (placed, _) = recipe.layers.place(shape, classes);
        let examples = self.batch / self.shards;
        let alone = normalised_together(&placed).is_some_and(|each| each * examples < 2);
        if !alone {
            return Ok(());
        }
        Err(LabError::Plan(format!(
            "batch={} in {} shards leaves a normalisation of units 1 number to take the mean of, so that everything \
             becomes 0: it needs at least 2 examples in each shard.",
            self.batch, self.shards
        )))
    }

    /// The epoch of a step, from 1; `step` counts from 1 too.
    pub fn epoch_of(&self, step: u64) -> u64 {
        (step.max(1) - 1) / self.steps_per_epoch + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Split, info};
    use crate::recipe::{Choice, Data, Model, parse};

    /// So many images of that data set, all black.
    fn black(data: Data, count: usize) -> Dataset {
        let mut recipe = Recipe::of(Model::LeNet5);
        recipe.data = data;
        let info = info(&recipe);
        let split = Split {
            images: vec![0; count * info.pixels()],
            labels: vec![0; count],
        };
        Dataset::new(info, split.clone(), split)
    }

    fn error(link: &str, count: usize) -> String {
        let recipe = parse(link).unwrap().recipe;
        let data = black(recipe.data, count);
        Plan::of(&recipe, &data).unwrap_err().to_string()
    }

    #[test]
    fn some_examples_are_left_to_train_on() {
        assert_eq!(
            error("model=lenet5&data=mnist&val=100", 100),
            "val=100 keeps all of the 100 training examples apart; some must be left to train on."
        );
    }

    #[test]
    fn images_of_another_shape_are_refused() {
        assert_eq!(
            error("model=lenet5-1998&data=cifar10", 100),
            "LeNet-5 (1998) takes 1×28×28 images; CIFAR-10 has 3×32×32."
        );
    }

    #[test]
    fn ten_digits_are_no_three_classes() {
        let recipe = parse("model=lenet5-1998&data=own&classes=3&size=28&channels=grey")
            .unwrap()
            .recipe;
        assert_eq!(
            fits(&recipe, &info(&recipe)).unwrap_err().to_string(),
            "LeNet-5 (1998) tells 10 classes apart; Your own images has 3."
        );
    }

    /// All but the paper's LeNet-5, and that too on the data of its default recipe.
    #[test]
    fn networks_take_any_datas_images() {
        for (model, name, ..) in Model::ALL {
            for (data, of, ..) in Data::ALL {
                let mut recipe = Recipe::of(*model);
                let own = recipe.data == *data;
                recipe.data = *data;
                let fitting = fits(&recipe, &info(&recipe)).is_ok();
                assert!(
                    fitting || *model == Model::LeNet51998 && !own,
                    "{name} on {of}"
                );
            }
        }
    }

    #[test]
    fn units_are_not_normalised_by_themselves() {
        let link = "model=stack&layers=fc5,norm,relu&batch=4";
        assert_eq!(
            error(&format!("{link}&shards=4"), 100),
            "batch=4 in 4 shards leaves a normalisation of units 1 number to take the mean of, so that everything becomes 0: it needs at least 2 examples in each shard."
        );
        let recipe = parse(&format!("{link}&shards=2")).unwrap().recipe;
        assert!(Plan::of(&recipe, &black(recipe.data, 100)).is_ok());
    }

    #[test]
    fn more_examples_than_there_are_are_refused() {
        assert_eq!(
            error("data=mnist&subset=101", 100),
            "subset=101 asks for more training examples than MNIST has, which is 100."
        );
        assert_eq!(
            error("data=mnist&batch=101", 100),
            "batch=101 is more than the 100 training examples there are; a batch is filled by different ones."
        );
    }
}
