import type { Command, EngineChoice, FailureKind, WorkerEvent } from "../protocol.js";
import { Curves } from "./curves.js";
import { addressOf, compose, readAddress, writeAddress } from "./link.js";
import { initial, isLocked, isUnderWay, noRun, type State } from "./state.js";

/** After these the module in the worker can do more; after all others a new worker is needed. */
const HARMLESS: readonly FailureKind[] = ["recipe", "data", "storage", "nan"];

/** How long a worker that broke has to say why. */
const LAST_WORDS_MS = 300;

/** How fast the shown speed follows the reported one. */
const SPEED_SHARE = 0.2;

/** The page's side of the bench: it knows the state, and turns what a person does into commands. */
export class Bench {
  readonly curves = new Curves();
  state: State = initial;
  readonly #listeners = new Set<() => void>();
  #worker: Worker | undefined;
  /** The `id` of the last choice: events of earlier ones are dropped. */
  #id = 0;
  /** The link that was last asked for, whether it was taken or refused. */
  #link = readAddress();
  /** Whether the address follows the next answer: it does when a control was changed. */
  #writes = false;
  /** Whether training was asked for, should the run have to move to another engine. */
  #wanted = false;
  /** Whether part of the run was computed by another engine: its check says nothing then. */
  #mixed = false;
  #broken = false;
  #drawing: Float32Array | null = null;
  #nextExample = 0;

  constructor() {
    addEventListener("hashchange", () => this.#addressChanged());
    this.#spawn(this.#link);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  // What a person does.

  /** Trains to the end, or `steps` further. May be called before the worker has answered: it is then done in turn. */
  train(steps: number | null = null): void {
    const { phase } = this.state;
    if (isLocked(this.state) || phase === "finished") return;
    if (phase === "refused") {
      // Said again, so that it is heard again.
      const { refusal } = this.state;
      this.#set({ refusal: null });
      queueMicrotask(() => this.#set({ refusal }));
      return;
    }
    if (phase === "failed") this.#again(this.#link);
    this.#wanted = true;
    this.#set({ phase: "starting" });
    this.#send({ type: "train", steps, checkpoint: null });
  }

  pause(): void {
    this.#wanted = false;
    this.#send({ type: "pause" });
  }

  reset(): void {
    const { phase, parsed } = this.state;
    this.#set({ draft: {} });
    this.#again(phase === "refused" ? (parsed?.link ?? "") : this.#link);
  }

  change(key: string, value: string): void {
    if (isLocked(this.state)) return;
    const { parsed, fields, draft } = this.state;
    const changes = { ...draft, [key]: value };
    this.#set({ draft: changes });
    this.#writes = true;
    this.#again(compose(parsed, fields, changes));
  }

  changeEngine(engineChoice: EngineChoice): void {
    if (isLocked(this.state) || engineChoice === this.state.engineChoice) return;
    this.#set({ engineChoice });
    this.#spawn(this.#link);
  }

  /** Goes on where the last checkpoint was kept, on the engine that works everywhere. */
  goOnWithCpu(): void {
    const { checkpoint } = this.state;
    const train = this.#wanted;
    this.#mixed ||= checkpoint !== null && this.state.engine?.kind !== "cpu";
    const { curves } = this;
    const mixed = this.#mixed;
    this.#set({ engineChoice: "cpu" });
    this.#spawn(this.#link, checkpoint?.step ?? 0);
    this.#mixed = mixed;
    if (!train && !checkpoint) return;
    this.#wanted = train;
    this.#set({ phase: "starting", step: checkpoint?.step ?? 0, score: curves.scores.at(-1) ?? null, checkpoint });
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

  look(pixels: Float32Array | null): void {
    this.#drawing = pixels;
    this.#send({ type: "look", pixels });
    if (!pixels) this.#set({ guess: null });
  }

  takeExample(): void {
    this.#send({ type: "example", index: this.#nextExample++ });
  }

  /** The address that trains this again; after a whole run on the CPU engine with the check that verifies it. */
  shareAddress(): string {
    const { parsed, check } = this.state;
    const proof = parsed?.check ?? (this.#mixed ? null : check);
    const link = parsed?.link ?? this.#link;
    return addressOf(proof ? `${link}&check=${proof}` : link);
  }

  /** Whether the finished run was the one that the link promises; null where nothing can be said. */
  get verified(): boolean | null {
    const { parsed, check, engine } = this.state;
    if (!parsed?.check || !check || this.#mixed || engine?.kind !== "cpu") return null;
    return parsed.check === check;
  }

  // The worker.

  /** Starts over in a new worker, with the curves up to a step. */
  #spawn(link: string, keepTo = 0): void {
    this.#worker?.terminate();
    this.#broken = false;
    const worker = new Worker(new URL("../worker.ts", import.meta.url), { type: "module", name: "bunsen" });
    worker.onmessage = (message: MessageEvent<WorkerEvent>) => this.#hear(message.data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#crashed(worker, event.message);
    };
    worker.onmessageerror = () => this.#crashed(worker, "what it said could not be read");
    this.#worker = worker;
    this.#begin(link, "opening", keepTo);
    this.#send({
      type: "open",
      id: this.#id,
      module: new URL("pkg/index.js", document.baseURI).href,
      data: new URL("data/", document.baseURI).href,
      engine: this.state.engineChoice,
      link,
    });
    if (this.#drawing) this.#send({ type: "look", pixels: this.#drawing });
  }

  /** Starts over with a recipe: in this worker where it can, in a new one where it is broken or busy fetching. */
  #again(link: string): void {
    if (this.#broken || this.state.fetching || this.state.phase === "opening") {
      this.#spawn(link);
      return;
    }
    this.#begin(link, "ready", 0);
    this.#send({ type: "choose", id: this.#id, link });
  }

  #begin(link: string, phase: State["phase"], keepTo: number): void {
    this.#id++;
    this.#link = link;
    this.#wanted = false;
    this.#mixed = false;
    this.curves.truncate(keepTo);
    const engine = phase === "opening" ? null : this.state.engine;
    this.#set({ ...noRun, phase, engine });
  }

  #send(command: Command): void {
    this.#worker?.postMessage(command);
  }

