//! Scaled dot-product attention (A. Vaswani and others: Attention is all you need, 2017, section 3.2.1), of all heads at once.
//!
//! The products are small: a head has some dozens of tokens and a dozen numbers for each. One matrix of each product is packed so
//! that the register tiles of linear layers read it in a straight line.

use wide::f32x8;

use super::phases::copy_row;
use super::shape::{assert_shape, elements};
use super::softmax::{softmax_gradient_row, softmax_row};
use super::tile::{AVX_FACTOR, PAIR, accumulate_channels, store_first};

/// Rows of a tile.
const TILE_M: usize = 4 * AVX_FACTOR;

/// The shape of self-attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttentionShape {
    /// Examples.
    pub batch: usize,
    /// Tokens of an example.
    pub tokens: usize,
    /// Heads.
    pub heads: usize,
    /// Numbers of a query, key or value of one head.
    pub head_dim: usize,
}

impl AttentionShape {
    /// Numbers of a token: those of all heads.
    pub fn embedding(&self) -> usize {
        self.heads * self.head_dim
    }

    /// `[batch, tokens, 3 · embedding]`: queries of all heads, then keys, then values.
    pub fn projected(&self) -> [usize; 3] {
        [self.batch, self.tokens, 3 * self.embedding()]
    }

    /// `[batch, tokens, embedding]`
    pub fn output(&self) -> [usize; 3] {
        [self.batch, self.tokens, self.embedding()]
    }

    /// `[batch, heads, tokens, tokens]`
    pub fn probabilities(&self) -> [usize; 4] {
        [self.batch, self.heads, self.tokens, self.tokens]
    }

    /// What a product of queries and keys is multiplied by: 1 / √`head_dim`.
    pub fn scale(&self) -> f32 {
        1.0 / (self.head_dim as f32).sqrt()
    }

    /// The heads of all examples.
    fn heads(&self) -> impl Iterator<Item = Head> + use<> {
        let AttentionShape {
            batch,
            tokens,
            heads,
            head_dim,
        } = *self;
        let embedding = heads * head_dim;
        (0..batch * heads).map(move |index| {
            let (example, head) = (index / heads, index % heads);
            let queries = example * tokens * 3 * embedding + head * head_dim;
            Head {
                projections: [0, 1, 2].map(|part| queries + part * embedding),
                output: example * tokens * embedding + head * head_dim,
                probabilities: index * tokens * tokens,
            }
        })
    }
}

/// Where a head of an example has its first numbers.
struct Head {
    /// Its queries, keys and values.
    projections: [usize; 3],
    output: usize,
    probabilities: usize,
}

/// The output, `[batch, tokens, embedding]`, and the probabilities with which each token attends to each, `[batch, heads, tokens,
/// tokens]`.
///
/// # Shapes
/// - `projected`: `[batch, tokens, 3 · embedding]`: queries of all heads, then keys, then values
///
/// # Panics
/// Here as in the gradient, where a slice is not as long as its shape says.
pub fn forward(shape: &AttentionShape, projected: &[f32]) -> (Vec<f32>, Vec<f32>) {
    assert_shape("projected", projected, shape.projected());
    let AttentionShape {
        tokens, head_dim, ..
    } = *shape;
    let mut output = vec![0.0; elements(shape.output())];
    let mut probabilities = vec![0.0; elements(shape.probabilities())];
    let offsets = Offsets::new(shape);
    let (mut by_token, mut by_number) = Panel::both(shape);
    let (row, token) = (3 * shape.embedding(), shape.embedding());
    for head in shape.heads() {
        let [queries, keys, values] = head.projections.map(|first| &projected[first..]);
        let scores = &mut probabilities[head.probabilities..][..tokens * tokens];

        by_number.transpose(keys, row, shape.scale());
        let queries = offsets.rows(queries, row, head_dim);
        by_number.multiply(&queries, tokens, (scores, tokens));
        scores.chunks_exact_mut(tokens).for_each(softmax_row);

        by_token.copy(values, row);
        let scores = offsets.rows(scores, tokens, tokens);
        by_token.multiply(&scores, head_dim, (&mut output[head.output..], token));
    }
    (output, probabilities)
}

/// The gradient with respect to the projections, `[batch, tokens, 3 · embedding]`.
///
/// # Shapes
/// - `projected`, `probabilities`: as [`forward`] takes and gives them
/// - `gradient`: `[batch, tokens, embedding]`
pub fn gradient(
    shape: &AttentionShape,
    projected: &[f32],
    probabilities: &[f32],
    gradient: &[f32],
) -> Vec<f32> {
    assert_shape("projected", projected, shape.projected());
    assert_shape("probabilities", probabilities, shape.probabilities());
    assert_shape("gradient", gradient, shape.output());
    let AttentionShape {
        tokens, head_dim, ..
    } = *shape;
    let mut output = vec![0.0; projected.len()];
    let mut by_scores = vec![0.0; tokens * tokens];
    let offsets = Offsets::new(shape);
    let (mut by_token, mut by_number) = Panel::both(shape);
    let (row, token) = (3 * shape.embedding(), shape.embedding());
    for head in shape.heads() {
        let [queries, keys, values] = head.projections.map(|first| &projected[first..]);
        let [by_queries, by_keys, by_values] = head.projections;
        let probabilities = &probabilities[head.probabilities..][..tokens * tokens];
        let gradient = &gradient[head.output..];

        by_token.copy(gradient, token);
        let columns = offsets.columns(probabilities);
        by_token.multiply(&columns, head_dim, (&mut output[by_values..], row));

        by_number.transpose(values, row, 1.0);
        let gradient = offsets.rows(gradient, token, head_dim);
        by_number.multiply(&gradient, tokens, (&mut by_scores, tokens));
        let rows = by_scores.chunks_exact_mut(tokens);
        for (by_scores, probabilities) in rows.zip(probabilities.chunks_exact(tokens)) {
            softmax_gradient_row(by_scores, probabilities, shape.scale());
        }

        by_token.copy(keys, row);
        let rows = offsets.rows(&by_scores, tokens, tokens);
        by_token.multiply(&rows, head_dim, (&mut output[by_queries..], row));

        by_token.copy(queries, row);
        let columns = offsets.columns(&by_scores);
        by_token.multiply(&columns, head_dim, (&mut output[by_keys..], row));
    }
    output
}

