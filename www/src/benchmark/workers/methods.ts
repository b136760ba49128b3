/** What the benchmark's page asks of its workers. */
import type { Score } from "../../module.js";
import type { ModuleInfo, Advance, BunsenOptions, Opened, SharedCourse } from "./bunsen.js";
import type { Burst, Plan } from "./burst.js";
import type { PeerOptions, Start, TrainingOptions } from "./start.js";
import type { PeerAdvance } from "./training.js";

/** What a peer's worker answers. */
export interface PeerMethods {
  /** Opens a device and makes the network with the weights that all start with. */
  open: { params: PeerOptions; result: { parameters: number } };
  /** Trains over and over, and times each call. */
  burst: { params: Plan; result: Burst };
  /** Opens a device, reads MNIST, and makes LeNet-5 for a whole run. */
  openTraining: { params: TrainingOptions; result: { parameters: number } };
  /** Trains that run so many steps further. */
  advance: { params: number; result: PeerAdvance };
  /** The share of MNIST's test images that it classes rightly. */
  evaluate: { params: null; result: { accuracy: number } };
}

/** What Bunsen's own worker answers. */
export interface BunsenMethods {
  /** What there is to measure. */
  moduleInfo: { params: BunsenOptions; result: ModuleInfo };
  /** Opens an engine and starts a run. */
  open: { params: BunsenOptions; result: Opened };
  /** What the peers start from: the network's weights, and the first `params` examples of the training split. */
  start: { params: number; result: Start };
  /** What makes a peer's run the same as the one that was opened, with its first `params` losses, for which it is trained. */
  course: { params: number; result: SharedCourse };
  /** The first `count` losses of another run on the same engine. */
  losses: { params: { link: string; count: number }; result: number[] };
  burst: { params: Plan; result: Burst };
  /** Trains so many steps further. */
  advance: { params: number; result: Advance };
  /** The score on the test split. */
  evaluate: { params: null; result: Score };
}
