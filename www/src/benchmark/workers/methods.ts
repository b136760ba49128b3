/** What the benchmark's page asks of its workers. */
import type { Score } from "../../module.js";
import type { ModuleInfo, Advance, BunsenOptions, Opened } from "./bunsen.js";
import type { Burst, Plan } from "./burst.js";
import type { PeerOptions, Start } from "./start.js";

/** What a peer's worker answers. */
export interface PeerMethods {
  /** Opens a device and makes the network with the weights that all start with. */
  open: { params: PeerOptions; result: { parameters: number } };
  /** Trains over and over, and times each call. */
  burst: { params: Plan; result: Burst };
}

/** What Bunsen's own worker answers. */
export interface BunsenMethods {
  /** What there is to measure. */
  moduleInfo: { params: BunsenOptions; result: ModuleInfo };
  /** Opens an engine and starts a run. */
  open: { params: BunsenOptions; result: Opened };
  /** What the peers start from: the network's weights, and the first `params` examples of the training split. */
  start: { params: number; result: Start };
  /** The first `count` losses of another run on the same engine. */
  losses: { params: { link: string; count: number }; result: number[] };
  burst: { params: Plan; result: Burst };
  /** Trains so many steps further. */
  advance: { params: number; result: Advance };
  /** The score on the test split. */
  evaluate: { params: null; result: Score };
}
