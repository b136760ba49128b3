/** Recorded runs as a figure, and what a reader may do with them: train them here, open them on the bench, take them into a course. */
import { DEFAULT_LOOK, PARTS, readLook, type Look } from "../src/embed/look.js";
import { snippet } from "../src/embed/snippet.js";
import { TWO_CORES } from "../src/stories/duration.js";
import { listOf, type Body, type Value } from "./body.js";
import { drawnRuns, quantityOf, type BlockContext } from "./blocks.js";
import { escaped, tag } from "./html.js";
import { refuse } from "./lesson-error.js";
import { plotOf } from "./plot.js";
import type { KnownRun } from "./runs.js";
import { runOf } from "./runs.js";

/** What an experiment may take there, in seconds. */
export const MOST_SECONDS = 20;

/** A picture alone. */
export function figureOf(body: Body, id: string, { runs, inline, plain }: BlockContext): string {
  const drawn = drawnRuns(body, runs);
  const plot = plotOf({ runs: drawn, quantity: quantityOf(body, drawn), alt: plain(body.one("alt")), id });
  return `<figure id="${escaped(id)}">${plot}<figcaption>${inline(body.one("caption"))}</figcaption></figure>`;
}

export function experimentOf(body: Body, id: string, context: BlockContext): string {
  const { runs, inline, plain } = context;
  const drawn = drawnRuns(body, runs);
  const trained = body.all("train").map((value) => {
    const run = runOf(value.text, runs, value);
    const seconds = secondsOf(run);
    if (seconds !== null && seconds > MOST_SECONDS)
      refuse(
        value,
        `“${run.name}” takes about ${Math.round(seconds)} s on two cores, and ${MOST_SECONDS} s at most are allowed.`,
      );
    return run;
  });
  const [first] = drawn;
  const used = trained.length > 0 || !first ? trained : [first];
  assertFields(body.maybe("edit"), used);
  const rows = used.map((run) => rowOf(run, body, context));
  const plot = plotOf({ runs: drawn, quantity: quantityOf(body, drawn), alt: plain(body.one("alt")), id });
  const tried = body.maybe("try");
  return tag(
    "section",
    { class: "experiment", id, "aria-labelledby": `${id}-title` },
    `<p class="kind">Experiment</p><h3 id="${id}-title">${inline(body.one("title"))}</h3>` +
      `<figure>${plot}<figcaption>${inline(body.one("caption"))}</figcaption></figure>` +
      `<ul class="runs">${rows.join("")}</ul>` +
      (tried ? `<p class="try">${inline(tried, true)}</p>` : ""),
  );
}

/** What may be changed has to be a field of one of the recipes at least; where another one lacks it, it is not offered there. */
function assertFields(edit: Value | undefined, runs: readonly KnownRun[]): void {
  if (!edit) return;
  const there = [...new Set(runs.flatMap(({ values }) => Object.keys(values)))];
  const missing = listOf(edit).find((key) => !there.includes(key));
  if (missing !== undefined)
    refuse(edit, `No run that is trained here has a “${missing}” to change: there are ${there.join(", ")}.`);
}

/** One run: its name, how long it takes, its check, and the ways to it. */
function rowOf(run: KnownRun, body: Body, { bench, site }: BlockContext): string {
  const edit = body.maybe("edit");
  const show = body.maybe("show");
  const fields = edit ? listOf(edit).filter((key) => Object.hasOwn(run.values, key)) : [];
  const seconds = secondsOf(run);
  const time = seconds === null ? "" : `, about ${Math.max(1, Math.ceil(seconds))} s on two cores`;
  const title = `${run.title}, seed ${run.seed}`;
  const html = snippet("frame", {
    site,
    link: run.link,
    title: `Train: ${run.title}`,
    show: show ? partsOf(show) : DEFAULT_LOOK.show,
    edit: fields,
    start: "click",
    theme: "auto",
    until: null,
  });
  const open = tag(
    "a",
    { class: "open", href: `${bench}#${run.checked}`, "aria-label": `Open in Bunsen: ${title}` },
    "Open in Bunsen",
  );
  const use = `<details class="use"><summary aria-label="Use this in your course: ${escaped(title)}">Use this in your course</summary><pre tabindex="0"><code>${escaped(html)}</code></pre></details>`;
  return tag(
    "li",
    {
      "data-run": run.name,
      "data-link": run.checked,
      "data-check": run.check,
      "data-title": title,
      "data-edit": fields.length > 0 ? fields.join(",") : undefined,
      "data-show": show && [...partsOf(show)].join(","),
    },
    `<p class="run-title">${escaped(title)}<span class="soft">${time}; check <code>${run.check}</code></span></p><p class="ways">${open}</p>${use}`,
  );
}

/** What of an embed is shown. */
function partsOf(value: Value): Look["show"] {
  const { look, warning } = readLook(`show=${listOf(value).join(",")}`);
  if (warning !== null) refuse(value, `“${value.text}” is no list of an embed’s parts: there are ${PARTS.join(", ")}.`);
  return look.show;
}

/** How long it takes on two cores of a laptop; null where the recipe does not tell. */
export function secondsOf({ operations }: Pick<KnownRun, "operations">): number | null {
  return operations === null ? null : operations / TWO_CORES;
}
