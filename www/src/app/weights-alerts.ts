import { html, nothing } from "lit";
import { customElement, query } from "lit/decorators.js";

import { INIT_KEY } from "../../../crate/js/init-key.js";
import { networkIn } from "../bench/weights-files.js";
import { choiceLabel } from "../fields.js";
import { count } from "../format.js";
import type { WeightsInfo } from "../module.js";
import { isLocked } from "../state/run-state.js";
import type { MissedWeights } from "../protocol.js";
import { alerts } from "../styles/alerts.js";
import { shared } from "../styles/shared.js";
import { trainedOf } from "../trained/networks.js";
import { recipeHref, trainedText } from "../trained/words.js";
import { button } from "../ui/button.js";
import { failureNote } from "../ui/failure-note.js";
import { msg } from "../words/msg.js";
import { BenchElement } from "./bench-element.js";

/** What becomes of a file of weights, and which one a recipe asks for. */
@customElement("weights-alerts")
export class WeightsAlerts extends BenchElement {
  static override styles = [shared, alerts];

  @query("input") private input!: HTMLInputElement | null;

  override render() {
    return html`
      ${this.#missing()} ${this.#offered()} ${this.#shipped()} ${this.#alone()} ${this.#unkept()}
      ${failureNote(this.state.requests.failed.keepWeights)}
    `;
  }

  /** The recipe starts from a file that is not here. */
  #missing() {
    const { missing, missed } = this.state.files;
    if (missing === null) return nothing;
    return html`
      <div class="item" role="group" aria-label=${msg("Initial weights")}>
        <p role="alert">
          ${missed && missedText(missed)}
          ${msg(
            "This run starts from weights in a file. Drop the file whose digest (SHA-256) begins with {digest}, or choose it.",
            { digest: missing },
          )}
        </p>
        ${button(msg("Choose the file"), { enabled: !isLocked(this.state.run), onPress: () => this.input?.click() })}
        <input
          type="file"
          hidden
          accept=".safetensors,.pt,.pth,.ckpt,.h5,.hdf5,.keras,.onnx"
          aria-label=${msg("File of weights")}
          @change=${this.#chosen}
        />
      </div>
    `;
  }

  readonly #chosen = (): void => {
    const [file] = this.input?.files ?? [];
    // So that the same file can be chosen again.
    if (this.input) this.input.value = "";
    if (file) void this.bench.weights.open(file);
  };

  /** A file was opened: what shall become of it? */
  #offered() {
    const { offered } = this.state.files;
    if (!offered) return nothing;
    const { name, info } = offered;
    const enabled = !isLocked(this.state.run);
    return html`
      <div class="item" role="group" aria-label=${msg("Opened weights")}>
        <p role="alert">${this.#whatItIs(name, info)}</p>
        ${button(msg("Answer with it"), { enabled, primary: true, onPress: () => void this.bench.weights.answer() })}
        ${button(msg("Train on from it"), { enabled, onPress: () => void this.bench.weights.trainOn() })}
        ${button(msg("Close"), { onPress: () => this.bench.weights.close() })}
      </div>
    `;
  }

  #whatItIs(name: string, { link, parameters }: WeightsInfo): string {
    const { fields } = this.state.recipe;
    const values = { name, count: count(parameters) };
    const network = networkIn(link, fields);
    if (!network)
      return msg(
        "{name} has weights, {count} numbers, and does not say of which network: they are taken for the one that is chosen here.",
        values,
      );
    const data = new URLSearchParams(link).get("data");
    if (data === null) return msg("{name} has the weights of {network}, {count} numbers.", { ...values, network });
    return msg("{name} has the weights of {network}, trained on {data}: {count} numbers.", {
      ...values,
      network,
      data: choiceLabel(fields, "data", data),
    });
  }

  /** The recipe starts from a network that comes with the page. */
  #shipped() {
    const { parsed, fields } = this.state.recipe;
    const network = trainedOf(parsed?.values[INIT_KEY]);
    if (!network || this.state.files.missing !== null) return nothing;
    return html`
      <div class="item" role="note" aria-label=${msg("Trained network")}>
        <p>
          ${msg("The weights that this starts from come with this page.")} ${trainedText(network, fields)}.
          <a href=${recipeHref(network)}>${msg("The recipe that it was trained by")}</a>
        </p>
      </div>
    `;
  }

  /** The network answers, and nothing else can be done without its data. */
  #alone() {
    if (!this.state.data.isAbsent) return nothing;
    return html`
      <div class="item" role="note">
        <p>
          ${msg("The images of this recipe are not here, so the network answers by the weights of the file alone. With the images it is scored, and trained on.")}
        </p>
      </div>
    `;
  }

  /** What the browser does not keep, only the person can. */
  #unkept() {
    const { initial } = this.state.files;
    const { values } = this.state.recipe.parsed ?? {};
    if (!initial || initial.isKept || values?.[INIT_KEY] !== initial.digest) return nothing;
    return html`
      <div class="item" role="note">
        <p>
          ${msg("The weights that this run starts from are not kept in this browser: save them to train it again after a reload.")}
        </p>
        ${button(msg("Save these weights"), { onPress: () => this.bench.weights.saveInitial() })}
      </div>
    `;
  }
}

/** Why the file that comes with the page is not here. */
function missedText(missed: MissedWeights): string {
  switch (missed) {
    case "damaged":
      return msg("The file that comes with this page was not used: its digest is another one, so it is damaged.");
    case "unreachable":
      return msg("The file that comes with this page could not be loaded.");
  }
}
