// The one class of error that this package throws.

/**
 * What went wrong, in one word:
 * - `recipe`: the link names something that there is not, or a value that is not allowed;
 * - `data`: a data set could not be had, or is not what it should be;
 * - `file`: a run file that is none, is damaged, or is of another run;
 * - `storage`: the browser's storage;
 * - `engine`: the engine is not available here (no WebGPU, no adapter, the build is not there);
 * - `self-test`: the GPU computes something else than the CPU engine, so it was not used;
 * - `gpu`: the GPU failed during the run;
 * - `checkpoint`: a file that no run can be resumed from: it is damaged, or another run's;
 * - `nan`: the loss is not finite any more;
 * - `run`: anything else that ended a run.
 */
export type ErrorKind =
  "recipe" | "data" | "file" | "storage" | "engine" | "self-test" | "gpu" | "checkpoint" | "nan" | "run";

const KINDS: readonly string[] = [
  "recipe",
  "data",
  "file",
  "storage",
  "engine",
  "self-test",
  "gpu",
  "checkpoint",
  "nan",
  "run",
];

/** An error whose message is a sentence for a person. */
export class BunsenError extends Error {
  override readonly name = "BunsenError";
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** Whatever was thrown, as a BunsenError: the module's own errors keep their kind, others get `fallback`. */
export function asBunsenError(thrown: unknown, fallback: ErrorKind = "run"): BunsenError {
  if (thrown instanceof BunsenError) return thrown;
  const message = messageOf(thrown);
  const kind = (thrown as { kind?: unknown } | null | undefined)?.kind;
  const known = typeof kind === "string" && KINDS.includes(kind);
  return new BunsenError(known ? (kind as ErrorKind) : fallback, message, { cause: thrown });
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error && thrown.message ? thrown.message : String(thrown);
}
