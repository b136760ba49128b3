//! Named recipes that several residual networks have.

use crate::recipe::NamedRecipe;

/// Training on CIFAR-10 as section 4.2 of the paper has it.
pub(super) const PAPER_CIFAR10: NamedRecipe = NamedRecipe::paper(
    "As the paper trained on CIFAR-10: 64,000 steps of 128, the rate a tenth after half of them and after three quarters, and a batch \
     normalized in two halves, as on its two GPUs. Only what a crop finds outside of the image differs: black, not the mean.",
    "schedule=step&warmup=0&batch=128&shards=2&steps=64000",
);

/// The same, for the network that the paper had to warm up.
pub(super) const PAPER_WARMED_UP: NamedRecipe = NamedRecipe::paper(
    "As the paper trained on CIFAR-10: 64,000 steps of 128, the rate a tenth after half of them and after three quarters. The rate rises \
     over the first 400 steps, where the paper kept it at a tenth for about as long.",
    "schedule=step&warmup=0.00625&batch=128&shards=2&steps=64000",
);

/// The named recipes of the networks for ImageNet.
pub(super) const LARGE: &[NamedRecipe] = &[
    NamedRecipe::paper(
        "The paper's rule for ImageNet, 120 epochs of 256 images a step, on CIFAR-10: its images are smaller, and so are the channels.",
        "data=cifar10&aug=crop,flip&opt=sgd&lr=0.1&wd=0.0001&schedule=step&warmup=0&batch=256&epochs=120",
    ),
    NamedRecipe::tiny(
        "Two epochs of 1,200 synthetic digits, for a lesson.",
        "subset=1200&lr=0.005&schedule=one-cycle&batch=16&epochs=2&test=500",
    ),
];
