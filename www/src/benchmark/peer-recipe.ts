/** Which recipes the other libraries can train to an accuracy. */

/** What a recipe may choose: the order of the images and the learning rate of each step say it to the peers. */
const FREE = new Set(["batch", "epochs", "lr", "score", "seed", "shards", "steps"]);

/** What it has to have, for the peers' network, optimizer and data are written for it. */
const FIXED: Record<string, string> = {
  aug: "",
  average: "off",
  beta1: "0.9",
  beta2: "0.999",
  bias_lr: "1",
  clip: "0",
  data: "mnist",
  eps: "1e-8",
  freeze: "0",
  head_lr: "1",
  init: "",
  model: "lenet5",
  nesterov: "off",
  opt: "adam",
  schedule: "one-cycle",
  smooth: "0",
  subset: "0",
  test: "0",
  tta: "off",
  val: "0",
  wd: "0",
};

/**
 * Why the peers cannot train a recipe, or null where they can.
 *
 * @param values of all of the recipe's keys
 */
export function whyPeersCannot(values: Readonly<Record<string, string>>): string | null {
  const other = Object.entries(values).find(([key, value]) => !FREE.has(key) && FIXED[key] !== value);
  if (!other) return null;
  const [key, value] = other;
  return `not with ${key}=${value}: LeNet-5 on MNIST with Adam and schedule=one-cycle alone`;
}
