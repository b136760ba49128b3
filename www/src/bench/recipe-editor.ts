import { CUSTOM_DATA } from "../../../crate/js/custom-dataset-keys.js";
import { drawnInsteadOf } from "../../../crate/js/drawn-data.js";
import { linkText } from "../../../crate/js/link-text.js";
import type { AppState } from "../state/app-state.js";
import { recipeValues } from "../state/custom-dataset.js";
import { choiceLabel } from "../fields.js";
import {
  armed,
  begun,
  disarmed,
  edited,
  networkOf,
  notArmed,
  opened,
  reading,
  shownOf,
  wantedLink,
  type RecipeState,
} from "../state/recipe.js";
import { isLocked, isUnderWay } from "../state/run-state.js";
import { isOfTraining, isOption, isTrained, sharesNetwork } from "../state/trained.js";
import type { Connection } from "./connection.js";
import { shareOf, sharedOf } from "./share.js";
import { addressOf, compose } from "./link.js";
import { msg } from "../words/msg.js";

/** The worker gave no answer. */
const notRead = (): string => msg("This could not be checked just now. Change it once more.");

/**
 * Changes of the recipe: by controls, by the editor of layers, by links. Each starts over with the recipe that it makes; but beside a
 * trained network, a change of how it is trained waits until a person trains again.
 */
export class RecipeEditor {
  readonly #state: AppState;
  readonly #connection: Connection;
  /** The last change that the worker was asked about. */
  #asked = 0;
  #read: Promise<void> = Promise.resolve();

  constructor(state: AppState, connection: Connection) {
    this.#state = state;
    this.#connection = connection;
  }

  /** A control was changed. */
  change(key: string, value: string): void {
    const customDataset = this.#state.stores.customDataset.current;
    this.changeAll(key === "data" && value === CUSTOM_DATA ? recipeValues(customDataset) : { [key]: value });
  }

