/**
 * The host's side of an embed: the window that the frame stands in. It says `hello` with a port, and both talk over that: commands from
 * the host, and what becomes of the run from here.
 */

import type { EmbedState } from "../../../crate/js/element/element.js";

/** What a host can ask for. */
export interface Commands {
  start: () => void;
  pause: () => void;
  reset: () => void;
  /** What is wrong, as a sentence; null where nothing is. */
  set: (key: string, value: string) => Promise<string | null>;
  state: () => EmbedState;
  /** Why the recipe was refused or the run has failed, as a sentence; null where nothing is wrong. */
  wrong: () => string | null;
  /** A picture of the curve, as a `data:` address; null where there is none yet. */
  snapshot: () => string | null;
  /** The loss of each step so far. */
  losses: () => Float64Array;
  /** Its slide is shown, or left. */
  slide: (isShown: boolean) => void;
}

/** From the embed to its host. */
export type Told =
  | { type: "ready"; version: string; height: number }
  | { type: "resize"; height: number }
  | { type: "state" | "progress" | "finish"; state: EmbedState }
  | { type: "error"; message: string };

/** The version of these messages: all of them have it. */
const BUNSEN = 1;

/** Longer texts are no recipe's value. */
const MAX_TEXT = 10_000;

/** Commands of a second that are heard. */
const MAX_COMMANDS = 50;

const TOO_MANY = `More than ${MAX_COMMANDS} commands in a second: the rest of them is not heard.`;

/** Hosts, or hellos of one, that are answered. */
const MAX_PORTS = 8;

const TYPES = "start, pause, reset, set, state, snapshot, losses";

/** H5P's resizer, which many course sites load: its words for a height. */
const h5p = (action: string, height: number): object => ({
  context: "h5p",
  action,
  scrollHeight: height,
  clientHeight: height,
});

export class Host {
  readonly #commands: Commands;
  readonly #version: string;
  /** Of those who said hello. */
  readonly #ports = new Set<MessagePort>();
  /** Of who said it last before there was a recipe. */
  #early: MessagePort | null = null;
  #isOpen = false;
  #height = 0;
  #heard = 0;
  #second = 0;

  constructor(commands: Commands, version: string) {
    this.#commands = commands;
    this.#version = version;
  }

  /** Listens to the parent of this window alone. */
  listen(): void {
    addEventListener("message", (event) => {
      if (event.source === parent && event.source !== window) this.#hear(event.data, event.ports);
    });
  }

  /** There is a recipe, or none is to be had: who says hello is answered from now on. */
  open(): void {
    this.#isOpen = true;
    if (this.#early) this.#welcome(this.#early);
    this.#early = null;
  }

  /** Tells whoever said `hello`. */
  tell(told: Told): void {
    for (const port of this.#ports) port.postMessage({ bunsen: BUNSEN, ...told });
  }

  /** The embed would like to be so high. That says nothing of the run, so whoever frames it may hear it. */
  resize(height: number): void {
    if (height === this.#height) return;
    this.#height = height;
    this.tell({ type: "resize", height });
    if (parent === window) return;
    parent.postMessage({ bunsen: BUNSEN, type: "resize", height }, "*");
    this.#tellResizer();
  }

  /** H5P's resizer answers a `hello`, and fails where that frame has no origin: there it is told the height alone. */
  #tellResizer(): void {
    if (origin !== "null") parent.postMessage(h5p("hello", this.#height), "*");
    parent.postMessage(h5p("resize", this.#height), "*");
  }

  #hear(data: unknown, ports: readonly MessagePort[]): void {
    if (data === "slide:start" || data === "slide:stop") return this.#commands.slide(data === "slide:start");
    // The resizer was loaded after the embed.
    if (isRecord(data) && data["context"] === "h5p" && data["action"] === "ready") return this.#tellResizer();
    if (!isRecord(data) || data["bunsen"] !== BUNSEN || data["type"] !== "hello") return;
    const [port] = ports;
    if (!port) return;
    if (this.#isOpen) return this.#welcome(port);
    this.#early?.close();
    this.#early = port;
  }

  /** A host may say hello again before it has heard the answer: each of its ports is good. */
  #welcome(port: MessagePort): void {
    if (this.#ports.size >= MAX_PORTS) return port.close();
    this.#ports.add(port);
    const say = (told: Told): void => port.postMessage({ bunsen: BUNSEN, ...told });
    say({ type: "ready", version: this.#version, height: this.#height });
    say({ type: "state", state: this.#commands.state() });
    const message = this.#commands.wrong();
    if (message !== null) say({ type: "error", message });
    port.onmessage = (event) => this.#command(port, event.data);
  }

  #command(port: MessagePort, data: unknown): void {
    const refuse = (id: unknown, message: string): void =>
      port.postMessage({ bunsen: BUNSEN, type: "error", id: short(id), message });
    if (this.#isTooMany(() => refuse(undefined, TOO_MANY))) return;
    if (!isRecord(data) || data["bunsen"] !== BUNSEN) return refuse(undefined, "This is no message of Bunsen's.");
    const { type, id } = data;
    const answered = this.#answer(type, data).then(
      (result) => port.postMessage({ bunsen: BUNSEN, type: "answer", id: short(id), result }),
      (thrown: unknown) => refuse(id, thrown instanceof Error ? thrown.message : String(thrown)),
    );
    void answered;
  }

  async #answer(type: unknown, { key, value }: Record<string, unknown>): Promise<unknown> {
    switch (type) {
      case "start":
      case "pause":
      case "reset":
        this.#commands[type]();
        return this.#commands.state();
      case "state":
        return this.#commands.state();
      case "snapshot":
      case "losses":
        return this.#commands[type]();
      case "set": {
        if (typeof key !== "string" || !["string", "number", "boolean"].includes(typeof value))
          throw new Error("“set” takes a key and a value.");
        const text = String(value);
        if (key.length + text.length > MAX_TEXT) throw new Error("This value is too long for a recipe.");
        const wrong = await this.#commands.set(key, text);
        if (wrong !== null) throw new Error(wrong);
        return this.#commands.state();
      }
      default:
        throw new Error(`There is no command ${JSON.stringify(short(type)) ?? "without a type"}. There are: ${TYPES}.`);
    }
  }

  /** Whether this second had its commands. The first one too many is told. */
  #isTooMany(tell: () => void): boolean {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) [this.#second, this.#heard] = [second, 0];
    this.#heard++;
    if (this.#heard === MAX_COMMANDS + 1) tell();
    return this.#heard > MAX_COMMANDS;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** What is sent back of what came: no more than tells which it was. */
function short(value: unknown): unknown {
  if (typeof value === "string") return value.slice(0, 100);
  return typeof value === "number" ? value : undefined;
}
