// A network as burn modules.

import { HELPERS, HELPER_USES } from "./rust-helpers.js";
import { classNameOf, innermostFirst, isNumber, otherSummands, Unsupported, type Block, type Item } from "./tree.js";
import { ClassDefinitions, render, type Placeholder, type Template } from "./template.js";

/** A network in Rust: its structs, and what they use of burn. */
export interface RustNetwork {
  structs: string[];
  uses: Set<string>;
  /** Whether the network has auxiliary heads. */
  auxiliary: boolean;
  /** What its logits go through before the cross-entropy, if anything. */
  scores?: string;
}

/** The structs of a network, the last of which is `Network`. */
export function rustOf(tree: Block): RustNetwork {
  return new Writer().network(tree);
}

const placeholder = (
  role: string,
  value: number | undefined,
  before: string,
  after: string,
  defaultValue?: number,
): Placeholder => ({
  role,
  value: value ?? 0,
  before,
  after,
  ...(defaultValue === undefined ? {} : { default: defaultValue }),
});

/** A field of a struct. */
interface Field {
  name: string;
  type: string;
  constructor: Template;
}

/** The rank of a layer's output, where it is another one than its input's. */
const RANKS: Record<string, number> = { reshape: 2, mean: 2, tokens: 3, firstToken: 2, meanToken: 2, sequencePool: 2 };

class Writer {
  readonly #classes = new ClassDefinitions();
  readonly #constructors = new Map<Block, { type: string; constructor: Template }>();
  readonly #uses = new Set<string>();
  readonly #helpers = new Set<string>();
  /** The logits of auxiliary heads, with their weights in the loss. */
  readonly #auxiliary: string[] = [];
  /** The rank of each value. */
  readonly #ranks = new Map<number, number>([[0, 4]]);

