import { afterEach, expect, test } from "vitest";

import { TrapGuard } from "../trap-guard.js";

const unhandled: unknown[] = [];
const onUnhandled = (why: unknown): void => void unhandled.push(why);

afterEach(() => {
  process.off("unhandledRejection", onUnhandled);
});

test("a trap while an asynchronous call takes its arguments rejects that call, and nothing else", async () => {
  process.on("unhandledRejection", onUnhandled);
  const guard = new TrapGuard(
    () => undefined,
    () => {},
  );
  const call = guard.callAsync((): Promise<void> => {
    throw new WebAssembly.RuntimeError("unreachable");
  });
  await expect(call).rejects.toThrow("The module stopped: unreachable. Open a new lab.");
  // Node tells of rejections that nobody took before it goes on.
  await new Promise((done) => setImmediate(done));
  expect(unhandled).toEqual([]);
});
