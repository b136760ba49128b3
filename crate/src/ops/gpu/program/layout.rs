//! Vectors of parameters in which each parameter starts where a binding may start.
//!
//! Outside a program all parameters are one vector without gaps. In a program each starts at a multiple of [`ALIGNMENT`], so that a
//! kernel binds it where it stands. Both are the same blocks of at most [`ALIGNMENT`] numbers in other places.

use super::ALIGNMENT;

/// A vector of parts, aligned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlignedLayout {
    /// Where each part starts.
    pub starts: Vec<usize>,
    /// How long each part is.
    pub lengths: Vec<usize>,
    /// The length of the whole, a multiple of [`ALIGNMENT`].
    pub len: usize,
}

/// At most [`ALIGNMENT`] numbers of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// The part that it belongs to.
    pub part: usize,
    /// Where it starts in its part.
    pub offset: usize,
    /// Where it starts in the aligned vector.
    pub aligned: usize,
    /// Where it starts in the vector without gaps.
    pub packed: usize,
    /// How many numbers it has.
    pub len: usize,
}

impl AlignedLayout {
    /// Of parts with these lengths.
    pub fn new(lengths: Vec<usize>) -> Self {
        let mut len = 0;
        let starts = lengths.iter().map(|part| {
            let start = len;
            len += part.next_multiple_of(ALIGNMENT);
            start
        });
        AlignedLayout {
            starts: starts.collect(),
            len,
            lengths,
        }
    }

    /// The same, but the parts of each of these groups lie one after the other, without gaps.
    pub fn grouped(lengths: Vec<usize>, groups: &[Vec<usize>]) -> Self {
        let mut starts: Vec<Option<usize>> = vec![None; lengths.len()];
        let mut len = 0;
        for part in 0..lengths.len() {
            if starts[part].is_some() {
                continue;
            }
            let alone = vec![part];
            let group = groups.iter().find(|group| group.contains(&part));
            for part in group.unwrap_or(&alone) {
                starts[*part] = Some(len);
                len += lengths[*part];
            }
            len = len.next_multiple_of(ALIGNMENT);
        }
        AlignedLayout {
            starts: starts.into_iter().flatten().collect(),
            len,
            lengths,
        }
    }

    /// The length without gaps.
    pub fn packed_len(&self) -> usize {
        self.lengths.iter().sum()
    }

    /// Its blocks, in order.
    pub fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut packed = 0;
        for (part, (start, len)) in self.starts.iter().zip(&self.lengths).enumerate() {
            blocks.extend((0..*len).step_by(ALIGNMENT).map(|offset| Block {
                part,
                offset,
                aligned: start + offset,
                packed: packed + offset,
                len: ALIGNMENT.min(len - offset),
            }));
            packed += len;
        }
        blocks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_group_lie_one_after_the_other() {
        let layout = AlignedLayout::grouped(vec![6, 70, 3, 130], &[vec![0, 2, 3]]);
        assert_eq!(layout.starts, [0, 192, 6, 9]);
        assert_eq!(layout.len, 320);
        let blocks = layout.blocks();
        let places = |place: fn(&Block) -> usize| blocks.iter().map(place).collect::<Vec<_>>();
        assert_eq!(places(|block| block.aligned), [0, 192, 256, 6, 9, 73, 137]);
        assert_eq!(places(|block| block.packed), [0, 6, 70, 76, 79, 143, 207]);
    }

    #[test]
    fn blocks_cover_every_part_once() {
        let layout = AlignedLayout::new(vec![6, 64, 0, 130]);
        assert_eq!(layout.starts, [0, 64, 128, 128]);
        assert_eq!((layout.len, layout.packed_len()), (320, 200));
        let blocks = layout.blocks();
        let places = |place: fn(&Block) -> usize| blocks.iter().map(place).collect::<Vec<_>>();
        assert_eq!(places(|block| block.aligned), [0, 64, 128, 192, 256]);
        assert_eq!(places(|block| block.packed), [0, 6, 70, 134, 198]);
        assert_eq!(places(|block| block.len), [6, 64, 64, 64, 2]);
        assert_eq!(places(|block| block.part), [0, 1, 3, 3, 3]);
        assert_eq!(places(|block| block.offset), [0, 0, 0, 64, 128]);
    }
}
