import { readFile } from "node:fs/promises";
import { BunsenError, messageOf } from "../errors.js";
import { openLab } from "../index.js";
import type { Lab, Verdict } from "../api.js";
import { withCustomDataset } from "./custom-dataset.js";
import { bytesOf, throwNamingOption } from "./initial-weights.js";
import { engineInWords } from "./engine-in-words.js";
import { endNow, interrupted, onInterruption } from "./interruption.js";
import { Progress } from "./progress.js";
import { requireLink } from "../links.js";
import { engineOf, parseArguments, UsageError, type Options } from "./arguments.js";
import { outputOf } from "./output.js";

/** How a replay ended. */
interface Replay {
  outcome: "same" | "same in part" | "within the band" | "differs" | "outside the band" | "cannot";
  text: string;
  seconds: number;
}

const AS_PROMISED: ReadonlySet<Replay["outcome"]> = new Set(["same", "same in part", "within the band"]);

/** Replays checked links and run files, one after the other, and prints how each ended. */
export async function check(args: string[]): Promise<number> {
  const { positionals, options } = parseArguments("check", args);
  const { engine, workers } = engineOf("check", options);
  if (positionals.length === 0) throw new UsageError("check takes links or run files, at least one.", "check");
  const output = outputOf(options.json);
  const replays: ({ what: string } & Replay)[] = [];
  const areAsPromised = (): boolean =>
    replays.length === positionals.length && replays.every(({ outcome }) => AS_PROMISED.has(outcome));
  const show = async (error: string | null): Promise<void> => {
    if (replays.length > 0) output.say(table(replays));
    await output.tell({ asPromised: areAsPromised(), error, replays });
  };
  onInterruption((by) => void show(by.sentence || null).then(() => endNow(by)));
  try {
    await replayAll();
  } catch (thrown) {
    await show(messageOf(thrown));
    throw thrown;
  }
  onInterruption(endNow);
  await show(null);
  return areAsPromised() ? 0 : 1;

  async function replayAll(): Promise<void> {
    const lab = await openLab({ engine, workers });
    try {
      if (engine === "gpu") console.error(engineInWords(lab.engine));
      if (options.weights !== undefined) lab.addWeights(await bytesOf(options.weights, "file"));
      for (const [index, what] of positionals.entries()) {
        replays.push({ what, ...(await replay(lab, what, `${index + 1} of ${positionals.length}`, options)) });
      }
    } finally {
      lab.close();
    }
  }
}

async function replay(
  lab: Lab,
  argument: string,
  title: string,
  { own, weights }: Pick<Options<"check">, "own" | "weights">,
): Promise<Replay> {
  const progress = new Progress(title);
  try {
    const { link, runFile, promised } = await readReference(lab, argument);
    const complete = await withCustomDataset(lab, link, own);
    const run = await lab.start(complete, { runFile }).catch((thrown: unknown) => throwNamingOption(thrown, weights));
    try {
      const steps = promised ?? run.plan.steps;
      for (let done = 0; done < steps;) {
        const { length } = await run.step(Math.min(10, steps - done));
        if (length === 0) break;
        done += length;
        // An interruption that came meanwhile ends the command here.
        await interrupted();
        const verdict = run.verdict();
        progress.show(done, steps, verdict ? `, ${verdict.kind.replaceAll("-", " ")}` : "");
        // No later step can make it the same again.
        if (verdict && /^(differs|outside|cannot)$/.test(verdict.kind)) break;
      }
      const verdict = run.verdict();
      return { outcome: outcomeOf(verdict?.kind), text: verdict?.text ?? "", seconds: progress.seconds };
    } finally {
      run.free();
    }
  } catch (thrown) {
    return { outcome: "cannot", text: messageOf(thrown), seconds: progress.seconds };
  } finally {
    progress.end();
  }
}

/** What a replay is verified against. */
interface Reference {
  link: string;
  runFile?: string;
  /** Steps that the run file has: it promises nothing of those behind. */
  promised?: number;
}

async function readReference(lab: Lab, argument: string): Promise<Reference> {
  let unreadable = "";
  const runFile = await readFile(argument, "utf8").catch((thrown: unknown) => void (unreadable = messageOf(thrown)));
  if (runFile !== undefined) {
    const { link, losses } = lab.readRunFile(runFile);
    return { link, runFile, promised: losses.length };
  }
  if (!argument.includes("=")) {
    throw new BunsenError("file", `${argument} is no link, and cannot be read as a file (${unreadable}).`);
  }
  const link = requireLink(argument);
  if (lab.parse(link).check === undefined) {
    throw new BunsenError("recipe", "The link carries no check, so there is nothing to compare with.");
  }
  return { link };
}

function outcomeOf(kind: Verdict["kind"] | undefined): Replay["outcome"] {
  switch (kind) {
    case "same":
      return "same";
    case "same-in-part":
      return "same in part";
    case "within":
      return "within the band";
    case "differs":
      return "differs";
    case "outside":
      return "outside the band";
    default:
      return "cannot";
  }
}

function shorten(argument: string): string {
  const text = requireLink(argument).replace(/&marks=[^&]*/, "");
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

function table(replays: readonly ({ what: string } & Replay)[]): string {
  const rows = replays.map(({ outcome, seconds, what, text }) => [outcome, seconds.toFixed(1), shorten(what), text]);
  rows.unshift(["outcome", "seconds", "what", ""]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return rows.map(line).join("\n");
}
