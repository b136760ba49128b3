import { dirname } from "node:path";
import { BunsenError, messageOf } from "../errors.js";
import { openLab } from "../index.js";
import type { Lab, Run, Verdict } from "../api.js";
import { withCustomDataset } from "./custom-dataset.js";
import { engineInWords } from "./engine-in-words.js";
import { bytesOf, throwNamingOption } from "./initial-weights.js";
import { endNow, interrupted, onInterruption } from "./interruption.js";
import { outputOf, type Output } from "./output.js";
import { RunFolder } from "./run-folder.js";
import { requireLink } from "../links.js";
import { accuracyOf, Trainer } from "./trainer.js";
import { engineOf, parseArguments, UsageError, type Options } from "./arguments.js";
import { newResult, scoreResult, type TrainResult } from "./train-result.js";

/** Nothing that was compared differs: of a run that goes on from a checkpoint file, its first steps are compared with nothing. */
const AS_PROMISED: readonly Verdict["kind"][] = ["same", "same-in-part", "within", "from-file"];

/** Trains a link to its end, evaluates it after each of its plan's score steps, and writes the run file and the weights. */
export async function train(args: string[]): Promise<number> {
  const { positionals, options } = parseArguments("train", args);
  const { engine, workers } = engineOf("train", options);
  const [link, ...others] = positionals;
  if (others.length > 0 || (link === undefined && options.resume === undefined)) {
    throw new UsageError("train takes one link: quote it.", "train");
  }
  const output = outputOf(options.json);
  const result = newResult();
  const end = (by: { status: TrainResult["status"]; sentence: string }): Promise<void> =>
    output.tell(Object.assign(result, { status: by.status, error: by.sentence || null }));
  // Until the training asks for it.
  onInterruption((by) => void end({ ...by, status: "interrupted" }).then(() => endNow(by)));
  try {
    const lab = await openLab({ engine, workers });
    try {
      const status = await trainWith(lab, link, options, output, result);
      await output.tell(result);
      return status;
    } finally {
      lab.close();
    }
  } catch (thrown) {
    await end({ status: "failed", sentence: messageOf(thrown) });
    throw thrown;
  }
}

/** Gives the exit status. @param result filled in as things are known */
async function trainWith(
  lab: Lab,
  given: string | undefined,
  options: Options<"train">,
  output: Output,
  result: TrainResult,
): Promise<number> {
  const { link, ...start } = await readStart(lab, given, options);
  if (options["score-on"] !== undefined) requireDataset(lab, options["score-on"]);
  sayNew(lab.parse(link).notices, result.notices);
  const out = options.out ?? (options.resume && dirname(options.resume));
  const folder = await RunFolder.prepare(out, options.resume);
  try {
    const complete = await withCustomDataset(lab, link, options.own);
    const run = await lab.start(complete, start).catch((thrown: unknown) => throwNamingOption(thrown, options.weights));
    return await trainInto(folder, run, options, output, result);
  } finally {
    await folder.removeEmpty();
  }
}

/** What is trained: the link, from its start, from weights or from a checkpoint, which holds the link too. */
async function readStart(
  lab: Lab,
  link: string | undefined,
  { resume, weights }: Pick<Options<"train">, "resume" | "weights">,
): Promise<{ link: string; checkpoint?: Uint8Array; weights?: Uint8Array }> {
  const start = {
    ...(resume !== undefined && { checkpoint: await bytesOf(resume, "checkpoint") }),
    ...(weights !== undefined && { weights: await bytesOf(weights, "file") }),
  };
  if (link !== undefined) return { link: requireLink(link), ...start };
  return { link: start.checkpoint ? lab.readCheckpoint(start.checkpoint).link : "", ...start };
}

/** Refuses a data set that there is not, before the training. */
function requireDataset(lab: Lab, name: string): void {
  try {
    lab.parse({ data: name });
  } catch (thrown) {
    throw new BunsenError("recipe", `--score-on ${name}: ${messageOf(thrown)}`, { cause: thrown });
  }
}

/** Prints the notices that were not printed before. */
function sayNew(notices: readonly string[], said: string[]): void {
  for (const notice of notices) {
    if (said.includes(notice)) continue;
    console.error(notice);
    said.push(notice);
  }
}

