/** What is trained when steps are timed. */
import type { About } from "./workers/bunsen.js";
import { COMPARED } from "./verdict.js";

export interface Network {
  key: string;
  title: string;
  batch: number;
  /** The run whose step is timed: a batch after the other. */
  link: string;
  /** The run whose losses are compared: one batch over and over, as the peers train. Null: nothing is compared. */
  compared: string | null;
  /** How many parameters it has to have; null where nobody has to have the same. */
  parameters: number | null;
  /** The optimizer, in words. */
  trains: string;
  /** The data set that has to be fetched for it, if any. */
  fetches: string | null;
}

const RECIPE = "model=lenet5&data=digits&seed=1&opt=adam&lr=0.001&schedule=constant&warmup=0";

function lenet5(batch: number): Network {
  const recipe = `${RECIPE}&batch=${batch}`;
  return {
    key: "lenet5",
    title: "LeNet-5",
    batch,
    // Longer than anybody times it.
    link: `${recipe}&steps=1000000`,
    compared: `${recipe}&subset=${batch}&steps=${COMPARED}`,
    parameters: 61_706,
    trains: "61,706 parameters, Adam, learning rate 0.001",
    fetches: null,
  };
}

/** LeNet-5, which the peers train too, and larger ones that the module knows. */
export function networks(batch: number, { networks: known }: Pick<About, "networks">): Network[] {
  const resnet = known.find(({ value }) => value === "resnet-8");
  if (!resnet) return [lenet5(batch)];
  const larger: Network = {
    key: resnet.value,
    title: resnet.label,
    batch: 32,
    link: `model=${resnet.value}&batch=32&steps=1000000`,
    compared: null,
    parameters: null,
    trains: "its own recipe",
    fetches: resnet.data,
  };
  return [lenet5(batch), larger];
}
