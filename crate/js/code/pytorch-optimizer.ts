// A recipe's optimizer in PyTorch: its groups of parameters, Muon, and averages of the weights.

import type { ExportedGraph } from "../cpu/bunsen.js";
import { frozenNormsOf, frozenOf } from "./ends.js";
import { isLeNet5Of1998 } from "./lenet5-1998.js";
import { hasRates, type Recipe } from "./recipe.js";
import { addedEmbeddings, forOptimizer } from "./tree.js";

/** Which parameters weight decay pulls, and which it leaves alone, as conditions in Python. */
function weightTests(graph: ExportedGraph, recipe: Recipe): [string, string] {
  if (isLeNet5Of1998(recipe))
    return ['p.ndim > 1 or "coefficient" in name', 'p.ndim == 1 and "coefficient" not in name'];
  // Learned tokens and positions are added, and the only parameters of three dimensions.
  if (addedEmbeddings(graph).length > 0) return ["p.ndim in (2, 4)", "p.ndim not in (2, 4)"];
  return ["p.ndim > 1", "p.ndim <= 1"];
}

/** The layer that gives the class scores: the last one with parameters. */
function headOf(graph: ExportedGraph, recipe: Recipe): string {
  if (isLeNet5Of1998(recipe)) return "f6";
  const names = graph.layers.flatMap(({ parameters }) => parameters.map(({ name }) => name));
  return (names.at(-1) ?? "").replace(/\.[^.]*$/, "");
}

/** The name of the weight whose filters whiten patches of the images, if there is one: a frozen convolution's. */
export const whitenedOf = (graph: ExportedGraph, { whitens }: Recipe): string | undefined =>
  whitens ? graph.layers.find(({ op, frozen }) => op === "conv" && frozen.length > 0)?.frozen[0] : undefined;

/** The function of the filters that whiten patches; nothing where a network has none. */
export function whiteningFunction(graph: ExportedGraph, recipe: Recipe): string {
  if (!whitenedOf(graph, recipe)) return "";
  return `def whitening(images, size):
    """Filters whose outputs are uncorrelated and of variance 1 over patches of the images, and their negatives."""
    channels = images.shape[1]
    patches = F.unfold(scale(images[:5000]), size).transpose(1, 2).reshape(-1, channels * size * size).double()
    values, vectors = torch.linalg.eigh(patches.T @ patches / len(patches))
    # Of each the largest element is positive.
    vectors = vectors * vectors.gather(0, vectors.abs().argmax(0, keepdim=True)).sign()
    filters = (vectors / (values + 5e-4).sqrt()).T.flip(0).float().reshape(-1, channels, size, size)
    return torch.cat([filters, -filters])
`;
}

/** What leaves parameters as they are, as lines of \`main\` before the optimizer is made. */
export function freezing(graph: ExportedGraph, recipe: Recipe): string {
  const frozen = frozenOf(graph);
  if (frozen.length === 0) return "";
  const whitened = whitenedOf(graph, recipe);
  const list = frozen.map((name) => `        "${name}",\n`).join("");
  const computed = whitened
    ? `    if not options.weights:
        with torch.no_grad():
            weight = network.get_parameter("${whitened}")
            weight.copy_(whitening(images, weight.shape[-1]))
`
    : "";
  const norms = frozenNormsOf(graph);
  const kept =
    norms.length > 0
      ? `    # Batch normalization among them keeps its running statistics, and normalizes by them.
    for name in [${norms.map((name) => `"${name}"`).join(", ")}]:
        network.get_submodule(name).eval()
`
      : "";
  return `    # Training leaves these as they are.
    frozen = [
${list}    ]
    for name in frozen:
        network.get_parameter(name).requires_grad_(False)
${kept}${computed}`;
}

/** The groups of parameters as a list called `parameters`; nothing where all parameters are trained alike. */
function groups(graph: ExportedGraph, recipe: Recipe): string {
  const { opt, wd, decay, lr, biasRate, headRate } = recipe;
  const excluded = wd > 0 && decay !== "all";
  const [isWeight, isOther] = weightTests(graph, recipe);
  if (hasRates(recipe) || opt === "muon") {
    return `    # The last layer, biases and what normalizations have differ from the other weights.
    parameters = []
    for name, p in network.named_parameters():
        is_weight = ${isWeight}
        is_head = name.startswith("${headOf(graph, recipe)}.")
        factor = (1.0 if is_weight else ${biasRate}) * (${headRate} if is_head else 1.0)
        group = {"params": [p], "factor": factor, "lr": ${lr} * factor}
        group["weight_decay"] = ${excluded ? `${wd} if is_weight else 0.0` : `${wd}`}
${
  opt === "muon"
    ? `        group["hidden"] = is_weight and p.ndim > 1 and not is_head
`
    : ""
}        parameters.append(group)
`;
  }
  return excluded
    ? `    # Weight decay pulls what multiplies: what is added, and what normalizations have, is left alone.
    named = list(network.named_parameters())
    parameters = [
        {"params": [p for name, p in named if ${isWeight}], "weight_decay": ${wd}},
        {"params": [p for name, p in named if ${isOther}], "weight_decay": 0.0},
    ]
`
    : "";
}

