/** A lesson's worksheet: its predictions, experiments and questions on paper, with room to write and nothing of what comes out. */
import { drawnRuns, quantityOf, readBlock, type Written } from "./blocks.js";
import { escaped } from "./html.js";
import type { Lesson } from "./lesson.js";
import { finished, readMarkdown, type Reader } from "./markdown.js";
import { placeIn } from "./lesson.js";
import { plotOf } from "./plot.js";
import { runOf } from "./runs.js";

/** Lines to write an answer on. */
const ANSWER_LINES = 3;

/** All of it, as the content of a page. */
export function worksheetOf(lesson: Lesson): string {
  const reader = readMarkdown(lesson);
  const parts = reader.tokens.flatMap((token) => {
    if (token.type !== "fence") return [];
    const written = readBlock(token.info, token.content, placeIn(lesson, token.map?.[0] ?? 0));
    const part = written && partOf(written, lesson, reader);
    return part ? [`<li>${part}</li>`] : [];
  });
  const sheet = `<article class="sheet">
<p class="fields"><span>Name</span><span>Date</span></p>
<h1>${escaped(lesson.title)}</h1>
<p class="claim"><span class="said">People say</span> ${escaped(lesson.claim)}</p>
<ol class="parts">${parts.join("")}</ol>
</article>`;
  return finished(sheet, lesson, "../");
}

function partOf({ kind, id, body }: Written, { runs }: Lesson, { inline }: Reader): string | null {
  switch (kind) {
    case "prediction": {
      const ask = `<p class="kind">Predict before you look</p><p class="ask">${inline(body.one("ask"))}</p>`;
      const draw = body.maybe("draw");
      if (!draw) {
        const choices = body.all("choice").map((choice) => `<li>${inline(choice)}</li>`);
        return `${ask}<ul class="boxes">${choices.join("")}</ul>${lines("Because", 1)}`;
      }
      const hidden = runOf(draw.text, runs, draw);
      const shown = drawnRuns(body, runs);
      const alt = `Axes to draw the curve of ${hidden.title} on.`;
      const plot = plotOf({ runs: shown, quantity: quantityOf(body, shown), alt, id, without: hidden.name });
      return `${ask}<div class="axes">${plot}</div>${lines("Because", 1)}`;
    }
    case "experiment": {
      const trained = body.all("train").map((value) => runOf(value.text, runs, value));
      if (trained.length === 0) return null;
      const rows = trained.map(
        ({ title }) => `<tr><th scope="row">${escaped(title)}</th><td></td><td></td><td></td></tr>`,
      );
      const lever = body.maybe("try");
      return (
        `<p class="kind">Train</p><p class="ask">${inline(body.one("title"))}</p>` +
        `<table><thead><tr><th scope="col">network</th><th scope="col">seed</th><th scope="col">test accuracy</th><th scope="col">check</th></tr></thead><tbody>${rows.join("")}</tbody></table>` +
        (lever ? `<p class="try">${inline(lever, true)}</p>${lines("What I changed, and what came out", 2)}` : "")
      );
    }
    case "question":
      return `<p class="kind">Answer</p><p class="ask">${inline(body.one("ask"), true)}</p>${lines("", ANSWER_LINES)}`;
    default:
      return null;
  }
}

/** Room to write. @param label what stands before it, or nothing */
function lines(label: string, number: number): string {
  return `<p class="lines">${label && `<span>${label}</span>`}${"<i></i>".repeat(number)}</p>`;
}
