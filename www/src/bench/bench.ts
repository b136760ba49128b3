import type {
  Checkpoint,
  Command,
  EngineChoice,
  EventHandlers,
  Failure,
  FailureKind,
  ReadyRun,
  Requests,
  WorkerEvent,
} from "../protocol.js";
import { RequestError } from "../rpc/protocol.js";
import type { Report, RunFile, Score } from "../module.js";
import { Queue } from "../runs/queue.js";
import { Runs } from "../runs/runs.js";
import { Curves } from "./curves.js";
import { save, tooLarge } from "./files.js";
import { addressOf, compose, readAddress, writeAddress } from "./link.js";
import { Listeners } from "./listeners.js";
import { Looking } from "./looking.js";
import { OwnImages } from "./own-images.js";
import { Relay } from "./relay.js";
import { initial, isLocked, isUnderWay, networkOf, noRun, underWay, type State } from "./state.js";
import type { Opening } from "./trial.js";

/** After these the module in the worker can do more; after all others a new worker is needed. */
const HARMLESS: readonly FailureKind[] = ["recipe", "data", "file", "storage", "checkpoint", "nan"];

/** How fast the shown speed follows the reported one. */
const SPEED_SHARE = 0.2;

/** The page's side of the bench: it knows the state, and turns what a person does into commands. */
export class Bench {
  readonly curves = new Curves();
  /** What is looked at. */
  readonly looking: Looking;
  /** The runs that are kept to be compared, and the recipes that are to be trained in turn. */
  readonly runs = new Runs();
  readonly queue: Queue;
  /** A person's own images, and a known data set's own files. */
  readonly own: OwnImages;
  state: State = initial;
  readonly #listeners = new Listeners();
  readonly #relay: Relay;
  /** The `id` of the last choice: events of earlier ones are dropped. */
  #id = 0;
  /** The link that was last asked for, whether it was taken or refused. */
  #link = readAddress();
  /** Whether the address follows the next answer: it does when a control was changed. */
  #writes = false;
  /** Whether training was asked for, should the run have to move to another engine. */
  #wanted = false;
  /** Whether it was asked for to the end. */
  #whole = false;
  #broken = false;
  /** The run's name in the list of runs, and the step up to which it is there. */
  #recorded = { key: "", step: 0 };

