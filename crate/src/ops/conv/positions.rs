//! The output positions of a direct convolution, and the products that each of them sums.

use std::ops::Range;

/// The output's positions: where each reads its pixels and writes its sum.
#[derive(Clone, Copy, Debug)]
pub struct OutputPositions {
    /// Height and width.
    pub size: [usize; 2],
    /// Where the first position reads its first pixel.
    pub read: usize,
    /// From one row's reads to the next's. Neighbours in a row read neighbours.
    pub read_row: usize,
    /// Where the first position is written, within its channel's plane.
    pub write: usize,
    /// From one row's writes to the next's.
    pub write_row: usize,
    /// From one position's write to its neighbour's.
    pub write_step: usize,
}

/// Which of the kernel's rows meet the image: products with the padding above and below are left out.
#[derive(Clone, Copy, Debug)]
pub struct KernelRows {
    /// The kernel's rows. The reduction goes row by row, and each row has equally many products.
    pub count: usize,
    /// The image row that the kernel's first row meets at the first row of the output; negative above the image.
    pub first: isize,
    /// Image rows from one row of the output to the next.
    pub step: usize,
    /// The image's rows.
    pub image: usize,
}

impl KernelRows {
    /// The kernel's rows that meet the image at a row of the output.
    fn inside(&self, row: usize) -> Range<usize> {
        let top = self.first + (row * self.step) as isize;
        let clamp = |at: isize| at.clamp(0, self.count as isize) as usize;
        let start = clamp(-top);
        start..clamp(self.image as isize - top).max(start)
    }
}

/// One product of the reduction that gives each output.
#[derive(Clone, Copy, Debug)]
pub struct Reduction {
    /// Where its pixel is read, relative to the position's first one.
    pub offset: usize,
    /// The index of its weight, as the caller counts them.
    pub weight: usize,
}

impl OutputPositions {
    /// Where vectors of `lanes` positions start that cover the output row by row. A row's last vector may overlap the one before
    /// it: sums that are written twice are the same. The last start is repeated until they fill tiles of `tile`.
    pub fn vectors(
        &self,
        lanes: usize,
        tile: usize,
        rows: &KernelRows,
        reduction_len: usize,
    ) -> Vec<VectorStart> {
        let [height, width] = self.size;
        let row_len = reduction_len / rows.count.max(1);
        let largest = [
            self.read + height * self.read_row + width,
            self.write + height * self.write_row + width * self.write_step,
            reduction_len,
        ];
        assert!(
            largest.iter().all(|index| u32::try_from(*index).is_ok()),
            "a plane is longer than 32 bits can count"
        );
        let mut starts = Vec::with_capacity(height * width.div_ceil(lanes) + tile);
        for row in 0..height {
            let inside = rows.inside(row);
            for column in (0..width).step_by(lanes) {
                let column = column.min(width.saturating_sub(lanes));
                let write = self.write + row * self.write_row + column * self.write_step;
                starts.push(VectorStart {
                    read: (self.read + row * self.read_row + column) as u32,
                    write: write as u32,
                    reduction: [inside.start * row_len, inside.end * row_len].map(|at| at as u32),
                });
            }
        }
        while let Some(last) = starts.last().copied()
            && starts.len() % tile != 0
        {
            starts.push(last);
        }
        starts
    }
}

/// A vector of neighbouring positions.
#[derive(Clone, Copy, Debug)]
pub struct VectorStart {
    /// Where the first position reads its first pixel.
    pub read: u32,
    /// Where the first position is written.
    pub write: u32,
    /// The range of the reduction that meets the image: the other products are with padding.
    pub reduction: [u32; 2],
}

/// The range of the reduction that some position of a tile needs. To the others, its products with padding add zeros.
pub fn reduction_range(starts: &[VectorStart]) -> Range<usize> {
    let first = starts.iter().map(|start| start.reduction[0]).min();
    let end = starts.iter().map(|start| start.reduction[1]).max();
    first.unwrap_or(0) as usize..end.unwrap_or(0) as usize
}
