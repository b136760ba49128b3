import { html, nothing, type PropertyValues } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";

import { BenchElement } from "../../app/bench-element.js";
import { addressOf } from "../../bench/link.js";
import type { Figure } from "../../figure/figure.js";
import type { Estimate } from "../../state/timing.js";
import { alerts } from "../../styles/alerts.js";
import { shared } from "../../styles/shared.js";
import { tables } from "../../styles/tables.js";
import { button } from "../../ui/button.js";
import { failureNote } from "../../ui/failure-note.js";
import { loadPart } from "../../ui/load-part.js";
import { count } from "../../format.js";
import { msg } from "../../words/msg.js";
import { fillClosing } from "../closing/fill.js";
import { storyDuration, trainAllLabel, workOf } from "../duration.js";
import { isOver } from "../result.js";
import { OWN_STORY, type Story } from "../story.js";
import { knowStory, whatDiffers, type KnownRun, type KnownStory } from "./known.js";
import { refuseStory, showStory } from "./open.js";
import { hasRecording, readRecording, type Recording } from "./recording.js";
import type { Quantity } from "./plot.js";
import { resultsOf, seenAtHand, type StoryResult } from "./results.js";
import "./story-curves.js";
import { storyStyles } from "./styles.js";
import "./story-table.js";
import { trainingOf, type TrainingProgress } from "./training.js";
import { translatedStory } from "../translated-story.js";
import { languageNow } from "../../words/catalogue.js";

/** While somebody writes, the module is asked when they pause. */
const PAUSE_MS = 400;

/** The story that is open: its question, its recipes, what came out of them, and what that says. Fires `close`. */
@customElement("story-view")
export class StoryView extends BenchElement {
  static override styles = [shared, alerts, tables, storyStyles];

  /** Whether the first recipe is chosen, once it is known, where nothing is trained yet: of a story that a link opens. */
  @property({ attribute: false }) opensFirst = false;
  @internal() private known: KnownStory | null = null;
  @internal() private recording: Recording | null = null;
  @internal() private failure: string | undefined;
  /** Whether the story is being written: what does that is loaded then. */
  @internal() private isEditing = false;
  /** Whether it is one line while it trains, so that the stage below it is in view. */
  @internal() private isFolded = false;
  @internal() private copied: { address: string; isCopied: boolean } | null = null;
  /** Whether something in it had the focus before it was drawn anew. */
  #hadFocus = false;
  /** The recipes, the worker and the language that the module was asked about last. */
  #asked = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Of the network that was measured last here. */
  #speed: { estimate: Estimate; work: number } | null = null;
  #story: Story | null = null;
  /** Whether a story was trained when this was drawn last. */
  #wasTraining = false;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.bench.runs.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    this.#hadFocus = this.shadowRoot?.activeElement?.matches("button") ?? false;
    const { story, engine, results, recipe } = this.state;
    const { open } = story;
    if (!open) return;
    if (open !== this.#story) this.#changed(open);
    // What came out is there to be read.
    if (this.#wasTraining && !trainingOf(this.bench).progress) this.isFolded = false;
    const { estimate } = results;
    if (estimate && estimate !== "unknown" && recipe.description)
      this.#speed = { estimate, work: workOf(recipe.parsed?.values["model"], recipe.description.multiplyAdds) };
    const asked = JSON.stringify([open.recipes, open.seeds, engine.engine && engine.worker, languageNow()]);
    if (asked === this.#asked || !engine.engine) return;
    this.#asked = asked;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#know(open), this.isEditing && this.known ? PAUSE_MS : 0);
  }

  /** What was pressed may be gone: the focus goes to what has taken its place. */
  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const isTraining = trainingOf(this.bench).progress !== null;
    const isOther = isTraining !== this.#wasTraining;
    this.#wasTraining = isTraining;
    if (!isOther || !this.#hadFocus) return;
    this.renderRoot.querySelector<HTMLElement>(isTraining ? ".training button" : ".buttons button")?.focus();
  }

  /** Another story is open, or the same with other words. */
  #changed(open: Story): void {
    const before = this.#story;
    this.#story = open;
    this.copied = null;
    const isSame = before?.id === OWN_STORY && open.id === OWN_STORY && this.isEditing;
    if (isSame) return;
    this.known = this.recording = null;
    this.failure = undefined;
    this.isEditing = this.isFolded = false;
    this.#asked = "";
    if (open.id === OWN_STORY && !this.opensFirst) void this.#edit();
  }

  async #know(story: Story): Promise<void> {
    const { fields } = this.bench.state.recipe;
    const known = await knowStory(translatedStory(story), fields, (links) => this.bench.connection.describe(links));
    if (story !== this.bench.state.stores.story.current.open && !this.isEditing) return;
    if (known === null) return;
    if ("message" in known) {
      // Who writes it may still mend it.
      if (this.isEditing) this.failure = known.message;
      else refuseStory(this.bench, known.message);
      return;
    }
    this.failure = undefined;
    this.known = known;
    const { run, progress } = this.bench.state.stores;
    const [first] = known.runs;
    if (this.opensFirst && first && run.current.phase === "ready" && progress.current.step === 0)
      this.bench.recipe.openLink(first.link);
    this.opensFirst = false;
  }

