// `bunsen predict`: a trained network's answers to images in files.

import { constants } from "node:fs";
import { access, readFile, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { Answer, Answers, InputFile, Lab, Model } from "../api.js";
import { unreadInWords } from "../answers/predict-all.js";
import { UNSURE, accuracyInWords } from "../answers/words.js";
import { csvOf, jsonOf, sixDigits } from "../answers/written.js";
import { BunsenError, messageOf } from "../errors.js";
import { openLab } from "../index.js";
import { openFolderOrZip } from "../node.js";
import { printable } from "../printable.js";
import { metadataOf } from "../safetensors.js";
import { parseArguments, UsageError } from "./arguments.js";
import { Progress } from "./progress.js";

/** Rows of the printed table; a file has all. */
const MOST_ROWS = 40;

/** Answers all images, and prints or writes the answers. Gives the exit status. */
export async function predict(args: string[]): Promise<number> {
  const { positionals, options } = parseArguments("predict", args);
  const [weights, ...paths] = positionals;
  if (weights === undefined || paths.length === 0) {
    const sentence = "predict takes a file of weights or a checkpoint, then a folder, a zip or images.";
    throw new UsageError(sentence, "predict");
  }
  const lab = await openLab({ engine: "cpu", workers: 1 });
  try {
    const model = await loadModel(lab, weights, options.link);
    const files = await openAll(paths);
    if (options.csv !== undefined) await requireWritable(options.csv);
    const answers = await answerAll(model, files);
    if (options.csv !== undefined) await write(options.csv, csvOf(answers));
    say(answers, options.json, options.csv);
    return 0;
  } finally {
    lab.close();
  }
}

async function loadModel(lab: Lab, path: string, link: string | undefined): Promise<Model> {
  const bytes = await readFile(path).catch((thrown: unknown) => {
    throw new BunsenError("file", `${printable(path)} cannot be read (${messageOf(thrown)}).`, { cause: thrown });
  });
  const file = new Uint8Array(bytes);
  const ofFile = metadataOf(file).get("link") ?? undefined;
  const given = link ?? ofFile;
  if (given !== undefined) return lab.load(given, file);
  // A file that cannot be read at all is called so.
  try {
    lab.readWeights(file);
  } catch (thrown) {
    throw new BunsenError("file", `${printable(path)}: ${messageOf(thrown)}`, { cause: thrown });
  }
  throw new BunsenError(
    "file",
    `${printable(path)} does not say which network its weights are of: give weights.safetensors or a checkpoint that Bunsen wrote, or name the network with --link.`,
  );
}

/** The files of all paths. Of several, each is in a folder of its own name. */
async function openAll(paths: readonly string[]): Promise<InputFile[]> {
  const files: InputFile[] = [];
  for (const path of paths) {
    const opened = await openFolderOrZip(path).catch((thrown: unknown) => {
      throw new BunsenError("data", `${printable(path)} cannot be read (${messageOf(thrown)}).`, { cause: thrown });
    });
    const folder = paths.length > 1 ? `${basename(path)}/` : "";
    if (!Array.isArray(opened)) files.push({ path: opened.name, bytes: opened });
    else for (const { path: inside, bytes } of opened) files.push({ path: folder + inside, bytes });
  }
  return files;
}

async function answerAll(model: Model, files: readonly InputFile[]): Promise<Answers> {
  const progress = new Progress("answering", "file");
  try {
    return await model.predictAll(files, { onProgress: ({ done, total }) => progress.show(done, total, "") });
  } finally {
    progress.end();
  }
}

/** Refuses a file that could not be written, before anything is answered. */
async function requireWritable(path: string): Promise<void> {
  await access(dirname(path), constants.W_OK).catch((thrown: unknown) => {
    throw unwritable(path, thrown);
  });
}

async function write(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((thrown: unknown) => {
    throw unwritable(path, thrown);
  });
}

const unwritable = (path: string, thrown: unknown): BunsenError =>
  new BunsenError("file", `${printable(path)} cannot be written (${messageOf(thrown)}).`, { cause: thrown });

function say(answers: Answers, asJson: boolean, csv: string | undefined): void {
  if (answers.unread.length > 0) console.error(unreadInWords(answers.unread));
  for (const notice of answers.notices) console.error(notice);
  if (asJson) process.stdout.write(jsonOf(answers));
  else console.log(tableOf(answers, csv));
}

/** The table, and what is to be known of it. */
function tableOf(answers: Answers, csv: string | undefined): string {
  const shown = answers.answers.slice(0, MOST_ROWS);
  const rows = [["image", "answer", "probability", ""], ...shown.map(rowOf)];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => Array.from(row[column] ?? "").length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - Array.from(cell).length)))
      .join("  ")
      .trimEnd(),
  );
  const more = answers.answers.length - shown.length;
  if (more > 0) {
    const where = csv === undefined ? "--csv <file> or --json has all" : `${printable(csv)} has all`;
    lines.push(`… and ${more.toLocaleString("en")} more, which are surer: ${where}.`);
  }
  const unsure = answers.answers.filter((answer) => answer.unsure).length;
  const classes = answers.classes.length;
  lines.push(
    `It can only choose among its ${classes} classes.${unsure > 0 ? ` ${unsure.toLocaleString("en")} of ${answers.answers.length.toLocaleString("en")} answers are unsure.` : ""}`,
  );
  const accuracy = accuracyInWords(answers);
  if (accuracy) lines.push(accuracy);
  return lines.join("\n");
}

function rowOf({ path, answer, probability, label, correct, unsure }: Answer): string[] {
  const notes = [
    ...(correct === false ? [`wrong: its folder says ${printable(label ?? "")}`] : []),
    ...(unsure ? [`unsure: ${UNSURE[unsure]}`] : []),
  ];
  return [printable(path), printable(answer), sixDigits(probability), notes.join("; ")];
}
