// Answers as files: CSV for spreadsheets, JSON for programs. The native command writes the same.

import type { Answer, Answers, UnreadFile } from "../answers-api.js";
import { csvCell } from "../csv-cell.js";
import { printable } from "../printable.js";
import { millionths } from "./order.js";

/** The most characters of a path: more than file systems have. */
const MOST_OF_PATH = 4_096;

/** A probability with six digits. */
export const sixDigits = (probability: number): string => {
  const rounded = String(millionths(probability)).padStart(7, "0");
  return `${rounded.slice(0, -6)}.${rounded.slice(-6)}`;
};

/** The table, the most doubtful first: image, answer, probability, label, correct, the probability of each class, unsure. */
export function csvOf({ classes, answers }: Pick<Answers, "classes" | "answers">): string {
  const head = ["image", "answer", "probability", "label", "correct", ...classes, "unsure"];
  const lines = answers.map(({ path, answer, probability, label, correct, unsure, probabilities }) => [
    csvCell(path, MOST_OF_PATH),
    csvCell(answer),
    sixDigits(probability),
    csvCell(label ?? ""),
    correct === undefined ? "" : String(correct),
    ...Array.from(probabilities, sixDigits),
    unsure ?? "",
  ]);
  return [head.map((name) => csvCell(name)), ...lines].map((cells) => `${cells.join(",")}\r\n`).join("");
}

/** All of it, an image a line. */
export function jsonOf({ classes, answers, unread, labelled, right }: Answers): string {
  const lines = (list: readonly string[]): string => (list.length === 0 ? "[]" : `[\n    ${list.join(",\n    ")}\n  ]`);
  return `{
  "classes": [${classes.map(text).join(", ")}],
  "images": ${lines(answers.map(jsonOfAnswer))},
  "unread": ${lines(unread.map(jsonOfUnread))},
  "labelled": ${labelled},
  "right": ${right}
}
`;
}

const text = (value: string): string => JSON.stringify(printable(value, MOST_OF_PATH));

function jsonOfAnswer({ path, answer, probability, label, correct, unsure, top }: Answer): string {
  const named = top.map((one) => `{"name": ${text(one.name)}, "probability": ${sixDigits(one.probability)}}`);
  const cells = [
    `"image": ${text(path)}`,
    `"answer": ${text(answer)}`,
    `"probability": ${sixDigits(probability)}`,
    ...(label === undefined ? [] : [`"label": ${text(label)}`, `"correct": ${correct}`]),
    ...(unsure ? [`"unsure": ${text(unsure)}`] : []),
    `"top": [${named.join(", ")}]`,
  ];
  return `{${cells.join(", ")}}`;
}

const jsonOfUnread = ({ path, why }: UnreadFile): string => `{"file": ${text(path)}, "why": ${text(why)}}`;