  async #edit(): Promise<void> {
    const failure = await loadPart(() => import("./story-editor.js"));
    if (failure !== undefined) this.failure = failure;
    else this.isEditing = true;
  }

  /** A story of Bunsen's own becomes a person's, to be changed. */
  async #change(story: Story): Promise<void> {
    await this.#edit();
    this.#story = { ...translatedStory(story), id: OWN_STORY };
    showStory(this.bench, this.#story);
  }

  override render() {
    const { open } = this.state.story;
    if (!open) return nothing;
    const shown = translatedStory(open);
    const { known, recording } = this;
    // Its words may be newer than what the module has said of its recipes.
    const story = known ? { ...shown, recipes: known.story.recipes, closing: closingOf(shown, known) } : shown;
    const training = trainingOf(this.bench);
    const trained = known ? resultsOf(known.runs, seenAtHand(this.bench), training.over, this.state.runs.list) : [];
    const { progress } = training;
    const isFolded = this.isFolded && progress !== null;
    const results: readonly StoryResult[] = recording?.type === "recorded" ? recording.results : trained;
    return html`
      <section class="panel ${isFolded ? "folded" : ""}" aria-label=${shown.title}>
        <div class="head">
          <div>
            <p class="kicker">${shown.title}</p>
            ${isFolded ? nothing : html`<h2>${shown.question || shown.title}</h2>`}
          </div>
          ${isFolded ? nothing : button(msg("Close"), { onPress: () => this.#close() })}
        </div>
        ${this.#training(progress)} ${isFolded ? nothing : this.#body(open, story, known, trained, results)}
      </section>
    `;
  }

  /** How far its training is, and what can be done about it: the one line that is left while it trains. */
  #training(progress: TrainingProgress | null) {
    const training = trainingOf(this.bench);
    const { notice } = this.state.queue;
    return html`
      <div class="training ${progress || notice ? "" : "idle"}">
        <p class=${progress || notice ? "soft" : "heard"} role="status" aria-label=${msg("Training of the story")}>
          ${progress ? progressText(progress) : notice}
        </p>
        ${
          progress
            ? html`
                ${progress.isPaused ? button(msg("Go on"), { onPress: () => training.goOn(), primary: true }) : nothing}
                ${button(msg("Stop"), { onPress: () => training.stop() })}
                <button
                  type="button"
                  aria-expanded=${this.isFolded ? "false" : "true"}
                  @click=${() => (this.isFolded = !this.isFolded)}
                >
                  ${msg("The whole story")}
                </button>
              `
            : nothing
        }
      </div>
    `;
  }

  #body(
    open: Story,
    story: Story,
    known: KnownStory | null,
    trained: readonly (StoryResult & { link: string })[],
    results: readonly StoryResult[],
  ) {
    const { recording } = this;
    const notices = [...this.state.story.notices, ...(known?.notices ?? [])];
    return html`
      ${this.isEditing ? html`<story-editor .bench=${this.bench} .story=${open}></story-editor>` : nothing}
      <div class="columns">
        <div>
          ${story.about ? html`<p class="about">${story.about}</p>` : nothing}
          ${notices.map((notice) => html`<p class="note" role="note">${notice}</p>`)} ${failureNote(this.failure)}
          ${this.#buttons(open, known, trained)} ${this.#recorded(recording)} ${this.#closing(story, results)}
        </div>
        <div>
          <story-table
            .bench=${this.bench}
            .story=${story}
            .runs=${known?.runs ?? []}
            .differences=${known ? this.#differences(known) : []}
            .results=${results}
            .recording=${recording?.type === "recorded" ? recording : null}
          ></story-table>
          <story-curves
            .recipes=${story.recipes}
            .results=${results}
            .figure=${this.#figureOf(story, results)}
          ></story-curves>
        </div>
      </div>
    `;
  }

  /** Its charts are saved as they are when somebody asks. */
  #figureOf(story: Story, results: readonly StoryResult[]) {
    const recorded = this.recording?.type === "recorded" ? this.recording.words : null;
    const { fields } = this.state.recipe;
    return async (quantity: Quantity): Promise<Figure> => {
      const { storyFigure } = await import("./story-figure.js");
      return storyFigure(quantity, { story, results, recorded, fields });
    };
  }

  #buttons(story: Story, known: KnownStory | null, trained: readonly (StoryResult & { link: string })[]) {
    const over = new Set(trained.filter(({ result }) => isOver(result)).map(({ link }) => link));
    const missing = (known?.runs ?? []).filter(({ link }) => !over.has(link));
    return html`
      <div class="buttons">
        ${
          trainingOf(this.bench).progress
            ? nothing
            : button(this.#trainLabel(known?.runs ?? [], missing), {
                enabled: known !== null,
                onPress: () => void this.#train(missing.length > 0 ? missing : (known?.runs ?? [])),
                primary: true,
              })
        }
        ${hasRecording(story.id) ? this.#recordedButton(story) : nothing}
        ${button(msg("Copy link"), { enabled: this.state.story.link !== null, onPress: () => void this.#copy() })}
        ${this.isEditing ? nothing : button(msg("Change this story"), { onPress: () => void this.#change(story) })}
      </div>
      <p class=${this.copied ? "soft" : "heard"} role="status" aria-label=${msg("Link of the story")}>
        ${this.#copiedText()}
      </p>
      ${
        this.copied && !this.copied.isCopied
          ? html`<input
              aria-label=${msg("Link of the story to copy")}
              readonly
              .value=${this.copied.address}
              @focus=${(event: Event) => (event.target as HTMLInputElement).select()}
            />`
          : nothing
      }
    `;
  }

  #trainLabel(runs: readonly KnownRun[], missing: readonly KnownRun[]): string {
    const wanted = missing.length > 0 ? missing : runs;
    const { estimate = null, work = 0 } = this.#speed ?? {};
    const duration = storyDuration(
      wanted.map(({ cost }) => cost),
      estimate,
      work,
    );
    const which = missing.length === runs.length ? "all" : missing.length > 0 ? "rest" : "again";
    return trainAllLabel(wanted.length > 0 ? duration : null, which);
  }

  async #train(runs: readonly KnownRun[]): Promise<void> {
    this.recording = null;
    // What is written stays in view.
    this.isFolded = !this.isEditing;
    this.failure = (await trainingOf(this.bench).train(runs)) ?? undefined;
    // Why not is in what is folded away.
    if (this.failure !== undefined) this.isFolded = false;
    await this.updateComplete;
    // It is shorter than it was: its line may be above the view.
    if (this.isFolded) this.scrollIntoView({ block: "nearest" });
  }

  #recordedButton(story: Story) {
    const isShown = this.recording?.type === "recorded";
    return html`<button
      type="button"
      aria-pressed=${isShown ? "true" : "false"}
      @click=${() => void this.#record(story)}
    >
      ${msg("Show recorded")}
    </button>`;
  }

  async #record(story: Story): Promise<void> {
    if (this.recording?.type === "recorded") {
      this.recording = null;
      return;
    }
    const recording = await readRecording(story);
    if (story === this.bench.state.stores.story.current.open) this.recording = recording;
  }

  #recorded(recording: Recording | null) {
    if (!recording) return nothing;
    if (recording.type === "refused") return html`<p class="failure" role="alert">${recording.message}</p>`;
    return html`
      <p class="note" role="note" aria-label=${msg("Recorded")}>${recording.words}</p>
      ${recording.notices.map((notice) => html`<p class="note" role="note">${notice}</p>`)}
    `;
  }

  #differences({ runs, story }: KnownStory): string[] {
    const values = story.recipes.map(({ id }) => runs.find(({ recipe }) => recipe.id === id)?.described.values ?? {});
    return whatDiffers(values, this.state.recipe.fields);
  }

  #closing(story: Story, results: readonly StoryResult[]) {
    const { sentences, notes } = fillClosing(
      story,
      results.map(({ result }) => result),
    );
    return html`
      <div role="group" aria-label=${msg("What came out")} class="closing">
        ${sentences.map((sentence) => html`<p>${sentence}</p>`)}
        ${notes.map((note) => html`<p class="soft">${note}</p>`)}
      </div>
    `;
  }

  async #copy(): Promise<void> {
    const { link } = this.bench.state.stores.story.current;
    if (link === null) return;
    const address = addressOf(link);
    const isCopied = await navigator.clipboard.writeText(address).then(
      () => true,
      () => false,
    );
    this.copied = { address, isCopied };
  }

  #copiedText(): string {
    if (this.state.story.link === null) return "";
    if (!this.copied) return "";
    return this.copied.isCopied
      ? msg("The link of this story is copied.")
      : msg("The browser does not let this page copy. Here is the link:");
  }

  #close(): void {
    this.dispatchEvent(new CustomEvent("close"));
  }
}

/** A story that is being written may have sentences of recipes that the module has not seen yet. */
function closingOf(open: Story, { story }: KnownStory): readonly string[] {
  const isSame =
    open.recipes.length === story.recipes.length && open.recipes.every(({ id }, at) => story.recipes[at]?.id === id);
  return isSame ? open.closing : story.closing;
}

function progressText({ at, of, title, isPaused }: TrainingProgress): string {
  const counted = { at: count(at), of: count(of) };
  if (title === null) return msg("{at} of {of} comes when the run under way is finished.", counted);
  return isPaused
    ? msg("Paused at {at} of {of}: {title}.", { ...counted, title })
    : msg("Training {at} of {of}: {title}.", { ...counted, title });
}

declare global {
  interface HTMLElementTagNameMap {
    "story-view": StoryView;
  }
}