  /** Waits a moment: mostly the worker can still say for itself what happened, and says it better. */
  #crashed(worker: Worker, why: string): void {
    setTimeout(() => {
      if (worker === this.#worker && this.state.phase !== "failed") this.#ended(why);
    }, LAST_WORDS_MS);
  }

  #ended(why: string): void {
    const message = `The worker came to a sudden end${why ? `: ${why.replace(/\.$/, "")}` : ""}.`;
    const during = this.state.phase === "opening" ? "opening" : "training";
    this.#hear({ type: "failed", id: this.#id, failure: { kind: "crash", message, during } });
  }

  #hear(event: WorkerEvent): void {
    if ("id" in event && event.id !== this.#id) return;
    switch (event.type) {
      case "opened":
        return this.#set({ engine: event.engine, fields: event.fields });
      case "engine":
        return this.#set({ engine: event.engine });
      case "chosen": {
        const { parsed, description } = event;
        if (this.#writes) {
          this.#link = parsed.link;
          writeAddress(parsed.link);
          this.#writes = false;
        }
        const phase = isLocked(this.state) ? this.state.phase : "ready";
        return this.#set({ phase, parsed, description, draft: {}, notices: parsed.notices, refusal: null });
      }
      case "refused":
        this.#writes = false;
        return this.#set({ phase: "refused", refusal: event.message });
      case "preparing":
        return this.#set({ preparing: true });
      case "fetching":
        return this.#set({ fetching: event.progress });
      case "ready": {
        const { plan, data, examples } = event;
        // What was looked at with other data in the place of these.
        if (this.#drawing && this.#drawing.length !== data.channels * data.height * data.width) this.look(null);
        const notices = this.#noticesWith(event.notices);
        return this.#set({ preparing: false, fetching: null, plan, data, examples, notices });
      }
      case "notices":
        return this.#set({ notices: this.#noticesWith(event.notices) });
      case "training":
        return this.#set({ phase: "training" });
      case "reports": {
        const last = event.reports.at(-1);
        if (!last) return;
        this.curves.add(event.reports);
        const before = this.state.imagesPerSecond || last.imagesPerSecond;
        const imagesPerSecond = before + SPEED_SHARE * (last.imagesPerSecond - before);
        return this.#set({ step: last.step, imagesPerSecond });
      }
      case "scoring":
        return this.#set({ scoring: true });
      case "score":
        this.curves.addScore(event.score);
        return this.#set({ scoring: false, score: event.score });
      case "kept":
        return this.#set({ checkpoint: event.checkpoint });
      case "paused":
        this.#wanted = false;
        return this.#set({ phase: "paused" });
      case "finished":
        return this.#set({ phase: "finished", check: event.check });
      case "guess":
        return this.#set({ guess: this.#drawing ? event.probabilities : null });
      case "example":
        return this.#set({ testExample: event.example });
      case "failed": {
        const { failure } = event;
        this.#broken = !HARMLESS.includes(failure.kind);
        return this.#set({ phase: "failed", failure, preparing: false, fetching: null, scoring: false });
      }
      default:
        event satisfies never;
    }
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

  #set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
