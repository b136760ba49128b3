//! The fields that are a choice: their names in the link, their labels and a line of help each.

/// A closed set of values, each with its name in the link.
pub trait Choice: Copy + Eq + 'static {
    /// Every value: itself, its name in the link, its label on the page, one line of help.
    const ALL: &'static [(Self, &'static str, &'static str, &'static str)];

    /// The name in the link.
    fn name(self) -> &'static str {
        self.entry().1
    }

    /// The label on the page.
    fn label(self) -> &'static str {
        self.entry().2
    }

    /// The value of that name.
    fn named(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|entry| entry.1 == name)
            .map(|entry| entry.0)
    }

    #[doc(hidden)]
    fn entry(self) -> &'static (Self, &'static str, &'static str, &'static str) {
        // Every value stands in ALL (the macro below writes both), so the first is never taken.
        Self::ALL
            .iter()
            .find(|entry| entry.0 == self)
            .unwrap_or(&Self::ALL[0])
    }
}

macro_rules! choice {
    ($(#[$meta:meta])* $name:ident { $( $variant:ident = $link:literal, $label:literal, $help:literal; )+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $( #[doc = $help] $variant, )+ }

        impl Choice for $name {
            const ALL: &'static [(Self, &'static str, &'static str, &'static str)] =
                &[ $( (Self::$variant, $link, $label, $help), )+ ];
        }
    };
}

choice! {
    /// The network.
    Model {
        LeNet5 = "lenet5", "LeNet-5", "As courses teach it today: two convolutions, ReLU, max pooling, three linear layers.";
        Mlp = "mlp", "Multilayer perceptron", "Linear layers alone, every unit seeing all pixels: what LeNet-5 was compared with.";
        LeNet51998 = "lenet5-1998", "LeNet-5 (1998)", "As the paper has it: 32×32 input, scaled tanh, trainable subsampling, RBF output.";
        ResNet8 = "resnet-8", "ResNet-8", "A residual network for small images: 75,290 parameters on colour images; smaller than any of the paper's.";
        ResNet14 = "resnet-14", "ResNet-14", "A residual network for small images: 172,506 parameters on colour images; smaller than any of the paper's.";
        ResNet20 = "resnet-20", "ResNet-20", "The paper's smallest residual network for small images: 269,722 parameters on colour images.";
        ResNet32 = "resnet-32", "ResNet-32", "The paper's residual network of 32 layers: 464,154 parameters on colour images.";
        ResNet44 = "resnet-44", "ResNet-44", "The paper's residual network of 44 layers: 658,586 parameters on colour images.";
        ResNet56 = "resnet-56", "ResNet-56", "The paper's residual network of 56 layers: 853,018 parameters on colour images.";
        ResNet110 = "resnet-110", "ResNet-110", "The paper's residual network of 110 layers: 1,727,962 parameters on colour images.";
        ResNet18 = "resnet-18", "ResNet-18", "The paper's residual network of 18 layers for ImageNet, with an eighth of its channels.";
        ResNet34 = "resnet-34", "ResNet-34", "The paper's residual network of 34 layers for ImageNet, with an eighth of its channels.";
        ResNet50 = "resnet-50", "ResNet-50", "The paper's residual network of 50 layers for ImageNet, of bottlenecks, with an eighth of its channels.";
        AlexNet = "alexnet", "AlexNet", "Five convolutions, dropout before two hidden layers: what began it all in 2012, made small.";
        Vgg11 = "vgg-11", "VGG-11", "Nothing but 3×3 convolutions: 11 layers, with an eighth of the channels.";
        Vgg13 = "vgg-13", "VGG-13", "Nothing but 3×3 convolutions: 13 layers, with an eighth of the channels.";
        Vgg16 = "vgg-16", "VGG-16", "Nothing but 3×3 convolutions: 16 layers, with an eighth of the channels.";
        Vgg19 = "vgg-19", "VGG-19", "Nothing but 3×3 convolutions: 19 layers, with an eighth of the channels.";
        GoogLeNet = "googlenet", "GoogLeNet", "Nine Inception modules, four views each of what comes in, with an eighth of the channels.";
        DenseNet = "densenet", "DenseNet", "Every layer of a block sees what all layers before it gave.";
        Vit = "vit", "Vision transformer", "An image as tokens that look at each other; it starts as a compact convolutional transformer.";
        Stack = "stack", "Stack of your own", "Your own network, layer by layer: it starts as LeNet-5 and becomes what you make of it.";
    }
}

impl Model {
    /// The layers with weights of a residual network for small images, by which it is named: 6n + 2. Nothing for other
    /// networks.
    pub fn depth(self) -> Option<usize> {
        match self {
            Model::ResNet8 => Some(8),
            Model::ResNet14 => Some(14),
            Model::ResNet20 => Some(20),
            Model::ResNet32 => Some(32),
            Model::ResNet44 => Some(44),
            Model::ResNet56 => Some(56),
            Model::ResNet110 => Some(110),
            _ => None,
        }
    }

    /// Whether it is a residual network, of either kind.
    pub fn is_residual(self) -> bool {
        let large = [Model::ResNet18, Model::ResNet34, Model::ResNet50];
        self.depth().is_some() || large.contains(&self)
    }

    /// Whether it is a VGG.
    pub fn is_vgg(self) -> bool {
        [Model::Vgg11, Model::Vgg13, Model::Vgg16, Model::Vgg19].contains(&self)
    }
}

choice! {
    /// Whether a residual network has its shortcuts.
    Skip {
        On = "on", "On", "Around every two convolutions goes a shortcut that their output is added to.";
        Off = "off", "Off", "The plain network: the same layers, one after the other, with nothing around them.";
    }
}

