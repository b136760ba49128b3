//! Every field of a recipe, declared once.
//!
//! The list at the end of this file drives parsing, printing, validation, the controls on the page and the
//! reference in the documentation: a field that is added there is there everywhere.

use super::choice_set::ChoiceSet;
use super::choices::{
    Activation, Augmentation, Channels, Choice, Data, DecayScope, Head, Model, Norm, OptimizerKind,
    Pool, Schedule, Shortcut, Size, Skip, Stem, Switch,
};
use super::digest_prefix::DigestPrefix;
use super::error::RecipeError;
use super::number_list::NumberList;
use super::stack::Stack;

/// What a field may hold.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// One of a closed set; the function gives name, label and help of each.
    Choice(fn() -> Vec<(&'static str, &'static str, &'static str)>),
    /// Any number of a closed set, each at most once; the function gives name, label and help of each.
    ChoiceSet(fn() -> Vec<(&'static str, &'static str, &'static str)>),
    /// A whole number from `min` to `max`.
    Integer {
        /// The smallest that is allowed.
        min: u64,
        /// The largest that is allowed.
        max: u64,
    },
    /// At most `max_len` whole numbers from `min` to `max`, in order.
    IntegerList {
        /// The smallest that is allowed.
        min: u64,
        /// The largest that is allowed.
        max: u64,
        /// How many there may be.
        max_len: usize,
    },
    /// A number from `min` to `max`.
    Real {
        /// The smallest that is allowed.
        min: f64,
        /// The largest that is allowed.
        max: f64,
        /// Whether a control should move in factors instead of in steps.
        log: bool,
    },
    /// The layers of a network of one's own.
    Layers,
    /// The digest of somebody's own data.
    Digest,
}

impl Kind {
    /// What is allowed, as the end of a sentence: "a whole number from 1 to 1024".
    pub fn allowed(&self) -> String {
        match self {
            Kind::Choice(all) => {
                let names: Vec<_> = all().iter().map(|choice| choice.0).collect();
                format!("one of {}", names.join(", "))
            }
            Kind::ChoiceSet(all) => {
                let names: Vec<_> = all().iter().map(|choice| choice.0).collect();
                format!(
                    "a list of {}, each at most once, with commas between them; empty is none",
                    names.join(", ")
                )
            }
            Kind::Integer { min, max } => format!("a whole number from {min} to {max}"),
            Kind::IntegerList { min, max, max_len } => format!(
                "at most {max_len} whole numbers from {min} to {max} with commas between them; empty is none"
            ),
            Kind::Real { min, max, .. } => format!("a number from {min} to {max}"),
            Kind::Layers => "layers with commas between them".to_owned(),
            Kind::Digest => format!("{HEXADECIMAL}, or empty"),
        }
    }
}

/// Where a field's control stands on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Which network.
    Network,
    /// Which data and how much of it.
    Data,
    /// How it is trained.
    Training,
    /// How long, and from which seed.
    Run,
}

impl Group {
    /// Its name for the page.
    pub fn name(self) -> &'static str {
        match self {
            Group::Network => "network",
            Group::Data => "data",
            Group::Training => "training",
            Group::Run => "run",
        }
    }
}

/// One field of the recipe.
#[derive(Debug)]
pub struct Field {
    /// Its name in the link.
    pub key: &'static str,
    /// Its label on the page.
    pub label: &'static str,
    help: &'static str,
    /// Where its control stands.
    pub group: Group,
    /// What it may hold.
    pub kind: Kind,
    /// Whether it means anything in that recipe: momentum means nothing to Adam.
    pub applies: fn(&Recipe) -> bool,
    read: fn(&mut Recipe, &str, &Kind) -> bool,
    write: fn(&Recipe) -> String,
}

impl Field {
    /// One line of help.
    pub fn help(&self) -> &'static str {
        self.help.trim()
    }

    /// Sets the field from its text in a link.
    ///
    /// # Errors
    /// [`RecipeError::BadValue`] or [`RecipeError::Stack`] where the text is not allowed; the recipe is then as it was.
    pub fn set(&self, recipe: &mut Recipe, text: &str) -> Result<(), RecipeError> {
        if (self.read)(recipe, text, &self.kind) {
            return Ok(());
        }
        Err(match (self.kind, Stack::parse(text)) {
            (Kind::Layers, Err(why)) => RecipeError::Stack(why),
            _ => RecipeError::bad_value(self.key, text, &self.kind.allowed()),
        })
    }

    /// The field's text in a link.
    pub fn get(&self, recipe: &Recipe) -> String {
        (self.write)(recipe)
    }
}

