//! Closed sets of values: each value has a name in the link, a label on the page and a line of help.

/// What a link, the page and the documentation call one value of a closed set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChoiceInfo {
    /// The name in a link.
    pub name: &'static str,
    /// The label on the page.
    pub label: &'static str,
    /// One line of help.
    pub help: &'static str,
}

/// An enum whose variants a link can name. Implemented by the macro `choice!`.
pub trait Choice: Copy + Eq + 'static {
    /// Every variant, in the order of the page.
    const VARIANTS: &'static [Self];
    /// Their names, labels and help, in the same order.
    const CHOICES: &'static [ChoiceInfo];

    /// Its name, label and help.
    fn info(self) -> &'static ChoiceInfo {
        let index = Self::VARIANTS.iter().position(|variant| *variant == self);
        // The macro lists every variant, so that it is always found.
        &Self::CHOICES[index.unwrap_or(0)]
    }

    /// Its name in a link.
    fn name(self) -> &'static str {
        self.info().name
    }

    /// Its label on the page.
    fn label(self) -> &'static str {
        self.info().label
    }

    /// The variant of that name.
    fn from_name(name: &str) -> Option<Self> {
        let index = Self::CHOICES
            .iter()
            .position(|choice| choice.name == name)?;
        Self::VARIANTS.get(index).copied()
    }
}

/// Declares an enum that is a [`Choice`]: `Variant = "name", "label", "help";` for each variant.
macro_rules! choice {
    ($(#[$meta:meta])* $name:ident { $( $variant:ident = $link:literal, $label:literal, $help:literal; )+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $( #[doc = $help] $variant, )+ }

        impl $crate::recipe::Choice for $name {
            const VARIANTS: &'static [Self] = &[ $( Self::$variant, )+ ];
            const CHOICES: &'static [$crate::recipe::ChoiceInfo] = &[ $( $crate::recipe::ChoiceInfo {
                name: $link,
                label: $label,
                help: $help,
            }, )+ ];
        }
    };
}
pub(crate) use choice;
