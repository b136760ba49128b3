// A network as classes of PyTorch.

import { besides, isChain, isNumber, titleOf, Unsayable, type Block, type Item, type Leaf } from "./tree.js";
import { Kinds, text, type Slot, type Template } from "./template.js";

const ACTIVATIONS: Record<string, [call: string, module: string]> = {
  relu: ["F.relu", "nn.ReLU"],
  tanh: ["torch.tanh", "nn.Tanh"],
  sigmoid: ["torch.sigmoid", "nn.Sigmoid"],
  gelu: ["F.gelu", "nn.GELU"],
};

/** Python's code of a network: its classes, and what they need. */
export interface Python {
  classes: string[];
  /** Whether it gives auxiliary class scores in training, too. */
  auxiliary: boolean;
  imports: string[];
  /** What its scores and the labels are given to, where that is not a cross-entropy. */
  criterion?: string;
}

/** The classes of a network, the last of which is `Network`. */
export function pythonOf(tree: Block): Python {
  return new Writer().network(tree);
}

const lastWord = (words: string): string => words.split(" ").at(-1) ?? "";

const slot = (role: string, value: number | undefined, before = "", usual?: number): Slot => ({
  role,
  value: value ?? 0,
  before,
  ...(usual === undefined ? {} : { usual }),
});

class Writer {
  readonly #kinds = new Kinds();
  /** How each block that is a class is made. */
  readonly #made = new Map<Block, Template>();
  readonly #residuals = new Set<Block>();
  readonly #helpers = new Set<string>();
  #ordered = false;
  #auxiliary: string[] = [];

