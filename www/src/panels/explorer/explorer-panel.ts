import { css, html, nothing, type PropertyValues } from "lit";
import { customElement, state as internal } from "lit/decorators.js";

import type { State } from "../../bench/state.js";
import { balanceOf, placesOf, type Ask, type Outcome, type Split } from "./explored.js";
import type { DataInfo, Plan } from "../../module.js";
import type { Pixels } from "../../pixels.js";
import { shared } from "../../styles/shared.js";
import { button } from "../../ui/button.js";
import { select } from "../../ui/select.js";
import { count } from "../../format.js";
import { PanelElement } from "../panel-element.js";
import "./class-balance.js";
import "../../ui/image-grid.js";
import type { Tile } from "../../ui/image-grid.js";
import "../../ui/pixel-image.js";

/** Images of a page. */
const PAGE = 60;
/** So many epochs' versions of an image are shown. */
const EPOCHS = 8;
/** What of the state is shown here: all else may change without this being drawn anew. */
const SHOWN: (keyof State)[] = ["explored", "plan", "data", "score", "parsed", "engine"];

const OUTCOMES: readonly { value: Outcome; label: string }[] = [
  { value: "all", label: "Right and wrong" },
  { value: "right", label: "Right" },
  { value: "wrong", label: "Wrong" },
];

const NAMES: Record<Split, string> = { train: "Training", test: "Test" };

/** The data set, example by example. Nothing is asked for while it is closed. */
@customElement("explorer-panel")
export class ExplorerPanel extends PanelElement {
  static override styles = [
    shared,
    css`
      .choices {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 1rem;
        margin: 0.75rem 0;
      }

      .choices div {
        flex: 1 1 9rem;
        max-width: 16rem;
      }

      label {
        display: block;
        font-size: 0.875rem;
        font-weight: 550;
      }

      .parts {
        display: grid;
        gap: 1.25rem 2rem;
        grid-template-columns: minmax(0, 1fr);
        margin-top: 0.5rem;
      }

      .parts > * {
        min-width: 0;
      }

      @media (min-width: 60rem) {
        .parts {
          grid-template-columns: minmax(0, 1fr) 21rem;
        }
      }

      .pager {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 1rem;
        align-items: center;
        margin-top: 0.6rem;
      }

      .side {
        display: grid;
        gap: 1.25rem;
        align-content: start;
      }

      h3 {
        margin-bottom: 0.35rem;
      }

      figure {
        margin: 0;
      }

      .large {
        width: 9rem;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        overflow: hidden;
      }

      .versions {
        display: grid;
        gap: 0.4rem;
        grid-template-columns: repeat(4, minmax(0, 5.5rem));
        margin: 0.5rem 0 0;
        padding: 0;
        list-style: none;
        font-size: 0.75rem;
        text-align: center;
      }

      .versions pixel-image {
        border: 1px solid var(--line);
        border-radius: 4px;
        overflow: hidden;
      }
    `,
  ];

  @internal() private split: Split = "train";
  @internal() private label: number | null = null;
  @internal() private outcome: Outcome = "all";
  @internal() private page = 0;
  @internal() private chosen: number | null = null;
  #plan: Plan | null = null;
  #data = "";
  /** What was last asked for, of each kind. */
  readonly #asked = new Map<string, string>();
  /** The places that the choices leave, worked out when one of these changes. */
  #places: { of: unknown[]; places: number[] } = { of: [], places: [] };

  protected override shouldUpdate(changed: PropertyValues): boolean {
    if (!super.shouldUpdate(changed)) return false;
    if (changed.size > 1 || !changed.has("state")) return true;
    const before = changed.get("state") as State | undefined;
    return before === undefined || SHOWN.some((key) => before[key] !== this.state[key]);
  }

  override willUpdate(): void {
    const { plan, data } = this.state;
    // Another run, or the same one in another worker: what was asked before may never be answered.
    if (plan !== this.#plan) {
      this.#plan = plan;
      this.#asked.clear();
    }
    if (data && data.digest !== this.#data) {
      this.#data = data.digest;
      this.#choose({ label: null, outcome: "all" });
    }
    if (this.open && plan && data) this.#ask();
  }

  override render() {
    const { data, plan, engine } = this.state;
    if (!data || !plan) {
      const when = engine?.kind === "gpu" ? "on a GPU, when Train is pressed" : "which takes a moment";
      return html`<p class="soft">Shown once the run is ready: ${when}.</p>`;
    }
    return html`${this.#choices(data)} ${this.#found(data)}`;
  }

