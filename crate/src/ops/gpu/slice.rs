//! Some channels of a buffer of images: what branches of a network write and read without copies.

/// Channels of a wider buffer, `[batch, channels, …]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChannelSlice {
    /// The first of them.
    pub first: usize,
    /// All channels of the buffer.
    pub channels: usize,
}

impl ChannelSlice {
    /// All channels of a buffer.
    pub fn all(channels: usize) -> Self {
        ChannelSlice { first: 0, channels }
    }
}

/// Where a kernel's output goes instead of into a buffer of its own, image by image: its first numbers to one buffer, and the others, if
/// there are any, to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Destinations {
    /// What the kernel's output is bound to.
    pub first: Destination,
    /// What its epilogue's last buffer is.
    pub second: Option<Destination>,
}

/// A part of each image of a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Destination {
    /// How many numbers of an image go there.
    pub len: usize,
    /// Where they start in an image of the buffer.
    pub start: usize,
    /// The numbers of an image of the buffer.
    pub image: usize,
}

impl Destination {
    /// So many channels of `pixels` pixels, to that slice.
    pub fn new(channels: usize, to: ChannelSlice, pixels: usize) -> Self {
        Destination {
            len: channels * pixels,
            start: to.first * pixels,
            image: to.channels * pixels,
        }
    }
}

impl Destinations {
    /// Of one or two; nothing where the one is a whole buffer.
    pub fn of(destinations: &[Destination]) -> Option<Self> {
        let first = *destinations.first()?;
        let second = destinations.get(1).copied();
        let is_whole = second.is_none() && first.len == first.image;
        (!is_whole).then_some(Destinations { first, second })
    }

    /// The numbers of an image that the kernel gives.
    fn image_len(&self) -> usize {
        self.first.len + self.second.map_or(0, |second| second.len)
    }

    /// The length of the first buffer, and of the second, where the kernel gives `len` numbers.
    pub(super) fn lengths(&self, len: usize) -> [usize; 2] {
        let images = len / self.image_len();
        let second = self.second.map_or(0, |second| second.image);
        [images * self.first.image, images * second]
    }

    /// What stands before all else in `store`: it finds the place `to` of number `at`, and stores what goes to the second buffer.
    pub(super) fn wgsl(&self) -> String {
        let Destination { len, start, image } = self.first;
        let all = self.image_len();
        let mut text = format!(
            "    let image = at / {all}u;
    let within = at % {all}u;
"
        );
        if let Some(second) = self.second {
            let Destination { start, image, .. } = second;
            text.push_str(&format!(
                "    if (within >= {len}u) {{
        second[image * {image}u + {start}u + within - {len}u] = value;
        return;
    }}
"
            ));
        }
        text.push_str(&format!(
            "    let to = image * {image}u + {start}u + within;\n"
        ));
        text
    }
}
