import { html, nothing } from "lit";
import { customElement, query, state as internal } from "lit/decorators.js";

import { BenchElement } from "../app/bench-element.js";
import type { Bench } from "../bench/bench.js";
import { className, count, day, percent } from "../format.js";
import type { Analysis } from "../panels/mistakes/analysis.js";
import { matrixOf } from "../panels/mistakes/mistakes-figures.js";
import { MistakesStore } from "../panels/mistakes/mistakes-store.js";
import { dialogs } from "../panels/network/dialog-styles.js";
import { StoreController } from "../panels/panel-store.js";
import { shared } from "../styles/shared.js";
import { pixelImage } from "../ui/pixel-image.js";
import { defineMessage, msg } from "../words/msg.js";
import { translated } from "../words/translated.js";
import { insteadOfMatrix, mistakesTitle } from "./report.js";
import { drawn, sheetOf, type Sheet } from "./run-report.js";
import { lightTokens, printed, sheetStyles } from "./styles.js";

const TAG = "report-dialog";
/** Mistakes on the sheet. */
const MISTAKES = 10;
/** A print dialog opens at once, where it does. */
const PRINT_WAIT_MS = 1_000;
const NOT_PRINTED = defineMessage(
  "No print dialog opened: the page that frames this one may not allow it. Open Bunsen in a tab of its own, or print with Ctrl+P.",
);

/** Opens the report of the run at hand. */
export async function showReport(bench: Bench): Promise<void> {
  const dialog = document.createElement(TAG) as ReportDialog;
  dialog.bench = bench;
  document.body.append(dialog);
  await dialog.updateComplete;
  dialog.open();
}

/** A run on one sheet, as it stood when this was opened: to read, and to print. */
@customElement(TAG)
export class ReportDialog extends BenchElement {
  static override styles = [shared, dialogs, lightTokens, sheetStyles];

  @query("dialog") private dialog!: HTMLDialogElement;
  @internal() private message = "";
  readonly #controller = new StoreController(this, () => new MistakesStore(this.bench, TAG));
  #sheet: Sheet | string = "";
  /** What it gets wrong, from the first score that is known: the sheet does not change while it is read. */
  #analysis: Analysis | null = null;
  #matrix: SVGElement | null = null;
  #day = "";

  override connectedCallback(): void {
    super.connectedCallback();
    const sheets = document.adoptedStyleSheets;
    if (printed.styleSheet) document.adoptedStyleSheets = [...sheets, printed.styleSheet];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== printed.styleSheet);
  }

  open(): void {
    this.#sheet = sheetOf(this.bench);
    this.#day = day(new Date());
    this.bench.showPanel(TAG, true);
    this.requestUpdate();
    this.dialog.showModal();
  }

  #closed(): void {
    this.bench.showPanel(TAG, false);
    this.remove();
  }

  override render() {
    const sheet = this.#sheet;
    const isThere = typeof sheet !== "string";
    return html`
      <dialog aria-labelledby="title" @click=${this.#clicked} @close=${this.#closed}>
        <div class="bar">
          <h2 id="title">${msg("Report")}</h2>
          ${isThere ? html`<button type="button" class="primary" aria-disabled="false" @click=${this.#print}>${msg("Print")}</button>` : nothing}
          <button type="button" @click=${() => this.dialog.close()}>${msg("Close")}</button>
          ${isThere ? html`<p class=${this.message ? "failure" : "heard"} role="status" aria-label=${msg("Print")}>${this.message}</p>` : nothing}
        </div>
        ${isThere ? this.#article(sheet) : html`<p role="status" aria-label=${msg("Report")}>${sheet}</p>`}
      </dialog>
    `;
  }

  #article({ report, accuracy, loss, network }: Sheet) {
    return html`
      <article aria-label=${msg("Report: {title}", { title: report.title })}>
        <div class="head">
          <h3>${report.title}</h3>
          <span>${this.#day}</span>
        </div>
        <p class="result"><b>${report.accuracy}</b> <span>${report.scored}</span></p>
        ${report.outcome ? html`<p>${report.outcome}</p>` : nothing}
        <div class="columns">
          <div>
            <section>${accuracy}</section>
            <section>${loss}</section>
            ${network ? html`<section>${network}</section>` : nothing}
          </div>
          <div>
            ${this.#mistakes()}
            <section>
              <h4>${msg("In numbers")}</h4>
              <dl>
                ${report.facts.map(
                  ([term, value]) =>
                    html`<dt>${term}</dt>
                      <dd>${value}</dd>`,
                )}
              </dl>
            </section>
          </div>
        </div>
        <div class="below">
          <section>
            <h4>${msg("Recipe")}</h4>
            <p>
              ${report.recipe}
              ${report.changes.length > 0 ? nothing : msg("Everything else is as in the network's own recipe.")}
            </p>
            ${
              report.changes.length > 0
                ? html`<ul class="changes">
                    ${report.changes.map((change) => html`<li>${change}</li>`)}
                  </ul>`
                : nothing
            }
            <p class="address">${report.address}</p>
          </section>
          <section>
            <h4>${msg("The same again")}</h4>
            <p>${report.check}</p>
          </section>
        </div>
      </article>
    `;
  }

  #mistakes() {
    const { info } = this.state.data;
    const failure = this.state.inspection.failed.predictions;
    this.#analysis ??= this.#controller.store.analysis;
    const analysis = this.#analysis;
    if (!analysis || !info) return html`<p class="soft">${failure ?? msg("The test images are looked at…")}</p>`;
    const instead = insteadOfMatrix(analysis.confusion, info.classes);
    this.#matrix ??= instead === null ? drawn(msg("Confusion matrix"), matrixOf(analysis, info.classes)) : null;
    const shown = analysis.wrong.slice(0, MISTAKES);
    const { store } = this.#controller;
    return html`
      <section>${instead ?? this.#matrix}</section>
      <section>
        <h4>${mistakesTitle(shown.length, analysis.wrong.length)}</h4>
        <ul class="mistakes">
          ${shown.map(({ index, label, predicted, confidence }) => {
            const [is, said] = [className(info, label), className(info, predicted)];
            return html`
              <li>
                ${pixelImage(
                  msg("Test image {index}: {name}", { index: count(index + 1), name: is }),
                  store.image(index)?.pixels ?? [],
                  info,
                )}
                ${msg("{said} ({share}), is {is}", { said, share: percent(confidence), is })}
              </li>
            `;
          })}
        </ul>
      </section>
    `;
  }

  /** A frame that may not open dialogs prints nothing, and says nothing of it. */
  #print(): void {
    this.message = "";
    let isPrinted = false;
    const saw = (): void => void (isPrinted = true);
    addEventListener("beforeprint", saw, { once: true });
    print();
    setTimeout(() => {
      removeEventListener("beforeprint", saw);
      if (!isPrinted) this.message = translated(NOT_PRINTED);
    }, PRINT_WAIT_MS);
  }

  /** Closes the dialog at a click on its backdrop, which is an event of the dialog itself. */
  #clicked(event: MouseEvent): void {
    if (event.target === this.dialog) this.dialog.close();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "report-dialog": ReportDialog;
  }
}
