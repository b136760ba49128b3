/** What a reader has done of each lesson, in their table of contents. This browser alone knows it. */
import { buttonOf, make } from "./dom.js";
import { Memory } from "./memory.js";

/** @param page with the list of lessons; of another page nothing is changed */
export function showContentsProgress(page: Document): void {
  const list = page.querySelector(".lessons");
  if (!list) return;
  const memories = [...list.querySelectorAll<HTMLElement>("li[data-slug]")].flatMap((item) => {
    const { slug = "", predictions = "", runs = "" } = item.dataset;
    const memory = new Memory(slug);
    const ids = predictions.split(",").filter(Boolean);
    const checks = new Map(pairs(runs));
    const { locked, shown, same } = memory.progress(ids, checks);
    if (locked + shown + same === 0) return [];
    const isDone = locked === ids.length;
    const text = `${isDone ? "Done" : "Begun"}: ${locked} of ${ids.length} predictions, ${same} of ${checks.size} runs trained to the same check.`;
    const said = make("p", { class: isDone ? "here done" : "here" }, text);
    item.append(said);
    return [{ memory, said }];
  });
  if (memories.length === 0) return;
  const note = make("p", {}, "This browser alone knows what you did here.");
  note.setAttribute("role", "status");
  const forget = buttonOf("Forget it", () => {
    for (const { memory, said } of memories) {
      memory.forget();
      said.remove();
    }
    forget.remove();
    note.textContent = "It is forgotten.";
  });
  list.after(make("section", { class: "progress", "aria-label": "What you did here" }, note, forget));
}

/** "few@1=0123456789abcdef,…" */
function pairs(runs: string): [string, string][] {
  return runs
    .split(",")
    .filter(Boolean)
    .map((pair) => {
      const [run = "", check = ""] = pair.split("=");
      return [run, check];
    });
}
