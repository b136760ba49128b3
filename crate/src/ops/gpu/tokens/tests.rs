//! What is done with tokens, against plain loops.

use burn::tensor::{Device, Tensor};

use super::*;
use crate::ops::gpu::testing::Binding::{self, Output, Read, Write};
use crate::ops::gpu::testing::{assert_close, run};
use crate::ops::softmax;
use crate::references::numbers;

const SHAPES: [[usize; 3]; 5] = [[2, 49, 48], [3, 17, 5], [1, 1, 1], [4, 2, 130], [2, 300, 7]];

fn none() -> Epilogue {
    Epilogue::default()
}

fn accumulate() -> Epilogue {
    Epilogue {
        accumulate: true,
        ..none()
    }
}

fn shape([batch, tokens, embedding]: [usize; 3]) -> TokenShape {
    TokenShape {
        batch,
        tokens,
        embedding,
    }
}

fn values(which: usize, len: usize) -> Vec<f32> {
    numbers(which, len).collect()
}

fn one(kernel: &Kernel, bindings: &[Binding]) -> Vec<f32> {
    let [output] = run(kernel, bindings).try_into().unwrap();
    output
}

/// The sum of partial sums.
fn sum(partials: &PartialSums, gradient: &[f32]) -> Vec<f32> {
    let PartialSums { split_k, sums, .. } = *partials;
    let output = one(&partials.kernel, &[Read(gradient), Output(split_k * sums)]);
    let parts = output.chunks_exact(sums);
    parts.fold(vec![0.0; sums], |total, part| {
        total.iter().zip(part).map(|(a, b)| a + b).collect()
    })
}

#[test]
fn feature_maps_become_tokens_and_back() {
    for [batch, rows, columns] in SHAPES {
        let x = values(1, batch * rows * columns);
        let kernel = transpose_kernel(batch, [rows, columns], &none());
        let output = one(&kernel, &[Read(&x), Output(x.len())]);
        for (at, value) in x.iter().enumerate() {
            let (matrix, row, column) = (at / columns / rows, at / columns % rows, at % columns);
            assert_eq!(output[(matrix * columns + column) * rows + row], *value);
        }
        let kernel = transpose_kernel(batch, [columns, rows], &accumulate());
        let back = one(&kernel, &[Read(&output), Write(&x)]);
        let doubled: Vec<f32> = x.iter().map(|value| 2.0 * value).collect();
        assert_eq!(back, doubled);
    }
}

#[test]
fn embeddings_and_their_gradients_agree() {
    for (class_token, positions) in [(true, true), (true, false), (false, true)] {
        for [batch, tokens, embedding] in SHAPES {
            let embeddings = Embeddings {
                class_token,
                positions,
            };
            let shape = shape([batch, tokens + usize::from(class_token), embedding]);
            let what = format!("{shape:?}, {embeddings:?}");
            let x = values(1, batch * tokens * embedding);
            let (token, position) = (values(2, embedding), values(3, shape.image_len()));
            let mut bindings = vec![Read(&x)];
            bindings.extend(class_token.then_some(Read(&token)));
            bindings.extend(positions.then_some(Read(&position)));
            bindings.push(Output(shape.tokens_len()));
            let output = one(&embeddings_kernel(&shape, embeddings, &none()), &bindings);

            let mut expected = Vec::new();
            for image in x.chunks_exact(tokens * embedding) {
                let first = if class_token { &token[..] } else { &[] };
                let all = first.iter().chain(image);
                let added = position
                    .iter()
                    .map(|value| if positions { *value } else { 0.0 });
                expected.extend(all.zip(added).map(|(value, added)| value + added));
            }
            assert_close(&what, &output, &expected, 1e-6);

            let mut by_positions = vec![0.0; shape.image_len()];
            for image in output.chunks_exact(shape.image_len()) {
                for (sum, value) in by_positions.iter_mut().zip(image) {
                    *sum += value;
                }
            }
            let class = if class_token { embedding } else { 0 };
            let mut expected = by_positions[..class].to_vec();
            expected.extend(by_positions.iter().filter(|_| positions));
            for adapter in [Adapter::SOFTWARE, Adapter::CARD] {
                let kernel = embeddings_parameter_kernel(&shape, embeddings, &adapter);
                assert_close(&what, &sum(&kernel, &output), &expected, 1e-6);
            }

            if class_token {
                let kernel = without_class_token_kernel(&shape, &accumulate());
                let by_x = one(&kernel, &[Read(&output), Write(&x)]);
                let images = output.chunks_exact(shape.image_len());
                let others = images.flat_map(|image| &image[embedding..]);
                let expected: Vec<f32> = others.zip(&x).map(|(a, b)| a + b).collect();
                assert_close(&what, &by_x, &expected, 1e-6);
            }
        }
    }
}