/// Where the numbers of a reduction lie, one after the other or a column of the scores apart.
struct Offsets {
    tokens: usize,
    consecutive: Vec<u32>,
    column: Vec<u32>,
}

/// The rows of a product's first matrix.
struct Rows<'a> {
    values: &'a [f32],
    /// From one row to the next.
    stride: usize,
    /// From a row's start to each of its numbers.
    offsets: &'a [u32],
}

impl Offsets {
    fn new(shape: &AttentionShape) -> Self {
        let tokens = shape.tokens;
        Offsets {
            tokens,
            consecutive: (0..tokens.max(shape.head_dim) as u32).collect(),
            column: (0..tokens).map(|k| (k * tokens) as u32).collect(),
        }
    }

    /// Rows of `len` numbers, so far apart.
    fn rows<'a>(&'a self, values: &'a [f32], stride: usize, len: usize) -> Rows<'a> {
        Rows {
            values,
            stride,
            offsets: &self.consecutive[..len],
        }
    }

    /// The columns of scores, `[tokens, tokens]`.
    fn columns<'a>(&'a self, scores: &'a [f32]) -> Rows<'a> {
        Rows {
            values: &scores[..self.tokens * self.tokens],
            stride: 1,
            offsets: &self.column,
        }
    }
}

/// The second matrix of a product, packed: its rows are padded to whole tiles with zeros.
struct Panel {
    /// The rows of the first matrix of each product.
    tokens: usize,
    head_dim: usize,
    width: usize,
    values: Vec<f32>,
}

impl Panel {
    /// One for a row a token, `[tokens, head_dim]`, and one for a column a token.
    fn both(shape: &AttentionShape) -> (Self, Self) {
        let AttentionShape {
            tokens, head_dim, ..
        } = *shape;
        let padded = |rows: usize, columns: usize| {
            let width = columns.next_multiple_of(PAIR);
            Panel {
                tokens,
                head_dim,
                width,
                values: vec![0.0; rows * width],
            }
        };
        (padded(tokens, head_dim), padded(head_dim, tokens))
    }

    /// Copies each token's numbers into a row.
    fn copy(&mut self, from: &[f32], stride: usize) {
        let rows = self.values.chunks_exact_mut(self.width).zip(0..self.tokens);
        for (to, token) in rows {
            let from = &from[token * stride..][..self.head_dim];
            copy_row(from, &mut to[..self.head_dim]);
        }
    }

    /// Copies each token's numbers into a column, multiplied by a factor.
    fn transpose(&mut self, from: &[f32], stride: usize, factor: f32) {
        for token in 0..self.tokens {
            let from = &from[token * stride..][..self.head_dim];
            for (to, x) in self.values.chunks_exact_mut(self.width).zip(from) {
                to[token] = x * factor;
            }
        }
    }

    /// Multiplies a row of each token by the panel. Writes the first `columns` numbers of each row of the product into an output
    /// whose rows are so far apart.
    #[inline(always)]
    fn multiply(&self, rows: &Rows, columns: usize, (output, stride): (&mut [f32], usize)) {
        let last = (self.tokens - 1) * rows.stride + rows.offsets.last().map_or(0, |o| *o as usize);
        assert!(
            last < rows.values.len()
                && rows.offsets.len() * self.width == self.values.len()
                && columns <= self.width,
            "a product would read past its matrices"
        );
        for first_row in (0..self.tokens).step_by(TILE_M) {
            // The last row is repeated where there are fewer than a tile has.
            let pointers: [*const f32; TILE_M] = std::array::from_fn(|r| {
                let row = (first_row + r).min(self.tokens - 1);
                rows.values[row * rows.stride..].as_ptr()
            });
            for first in (0..columns).step_by(PAIR) {
                let mut sums = [[f32x8::ZERO]; TILE_M];
                let panel = &self.values[first..];
                // SAFETY: as asserted, the last number of the last row is there, and the panel has a row for each offset, whose
                // `width` is a multiple of eight.
                unsafe {
                    accumulate_channels(
                        &mut sums,
                        pointers,
                        rows.offsets,
                        panel.as_ptr(),
                        self.width,
                    );
                }
                let written = PAIR.min(columns - first);
                for ([sum], row) in sums.into_iter().zip(first_row..self.tokens) {
                    let to = &mut output[row * stride + first..][..written];
                    // SAFETY: sliced to hold as many.
                    unsafe { store_first(sum, to.as_mut_ptr(), written) };
                }
            }
        }
    }
}
