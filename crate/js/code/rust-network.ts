// A network as modules of burn.

import { besides, isNumber, titleOf, Unsayable, type Block, type Item, type Leaf } from "./tree.js";
import { Kinds, text, type Slot, type Template } from "./template.js";

/** Rust's code of a network: its structs, and what they use of burn. */
export interface Rust {
  structs: string[];
  uses: Set<string>;
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

class Writer {
  readonly #kinds = new Kinds();
  readonly #made = new Map<Block, { type: string; made: Template }>();
  readonly #uses = new Set<string>();
  readonly #helpers = new Set<string>();
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
      const blocks = (level ?? []).map((block) => ({ block, wish: titleOf(block, "Relu"), template: this.#body(block) }));
      this.#kinds.add(blocks).forEach(({ kind, given }, at) => {
        const pieces = given.map((each): Slot => ({ ...each, before: "", after: ", ", usual: NaN }));
        const block = blocks[at]?.block as Block;
        this.#made.set(block, { type: kind.name, made: [`${kind.name}::new(`, ...pieces, "device)"] });
      });
    }
    const root = text(this.#body(tree));
    const structs = this.#kinds.all.map(({ name, arguments: given, body }) => structOf(name, given, body));
    structs.push(structOf("Network", [], root));
    return { structs: [...[...this.#helpers].map((name) => HELPERS[name] ?? ""), ...structs], uses: this.#uses };
  }

  #rank({ items }: Block): void {
    for (const item of items) {
      if (item.kind === "block") this.#rank(item);
      const flat = item.kind === "leaf" && ["reshape", "mean"].includes(item.part.op);
      const given = this.#ranks.get(item.from[0] ?? 0) ?? 4;
      if (item.kind === "leaf") this.#ranks.set(item.value, flat ? 2 : given);
    }
  }

  #field(item: Item): Field | undefined {
    const name = isNumber(item.name) ? `layer${item.name}` : item.name;
    if (item.kind === "block") {
      const made = this.#made.get(item);
      const role = (piece: string | Slot) => (typeof piece === "string" ? piece : { ...piece, role: `${name} ${piece.role.split(" ").at(-1)}` });
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
            "Conv2dConfig::new([", slot(`${name} from`, from * groups, "", ", "), slot(`${name} to`, to, "", "], ["), slot("kernel", side, "", "; 2])"),
            slot("stride", steps, ".with_stride([", "; 2])", 1), slot("padding", margin, ".with_padding(around(", "))", 0),
            slot("groups", groups, ".with_groups(", ")", 1), bias ? "" : ".with_bias(false)", ".init(device)",
          ],
        };
      }
      case "linear": {
        nn("{Linear, LinearConfig}");
        const [from, to] = weight?.shape ?? [];
        const made = ["LinearConfig::new(", slot("from", from, "", ", "), slot("to", to, "", ")"), bias ? "" : ".with_bias(false)", ".init(device)"];
        return { name, type: "Linear", made };
      }
      case "batchNorm": {
        nn("{BatchNorm, BatchNormConfig}");
        const epsilon = numbers[0] === 1e-5 ? "" : `.with_epsilon(${numbers[0]})`;
        return { name, type: "BatchNorm", made: ["BatchNormConfig::new(", slot("channels", weight?.shape[0], "", ")"), `${epsilon}.init(device)`] };
      }
      case "dropout":
        if (!numbers[0]) return undefined;
        nn("{Dropout, DropoutConfig}");
        return { name, type: "Dropout", made: [`DropoutConfig::new(${numbers[0]}).init()`] };
      default:
        if (weights.length > 0) throw new Unsayable(`burn has no layer of its own for its ${item.part.name}, and this program has none as yet`);
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
      `    fn forward(&self, x: Tensor<${ranks[0]}>) -> Tensor<${ranks[1]}> {\n`,
      ...this.#forward(block),
      "    }\n",
    ];
  }

  #forward({ items, from, value: output }: Block): string[] {
    const lines: string[] = [];
    const names = new Map<number, string>([[from[0] ?? 0, "x"]]);
    const usedAfter = (value: number, at: number): boolean => items.slice(at + 1).some((item) => item.from.includes(value));
    items.forEach((item, at) => {
      const given = item.from.map((value) => `${names.get(value) ?? "x"}${usedAfter(value, at) ? ".clone()" : ""}`);
      const beside = besides({ items } as Block, item).map((value) => `&${names.get(value) ?? "x"}`);
      const what = this.#call(item, [...given, ...beside]);
      const kept = new Set([...names].filter(([value]) => usedAfter(value, at)).map(([, name]) => name));
      const joined = items.slice(at + 1).some((next) => next.kind === "leaf" && next.part.op === "concat" && next.from.includes(item.value));
      const wanted = joined && item.kind === "block" && !isNumber(item.name) ? [item.name] : ["x", "y", "z"];
      const name = wanted.find((each) => !kept.has(each)) ?? `${item.name}_out`;
      names.set(item.value, name);
      if (what !== name) lines.push(item.value === output && at === items.length - 1 ? `        ${what}\n` : `        let ${name} = ${what};\n`);
      else if (item.value === output) lines.push(`        ${name}\n`);
    });
    return lines;
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
        return field;
      case "dropout":
        return numbers[0] ? field : x;
      case "relu":
      case "sigmoid":
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
      case "add":
        return given.join(" + ");
      case "concat":
        return `Tensor::cat(vec![${given.join(", ")}], 1)`;
      case "shrink":
        this.#helpers.add("shrink");
        this.#uses.add("burn::tensor::ops::PadMode");
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

const HELPERS: Record<string, string> = {
  around: `/// So many zeros on each side.
fn around(by: usize) -> PaddingConfig2d {
    PaddingConfig2d::Explicit(by, by, by, by)
}
`,
  max_pool: `fn max_pool(x: Tensor<4>, kernel: usize, stride: usize, padding: PaddingConfig2d, over: bool) -> Tensor<4> {
    let pool = MaxPool2dConfig::new([kernel; 2]).with_strides([stride; 2]).with_padding(padding);
    pool.with_ceil_mode(over).init().forward(x)
}
`,
  avg_pool: `fn avg_pool(x: Tensor<4>, kernel: usize, stride: usize, padding: PaddingConfig2d, over: bool) -> Tensor<4> {
    let pool = AvgPool2dConfig::new([kernel; 2]).with_strides([stride; 2]).with_padding(padding);
    pool.with_ceil_mode(over).init().forward(x)
}
`,
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
};
