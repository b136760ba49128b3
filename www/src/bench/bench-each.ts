/** A bench with fake workers for each test of a file. */
import { afterEach, beforeEach, vi } from "vitest";

import type { Failure, ReadyRun, WorkerEvent } from "../protocol.js";
import { Bench } from "./bench.js";
import { CPU, FakeWorkers, plan, reports, stubPage } from "./testing.js";

/** The run of a recipe that is prepared, `done` steps of it trained. */
export const readyRun = (done = 0): ReadyRun =>
  ({
    plan: { ...plan(), done },
    data: { name: "digits", digest: "d", classes: [], channels: 1, height: 28, width: 28 },
    notices: [],
    examples: [],
    augmented: [],
    normalization: null,
    losses: new Float32Array(done),
  }) as unknown as ReadyRun;

/** What the module reads in a link. */
export const parsedLink = (link = "model=lenet5") =>
  ({ link, values: { model: "lenet5" }, defaults: {}, notices: [] }) as never;

export const failureOf = (kind: Failure["kind"]): Failure => ({ kind, message: "It failed.", during: "training" });

/** A checkpoint that this browser wrote. */
export const checkpointOf = (step: number) => ({
  step,
  bytes: new Uint8Array([step]),
  run: "name",
  computedHere: true,
});

/**
 * Makes the bench before each test, and gives what speaks for its worker.
 * @param use takes what each test has, before it begins
 * @param navigator what the page finds in its browser
 */
export function benchEach(use: (made: { workers: FakeWorkers; bench: Bench }) => void, navigator: object = {}) {
  let workers: FakeWorkers;
  let bench: Bench;
  beforeEach(() => {
    stubPage();
    vi.stubGlobal("navigator", navigator);
    workers = new FakeWorkers();
    bench = new Bench(workers.start);
    use({ workers, bench });
  });
  afterEach(() => {
    bench.dispose();
    vi.unstubAllGlobals();
  });

  const id = (): number => bench.state.runId;
  const say = (event: WorkerEvent): void => workers.last.handle(event);
  /** A recipe is chosen, and its run prepared. */
  const open = (): void => {
    say({ type: "opened", engine: CPU, fields: [], layerKinds: [] });
    say({ type: "chosen", id: id(), parsed: parsedLink(), description: {} as never, stack: null });
    say({ type: "prepared", id: id(), run: readyRun() });
  };
  /** It is trained for three steps. */
  const train = (): void => {
    open();
    bench.train();
    say({ type: "started", id: id() });
    say({ type: "reports", id: id(), reports: reports(3, 0.1) });
  };
  return { id, run: () => bench.state.run, say, open, train };
}
