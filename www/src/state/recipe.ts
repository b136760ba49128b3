import type { Description, Field, LayerKind, NamedRecipe, ParsedLink } from "../module.js";
import type { RestOfLink, StackText, WorkerEvent } from "../protocol.js";

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
  /** Whether that is what is allowed of a link that was refused. */
  isRest: boolean;
  /** What controls hold that is not (yet) in `parsed`. */
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
  isRest: false,
  draft: {},
  description: null,
  stack: null,
  hasDefaultData: false,
  drawnFor: null,
};

type Chosen = Extract<WorkerEvent, { type: "chosen" }>;

/** A link is asked for. */
export function requested(recipe: RecipeState, link: string): RecipeState {
  return { ...recipe, link, otherLink: null };
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
  return { ...recipe, draft: {}, hasDefaultData: false, drawnFor: null };
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

/** The network that is chosen, by its name in a link; empty before there is one. */
export function networkOf({ parsed }: RecipeState): string {
  return parsed?.values["model"] ?? "";
}

/** The named recipe of its network that this is; undefined where a value of it was changed. */
export function namedOf({ link, parsed, draft, description }: RecipeState): NamedRecipe | undefined {
  // A change is in the link at once, and an opened link may spell the same in another way.
  const shown = Object.keys(draft).length > 0 ? link : parsed?.link;
  return description?.recipes.find((named) => named.link === shown);
}
