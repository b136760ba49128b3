// Who is measured: a name, the worker script, and what that worker is told when it opens.
import { COMPARED } from "./verdict.mjs";

const RECIPE = "model=lenet5&data=digits&seed=1&opt=adam&lr=0.001&schedule=constant&warmup=0";

/** The run whose step is timed: a batch after the other from all of the data. */
export const timedLink = (batch) => `${RECIPE}&batch=${batch}`;

/** The run whose losses are compared: one batch over and over, as the peers train. */
export const comparedLink = (batch) => `${timedLink(batch)}&subset=${batch}&steps=${COMPARED}`;

const bunsen = (engine) => ({
  name: `bunsen ${engine}`,
  ours: true,
  script: "./bunsen.js",
  options: ({ batch }) => ({ engine, link: timedLink(batch) }),
});

const peer = (library, script, device) => ({
  name: `${library} ${device}`,
  ours: false,
  script,
  options: ({ batch, start }) => ({ device, batch, start }),
});

export const ENGINES = [
  bunsen("cpu"),
  bunsen("gpu"),
  peer("jax-js", "./jax.js", "webgpu"),
  peer("jax-js", "./jax.js", "wasm"),
  peer("tfjs", "./tfjs.js", "cpu"),
  peer("tfjs", "./tfjs.js", "webgpu"),
];

/** `list`: comma-separated names, "-" for the space: "bunsen-cpu,jax-js-webgpu". Without it, all. */
export function chosen(list) {
  if (!list) return ENGINES;
  return list.split(",").map((wanted) => {
    const found = ENGINES.find(({ name }) => name.replace(" ", "-") === wanted.trim());
    if (found) return found;
    const all = ENGINES.map(({ name }) => name.replace(" ", "-")).join(", ");
    throw new Error(`"${wanted}" is no engine of the benchmark; they are ${all}.`);
  });
}
