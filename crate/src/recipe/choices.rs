//! The choices that every recipe has, whatever its network and its data set.

use super::choice::{Choice, choice};

choice! {
    /// A random change to training images. They are applied in this order.
    Augmentation {
        Shift = "shift", "Shift", "Up to 2 pixels in each direction, parts of a pixel too.";
        Rotate = "rotate", "Rotation", "Up to 10 degrees to either side.";
        Elastic = "elastic", "Elastic distortion", "The image bends smoothly, as if it were drawn on rubber (Simard et al., 2003).";
        Crop = "crop", "Random crop", "4 pixels of padding on each side, then a crop of the image's size at random (He et al., 2015).";
        Flip = "flip", "Mirror", "Left and right change places in every other image, at random.";
        Alternate = "alternate", "Alternating mirror", "Left and right change places in every other epoch; which half of the images begins so is drawn once (Jordan, 2024).";
        Cutout = "cutout", "Cutout", "A square of half the image's side is blank, somewhere at random (DeVries and Taylor, 2017).";
    }
}

choice! {
    /// What a crop finds outside of the image.
    Padding {
        Zero = "zero", "Zeros", "Black, or paper (He et al., 2015).";
        Reflect = "reflect", "Reflected", "The image itself, mirrored at its border, without the border's own pixels.";
    }
}

choice! {
    /// The optimizer.
    OptimizerKind {
        Sgd = "sgd", "SGD", "Stochastic gradient descent, with momentum where that is above 0.";
        Adam = "adam", "Adam", "Adaptive moment estimation (Kingma and Ba, 2015); weight decay is added to the gradient.";
        AdamW = "adamw", "AdamW", "Adam with decoupled weight decay (Loshchilov and Hutter, 2019).";
        Muon = "muon", "Muon", "SGD whose step is made orthogonal for each hidden layer's weights, by Newton–Schulz iterations (Jordan, 2024); weight decay is decoupled.";
        RmsProp = "rmsprop", "RMSprop", "The gradient over the root of its mean square (Tieleman and Hinton, 2012).";
    }
}

choice! {
    /// How the learning rate changes over the run.
    Schedule {
        Constant = "constant", "Constant", "The same learning rate from the end of the warm-up to the last step.";
        Cosine = "cosine", "Cosine", "Half a cosine from the learning rate down to 0 (Loshchilov and Hutter, 2017).";
        Linear = "linear", "Linear", "A straight line from the learning rate down to 0.";
        Step = "step", "Steps", "A tenth of the learning rate from half of the steps after the warm-up on, and a hundredth from three quarters on (He et al., 2015).";
        OneCycle = "one-cycle", "One cycle", "Up from a 25th of the learning rate for three tenths of the run, then down to nearly nothing (Smith and Topin, 2018).";
    }
}

choice! {
    /// Which average of the weights a run is scored with.
    Averaging {
        Off = "off", "Off", "None: it is scored with the weights of its last step.";
        Ema = "ema", "Moving average", "The exponential moving average of the weights, which training does not see (Polyak and Juditsky, 1992).";
        Lookahead = "lookahead", "Lookahead", "Slow weights, which go half of the way to the trained ones after every fifth step; training goes on from there (Zhang et al., 2019).";
    }
}

choice! {
    /// Which parameters weight decay applies to.
    DecayScope {
        Weights = "weights", "Weights", "What multiplies: what is added (biases, positions, the class token), and what scales and shifts a normalized channel, is left alone.";
        All = "all", "All parameters", "Every parameter.";
    }
}

choice! {
    /// What of a test image a score counts (test-time augmentation): the mean of the logits of these.
    TestTimeAugmentation {
        Off = "off", "Off", "The image alone.";
        Flip = "flip", "Mirror", "The image and its mirror image, left and right exchanged (Jordan, 2024).";
    }
}

impl TestTimeAugmentation {
    /// How many passes through the network the logits of an image take.
    pub fn passes(self) -> u64 {
        match self {
            TestTimeAugmentation::Off => 1,
            TestTimeAugmentation::Flip => 2,
        }
    }

    /// Its name, where there is any: what a score bears.
    pub fn of_score(self) -> Option<&'static str> {
        (self != TestTimeAugmentation::Off).then(|| self.name())
    }

    /// What follows a number of images in a sentence that says a score: each such sentence has it.
    pub fn words(self) -> &'static str {
        match self {
            TestTimeAugmentation::Off => "",
            TestTimeAugmentation::Flip => ", each with its mirror image",
        }
    }
}
