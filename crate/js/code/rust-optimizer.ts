// A recipe's optimizer on burn: its learning rates, its groups of parameters, and clipped gradients.

import type { ExportedGraph } from "../cpu/bunsen.js";
import { hasRates, type Recipe } from "./recipe.js";
import { float } from "./rust-data.js";
import { addedEmbeddings, forOptimizer, Unsupported } from "./tree.js";

/** The function `learning_rate`. */
export function learningRate({ schedule, warmup, lr }: Recipe): string {
  if (schedule === "constant" && warmup === 0)
    return `/// The learning rate never changes.
fn learning_rate(_step: usize, _steps: usize) -> f64 {
    ${float(lr)}
}
`;
  if (schedule === "one-cycle") {
    return `/// One cycle (Smith and Topin, 2018), with cosines: up in the first 0.3 of the run, then down.
fn learning_rate(step: usize, steps: usize) -> f64 {
    let (step, steps) = (step as f64, steps as f64);
    let top = 0.3 * steps - 1.0;
    let between = |start: f64, end: f64, part: f64| {
        end + (start - end) * 0.5 * (1.0 + (std::f64::consts::PI * part.clamp(0.0, 1.0)).cos())
    };
    if step <= top {
        return ${float(lr)} * between(1.0 / 25.0, 1.0, step / top.max(1.0));
    }
    ${float(lr)} * between(1.0, 1e-4 / 25.0, (step - top) / (steps - 1.0 - top).max(1.0))
}
`;
  }
  const factors: Record<string, string> = {
    constant: "1.0",
    linear: "1.0 - done",
    cosine: "0.5 * (1.0 + (std::f64::consts::PI * done).cos())",
    step: "if done < 0.5 { 1.0 } else if done < 0.75 { 0.1 } else { 0.01 }",
  };
  const warmupCode =
    warmup > 0
      ? `    let warmup = (${float(warmup)} * steps as f64 + 0.5) as usize;
    if step < warmup {
        return ${float(lr)} * (step + 1) as f64 / (warmup + 1) as f64;
    }
`
      : "";
  const progressCode =
    schedule === "constant"
      ? ""
      : warmup > 0
        ? `    let done = (step - warmup) as f64 / steps.saturating_sub(warmup).max(1) as f64;
`
        : `    let done = step as f64 / steps.max(1) as f64;
`;
  return `/// ${warmup > 0 ? `Warm-up in a share of ${warmup} of the run, then ` : ""}${schedule}. Steps count from 0.
fn learning_rate(step: usize, ${schedule === "constant" && warmup === 0 ? "_" : ""}steps: usize) -> f64 {
${warmupCode}${progressCode}    let factor = ${factors[schedule] ?? "1.0"};
    ${float(lr)} * factor
}
`;
}

const CONFIGS: Record<string, string> = {
  sgd: "SgdConfig",
  adam: "AdamConfig",
  adamw: "AdamWConfig",
  rmsprop: "RmsPropConfig",
};

/** What burn has nothing for: a program never has something else instead. */
export function checkOptimizer(recipe: Recipe): void {
  if (recipe.whitens) throw new Unsupported("filters that whiten patches are not written there yet");
  if (recipe.nesterov && recipe.opt.startsWith("adam"))
    throw new Unsupported("Nesterov momentum for Adam has no counterpart there");
  if (hasRates(recipe)) throw new Unsupported("other learning rates for biases or the head have no counterpart there");
  if (recipe.alternates) throw new Unsupported("the alternating mirror is not written there yet");
  if (recipe.average !== "off") throw new Unsupported("averages of the weights have no counterpart there");
}

/** What the program uses for it. */
export function optimizerUses({ opt, momentum, wd }: Recipe, decays: boolean): string[] {
  return [
    `burn::optim::{GradientsParams, ${forOptimizer(CONFIGS, opt)}}`,
    ...(opt === "sgd" && momentum > 0 ? ["burn::optim::momentum::MomentumConfig"] : []),
    ...(wd > 0 && opt !== "adamw" ? ["burn::optim::decay::WeightDecayConfig"] : []),
    ...(decays ? ["burn::module::ParamGroup"] : []),
  ];
}

/** The function `clipped`, and what it needs. */
export const CLIPPED = `/// The gradients, made smaller together where they are longer than \`most\` as one vector.
fn clipped(mut gradients: GradientsParams, network: &Network, most: f64) -> GradientsParams {
    let mut length = Length { gradients: &gradients, squares: 0.0 };
    network.visit(&mut length);
    let factor = (most / (length.squares.sqrt() + 1e-6)).min(1.0);
    network.visit(&mut Shortened { gradients: &mut gradients, factor });
    gradients
}

struct Length<'a> {
    gradients: &'a GradientsParams,
    squares: f64,
}

impl ModuleVisitor for Length<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.get::<D>(param.id) {
            self.squares += f64::from(gradient.square().sum().into_scalar::<f32>());
        }
    }
}

struct Shortened<'a> {
    gradients: &'a mut GradientsParams,
    factor: f64,
}

impl ModuleVisitor for Shortened<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.remove::<D>(param.id) {
            self.gradients.register(param.id, gradient * self.factor);
        }
    }
}
`;

/** The expression that makes the optimizer. */
export function constructorOf(graph: ExportedGraph, recipe: Recipe, decays: boolean): string {
  const { opt, momentum, nesterov, beta1, beta2, eps, wd } = recipe;
  const epsilon = opt === "sgd" ? "" : `.with_epsilon(${eps})`;
  // Only what differs from burn's own.
  const betas = `${beta1 === 0.9 ? "" : `.with_beta_1(${float(beta1)})`}${beta2 === 0.999 ? "" : `.with_beta_2(${float(beta2)})`}`;
  const base: Record<string, string> = {
    sgd: `SgdConfig::new()${momentum > 0 ? `.with_momentum(Some(MomentumConfig::new().with_momentum(${momentum}).with_dampening(0.0)${nesterov ? ".with_nesterov(true)" : ""}))` : ""}`,
    adam: `AdamConfig::new()${betas}${epsilon}`,
    adamw: `AdamWConfig::new()${betas}${epsilon}.with_weight_decay(0.0)`,
    rmsprop: `RmsPropConfig::new()${epsilon}.with_momentum(0.0)`,
  };
  const plain = forOptimizer(base, opt);
  const pull =
    opt === "adamw" ? `.with_weight_decay(${wd})` : `.with_weight_decay(Some(WeightDecayConfig::new(${wd})))`;
  const pulled = opt === "adamw" ? plain.replace(".with_weight_decay(0.0)", pull) : `${plain}${pull}`;
  const first = wd > 0 ? pulled : plain;
  const notDecayed = ["bias", "gamma", "beta", ...addedEmbeddings(graph)].join("|");
  return decays
    ? `${first}.init()
        // Weight decay pulls what multiplies.
        .with_group(ParamGroup::from_regex("(${notDecayed})$").map_err(|why| format!("{why:?}"))?, ${plain}.build(), None)`
    : `${first}.init()`;
}
