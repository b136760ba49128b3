/** What a worker and its page say to each other of whether it lives: outside of the order of all other messages. */

export const LIFE = "life";

/** From the worker: its lock, once it holds it, null where there are none; without one, an answer to a ping. */
export interface LifeMessage {
  type: typeof LIFE;
  lock?: string | null;
}

/** From the page. */
export interface Ping {
  type: "ping";
}