  changeAll(changes: Record<string, string>): void {
    if (this.#isLocked) return;
    const { values } = shownOf(this.#state.stores.recipe.current) ?? {};
    const isOther = (key: string): boolean => key in changes && changes[key] !== values?.[key];
    if (isOther("model") || isOther("data")) this.#connection.address.beginEntry();
    this.#changeAll(changes);
  }

  #changeAll(changes: Record<string, string>): void {
    const { recipe } = this.#state.stores;
    const draft = { ...recipe.current.draft, ...changes };
    const { fields } = recipe.current;
    const link = compose(shownOf(recipe.current), fields, draft);
    const keys = Object.keys(draft);
    if (this.#isTrained && keys.every((key) => isOfTraining(key, fields))) return this.#arm(link, draft);
    // A value that is refused makes no other network: the trained one stays.
    if (this.#isTrained && keys.every((key) => isOfTraining(key, fields) || isOption(key, fields)))
      return this.#arm(link, draft, () => this.#restart(link, draft, changes));
    this.#restart(link, draft, changes);
  }

  /** Starts over with a recipe that controls have made. */
  #restart(link: string, draft: Record<string, string>, changes: Record<string, string>): void {
    const { recipe } = this.#state.stores;
    // The controls hold what was to be trained next, too; of another network its own recipe is better.
    const held = "model" in changes ? draft : { ...begun(recipe.current).draft, ...draft };
    recipe.set(edited(recipe.current, held, link));
    this.#connection.restart(link);
  }

  /** Takes a recipe of the chosen network as a whole, by its link. */
  changeTo(link: string): void {
    if (this.#isLocked) return;
    this.#connection.address.beginEntry();
    if (this.#isTrained) return this.#arm(link, {}, () => this.#changeTo(link));
    this.#changeTo(link);
  }

  #changeTo(link: string): void {
    const { recipe } = this.#state.stores;
    // As where the network was picked anew: data that the link does not name are only its default.
    recipe.set(edited(recipe.current, { model: networkOf(recipe.current) }, link));
    this.#connection.restart(link);
  }

  /** Puts settings back to those of the trained network. */
  undo(): void {
    const { recipe } = this.#state.stores;
    if (this.#isLocked) return;
    this.#asked++;
    this.#setNext(disarmed(recipe.current));
  }

  /** Settles when the worker has said what comes of the last change. */
  get isRead(): Promise<void> {
    return this.#read;
  }

  /**
   * Has the worker read a change beside a trained network, which is then trained when a person asks for it.
   * @param isOther what is done where it makes another network, or needs other data
   */
  #arm(link: string, draft: Record<string, string>, isOther?: () => void): void {
    const { recipe } = this.#state.stores;
    recipe.set(reading(recipe.current, draft));
    this.#read = this.#take(link, Object.keys(draft), isOther);
  }

  async #take(link: string, keys: string[], isOther: (() => void) | undefined): Promise<void> {
    const { recipe, runId } = this.#state.stores;
    const [asked, id] = [++this.#asked, runId.peek()];
    const read = await this.#connection.read(link);
    // Something else was changed or chosen meanwhile.
    if (asked !== this.#asked || id !== runId.peek()) return;
    const { parsed, fields } = recipe.current;
    if (read?.type !== "recipe") {
      const refusal = read?.refusal ?? { key: keys[0] ?? null, message: notRead() };
      return recipe.set(notArmed(recipe.current, refusal));
    }
    const shares = parsed !== null && sharesNetwork(parsed.values, read.parsed.values, fields);
    if (isOther && !shares) return isOther();
    this.#setNext(armed(recipe.current, { link: read.link, parsed: read.parsed }));
  }

  #setNext(state: RecipeState): void {
    this.#state.stores.recipe.set(state);
    const wanted = wantedLink(state);
    if (this.#connection.address.read() !== wanted) this.#connection.address.write(wanted);
  }

  /**
   * The data could not be had. Where nobody asked for them, as they are only the default of the network that was picked, drawn
   * images stand for them, and the page says so. False where they do not.
   */
  drawInstead(): boolean {
    const { recipe } = this.#state.stores;
    const { parsed, hasDefaultData, fields } = recipe.current;
    if (!parsed || !hasDefaultData || this.#isLocked) return false;
    const { data = "" } = parsed.values;
    // Nobody chose them: Back leads to what was there before the network.
    this.#changeAll({ data: drawnInsteadOf(data) });
    recipe.update({ drawnFor: choiceLabel(fields, "data", data) });
    return true;
  }

  /** Changes the layers of a network of one's own; also those of a link that was refused. */
  changeLayers(text: string): void {
    const recipe = this.#state.stores.recipe.current;
    if (networkOf(recipe) === "stack") return this.change("layers", text);
    const link = new URLSearchParams(recipe.link);
    link.set("layers", text);
    this.#choose(linkText(link));
  }

  /** Takes the network apart: its layers as a stack's, trained as it was. */
  openAsStack(): void {
    const { description, parsed, fields } = this.#state.stores.recipe.current;
    if (this.#isLocked || !parsed || description?.stack === undefined) return;
    const kept = fields.filter(({ key, group }) => group !== "network" && key in parsed.values);
    const changes = Object.fromEntries(kept.map(({ key }) => [key, parsed.values[key] ?? ""]));
    this.#connection.address.beginEntry();
    this.#choose(compose(parsed, fields, { ...changes, model: "stack", layers: description.stack }));
  }

  /**
   * Chooses a recipe by its link. False where a run is going on.
   * @param options `isEntry`: whether the browser's Back leads from it to what was there before
   */
  openLink(link: string, { isEntry = true } = {}): boolean {
    if (this.#isLocked) return false;
    if (isEntry) this.#connection.address.beginEntry();
    const { recipe } = this.#state.stores;
    recipe.set(opened(recipe.current));
    this.#choose(link);
    return true;
  }

  useDefaults(): void {
    const { recipe } = this.#state.stores;
    recipe.update({ hasDefaultData: false, drawnFor: null });
    this.#connection.address.beginEntry();
    this.#choose("");
  }

  /** The address holds another link. While a run is under way a person is asked what shall become of it. */
  addressChanged(): void {
    const { recipe, run } = this.#state.stores;
    const link = this.#connection.address.read();
    if (link === wantedLink(recipe.current)) return;
    if (link === recipe.current.link) return this.undo();
    if (isUnderWay(run.current)) return recipe.update({ otherLink: link });
    recipe.set({ ...opened(recipe.current), addressFollows: false });
    this.#connection.restart(link);
  }

  /** Opens the link that was held back while a run was under way. */
  openOther(): void {
    const { recipe } = this.#state.stores;
    recipe.set(opened(recipe.current));
    this.#connection.restart(this.#connection.address.read());
  }

  /** Goes on with the run instead. */
  keepRun(): void {
    const { recipe } = this.#state.stores;
    recipe.update({ otherLink: null });
    // The other one stays where it was in the browser's history.
    this.#connection.address.beginEntry();
    this.#connection.address.write(wantedLink(recipe.current));
  }

  /** The address that trains this again, and what it can do for this run. */
  get shared(): { address: string; text: string } {
    const { link, text } = shareOf(sharedOf(this.#state));
    return { address: addressOf(link), text };
  }

  #choose(link: string): void {
    this.#state.stores.recipe.update({ addressFollows: true });
    this.#connection.restart(link);
  }

  get #isTrained(): boolean {
    const { run, progress } = this.#state.stores;
    return isTrained(run.current, progress.current.step);
  }

  get #isLocked(): boolean {
    return isLocked(this.#state.stores.run.current);
  }
}