  constructor() {
    addEventListener("hashchange", () => this.#addressChanged());
    this.#relay = new Relay({
      state: () => this.state,
      set: (change) => this.#set(change),
      hear: (event) => this.#hear(event),
      wanted: () => this.#wanted,
    });
    this.looking = new Looking({
      state: () => this.state,
      set: (change) => this.#set(change),
      setSoon: (change) => this.#setSoon(change),
      send: (command) => {
        if (!this.#broken) this.#send(command);
      },
      request: async (method, params) => (this.#broken ? undefined : this.#request(method, params)),
    });
    this.#spawn(this.#link);
    this.queue = new Queue(this);
    this.own = new OwnImages({
      state: () => this.state,
      link: () => this.#link,
      set: (change) => this.#set(change),
      request: (method, params) => {
        if (this.#broken) this.#spawn(this.#link);
        return this.#request(method, params);
      },
      again: () => this.#again(this.#link),
      change: (changed) => this.#changeAll(changed),
    });
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  // What a person does.

  /** Trains to the end, or `steps` further. May be called before the worker has answered: it is then done in turn. */
  train(steps: number | null = null): void {
    const { phase } = this.state;
    if (isLocked(this.state) || phase === "finished") return;
    this.#set({ unreadable: null });
    if (phase === "refused") {
      // Said again, so that it is heard again.
      const { refusal } = this.state;
      this.#set({ refusal: null });
      queueMicrotask(() => this.#set({ refusal }));
      return;
    }
    if (phase === "failed") this.#again(this.#link);
    this.#wanted = true;
    this.#whole = steps === null;
    this.#set({ phase: "starting" });
    this.#send({ type: "train", steps, checkpoint: null });
  }

  pause(): void {
    this.#wanted = false;
    this.#relay.stay();
    this.#send({ type: "pause" });
  }

  reset(): void {
    const { phase, parsed } = this.state;
    this.#set({ draft: {} });
    // Who starts over gives up what there was.
    if (!this.#broken) this.#send({ type: "forgetStopped", current: true });
    this.#again(phase === "refused" ? (parsed?.link ?? "") : this.#link);
  }

  change(key: string, value: string): void {
    this.#changeAll(key === "data" && value === "own" ? this.own.choice : { [key]: value });
  }

  #changeAll(changed: Record<string, string>): void {
    if (isLocked(this.state)) return;
    const { parsed, fields, draft } = this.state;
    const changes = { ...draft, ...changed };
    this.#set({ draft: changes });
    this.#writes = true;
    this.#again(compose(parsed, fields, changes));
  }

  /** Changes the layers of a network of one's own; also those of a link that was refused. */
  changeLayers(text: string): void {
    if (networkOf(this.state) === "stack") return this.change("layers", text);
    const link = new URLSearchParams(this.#link);
    link.set("layers", text);
    this.#writes = true;
    this.#again(link.toString());
  }

  /** Takes the network apart: its layers as a stack's, trained as it was. */
  openAsStack(): void {
    const { description, parsed, fields } = this.state;
    if (isLocked(this.state) || !parsed || description?.stack === undefined) return;
    const kept = fields.filter(({ key, group }) => group !== "network" && key in parsed.values);
    const changes = Object.fromEntries(kept.map(({ key }) => [key, parsed.values[key] ?? ""]));
    this.#writes = true;
    this.#again(compose(parsed, fields, { ...changes, model: "stack", layers: description.stack }));
  }

  /** Chooses a recipe by its link. False where a run is going on. */
  openLink(link: string): boolean {
    if (isLocked(this.state)) return false;
    this.#set({ draft: {} });
    this.#writes = true;
    this.#again(link);
    return true;
  }

  changeEngine(engineChoice: EngineChoice): void {
    if (isLocked(this.state) || engineChoice === this.state.engineChoice) return;
    this.#set({ engineChoice });
    this.#spawn(this.#link);
  }

  /** Goes on with the run that an earlier visit left. */
  resume(): void {
    const { stopped } = this.state;
    if (!stopped || isLocked(this.state)) return;
    this.#wanted = true;
    this.#whole = true;
    this.#set({ phase: "starting", stopped: null });
    this.#send({ type: "resume", stopped });
  }

  /** Gives that run up, and trains from the first step. */
  startAnew(): void {
    if (isLocked(this.state)) return;
    this.#set({ stopped: null });
    this.#send({ type: "forgetStopped", current: false });
    this.train();
  }

  /** Asks for a file of the run as it stands; the browser saves it. */
  async save(what: "weights" | "checkpoint"): Promise<void> {
    const file = await this.#request("exportFile", { what });
    if (!file) return;
    save(file.content, `${networkOf(this.state)}-step-${file.step}.${what}.safetensors`, "application/octet-stream");
  }

  /** Goes on, paused, where a file of a checkpoint stands, whichever recipe it is of. */
  openCheckpoint(file: File): Promise<void> {
    return this.#read(file, async () => {
      const bytes = new Uint8Array(await file.arrayBuffer());
      return () => this.#readCheckpoint(bytes);
    });
  }

  /** Opens a run file: its recipe is chosen, its curves are drawn, and the next run is compared with it. */
  openRun(file: File): Promise<void> {
    return this.#read(file, async () => {
      const text = await file.text();
      return () => this.#readRunFile(text);
    });
  }

  /** Reads a file and has the worker make something of it, unless something is under way. */
  async #read(file: File, load: () => Promise<() => Promise<void>>): Promise<void> {
    this.#set({ unreadable: null });
    if (isLocked(this.state)) return this.#set({ unreadable: underWay(file.name) });
    const unreadable = tooLarge(file);
    if (unreadable) return this.#set({ unreadable });
    let understand: () => Promise<void>;
    try {
      understand = await load();
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      return this.#set({ unreadable: `${file.name} could not be read (${why.replace(/\.$/, "")}).` });
    }
    if (this.#broken) this.#spawn(this.#link);
    const id = this.#id;
    try {
      await understand();
    } catch (thrown) {
      // What ended the worker, a `failed` event tells.
      if (!(thrown instanceof RequestError) || thrown.kind === "crash" || thrown.kind === "closed") return;
      if (id === this.#id) this.#set({ unreadable: thrown.message });
    }
  }

  async #readCheckpoint(bytes: Uint8Array): Promise<void> {
    const id = this.#id;
    const read = await this.#relay.request("readCheckpoint", { bytes });
    if (read && id === this.#id) this.#openedCheckpoint(read.link, { step: read.step, bytes });
  }

  async #readRunFile(text: string): Promise<void> {
    const id = this.#id;
    const read = await this.#relay.request("readRunFile", { text });
    if (read && id === this.#id) this.#openedRun(text, read);
  }

  #openedCheckpoint(link: string, checkpoint: Checkpoint): void {
    // Train may have been pressed while the file was read.
    if (isLocked(this.state)) return this.#set({ unreadable: underWay("The file") });
    writeAddress(link);
    this.#again(link);
    this.#set({ phase: "starting", checkpoint });
    this.#send({ type: "train", steps: 0, checkpoint });
  }

  /** Goes on where the last checkpoint was kept, on the engine that works everywhere. */
  goOnWithCpu(): void {
    const { checkpoint, engine } = this.state;
    const train = this.#wanted;
    const before = checkpoint ? this.state.handedOver : null;
    const handedOver = checkpoint && engine?.kind !== "cpu" ? checkpoint.step : before;
    this.#set({ engineChoice: "cpu" });
    this.#spawn(this.#link, checkpoint?.step ?? 0);
    if (!train && !checkpoint) return;
    this.#wanted = train;
    const score = this.curves.scores.at(-1) ?? null;
    const { best } = this.curves;
    this.#set({ phase: "starting", step: checkpoint?.step ?? 0, score, best, checkpoint, handedOver });
    this.#send({ type: "train", steps: train ? null : 0, checkpoint });
  }

  /** Opens the link that was held back while a run was under way. */
  openOther(): void {
    this.#again(readAddress());
  }

  keepRun(): void {
    this.#set({ otherLink: null });
    writeAddress(this.#link);
  }

  useDefaults(): void {
    this.#writes = true;
    this.#again("");
  }

  /** The address that trains this again; after a whole run on the CPU engine with the check that verifies it. */
  shareAddress(): string {
    const { parsed, checked } = this.state;
    const opened = parsed?.check ? this.#link : parsed?.link;
    return addressOf(checked ?? opened ?? this.#link);
  }

  // Run files.

  async saveRun(): Promise<void> {
    const file = await this.#request("runFile", { scores: this.curves.scores });
    if (file) save(file.text, "run.bunsen.json", "application/json");
  }

  /** Has the run put into the list of runs as it stands. */
  #record(): void {
    const { step } = this.state;
    if (this.#broken || step <= this.#recorded.step) return;
    this.#recorded.step = step;
    const { key } = this.#recorded;
    const { length, scores } = this.curves;
    const accuracy = Float32Array.from(this.curves.accuracy.subarray(0, length));
    void this.#addToRuns(key, scores, accuracy);
  }

  /** Another recipe may be chosen before the response comes: the run belongs into the list all the same. */
  async #addToRuns(key: string, scores: Score[], accuracy: Float32Array<ArrayBuffer>): Promise<void> {
    // What goes wrong in the worker, a `failed` event tells.
    const run = await this.#relay.request("runFile", { scores }).catch(() => null);
    if (!run || run.step === 0) return;
    const { text, values, stepsPerEpoch } = run;
    await this.runs.add({ id: key, name: "", text, values, stepsPerEpoch, accuracy }, this.state.fields);
  }

  #openedRun(text: string, { file, values }: { file: RunFile; values: Record<string, string> }): void {
    if (isLocked(this.state)) return this.#set({ unreadable: underWay("The file") });
    void this.runs.add(
      { id: crypto.randomUUID(), name: "", values, text, accuracy: null, stepsPerEpoch: null },
      this.state.fields,
    );
    this.#set({ opened: { file, text, curves: Curves.of(file) }, unreadable: null, draft: {} });
    this.#writes = true;
    this.#again(file.link);
  }

  /** Puts the opened run away. The run that is there stays, and the next one is compared with nothing. */
  closeRun(): void {
    if (isLocked(this.state)) return;
    this.#set({ opened: null });
    if (this.state.step === 0) this.#again(this.#link);
  }

  // The worker.

  /** Starts over in a new worker, with the curves up to a step. */
  #spawn(link: string, keepTo = 0): void {
    this.#broken = false;
    this.#relay.spawn();
    this.#begin(link, "opening", keepTo);
    this.#send({ type: "open", engine: this.state.engineChoice, ...this.#opening(link) });
    this.looking.again();
  }

