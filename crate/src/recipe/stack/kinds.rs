//! Every kind of layer, declared once: the list drives reading, writing, the editor and the reference.

/// What a layer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A convolution.
    Convolution,
    /// The largest of each window.
    MaxPooling,
    /// The mean of each window.
    AveragePooling,
    /// The mean of each channel.
    GlobalAverage,
    /// A linear layer.
    Linear,
    /// max(x, 0).
    Relu,
    /// The hyperbolic tangent.
    Tanh,
    /// 1 / (1 + e⁻ˣ).
    Sigmoid,
    /// Batch normalisation.
    Norm,
    /// Dropout.
    Dropout,
    /// A residual block.
    Residual,
}

/// What a number is where the text leaves it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Default {
    /// Always that.
    Is(u32),
    /// What the layer's first number is: windows that do not overlap.
    First,
}

impl Default {
    /// The value, given the layer's numbers.
    pub fn of(self, numbers: &[u32]) -> u32 {
        match self {
            Default::Is(value) => value,
            Default::First => numbers.first().copied().unwrap_or_default(),
        }
    }
}

/// A number of a layer.
#[derive(Debug)]
pub struct Number {
    /// What stands before it in the text; nothing before the first.
    pub letter: &'static str,
    /// Its name on the page.
    pub label: &'static str,
    /// The smallest that is allowed.
    pub min: u32,
    /// The largest that is allowed.
    pub max: u32,
    /// What it is where it is left out; nothing where it has to be there.
    pub default: Option<Default>,
    /// Whether it is kept in thousandths.
    pub decimal: bool,
}

/// What can be known of a kind without a layer of it.
#[derive(Debug)]
pub struct Spec {
    /// The kind.
    pub kind: Kind,
    /// Its name in the text.
    pub name: &'static str,
    /// Its name on the page.
    pub label: &'static str,
    /// One line of help.
    pub help: &'static str,
    /// A text of such a layer.
    pub example: &'static str,
    /// Its numbers.
    pub numbers: &'static [Number],
    /// Whether layers stand in it, in brackets.
    pub holds_layers: bool,
}

/// A whole number that has to be there.
const fn whole(letter: &'static str, label: &'static str, min: u32, max: u32) -> Number {
    Number {
        letter,
        label,
        min,
        max,
        default: None,
        decimal: false,
    }
}

impl Number {
    /// That number, where it may be left out.
    const fn or(self, default: Default) -> Self {
        Number {
            default: Some(default),
            ..self
        }
    }

    /// A value as the text has it.
    pub fn text(&self, value: u32) -> String {
        if self.decimal {
            (f64::from(value) / 1000.0).to_string()
        } else {
            value.to_string()
        }
    }

    /// What is allowed: "a whole number from 1 to 64".
    pub fn allowed(&self) -> String {
        let what = match self.decimal {
            true => "a number with at most three decimals",
            false => "a whole number",
        };
        format!(
            "{what} from {} to {}",
            self.text(self.min),
            self.text(self.max)
        )
    }
}

/// A kind without numbers.
const fn bare(kind: Kind, name: &'static str, label: &'static str, help: &'static str) -> Spec {
    Spec {
        kind,
        name,
        label,
        help,
        example: name,
        numbers: &[],
        holds_layers: false,
    }
}

/// Every kind.
pub const KINDS: &[Spec] = &[
    Spec {
        kind: Kind::Convolution,
        name: "conv",
        label: "Convolution",
        help: "So many filters, each over a square window of the channels of its group.",
        example: "conv16x3p1",
        numbers: &[
            whole("", "Filters", 1, 4096),
            whole("x", "Kernel", 1, 64),
            whole("p", "Padding", 0, 63).or(Default::Is(0)),
            whole("s", "Stride", 1, 64).or(Default::Is(1)),
            whole("g", "Groups", 1, 4096).or(Default::Is(1)),
        ],
        holds_layers: false,
    },
    Spec {
        kind: Kind::MaxPooling,
        name: "max",
        label: "Max pooling",
        help: "The largest number of each square window; the stride is the window's size unless it is given.",
        example: "max2",
        numbers: &[
            whole("", "Window", 1, 64),
            whole("p", "Padding", 0, 32).or(Default::Is(0)),
            whole("s", "Stride", 1, 64).or(Default::First),
        ],
        holds_layers: false,
    },
    Spec {
        kind: Kind::AveragePooling,
        name: "avg",
        label: "Average pooling",
        help: "The mean of each square window; the stride is the window's size unless it is given.",
        example: "avg2",
        numbers: &[
            whole("", "Window", 1, 64),
            whole("s", "Stride", 1, 64).or(Default::First),
        ],
        holds_layers: false,
    },
    bare(
        Kind::GlobalAverage,
        "gap",
        "Global average",
        "The mean of each channel: an image becomes a row of numbers.",
    ),
    Spec {
        kind: Kind::Linear,
        name: "fc",
        label: "Linear",
        help: "So many units, each connected to every number before it; an image is flattened first.",
        example: "fc120",
        numbers: &[whole("", "Units", 1, 65_536)],
        holds_layers: false,
    },
    bare(Kind::Relu, "relu", "ReLU", "Negative numbers become 0."),
    bare(
        Kind::Tanh,
        "tanh",
        "Tanh",
        "The hyperbolic tangent: from −1 to 1.",
    ),
    bare(
        Kind::Sigmoid,
        "sigmoid",
        "Sigmoid",
        "1 / (1 + e⁻ˣ): from 0 to 1.",
    ),
    bare(
        Kind::Norm,
        "norm",
        "Batch normalisation",
        "Every channel, or unit, is centred and scaled over the batch; a convolution or linear layer right before it has no bias.",
    ),
    Spec {
        kind: Kind::Dropout,
        name: "drop",
        label: "Dropout",
        help: "In training, that part of the numbers becomes 0 at random, and the others grow to make up for it.",
        example: "drop0.5",
        numbers: &[Number {
            letter: "",
            label: "Rate",
            min: 0,
            max: 950,
            default: None,
            decimal: true,
        }],
        holds_layers: false,
    },
    Spec {
        kind: Kind::Residual,
        name: "res",
        label: "Residual block",
        help: "What goes into the block is added to what its layers make of it, so they have to keep the shape.",
        example: "res(conv16x3p1,relu)",
        numbers: &[],
        holds_layers: true,
    },
];

impl Kind {
    /// What is declared of it.
    pub fn spec(self) -> &'static Spec {
        // Every kind is declared (a test holds it), so the first is never taken.
        let declared = KINDS.iter().find(|spec| spec.kind == self);
        declared.unwrap_or(&KINDS[0])
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        let declared = KINDS.iter().find(|spec| spec.name == name);
        declared.map(|spec| spec.kind)
    }
}
