import type { Description, Field, LayerKind, NamedRecipe, ParsedLink } from "../module.js";
import type { RestOfLink, StackText, WorkerEvent } from "../protocol.js";
import type { Refusal } from "./run-state.js";

/** A changed recipe that was read, and is trained when that is asked for. */
export interface NextRecipe {
  link: string;
  parsed: ParsedLink;
}

/** What is to be trained, and what there is to choose from. */
export interface RecipeState {
  /** The link that was last asked for, whether it was taken or refused. */
  link: string;
  /** Whether the page's address is set to the link once the worker accepts it: true after a control was changed. */
  addressFollows: boolean;
  /** A link that the address has, and that is not opened because a run is under way. */
  otherLink: string | null;
  /** The fields that a recipe may have. */
  fields: Field[];
  /** The kinds of layers that a network of one's own may have. */
  layerKinds: LayerKind[];
  /** The recipe that was taken last. */
  parsed: ParsedLink | null;
  /** What "Train again" trains, where settings were changed beside a trained network, which stays until then. */
  next: NextRecipe | null;
  /** Why the last such change is none; null where nothing is wrong with it. */
  nextRefusal: Refusal | null;
  /** Whether the worker is asked about such a change. */
  isReading: boolean;
  /** Whether that is what is allowed of a link that was refused. */
  isRest: boolean;
  /** What controls hold that is not (yet) in `parsed`, or in `next`. */
  draft: Record<string, string>;
  description: Description | null;
  /** The layers of a network of one's own, be they right or wrong. */
  stack: StackText | null;
  /** Whether the data are only the network's default: a person picked the network on the page, and no data. */
  hasDefaultData: boolean;
  /** The title of that default where drawn images stand for it. */
  drawnFor: string | null;
}

export const initialRecipe: RecipeState = {
  link: "",
  addressFollows: false,
  otherLink: null,
  fields: [],
  layerKinds: [],
  parsed: null,
  next: null,
  nextRefusal: null,
  isReading: false,
  isRest: false,
  draft: {},
  description: null,
  stack: null,
  hasDefaultData: false,
  drawnFor: null,
};

type Chosen = Extract<WorkerEvent, { type: "chosen" }>;

const NOTHING_NEXT = { next: null, nextRefusal: null, isReading: false } as const;

/** A link is asked for. @param goesOn whether the run at hand goes on with it: what is to be trained next stays */
export function requested(recipe: RecipeState, link: string, goesOn = false): RecipeState {
  return { ...recipe, link, otherLink: null, ...(!goesOn && NOTHING_NEXT) };
}

/** A control was changed: the address follows what comes of it. @param link that the controls mean then */
export function edited(recipe: RecipeState, draft: Record<string, string>, link: string): RecipeState {
  const picksNetwork = "model" in draft;
  const picksData = new URLSearchParams(link).has("data");
  const hasDefaultData = !picksData && (picksNetwork || recipe.hasDefaultData);
  const drawnFor = picksNetwork || "data" in draft ? null : recipe.drawnFor;
  return { ...recipe, draft, addressFollows: true, hasDefaultData, drawnFor };
}

/** A link is opened, which says itself what its data are. */
export function opened(recipe: RecipeState): RecipeState {
  return { ...disarmed(recipe), hasDefaultData: false, drawnFor: null };
}

/** The worker takes the link. It is the canonical one from now on where a control was changed. */
export function taken(recipe: RecipeState, { parsed, description, stack }: Omit<Chosen, "type" | "id">): RecipeState {
  const link = recipe.addressFollows ? parsed.link : recipe.link;
  return { ...recipe, link, addressFollows: false, parsed, isRest: false, description, stack, draft: {} };
}

/** The worker refuses the link: controls keep what they hold, and of a link from elsewhere they get all that is allowed. */
export function refused(recipe: RecipeState, rest: RestOfLink | null, stack: StackText | null): RecipeState {
  const refusedOnly = { ...recipe, addressFollows: false, isRest: false, stack };
  if (recipe.addressFollows || !rest) return refusedOnly;
  const { parsed, description, refused: draft } = rest;
  return { ...refusedOnly, parsed, isRest: true, description, draft };
}

/** A setting was changed beside a trained network: the worker is asked what comes of it. */
export function reading(recipe: RecipeState, draft: Record<string, string>): RecipeState {
  return { ...recipe, draft, nextRefusal: null, isReading: true };
}

/** The worker takes the change: it waits to be trained, unless it leads back to the recipe that is. */
export function armed(recipe: RecipeState, next: NextRecipe): RecipeState {
  return { ...recipe, ...NOTHING_NEXT, next: next.link === recipe.parsed?.link ? null : next, draft: {} };
}

/** The worker refuses the change: its control keeps it. What was to be trained next stays. */
export function notArmed(recipe: RecipeState, nextRefusal: Refusal): RecipeState {
  return { ...recipe, nextRefusal, isReading: false };
}

/** Settings are again those of the trained network. */
export function disarmed(recipe: RecipeState): RecipeState {
  return { ...recipe, ...NOTHING_NEXT, draft: {} };
}

/** What is to be trained next begins: controls hold it until the worker has taken it. */
export function begun(recipe: RecipeState): RecipeState {
  const { next, parsed } = recipe;
  if (!next) return { ...recipe, draft: {} };
  const draft = Object.entries(next.parsed.values).filter(([key, value]) => parsed?.values[key] !== value);
  return { ...recipe, draft: Object.fromEntries(draft), addressFollows: true };
}

/** What settings show: what is to be trained next, or is at hand. */
export function shownOf({ next, parsed }: RecipeState): ParsedLink | null {
  return next?.parsed ?? parsed;
}

/** The link of what settings show, which the address has. */
export function wantedLink({ next, link }: RecipeState): string {
  return next?.link ?? link;
}

/** The network that is chosen, by its name in a link; empty before there is one. */
export function networkOf({ parsed }: RecipeState): string {
  return parsed?.values["model"] ?? "";
}

/** The named recipe of its network that this is; undefined where a value of it was changed. */
export function namedOf(recipe: RecipeState): NamedRecipe | undefined {
  const { link, draft, description, nextRefusal } = recipe;
  if (nextRefusal) return undefined;
  // A change is in the link at once, and an opened link may spell the same in another way.
  const shown = Object.keys(draft).length > 0 && !recipe.isReading ? link : shownOf(recipe)?.link;
  return description?.recipes.find((named) => named.link === shown);
}