choice! {
    /// What a shortcut does where a block's channels become more.
    Shortcut {
        Pad = "pad", "Zeros", "Every other pixel, and zeros in the new channels: no parameters (the paper's option A).";
        Project = "project", "Projection", "A 1×1 convolution, normalised (the paper's option B).";
    }
}

choice! {
    /// Whether there is something or not.
    Switch {
        On = "on", "On", "It is there.";
        Off = "off", "Off", "It is left out.";
    }
}

choice! {
    /// What comes after a layer's sums.
    Activation {
        Relu = "relu", "ReLU", "max(0, x).";
        Tanh = "tanh", "Tanh", "The hyperbolic tangent, which was usual before.";
    }
}

choice! {
    /// What makes class scores of the last feature maps.
    Head {
        Fc = "fc", "Linear layers", "Two hidden layers, as the paper has it.";
        Gap = "gap", "Average pooling", "The mean of each channel, and one linear layer.";
    }
}

choice! {
    /// How what comes out of a convolution is normalised.
    Norm {
        Off = "off", "Off", "Not at all, as the paper has it.";
        Batch = "batch", "Batch", "Channel by channel, by its part of the batch (Ioffe and Szegedy, 2015).";
    }
}

choice! {
    /// What makes tokens of an image.
    Stem {
        Conv = "conv", "Convolutions", "Two 3×3 convolutions with max pooling: a token is what is left at one place.";
        Patch = "patch", "Patches", "Each square of the image becomes a token by one linear map.";
    }
}

choice! {
    /// What is classified of the tokens.
    Pool {
        Token = "token", "Class token", "One more token, which belongs to no place.";
        Mean = "mean", "Mean", "The mean of all tokens.";
        Seq = "seq", "Weighted mean", "The mean of all tokens, weighted by a learned score of each.";
    }
}

choice! {
    /// The data set.
    Data {
        Digits = "digits", "Digits (drawn)", "Digits that Bunsen draws itself, in a handwriting-like way; they are not MNIST.";
        Mnist = "mnist", "MNIST", "60,000 handwritten digits to train on and 10,000 to test with (LeCun, Cortes, Burges).";
        Fashion = "fashion", "Fashion-MNIST", "60,000 grey pictures of ten kinds of things to wear, 28×28, to train on and 10,000 to test with (Xiao, Rasul, Vollgraf).";
        Cifar10 = "cifar10", "CIFAR-10", "Colour photographs of ten kinds of things, 32×32: the first 10,000 of 50,000 to train on, 10,000 to test with (Krizhevsky).";
        Own = "own", "Your own images", "Images from your computer, in a folder for each class. They never leave it.";
    }
}

choice! {
    /// Rows and columns that a person's own images are made into.
    Size {
        S32 = "32", "32×32", "As CIFAR-10's.";
        S28 = "28", "28×28", "As MNIST's.";
    }
}

impl Size {
    /// Rows, or columns.
    pub fn pixels(self) -> usize {
        match self {
            Size::S32 => 32,
            Size::S28 => 28,
        }
    }
}

choice! {
    /// What a person's own images have of each pixel.
    Channels {
        Colour = "colour", "Colour", "Red, green and blue.";
        Grey = "grey", "Grey", "One channel, ink on paper: white is 0.";
    }
}

impl Channels {
    /// How many there are.
    pub fn count(self) -> usize {
        match self {
            Channels::Colour => 3,
            Channels::Grey => 1,
        }
    }
}

choice! {
    /// A random change to training images. They are applied in this order.
    Augmentation {
        Shift = "shift", "Shift", "Up to 2 pixels in each direction, parts of a pixel too.";
        Rotate = "rotate", "Rotation", "Up to 10 degrees to either side.";
        Elastic = "elastic", "Elastic distortion", "The image bends smoothly, as if it were drawn on rubber (Simard et al., 2003).";
        Crop = "crop", "Random crop", "4 pixels of padding on each side, then a crop of the image's size at random (He et al., 2015).";
        Flip = "flip", "Mirror", "Left and right change places in every other image, at random.";
        Cutout = "cutout", "Cutout", "A square of half the image's side is blank, somewhere at random (DeVries and Taylor, 2017).";
    }
}

choice! {
    /// The optimizer.
    OptimizerKind {
        Sgd = "sgd", "SGD", "Stochastic gradient descent, with momentum where that is above 0.";
        Adam = "adam", "Adam", "Adaptive moment estimation (Kingma and Ba, 2015); weight decay is added to the gradient.";
        AdamW = "adamw", "AdamW", "Adam with decoupled weight decay (Loshchilov and Hutter, 2019).";
        RmsProp = "rmsprop", "RMSprop", "The gradient over the root of its mean square (Tieleman and Hinton, 2012).";
    }
}

choice! {
    /// How the learning rate changes over the run.
    Schedule {
        Constant = "constant", "Constant", "The same learning rate from the first step to the last.";
        Cosine = "cosine", "Cosine", "Half a cosine from the learning rate down to 0 (Loshchilov and Hutter, 2017).";
        Linear = "linear", "Linear", "A straight line from the learning rate down to 0.";
        Step = "step", "Steps", "A tenth of the learning rate from half of the run on, and a hundredth from three quarters on (He et al., 2015).";
        OneCycle = "one-cycle", "One cycle", "Up from a 25th of the learning rate for three tenths of the run, then down to nearly nothing (Smith and Topin, 2018).";
    }
}

choice! {
    /// What weight decay pulls.
    DecayScope {
        Weights = "weights", "Weights", "What multiplies: biases, and what scales and shifts a normalised channel, are left alone.";
        All = "all", "All parameters", "Every parameter.";
    }
}
