import { CUSTOM_DATA } from "../../../crate/js/custom-dataset-keys.js";
import { drawnInsteadOf } from "../../../crate/js/drawn-data.js";
import { linkText } from "../../../crate/js/link-text.js";
import type { AppState } from "../state/app-state.js";
import { recipeValues } from "../state/custom-dataset.js";
import { choiceLabel } from "../fields.js";
import { edited, networkOf, opened } from "../state/recipe.js";
import { isLocked, isUnderWay } from "../state/run-state.js";
import type { Connection } from "./connection.js";
import { shareOf, sharedOf } from "./share.js";
import { addressOf, compose } from "./link.js";

/** Changes of the recipe: by controls, by the editor of layers, by links. Each starts over with the recipe that it makes. */
export class RecipeEditor {
  readonly #state: AppState;
  readonly #connection: Connection;

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
    const { recipe } = this.#state.stores;
    const draft = { ...recipe.current.draft, ...changes };
    const { parsed, fields } = recipe.current;
    const link = compose(parsed, fields, draft);
    recipe.set(edited(recipe.current, draft, link));
    this.#connection.restart(link);
  }

  /** Takes a recipe of the chosen network as a whole, by its link. */
  changeTo(link: string): void {
    if (this.#isLocked) return;
    const { recipe } = this.#state.stores;
    // As where the network was picked anew: data that the link does not name are only its default.
    recipe.set(edited(recipe.current, { model: networkOf(recipe.current) }, link));
    this.#connection.restart(link);
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
    this.change("data", drawnInsteadOf(data));
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
    this.#choose(compose(parsed, fields, { ...changes, model: "stack", layers: description.stack }));
  }

  /** Chooses a recipe by its link. False where a run is going on. */
  openLink(link: string): boolean {
    if (this.#isLocked) return false;
    const { recipe } = this.#state.stores;
    recipe.set(opened(recipe.current));
    this.#choose(link);
    return true;
  }

  useDefaults(): void {
    const { recipe } = this.#state.stores;
    recipe.update({ hasDefaultData: false, drawnFor: null });
    this.#choose("");
  }

  /** The address holds another link. While a run is under way a person is asked what shall become of it. */
  addressChanged(): void {
    const { recipe, run } = this.#state.stores;
    const link = this.#connection.address.read();
    if (link === recipe.current.link) return;
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
    this.#connection.address.write(recipe.current.link);
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

  get #isLocked(): boolean {
    return isLocked(this.#state.stores.run.current);
  }
}
