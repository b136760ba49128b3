// The file that a run starts from: `--weights`.

import { readFile } from "node:fs/promises";
import { asBunsenError, BunsenError, messageOf, type ErrorKind } from "../errors.js";

/** The bytes of a file. Throws an error of that kind where it cannot be read. */
export async function bytesOf(path: string, kind: ErrorKind): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((thrown: unknown) => {
    throw new BunsenError(kind, `${path} cannot be read (${messageOf(thrown)}).`, { cause: thrown });
  });
  return new Uint8Array(bytes);
}

/** Throws what starting a run threw. Where it starts from a file that was not given, it says by which option that is. */
export function throwNamingOption(thrown: unknown, weights: string | undefined): never {
  const error = asBunsenError(thrown);
  if (error.kind !== "weights" || weights !== undefined) throw error;
  throw new BunsenError("weights", `${error.message} \`--weights\` names it.`, { cause: thrown });
}
