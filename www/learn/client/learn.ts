/** The script of a lesson's page: predictions that are locked, experiments that train here, and what of it was done. The page says all that it says without it. */
import { showContentsProgress } from "./contents.js";
import { buttonOf, make } from "./dom.js";
import { setUpExperiment } from "./experiment.js";
import { Memory } from "./memory.js";
import { setUpPrediction } from "./prediction.js";

const lesson = document.querySelector<HTMLElement>("[data-lesson]");
const site = new URL(lesson ? "../../" : "../", document.baseURI).href.replace(/[?#].*$/, "");

if (lesson) {
  const memory = new Memory(lesson.dataset["lesson"] ?? "");
  const predictions = [...lesson.querySelectorAll<HTMLElement>(".prediction")];
  const rows = [...lesson.querySelectorAll<HTMLElement>(".runs > li")];
  for (const block of predictions) setUpPrediction(block, memory);
  for (const row of rows) setUpExperiment(row, site, memory);
  const checks = new Map(rows.map(({ dataset: { run = "", check = "" } }) => [run, check]));
  showProgress(
    lesson,
    memory,
    predictions.map(({ id }) => id),
    checks,
  );
  nameThisSite(lesson);
  openForPrint();
} else {
  showContentsProgress(document);
}

/** What was done, at the end of the lesson. */
function showProgress(
  lesson: HTMLElement,
  memory: Memory,
  predictions: readonly string[],
  runs: ReadonlyMap<string, string>,
): void {
  const said = make("p", { role: "status" });
  const forget = buttonOf("Forget it", () => {
    memory.forget();
    location.reload();
  });
  const note = make("section", { class: "progress", "aria-label": "What you did here" }, said, forget);
  lesson.querySelector(".receipt")?.before(note);
  const marks = (): void => {
    const { locked, shown, same } = memory.progress(predictions, runs);
    note.hidden = locked + shown + same === 0;
    const where = memory.keeps ? "This browser alone knows it." : "It is forgotten when you leave this page.";
    const without = shown === 0 ? "" : ` looked at ${shown} without one,`;
    said.textContent = `You locked ${locked} of ${predictions.length} predictions,${without} and trained ${same} of ${runs.size} runs to the same check. ${where}`;
    for (const row of lesson.querySelectorAll<HTMLElement>(".receipt li")) {
      const isSame = memory.done.trained[row.dataset["run"] ?? ""] === row.querySelector("code")?.textContent;
      row.querySelector(".here")?.remove();
      if (isSame) row.append(make("span", { class: "here" }, " the same here"));
    }
  };
  addEventListener("lesson-progress", marks);
  marks();
}

/** Snippets and citation name the copy of the site that is read. */
function nameThisSite(lesson: HTMLElement): void {
  const placeholder = lesson.dataset["site"];
  if (!placeholder) return;
  for (const text of lesson.querySelectorAll(".use code, .citation code, .address"))
    text.textContent = (text.textContent ?? "").replaceAll(placeholder, site);
}

/** Paper opens nothing. */
function openForPrint(): void {
  let closed: HTMLDetailsElement[] = [];
  addEventListener("beforeprint", () => {
    closed = [
      ...document.querySelectorAll<HTMLDetailsElement>("details.reveal:not([open]), .question details:not([open])"),
    ];
    for (const details of closed) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of closed) details.open = false;
  });
}