  #opening(link: string): Opening {
    return {
      id: this.#id,
      module: new URL("pkg/index.js", document.baseURI).href,
      data: new URL("data/", document.baseURI).href,
      link,
      runFile: this.state.opened?.text ?? null,
      customDataset: this.state.own,
    };
  }

  /** Starts over with a recipe: in this worker where it can, in a new one where it is broken or busy fetching. */
  #again(link: string): void {
    if (this.#broken || this.state.fetching || this.state.taking || this.state.phase === "opening") {
      this.#spawn(link);
      return;
    }
    this.#record();
    this.#begin(link, "ready", 0);
    this.#send({ type: "choose", id: this.#id, link, runFile: this.state.opened?.text ?? null });
  }

  #begin(link: string, phase: State["phase"], keepTo: number): void {
    this.#id++;
    this.#recorded = { key: crypto.randomUUID(), step: 0 };
    this.#link = link;
    this.#wanted = false;
    this.#relay.begin();
    this.curves.truncate(keepTo);
    this.looking.norms.truncate(keepTo);
    const engine = phase === "opening" ? null : this.state.engine;
    this.#set({ ...noRun, phase, engine });
  }

  #send(command: Command): void {
    this.#relay.send(command);
  }

  /** Asks the worker; undefined where it failed, of which a `failed` event tells, or where the result is of another run. */
  async #request<K extends keyof Requests>(
    method: K,
    params: Requests[K]["params"],
  ): Promise<Requests[K]["result"] | undefined> {
    const id = this.#id;
    const result = await this.#relay.request(method, params).catch(() => undefined);
    return id === this.#id ? result : undefined;
  }

  /** The run stands at a checkpoint, to go on with another engine. */
  #handedOver(checkpoint: Checkpoint): void {
    this.#set({ checkpoint });
    if (this.#relay.handedOver(checkpoint)) this.looking.again();
    // Pause was pressed in the meantime.
    else this.#set({ phase: "paused" });
  }

  // What the worker says.

  #hear(event: WorkerEvent): void {
    if ("id" in event && event.id !== this.#id) return;
    // The compiler cannot tell that the function fits the event of the same type.
    const handle: (event: never) => void = this.#handlers[event.type];
    handle(event as never);
  }

  readonly #handlers: EventHandlers = {
    opened: ({ engine, fields, layerKinds }) => this.#set({ engine, fields, layerKinds }),
    engine: ({ engine }) => this.#set({ engine }),
    chosen: (event) => this.#chosen(event),
    refused: ({ message, stack }) => {
      this.#writes = false;
      this.#set({ phase: "refused", refusal: message, stack });
    },
    stoppedRun: ({ stopped }) => this.#set({ stopped }),
    autosave: ({ notice }) => this.#set({ notKept: notice }),
    preparing: () => this.#set({ preparing: true }),
    fetching: ({ progress }) => {
      this.#set({ fetching: progress });
      if (!progress) this.looking.complete();
    },
    prepared: ({ run }) => this.#prepared(run),
    notices: ({ notices }) => this.#set({ notices: this.#noticesWith(notices) }),
    started: () => {
      this.#set({ phase: "training" });
      this.#relay.watch(this.#whole, this.#opening(this.#link));
    },
    reports: ({ reports }) => this.#reported(reports),
    scoring: () => this.#set({ scoring: true }),
    score: ({ score, validation }) => {
      this.curves.addScore(score);
      this.#set({ scoring: false, score, best: this.curves.best, validation });
    },
    prediction: (event) => this.looking.hear(event),
    predictions: (event) => this.looking.hear(event),
    inspection: (event) => this.looking.hear(event),
    checkpoint: ({ checkpoint }) => this.#set({ checkpoint }),
    paused: () => {
      this.#wanted = false;
      this.#relay.stay();
      if (this.#whole) this.#record();
      this.#set({ phase: "paused" });
    },
    handedOver: ({ checkpoint }) => this.#handedOver(checkpoint),
    estimate: ({ imagesPerSecond }) => this.#set({ estimate: imagesPerSecond }),
    verdict: ({ verdict }) => this.#set({ verdict }),
    finished: ({ check, checked }) => {
      this.#relay.finish();
      this.#record();
      this.#set({ phase: "finished", check, checked });
    },
    readingFiles: ({ progress }) => this.#set({ taking: progress }),
    customDataset: ({ dataset }) => this.own.took(dataset),
    storedDatasets: ({ stored, notice }) => this.#set({ ownKept: { kept: stored, notice } }),
    failed: ({ failure }) => this.#failed(failure),
  };

  #chosen({ parsed, description, stack }: Extract<WorkerEvent, { type: "chosen" }>): void {
    const asked = this.#writes ? this.state.draft : null;
    if (this.#writes) {
      this.#link = parsed.link;
      writeAddress(parsed.link);
      this.#writes = false;
    }
    const locked = isLocked(this.state);
    const phase = locked ? this.state.phase : "ready";
    this.#set({ phase, parsed, description, stack, draft: {}, notices: parsed.notices, refusal: null });
    if (asked) this.own.fitBatch(asked);
    if (!this.#relay.startsAnew) return;
    this.#spawn(this.#link);
    if (locked) this.train(this.#whole ? null : 1);
  }

  #prepared({ plan, data, examples, previews, normalisation, notices, losses }: ReadyRun): void {
    this.curves.restore(losses);
    this.looking.fit(data.channels * data.height * data.width);
    // A checkpoint knows of every engine that computed it.
    const handedOver = plan.handedOver ?? this.state.handedOver;
    const ready = { plan, data, examples, previews, normalisation, handedOver, step: plan.done };
    this.#set({ preparing: false, fetching: null, ...ready, notices: this.#noticesWith(notices) });
  }

  #reported(reports: Report[]): void {
    const last = reports.at(-1);
    if (!last) return;
    this.#relay.trained(reports);
    this.curves.add(reports);
    const before = this.state.imagesPerSecond || last.imagesPerSecond;
    const imagesPerSecond = before + SPEED_SHARE * (last.imagesPerSecond - before);
    this.#setSoon({ step: last.step, imagesPerSecond });
  }

  #failed(failure: Failure): void {
    if (this.#relay.takeBack(failure)) return;
    this.#relay.stay();
    this.#broken = !HARMLESS.includes(failure.kind);
    if (failure.kind === "nan") this.#record();
    this.#set({ phase: "failed", failure, preparing: false, fetching: null, scoring: false, taking: null });
  }

  /** The link's notices and the run's, each once. */
  #noticesWith(run: string[]): string[] {
    return [...new Set([...(this.state.parsed?.notices ?? []), ...run])];
  }

  #addressChanged(): void {
    const link = readAddress();
    if (link === this.#link) return;
    if (isUnderWay(this.state)) this.#set({ otherLink: link });
    else {
      this.#writes = false;
      this.#set({ draft: {} });
      this.#again(link);
    }
  }

  #setSoon(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    this.#listeners.tellSoon();
  }

  #set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    this.#listeners.tell();
  }
}
