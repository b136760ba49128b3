// A network as modules of burn.

import { HELPERS, HELPER_USES } from "./rust-helpers.js";
import { besides, isNumber, titleOf, Unsayable, type Block, type Item } from "./tree.js";
import { Kinds, text, type Slot, type Template } from "./template.js";

/** Rust's code of a network: its structs, and what they use of burn. */
export interface Rust {
  structs: string[];
  uses: Set<string>;
  /** Whether the network gives auxiliary class scores, too. */
  auxiliary: boolean;
  /** What its scores go through before the cross-entropy, if anything. */
  scores?: string;
}

/** The structs of a network, the last of which is `Network`. */
export function rustOf(tree: Block): Rust {
  return new Writer().network(tree);
}

const slot = (role: string, value: number | undefined, before: string, after: string, usual?: number): Slot => ({
  role,
  value: value ?? 0,
  before,
  after,
  ...(usual === undefined ? {} : { usual }),
});

/** A field of a struct: what it is called, its type, and what makes it. */
interface Field {
  name: string;
  type: string;
  made: Template;
}

/** Dimensions of what a layer gives, where they are not those of what it takes. */
const RANKS: Record<string, number> = { reshape: 2, mean: 2, tokens: 3, firstToken: 2, meanToken: 2, sequencePool: 2 };

class Writer {
  readonly #kinds = new Kinds();
  readonly #made = new Map<Block, { type: string; made: Template }>();
  readonly #uses = new Set<string>();
  readonly #helpers = new Set<string>();
  /** Auxiliary class scores with their part of the loss. */
  readonly #others: string[] = [];
  /** How many dimensions each value has. */
  readonly #ranks = new Map<number, number>([[0, 4]]);

