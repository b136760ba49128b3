import type { Ask, Found, Guesses } from "../panels/explorer/explored.js";
import { argmax } from "../math.js";
import type { Example, Run } from "../module.js";

/**
 * What the page wants to know of the run's data. Nothing waits for the test images but what is about them; where these
 * cannot be had, the response says why.
 */
export async function explore(run: Run, ask: Ask): Promise<Found> {
  if (!("split" in ask) || ask.split === "train") return find(run, ask);
  try {
    await run.testReady();
    return find(run, ask);
  } catch (thrown) {
    return { what: "nothing", why: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

function find(run: Run, ask: Ask): Found {
  switch (ask.what) {
    case "labels":
      return { ...ask, labels: run.labels(ask.split) };
    case "images": {
      const examples = ask.places.flatMap((place): Example[] => run.examples(ask.split, place, 1));
      return { ...ask, images: examples.map(({ pixels }) => pixels) };
    }
    case "mean":
      return { ...ask, mean: run.meanImage(ask.split, ask.label ?? undefined) };
    case "versions":
      return { ...ask, preview: run.augmentations(Uint32Array.of(ask.place), ask.epochs)[0] ?? null };
    case "guesses":
      return { ...ask, guesses: guessesOf(run) };
  }
}

function guessesOf(run: Run): Guesses | null {
  const answers = run.predictions();
  if (!answers) return null;
  const { step, truth, logits } = answers;
  const classes = logits.length / truth.length;
  const guess = (_: number, at: number): number => {
    const scores = logits.subarray(at * classes, (at + 1) * classes);
    // The first of equals, as everywhere; of what is no number the first, too.
    return argmax(scores);
  };
  return { step, classes: Uint8Array.from(truth, guess) };
}
