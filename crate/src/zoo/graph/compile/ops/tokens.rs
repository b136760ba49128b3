//! Layers of transformers.

use super::super::super::tokens::TokenOp;
use super::super::Compiler;
use super::super::Unsupported;
use super::super::forward::Output;
use super::super::fusion::Fused;
use super::super::values::GradientPart;
use crate::ops::gpu::attention::{self, AttentionShape};
use crate::ops::gpu::epilogue::Epilogue;
use crate::ops::gpu::program::View;
use crate::ops::gpu::tokens::{
    Embeddings, TokenShape, embeddings_kernel, embeddings_parameter_kernel, mean_gradient_kernel,
    mean_kernel, sequence_pool_gradient_kernel, sequence_pool_kernel, transpose_kernel,
    without_class_token_kernel,
};
use crate::ops::linear::LinearShape;

impl Compiler<'_> {
    /// The tokens that an operation reads, as `[batch, tokens, embedding]`.
    fn token_shape(&self, fused: &Fused) -> TokenShape {
        let [_, tokens, embedding] = fused.inputs[0].dims;
        TokenShape {
            batch: self.batch,
            tokens,
            embedding,
        }
    }

    /// The tokens that embeddings are added to, the class token among them, and which embeddings there are.
    fn embeddings(&self, fused: &Fused, op: TokenOp) -> (TokenShape, Embeddings) {
        let shape = self.token_shape(fused);
        let class_token = op == TokenOp::PrependClassToken;
        let tokens = shape.tokens + usize::from(class_token);
        let embeddings = Embeddings {
            class_token,
            positions: !class_token,
        };
        (TokenShape { tokens, ..shape }, embeddings)
    }

    pub fn token(&mut self, fused: &Fused, op: TokenOp) -> Result<(), Unsupported> {
        let x = self.input(fused);
        let shape = self.token_shape(fused);
        match op {
            TokenOp::FromFeatureMaps => {
                let [channels, height, width] = fused.inputs[0].dims;
                let output = self.output(fused);
                let matrix = [channels, height * width];
                let kernel = transpose_kernel(self.batch, matrix, &output.epilogue);
                self.dispatch(fused, "tokens", kernel, vec![x], output);
            }
            TokenOp::PrependClassToken | TokenOp::AddPositions => {
                let (shape, embeddings) = self.embeddings(fused, op);
                let output = self.output(fused);
                let kernel = embeddings_kernel(&shape, embeddings, &output.epilogue);
                let reads = [vec![x], self.parameters(fused)].concat();
                self.dispatch(fused, "embeddings", kernel, reads, output);
            }
            TokenOp::Attention { heads } => self.attention(fused, heads, x),
            TokenOp::First | TokenOp::Mean => {
                let output = self.output(fused);
                let kernel = mean_kernel(&shape, averaged(op, &shape), &output.epilogue);
                self.dispatch(fused, "mean of tokens", kernel, vec![x], output);
            }
            TokenOp::SequencePool => {
                let parameters = self.graph.nodes[fused.node].parameters.clone();
                let scores = self.program.temporary(shape.batch * shape.tokens);
                let weights = self.program.temporary(shape.batch * shape.tokens);
                let linear = scores_shape(&shape);
                self.linear_of(fused, linear, parameters, x, Output::plain(scores));
                let mut output = self.output(fused);
                output.bindings.insert(0, weights.written());
                self.keep(fused, vec![weights]);
                let kernel = sequence_pool_kernel(&shape, &output.epilogue);
                self.dispatch(fused, "sequence pooling", kernel, vec![x, scores], output);
            }
        }
        Ok(())
    }

    pub fn token_gradient(
        &mut self,
        fused: &Fused,
        op: TokenOp,
        gradient: View,
    ) -> Result<(), Unsupported> {
        let input = fused.inputs[0].value;
        let shape = self.token_shape(fused);
        match op {
            TokenOp::FromFeatureMaps => {
                if let Some(part) = self.gradient_part(input) {
                    let [channels, height, width] = fused.inputs[0].dims;
                    let matrix = [height * width, channels];
                    let kernel = transpose_kernel(self.batch, matrix, &part.epilogue);
                    self.dispatch_part(fused, "tokens by inputs", kernel, vec![gradient], part);
                }
            }
            TokenOp::PrependClassToken | TokenOp::AddPositions => {
                let (shape, embeddings) = self.embeddings(fused, op);
                let sums = embeddings_parameter_kernel(&shape, embeddings, &self.adapter);
                self.parameter_gradient(fused, sums, vec![gradient]);
                if !embeddings.class_token {
                    self.pass_gradient(fused, input, gradient);
                } else if let Some(part) = self.gradient_part(input) {
                    let kernel = without_class_token_kernel(&shape, &part.epilogue);
                    let what = "embeddings by inputs";
                    self.dispatch_part(fused, what, kernel, vec![gradient], part);
                }
            }
            TokenOp::Attention { heads } => self.attention_gradient(fused, heads, gradient)?,
            TokenOp::First | TokenOp::Mean => {
                if let Some(part) = self.gradient_part(input) {
                    let kernel = mean_gradient_kernel(&shape, averaged(op, &shape), &part.epilogue);
                    let what = "mean of tokens by inputs";
                    self.dispatch_part(fused, what, kernel, vec![gradient], part);
                }
            }
            TokenOp::SequencePool => self.sequence_pool_gradient(fused, gradient)?,
        }
        Ok(())
    }

    /// Through the weights, and through the scores: two parts of the tokens' gradient, of which the last one comes last.
    fn sequence_pool_gradient(&mut self, fused: &Fused, gradient: View) -> Result<(), Unsupported> {
        let input = fused.inputs[0].value;
        let shape = self.token_shape(fused);
        let x = self.input(fused);
        let [weights] = self.kept(fused)?;
        let slopes = self.program.temporary(shape.batch * shape.tokens);
        self.values.add_part(input);
        let part = match self.gradient_part(input) {
            Some(part) => part,
            None => GradientPart::unread(self.program.temporary(x.len)),
        };
        let kernel = sequence_pool_gradient_kernel(&shape, &part.epilogue);
        let bindings = [x, weights, gradient].map(View::read);
        let written = [part.output, slopes].map(View::written);
        let reads = part.reads.into_iter().map(View::read);
        let bindings = bindings.into_iter().chain(written).chain(reads);
        let label = self.label(fused, "sequence pooling by inputs");
        self.program.dispatch(label, kernel, bindings.collect());
        let parameters = self.graph.nodes[fused.node].parameters.clone();
        let part = self.gradient_part(input);
        self.linear_gradient_of(fused, scores_shape(&shape), parameters, [x, slopes], part);
        Ok(())
    }

    fn attention_shape(&self, fused: &Fused, heads: usize) -> AttentionShape {
        let TokenShape {
            batch,
            tokens,
            embedding,
        } = self.token_shape(fused);
        AttentionShape {
            batch,
            tokens,
            heads,
            head_dim: embedding / heads,
        }
    }

    /// One linear layer computes queries, keys and values of all heads, another combines the heads' outputs.
    fn attention(&mut self, fused: &Fused, heads: usize, x: View) {
        let shape = self.attention_shape(fused, heads);
        let first = self.graph.nodes[fused.node].parameters.start;
        let [projected, attended, probabilities] = [
            shape.projected_len(),
            shape.attended_len(),
            shape.probabilities_len(),
        ]
        .map(|len| self.program.temporary(len));
        let [inner, outer] = self.projections(fused);
        self.linear_of(fused, inner, first..first + 2, x, Output::plain(projected));
        let kernel = attention::forward_kernel(&shape, &Epilogue::default());
        let label = self.label(fused, "attention");
        let bindings = vec![
            projected.read(),
            attended.written(),
            probabilities.written(),
        ];
        self.program.dispatch(label, kernel, bindings);
        self.keep(fused, vec![projected, attended, probabilities]);
        let output = self.output(fused);
        self.linear_of(fused, outer, first + 2..first + 4, attended, output);
    }

    fn attention_gradient(
        &mut self,
        fused: &Fused,
        heads: usize,
        gradient: View,
    ) -> Result<(), Unsupported> {
        let shape = self.attention_shape(fused, heads);
        let first = self.graph.nodes[fused.node].parameters.start;
        let x = self.input(fused);
        let [projected, attended, probabilities] = self.kept(fused)?;
        let by_attended = self.program.temporary(shape.attended_len());
        let by_projected = self.program.temporary(shape.projected_len());
        let [inner, outer] = self.projections(fused);
        let part = Some(GradientPart::unread(by_attended));
        let views = [attended, gradient];
        self.linear_gradient_of(fused, outer, first + 2..first + 4, views, part);
        let kernel = attention::gradient_kernel(&shape, &Epilogue::default());
        let label = self.label(fused, "attention by inputs");
        let bindings = [projected, probabilities, attended, by_attended].map(View::read);
        let bindings = bindings.into_iter().chain([by_projected.written()]);
        self.program.dispatch(label, kernel, bindings.collect());
        let part = self.gradient_part(fused.inputs[0].value);
        let views = [x, by_projected];
        self.linear_gradient_of(fused, inner, first..first + 2, views, part);
        Ok(())
    }

    /// The shapes of attention's two linear layers.
    fn projections(&self, fused: &Fused) -> [LinearShape; 2] {
        let TokenShape {
            batch,
            tokens,
            embedding,
        } = self.token_shape(fused);
        [3, 1].map(|parts| LinearShape {
            batch: batch * tokens,
            inputs: embedding,
            outputs: parts * embedding,
        })
    }
}

/// How many of an image's first tokens a mean is of.
fn averaged(op: TokenOp, shape: &TokenShape) -> usize {
    match op {
        TokenOp::First => 1,
        _ => shape.tokens,
    }
}

/// The linear layer of each token's score.
fn scores_shape(shape: &TokenShape) -> LinearShape {
    LinearShape {
        batch: shape.batch * shape.tokens,
        inputs: shape.embedding,
        outputs: 1,
    }
}
