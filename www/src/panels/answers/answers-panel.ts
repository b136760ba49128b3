import { css, html, nothing } from "lit";
import { customElement, state as internal } from "lit/decorators.js";

import { csvOf } from "../../../../crate/js/answers/written.js";
import { printable } from "../../../../crate/js/printable.js";
import { save } from "../../bench/files.js";
import { count, percent } from "../../format.js";
import type { GivenFile } from "../../protocol.js";
import { labels } from "../../styles/forms.js";
import { shared } from "../../styles/shared.js";
import { button } from "../../ui/button.js";
import { failureNote } from "../../ui/failure-note.js";
import { select } from "../../ui/select.js";
import { msg, plural } from "../../words/msg.js";
import { translated } from "../../words/translated.js";
import "../custom-images/drop-zone.js";
import { ofDrop } from "../custom-images/files.js";
import { PanelElement } from "../panel-element.js";
import { StoreController } from "../panel-store.js";
import { AnswersStore, type Answered } from "./answers-store.js";
import "./answers-table.js";
import { PAGE_SIZE, type Kind } from "./shown-answers.js";

/** Files that could not be read and are named. */
const NAMED = 20;
/** Classes that a sentence names. */
const MOST_CLASSES = 12;

/** A trained network's answers to a folder of new images. Nothing is kept of them. */
@customElement("answers-panel")
export class AnswersPanel extends PanelElement {
  static override styles = [
    shared,
    labels,
    css`
      .under-way,
      .choices,
      .pager {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 1rem;
        align-items: center;
        margin: 0.75rem 0;
      }

      .choices {
        align-items: end;
      }

      .choices > div {
        flex: 0 1 14rem;
        min-width: 0;
      }

      progress {
        flex: 1 1 10rem;
      }

      .result,
      .notices {
        margin: 0.5rem 0;
      }

      .notices {
        padding-inline-start: 1.1rem;
        overflow-wrap: anywhere;
      }
    `,
  ];

  readonly #controller = new StoreController(this, () => new AnswersStore(this.bench));
  /** The name of the file that was saved last. */
  @internal() private saved = "";

