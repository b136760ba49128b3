//! What each network starts from: a link says only what differs.

use super::choice_set::ChoiceSet;
use super::choices::{
    Activation, Augmentation, Channels, Data, DecayScope, Head, Model, Norm, OptimizerKind, Pool,
    Schedule, Shortcut, Size, Skip, Stem, Switch,
};
use super::digest_prefix::DigestPrefix;
use super::fields::Recipe;
use super::number_list::NumberList;
use super::stack::Stack;

impl Recipe {
    /// The network's own default recipe.
    pub fn of(model: Model) -> Self {
        let common = Recipe {
            model,
            skip: Skip::On,
            layers: Stack::default(),
            shortcut: Shortcut::Pad,
            widths: NumberList::of(&[300, 100]),
            act: Activation::Relu,
            groups: 1,
            lrn: Switch::Off,
            norm: Norm::Batch,
            head: Head::Fc,
            aux: Switch::Off,
            reduce: Switch::On,
            growth: 12,
            depth: 16,
            stem: Stem::Conv,
            patch: 4,
            dim: 48,
            heads: 4,
            pool: Pool::Seq,
            dropout: 0.0,
            data: Data::Digits,
            own: DigestPrefix::default(),
            classes: 2,
            size: Size::S32,
            channels: Channels::Colour,
            subset: 0,
            val: 0,
            aug: ChoiceSet::none(),
            opt: OptimizerKind::Adam,
            lr: 0.002,
            momentum: 0.9,
            nesterov: Switch::Off,
            wd: 0.0,
            decay: DecayScope::Weights,
            schedule: Schedule::Cosine,
            // The first steps decide most: taken small, two engines' roundings stay roundings.
            warmup: 100,
            smooth: 0.0,
            clip: 0.0,
            batch: 64,
            shards: 4,
            epochs: 10,
            steps: 0,
            seed: 1,
        };
        match model {
            // Of batches of 64, 128 and 256 and rates from 0.002 to 0.01, what was best after four epochs on the last
            // 10,000 of MNIST's training images.
            Model::LeNet5 => Recipe {
                lr: 0.006,
                batch: 128,
                epochs: 4,
                ..common
            },
            // LeNet-5, trained as LeNet-5: what is changed of it is then the network alone.
            Model::Stack => Recipe {
                model,
                layers: Stack::lenet5(),
                ..Recipe::of(Model::LeNet5)
            },
            // As many passes as the paper's training had.
            Model::LeNet51998 => Recipe {
                lr: 0.005,
                epochs: 20,
                ..common
            },
            // The paper's rule of learning, with a schedule of our own.
            Model::ResNet8
            | Model::ResNet14
            | Model::ResNet20
            | Model::ResNet32
            | Model::ResNet44
            | Model::ResNet56
            | Model::ResNet110 => Recipe {
                data: Data::Cifar10,
                opt: OptimizerKind::Sgd,
                lr: 0.1,
                momentum: 0.9,
                wd: 1e-4,
                aug: ChoiceSet::of(&[Augmentation::Crop, Augmentation::Flip]),
                epochs: 20,
                ..common
            },
            Model::ResNet18 | Model::ResNet34 | Model::ResNet50 => Recipe {
                shortcut: Shortcut::Project,
                ..common
            },
            Model::Mlp => common,
            // The papers drop half of the hidden units; the small networks have few.
            Model::AlexNet | Model::Vgg11 | Model::Vgg13 | Model::Vgg16 | Model::Vgg19 => Recipe {
                dropout: 0.25,
                ..common
            },
            Model::GoogLeNet => Recipe {
                dropout: 0.2,
                ..common
            },
            Model::DenseNet => Recipe { lr: 0.01, ..common },
            Model::Vit => Recipe {
                depth: 4,
                lr: 0.001,
                ..common
            },
        }
    }
}
