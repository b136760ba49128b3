// Functions and modules that a Rust program may need beside the network's own blocks, by their names in rust-network.ts.

const POOLING = (name: string, config: string): string =>
  `fn ${name}(x: Tensor<4>, kernel: usize, stride: usize, padding: PaddingConfig2d, over: bool) -> Tensor<4> {
    let pool = ${config}::new([kernel; 2]).with_strides([stride; 2]).with_padding(padding);
    pool.with_ceil_mode(over).init().forward(x)
}
`;

export const HELPERS: Record<string, string> = {
  around: `/// So many zeros on each side.
fn around(by: usize) -> PaddingConfig2d {
    PaddingConfig2d::Explicit(by, by, by, by)
}
`,
  max_pool: POOLING("max_pool", "MaxPool2dConfig"),
  avg_pool: POOLING("avg_pool", "AvgPool2dConfig"),
  shrink: `/// A shortcut without parameters, to the shape of y: every other pixel, and new channels of zeros on both sides.
fn shrink(x: Tensor<4>, y: &Tensor<4>) -> Tensor<4> {
    let [_, channels, rows, _] = y.dims();
    let stride = x.dims()[2].div_ceil(rows);
    let pool = burn::nn::pool::MaxPool2dConfig::new([1, 1]).with_strides([stride; 2]);
    let x = pool.init().forward(x);
    let new = channels - x.dims()[1];
    x.pad([(new / 2, new - new / 2), (0, 0), (0, 0)], PadMode::Constant(0.0))
}
`,
  learned: `/// Numbers that are learned, small ones at first.
fn learned(shape: [usize; 3], device: &Device) -> Param<Tensor<3>> {
    Param::from_tensor(Tensor::random(shape, Distribution::Normal(0.0, 0.02), device))
}
`,
  attention: `/// Multi-head self-attention (Vaswani and others, 2017). Queries, keys and values are made by one product, as PyTorch has them.
#[derive(Module, Debug)]
struct Attention {
    in_proj_weight: Param<Tensor<2>>,
    in_proj_bias: Param<Tensor<1>>,
    out_proj: Linear,
    #[module(skip)]
    heads: usize,
}

impl Attention {
    fn new(dim: usize, heads: usize, device: &Device) -> Self {
        let bound = (6.0 / (4 * dim) as f64).sqrt();
        let weights = Tensor::random([3 * dim, dim], Distribution::Uniform(-bound, bound), device);
        Attention {
            in_proj_weight: Param::from_tensor(weights),
            in_proj_bias: Param::from_tensor(Tensor::zeros([3 * dim], device)),
            out_proj: LinearConfig::new(dim, dim).init(device),
            heads,
        }
    }

    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let [count, tokens, dim] = x.dims();
        let each = dim / self.heads;
        let weights = self.in_proj_weight.val().transpose().unsqueeze::<3>();
        let all = x.matmul(weights) + self.in_proj_bias.val().unsqueeze::<3>();
        let part = |at: usize| {
            let part = all.clone().narrow(2, at * dim, dim);
            part.reshape([count, tokens, self.heads, each]).swap_dims(1, 2)
        };
        let (queries, keys, values) = (part(0), part(1), part(2));
        let scores = queries.matmul(keys.transpose()) / (each as f64).sqrt();
        let seen = softmax(scores, 3).matmul(values);
        self.out_proj.forward(seen.swap_dims(1, 2).reshape([count, tokens, dim]))
    }
}
`,
  sequence_pool: `/// The mean of all tokens, each as much as its own score says.
fn sequence_pool(score: &Linear, x: Tensor<3>) -> Tensor<2> {
    let weights = softmax(score.forward(x.clone()), 1);
    (weights * x).sum_dim(1).flatten(1, 2)
}
`,
};

/** What each of them uses of burn. */
export const HELPER_USES: Record<string, string[]> = {
  shrink: ["burn::tensor::ops::PadMode"],
  learned: ["burn::module::Param"],
  attention: ["burn::module::Param", "burn::nn::{Linear, LinearConfig}", "burn::tensor::activation::softmax"],
  sequence_pool: ["burn::nn::{Linear, LinearConfig}", "burn::tensor::activation::softmax"],
};
