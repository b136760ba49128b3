// @ts-check
// The snippets of docs/embed.md, which lie in tests/recipes, and what is wanted of each: an experiment that trains.

import { readFileSync, readdirSync } from "node:fs";
import { asRead } from "./as-read.mjs";
import { until } from "./until.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** The folder of the recipes, and of the manifests of the tools that they are for. */
export const RECIPES = new URL("../../recipes/", import.meta.url);

/** Where the document says that the site is. */
const SITE = "https://example.org/bunsen/v/0.1.0/";

/** Steps after which an experiment is known to train. */
const STEPS = 20;

/** Paths of all snippets. */
export const snippets = readdirSync(RECIPES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => readdirSync(new URL(`${name}/`, RECIPES)).map((file) => `${name}/${file}`));

/** A snippet, as it stands in the document or for the site of an address. @param {string} path @param {string} [site] with a slash at its end */
export function snippet(path, site = SITE) {
  return readFileSync(new URL(path, RECIPES), "utf8").trimEnd().replaceAll(SITE, site);
}

/** The blocks of code of a Markdown document. @param {string} text */
export function blocksOf(text) {
  return [...text.matchAll(/^(`{3,})[^\n]*\n([^]*?)\n\1$/gm)].map(([, , block]) => block ?? "");
}

/** The document that has the snippets. */
export const recipesDocument = () => readFileSync(new URL("../../docs/embed.md", RECIPES), "utf8");

/**
 * Presses Train in an experiment, and waits until it has trained.
 * @param {import("playwright-core").FrameLocator | Page} experiment
 */
export async function assertTrains(experiment) {
  await experiment
    .getByRole("button", { name: "Train", exact: true, disabled: false })
    .first()
    .click({ timeout: 30_000 });
  await assertTrained(experiment);
}

/** Waits until an experiment has trained. @param {import("playwright-core").FrameLocator | Page} experiment */
export async function assertTrained(experiment) {
  const progress = experiment.getByRole("status", { name: "Progress" }).filter({ hasText: asRead(/step/i) });
  const step = async () =>
    Number(
      /step ([\d,]+)|Done: ([\d,]+)/i
        .exec(await progress.innerText())
        ?.slice(1)
        .find(Boolean)
        ?.replaceAll(",", ""),
    );
  await until(step, (step) => step >= STEPS, { timeout: 60_000, what: `step ${STEPS}` });
}
