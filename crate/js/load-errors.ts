// Why the package's modules could not be loaded, as sentences.

import { BunsenError, messageOf } from "./errors.js";

/** Refuses a file that is no WebAssembly: many servers answer with a page where there is no file. */
export function requireWasm(bytes: ArrayBuffer, url: URL): void {
  const start = new Uint8Array(bytes, 0, Math.min(bytes.byteLength, 256));
  if (MAGIC.every((byte, index) => start[index] === byte)) return;
  const isPage = new TextDecoder().decode(start).trimStart().startsWith("<");
  throw new Error(
    isPage
      ? `${url.pathname} answered with a web page instead of the file. Where a bundler moved the package's scripts, say in ` +
          "openLab({ files }) where its folder is"
      : `${url.pathname} is no WebAssembly`,
  );
}

/** The error of a build that could not be loaded. */
export function notLoaded(kind: "cpu" | "gpu", thrown: unknown): BunsenError {
  const failed = (sentence: string): BunsenError => new BunsenError("engine", sentence, { cause: thrown });
  const why = messageOf(thrown).replace(/\.$/, "");
  const refusal = refusalOf();
  if (refusal) return failed(refusal);
  if (kind === "gpu") {
    return failed(
      `The GPU build is not there (yet): it could not be loaded (${why}). ` +
        "If it is still being built, try again in a few minutes; until then choose the CPU engine.",
    );
  }
  if (thrown instanceof WebAssembly.CompileError) {
    return failed(`The module is not whole, or no WebAssembly (${why}). Load it again.`);
  }
  if ((thrown as { code?: unknown } | null)?.code === "ENOENT") {
    return failed(`A file of the package is missing (${why}). Install it again.`);
  }
  return failed(`The module could not be loaded (${why}). Look at the connection and try again.`);
}

const MAGIC = [0x00, 0x61, 0x73, 0x6d];

/** The smallest module there is. */
const EMPTY = [...MAGIC, 1, 0, 0, 0];

/** One with a function that makes a vector of nothing. */
const SIMD = [...EMPTY, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0, 10, 10, 1, 8, 0, 0x41, 0, 0xfd, 0x0f, 0xfd, 0x62, 0x0b];

/** Why nothing of ours can run here, as a sentence; undefined where that is not the reason. */
function refusalOf(): string | undefined {
  const needed = "It needs WebAssembly with SIMD, which every current browser has.";
  if (typeof WebAssembly !== "object") return `This browser has no WebAssembly, or it is switched off. ${needed}`;
  try {
    new WebAssembly.Module(new Uint8Array(EMPTY));
  } catch (thrown) {
    const why = messageOf(thrown).replace(/\.$/, "");
    return `This page's Content-Security-Policy forbids WebAssembly (${why}). Its script-src needs 'wasm-unsafe-eval'.`;
  }
  if (!WebAssembly.validate(new Uint8Array(SIMD))) return `This browser cannot run the module. ${needed}`;
  return undefined;
}
