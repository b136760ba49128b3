/** What would give a prediction away before it is made: the text behind it, and later pictures of the same runs. */
import { make } from "./dom.js";

/** The text behind a prediction ends where one of these begins. */
const ENDS = "h2, .prediction, .question, .receipt, .progress";

export class Veil {
  readonly #text: HTMLElement[] = [];
  readonly #figures: { figure: HTMLElement; said: HTMLElement }[] = [];
  /** Whether text is hidden, which is to be said. */
  readonly hidesText: boolean;

  /** @param block the prediction */
  constructor(block: HTMLElement) {
    for (let next = block.nextElementSibling; next instanceof HTMLElement; next = next.nextElementSibling) {
      if (next.matches(ENDS)) break;
      next.classList.add("after-prediction");
      this.#text.push(next);
    }
    this.hidesText = this.#text.length > 0;
    const secret = secretsOf(block);
    for (const figure of document.querySelectorAll<HTMLElement>(".text figure")) {
      const isLater = (block.compareDocumentPosition(figure) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
      if (!isLater || figure.closest(".prediction, .after-prediction") || !shows(figure, secret)) continue;
      const link = make("a", { href: `#${block.id}` }, "the prediction above");
      const said = make("p", { class: "hint veil" }, "Shown once you have made ", link, ".");
      figure.classList.add("after-prediction");
      figure.before(said);
      this.#figures.push({ figure, said });
    }
  }

  /** @param isDown whether all of it is to be seen */
  set(isDown: boolean): void {
    for (const each of this.#text) each.hidden = !isDown;
    for (const { figure, said } of this.#figures) {
      said.hidden = isDown;
      // Another prediction may still hide it.
      const others = [...(figure.parentElement?.children ?? [])].some(
        (other) => other !== said && other.matches(".veil:not([hidden])"),
      );
      figure.hidden = !isDown || others;
    }
  }

  /** Whether an address points into what is hidden. */
  covers(id: string): boolean {
    return [...this.#text, ...this.#figures.map(({ figure }) => figure)].some(
      (each) => each.id === id || each.querySelector(`#${CSS.escape(id)}`) !== null,
    );
  }
}

/** The recipes whose curves tell: the one that is to be drawn, else all of the block's. */
function secretsOf(block: HTMLElement): Set<string> {
  const { draw } = block.dataset;
  const runs = draw === undefined ? [...block.querySelectorAll<SVGElement>("[data-run]")].map(nameOf) : [draw];
  return new Set(runs.map(recipeOf));
}

function shows(figure: HTMLElement, secret: ReadonlySet<string>): boolean {
  return [...figure.querySelectorAll<SVGElement>("[data-run]")].some((curve) => secret.has(recipeOf(nameOf(curve))));
}

const nameOf = (curve: SVGElement): string => curve.dataset["run"] ?? "";
/** "plain40@2" is a run of "plain40". */
const recipeOf = (run: string): string => run.replace(/@.*$/, "");
