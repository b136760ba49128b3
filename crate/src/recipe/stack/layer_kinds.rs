//! The kinds of layers, each declared once: the list drives the parser, printing, the editor and the reference.

/// A kind of layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerKind {
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
    /// Batch normalization.
    Norm,
    /// Dropout.
    Dropout,
    /// A residual block.
    Residual,
}

/// The value of an argument that the text leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentDefault {
    /// A constant.
    Constant(u32),
    /// That of the layer's first argument: a stride of the window's size.
    FirstArgument,
}

impl ArgumentDefault {
    /// The value, given those of the arguments before it.
    pub fn value(self, arguments: &[u32]) -> u32 {
        match self {
            ArgumentDefault::Constant(value) => value,
            ArgumentDefault::FirstArgument => arguments.first().copied().unwrap_or_default(),
        }
    }
}

/// An argument of a layer: a number, as those of a PyTorch module's constructor.
#[derive(Debug)]
pub struct Argument {
    /// The letter before it in the text; empty for the first.
    pub letter: &'static str,
    /// Its name on the page.
    pub label: &'static str,
    /// The minimum.
    pub min: u32,
    /// The maximum.
    pub max: u32,
    /// Its value where it is left out; none where it is required.
    pub default: Option<ArgumentDefault>,
    /// Whether it is a decimal number, which is kept in thousandths.
    pub is_decimal: bool,
}

/// The declaration of a kind of layer.
#[derive(Debug)]
pub struct LayerSpec {
    /// The kind.
    pub kind: LayerKind,
    /// Its name in the text.
    pub name: &'static str,
    /// Its name on the page.
    pub label: &'static str,
    /// One line of help.
    pub help: &'static str,
    /// An example of its text.
    pub example: &'static str,
    /// Its arguments.
    pub arguments: &'static [Argument],
    /// Whether it is a block, with layers in brackets.
    pub is_block: bool,
}

/// A required integer.
const fn integer(letter: &'static str, label: &'static str, min: u32, max: u32) -> Argument {
    Argument {
        letter,
        label,
        min,
        max,
        default: None,
        is_decimal: false,
    }
}

impl Argument {
    /// The argument, with a default.
    const fn or(self, default: ArgumentDefault) -> Self {
        Argument {
            default: Some(default),
            ..self
        }
    }

    /// A value as the text has it.
    pub fn text(&self, value: u32) -> String {
        if self.is_decimal {
            (f64::from(value) / 1000.0).to_string()
        } else {
            value.to_string()
        }
    }

    /// What is allowed: "a whole number from 1 to 64".
    pub fn allowed(&self) -> String {
        let what = match self.is_decimal {
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

/// A kind without arguments.
const fn plain(
    kind: LayerKind,
    name: &'static str,
    label: &'static str,
    help: &'static str,
) -> LayerSpec {
    LayerSpec {
        kind,
        name,
        label,
        help,
        example: name,
        arguments: &[],
        is_block: false,
    }
}

/// Every kind of layer.
pub const LAYER_KINDS: &[LayerSpec] = &[
    LayerSpec {
        kind: LayerKind::Convolution,
        name: "conv",
        label: "Convolution",
        help: "So many filters, each over a square window of the channels of its group.",
        example: "conv16x3p1",
        arguments: &[
            integer("", "Filters", 1, 4096),
            integer("x", "Kernel", 1, 64),
            integer("p", "Padding", 0, 63).or(ArgumentDefault::Constant(0)),
            integer("s", "Stride", 1, 64).or(ArgumentDefault::Constant(1)),
            integer("g", "Groups", 1, 4096).or(ArgumentDefault::Constant(1)),
        ],
        is_block: false,
    },
    LayerSpec {
        kind: LayerKind::MaxPooling,
        name: "max",
        label: "Max pooling",
        help: "The largest number of each square window; the stride is the window's size unless it is given.",
        example: "max2",
        arguments: &[
            integer("", "Window", 1, 64),
            integer("p", "Padding", 0, 32).or(ArgumentDefault::Constant(0)),
            integer("s", "Stride", 1, 64).or(ArgumentDefault::FirstArgument),
        ],
        is_block: false,
    },
    LayerSpec {
        kind: LayerKind::AveragePooling,
        name: "avg",
        label: "Average pooling",
        help: "The mean of each square window; the stride is the window's size unless it is given.",
        example: "avg2",
        arguments: &[
            integer("", "Window", 1, 64),
            integer("s", "Stride", 1, 64).or(ArgumentDefault::FirstArgument),
        ],
        is_block: false,
    },
    plain(
        LayerKind::GlobalAverage,
        "gap",
        "Global average",
        "The mean of each channel: an image becomes a row of numbers.",
    ),
    LayerSpec {
        kind: LayerKind::Linear,
        name: "fc",
        label: "Linear",
        help: "So many units, each connected to every number before it; an image is flattened first.",
        example: "fc120",
        arguments: &[integer("", "Units", 1, 65_536)],
        is_block: false,
    },
    plain(
        LayerKind::Relu,
        "relu",
        "ReLU",
        "Negative numbers become 0.",
    ),
    plain(
        LayerKind::Tanh,
        "tanh",
        "Tanh",
        "The hyperbolic tangent: from −1 to 1.",
    ),
    plain(
        LayerKind::Sigmoid,
        "sigmoid",
        "Sigmoid",
        "1 / (1 + e⁻ˣ): from 0 to 1.",
    ),
    plain(
        LayerKind::Norm,
        "norm",
        "Batch normalization",
        "Every channel, or unit, is centred and scaled over the batch; a convolution or linear layer right before it has no bias.",
    ),
    LayerSpec {
        kind: LayerKind::Dropout,
        name: "drop",
        label: "Dropout",
        help: "In training, that part of the numbers becomes 0 at random, and the others grow to make up for it.",
        example: "drop0.5",
        arguments: &[Argument {
            letter: "",
            label: "Rate",
            min: 0,
            max: 950,
            default: None,
            is_decimal: true,
        }],
        is_block: false,
    },
    LayerSpec {
        kind: LayerKind::Residual,
        name: "res",
        label: "Residual block",
        help: "What goes into the block is added to what its layers make of it, so they have to keep the shape.",
        example: "res(conv16x3p1,relu)",
        arguments: &[],
        is_block: true,
    },
];

impl LayerKind {
    /// Its declaration.
    pub fn spec(self) -> &'static LayerSpec {
        // Every kind is declared (a test holds it), so the first is never taken.
        let declared = LAYER_KINDS.iter().find(|spec| spec.kind == self);
        declared.unwrap_or(&LAYER_KINDS[0])
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        let declared = LAYER_KINDS.iter().find(|spec| spec.name == name);
        declared.map(|spec| spec.kind)
    }
}
