/**
 * `<bunsen-lab>`: an experiment in a frame, from a copy of the site. It has no module of its own: until somebody asks for the experiment, the page has a
 * button and nothing else of it. See docs/embed.md.
 */

/** Attributes that are the look of the embed. */
export const LOOK = ["show", "edit", "start", "theme", "until", "compare", "brand"] as const;

/** How long the copy of the site may take to answer. */
const PATIENCE_MS = 30_000;
const HELLO_MS = 250;
/** Higher than all panels together, in CSS pixels. */
const MAX_HEIGHT = 20_000;

const STYLE = `
  :host { display: block; min-height: 210px; height: 360px; }
  :host([hidden]) { display: none; }
  iframe { display: block; width: 100%; height: 100%; border: 0; }
  div { display: grid; box-sizing: border-box; height: 100%; place-content: center; justify-items: center; gap: .6rem;
    padding: 1rem; border: 1px solid #8886; border-radius: 12px; background: center / contain no-repeat; text-align: center; }
  button { padding: .55rem 1.2rem; border: 0; border-radius: 7px; background: #1f5ed4; color: #fff; font: 600 1rem system-ui, sans-serif; cursor: pointer; }
  @media print { button, iframe { display: none; } }
`;

/** What a run of an embed is at. */
export interface EmbedState {
  /** The recipe, as a link's fragment. */
  recipe: string;
  /** The recipe that values were changed to since it was trained, and that `start` trains; null where nothing was. */
  next: string | null;
  phase: string;
  /** Steps done, of all. */
  step: number;
  steps: number;
  /** Of the last step; null before the first. */
  loss: number | null;
  /** On the test images, from 0 to 1; null before it was scored. With `tta=flip` in the recipe, each was scored with its mirror image. */
  accuracy: number | null;
  /** Of a run that is finished on the CPU engine. */
  check: string | null;
  /** The link that trains this again. */
  link: string;
  /** How it compares with what its link promises, as a sentence. */
  verdict: string | null;
}

interface Message {
  type: string;
  id?: number;
  state?: EmbedState;
  result?: unknown;
  message?: string;
  height?: number;
  version?: string;
}

// Node has no elements: there the import does nothing.
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

/**
 * An experiment in a frame. Its events bubble: `bunsen-ready`, `bunsen-state`, `bunsen-progress` and `bunsen-finish` with an {@link EmbedState} as `detail`,
 * `bunsen-error` with a `message`, `bunsen-resize` with a `height`.
 */
export class BunsenLab extends Base {
  static observedAttributes = ["recipe", "src"];

  #state: EmbedState | null = null;
  #port: MessagePort | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #observer: IntersectionObserver | null = null;
  #frame: HTMLIFrameElement | null = null;
  /** Questions that are not answered yet. */
  #asked = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  #id = 0;
  /** Calls that wait for the frame. */
  #waiting: (() => void)[] = [];

  /** The recipe, as a link's fragment. */
  get recipe(): string {
    return this.getAttribute("recipe") ?? "";
  }

  set recipe(value: string) {
    this.setAttribute("recipe", value);
  }

  /** What the run is at; null before the frame has said it. */
  get state(): EmbedState | null {
    return this.#state;
  }

  /** On the test images, from 0 to 1; null before it was scored. */
  get accuracy(): number | null {
    return this.#state?.accuracy ?? null;
  }

  /** Of a run that is finished on the CPU engine; null else. */
  get check(): string | null {
    return this.#state?.check ?? null;
  }

  connectedCallback(): void {
    const load = this.getAttribute("load") ?? "click";
    this.#close();
    if (load === "now") this.open();
    else if (load === "near") {
      this.#observer = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && this.open());
      this.#observer.observe(this);
    }
  }

  disconnectedCallback(): void {
    this.#close();
  }

  attributeChangedCallback(_: string, before: string | null, now: string | null): void {
    if (before !== null && before !== now && this.isConnected) this.connectedCallback();
  }