  #choices(data: DataInfo) {
    const { guesses } = this.state.explored;
    const known = this.split === "test" && guesses !== null;
    return html`
      <div class="choices">
        <div>
          <label for="split">Images</label>
          ${select({
            id: "split",
            options: [
              { value: "train", label: `Training: ${count(data.train)}` },
              { value: "test", label: `Test: ${count(data.test)}` },
            ],
            value: this.split,
            onChange: (value) => this.#choose({ split: value as Split, outcome: "all" }),
          })}
        </div>
        <div>
          <label for="class">Class</label>
          ${select({
            id: "class",
            options: [
              { value: "", label: "All classes" },
              ...data.classes.map((name, label) => ({ value: String(label), label: name })),
            ],
            value: this.label === null ? "" : String(this.label),
            onChange: (value) => this.#choose({ label: value === "" ? null : Number(value) }),
          })}
        </div>
        <div>
          <label for="outcome">Answers</label>
          ${select({
            id: "outcome",
            options: OUTCOMES,
            value: this.outcome,
            disabled: !known,
            describedBy: "scored",
            onChange: (value) => this.#choose({ outcome: value as Outcome }),
          })}
        </div>
      </div>
      <p class="soft" id="scored">${this.#scored()}</p>
    `;
  }

  #scored(): string {
    const { guesses } = this.state.explored;
    if (this.split === "train") return "What is right and what is wrong is known of test images.";
    if (!guesses)
      return "What is right and what is wrong is known once the network was scored on the test images: at the end of an epoch, or when the run ends.";
    return `Right and wrong as of step ${count(guesses.step)}, when the network was last scored.`;
  }

  #found(data: DataInfo) {
    const { explored } = this.state;
    const labels = explored.labels[this.split];
    if (!labels) {
      const why = explored.why
        ? `They are not to be had: ${explored.why}`
        : `The ${NAMES[this.split].toLowerCase()} images are on their way.`;
      return html`<p class="soft" role="status" aria-label="Images shown">${why}</p>`;
    }
    const places = this.#wanted(labels);
    const pages = Math.max(1, Math.ceil(places.length / PAGE));
    const first = this.page * PAGE;
    const shown =
      places.length === 0
        ? "There are no such images."
        : `${count(first + 1)} to ${count(Math.min(places.length, first + PAGE))} of ${count(places.length)} images`;
    const pageButton = (name: string, turn: -1 | 1) =>
      button(name, { enabled: this.#canTurn(turn, pages), onPress: () => this.#turn(turn, pages) });
    return html`
      <div class="parts">
        <div>
          ${
            places.length === 0
              ? nothing
              : html`
                  <image-grid
                    label="${NAMES[this.split]} images"
                    .tiles=${this.#tiles(labels, data)}
                    .channels=${data.channels}
                    .columns=${data.width}
                    .rows=${data.height}
                    .chosen=${this.chosen}
                    @choose=${(event: CustomEvent<number>) => {
                      this.chosen = event.detail;
                    }}
                    @turn=${(event: CustomEvent<number>) => this.#turn(event.detail, pages)}
                  ></image-grid>
                `
          }
          <div class="pager">
            ${pageButton("Previous page", -1)} ${pageButton("Next page", 1)}
            <p class="soft" role="status" aria-label="Images shown">${shown}</p>
          </div>
        </div>
        <div class="side">
          ${this.#example(labels, data)} ${this.#mean(labels, data)}
          <section aria-label="Class balance">
            <h3>Class balance</h3>
            <class-balance
              .classes=${data.classes}
              .counts=${balanceOf(labels, data.classes.length)}
              .chosen=${this.label}
            ></class-balance>
          </section>
        </div>
      </div>
    `;
  }

  #example(labels: Uint8Array, data: DataInfo) {
    const { chosen } = this;
    const name = chosen === null ? "" : this.#nameOf(chosen, labels, data);
    return html`
      <section aria-label="The chosen image">
        <h3>${chosen === null ? "One image" : name}</h3>
        ${
          chosen === null
            ? html`<p class="soft">
                Choose an image to see it large${this.split === "train" ? ", and what augmentation makes of it" : ""}.
              </p>`
            : html`${this.#image(name, this.#pixelsOf(chosen), data, "large")}
              ${this.split === "train" ? this.#versions(chosen, data) : nothing}`
        }
      </section>
    `;
  }

  #versions(chosen: number, data: DataInfo) {
    const { parsed, explored, plan } = this.state;
    const aug = parsed?.values["aug"] ?? "";
    if (aug === "") return html`<p class="soft">The recipe has no augmentation: every epoch shows it as it is.</p>`;
    const { versions } = explored;
    if (versions?.place !== chosen) return nothing;
    const views = versions.preview?.views ?? [];
    const epochs = Math.min(EPOCHS, plan?.epochs ?? EPOCHS);
    if (views.length === 0) {
      const which = epochs === 1 ? "The run does" : `The run's first ${epochs} epochs do`;
      return html`<p class="soft">${which} not show it: the recipe trains on other images.</p>`;
    }
    return html`
      <figure>
        <figcaption class="soft">As the run’s epochs show it (${aug.split(",").join(", ")}):</figcaption>
        <ul class="versions" aria-label="What augmentation makes of it">
          ${views.map(
            ({ epoch, pixels }) => html`
              <li>
                ${this.#image(`As epoch ${epoch} shows it`, pixels, data, "")}<span aria-hidden="true"
                  >epoch ${epoch}</span
                >
              </li>
            `,
          )}
        </ul>
      </figure>
    `;
  }

  #mean(labels: Uint8Array, data: DataInfo) {
    const { mean } = this.state.explored;
    const { split, label } = this;
    const many = label === null ? labels.length : (balanceOf(labels, data.classes.length)[label] ?? 0);
    const of = `${count(many)} ${NAMES[split].toLowerCase()} images${label === null ? "" : ` of ${data.classes[label] ?? label}`}`;
    const here = mean?.split === split && mean.label === label ? mean.mean : [];
    return html`
      <figure>
        <h3>Mean image</h3>
        ${this.#image(`The mean of ${of}`, here, data, "large")}
        <figcaption class="soft">The mean of ${of}, pixel by pixel.</figcaption>
      </figure>
    `;
  }

  #image(label: string, pixels: Pixels, { channels, width, height }: DataInfo, classes: string) {
    return html`
      <pixel-image
        class=${classes}
        label=${label}
        .pixels=${pixels}
        .channels=${channels}
        .columns=${width}
        .rows=${height}
      ></pixel-image>
    `;
  }

  #tiles(labels: Uint8Array, data: DataInfo): Tile[] {
    const { guesses } = this.state.explored;
    const name = (label: number): string => data.classes[label] ?? String(label);
    return this.#onPage(labels).map((place) => {
      const truth = labels[place] ?? 0;
      const guess = this.split === "test" ? guesses?.classes[place] : undefined;
      const wrong = guess !== undefined && guess !== truth;
      const caption = wrong ? `${name(truth)} → ${name(guess)}` : name(truth);
      return { place, pixels: this.#pixelsOf(place), name: this.#nameOf(place, labels, data), caption, wrong };
    });
  }

  #nameOf(place: number, labels: Uint8Array, { classes }: DataInfo): string {
    const { guesses } = this.state.explored;
    const truth = labels[place] ?? 0;
    const guess = this.split === "test" ? guesses?.classes[place] : undefined;
    const name = (label: number): string => classes[label] ?? String(label);
    const taken = guess === undefined ? "" : guess === truth ? ", taken for that" : `, taken for ${name(guess)}`;
    return `${NAMES[this.split]} image ${count(place)}: ${name(truth)}${taken}`;
  }

  #pixelsOf(place: number): Pixels {
    const { images } = this.state.explored;
    const at = images?.split === this.split ? images.places.indexOf(place) : -1;
    return (at >= 0 ? images?.images[at] : undefined) ?? NO_PIXELS;
  }

  #wanted(labels: Uint8Array): number[] {
    const guesses = this.outcome === "all" ? null : this.state.explored.guesses;
    const of = [labels, this.label, this.outcome, guesses];
    if (of.some((one, at) => one !== this.#places.of[at])) {
      this.#places = { of, places: placesOf(labels, this.label, this.outcome, guesses) };
    }
    return this.#places.places;
  }

  #onPage(labels: Uint8Array): number[] {
    return this.#wanted(labels).slice(this.page * PAGE, (this.page + 1) * PAGE);
  }

  #choose(change: { split?: Split; label?: number | null; outcome?: Outcome }): void {
    const { split = this.split, label = this.label, outcome = this.outcome } = change;
    Object.assign(this, { split, label, outcome, page: 0, chosen: null });
  }

  #canTurn(turn: number, pages: number): boolean {
    return this.page + turn >= 0 && this.page + turn < pages;
  }

  #turn(turn: number, pages: number): void {
    if (!this.#canTurn(turn, pages)) return;
    this.page += turn;
    this.chosen = null;
  }

  /** Asks for what is shown and not here yet. */
  #ask(): void {
    const { split, label, chosen } = this;
    const { explored, score, parsed } = this.state;
    this.#want(`labels ${split}`, "", { what: "labels", split });
    if (split === "test" && score) this.#want("guesses", String(score.step), { what: "guesses" });
    this.#want("mean", `${split} ${label}`, { what: "mean", split, label });
    const labels = explored.labels[split];
    if (labels) {
      // A new score may leave fewer.
      const last = Math.max(0, Math.ceil(this.#wanted(labels).length / PAGE) - 1);
      this.page = Math.min(this.page, last);
      const places = this.#onPage(labels);
      this.#want("images", `${split} ${places.join()}`, { what: "images", split, places });
    }
    if (split === "train" && chosen !== null && parsed?.values["aug"]) {
      this.#want("versions", String(chosen), { what: "versions", place: chosen, epochs: EPOCHS });
    }
  }

  #want(kind: string, which: string, ask: Ask): void {
    if (this.#asked.get(kind) === which) return;
    this.#asked.set(kind, which);
    void this.bench.looking.explore(ask);
  }
}

const NO_PIXELS: Pixels = [];
