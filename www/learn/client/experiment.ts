/** "Train it yourself": the embed of a run, put into the lesson when somebody asks for it. */
import { BunsenLab, type EmbedState } from "../../../crate/js/element/element.js";
import { buttonOf, make } from "./dom.js";
import type { Memory } from "./memory.js";

/** @param site the address of the site's folder */
export function setUpExperiment(row: HTMLElement, site: string, memory: Memory): void {
  const { run = "", link = "", check = "", title = "", edit, show } = row.dataset;
  const ways = row.querySelector(".ways");
  if (!ways) return;
  const said = make("p", { class: "said-of-it", role: "status" });
  let lab: BunsenLab | undefined;
  const train = buttonOf("Train it yourself", () => begin(), {
    class: "primary",
    "aria-label": `Train it yourself: ${title}`,
  });
  const close = buttonOf("Close", () => end(), { "aria-label": `Close: ${title}` });
  close.hidden = true;
  ways.prepend(train, close);
  row.append(said);
  const before = memory.done.trained[run];
  if (before === check) tell(`Trained here before: the same check, ${check}.`);
  else if (before) tell(`Trained here before, to the check ${before}: the lesson has another run now. Train it again.`);

  function begin(): void {
    if (lab) return;
    lab = new BunsenLab();
    lab.title = `Train: ${title}`;
    lab.setAttribute("src", site);
    lab.setAttribute("recipe", link);
    lab.setAttribute("load", "now");
    lab.setAttribute("height", "auto");
    if (edit) lab.setAttribute("edit", edit);
    if (show) lab.setAttribute("show", show);
    lab.addEventListener("bunsen-finish", (event) => finished((event as CustomEvent<EmbedState>).detail));
    // One trains at a time. What was begun before waits where it is, and goes on when its own button is pressed.
    for (const other of document.querySelectorAll<BunsenLab>("bunsen-lab")) other.pause();
    // What goes wrong it says itself.
    said.before(lab);
    lab.start();
    train.hidden = true;
    close.hidden = false;
    close.focus();
  }

  function end(): void {
    lab?.remove();
    lab = undefined;
    close.hidden = true;
    train.hidden = false;
    train.focus();
  }

  function finished(state: EmbedState): void {
    if (state.check === null) return tell("Trained here, on an engine that has no check.");
    const isSame = state.check === check;
    if (isSame) {
      memory.done.trained[run] = check;
      memory.keep();
    }
    tell(
      isSame
        ? `Trained here: the same check, ${check}.`
        : `Trained here, with another check, ${state.check}: it is another recipe than the lesson’s, or another engine.`,
    );
  }

  function tell(text: string): void {
    said.textContent = text;
  }
}
