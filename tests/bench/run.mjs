// node tests/bench/run.mjs [what] [options]; see README.md beside this file.
import { parseArgs } from "node:util";

const SUBJECTS = {
  steps: "the training steps of LeNet-5 and ResNet-8 beside jax-js and TensorFlow.js (the default)",
  networks: "every network's start and training step on the GPU engine",
  time: "the board: seconds from pressing Train to accuracies on all test images, by named recipes",
  workers: "what cutting a batch into shards costs one worker, and what a second worker gains",
  accuracy: "test accuracy on MNIST, and seconds an epoch",
  memory: "wasm memory and GPU buffers over many steps",
  opening: "from opening the page to the first training step",
  estimate: "what the page says beforehand that a run will take, and what it takes",
  panels: "what the page's panels cost a run: open, closed, and kept from drawing",
  photos: "how long a folder of photos takes to become data, the memory that takes, and whether the page stays at hand",
  augment: "what augmenting a batch costs beside a training step",
  data: "how soon data in the browser's storage can be trained on, and the memory that takes",
  start: "how long the GPU engine takes to start: engine, pipelines, self-test, first step",
  dispatches: "what a step asks of the GPU: how often it is given a kernel to run",
  agreement: "losses on the GPU engine against the CPU engine's",
  lessons: "the runs of the lessons, trained again: whether each gives what its lesson says",
  trained: "the networks that come with the site, trained again: whether each gives the file that lies there",
  torchrun: "the PyTorch program for several processes on one, beside the plain PyTorch script",
  replays: "stored links in every browser that is there: whether each gives its stored check, bit for bit",
  resumes: "runs cut short by the end of worker, tab and browser, and gone on with",
  sizes: "what a visitor downloads: gzip and brotli sizes of the two builds",
};

function help() {
  const lines = Object.entries(SUBJECTS).map(([name, line]) => `  ${name.padEnd(10)} ${line}`);
  return `node tests/bench/run.mjs [what] [options]\n\n${lines.join("\n")}\n\nOptions of one subject: run.mjs <what> --help`;
}

function subjectHelp(name, options) {
  const lines = Object.entries(options).map(([key, { default: value, help }]) => {
    const standard = value === undefined || value === false ? "" : ` (default: ${value})`;
    return `  --${key.padEnd(10)} ${help}${standard}`;
  });
  return `${name}: ${SUBJECTS[name]}\n\n${lines.join("\n")}`;
}

async function main() {
  const words = process.argv.slice(2);
  if (words[0] === "--help" || words[0] === "-h") return console.log(help());
  const name = words[0] && !words[0].startsWith("-") ? words.shift() : "steps";
  if (!(name in SUBJECTS)) throw new Error(`"${name}" is no subject of the benchmark.\n\n${help()}`);
  const { options, main } = await import(`./what/${name}.mjs`);
  if (words.includes("--help")) return console.log(subjectHelp(name, options));
  const known = Object.fromEntries(Object.entries(options).map(([key, { help: _, ...option }]) => [key, option]));
  const { values } = parseArgs({ args: words, options: known });
  const passed = await main(values);
  if (!passed) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  console.error(process.env.BUNSEN_DEBUG ? error : error.message);
  process.exitCode = 1;
}
