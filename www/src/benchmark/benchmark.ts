import { PARTS, timeToAccuracy } from "./accuracy.js";
import { CPU, PEERS, ours, type Candidate } from "./candidates.js";
import { machine, type Machine } from "./machine.js";
import { MeasuredWorker } from "./measured-worker.js";
import { networks, type Network } from "./networks.js";
import { whyPeersCannot } from "./peer-recipe.js";
import { versionsOf, type Report } from "./report.js";
import { Session } from "./session.js";
import { pick, readSettings, type Settings } from "./settings.js";
import { measureSteps, partsOf } from "./steps.js";
import type { ModuleInfo } from "./workers/bunsen.js";
import type { BunsenMethods } from "./workers/methods.js";
import { reasonOf } from "./text.js";

export type Group = "engines" | "networks" | "time";

/** Something to measure, with its checkbox. */
export interface Choice {
  key: string;
  name: string;
  /** What to know before it is chosen. */
  note: string;
  /** Why it cannot be measured here; null where it can. */
  unavailable: string | null;
  checked: boolean;
}

/**
 * - `opening`: the page looks at what there is to measure;
 * - `refused`: the address or the recipe in it is not what it should be, or there is no module;
 * - `running`, and `ready` before and after.
 */
export type Phase = "opening" | "refused" | "ready" | "running";

/** All that the page shows. Replaced, never changed in place, but for the report. */
export interface State {
  phase: Phase;
  refusal: string | null;
  notices: string[];
  machine: Machine | null;
  choices: Record<Group, Choice[]>;
  recipe: string;
  progress: string;
  /** The share of the measurements that is done. */
  share: number;
  /** Grows while it is being made. */
  report: Report | null;
}

/** The benchmark: what there is to measure, what is chosen, and the measuring. */
export class Benchmark {
  state: State = {
    phase: "opening",
    refusal: null,
    notices: [],
    machine: null,
    choices: { engines: [], networks: [], time: [] },
    recipe: "",
    progress: "opening",
    share: 0,
    report: null,
  };
  readonly #listeners = new Set<() => void>();
  #settings: Settings | undefined;
  #moduleInfo: ModuleInfo | undefined;
  #candidates: Candidate[] = [];
  #timed: Candidate[] = [];
  #networks: Network[] = [];
  #session: Session | undefined;

