import { readFile } from "node:fs/promises";
import { BunsenError, reasonOf } from "../errors.js";
import { openLab } from "../index.js";
import type { Lab } from "../lab.js";
import { withOwn } from "./own.js";
import { Progress } from "./progress.js";
import { linkOf, readWords } from "./words.js";

/** How a replay ended: a verdict's kind, or that there is nothing to say. */
interface Replay {
  outcome: "same" | "within the band" | "differs" | "outside the band" | "cannot";
  text: string;
  seconds: number;
}

/** Replays checked links and run files, one after the other, and prints how each ended. */
export async function check(words: string[]): Promise<number> {
  const { given, workers, own } = readWords(words, ["own"]);
  if (given.length === 0) throw new BunsenError("recipe", "check takes links or run files, at least one.");
  const lab = await openLab({ engine: "cpu", workers });
  const rows: string[][] = [["outcome", "seconds", "what", ""]];
  let well = true;
  try {
    for (const [index, what] of given.entries()) {
      const replayed = await replay(lab, what, `${index + 1} of ${given.length}`, own);
      well &&= replayed.outcome === "same" || replayed.outcome === "within the band";
      rows.push([replayed.outcome, replayed.seconds.toFixed(1), short(what), replayed.text]);
    }
  } finally {
    lab.close();
  }
  console.log(table(rows));
  return well ? 0 : 1;
}

async function replay(lab: Lab, what: string, title: string, own: string | undefined): Promise<Replay> {
  const progress = new Progress(title);
  try {
    const { link, runFile } = await promise(lab, what);
    const run = await lab.start(await withOwn(lab, link, own), { runFile });
    try {
      for (let done = 0; done < run.plan.steps;) {
        const { length } = await run.step(10);
        if (length === 0) break;
        done += length;
        const verdict = run.verdict();
        progress.show(done, run.plan.steps, verdict ? `, ${verdict.kind.replaceAll("-", " ")}` : "");
        // Nothing that comes later makes it the same again.
        if (verdict && /^(differs|outside|cannot)$/.test(verdict.kind)) break;
      }
      const verdict = run.verdict();
      return { outcome: outcomeOf(verdict?.kind), text: verdict?.text ?? "", seconds: progress.seconds };
    } finally {
      run.free();
    }
  } catch (thrown) {
    return { outcome: "cannot", text: reasonOf(thrown), seconds: progress.seconds };
  } finally {
    progress.end();
  }
}

/** What a link or a run file promises. */
async function promise(lab: Lab, what: string): Promise<{ link: string; runFile: string | undefined }> {
  let unreadable = "";
  const runFile = await readFile(what, "utf8").catch((thrown: unknown) => void (unreadable = reasonOf(thrown)));
  if (runFile !== undefined) return { link: lab.readRunFile(runFile).link, runFile };
  if (!what.includes("=")) {
    throw new BunsenError("file", `${what} is no link, and cannot be read as a file (${unreadable}).`);
  }
  const link = linkOf(what);
  if (lab.parse(link).check === undefined) {
    throw new BunsenError("recipe", "The link carries no check, so there is nothing to compare with.");
  }
  return { link, runFile: undefined };
}

function outcomeOf(kind: string | undefined): Replay["outcome"] {
  switch (kind) {
    case "same":
      return "same";
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

function short(what: string): string {
  const shown = linkOf(what).replace(/&marks=[^&]*/, "");
  return shown.length > 100 ? `${shown.slice(0, 99)}…` : shown;
}

function table(rows: string[][]): string {
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return rows.map(line).join("\n");
}
