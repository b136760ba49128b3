import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BunsenError } from "../errors.js";
import { openLab } from "../index.js";
import type { Run, Verdict } from "../api.js";
import { withCustomDataset } from "./custom-dataset.js";
import { Progress } from "./progress.js";
import { linkOf, parseArguments } from "./arguments.js";

const AS_PROMISED: readonly Verdict["kind"][] = ["same", "same-in-part", "within"];

/** Trains a link to its end, evaluates it after each of its plan's score steps, and writes the run file and the weights. */
export async function train(args: string[]): Promise<number> {
  const { positionals, workers, out, own } = parseArguments(args, ["out", "own"]);
  const [link, ...others] = positionals;
  if (link === undefined || others.length > 0) throw new BunsenError("recipe", "train takes one link: quote it.");
  const lab = await openLab({ engine: "cpu", workers });
  try {
    for (const notice of lab.parse(linkOf(link)).notices) console.error(notice);
    const run = await lab.start(await withCustomDataset(lab, linkOf(link), own));
    console.log(`${run.plan.link}\n${run.data.title}, ${run.plan.steps} steps of ${run.plan.batch}`);
    await trainToEnd(run);
    for (const notice of run.notices) console.error(notice);
    const check = await run.check();
    const folder = out ?? `bunsen-${check}`;
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "run.bunsen.json"), await run.runFile());
    await writeFile(join(folder, "weights.safetensors"), await run.weights());
    console.log(`check ${check}\n${(await run.checkedLink()) ?? ""}`);
    console.log(`Written to ${folder}: run.bunsen.json, weights.safetensors.`);
    const verdict = run.verdict();
    if (verdict) console.log(verdict.text);
    return verdict && !AS_PROMISED.includes(verdict.kind) ? 1 : 0;
  } finally {
    lab.close();
  }
}

/** Steps of one call: with more, the progress bar would stand still. */
const STEPS_PER_CALL = 10;

async function trainToEnd(run: Run): Promise<void> {
  const progress = new Progress("training");
  const { steps, scoreSteps } = run.plan;
  for (let done = run.plan.done; done < steps;) {
    const nextScore = scoreSteps.find((step) => step > done) ?? steps;
    const until = Math.min(done + STEPS_PER_CALL, nextScore);
    const loss = (await run.step(until - done)).at(-1)?.loss ?? NaN;
    done = until;
    progress.show(done, steps, `, loss ${loss.toFixed(4)}`);
    if (done < nextScore) continue;
    const { accuracy, examples } = await run.evaluate();
    progress.end();
    console.log(`step ${done}: ${(100 * accuracy).toFixed(2)} % of ${examples} test images, loss ${loss.toFixed(4)}`);
  }
}
