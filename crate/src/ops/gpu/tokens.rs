//! What transformers do with tokens on the GPU, besides attention.

use super::adapter::Adapter;
use super::epilogue::Epilogue;
use super::kernel::Kernel;
use super::partials::PartialSums;
use super::template::{Constants, to_constants};

/// Threads of a workgroup that computes an image.
const WORKGROUP_SIZE: usize = 64;

/// Tokens, `[batch, tokens, embedding]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenShape {
    /// Images.
    pub batch: usize,
    /// Tokens of an image, the class token among them.
    pub tokens: usize,
    /// Numbers of a token.
    pub embedding: usize,
}

/// The learned embeddings of a layer: with both, one kernel does both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Embeddings {
    /// A class token is put before the others.
    pub class_token: bool,
    /// An embedding of its position is added to each token, the class token among them.
    pub positions: bool,
}

impl Embeddings {
    fn constants(self) -> Constants {
        to_constants([
            ("CLASS_TOKEN", self.class_token.into()),
            ("POSITIONS", self.positions.into()),
        ])
    }
}

impl TokenShape {
    /// How many numbers there are.
    pub fn tokens_len(&self) -> usize {
        self.batch * self.image_len()
    }

    fn image_len(&self) -> usize {
        self.tokens * self.embedding
    }

    /// The constants of kernels that bind tokens as `X`, and one token of each image as `OUTPUT`.
    fn constants(&self) -> Constants {
        to_constants([
            ("X", self.tokens_len()),
            ("OUTPUT", self.batch * self.embedding),
            ("SCORES", self.batch * self.tokens),
            ("BATCH", self.batch),
            ("TOKENS", self.tokens),
            ("EMBEDDING", self.embedding),
            ("IMAGE", self.image_len()),
        ])
    }
}

/// The kernel that transposes each of several matrices. It binds `[matrices, rows, columns]` and `[matrices, columns, rows]`. Feature
/// maps, `[batch, channels, positions]`, become tokens, `[batch, positions, channels]`, by it, and their gradient goes back by it.
pub fn transpose_kernel(
    matrices: usize,
    [rows, columns]: [usize; 2],
    epilogue: &Epilogue,
) -> Kernel {
    let count = matrices * rows * columns;
    let constants = to_constants([("COUNT", count), ("ROWS", rows), ("COLUMNS", columns)]);
    Kernel::new(include_str!("transpose.wgsl"), count, constants).with_epilogue(epilogue, 2, count)
}

/// The kernel that puts a class token before the others and adds embeddings of positions. It binds tokens without the class token;
/// the class token, `[embedding]`, and the positions, `[tokens, embedding]`, where there are such; and the output, of this shape.
pub fn embeddings_kernel(
    shape: &TokenShape,
    embeddings: Embeddings,
    epilogue: &Epilogue,
) -> Kernel {
    let without = shape.batch * usize::from(embeddings.class_token) * shape.embedding;
    let mut constants = embeddings.constants();
    constants.extend(to_constants([
        ("X", shape.tokens_len() - without),
        ("OUTPUT", shape.tokens_len()),
        ("EMBEDDING", shape.embedding),
        ("IMAGE", shape.image_len()),
    ]));
    let bindings = 2 + usize::from(embeddings.class_token) + usize::from(embeddings.positions);
    let source = include_str!("embeddings.wgsl");
    Kernel::new(source, shape.tokens_len(), constants).with_epilogue(
        epilogue,
        bindings,
        shape.tokens_len(),
    )
}