  network(tree: Block): Rust {
    this.#rank(tree);
    const levels: Block[][] = [];
    const height = (block: Block): number => {
      const level = Math.max(0, ...block.items.map((item) => (item.kind === "block" ? height(item) + 1 : 0)));
      if (block !== tree) (levels[level] ??= []).push(block);
      return level;
    };
    height(tree);
    for (const level of levels) {
      const blocks = (level ?? []).map((block) => ({
        block,
        wish: titleOf(block, "Relu"),
        template: this.#body(block),
      }));
      this.#kinds.add(blocks).forEach(({ kind, given }, at) => {
        const pieces = given.map((each): Slot => ({ ...each, before: "", after: ", ", usual: NaN }));
        const block = blocks[at]?.block as Block;
        this.#made.set(block, { type: kind.name, made: [`${kind.name}::new(`, ...pieces, "device)"] });
      });
    }
    const root = text(this.#body(tree));
    const structs = this.#kinds.all.map(({ name, arguments: given, body }) => structOf(name, given, body));
    structs.push(structOf("Network", [], root));
    const helpers = [...this.#helpers].map((name) => HELPERS[name] ?? "");
    return { structs: [...helpers, ...structs], uses: this.#uses, auxiliary: this.#others.length > 0 };
  }

  #rank({ items }: Block): void {
    for (const item of items) {
      if (item.kind === "block") this.#rank(item);
      const given = this.#ranks.get(item.from[0] ?? 0) ?? 4;
      if (item.kind === "leaf") this.#ranks.set(item.value, RANKS[item.part.op] ?? given);
    }
  }

  #help(name: string): void {
    this.#helpers.add(name);
    for (const use of HELPER_USES[name] ?? []) this.#uses.add(use);
  }

  #field(item: Item): Field | undefined {
    const name = isNumber(item.name) ? `layer${item.name}` : item.name;
    if (item.kind === "block") {
      const made = this.#made.get(item);
      const role = (piece: string | Slot) =>
        typeof piece === "string" ? piece : { ...piece, role: `${name} ${piece.role.split(" ").at(-1)}` };
      return made && { name, type: made.type, made: made.made.map(role) };
    }
    const { op, numbers, weights } = item.part;
    const [weight, bias] = weights;
    const nn = (what: string, group = ""): void => void this.#uses.add(`burn::nn::${group}${what}`);
    switch (op) {
      case "conv": {
        nn("{Conv2d, Conv2dConfig}", "conv::");
        const [to, from = 0, side] = weight?.shape ?? [];
        const [steps, margin, groups = 1] = numbers;
        if (margin) this.#helpers.add("around");
        return {
          name,
          type: "Conv2d",
          made: [
            "Conv2dConfig::new([",
            slot(`${name} from`, from * groups, "", ", "),
            slot(`${name} to`, to, "", "], ["),
            slot("kernel", side, "", "; 2])"),
            slot("stride", steps, ".with_stride([", "; 2])", 1),
            slot("padding", margin, ".with_padding(around(", "))", 0),
            slot("groups", groups, ".with_groups(", ")", 1),
            bias ? "" : ".with_bias(false)",
            ".init(device)",
          ],
        };
      }
      case "linear": {
        nn("{Linear, LinearConfig}");
        const [from, to] = weight?.shape ?? [];
        const made = [
          "LinearConfig::new(",
          slot("from", from, "", ", "),
          slot("to", to, "", ")"),
          bias ? "" : ".with_bias(false)",
          ".init(device)",
        ];
        return { name, type: "Linear", made };
      }
      case "batchNorm": {
        nn("{BatchNorm, BatchNormConfig}");
        const epsilon = numbers[0] === 1e-5 ? "" : `.with_epsilon(${numbers[0]})`;
        return {
          name,
          type: "BatchNorm",
          made: ["BatchNormConfig::new(", slot("channels", weight?.shape[0], "", ")"), `${epsilon}.init(device)`],
        };
      }
      case "layerNorm":
        nn("{LayerNorm, LayerNormConfig}");
        return {
          name,
          type: "LayerNorm",
          made: ["LayerNormConfig::new(", slot("dim", weight?.shape[0], "", ")"), ".with_epsilon(1e-6).init(device)"],
        };
      case "attention":
        this.#help("attention");
        return {
          name,
          type: "Attention",
          made: [
            "Attention::new(",
            slot("dim", weight?.shape[0], "", ", "),
            slot("heads", numbers[0], "", ", "),
            "device)",
          ],
        };
      case "sequencePool":
        this.#help("sequence_pool");
        return {
          name,
          type: "Linear",
          made: ["LinearConfig::new(", slot("dim", weight?.shape[0], "", ", 1)"), ".init(device)"],
        };
      case "positions":
      case "classToken":
        this.#help("learned");
        return { name, type: "Param<Tensor<3>>", made: [`learned([${weight?.shape.join(", ")}], device)`] };
      case "dropout":
        if (!numbers[0]) return undefined;
        nn("{Dropout, DropoutConfig}");
        return { name, type: "Dropout", made: [`DropoutConfig::new(${numbers[0]}).init()`] };
      default:
        if (weights.length > 0)
          throw new Unsayable(
            `burn has no layer of its own for its ${item.part.name}, and this program has none as yet`,
          );
        return undefined;
    }
  }

  /** The fields, what makes them, and the forward pass; `|` stands between the three. */
  #body(block: Block): Template {
    const fields = block.items.map((item) => this.#field(item)).filter((field) => field !== undefined);
    const [input = 0] = block.from;
    const ranks = [input, block.value].map((value) => this.#ranks.get(value) ?? 4);
    return [
      ...fields.map(({ name, type }) => `    ${name}: ${type},\n`),
      "|",
      ...fields.flatMap(({ name, made }): Template => [`            ${name}: `, ...made, ",\n"]),
      "|",
      ...this.#forward(block, ranks),
      "    }\n",
    ];
  }

  #forward({ items, from, value: output }: Block, [given = 4, made = 4]: number[]): string[] {
    const lines: string[] = [];
    const names = new Map<number, string>([[from[0] ?? 0, "x"]]);
    const usedAfter = (value: number, at: number): boolean =>
      items.slice(at + 1).some((item) => item.from.includes(value));
    const others: string[] = [];
    items.forEach((item, at) => {
      if (item.kind === "leaf" && item.part.op === "auxiliary") {
        const called = `other${others.length + 1}`;
        lines.push(`        let ${called} = ${names.get(item.from[0] ?? 0) ?? "x"};\n`);
        others.push(`(${called}, ${Number((item.part.numbers[0] ?? 0).toPrecision(6))})`);
        return;
      }
      const given = item.from.map((value) => `${names.get(value) ?? "x"}${usedAfter(value, at) ? ".clone()" : ""}`);
      const beside = besides({ items } as Block, item).map((value) => `&${names.get(value) ?? "x"}`);
      const what = this.#call(item, [...given, ...beside]);
      const kept = new Set([...names].filter(([value]) => usedAfter(value, at)).map(([, name]) => name));
      const joined = items
        .slice(at + 1)
        .some((next) => next.kind === "leaf" && next.part.op === "concat" && next.from.includes(item.value));
      const wanted = joined && item.kind === "block" && !isNumber(item.name) ? [item.name] : ["x", "y", "z"];
      const name = wanted.find((each) => !kept.has(each)) ?? `${item.name}_out`;
      names.set(item.value, name);
      const last = item.value === output && at === items.length - 1;
      if (last && others.length > 0) lines.push(`        (${what}, vec![${others.join(", ")}])\n`);
      else if (last) lines.push(`        ${what}\n`);
      else if (what !== name) lines.push(`        let ${name} = ${what};\n`);
    });
    this.#others.push(...others);
    if (others.length === 0) return [`    fn forward(&self, x: Tensor<${given}>) -> Tensor<${made}> {\n`, ...lines];
    const doc = "    /// Class scores, and those of the auxiliary classifiers with their part of the loss.\n";
    return [
      `${doc}    fn forward(&self, x: Tensor<${given}>) -> (Tensor<${made}>, Vec<(Tensor<${made}>, f64)>) {\n`,
      ...lines,
    ];
  }

  #call(item: Item, given: string[]): string {
    const [x = "x"] = given;
    const field = `self.${isNumber(item.name) ? `layer${item.name}` : item.name}.forward(${x})`;
    if (item.kind === "block") return field;
    const { op, numbers } = item.part;
    const [kernel = 0, stride = 0, padding = 0, over = 0] = numbers;
    const activation = (name: string): string => {
      this.#uses.add(`burn::tensor::activation::${name}`);
      return `${name}(${x})`;
    };
    const windows = (name: string): string => {
      this.#helpers.add(name);
      this.#uses.add(name === "max_pool" ? "burn::nn::pool::MaxPool2dConfig" : "burn::nn::pool::AvgPool2dConfig");
      if (padding > 0) this.#helpers.add("around");
      const margin = padding > 0 ? `around(${padding})` : "PaddingConfig2d::Valid";
      return `${name}(${x}, ${kernel}, ${stride}, ${margin}, ${over === 1})`;
    };
    switch (op) {
      case "conv":
      case "linear":
      case "batchNorm":
      case "layerNorm":
      case "attention":
        return field;
      case "dropout":
        return numbers[0] ? field : x;
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
        return given.join(" + ");
      case "concat":
        return `Tensor::cat(vec![${given.join(", ")}], 1)`;
      case "shrink":
        this.#help("shrink");
        return `shrink(${given.join(", ")})`;
      default:
        throw new Unsayable(`this program has nothing as yet for its layer ${item.part.name}`);
    }
  }
}

function structOf(name: string, given: string[], body: string): string {
  const [fields = "", made = "", forward = ""] = body.split("|");
  return `#[derive(Module, Debug)]
struct ${name} {
${fields}}

impl ${name} {
    fn new(${given.map((each) => `${each}: usize, `).join("")}device: &Device) -> Self {
        ${name} {
${made}        }
    }

${forward}}
`;
}
