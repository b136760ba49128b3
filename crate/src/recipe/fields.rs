//! A recipe, and the fields that every recipe has, declared once.
//!
//! The list at the end of this file drives parsing, printing, validation and the controls on the page: a field that is added
//! there is in all of them. Options of a network or of a data set are declared beside its code, as [`OptionField`]s.

use super::choice::Choice;
use super::choice_set::ChoiceSet;
use super::choices::{
    Augmentation, Averaging, DecayScope, OptimizerKind, Padding, Schedule, TestTimeAugmentation,
};
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
    /// How many training examples are used; 0 is all of them.
    subset: u64 = 0, "Training examples", Data, FieldType::Integer { min: 0, max: 1_000_000 }, always;
    /// How many of them are kept apart to choose settings by, so that the test images decide nothing; 0 is none.
    val: u64 = 0, "Validation examples", Data, FieldType::Integer { min: 0, max: 1_000_000 }, always;
    /// Random changes to the training images, other ones each time an image is seen.
    aug: ChoiceSet<Augmentation> = ChoiceSet::none(), "Augmentation", Data, FieldType::ChoiceSet(Augmentation::CHOICES), always;
    /// What a random crop finds outside of the image.
    pad: Padding = Padding::Zero, "Padding of crops", Data, FieldType::Choice(Padding::CHOICES), |recipe| recipe.aug.contains(Augmentation::Crop);
    /// How the gradient changes the weights.
    opt: OptimizerKind = OptimizerKind::Adam, "Optimizer", Training, FieldType::Choice(OptimizerKind::CHOICES), always;
    /// How far a step goes.
    lr: f64 = 0.002, "Learning rate", Training, FieldType::Real { min: 1e-7, max: 100.0, log: true }, always;
    /// How many times the learning rate biases are trained with, and what scales and shifts a normalized channel.
    bias_lr: f64 = 1.0, "Learning rate of biases, times", Training, FieldType::Real { min: 0.0, max: 1000.0, log: false }, always;
    /// How many times the learning rate the last layer is trained with, which gives the class scores.
    head_lr: f64 = 1.0, "Learning rate of the head, times", Training, FieldType::Real { min: 0.0, max: 1000.0, log: false }, always;
    /// How much of the last step SGD carries on with; 0 is none.
    momentum: f64 = 0.9, "Momentum", Training, FieldType::Real { min: 0.0, max: 0.999, log: false }, |recipe| matches!(recipe.opt, OptimizerKind::Sgd | OptimizerKind::Muon);
    /// Whether a step is taken from where the momentum is about to carry it (Nesterov); with Adam, that is NAdam (Dozat, 2016).
    nesterov: bool = false, "Nesterov momentum", Training, SWITCH, |recipe| match recipe.opt {
        OptimizerKind::Sgd | OptimizerKind::Muon => recipe.momentum > 0.0,
        OptimizerKind::Adam | OptimizerKind::AdamW => true,
        OptimizerKind::RmsProp => false,
    };
    /// How much of the mean gradient Adam keeps at each step (β₁).
    beta1: f64 = 0.9, "Beta 1", Training, FieldType::Real { min: 0.0, max: 0.9999, log: false }, |recipe| matches!(recipe.opt, OptimizerKind::Adam | OptimizerKind::AdamW);
    /// How much of the mean squared gradient Adam keeps at each step (β₂).
    beta2: f64 = 0.999, "Beta 2", Training, FieldType::Real { min: 0.0, max: 0.99999, log: false }, |recipe| matches!(recipe.opt, OptimizerKind::Adam | OptimizerKind::AdamW);
    /// What is added to the root of the mean squared gradient, so that nothing is divided by 0 (ε).
    eps: f64 = 1e-8, "Epsilon", Training, FieldType::Real { min: 1e-12, max: 1.0, log: true }, |recipe| !matches!(recipe.opt, OptimizerKind::Sgd | OptimizerKind::Muon);
    /// How strongly weights are pulled to 0.
    wd: f64 = 0.0, "Weight decay", Training, FieldType::Real { min: 0.0, max: 1.0, log: false }, always;
    /// Which parameters weight decay pulls.
    decay: DecayScope = DecayScope::Weights, "Decayed", Training, FieldType::Choice(DecayScope::CHOICES), |recipe| recipe.wd > 0.0;
    /// How the learning rate changes over the run.
    schedule: Schedule = Schedule::Cosine, "Schedule", Training, FieldType::Choice(Schedule::CHOICES), always;
    /// Over which share of the run the learning rate first rises from 0.
    warmup: f64 = 0.05, "Warm-up", Training, FieldType::Real { min: 0.0, max: 1.0, log: false }, |recipe| recipe.schedule != Schedule::OneCycle;
    /// Which part of the truth goes to all classes alike, so that no answer gets too certain (label smoothing).
    smooth: f64 = 0.0, "Label smoothing", Training, FieldType::Real { min: 0.0, max: 0.9, log: false }, |recipe| recipe.model.cross_entropy;
    /// The longest gradient, over all parameters together; a longer one is shortened to it. 0 is none.
    clip: f64 = 0.0, "Gradient clipping", Training, FieldType::Real { min: 0.0, max: 1000.0, log: false }, always;
    /// Which average of the weights it is scored with.
    average: Averaging = Averaging::Off, "Average of the weights", Training, FieldType::Choice(Averaging::CHOICES), always;
    /// How much of the moving average stays at each step.
    ema: f64 = 0.99, "Decay of the average", Training, FieldType::Real { min: 0.0, max: 0.99999, log: false }, |recipe| recipe.average == Averaging::Ema;
    /// How many examples make one step.
    batch: u64 = 64, "Batch size", Training, FieldType::Integer { min: 1, max: 1024 }, always;
    /// Into how many parts a batch is cut, each computed (and normalized, where channels are) by itself, so that several workers share it.
    shards: u64 = 4, "Shards", Training, FieldType::Integer { min: 1, max: 64 }, always;
    /// How often each training example is seen.
    epochs: u64 = 10, "Epochs", Run, FieldType::Integer { min: 1, max: 1000 }, |recipe| recipe.steps == 0;
    /// The length of the run in steps; 0 leaves it to the epochs.
    steps: u64 = 0, "Steps", Run, FieldType::Integer { min: 0, max: 1_000_000 }, always;
    /// After how many steps the run is scored, and at its end; 0 leaves it to the plan, which scores it 20 times at most.
    score: u64 = 0, "Steps between scores", Run, FieldType::Integer { min: 0, max: 1_000_000 }, always;
    /// On how many of the test images it is scored, the first of them; 0 is all.
    test: u64 = 0, "Test images", Run, FieldType::Integer { min: 0, max: 1_000_000 }, always;
    /// Whether a score counts each image together with its mirror image: the mean of their logits. It is for photos and not for digits, whose meaning a mirror changes. Only scores depend on it, and each says so.
    tta: TestTimeAugmentation = TestTimeAugmentation::Off, "Test-time augmentation", Run, FieldType::Choice(TestTimeAugmentation::CHOICES), always;
    /// What every random number of the run starts from.
    seed: u64 = 1, "Seed", Run, FieldType::Integer { min: 0, max: 9_007_199_254_740_991 }, always;
}