/// The kernel of the gradients of class token and positions, over the batch: partial sums, those of the class token before those of
/// the positions. It binds the output's gradient, of this shape, and the sums.
pub fn embeddings_parameter_kernel(
    shape: &TokenShape,
    embeddings: Embeddings,
    adapter: &Adapter,
) -> PartialSums {
    let class_token = usize::from(embeddings.class_token) * shape.embedding;
    let sums = class_token + usize::from(embeddings.positions) * shape.image_len();
    let wanted = adapter.wanted_threads.div_ceil(sums).min(shape.batch);
    let images_per_split = shape.batch.div_ceil(wanted);
    let split_k = shape.batch.div_ceil(images_per_split);
    let mut constants = embeddings.constants();
    constants.extend(to_constants([
        ("GRADIENT", shape.tokens_len()),
        ("BATCH", shape.batch),
        ("EMBEDDING", shape.embedding),
        ("IMAGE", shape.image_len()),
        ("SUMS", sums),
        ("SPLIT_K", split_k),
        ("IMAGES_PER_SPLIT", images_per_split),
    ]));
    PartialSums {
        kernel: Kernel::new(
            include_str!("embedding_sums.wgsl"),
            split_k * sums,
            constants,
        ),
        split_k,
        sums,
    }
}

/// The kernel of the gradient of tokens that a class token was put before: all but the class token's. It binds the gradient of all,
/// of this shape, and `[batch, tokens - 1, embedding]`. (Without a class token, the gradient is the output's.)
pub fn without_class_token_kernel(shape: &TokenShape, epilogue: &Epilogue) -> Kernel {
    let output = shape.tokens_len() - shape.batch * shape.embedding;
    let constants = to_constants([
        ("X", shape.tokens_len()),
        ("OUTPUT", output),
        ("EMBEDDING", shape.embedding),
        ("IMAGE", shape.image_len()),
    ]);
    let source = include_str!("token_slice.wgsl");
    Kernel::new(source, output, constants).with_epilogue(epilogue, 2, output)
}

/// The kernel of the mean of each image's first `averaged` tokens: 1 gives the first token. It binds the tokens and
/// `[batch, embedding]`.
pub fn mean_kernel(shape: &TokenShape, averaged: usize, epilogue: &Epilogue) -> Kernel {
    let mut constants = shape.constants();
    constants.push(("AVERAGED", averaged as u32));
    let output = shape.batch * shape.embedding;
    let source = include_str!("token_mean.wgsl");
    Kernel::new(source, output, constants).with_epilogue(epilogue, 2, output)
}

/// The kernel of its gradient. It binds the mean's gradient and the tokens'.
pub fn mean_gradient_kernel(shape: &TokenShape, averaged: usize, epilogue: &Epilogue) -> Kernel {
    let mut constants = shape.constants();
    constants.push(("AVERAGED", averaged as u32));
    let source = include_str!("token_mean_gradient.wgsl");
    Kernel::new(source, shape.tokens_len(), constants).with_epilogue(
        epilogue,
        2,
        shape.tokens_len(),
    )
}

/// The kernel of sequence pooling: the mean of an image's tokens, weighted by the softmax of their scores. It binds tokens and scores,
/// `[batch, tokens]`; the mean, `[batch, embedding]`, which the epilogue stores, and the weights, `[batch, tokens]`.
pub fn sequence_pool_kernel(shape: &TokenShape, epilogue: &Epilogue) -> Kernel {
    let source = include_str!("sequence_pool.wgsl");
    Kernel::of_workgroups(source, shape.batch, WORKGROUP_SIZE, shape.constants()).with_epilogue(
        epilogue,
        4,
        shape.batch * shape.embedding,
    )
}

/// The kernel of its gradient. It binds tokens, weights and the mean's gradient; the tokens' gradient, which the epilogue stores and
/// which lacks what comes through the scores, and the scores'.
pub fn sequence_pool_gradient_kernel(shape: &TokenShape, epilogue: &Epilogue) -> Kernel {
    let source = include_str!("sequence_pool_gradient.wgsl");
    Kernel::of_workgroups(source, shape.batch, WORKGROUP_SIZE, shape.constants()).with_epilogue(
        epilogue,
        5,
        shape.tokens_len(),
    )
}

#[cfg(test)]
mod tests;