  network(tree: Block): Python {
    // A block is said once those in it are: the innermost first.
    const levels: Block[][] = [];
    const height = (block: Block): number => {
      const inner = block.items.map((item) => (item.kind === "block" ? height(item) + 1 : 0));
      const level = Math.max(0, ...inner);
      if (block !== tree) (levels[level] ??= []).push(block);
      return level;
    };
    height(tree);
    for (const level of levels) {
      const classes = (level ?? []).filter((block) => !this.#isSequence(block));
      const blocks = classes.map((block) => ({ block, wish: titleOf(block, "ReLU"), template: this.#body(block) }));
      this.#kinds.add(blocks).forEach(({ kind, given }, at) => {
        const pieces = given.flatMap((each, place): Template => [
          { ...each, before: place > 0 ? ", " : "", usual: NaN },
        ]);
        this.#made.set(classes[at] as Block, [`${kind.name}(`, ...pieces, ")"]);
      });
    }
    const root = this.#body(tree);
    const classes = this.#kinds.all.map(({ name, arguments: given, body }) => classOf(name, given, body));
    classes.push(classOf("Network", [], text(root)));
    const helpers = [...this.#helpers].map((name) => HELPERS[name] ?? "");
    return {
      classes: [...helpers, ...classes],
      auxiliary: this.#auxiliary.length > 0,
      imports: this.#ordered ? ["from collections import OrderedDict"] : [],
    };
  }

  /** Whether it is said as `nn.Sequential`. */
  #isSequence(block: Block): boolean {
    const { items } = block;
    const last = items.at(-1);
    if (last?.kind === "leaf" && last.part.op === "add" && items.some(({ name }) => isNumber(name))) {
      const chain = { ...block, items: items.slice(0, -1) };
      const sum = new Set([...block.from, chain.items.at(-1)?.value]);
      if (!isChain(chain) || !last.from.every((value) => sum.has(value))) {
        throw new Unsayable(`its block ${block.name} adds something else than what goes in`);
      }
      this.#residuals.add(block);
      return true;
    }
    const numbered = items.every(
      (item) => isNumber(item.name) || (item.kind === "leaf" && item.part.weights.length === 0),
    );
    const plain = numbered || items.length === 1 || items.every(({ kind }) => kind === "block");
    return isChain(block) && plain && items.every((item) => item.kind === "block" || this.#module(item) !== undefined);
  }

  /** What makes an item that has a module, at that depth of indentation. */
  #making(item: Item, indent: string, outer = ""): Template {
    if (item.kind === "leaf") {
      const module = this.#module(item);
      if (!module) throw new Unsayable(`${item.part.name} has no module of its own`);
      return module;
    }
    const made = this.#made.get(item);
    const path = `${outer}${item.name} `;
    if (made)
      return made.map((piece) => (typeof piece === "string" ? piece : { ...piece, role: path + lastWord(piece.role) }));
    const residual = this.#residuals.has(item);
    const items = residual ? item.items.slice(0, -1) : item.items;
    if (residual) this.#helpers.add("residual");
    const within = `${indent}    `;
    const placed = items.every(({ name }, at) => name === String(at) || !isNumber(name));
    const hasNumbers = items.some(({ name }) => isNumber(name));
    const lines = items.map((each) => this.#making(each, within, path));
    const start = residual ? "Residual(" : "nn.Sequential(";
    if (placed && hasNumbers) {
      return [`${start}\n`, ...lines.flatMap((line): Template => [within, ...line, ",\n"]), `${indent})`];
    }
    this.#ordered = true;
    const deeper = `${within}    `;
    const named = items.flatMap((each): Template => [
      `${within}("${keyOf(each)}", `,
      ...this.#making(each, deeper, path),
      "),\n",
    ]);
    return [`${start}OrderedDict([\n`, ...named, `${indent}]))`];
  }

  /** What makes a layer's module; nothing where it has none. */
  #module({ part, units }: Leaf): Template | undefined {
    const { op, numbers, weights } = part;
    const [weight, bias] = weights;
    const [kernel = 0, stride = 0, padding = 0, over = 0] = numbers;
    const activation = ACTIVATIONS[op];
    if (activation) return [`${activation[1]}()`];
    const windows = (name: string): Template => [
      `${name}(${kernel}${stride === kernel ? "" : `, stride=${stride}`}${padding ? `, padding=${padding}` : ""}${over ? ", ceil_mode=True" : ""})`,
    ];
    switch (op) {
      case "conv": {
        const [to, from = 0, side] = weight?.shape ?? [];
        const [steps, margin, groups = 1] = numbers;
        return [
          "nn.Conv2d(",
          slot(`${part.name.split(".").at(-1)} into`, from * groups),
          slot(`${part.name.split(".").at(-1)} out`, to, ", "),
          slot("kernel", side, ", "),
          slot("stride", steps, ", stride=", 1),
          slot("padding", margin, ", padding=", 0),
          slot("groups", groups, ", groups=", 1),
          bias ? ")" : ", bias=False)",
        ];
      }
      case "linear": {
        const [from, to] = weight?.shape ?? [];
        return ["nn.Linear(", slot("into", from), slot("out", to, ", "), bias ? ")" : ", bias=False)"];
      }
      case "batchNorm": {
        const epsilon = numbers[0] === 1e-5 ? "" : `, eps=${numbers[0]}`;
        return [`nn.BatchNorm${units ? 1 : 2}d(`, slot("channels", weight?.shape[0]), `${epsilon})`];
      }
      case "layerNorm":
        return ["nn.LayerNorm(", slot("dim", weight?.shape[0]), ", eps=1e-6)"];
      case "attention": {
        const [dim] = weight?.shape ?? [];
        return ["nn.MultiheadAttention(", slot("dim", dim), `, ${numbers[0]}, batch_first=True)`];
      }
      case "sequencePool":
        return ["nn.Linear(", slot("dim", weight?.shape[0]), ", 1)"];
      case "maxPool":
        return windows("nn.MaxPool2d");
      case "avgPool":
        return windows("nn.AvgPool2d");
      case "dropout":
        return [`nn.Dropout(${numbers[0]})`];
      case "responseNorm":
        return ["nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2)"];
      case "reshape":
        return ["nn.Flatten()"];
      case "mean":
        return ["nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())"];
      default:
        return undefined;
    }
  }

  /** A class's body: `__init__` and `forward`, without the head. */
  #body(block: Block): Template {
    const init: Template = [];
    for (const item of block.items) {
      if (item.kind === "leaf" && item.part.weights.length === 0) continue;
      const [weight] = item.kind === "leaf" ? item.part.weights : [];
      const made: Template =
        item.kind === "leaf" && ["positions", "classToken"].includes(item.part.op)
          ? [`nn.Parameter(0.02 * torch.randn(${weight?.shape.join(", ")}))`]
          : this.#making(item, "        ");
      init.push(`        self.${item.name} = `, ...made, "\n");
    }
    return [...init, "\n    def forward(self, x):\n", ...this.#forward(block)];
  }

  #forward(block: Block): string[] {
    const lines: string[] = [];
    const uses = (value: number, after: number): number =>
      block.items.slice(after).reduce((sum, item) => sum + item.from.filter((from) => from === value).length, 0);
    /** What a value is called, or how it is computed where that has not been written yet. */
    const said = new Map<number, string>([[block.from[0] ?? 0, "x"]]);
    const isName = (what: string): boolean => /^\w+$/.test(what);
    const name = (value: number, item: Item, at: number): string => {
      const live = new Set(
        [...said].filter(([other]) => other !== value && uses(other, at + 1) > 0).map(([, what]) => what),
      );
      const joined = block.items
        .slice(at + 1)
        .some((next) => next.kind === "leaf" && next.part.op === "concat" && next.from.includes(value));
      const names = joined && item.kind === "block" && !isNumber(item.name) ? [item.name] : ["x", "y", "z"];
      const found = names.find((each) => !live.has(each)) ?? `${item.name}_out`;
      return found;
    };
    const write = (value: number, what: string, item: Item, at: number): string => {
      const called = name(value, item, at);
      if (called !== what) lines.push(`        ${called} = ${what}\n`);
      said.set(value, called);
      return called;
    };
    const others: string[] = [];
    block.items.forEach((item, at) => {
      const [first = 0] = item.from;
      const of = (value: number): string => said.get(value) ?? "x";
      const before = block.items[at - 1] ?? item;
      const named = (): string => (isName(of(first)) ? of(first) : write(first, of(first), before, at - 1));
      if (item.kind === "leaf" && item.part.op === "auxiliary") {
        const called = before.name;
        lines.push(`        ${called} = ${of(first)}\n`);
        others.push(`(${called}, ${Number((item.part.numbers[0] ?? 0).toPrecision(6))})`);
        return;
      }
      const isLayer = item.kind === "block" || item.part.weights.length > 0;
      const starts =
        isLayer && !(item.kind === "leaf" && ["batchNorm", "layerNorm", "positions"].includes(item.part.op));
      if (starts && !isName(of(first))) named();
      const what =
        item.kind === "block"
          ? `self.${item.name}(${of(first)})`
          : this.#call(item, [...item.from, ...besides(block, item)].map(of), named);
      said.set(item.value, what);
      const single = uses(item.value, at + 1) === 1;
      const next = block.items[at + 1];
      const goesOn = single && next?.from.includes(item.value) && next.from.length === 1;
      const isLast = at === block.items.length - 1;
      if (!goesOn && !isLast) write(item.value, what, item, at);
    });
    const result = said.get(block.value) ?? "x";
    if (others.length > 0) {
      this.#auxiliary = others;
      lines.push(`        if self.training:\n            return ${result}, [${others.join(", ")}]\n`);
    }
    lines.push(`        return ${result}\n`);
    return lines;
  }

  /** A layer's call; `named` gives its input a name, where it is used more than once. */
  #call({ part, name }: Leaf, given: string[], named: () => string): string {
    const { op, numbers } = part;
    const [x = "x", ...more] = given;
    const [kernel = 0, stride = 0, padding = 0, over = 0] = numbers;
    const activation = ACTIVATIONS[op];
    if (activation) return `${activation[0]}(${x})`;
    const windows = (call: string): string =>
      `${call}(${x}, ${kernel}${stride === kernel ? "" : `, stride=${stride}`}${padding ? `, padding=${padding}` : ""}${over ? ", ceil_mode=True" : ""})`;
    const wrapped = /^[\w.]+(\(.*\))?$/.test(x) ? x : `(${x})`;
    switch (op) {
      case "maxPool":
        return windows("F.max_pool2d");
      case "avgPool":
        return windows("F.avg_pool2d");
      case "mean":
        return `${wrapped}.mean((2, 3))`;
      case "reshape":
        return `${wrapped}.flatten(1)`;
      case "dropout":
        return numbers[0] ? `F.dropout(${x}, ${numbers[0]}, self.training)` : x;
      case "responseNorm":
        return `F.local_response_norm(${x}, 5, alpha=5e-4, beta=0.75, k=2)`;
      case "add":
        return [x, ...more].join(" + ");
      case "concat":
        return `torch.cat([${given.join(", ")}], 1)`;
      case "shrink":
        this.#helpers.add("shrink");
        return `shrink(${x}, ${more[0]})`;
      case "tokens":
        return `${wrapped}.flatten(2).transpose(1, 2)`;
      case "classToken":
        return `torch.cat([self.${name}.expand(len(${named()}), -1, -1), ${named()}], 1)`;
      case "positions":
        return `${x} + self.${name}`;
      case "attention":
        return `self.${name}(${named()}, ${named()}, ${named()}, need_weights=False)[0]`;
      case "firstToken":
        return `${wrapped}[:, 0]`;
      case "meanToken":
        return `${wrapped}.mean(1)`;
      case "sequencePool":
        return `(self.${name}(${named()}).softmax(1) * ${named()}).sum(1)`;
      default:
        return `self.${name}(${x})`;
    }
  }
}

/** What an item is called in an `OrderedDict`. */
function keyOf(item: Item): string {
  return item.kind === "leaf" && item.part.op === "reshape" ? "flatten" : item.name;
}

function classOf(name: string, given: string[], body: string): string {
  const head = `class ${name}(nn.Module):\n    def __init__(self${given.map((each) => `, ${each}`).join("")}):\n        super().__init__()\n`;
  return head + body;
}

const HELPERS: Record<string, string> = {
  residual: `class Residual(nn.Sequential):
    """Adds what goes in to what its layers make of it."""

    def forward(self, x):
        return x + super().forward(x)
`,
  shrink: `def shrink(x, y):
    """A shortcut without parameters, to the shape of y: every other pixel, and new channels of zeros on both sides."""
    stride = math.ceil(x.shape[2] / y.shape[2])
    new = y.shape[1] - x.shape[1]
    return F.pad(x[:, :, ::stride, ::stride], (0, 0, 0, 0, new // 2, new - new // 2))
`,
};
