// The one class of error that this package throws.

/**
 * What went wrong, in one word:
 * - `recipe`: the link names something that there is not, or a value that is not allowed;
 * - `data`: a data set could not be had, or is not what it should be;
 * - `file`: a run file that is none, is damaged, or is of another run; weights that are damaged, or another network's;
 * - `weights`: the file that a run starts from was not given, or it is another than the link names;
 * - `storage`: the browser's storage;
 * - `engine`: the engine is not available here (no WebGPU, no adapter, the build is not there);
 * - `self-test`: the GPU computes something else than the CPU engine, so it was not used;
 * - `gpu`: the GPU failed during the run;
 * - `checkpoint`: a file that no run can be resumed from: it is damaged, or another run's;
 * - `nan`: the loss is not finite any more;
 * - `aborted`: the call was called off by its signal, whose reason is the error's `cause`;
 * - `run`: anything else that ended a run.
 */
export type ErrorKind = (typeof KINDS)[number];

const KINDS = [
  "recipe",
  "data",
  "file",
  "weights",
  "storage",
  "engine",
  "self-test",
  "gpu",
  "checkpoint",
  "nan",
  "aborted",
  "run",
] as const;

/** What an error says to programs beside its kind. */
export interface ErrorDetails {
  /** The field of the recipe that it is about, by its key in the link. */
  readonly key?: string | undefined;
  /** What that field may have, as the end of a sentence: "a whole number from 1 to 64". */
  readonly allowed?: string | undefined;
  /**
   * - `dataset-missing`: a custom data set whose images were not given;
   * - `no-dataset-file`: files of which none is of a data set that is known here;
   * - `other-dataset`: images that are sound, but not those that the link names;
   * - `mirrors-not-asked`: a data set that is not here, and whose mirrors may not be asked;
   * - `browser-decoder`: files of images among which are some that `browserDecoder` may read.
   */
  readonly code?:
    "dataset-missing" | "other-dataset" | "no-dataset-file" | "mirrors-not-asked" | "browser-decoder" | undefined;
  /** The step at which the run stopped, from 1. */
  readonly step?: number | undefined;
}

/** An error whose message is a sentence for a person. */
export class BunsenError extends Error implements ErrorDetails {
  override readonly name = "BunsenError";
  readonly kind: ErrorKind;
  readonly key: ErrorDetails["key"];
  readonly allowed: ErrorDetails["allowed"];
  readonly code: ErrorDetails["code"];
  readonly step: ErrorDetails["step"];

  constructor(kind: ErrorKind, message: string, options?: ErrorOptions & ErrorDetails) {
    super(message, options);
    this.kind = kind;
    this.key = options?.key;
    this.allowed = options?.allowed;
    this.code = options?.code;
    this.step = options?.step;
  }
}

/** Whatever was thrown, as a BunsenError: the module's own errors keep their kind and details, others get `fallback`. */
export function asBunsenError(thrown: unknown, fallback: ErrorKind = "run"): BunsenError {
  try {
    if (thrown instanceof BunsenError) return thrown;
    const { kind, key, allowed, code, step } = Object(thrown) as ErrorDetails & { kind?: unknown };
    const known = KINDS.find((one) => one === kind);
    return new BunsenError(known ?? fallback, messageOf(thrown), {
      cause: thrown,
      ...(known ? { key, allowed, code, step } : {}),
    });
  } catch {
    // An object may throw when it is asked for what it has.
    return new BunsenError(fallback, messageOf(thrown), { cause: thrown });
  }
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error && thrown.message ? thrown.message : String(thrown);
  } catch {
    return "What was thrown says nothing of itself.";
  }
}

/** The same function, but all that it throws, or that its promise rejects with, is a BunsenError. */
export function throwingBunsenErrors<This, Arguments extends unknown[], Result>(
  work: (this: This, ...values: Arguments) => Result,
  fallback?: ErrorKind,
): (this: This, ...values: Arguments) => Result {
  return function (...values) {
    const fail = (thrown: unknown): never => {
      throw asBunsenError(thrown, fallback);
    };
    try {
      const result = work.apply(this, values);
      return result instanceof Promise ? (result.catch(fail) as Result) : result;
    } catch (thrown) {
      return fail(thrown);
    }
  };
}

/** Does that to all methods of a class: what callers give may throw wherever it is read. */
export function throwBunsenErrors(target: { readonly prototype: object }, fallback?: ErrorKind): void {
  const { constructor: _, ...members } = Object.getOwnPropertyDescriptors(target.prototype);
  for (const [name, { value, ...descriptor }] of Object.entries(members) as [string, PropertyDescriptor][]) {
    if (typeof value !== "function") continue;
    Object.defineProperty(target.prototype, name, { ...descriptor, value: throwingBunsenErrors(value, fallback) });
  }
}
