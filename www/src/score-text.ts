/** A run's last score in a sentence about the run. */
import * as english from "../../crate/js/score-words.js";
import { percent } from "./format.js";
import type { RunFile } from "./module.js";
import { msg } from "./words/msg.js";
import { translated } from "./words/translated.js";

type Scored = Parameters<typeof english.withMirrors>[0];

/** What follows a number of images in a sentence that says a score: each such sentence has it. */
export function withMirrors({ tta }: Scored): string {
  return translated(english.withMirrors({ tta }));
}

/** What a score is called where its number stands apart: "Test accuracy with mirror images". @param title in the page's language */
export function scoreTitle(title: string, { tta }: Scored): string {
  return tta ? translated(english.scoreTitle(title, { tta })) : title;
}

/** ", 98.7 % of the test images right"; nothing where it was not scored. */
export function lastScoreText({ scores }: Pick<RunFile, "scores">): string {
  const score = scores.at(-1);
  if (!score) return "";
  return msg(", {share} of the test images right{mirrors}", {
    share: percent(score.accuracy),
    mirrors: withMirrors(score),
  });
}
