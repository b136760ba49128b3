// The commands and their options, as their arguments are read and their help is written. The native command has the same
// (`crate/src/bin/bunsen`), where it has the command.

/** What every option of a name is, whichever command has it. */
interface Option {
  /** What its value is called; none where it has no value. */
  readonly value?: string;
  readonly help: string;
  /** Another name of it. */
  readonly alias?: string;
}

/** Options that several commands have. */
const ENGINE = {
  value: "cpu or gpu",
  help: "what computes: cpu by default; gpu is WebGPU, from the npm package `webgpu`",
} as const satisfies Option;
const WORKERS = {
  value: "n",
  help: "threads of the CPU engine, which change no bit: by default one for each core, and at most 4 (or --threads)",
  alias: "threads",
} as const satisfies Option;
const OWN = {
  value: "folder, zip or arrays",
  help: "your own images, for a link with data=own: a folder for each class, or arrays with labels (IDX, npz, CSV)",
} as const satisfies Option;
const WEIGHTS = {
  value: "file",
  help: "the weights that the run starts from (safetensors, by Bunsen or PyTorch); a link names them by init=…",
} as const satisfies Option;

const JSON_OUTPUT = {
  help: "prints one JSON object, for programs; all else goes to the standard error",
} as const satisfies Option;

export interface Command {
  /** What follows its name, form by form. */
  readonly forms: readonly string[];
  /** What it does, in a line. */
  readonly summary: string;
  /** What else there is to be known, a line each. */
  readonly notes: readonly string[];
  readonly options: Readonly<Record<string, Option>>;
}

/** What a link is: every command that takes one says so. */
const LINK = "A link is what stands behind the # in the page's address; quote it.";
const DATA = "Data sets are read from the folder that BUNSEN_DATA names, else fetched.";

export const COMMANDS = {
  train: {
    forms: ["<link> [options]", "--resume <checkpoint> [options]"],
    summary: "trains a link, scores it, and writes run.bunsen.json and weights.safetensors",
    notes: [
      LINK,
      DATA,
      "A run that ends early leaves checkpoint.safetensors in its folder; one that is under way renews it each minute.",
    ],
    options: {
      out: {
        value: "folder",
        help: "where it writes: by default the first of bunsen-1, bunsen-2, … that is not there. It overwrites no run",
      },
      resume: { value: "checkpoint", help: "goes on with a run that ended early" },
      engine: ENGINE,
      workers: WORKERS,
      "score-on": { value: "data set", help: "scores it on the test split of another data set, too" },
      own: OWN,
      weights: WEIGHTS,
      json: JSON_OUTPUT,
    },
  },
  check: {
    forms: ["<link or run file>... [options]"],
    summary: "replays each, and says whether it is the same",
    notes: [LINK, DATA],
    options: { engine: ENGINE, workers: WORKERS, own: OWN, weights: WEIGHTS, json: JSON_OUTPUT },
  },
  sweep: {
    forms: ["<link with braces> [options]"],
    summary: "trains every link that it stands for, and writes table.csv and summary.csv",
    notes: [
      "Braces hold several values: lr={0.1,0.2}, seed={1..3}, lr={0.001..0.1:log5} or {0.1..0.5:lin3}. Quote the link.",
      "Each run has a folder of its own in that of the sweep. The same command again goes on where it stopped.",
      DATA,
    ],
    options: {
      jobs: { value: "n", help: "so many runs at once, each in a process of its own: 1 by default" },
      out: { value: "folder", help: "where it writes: by default a folder that is called by the digest of the links" },
      list: { help: "prints the links, one a line, and trains nothing" },
      engine: ENGINE,
      workers: {
        value: "n",
        help: "threads of each run, which change no bit: by default the cores, shared among the runs",
      },
      own: OWN,
      weights: WEIGHTS,
      json: JSON_OUTPUT,
    },
  },
  predict: {
    forms: ["<weights or checkpoint> <folder, zip or image>... [options]"],
    summary: "answers images, the most doubtful first",
    notes: [],
    options: {
      csv: { value: "file", help: "writes all answers, as a table" },
      json: JSON_OUTPUT,
      link: { value: "link", help: "the network, where the file of weights does not say it" },
    },
  },
  code: {
    forms: ["<link> [options]", "<link> --data <folder>"],
    summary: "writes a link as a program, for one process or for torchrun",
    notes: [LINK, "It overwrites no file."],
    options: {
      language: { value: "language", help: "pytorch (the default), pytorch-distributed or rust" },
      out: { value: "folder", help: "where it writes: by default the folder that it is called from" },
      data: { value: "folder", help: "writes the images that Bunsen draws for the link there, for such programs" },
      own: OWN,
    },
  },
  recipes: {
    forms: ["[<network>] [options]"],
    summary: "lists the recipes that have a name, with their links",
    notes: [],
    options: { json: JSON_OUTPUT },
  },
  serve: {
    forms: ["[options]"],
    summary: "serves the page that the package holds",
    notes: ["Ctrl-C stops it."],
    options: {
      host: {
        value: "address",
        help: "127.0.0.1 by default, which is this machine alone; 0.0.0.0 is all of its addresses",
      },
      port: { value: "n", help: "by default the first from 4173 on that is free" },
      data: { value: "folder", help: "data sets for the page: by default the folder that BUNSEN_DATA names" },
    },
  },
} as const satisfies Record<string, Command>;

export type CommandName = keyof typeof COMMANDS;

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}
