import { LitElement, css, html, nothing, type PropertyValues } from "lit";
import { customElement, property } from "lit/decorators.js";

import type { Benchmark, Choice, Group, State } from "../benchmark.js";
import { button } from "../../ui/button.js";
import { fieldsets } from "../../styles/forms.js";
import { shared } from "../../styles/shared.js";

const GROUPS: readonly { group: Group; title: string }[] = [
  { group: "engines", title: "Training steps: engines" },
  { group: "networks", title: "Training steps: networks" },
  { group: "time", title: "Time to accuracy" },
];

/** What is measured, Run and Stop, and how far it is. */
@customElement("benchmark-controls")
export class BenchmarkControls extends LitElement {
  static override styles = [
    shared,
    fieldsets,
    css`
      :host {
        display: grid;
        gap: 1rem;
      }

      .groups {
        display: grid;
        gap: 1rem 1.5rem;
        grid-template-columns: minmax(0, 1fr);
      }

      @media (min-width: 58rem) {
        .groups {
          grid-template-columns: 2fr 1fr 1fr;
        }
      }

      .choices {
        display: grid;
        gap: 0.35rem 1rem;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 13.5rem), 1fr));
      }

      .choice {
        display: grid;
        gap: 0 0.55rem;
        grid-template-columns: auto minmax(0, 1fr);
        align-items: center;
        align-content: start;
        min-height: 2rem;
      }

      .choice .soft {
        grid-column: 2;
        font-size: 0.8125rem;
        line-height: 1.35;
      }

      .choice input {
        width: 1.15rem;
        min-height: 0;
        height: 1.15rem;
      }

      input:disabled + label {
        color: var(--ink-soft);
      }

      .recipe {
        margin-top: 0.35rem;
        overflow-wrap: anywhere;
      }

      .bar {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 1rem;
        align-items: center;
      }

      .primary {
        min-width: 6.5rem;
      }

      dl {
        flex: 1 1 16rem;
        min-width: 0;
        margin: 0;
      }

      dt {
        color: var(--ink-soft);
        font-size: 0.8125rem;
      }

      dd {
        margin: 0;
        font-weight: 600;
        font-size: 0.9375rem;
        line-height: 1.35;
      }
    `,
  ];

  @property({ attribute: false }) benchmark!: Benchmark;
  @property({ attribute: false }) state!: State;
  #announcement = "";

  /** A screen reader announces when measuring begins and ends; what changes all the time can be read, but does not interrupt. */
  protected override willUpdate(changed: PropertyValues): void {
    const before = (changed.get("state") as State | undefined)?.phase;
    const { phase, progress } = this.state;
    if (before === phase || before === undefined) return;
    if (phase === "running") this.#announcement = "Measuring.";
    else if (before === "running") this.#announcement = `The benchmark is ${progress}.`;
  }

  override render() {
    const { phase, choices, progress, share } = this.state;
    const running = phase === "running";
    return html`
      <div class="groups">
        ${GROUPS.map(
          ({ group, title }) => html`
            <fieldset ?disabled=${phase !== "ready"}>
              <legend>${title}</legend>
              <div class="choices">${choices[group].map((choice) => this.#choice(group, choice))}</div>
              ${
                group === "time" && this.state.recipe
                  ? html`<p class="soft recipe">Recipe: ${this.state.recipe.replaceAll("&", " ")}</p>`
                  : nothing
              }
            </fieldset>
          `,
        )}
      </div>
      <div class="bar">
        <div class="buttons" role="group" aria-label="Benchmark">
          ${button("Run", { enabled: this.benchmark.canRun, onPress: () => void this.benchmark.run(), primary: true })}
          ${button("Stop", { enabled: running, onPress: () => this.benchmark.stop(), primary: true })}
        </div>
        <dl>
          <dt>Progress</dt>
          <dd><span role="status" aria-live="off" aria-label="Progress">${progress}</span></dd>
        </dl>
      </div>
      <progress aria-label="Share of the measurements that is done" max="1" .value=${share}></progress>
      <p class="heard" role="status" aria-label="Announcement">${this.#announcement}</p>
    `;
  }

  #choice(group: Group, { key, name, note, unavailable, checked }: Choice) {
    const id = `${group}-${key}`;
    const remark = unavailable ?? note;
    const change = (event: Event): void =>
      this.benchmark.setChecked(group, key, (event.target as HTMLInputElement).checked);
    return html`
      <div class="choice">
        <input
          id=${id}
          type="checkbox"
          aria-describedby="${id}-remark"
          .checked=${checked}
          ?disabled=${unavailable !== null}
          @change=${change}
        />
        <label for=${id}>${name}</label>
        <span class="soft" id="${id}-remark" ?hidden=${!remark}>${remark}</span>
      </div>
    `;
  }
}