  network(tree: Block): RustNetwork {
    this.#rank(tree);
    for (const level of innermostFirst(tree)) {
      const blocks = level.map((block) => ({
        block,
        className: classNameOf(block, "Relu"),
        template: this.#body(block),
      }));
      this.#classes.add(blocks).forEach(({ definition, arguments: given }, index) => {
        const pieces = given.map((argument): Placeholder => ({ ...argument, before: "", after: ", ", default: NaN }));
        const block = blocks[index]?.block as Block;
        this.#constructors.set(block, {
          type: definition.name,
          constructor: [`${definition.name}::new(`, ...pieces, "device)"],
        });
      });
    }
    const root = render(this.#body(tree));
    const structs = this.#classes.all.map(({ name, parameters, body }) => structOf(name, parameters, body));
    structs.push(structOf("Network", [], root));
    const helpers = [...this.#helpers].map((name) => HELPERS[name] ?? "");
    return { structs: [...helpers, ...structs], uses: this.#uses, auxiliary: this.#auxiliary.length > 0 };
  }

  #rank({ items }: Block): void {
    for (const item of items) {
      if (item.kind === "block") this.#rank(item);
      const inputRank = this.#ranks.get(item.inputs[0] ?? 0) ?? 4;
      if (item.kind === "leaf") this.#ranks.set(item.output, RANKS[item.layer.op] ?? inputRank);
    }
  }

  #help(name: string): void {
    this.#helpers.add(name);
    for (const use of HELPER_USES[name] ?? []) this.#uses.add(use);
  }

  #field(item: Item): Field | undefined {
    const name = isNumber(item.name) ? `layer${item.name}` : item.name;
    if (item.kind === "block") {
      const definition = this.#constructors.get(item);
      const withRole = (piece: string | Placeholder) =>
        typeof piece === "string" ? piece : { ...piece, role: `${name} ${piece.role.split(" ").at(-1)}` };
      return definition && { name, type: definition.type, constructor: definition.constructor.map(withRole) };
    }
    const { op, attributes, parameters } = item.layer;
    const [weight, bias] = parameters;
    const nn = (what: string, group = ""): void => void this.#uses.add(`burn::nn::${group}${what}`);
    switch (op) {
      case "conv": {
        nn("{Conv2d, Conv2dConfig}", "conv::");
        const [to, from = 0, side] = weight?.shape ?? [];
        const [steps, margin, groups = 1] = attributes;
        if (margin) this.#helpers.add("around");
        return {
          name,
          type: "Conv2d",
          constructor: [
            "Conv2dConfig::new([",
            placeholder(`${name} from`, from * groups, "", ", "),
            placeholder(`${name} to`, to, "", "], ["),
            placeholder("kernel", side, "", "; 2])"),
            placeholder("stride", steps, ".with_stride([", "; 2])", 1),
            placeholder("padding", margin, ".with_padding(around(", "))", 0),
            placeholder("groups", groups, ".with_groups(", ")", 1),
            bias ? "" : ".with_bias(false)",
            ".init(device)",
          ],
        };
      }
      case "linear": {
        nn("{Linear, LinearConfig}");
        const [from, to] = weight?.shape ?? [];
        const constructor = [
          "LinearConfig::new(",
          placeholder("from", from, "", ", "),
          placeholder("to", to, "", ")"),
          bias ? "" : ".with_bias(false)",
          ".init(device)",
        ];
        return { name, type: "Linear", constructor };
      }
      case "batchNorm": {
        nn("{BatchNorm, BatchNormConfig}");
        const epsilon = attributes[0] === 1e-5 ? "" : `.with_epsilon(${attributes[0]})`;
        return {
          name,
          type: "BatchNorm",
          constructor: [
            "BatchNormConfig::new(",
            placeholder("channels", weight?.shape[0], "", ")"),
            `${epsilon}.init(device)`,
          ],
        };
      }
      case "layerNorm":
        nn("{LayerNorm, LayerNormConfig}");
        return {
          name,
          type: "LayerNorm",
          constructor: [
            "LayerNormConfig::new(",
            placeholder("dim", weight?.shape[0], "", ")"),
            ".with_epsilon(1e-6).init(device)",
          ],
        };
      case "attention":
        this.#help("attention");
        return {
          name,
          type: "Attention",
          constructor: [
            "Attention::new(",
            placeholder("dim", weight?.shape[0], "", ", "),
            placeholder("heads", attributes[0], "", ", "),
            "device)",
          ],
        };
      case "sequencePool":
        this.#help("sequence_pool");
        return {
          name,
          type: "Linear",
          constructor: ["LinearConfig::new(", placeholder("dim", weight?.shape[0], "", ", 1)"), ".init(device)"],
        };
      case "positions":
      case "classToken":
        this.#help("learned");
        return { name, type: "Param<Tensor<3>>", constructor: [`learned([${weight?.shape.join(", ")}], device)`] };
      case "dropout":
        if (!attributes[0]) return undefined;
        nn("{Dropout, DropoutConfig}");
        return { name, type: "Dropout", constructor: [`DropoutConfig::new(${attributes[0]}).init()`] };
      default:
        if (parameters.length > 0)
          throw new Unsupported(
            `burn has no layer of its own for its ${item.layer.name}, and this program has none as yet`,
          );
        return undefined;
    }
  }

  /** The fields, their constructors, and the forward pass; `|` is between the three. */
  #body(block: Block): Template {
    const fields = block.items.map((item) => this.#field(item)).filter((field) => field !== undefined);
    const [input = 0] = block.inputs;
    const ranks = [input, block.output].map((value) => this.#ranks.get(value) ?? 4);
    return [
      ...fields.map(({ name, type }) => `    ${name}: ${type},\n`),
      "|",
      ...fields.flatMap(({ name, constructor }): Template => [`            ${name}: `, ...constructor, ",\n"]),
      "|",
      ...this.#forward(block, ranks),
      "    }\n",
    ];
  }

  #forward({ items, inputs, output }: Block, [inputRank = 4, outputRank = 4]: number[]): string[] {
    const lines: string[] = [];
    const names = new Map<number, string>([[inputs[0] ?? 0, "x"]]);
    const usedAfter = (value: number, at: number): boolean =>
      items.slice(at + 1).some((item) => item.inputs.includes(value));
    const auxiliary: string[] = [];
    items.forEach((item, at) => {
      if (item.kind === "leaf" && item.layer.op === "auxiliary") {
        const variable = `other${auxiliary.length + 1}`;
        lines.push(`        let ${variable} = ${names.get(item.inputs[0] ?? 0) ?? "x"};\n`);
        auxiliary.push(`(${variable}, ${Number((item.layer.attributes[0] ?? 0).toPrecision(6))})`);
        return;
      }
      const inputs = item.inputs.map((value) => `${names.get(value) ?? "x"}${usedAfter(value, at) ? ".clone()" : ""}`);
      const summands = otherSummands({ items } as Block, item).map((value) => `&${names.get(value) ?? "x"}`);
      const expression = this.#call(item, [...inputs, ...summands]);
      const live = new Set([...names].filter(([value]) => usedAfter(value, at)).map(([, name]) => name));
      const joined = items
        .slice(at + 1)
        .some((next) => next.kind === "leaf" && next.layer.op === "concat" && next.inputs.includes(item.output));
      const candidates = joined && item.kind === "block" && !isNumber(item.name) ? [item.name] : ["x", "y", "z"];
      const name = candidates.find((candidate) => !live.has(candidate)) ?? `${item.name}_out`;
      names.set(item.output, name);
      const last = item.output === output && at === items.length - 1;
      if (last && auxiliary.length > 0) lines.push(`        (${expression}, vec![${auxiliary.join(", ")}])\n`);
      else if (last) lines.push(`        ${expression}\n`);
      else if (expression !== name) lines.push(`        let ${name} = ${expression};\n`);
    });
    this.#auxiliary.push(...auxiliary);
    if (auxiliary.length === 0)
      return [`    fn forward(&self, x: Tensor<${inputRank}>) -> Tensor<${outputRank}> {\n`, ...lines];
    const doc = "    /// Class scores, and those of the auxiliary classifiers with their part of the loss.\n";
    return [
      `${doc}    fn forward(&self, x: Tensor<${inputRank}>) -> (Tensor<${outputRank}>, Vec<(Tensor<${outputRank}>, f64)>) {\n`,
      ...lines,
    ];
  }

  #call(item: Item, inputs: string[]): string {
    const [x = "x"] = inputs;
    const field = `self.${isNumber(item.name) ? `layer${item.name}` : item.name}.forward(${x})`;
    if (item.kind === "block") return field;
    const { op, attributes } = item.layer;
    const [kernel = 0, stride = 0, padding = 0, ceilMode = 0] = attributes;
    const activation = (name: string): string => {
      this.#uses.add(`burn::tensor::activation::${name}`);
      return `${name}(${x})`;
    };
    const windows = (name: string): string => {
      this.#helpers.add(name);
      this.#uses.add(name === "max_pool" ? "burn::nn::pool::MaxPool2dConfig" : "burn::nn::pool::AvgPool2dConfig");
      if (padding > 0) this.#helpers.add("around");
      const margin = padding > 0 ? `around(${padding})` : "PaddingConfig2d::Valid";
      return `${name}(${x}, ${kernel}, ${stride}, ${margin}, ${ceilMode === 1})`;
    };
    switch (op) {
      case "conv":
      case "linear":
      case "batchNorm":
      case "layerNorm":
      case "attention":
        return field;
      case "dropout":
        return attributes[0] ? field : x;
      case "relu":
      case "sigmoid":
      case "gelu":
        return activation(op);
      case "tanh":
        return `${x}.tanh()`;
      case "maxPool":
        return windows("max_pool");
      case "avgPool":
        return windows("avg_pool");
      case "mean":
        this.#uses.add("burn::tensor::module::adaptive_avg_pool2d");
        return `adaptive_avg_pool2d(${x}, [1, 1]).flatten(1, 3)`;
      case "reshape":
        return `${x}.flatten(1, 3)`;
      case "tokens":
        return `${x}.flatten::<3>(2, 3).swap_dims(1, 2)`;
      case "classToken":
        return `Tensor::cat(vec![self.${item.name}.val().repeat_dim(0, ${x}.dims()[0]), ${x}], 1)`;
      case "positions":
        return `${x} + self.${item.name}.val()`;
      case "firstToken":
        return `${x}.narrow(1, 0, 1).flatten(1, 2)`;
      case "meanToken":
        return `${x}.mean_dim(1).flatten(1, 2)`;
      case "sequencePool":
        return `sequence_pool(&self.${item.name}, ${x})`;
      case "responseNorm":
        this.#uses.add("burn::nn::LocalResponseNormConfig");
        return `LocalResponseNormConfig::new(5).with_alpha(5e-4).with_k(2.0).init().forward(${x})`;
      case "add":
        return inputs.join(" + ");
      case "concat":
        return `Tensor::cat(vec![${inputs.join(", ")}], 1)`;
      case "shrink":
        this.#help("shrink");
        return `shrink(${inputs.join(", ")})`;
      default:
        throw new Unsupported(`this program has nothing as yet for its layer ${item.layer.name}`);
    }
  }
}

function structOf(name: string, parameters: string[], body: string): string {
  const [fields = "", constructors = "", forward = ""] = body.split("|");
  return `#[derive(Module, Debug)]
struct ${name} {
${fields}}

impl ${name} {
    fn new(${parameters.map((parameter) => `${parameter}: usize, `).join("")}device: &Device) -> Self {
        ${name} {
${constructors}        }
    }

${forward}}
`;
}
