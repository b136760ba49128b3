// Loads what answers many images at once: a chunk of its own, which most visits never need.

import { BunsenError, messageOf } from "./errors.js";
import { importScript, wasmUrls } from "./module.js";

type Script = typeof import("./answers/predict-all.js");

export async function answersScript(): Promise<Script> {
  const load = importScript(() => import("./answers/predict-all.js"), "../answers/predict-all.js", wasmUrls.cpu);
  return load.catch((thrown: unknown) => {
    const why = messageOf(thrown).replace(/\.$/, "");
    const sentence = `What answers many images could not be loaded (${why}). Look at the connection and try again.`;
    throw new BunsenError("engine", sentence, { cause: thrown });
  });
}
