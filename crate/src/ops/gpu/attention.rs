//! Self-attention on the GPU: one kernel forward, one for the gradient. Beside the input they take workgroup memory for the scores of
//! a block of tokens, whatever the number of tokens.

use super::epilogue::Epilogue;
use super::kernel::Kernel;
use super::template::{Constants, to_constants};

/// The most numbers of workgroup memory for scores: 14 KiB, of the 16 that every adapter has.
const MAX_SCORES: usize = 3584;

/// The most tokens of a block of the gradient: the scores of two blocks take at most [`MAX_SCORES`].
const MAX_BLOCK: usize = 56;

/// Queries of a block whose scores are not in workgroup memory.
const LONG_BLOCK: usize = 32;

/// The most threads of a workgroup.
const MAX_THREADS: usize = 128;

/// The sizes of self-attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttentionShape {
    /// Images.
    pub batch: usize,
    /// Tokens of an image.
    pub tokens: usize,
    /// Heads.
    pub heads: usize,
    /// Numbers of a token's query, key or value in one head.
    pub head_dim: usize,
}

impl AttentionShape {
    /// The length of the projected tokens, `[batch, tokens, 3 · heads · head_dim]`: of each token the queries of all heads, then the
    /// keys, then the values.
    pub fn projected_len(&self) -> usize {
        3 * self.attended_len()
    }

    /// The length of the attended values, `[batch, tokens, heads · head_dim]`.
    pub fn attended_len(&self) -> usize {
        self.batch * self.tokens * self.heads * self.head_dim
    }

    /// The length of the attention probabilities, `[batch, heads, tokens, tokens]`.
    pub fn probabilities_len(&self) -> usize {
        self.batch * self.heads * self.tokens * self.tokens
    }

    /// The constants of both kernels, for blocks of that many tokens.
    fn constants(&self, block: usize, row: usize) -> Constants {
        let scale = 1.0 / (self.head_dim as f32).sqrt();
        // Even dimensions leave no rest.
        let unrolled = [4, 2, 1]
            .into_iter()
            .find(|n| self.head_dim.is_multiple_of(*n));
        to_constants([
            ("PROJECTED", self.projected_len()),
            ("ATTENDED", self.attended_len()),
            ("PROBABILITIES", self.probabilities_len()),
            ("TOKENS", self.tokens),
            ("HEADS", self.heads),
            ("HEAD_DIM", self.head_dim),
            ("HEAD_DIM_REST", self.head_dim % 4),
            ("EMBEDDING", self.heads * self.head_dim),
            ("SCALE", scale.to_bits() as usize),
            ("BLOCK", block),
            ("BLOCKS", self.tokens.div_ceil(block)),
            ("ROW", row),
            ("DIM_TILES", self.head_dim.div_ceil(4)),
            ("UNROLLED", unrolled.unwrap_or(1)),
        ])
    }

    /// The workgroups of blocks of that many tokens.
    fn workgroups(&self, block: usize) -> usize {
        self.batch * self.heads * self.tokens.div_ceil(block)
    }
}

/// Threads of a workgroup that has so many tiles to compute.
fn workgroup_size(tiles: usize) -> usize {
    tiles.next_multiple_of(64).min(MAX_THREADS)
}

/// The size of blocks of nearly equal size, a multiple of 4 where there are several, none larger than `max`.
fn block_size(tokens: usize, max: usize) -> usize {
    match tokens.div_ceil(max) {
        1 => tokens,
        blocks => tokens.div_ceil(blocks).next_multiple_of(4).min(max),
    }
}

/// The kernel of self-attention. It binds the projected tokens, `[batch, tokens, 3 · heads · head_dim]`; the attended values,
/// `[batch, tokens, heads · head_dim]`, which the epilogue stores; and the attention probabilities, `[batch, heads, tokens, tokens]`.
pub fn forward_kernel(shape: &AttentionShape, epilogue: &Epilogue) -> Kernel {
    let tokens = shape.tokens;
    let row = tokens | 1;
    let max_block = MAX_SCORES / row;
    let in_workgroup = max_block > 0;
    let block = match in_workgroup {
        true => block_size(tokens, max_block),
        false => LONG_BLOCK,
    };
    let [row_tiles, key_tiles] = [block, tokens].map(|size| size.div_ceil(4));
    let mut constants = shape.constants(block, row);
    constants.extend(to_constants([
        ("IN_WORKGROUP", in_workgroup.into()),
        ("ROW_TILES", row_tiles),
        ("KEY_TILES", key_tiles),
    ]));
    Kernel::of_workgroups(
        include_str!("attention.wgsl"),
        shape.workgroups(block),
        workgroup_size(row_tiles * key_tiles),
        constants,
    )
    .with_epilogue(epilogue, 3, shape.attended_len())
}

/// The kernel of its gradient. It binds the projected tokens, the attention probabilities, the attended values before the epilogue,
/// and their gradient; and the gradient of the projected tokens.
pub fn gradient_kernel(shape: &AttentionShape, epilogue: &Epilogue) -> Kernel {
    let dim_tiles = shape.head_dim.div_ceil(4);
    // Several blocks make each block's slopes again for each of the others: the tiles of one have a thread each, within reason.
    let max_block = match shape.tokens <= MAX_BLOCK {
        true => MAX_BLOCK,
        false => (MAX_THREADS / (3 * dim_tiles) * 4).clamp(32, MAX_BLOCK),
    };
    let block = block_size(shape.tokens, max_block).next_multiple_of(4);
    let block_tiles = block / 4;
    let tiles = 3 * block_tiles * dim_tiles;
    let size = workgroup_size(tiles.max(block_tiles * block_tiles));
    let mut constants = shape.constants(block, block + 1);
    constants.extend(to_constants([
        ("BLOCK_TILES", block_tiles),
        ("BLOCKS_BUT_ONE", shape.tokens.div_ceil(block) - 1),
        ("TURNS_BUT_ONE", tiles.div_ceil(size) - 1),
    ]));
    let source = include_str!("attention_gradient.wgsl");
    Kernel::of_workgroups(source, shape.workgroups(block), size, constants).with_epilogue(
        epilogue,
        5,
        shape.projected_len(),
    )
}

#[cfg(test)]
mod tests;
