/** A recipe that is to be trained, and how it is called. */
export interface QueuedRecipe {
  /** Canonical. */
  link: string;
  title: string;
}

/** The recipes that are trained one after the other. */
export interface QueueState {
  /** The next one first. */
  waiting: readonly QueuedRecipe[];
  /** The one that was begun last; null where none is. */
  begun: QueuedRecipe | null;
  /** What was skipped, and why the queue stopped; empty where there is nothing to say. */
  notice: string;
}

export const initialQueue: QueueState = { waiting: [], begun: null, notice: "" };
