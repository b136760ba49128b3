// @ts-check
// Traps inside futures under Node, where nobody can catch them: the calls that wait for them reject, and the process lives.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { pkg } from "./support/paths.mjs";

/** A module whose only function, `f`, is an `unreachable`. */
const UNREACHABLE = "0061736d01000000" + "010401600000" + "03020100" + "07050101660000" + "0a05010300000b";

/** Runs a program with a guard. @param {string} body @returns {Promise<{ status: number, out: string, err: string }>} */
function run(body) {
  const program = `
    import { TrapGuard } from ${JSON.stringify(pathToFileURL(join(pkg, "trap-guard.js")).href)};
    const { instance } = await WebAssembly.instantiate(Buffer.from("${UNREACHABLE}", "hex"));
    const guard = new TrapGuard(() => undefined, () => {});
    ${body}`;
  return new Promise((done) => {
    execFile(process.execPath, ["--input-type=module", "-e", program], (error, out, err) => {
      done({ status: error ? Number(error.code) : 0, out, err });
    });
  });
}

test("a trap in a future rejects the call that waits for it", async () => {
  const { status, out, err } = await run(`
    const call = guard.callAsync(() => new Promise(() => queueMicrotask(() => instance.exports.f())));
    await call.catch((error) => console.log(error.name, error.message));
    console.log("alive");`);
  assert.equal(status, 0, err);
  assert.match(out, /^BunsenError The module stopped: unreachable\. Open a new lab\.\nalive\n$/);
});

test("another error ends the process as it always does", async () => {
  const { status, err } = await run(`
    void guard.callAsync(() => new Promise((done) => setTimeout(done, 60_000)));
    queueMicrotask(() => { throw new Error("somebody else's"); });`);
  assert.notEqual(status, 0);
  assert.match(err, /somebody else's/);
});