  /** Loads the experiment, in place of its poster. */
  open(): void {
    if (this.#frame) return;
    const src = this.getAttribute("src");
    if (!src) return this.#fail("bunsen-lab: its attribute src has to name a copy of Bunsen's site.");
    const address = this.#address(src);
    if (!address) return this.#fail(`bunsen-lab: its attribute src, ${src}, is no address of a site.`);
    this.#observer?.disconnect();
    const frame = document.createElement("iframe");
    frame.title = this.title || "An experiment with Bunsen";
    frame.src = address;
    this.#frame = frame;
    this.#root.replaceChildren(frame);
    const until = performance.now() + PATIENCE_MS;
    // A server may never answer.
    this.#timer = setTimeout(() => this.#greet(frame, until), PATIENCE_MS);
    frame.addEventListener("load", () => this.#greet(frame, until), { once: true });
  }

  /** Trains: the experiment is loaded first, where it is not there yet. */
  start(): void {
    this.open();
    void this.#ask("start").catch(() => {});
  }

  pause(): void {
    void this.#ask("pause").catch(() => {});
  }

  reset(): void {
    void this.#ask("reset").catch(() => {});
  }

  /** Changes a value of the recipe that `edit` allows. Rejects with the sentence where it does not. */
  async set(key: string, value: string | number | boolean): Promise<void> {
    await this.#ask("set", { key, value });
  }

  /** A picture of the curve, as a `data:` address; null where there is none. */
  async snapshot(): Promise<string | null> {
    return (await this.#ask("snapshot")) as string | null;
  }

  /** The loss of each step so far. */
  async losses(): Promise<Float64Array> {
    return (await this.#ask("losses")) as Float64Array;
  }

  get #root(): ShadowRoot {
    if (this.shadowRoot) return this.shadowRoot;
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    return root;
  }

  /** The address of the embed in a copy of the site; nothing where that is none: a script's address would run in this page. */
  #address(src: string): string | undefined {
    const site = addressOf(src.replace(/\/*$/, "/"));
    if (!site) return undefined;
    const address = new URL("embed.html", site);
    for (const name of LOOK) {
      const value = this.getAttribute(name);
      if (value !== null) address.searchParams.set(name, value);
    }
    address.hash = this.recipe;
    return address.href.replaceAll("%2C", ",").replaceAll("%3A", ":");
  }

  /** A button, and what the page has in the element: a link, for who has no scripts, and for print. */
  #close(): void {
    clearTimeout(this.#timer);
    this.#observer?.disconnect();
    this.#port?.close();
    this.#port = this.#frame = this.#state = null;
    this.#giveUp("The experiment was closed.");
    const poster = document.createElement("div");
    const image = addressOf(this.getAttribute("poster") ?? "", /^(https?|file|data|blob):$/);
    if (image) poster.style.backgroundImage = `url(${JSON.stringify(image.href)})`;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Train";
    button.addEventListener("click", () => (this.getAttribute("start") === "never" ? this.open() : this.start()));
    poster.append(button, document.createElement("slot"));
    this.#root.replaceChildren(poster);
  }

  /** Says hello until the embed is loaded so far that it answers. */
  #greet(frame: HTMLIFrameElement, until: number): void {
    if (this.#port || frame !== this.#frame) return;
    clearTimeout(this.#timer);
    if (performance.now() > until) return this.#fail(`Bunsen does not answer at ${frame.src.split("#")[0]}.`);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<Message>) => {
      this.#port ??= port1;
      if (this.#port === port1) this.#hear(data);
    };
    frame.contentWindow?.postMessage({ bunsen: 1, type: "hello" }, "*", [port2]);
    this.#timer = setTimeout(() => this.#greet(frame, until), HELLO_MS);
  }

  #hear(message: Message | null): void {
    // Another site may stand where this one is expected.
    if (!message || typeof message.type !== "string") return;
    const { type, id, state } = message;
    if (state) this.#state = state;
    const asked = id === undefined ? undefined : this.#asked.get(id);
    if (asked && id !== undefined) {
      this.#asked.delete(id);
      if (type === "error") asked.reject(new Error(message.message));
      else asked.resolve(message.result);
    } else if (type === "ready") {
      for (const send of this.#waiting.splice(0)) send();
      this.#tell("ready", message);
    } else if (type === "resize") {
      const height = Number(message.height);
      if (this.getAttribute("height") === "auto" && height > 0 && height <= MAX_HEIGHT)
        this.style.height = `${height}px`;
      this.#tell("resize", message);
    } else {
      this.#tell(type, state ?? message);
    }
  }

  #ask(type: string, more: object = {}): Promise<unknown> {
    const id = ++this.#id;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      const send = (): void => this.#port?.postMessage({ bunsen: 1, type, id, ...more });
      if (this.#port) send();
      else this.#waiting.push(send);
    });
  }

  /** Rejects what was not answered, and sends no more of what waits. */
  #giveUp(why: string): void {
    for (const { reject } of this.#asked.values()) reject(new Error(why));
    this.#asked.clear();
    this.#waiting = [];
  }

  #fail(message: string): void {
    this.#giveUp(message);
    const sentence = document.createElement("div");
    sentence.setAttribute("role", "alert");
    sentence.append(message, document.createElement("slot"));
    this.#frame = null;
    this.#root.replaceChildren(sentence);
    this.#tell("error", { type: "error", message });
  }

  #tell(name: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(`bunsen-${name}`, { detail, bubbles: true, composed: true }));
  }
}

/** An address of the web, relative to the page's; nothing where it is none. @param kinds of addresses that are allowed */
function addressOf(text: string, kinds = /^(https?|file):$/): URL | undefined {
  try {
    const address = text ? new URL(text, document.baseURI) : undefined;
    return address && kinds.test(address.protocol) ? address : undefined;
  } catch {
    return undefined;
  }
}

// A page may get it twice, from a widget and by itself: the first one is the element.
if (!globalThis.customElements?.get("bunsen-lab")) globalThis.customElements?.define("bunsen-lab", BunsenLab);
