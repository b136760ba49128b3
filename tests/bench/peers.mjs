// The other libraries' seconds to an accuracy: bench.html trains the recipe with each, in a browser of its own.
import { loadavg } from "node:os";
import { number, percent, table } from "./figures.mjs";
import { withPage } from "./measuring.mjs";
import { say } from "./results.mjs";
import { source } from "./source.mjs";

export const { whyPeersCannot } = await source("benchmark/peer-recipe.ts");

/** By their keys on the page. Ours is there once more, so that one clock is the same for all. */
export const PEERS = ["bunsen-cpu", "jax-js-wasm", "jax-js-webgpu", "tfjs-cpu", "tfjs-webgpu"];

/** What cannot train it at all, and why: the page does not offer it. */
export const CANNOT = [
  {
    name: "TensorFlow.js 4.22.0, wasm",
    why: "cannot train it: its backend has no kernel for the gradient of a convolution's filters (Conv2DBackpropFilter)",
  },
];

/** The keys that an option names: `all`, or some with commas. */
export function peersOf(text) {
  const keys = text === "all" ? PEERS : text.split(",");
  const unknown = keys.find((key) => !PEERS.includes(key));
  if (unknown !== undefined) throw new Error(`--peers ${unknown}: there are ${PEERS.join(", ")}, or all.`);
  return keys;
}

/** The mean of the machine's load while something is measured, beside what that gives: what it is worth depends on it. */
export async function withLoad(work) {
  const samples = [];
  const sample = () => samples.push(loadavg()[0]);
  const timer = setInterval(sample, 5000);
  try {
    const value = await work();
    sample();
    return { ...value, load: samples.reduce((sum, each) => sum + each, 0) / samples.length };
  } finally {
    clearInterval(timer);
  }
}

/** Trains a recipe with one of them, and gives the page's row with the library's version and what computes. */
export async function trainPeer(key, link, { adapter, limit }) {
  return withPage({ adapter }, async ({ measure }) => {
    const { report } = await measure({ engines: "", networks: "", time: key, limit }, link);
    const [row] = report.time;
    if (!row) throw new Error(`The page cannot have ${key} train this.`);
    const last = row.scores.at(-1);
    say(
      `${row.name}: ${row.failed ?? (last ? `${percent(last.accuracy)} after ${number(last.seconds)} s` : "no score")}`,
    );
    const { versions } = report;
    return { ...row, versions, version: versions[row.library], software: row.webgpu && report.machine.software };
  });
}

/** Library, version and device. What no GPU computes is not called one. */
export function nameOf({ name, library, version, software }) {
  const device = name.replace(library, "").replace(/^,? /, "");
  const where = library === "Bunsen" ? `${device}, in a worker as the others` : device;
  return `${library} ${version}, ${where}${software ? " (a software adapter, no GPU)" : ""}`;
}

/**
 * @param {number[]} goals accuracies
 * @param pages the page's own runs, which are counted from the press of Train, by their names
 * @param rows those of `trainPeer`
 * @param {number} limit seconds after which a run was given up
 */
export function peersBoard(goals, pages, rows, limit) {
  const head = [
    "who computes",
    ...goals.map((goal) => `${Number((100 * goal).toFixed(2))} %`),
    "whole run",
    "test accuracy at its end",
    "steps",
    "load",
  ];
  const cells = ({ scores, limited, planned, step, load }) => {
    const missing = limited ? `not in ${number(limit)} s` : "not reached";
    const found = goals.map((goal) => scores.find(({ accuracy }) => accuracy >= goal)?.seconds);
    const last = scores.at(-1);
    const ended = last?.step === planned;
    return [
      ...found.map((seconds) => (seconds === undefined ? missing : number(seconds))),
      ended ? number(last.seconds) : missing,
      ended ? percent(last.accuracy) : last ? `${percent(last.accuracy)} at step ${last.step}` : "no score",
      `${step} of ${planned}`,
      number(load),
    ];
  };
  const missing = (name) => [name, ...goals.map(() => "–"), "–", "–", "–", "–"];
  const cannot = [
    ...rows
      .filter(({ failed }) => failed !== null)
      .map((row) => ({ name: nameOf(row), why: `failed: ${row.failed.replace(/\.$/, "")}` })),
    ...CANNOT,
  ];
  const body = table(head, [
    ...pages.map((row) => [row.name, ...cells(row)]),
    ...rows.filter(({ failed }) => failed === null).map((row) => [nameOf(row), ...cells(row)]),
    ...cannot.map(({ name }) => missing(name)),
  ]);
  return [body, ...cannot.map(({ name, why }) => `${name} ${why}.`)].join("\n\n");
}
