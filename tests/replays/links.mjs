// @ts-check
// The links that are replayed everywhere, with the checks that they gave when they were stored. They hold builds together:
// where a check is another one day, arithmetic has changed, and with it what every shared link promises.

import { readFileSync, writeFileSync } from "node:fs";
import { noCifar10, noFashion, noMnist } from "../browser/support/paths.mjs";

const FILE = new URL("links.json", import.meta.url);

/** @type {{ link: string, check: string }[]} */
export const links = JSON.parse(readFileSync(FILE, "utf8"));

/** Why a link cannot be replayed here; false where it can. @param {string} link */
export function unable(link) {
  if (link.includes("data=mnist")) return noMnist;
  if (link.includes("data=fashion")) return noFashion;
  if (link.includes("data=cifar10")) return noCifar10;
  return false;
}

/** @param {{ link: string, check?: string, wrong?: string }[]} rows */
export function store(rows) {
  const stored = rows.map(({ link, check, wrong }) => {
    if (!check) throw new Error(`${link} gave no check: ${wrong}`);
    return `  ${JSON.stringify({ link, check })}`;
  });
  writeFileSync(FILE, `[\n${stored.join(",\n")}\n]\n`);
}

/**
 * How each replay ended: "same", or what it was instead.
 * @param {{ link: string, check?: string, wrong?: string }[]} rows
 */
export function judge(rows) {
  const expected = new Map(links.map(({ link, check }) => [link, check]));
  return rows.map(({ link, check, wrong }) => {
    if (wrong !== undefined) return { link, verdict: `failed: ${wrong}` };
    if (check === expected.get(link)) return { link, verdict: "same" };
    return { link, verdict: `differs: ${check} instead of ${expected.get(link)}` };
  });
}
