//! A recipe, and the fields that every recipe has, declared once.
//!
//! The list at the end of this file drives parsing, printing, validation and the controls on the page: a field that is added
//! there is in all of them. Options of a network or of a data set are declared beside its code, as [`OptionField`]s.

use super::choice::Choice;
use super::choice_set::ChoiceSet;
use super::choices::{
    Augmentation, Averaging, DecayScope, OptimizerKind, Padding, Schedule, TestTimeAugmentation,
};
use super::digest_prefix::DigestPrefix;
use super::field::{Access, Field, Group, OptionField};
use super::field_type::{FieldType, SWITCH};
use super::input::Input;
use super::option_values::OptionValues;
use super::registry::{DatasetSpec, InputSpec, ModelSpec};
use super::value::TypedValue;

const fn always(_: &Recipe) -> bool {
    true
}

macro_rules! fields {
    ($( #[doc = $help:literal] $name:ident: $type:ty = $default:expr, $label:literal, $group:ident, $field_type:expr, $applies:expr; )+) => {
        /// All that decides a run. Made by parsing a link, or from a network's default recipe.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Recipe {
            /// The network that is trained.
            pub model: &'static ModelSpec,
            /// The data set that it is trained on and tested with.
            pub data: &'static DatasetSpec,
            pub(super) options: OptionValues,
            $( #[doc = $help] pub $name: $type, )+
        }

        impl Recipe {
            /// The network's default recipe, on that data set.
            pub fn new(model: &'static ModelSpec, data: &'static DatasetSpec) -> Self {
                let mut recipe = Recipe { model, data, options: OptionValues::default(), $( $name: $default, )+ };
                (model.defaults)(&mut recipe);
                recipe
            }
        }

        /// The fields that every recipe has beside `model` and `data`, in the order of links and of the page.
        pub static FIELDS: &[&Field] = &[ $( &Field {
            key: stringify!($name),
            label: $label,
            // A doc comment starts with a space.
            help: $help.trim_ascii(),
            group: Group::$group,
            field_type: $field_type,
            access: Access::Member {
                applies: $applies,
                get: |recipe| recipe.$name.to_value(),
                set: |recipe, value| recipe.$name = TypedValue::from_value(value),
            },
        }, )+ ];
    };
}

impl Recipe {
    /// The value of an option; its default where the recipe's network and data set do not have it.
    pub fn get<T: TypedValue>(&self, option: &OptionField<T>) -> T {
        T::from_value(&option.field.value(self))
    }

    /// Sets the value of an option, which must be one that its field allows.
    pub fn set<T: TypedValue>(&mut self, option: &OptionField<T>, value: T) {
        option.field.set_value(self, value.to_value());
    }

    /// Its data set's images and classes, as the network takes them.
    pub fn input(&self) -> Input {
        match self.data.input {
            InputSpec::Fixed(input) => input,
            InputSpec::Options(input) => input(self),
        }
    }
}

fields! {
    /// How many of the training images are used; 0: all of them. Fewer are faster, but the network overfits sooner.
    subset: u64 = 0, "Training images", Data, FieldType::Integer { min: 0, max: 1_000_000 }, always;
    /// Training images that are kept apart to choose settings by, so that the test images decide nothing; 0: none. Too few: the validation accuracy is noisy. Too many: less to learn from.
    val: u64 = 0, "Validation images", Data, FieldType::Integer { min: 0, max: 1_000_000 }, always;
    /// Random changes to the training images, new ones in each epoch, against overfitting. Those that change what an image shows, as a mirrored 3, make it worse.
    aug: ChoiceSet<Augmentation> = ChoiceSet::none(), "Augmentation", Data, FieldType::ChoiceSet(Augmentation::CHOICES), always;
    /// What a random crop finds outside of the image.
    pad: Padding = Padding::Zero, "Padding of crops", Data, FieldType::Choice(Padding::CHOICES), |recipe| recipe.aug.contains(Augmentation::Crop);
    /// The weights that a run starts from in place of random ones: the digest of their file, the first 16 digits of its SHA-256. Whoever opens the link is asked for that file.
    init: DigestPrefix = DigestPrefix::NONE, "Initial weights", Training, FieldType::Digest, always;
    /// How many of the first layers with weights keep them as they are; 0: none. Their batch normalization keeps its running statistics. Many: fast, and little can be learnt. Few: small data may undo what the weights know.
    freeze: u64 = 0, "Frozen layers", Training, FieldType::Integer { min: 0, max: 1000 }, always;
    /// How a step is made of the gradient. Each has a learning rate of its own: SGD usually a larger one than Adam.
    opt: OptimizerKind = OptimizerKind::Adam, "Optimizer", Training, FieldType::Choice(OptimizerKind::CHOICES), always;
    /// Size of each step. Too small: slow. Too large: the loss jumps or explodes.
    lr: f64 = 0.002, "Learning rate", Training, FieldType::Real { min: 1e-7, max: 100.0, log: true }, always;
    /// The learning rate of biases, and of what scales and shifts a normalized channel, as a multiple of the learning rate. 1: the same. Too large: the loss jumps.
    bias_lr: f64 = 1.0, "Learning rate of biases, times", Training, FieldType::Real { min: 0.0, max: 1000.0, log: false }, always;
    /// The learning rate of the last layer, which gives the class scores, as a multiple of the learning rate. 1: the same. Too large: the loss jumps.
    head_lr: f64 = 1.0, "Learning rate of the head, times", Training, FieldType::Real { min: 0.0, max: 1000.0, log: false }, always;
    /// The share of the last step that the next one carries on with; 0: none. Too little: slow and zigzagging. Too much: it overshoots.
    momentum: f64 = 0.9, "Momentum", Training, FieldType::Real { min: 0.0, max: 0.999, log: false }, |recipe| matches!(recipe.opt, OptimizerKind::Sgd | OptimizerKind::Muon);
    /// Whether a step looks ahead to where the momentum leads (Nesterov); with Adam that is NAdam (Dozat, 2016). Often it learns a little faster.
    nesterov: bool = false, "Nesterov momentum", Training, SWITCH, |recipe| match recipe.opt {
        OptimizerKind::Sgd | OptimizerKind::Muon => recipe.momentum > 0.0,
        OptimizerKind::Adam | OptimizerKind::AdamW => true,
        OptimizerKind::RmsProp => false,
    };
    /// The share of the mean gradient that Adam keeps at each step (β₁): its momentum. Too little: noisy steps. Too much: it overshoots.
    beta1: f64 = 0.9, "Beta 1", Training, FieldType::Real { min: 0.0, max: 0.9999, log: false }, |recipe| matches!(recipe.opt, OptimizerKind::Adam | OptimizerKind::AdamW);
    /// The share of the mean squared gradient that Adam keeps at each step (β₂). Too little: steps of uneven size. Too much: it adapts late.
    beta2: f64 = 0.999, "Beta 2", Training, FieldType::Real { min: 0.0, max: 0.99999, log: false }, |recipe| matches!(recipe.opt, OptimizerKind::Adam | OptimizerKind::AdamW);
    /// What is added to the root of the mean squared gradient, so that nothing is divided by 0 (ε). Too small: tiny gradients make large steps. Too large: small gradients make small steps, as with SGD.
    eps: f64 = 1e-8, "Epsilon", Training, FieldType::Real { min: 1e-12, max: 1.0, log: true }, |recipe| !matches!(recipe.opt, OptimizerKind::Sgd | OptimizerKind::Muon);
    /// Pulls weights towards 0, against overfitting. Too little: no effect. Too much: it cannot fit the training images.
    wd: f64 = 0.0, "Weight decay", Training, FieldType::Real { min: 0.0, max: 1.0, log: false }, always;
    /// Which parameters weight decay pulls.
    decay: DecayScope = DecayScope::Weights, "Decayed", Training, FieldType::Choice(DecayScope::CHOICES), |recipe| recipe.wd > 0.0;
    /// How the learning rate changes over the run. One that falls usually ends at a better accuracy than a constant one.
    schedule: Schedule = Schedule::Cosine, "Schedule", Training, FieldType::Choice(Schedule::CHOICES), always;
    /// The share of the run over which the learning rate first rises from 0. Too little: the first steps may explode. Too much: little of the run has the full rate.
    warmup: f64 = 0.05, "Warm-up", Training, FieldType::Real { min: 0.0, max: 1.0, log: false }, |recipe| recipe.schedule != Schedule::OneCycle;
    /// Spreads this share of the target over all classes, so the network is less overconfident (label smoothing). Too much: it is sure of nothing.
    smooth: f64 = 0.0, "Label smoothing", Training, FieldType::Real { min: 0.0, max: 0.9, log: false }, |recipe| recipe.model.cross_entropy;
    /// Limits the gradient's length to this, over all parameters together; 0: no limit. Too small: slow. Too large: it limits nothing.
    clip: f64 = 0.0, "Gradient clipping", Training, FieldType::Real { min: 0.0, max: 1000.0, log: false }, always;
    /// Which average of the weights it is scored with. An average is smoother than the weights of one step.
    average: Averaging = Averaging::Off, "Average of the weights", Training, FieldType::Choice(Averaging::CHOICES), always;
    /// The share of the moving average that stays at each step. Too little: it smooths nothing. Too much: it lags behind the training.
    ema: f64 = 0.99, "Decay of the average", Training, FieldType::Real { min: 0.0, max: 0.99999, log: false }, |recipe| recipe.average == Averaging::Ema;
    /// How many images make one step. Few: noisy steps. Many: smoother ones, but fewer an epoch, which may need a larger learning rate.
    batch: u64 = 64, "Batch size", Training, FieldType::Integer { min: 1, max: 1024 }, always;
    /// Into how many parts a batch is cut, so that several workers share it. Each is normalized by itself where channels are. Too few: cores are idle. Too many: the normalization is noisy.
    shards: u64 = 4, "Shards", Training, FieldType::Integer { min: 1, max: 64 }, always;
    /// How often each training image is seen. Too few: it could still get better. Too many: it overfits, and takes longer.
    epochs: u64 = 10, "Epochs", Run, FieldType::Integer { min: 1, max: 1000 }, |recipe| recipe.steps == 0;
    /// The length of the run in steps, in place of epochs; 0: as the epochs say. Too few: it could still get better.
    steps: u64 = 0, "Steps", Run, FieldType::Integer { min: 0, max: 1_000_000 }, always;
    /// How many steps lie between two scores, with one at the end; 0: 20 scores at most. Few: more points of the curve, but it takes longer.
    score: u64 = 0, "Steps between scores", Run, FieldType::Integer { min: 0, max: 1_000_000 }, always;
    /// How many of the test images it is scored on, the first of them; 0: all. Few: faster, but the test accuracy is less certain.
    test: u64 = 0, "Test images", Run, FieldType::Integer { min: 0, max: 1_000_000 }, always;
    /// Whether a score counts each image together with its mirror image: the mean of their logits. It is for photos, not for digits, whose meaning a mirror changes. Only scores depend on it, and each says so.
    tta: TestTimeAugmentation = TestTimeAugmentation::Off, "Test-time augmentation", Run, FieldType::Choice(TestTimeAugmentation::CHOICES), always;
    /// What all random numbers of the run start from: the first weights, the order of the images, augmentation. What differs between seeds alone is chance.
    seed: u64 = 1, "Seed", Run, FieldType::Integer { min: 0, max: 9_007_199_254_740_991 }, always;
}
