import type { BunsenError } from "../module.js";
import type { RequestHandlers } from "../rpc/server.js";
import type { Refusal } from "../state/run-state.js";
import type { RequestContextSource } from "../worker/request-context.js";

/** What the module says of a recipe that it takes. */
export interface DescribedRecipe {
  type: "recipe";
  /** Canonical. */
  link: string;
  values: Readonly<Record<string, string>>;
  notices: readonly string[];
  /** Of the forward pass of an image. */
  multiplyAdds: number;
  parameters: number;
  classes: number;
}

export interface StoriesRequests {
  /** What each of these links is: one that is refused is a response, not an error. */
  describeRecipes: {
    params: { links: readonly string[] };
    result: readonly (DescribedRecipe | { type: "refused"; refusal: Refusal })[] | null;
  };
}

export function storiesHandlers(context: RequestContextSource): RequestHandlers<StoriesRequests> {
  return {
    describeRecipes: ({ links }) => {
      const { lab } = context();
      if (!lab) return null;
      return links.map((link) => {
        try {
          const { multiplyAdds, parameters, layers } = lab.describe(link);
          const { link: canonical, values, notices } = lab.parse(link);
          const classes = layers.at(-1)?.shape[0] ?? 0;
          return { type: "recipe", link: canonical, values, notices, multiplyAdds, parameters, classes };
        } catch (thrown) {
          const { kind, key, message, allowed } = thrown as BunsenError;
          if (kind !== "recipe") throw thrown;
          return { type: "refused", refusal: { key: key ?? null, message, allowed } };
        }
      });
    },
  };
}