/** Trains a run and writes it. */
async function trainInto(
  folder: RunFolder,
  run: Run,
  options: Options<"train">,
  output: Output,
  result: TrainResult,
): Promise<number> {
  const { plan, data, engine } = run;
  Object.assign(result, { link: plan.link, data: data.title, engine: engineInWords(engine), steps: plan.steps });
  result.folder = folder.path;
  output.say(`${plan.link}\n${data.title}, ${plan.steps} steps of ${plan.batch}`);
  if (engine.kind === "gpu") output.say(engineInWords(engine));
  sayNew(run.notices, result.notices);
  // The training sees it, and ends at the end of a step.
  onInterruption(() => {});
  const trainer = new Trainer(folder, run, options, output, result);
  const fail = async (thrown: unknown): Promise<number> => {
    result.error = messageOf(thrown);
    console.error(result.error);
    await trainer.saveCheckpoint();
    return 1;
  };
  let ended: boolean;
  try {
    ended = await trainer.train();
  } catch (thrown) {
    return fail(thrown);
  }
  const interruption = await interrupted();
  if (!ended && interruption) {
    if (interruption.sentence) console.error(interruption.sentence);
    await trainer.saveCheckpoint();
    await output.tell(Object.assign(result, { status: "interrupted", error: interruption.sentence || null }));
    process.exit(interruption.status);
  }
  sayNew(run.notices, result.notices);
  await trainer.validate();
  try {
    await folder.write("run", await run.runFile());
    await folder.write("weights", await run.weights());
  } catch (thrown) {
    return fail(thrown);
  }
  result.files = ["run.bunsen.json", "weights.safetensors"];
  await folder.removeCheckpoint();
  await sayOutcome(folder, run, output, result);
  onInterruption((by) => {
    const said = by.sentence && `${by.sentence} The run had come to its end: it is in ${folder.path}.`;
    const told = output.tell(Object.assign(result, { status: "interrupted", error: said || null }));
    void told.then(() => endNow({ ...by, sentence: said }));
  });
  const isScoredOn = await scoreOn(run, options["score-on"], output, result);
  const isAsPromised = !result.verdict || AS_PROMISED.includes(result.verdict.kind);
  const isDone = isAsPromised && trainer.isScored && isScoredOn;
  if (isDone) result.status = "done";
  else result.error ??= result.verdict?.text ?? null;
  return isDone ? 0 : 1;
}

async function sayOutcome(folder: RunFolder, run: Run, output: Output, result: TrainResult): Promise<void> {
  result.check = await run.check();
  result.checkedLink = (await run.checkedLink()) ?? null;
  const verdict = run.verdict();
  result.verdict = verdict ? { kind: verdict.kind, text: verdict.text } : null;
  output.say(`check ${result.check}`);
  output.say(result.checkedLink ?? whyNoCheckedLink(run));
  output.say(`Written to ${folder.path}: ${result.files.join(", ")}.`);
  if (verdict) output.say(verdict.text);
}

/** Why a run that has ended has no checked link. */
function whyNoCheckedLink(run: Run): string {
  const steps = run.plan.computedFrom;
  switch (run.checkedLinkObstacle()) {
    case "from-file":
      return `There is no checked link: ${steps === 1 ? "step 1 comes" : `steps 1 to ${steps} come`} from a file.`;
    case "engine":
      return "There is no checked link: a GPU rounds in its own way, and only the CPU engine's bits are the same everywhere.";
    default:
      return "There is no checked link: another engine computed a part of the run.";
  }
}

/** Scores the run on another data set, if one was named. Gives whether that did not fail, which ends no run. */
async function scoreOn(run: Run, name: string | undefined, output: Output, result: TrainResult): Promise<boolean> {
  if (name === undefined) return true;
  try {
    const score = await run.evaluateOn(name);
    const { step: _, ...numbers } = scoreResult(score);
    result.scoreOn = { data: name, ...numbers };
    output.say(`on ${name}: ${accuracyOf(score)}`);
    return true;
  } catch (thrown) {
    result.error = `The run has no score on ${name}: ${messageOf(thrown)}`;
    console.error(result.error);
    return false;
  }
}
