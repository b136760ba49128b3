// The networks that come with the site, trained again under Node: whether each gives the file that lies there, bit for bit.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { pkg } from "../../browser/support/paths.mjs";
import { number, percent, table } from "../figures.mjs";
import { halved } from "../half.mjs";
import { machine } from "../machine.mjs";
import { report, say } from "../results.mjs";

/** What is trained: each network's own recipe, of ResNet-8 with fewer epochs, which take ten minutes and not an hour. */
const RECIPES = {
  "lenet5-mnist": "model=lenet5&data=mnist",
  "lenet5-fashion": "model=lenet5&data=fashion",
  "resnet-8-cifar10": "model=resnet-8&data=cifar10&epochs=4",
};

const FOLDER = fileURLToPath(new URL("../../../www/src/trained/", import.meta.url));

export const options = {
  store: { type: "boolean", default: false, help: "write the files and their records, instead" },
  only: { type: "string", help: "networks whose names have this in it: lenet5" },
  workers: { type: "string", help: "with so many workers, which changes the time alone" },
};

export async function main({ store, only = "", workers }) {
  const names = Object.keys(RECIPES).filter((name) => name.includes(only));
  if (names.length === 0) throw new Error(`No network has “${only}” in its name.`);
  const { openLab } = await import(new URL("index.js", `${pathToFileURL(pkg).href}/`).href);
  const lab = await openLab({ engine: "cpu", ...(workers !== undefined && { workers: Number(workers) }) });
  const rows = [];
  let isSame = true;
  for (const name of names) {
    say(`${name}: ${RECIPES[name]}`);
    const began = performance.now();
    const { file, record } = await train(lab, name);
    const seconds = (performance.now() - began) / 1_000;
    const paths = [`${FOLDER}${name}.safetensors`, `${FOLDER}${name}.json`];
    const contents = [file, `${JSON.stringify(record, null, 2)}\n`];
    let outcome = "stored";
    if (store) paths.forEach((path, at) => writeFileSync(path, contents[at]));
    else {
      const equal = paths.every((path, at) => Buffer.from(contents[at]).equals(readFileSync(path)));
      outcome = equal ? "same" : "differs";
      isSame &&= equal;
    }
    rows.push([name, record.digest, percent(record.accuracy), record.bytes, outcome, number(seconds)]);
  }
  lab.close();
  const body = table(["network", "digest", "test accuracy", "bytes", "", "seconds"], rows);
  await report("trained", { title: "Networks that come with the site", info: machine(), body, data: { rows } });
  return isSame;
}

/** A network's file, and its record: what it was trained by, and what the file, as it is shipped, has right of the test images. */
async function train(lab, name) {
  const run = await lab.start(RECIPES[name]);
  const { link, steps } = run.plan;
  await run.step(steps);
  const check = await run.check();
  const file = halved(await run.weights());
  run.free();
  const digest = createHash("sha256").update(file).digest("hex").slice(0, 16);
  // The score is that of the rounded weights, before a step from them.
  const shipped = await lab.start(RECIPES[name], { weights: file });
  const { accuracy, examples: images } = await shipped.evaluate();
  shipped.free();
  const command = `cargo xtask bench trained --store --only ${name}`;
  const { model, data } = lab.parse(link).values;
  return { file, record: { link, model, data, check, digest, bytes: file.length, accuracy, images, command } };
}