#[test]
fn many_threads_share_a_batch() {
    let shape = shape([128, 2, 3]);
    let embeddings = Embeddings {
        class_token: true,
        positions: false,
    };
    let kernel = embeddings_parameter_kernel(&shape, embeddings, &Adapter::CARD);
    assert_eq!(kernel.split_k, 128);
    let expected = [128.0; 3];
    assert_eq!(sum(&kernel, &vec![1.0; shape.tokens_len()]), expected);
}

#[test]
fn means_and_their_gradients_agree() {
    for sizes in SHAPES {
        let shape = shape(sizes);
        let [batch, tokens, embedding] = sizes;
        let x = values(1, shape.tokens_len());
        for averaged in [1, tokens] {
            let what = format!("{shape:?}, {averaged}");
            let output = Output(batch * embedding);
            let kernel = mean_kernel(&shape, averaged, &none());
            let means = one(&kernel, &[Read(&x), output]);
            let mut expected = vec![0.0; batch * embedding];
            let mut by_x = vec![0.0; shape.tokens_len()];
            for at in 0..shape.tokens_len() {
                let (image, rest) = (at / shape.image_len(), at % shape.image_len());
                if rest / embedding < averaged {
                    let mean = image * embedding + rest % embedding;
                    expected[mean] += x[at] / averaged as f32;
                    by_x[at] = means[mean] / averaged as f32;
                }
            }
            assert_close(&what, &means, &expected, 1e-5);
            let kernel = mean_gradient_kernel(&shape, averaged, &none());
            let gradient = one(&kernel, &[Read(&means), Output(shape.tokens_len())]);
            assert_close(&what, &gradient, &by_x, 1e-6);
        }
    }
}

#[test]
fn sequence_pooling_and_its_gradients_agree() {
    for sizes in SHAPES {
        let shape = shape(sizes);
        let [batch, tokens, embedding] = sizes;
        let what = |name: &str| format!("{shape:?}: {name}");
        let x = values(1, shape.tokens_len());
        let scores: Vec<f32> = numbers(2, batch * tokens)
            .map(|value| 9.0 * value)
            .collect();
        let gradient = values(3, batch * embedding);
        let leaf = |values: &[f32], shape: [usize; 3]| {
            let tensor = Tensor::<1>::from_floats(values, &Device::flex()).reshape(shape);
            tensor.autodiff().require_grad()
        };
        let read = |tensor: Tensor<3>| tensor.into_data().try_to_vec::<f32>().unwrap();
        let leaves = [leaf(&x, sizes), leaf(&scores, [batch, 1, tokens])];
        let expected_weights = softmax(leaves[1].clone());
        let expected = expected_weights.clone().matmul(leaves[0].clone());
        let loss = expected.clone() * leaf(&gradient, [batch, 1, embedding]);
        let mut gradients = loss.sum().backward();
        let [by_x, by_scores] = leaves.map(|leaf| read(leaf.grad_remove(&mut gradients).unwrap()));

        let kernel = sequence_pool_kernel(&shape, &none());
        let [mean, weights] = [batch * embedding, batch * tokens].map(Output);
        let bindings = [Read(&x), Read(&scores), mean, weights];
        let [mean, weights] = run(&kernel, &bindings).try_into().unwrap();
        assert_close(&what("mean"), &mean, &read(expected), 1e-4);
        assert_close(&what("weights"), &weights, &read(expected_weights), 1e-4);

        let kernel = sequence_pool_gradient_kernel(&shape, &none());
        let [tokens_gradient, scores_gradient] = [shape.tokens_len(), batch * tokens].map(Output);
        let inputs = [Read(&x), Read(&weights), Read(&gradient)];
        let bindings = [&inputs[..], &[tokens_gradient, scores_gradient]].concat();
        let [tokens_gradient, scores_gradient] = run(&kernel, &bindings).try_into().unwrap();
        assert_close(&what("by tokens"), &tokens_gradient, &by_x, 1e-4);
        assert_close(&what("by scores"), &scores_gradient, &by_scores, 1e-4);
    }
}