  constructor() {
    // Another recipe in the address is another benchmark.
    addEventListener("hashchange", () => location.reload());
    this.#open().catch((thrown: unknown) => {
      this.#set({ phase: "refused", refusal: reasonOf(thrown), progress: "nothing can be measured" });
    });
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  setChecked(group: Group, key: string, checked: boolean): void {
    if (this.state.phase !== "ready") return;
    const changed = this.state.choices[group].map((choice) => (choice.key === key ? { ...choice, checked } : choice));
    this.#set({ choices: { ...this.state.choices, [group]: changed } });
  }

  /** Whether anything is chosen that Run could measure. */
  get canRun(): boolean {
    const { phase, choices } = this.state;
    const isChosen = (group: Group): boolean => choices[group].some(({ checked }) => checked);
    return phase === "ready" && ((isChosen("engines") && isChosen("networks")) || isChosen("time"));
  }

  async run(): Promise<void> {
    const settings = this.#settings;
    const facts = this.state.machine;
    if (!this.canRun || !settings || !facts) return;
    const chosen = this.#checked("engines", this.#candidates);
    const timed = this.#checked("time", this.#timed);
    const plans = chosen.length > 0 ? this.#checked("networks", this.#networks) : [];
    const report: Report = {
      about: "Bunsen's benchmark",
      date: new Date().toISOString(),
      machine: facts,
      versions: versionsOf([CPU, ...timed, ...(plans.length > 0 ? chosen : [])]),
      settings,
      recipe: this.#moduleInfo?.recipe ?? null,
      steps: [],
      time: [],
      outcome: "running",
    };
    const parts = plans.length * partsOf(chosen, settings) + timed.length * PARTS;
    const session = new Session(parts, (progress, share) => this.#set({ progress, share }));
    this.#session = session;
    this.#set({ phase: "running", report, progress: "starting", share: 0 });
    const recipe = { link: settings.recipe, values: report.recipe?.values ?? {}, limit: settings.limit };
    // The time to accuracy goes first: it counts from the press of the button.
    for (const candidate of timed) {
      if (!session.stopped) await timeToAccuracy(session, candidate, recipe, (row) => report.time.push(row));
    }
    for (const network of plans) {
      if (session.stopped) break;
      const table = { network, rows: [], judged: false };
      report.steps.push(table);
      await measureSteps(session, table, chosen, settings);
    }
    report.outcome = session.stopped ? "stopped" : "finished";
    this.#set({ phase: "ready", progress: report.outcome, share: session.stopped ? this.state.share : 1 });
  }

  stop(): void {
    if (this.state.phase === "running") this.#session?.stop();
  }

  async #open(): Promise<void> {
    const settings = readSettings(location.search, location.hash);
    this.#settings = settings;
    const [facts, info] = await Promise.all([machine(), this.#readModuleInfo(settings)]);
    if (info.refusal !== null) throw new Error(info.refusal);
    this.#moduleInfo = info;
    this.#candidates = [...ours(info), ...PEERS];
    this.#timed = [...ours({ workers: null }), ...PEERS];
    this.#networks = networks(settings.batch, info);
    const cannot = whyPeersCannot(info.recipe?.values ?? {});
    const choices = {
      engines: choose("engines", this.#candidates, settings.engines, facts),
      networks: this.#networks.map((network) => networkChoice(network, settings.networks)),
      time: choose("time", this.#timed, settings.time, facts).map((choice) =>
        PEERS.some(({ key }) => key === choice.key) ? peerTime(choice, settings.time, cannot) : choice,
      ),
    };
    if (settings.networks) pick("networks", settings.networks, this.#networks);
    const notices = [...settings.notices, ...(info.recipe?.notices ?? [])];
    const recipe = info.recipe?.link ?? settings.recipe;
    this.#set({ phase: "ready", machine: facts, choices, notices, recipe, progress: "not started" });
  }

  /** Asks the module what it is, in a worker that ends with the answer. */
  async #readModuleInfo(settings: Settings): Promise<ModuleInfo> {
    const worker = new MeasuredWorker<BunsenMethods>("Bunsen", CPU.spawn);
    try {
      return await worker.request("moduleInfo", CPU.options(settings.recipe));
    } finally {
      worker.close("It has answered.");
    }
  }

  #checked<T extends { key: string }>(group: Group, all: readonly T[]): T[] {
    const keys = this.state.choices[group].filter(({ checked }) => checked).map(({ key }) => key);
    return all.filter(({ key }) => keys.includes(key));
  }

  #set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** The choice of engines: what the address asks for, else all that runs on something real here. */
function choose(
  setting: Group,
  candidates: readonly Candidate[],
  requested: string[] | null,
  { noWebGpu, software }: Machine,
): Choice[] {
  const wanted = requested && pick(setting, requested, candidates);
  return candidates.map((candidate) => {
    const { key, name, webgpu } = candidate;
    const unavailable = webgpu && noWebGpu ? noWebGpu : null;
    const slow = webgpu && software;
    const checked = unavailable === null && (wanted ? wanted.includes(candidate) : !slow);
    return { key, name, note: slow ? "software adapter: slow" : "", unavailable, checked };
  });
}

/** A peer's time to accuracy: with few recipes, and for who asks for it. */
function peerTime(choice: Choice, requested: string[] | null, cannot: string | null): Choice {
  const unavailable = choice.unavailable ?? cannot;
  const checked = unavailable === null && requested !== null && choice.checked;
  return { ...choice, unavailable, checked, note: [choice.note, "takes minutes"].filter(Boolean).join("; ") };
}

function networkChoice({ key, title, batch, fetches }: Network, requested: string[] | null): Choice {
  const note = fetches === null ? "" : `on ${fetches}, fetched if need be; the peers take minutes`;
  return {
    key,
    name: `${title}, batch ${batch}`,
    note,
    unavailable: null,
    checked: requested ? requested.includes(key) : fetches === null,
  };
}