/** The optimizer, as lines of `main`. */
export function optimizer(graph: ExportedGraph, recipe: Recipe): string {
  const { opt, momentum, nesterov, beta1, beta2, eps, wd, lr } = recipe;
  const grouped = groups(graph, recipe);
  const parameters = grouped ? "parameters" : "network.parameters()";
  const decay = grouped ? "" : wd > 0 ? `, weight_decay=${wd}` : opt === "adamw" ? ", weight_decay=0.0" : "";
  const withMomentum = `${momentum > 0 ? `, momentum=${momentum}` : ""}${nesterov && momentum > 0 ? ", nesterov=True" : ""}`;
  // Only what differs from PyTorch's own.
  const epsilon = eps === 1e-8 ? "" : `, eps=${eps}`;
  const betas = beta1 === 0.9 && beta2 === 0.999 ? "" : `, betas=(${beta1}, ${beta2})`;
  const adam = nesterov ? "NAdam" : opt === "adamw" ? "AdamW" : "Adam";
  const decoupled = nesterov && opt === "adamw" ? ", decoupled_weight_decay=True" : "";
  const ofAdam = `torch.optim.${adam}(${parameters}, lr=${lr}${betas}${epsilon}${decay}${decoupled})`;
  const constructors: Record<string, string> = {
    sgd: `torch.optim.SGD(${parameters}, lr=${lr}${withMomentum}${decay})`,
    adam: ofAdam,
    adamw: ofAdam,
    muon: `Muon(parameters, ${momentum}, nesterov=${nesterov ? "True" : "False"})`,
    rmsprop: `torch.optim.RMSprop(${parameters}, lr=${lr}${epsilon}${decay})`,
  };
  return `${grouped}    optimizer = ${forOptimizer(constructors, opt)}
`;
}

/** The class of an optimizer that PyTorch has not: its own Muon takes no filters, and computes in bfloat16. */
export function optimizerClass({ opt }: Recipe): string {
  if (opt !== "muon") return "";
  return `def orthogonal(x):
    """Nearly the orthogonal matrix that is nearest to x, by Newton and Schulz's iterations."""
    if len(x) > len(x.T):
        return orthogonal(x.T).T
    x = x / x.norm().clamp(min=1e-7)
    for _ in range(5):
        gram = x @ x.T
        x = 3.4445 * x + (-4.775 * gram + 2.0315 * gram @ gram) @ x
    return x


class Muon(torch.optim.Optimizer):
    """SGD with momentum, whose step is made orthogonal for the weights of hidden layers (Jordan, 2024)."""

    def __init__(self, parameters, momentum, nesterov):
        super().__init__(parameters, {})
        self.momentum, self.nesterov = momentum, nesterov

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                p.mul_(1 - group["lr"] * group["weight_decay"])
                state = self.state[p]
                velocity = state["velocity"] = state.get("velocity", 0.0) * self.momentum + p.grad
                step = p.grad + velocity * self.momentum if self.nesterov else velocity
                if group["hidden"]:
                    matrix = step.flatten(1)
                    rows, columns = matrix.shape
                    step = orthogonal(matrix).view_as(step) * max(1, rows / columns) ** 0.5
                p.sub_(step, alpha=group["lr"])
`;
}

/** What keeps an average of the weights: before the loop, after each step, and before the network is scored. */
export function averaging({ average, ema }: Recipe): { before: string; after: string; scored: string } {
  switch (average) {
    case "ema":
      return {
        before: `    average = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(${ema})
    )
`,
        after: `        average.update_parameters(network)
`,
        scored: `    # It is scored with the moving average of its weights.
    network = average.module
`,
      };
    case "lookahead":
      return {
        before: `    slow = [p.detach().clone() for p in network.parameters()]
`,
        after: `        if step % 5 == 4:
            # Lookahead (Zhang et al., 2019): half of the way to the trained weights, from where training goes on.
            with torch.no_grad():
                for s, p in zip(slow, network.parameters()):
                    s += 0.5 * (p - s)
                    p.copy_(s)
`,
        scored: `    # It is scored with the slow weights.
    with torch.no_grad():
        for s, p in zip(slow, network.parameters()):
            p.copy_(s)
`,
      };
    default:
      return { before: "", after: "", scored: "" };
  }
}