  get #store(): AnswersStore {
    return this.#controller.store;
  }

  override render() {
    const { plan, progress, data } = this.state;
    const { answered } = this.#store;
    const isTrained = plan !== null && progress.step > 0;
    if (!isTrained && !answered && !this.#store.progress) {
      return html`<p class="soft">${msg("Shown once the network has been trained for a step.")}</p>`;
    }
    const classes = answered?.network.classes ?? data.info?.classes ?? [];
    return html`
      <p class="soft">
        ${msg("Images that it has not seen: they are cut and scaled as those that it learned from, answered on this page, and not kept. Where folders are called as classes, you see how many answers are right.")}
        ${classesText(classes)}
      </p>
      <div @dragover=${overFiles} @drop=${this.#dropped}>
        <drop-zone
          folders
          ?locked=${!isTrained || this.#store.progress !== null}
          filesLabel=${msg("New images")}
          folderLabel=${msg("Folder of new images")}
          wanted=${msg("Drop a folder, a zip or images here.")}
          @files=${(event: CustomEvent<GivenFile[]>) => this.#give(event.detail)}
        ></drop-zone>
      </div>
      ${this.#leftOut(isTrained)} ${this.#underWay()} ${failureNote(this.#store.failure)}
      <p class=${answered ? "result" : "heard"} role="status" aria-label=${msg("Answers")}>
        ${answered ? this.#resultText(answered) : ""}
      </p>
      ${answered ? this.#table(answered) : nothing}
    `;
  }

  /** What was given to train on, and has no class. */
  #leftOut(isTrained: boolean) {
    const { length } = this.#store.leftOut;
    if (length === 0) return nothing;
    return button(
      plural(length, "Answer the {count} image that was left out", "Answer the {count} images that were left out"),
      {
        enabled: isTrained && this.#store.progress === null,
        onPress: () => {
          this.saved = "";
          void this.#store.answerLeftOut();
        },
      },
    );
  }

  #underWay() {
    const { progress } = this.#store;
    if (!progress) return nothing;
    const { done, total } = progress;
    return html`
      <div class="under-way">
        <progress aria-label=${msg("Answering the images")} max=${Math.max(1, total)} .value=${done}></progress>
        <span class="soft">${msg("{done} of {total} files", { done: count(done), total: count(total) })}</span>
        ${button(msg("Stop"), { onPress: () => this.#store.end() })}
      </div>
    `;
  }

  #resultText({ network, isStopped, done, total }: Answered): string {
    const { answers, unsure, labelled, right } = this.#store.counts;
    const sentences = [
      plural(
        answers,
        "{count} image answered by the network after step {step}.",
        "{count} images answered by the network after step {step}.",
        {
          step: count(network.step),
        },
      ),
    ];
    if (isStopped)
      sentences.push(msg("Stopped after {done} of {total} files.", { done: count(done), total: count(total) }));
    if (labelled > 0)
      sentences.push(
        msg("{right} of {labelled} right, {share}.", {
          right: count(right),
          labelled: count(labelled),
          share: percent(right / labelled),
        }),
      );
    if (labelled > 0 && labelled < answers)
      sentences.push(
        plural(
          answers - labelled,
          "{count} image lies in no folder that is called as a class.",
          "{count} images lie in no folder that is called as a class.",
        ),
      );
    if (unsure > 0) sentences.push(plural(unsure, "{count} answer is unsure.", "{count} answers are unsure."));
    return sentences.join(" ");
  }

  #table(answered: Answered) {
    const { unread, notices, network } = answered;
    const { counts, chosen, rows } = this.#store;
    const named = unread.slice(0, NAMED).map(({ path, why }) => html`<li>${printable(path)} (${translated(why)})</li>`);
    return html`
      ${
        notices.length > 0
          ? html`<ul class="notices">
              ${notices.map((notice) => html`<li>${translated(notice)}</li>`)}
            </ul>`
          : nothing
      }
      ${
        unread.length > 0
          ? html`<details>
              <summary>
                ${plural(unread.length, "{count} file could not be read", "{count} files could not be read")}
              </summary>
              <ul class="notices soft">
                ${named}${unread.length > NAMED ? html`<li>${msg("and {number} more", { number: count(unread.length - NAMED) })}</li>` : nothing}
              </ul>
            </details>`
          : nothing
      }
      ${
        counts.answers === 0
          ? nothing
          : html`
              ${this.#choices(answered)}
              ${
                rows.length === 0
                  ? html`<p class="soft">${msg("There are no such images.")}</p>`
                  : html`<answers-table
                      .rows=${rows}
                      .shape=${network.shape}
                      ?labelled=${counts.labelled > 0}
                    ></answers-table>`
              }
              ${chosen.length > PAGE_SIZE ? this.#pager() : nothing}
            `
      }
    `;
  }

  #choices(answered: Answered) {
    const { counts, filter } = this.#store;
    const { classes } = answered.network;
    const kinds: [Kind, string][] = [
      ["all", msg("All images")],
      ["unsure", msg("answers|Unsure")],
      ...(counts.labelled > 0
        ? ([
            ["wrong", msg("answers|Wrong")],
            ["right", msg("answers|Right")],
          ] as [Kind, string][])
        : []),
    ];
    return html`
      <div class="choices">
        <div>
          <label for="answer">${msg("Answer")}</label>
          ${select({
            id: "answer",
            // No class is called by a number before its name.
            options: [
              { value: "", label: msg("All answers") },
              ...classes.map((name, at) => ({ value: String(at), label: printable(name) })),
            ],
            value: filter.answer === null ? "" : String(classes.indexOf(filter.answer)),
            onChange: (at) => this.#store.choose({ answer: at === "" ? null : (classes[Number(at)] ?? null) }),
          })}
        </div>
        <div>
          <label for="kind">${msg("Shown")}</label>
          ${select({
            id: "kind",
            options: kinds.map(([value, label]) => ({ value, label })),
            value: filter.kind,
            onChange: (kind) => this.#store.choose({ kind: kind as Kind }),
          })}
        </div>
        ${button(msg("Save as {format}", { format: "CSV" }), { onPress: () => this.#save(answered) })}
        <span class="heard" role="status" aria-label=${msg("Saved")}>
          ${this.saved && msg("Saved as {file}.", { file: this.saved })}
        </span>
      </div>
    `;
  }

  #pager() {
    const { page, chosen } = this.#store;
    const first = page * PAGE_SIZE;
    const turn = (name: string, by: -1 | 1) =>
      button(name, { enabled: this.#store.canTurn(by), onPress: () => this.#store.turn(by) });
    return html`
      <div class="pager">
        ${turn(msg("Previous page"), -1)} ${turn(msg("Next page"), 1)}
        <p class="soft" role="status" aria-label=${msg("Images shown")}>
          ${msg("{first} to {last} of {all} images", {
            first: count(first + 1),
            last: count(Math.min(chosen.length, first + PAGE_SIZE)),
            all: count(chosen.length),
          })}
        </p>
      </div>
    `;
  }

  #give(files: Promise<GivenFile[]> | GivenFile[]): void {
    this.saved = "";
    void this.#store.answer(files);
  }

  readonly #dropped = (event: DragEvent): void => {
    // Elsewhere on the page a drop is a run file or what is trained on.
    event.preventDefault();
    event.stopPropagation();
    const isFree = this.state.progress.step > 0 && this.#store.progress === null;
    if (isFree && event.dataTransfer) this.#give(ofDrop(event.dataTransfer));
  };

  #save({ network, answers }: Answered): void {
    this.saved = "answers.csv";
    save(csvOf({ classes: network.classes, answers }), this.saved, "text/csv");
  }
}

function overFiles(event: DragEvent): void {
  if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
}

/** What it can answer, and that it can answer nothing else. */
function classesText(classes: readonly string[]): string {
  if (classes.length === 0) return "";
  if (classes.length > MOST_CLASSES)
    return msg("It can only choose among its {number} classes, whatever it is shown.", {
      number: count(classes.length),
    });
  return msg("It can only choose among its classes, whatever it is shown: {classes}.", {
    classes: classes.map((name) => printable(name)).join(", "),
  });
}