/// What a digest is written in.
pub(super) const HEXADECIMAL: &str = "16 hexadecimal digits (0 to 9, a to f)";

/// A type that a field can have: how it is read from a link and written into one.
pub(super) trait Value: Sized {
    fn read(text: &str, kind: &Kind) -> Option<Self>;
    fn write(&self) -> String;
}

/// A whole number of digits alone: u64's own parser takes a leading '+', which would be a second spelling of the same
/// recipe.
pub(super) fn whole(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok())?
}

impl Value for u64 {
    fn read(text: &str, kind: &Kind) -> Option<Self> {
        let number = whole(text)?;
        matches!(kind, Kind::Integer { min, max } if (*min..=*max).contains(&number))
            .then_some(number)
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

impl Value for f64 {
    fn read(text: &str, kind: &Kind) -> Option<Self> {
        let number: f64 = text.parse().ok()?;
        // A comparison with NaN is false, so NaN is in no range.
        matches!(kind, Kind::Real { min, max, .. } if *min <= number && number <= *max)
            .then_some(if number == 0.0 { 0.0 } else { number })
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

impl<T: Choice> Value for T {
    fn read(text: &str, _: &Kind) -> Option<Self> {
        T::named(text)
    }

    fn write(&self) -> String {
        self.name().to_owned()
    }
}

impl<T: Choice> Value for ChoiceSet<T> {
    fn read(text: &str, _: &Kind) -> Option<Self> {
        ChoiceSet::parse(text)
    }

    fn write(&self) -> String {
        self.names()
    }
}

impl Value for Stack {
    fn read(text: &str, _: &Kind) -> Option<Self> {
        Stack::parse(text).ok()
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

impl Value for NumberList {
    fn read(text: &str, kind: &Kind) -> Option<Self> {
        NumberList::parse(text, kind)
    }

    fn write(&self) -> String {
        self.text()
    }
}

fn list<T: Choice>() -> Vec<(&'static str, &'static str, &'static str)> {
    T::ALL
        .iter()
        .map(|(_, name, label, help)| (*name, *label, *help))
        .collect()
}

const fn always(_: &Recipe) -> bool {
    true
}

fn has_own(recipe: &Recipe) -> bool {
    recipe.data == Data::Own
}

fn has_dropout(recipe: &Recipe) -> bool {
    let always = matches!(recipe.model, Model::Mlp | Model::AlexNet | Model::GoogLeNet);
    always || recipe.model.is_vgg() && recipe.head == Head::Fc
}

macro_rules! fields {
    ($( #[doc = $help:literal] $name:ident: $type:ty, $label:literal, $group:ident, $kind:expr, $applies:expr; )+) => {
        /// All that decides a run. Made by [`Recipe::of`] and by parsing a link.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Recipe { $( #[doc = $help] pub $name: $type, )+ }

        /// Every field, in the order in which links and the page have them.
        pub static FIELDS: &[Field] = &[ $( Field {
            key: stringify!($name),
            label: $label,
            help: $help,
            group: Group::$group,
            kind: $kind,
            applies: $applies,
            read: |recipe, text, kind| match <$type as Value>::read(text, kind) {
                Some(value) => { recipe.$name = value; true }
                None => false,
            },
            write: |recipe| recipe.$name.write(),
        }, )+ ];
    };
}

fields! {
    /// The network that is trained.
    model: Model, "Network", Network, Kind::Choice(list::<Model>), always;
    /// Whether what goes into a block is added to what comes out of it; without, it is the plain network of that depth.
    skip: Skip, "Shortcuts", Network, Kind::Choice(list::<Skip>), |recipe| recipe.model.is_residual();
    /// The layers of a network of one's own, from the image on; a linear layer to the classes closes it.
    layers: Stack, "Layers", Network, Kind::Layers, |recipe| recipe.model == Model::Stack;
    /// What goes around a block whose channels become more.
    shortcut: Shortcut, "New channels", Network, Kind::Choice(list::<Shortcut>), |recipe| recipe.model.is_residual() && recipe.skip == Skip::On;
    /// Units of the hidden layers, with commas between them; with none it is a linear classifier.
    widths: NumberList, "Hidden units", Network, Kind::IntegerList { min: 1, max: 8192, max_len: 8 }, |recipe| recipe.model == Model::Mlp;
    /// What comes after each layer's sums.
    act: Activation, "Activation", Network, Kind::Choice(list::<Activation>), |recipe| matches!(recipe.model, Model::Mlp | Model::AlexNet);
    /// Into how many groups the channels of some convolutions are split: the original was split between two GPUs.
    groups: u64, "Groups", Network, Kind::Integer { min: 1, max: 2 }, |recipe| recipe.model == Model::AlexNet;
    /// Local response normalisation after the first two convolutions, as the paper has it.
    lrn: Switch, "Response normalisation", Network, Kind::Choice(list::<Switch>), |recipe| recipe.model == Model::AlexNet;
    /// How convolutions are normalised.
    norm: Norm, "Normalisation", Network, Kind::Choice(list::<Norm>), |recipe| recipe.model.is_vgg();
    /// What makes class scores of the last feature maps.
    head: Head, "Head", Network, Kind::Choice(list::<Head>), |recipe| recipe.model.is_vgg();
    /// Two more classifiers in the middle of the network, which only help to learn.
    aux: Switch, "Auxiliary classifiers", Network, Kind::Choice(list::<Switch>), |recipe| recipe.model == Model::GoogLeNet;
    /// 1×1 convolutions that make channels fewer before the wide ones.
    reduce: Switch, "1×1 reductions", Network, Kind::Choice(list::<Switch>), |recipe| recipe.model == Model::GoogLeNet;
    /// How many channels each layer adds to what later ones see.
    growth: u64, "Growth rate", Network, Kind::Integer { min: 1, max: 48 }, |recipe| recipe.model == Model::DenseNet;
    /// Layers with weights of a DenseNet, 6n + 4; blocks of a transformer.
    depth: u64, "Depth", Network, Kind::Integer { min: 1, max: 100 }, |recipe| matches!(recipe.model, Model::DenseNet | Model::Vit);
    /// What makes tokens of the image.
    stem: Stem, "Tokens from", Network, Kind::Choice(list::<Stem>), |recipe| recipe.model == Model::Vit;
    /// Rows and columns of a patch.
    patch: u64, "Patch size", Network, Kind::Integer { min: 1, max: 32 }, |recipe| recipe.model == Model::Vit && recipe.stem == Stem::Patch;
    /// How many numbers a token has.
    dim: u64, "Token width", Network, Kind::Integer { min: 2, max: 1024 }, |recipe| recipe.model == Model::Vit;
    /// In how many ways tokens look at each other in each block.
    heads: u64, "Heads", Network, Kind::Integer { min: 1, max: 64 }, |recipe| recipe.model == Model::Vit;
    /// What is classified of the tokens.
    pool: Pool, "Classified", Network, Kind::Choice(list::<Pool>), |recipe| recipe.model == Model::Vit;
    /// How likely a hidden unit is left out of a training step.
    dropout: f64, "Dropout", Network, Kind::Real { min: 0.0, max: 0.9, log: false }, has_dropout;
    /// What it is trained on and tested with.
    data: Data, "Data", Data, Kind::Choice(list::<Data>), always;
    /// The digest of your own images: a link says which are meant, and holds none of them.
    own: DigestPrefix, "Images", Data, Kind::Digest, has_own;
    /// How many classes your own images have.
    classes: u64, "Classes", Data, Kind::Integer { min: 2, max: 256 }, has_own;
    /// What your own images are made into: their middle, as a square of so many pixels.
    size: Size, "Size", Data, Kind::Choice(list::<Size>), has_own;
    /// Whether your own images keep their colours.
    channels: Channels, "Channels", Data, Kind::Choice(list::<Channels>), has_own;
    /// How many training examples are used; 0 is all of them.
    subset: u64, "Training examples", Data, Kind::Integer { min: 0, max: 1_000_000 }, always;
    /// How many of them are kept apart to choose settings by, so that the test images decide nothing; 0 is none.
    val: u64, "Validation examples", Data, Kind::Integer { min: 0, max: 1_000_000 }, always;
    /// Random changes to the training images, other ones each time an image is seen.
    aug: ChoiceSet<Augmentation>, "Augmentation", Data, Kind::ChoiceSet(list::<Augmentation>), always;
    /// How the gradient changes the weights.
    opt: OptimizerKind, "Optimizer", Training, Kind::Choice(list::<OptimizerKind>), always;
    /// How far a step goes.
    lr: f64, "Learning rate", Training, Kind::Real { min: 1e-7, max: 100.0, log: true }, always;
    /// How much of the last step SGD carries on with; 0 is none.
    momentum: f64, "Momentum", Training, Kind::Real { min: 0.0, max: 0.999, log: false }, |recipe| recipe.opt == OptimizerKind::Sgd;
    /// Whether SGD takes the gradient from where the momentum is about to carry it (Nesterov).
    nesterov: Switch, "Nesterov momentum", Training, Kind::Choice(list::<Switch>), |recipe| recipe.opt == OptimizerKind::Sgd && recipe.momentum > 0.0;
    /// How strongly weights are pulled to 0.
    wd: f64, "Weight decay", Training, Kind::Real { min: 0.0, max: 1.0, log: false }, always;
    /// Which parameters weight decay pulls.
    decay: DecayScope, "Decayed", Training, Kind::Choice(list::<DecayScope>), |recipe| recipe.wd > 0.0;
    /// How the learning rate changes over the run.
    schedule: Schedule, "Schedule", Training, Kind::Choice(list::<Schedule>), always;
    /// Over how many steps the learning rate first rises from 0.
    warmup: u64, "Warm-up steps", Training, Kind::Integer { min: 0, max: 100_000 }, |recipe| recipe.schedule != Schedule::OneCycle;
    /// Which part of the truth goes to all classes alike, so that no answer gets too certain (label smoothing).
    smooth: f64, "Label smoothing", Training, Kind::Real { min: 0.0, max: 0.9, log: false }, |recipe| recipe.model != Model::LeNet51998;
    /// The longest gradient, over all parameters together; a longer one is shortened to it. 0 is none.
    clip: f64, "Gradient clipping", Training, Kind::Real { min: 0.0, max: 1000.0, log: false }, always;
    /// How many examples make one step.
    batch: u64, "Batch size", Training, Kind::Integer { min: 1, max: 1024 }, always;
    /// Into how many parts a batch is cut, each computed (and normalised, where channels are) by itself, so that several workers share it.
    shards: u64, "Shards", Training, Kind::Integer { min: 1, max: 64 }, always;
    /// How often each training example is seen.
    epochs: u64, "Epochs", Run, Kind::Integer { min: 1, max: 1000 }, |recipe| recipe.steps == 0;
    /// The length of the run in steps; 0 leaves it to the epochs.
    steps: u64, "Steps", Run, Kind::Integer { min: 0, max: 1_000_000 }, always;
    /// What every random number of the run starts from.
    seed: u64, "Seed", Run, Kind::Integer { min: 0, max: 9_007_199_254_740_991 }, always;
}
