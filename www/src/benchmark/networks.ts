/** What is trained when steps are timed. */
import type { ModuleInfo } from "./workers/bunsen.js";
import type { PeerNetwork } from "./workers/start.js";
import { COMPARED } from "./verdict.js";

export interface Network {
  key: PeerNetwork;
  title: string;
  batch: number;
  /** The run whose step is timed: a batch after the other. */
  link: string;
  /** The run whose losses are compared: one batch over and over, as the peers train. */
  compared: string;
  /** How many parameters it has to have. */
  parameters: number;
  /** The parameters and the optimizer, in words. */
  trains: string;
  /** What else is to be known of the comparison of losses, as a sentence. */
  remark: string | null;
  /** Steps that are not timed, after the first. */
  warmUp: number;
  /** Seconds that a peer's turn may take longer than it should. */
  patience: number;
  /** The data set that has to be fetched for it, if any. */
  fetches: string | null;
}

/** The peers' batch: all the training examples that there are. */
const oneBatch = (recipe: string, batch: number): string => `${recipe}&subset=${batch}&steps=${COMPARED}`;

/** Longer than anybody times it. */
const endless = (recipe: string): string => `${recipe}&steps=1000000`;

function lenet5(batch: number): Network {
  const recipe = `model=lenet5&data=digits&seed=1&opt=adam&lr=0.001&schedule=constant&warmup=0&batch=${batch}`;
  return {
    key: "lenet5",
    title: "LeNet-5",
    batch,
    link: endless(recipe),
    compared: oneBatch(recipe, batch),
    parameters: 61_706,
    trains: "61,706 parameters, Adam, learning rate 0.001",
    remark: null,
    warmUp: 2,
    patience: 180,
    fetches: null,
  };
}

function resnet8(title: string, data: string): Network {
  const batch = 32;
  const rule = "opt=sgd&lr=0.1&momentum=0.9&wd=0&schedule=constant&warmup=0";
  const recipe = `model=resnet-8&data=${data}&seed=1&aug=&${rule}&batch=${batch}`;
  return {
    key: "resnet-8",
    title,
    batch,
    link: endless(recipe),
    // The peers normalize over the whole batch.
    compared: `${oneBatch(recipe, batch)}&shards=1`,
    parameters: 75_290,
    trains: "75,290 parameters, SGD with momentum 0.9, learning rate 0.1",
    remark:
      "The peers normalize over the whole batch: Bunsen's losses are compared with shards=1. Its timed steps are those " +
      "of its default, in which each of 4 shards is normalized by itself.",
    // A step of the slowest peer takes tens of seconds on a slow machine.
    warmUp: 1,
    patience: 600,
    fetches: data,
  };
}

/** LeNet-5, and the larger ones that the module knows. */
export function networks(batch: number, { networks: known }: Pick<ModuleInfo, "networks">): Network[] {
  const resnet = known.find(({ value }) => value === "resnet-8");
  return resnet ? [lenet5(batch), resnet8(resnet.label, resnet.data)] : [lenet5(batch)];
}
