/** A bench for tests of what panels ask: the state is real, and the worker answers what the test says. */
import type { Bench } from "../bench/bench.js";
import type { DataInfo, Example, Plan } from "../module.js";
import type { Requests } from "../protocol.js";
import { AppState } from "../state/app-state.js";
import { tried, watched } from "../state/inspection.js";
import { withPanel } from "../state/panels.js";

export { settle } from "../bench/testing.js";

type Answers = Partial<{ [K in keyof Requests]: (params: Requests[K]["params"]) => Requests[K]["result"] }>;

export class FakeBench {
  readonly state = new AppState();
  readonly requested: { method: string; params: unknown }[] = [];
  readonly inspected: unknown[] = [];
  answers: Answers = {};

  readonly connection = {
    request: async <K extends keyof Requests>(method: K, params: Requests[K]["params"]) => {
      this.requested.push({ method, params });
      const answer = this.answers[method] as ((params: unknown) => unknown) | undefined;
      return answer?.(params);
    },
    requestOrThrow: <K extends keyof Requests>(method: K, params: Requests[K]["params"]): Promise<unknown> =>
      this.connection.request(method, params),
  };

  readonly subscriptions = {
    try: (picture: Float32Array | null) => {
      const { inspection } = this.state.stores;
      inspection.set(tried(inspection.current, picture));
    },
    watch: (example: Example | null) => {
      const { inspection } = this.state.stores;
      inspection.set(watched(inspection.current, { picture: null, example }));
    },
    inspect: (change: unknown) => this.inspected.push(change),
  };

  /** For who takes a bench. */
  get bench(): Bench {
    return this as unknown as Bench;
  }

  open(tag: string, isOpen = true): void {
    const { panels } = this.state.stores;
    panels.set(withPanel(panels.current, tag, isOpen));
  }

  /** Another run is chosen. */
  choose(): void {
    const { run, runId } = this.state.stores;
    this.state.change(() => {
      runId.value = runId.peek() + 1;
      run.dispatch({ type: "choose" });
    });
  }

  /** It is prepared, on that data. */
  prepare(info: Partial<DataInfo> = {}, plan: Partial<Plan> = {}): void {
    const { run, data } = this.state.stores;
    const digits = { name: "digits", digest: "d", classes: ["a", "b"], channels: 1, height: 2, width: 2 };
    this.state.change(() => {
      run.dispatch({ type: "prepared", prepared: { steps: 100, epochs: 3, ...plan } as Plan });
      data.update({ info: { ...digits, ...info } as DataInfo });
    });
  }

  /** It is trained up to a step, and stands there. */
  train(step: number): void {
    const { run, progress } = this.state.stores;
    run.dispatch({ type: "train", goal: "end" });
    run.dispatch({ type: "started" });
    progress.update({ step });
  }

  pause(): void {
    this.state.stores.run.dispatch({ type: "paused" });
  }

  /** What was asked for since this was last read. */
  takeRequested(): { method: string; params: unknown }[] {
    return this.requested.splice(0);
  }
}
