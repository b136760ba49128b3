// @ts-check
// A tab that can really be hidden. Playwright keeps the pages that it knows in sight, so this one is opened without it.

export class Tab {
  /** @type {Map<number, (answer: any) => void>} */
  #asked = new Map();
  #next = 1;

  /**
   * @param {import("playwright-core").CDPSession} devtools the browser's
   * @param {string} target
   * @param {string} session
   */
  constructor(devtools, target, session) {
    this.devtools = devtools;
    this.target = target;
    this.session = session;
    devtools.on("Target.receivedMessageFromTarget", ({ sessionId, message }) => {
      const answer = JSON.parse(message);
      if (sessionId === session) this.#asked.get(answer.id)?.(answer);
    });
  }

  /** @param {import("playwright-core").Browser} browser @param {string} url */
  static async open(browser, url) {
    const devtools = await browser.newBrowserCDPSession();
    const { targetId } = await devtools.send("Target.createTarget", { url });
    const { sessionId } = await devtools.send("Target.attachToTarget", { targetId, flatten: false });
    return new Tab(devtools, targetId, sessionId);
  }

  /** Puts another tab in front of it. */
  async hide() {
    const { targetId } = await this.devtools.send("Target.createTarget", { url: "about:blank" });
    await this.devtools.send("Target.activateTarget", { targetId });
  }

  /** What an expression gives in the page, once it is settled. @param {string} expression @returns {Promise<any>} */
  async evaluate(expression) {
    const answer = await this.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (answer.result?.exceptionDetails) throw new Error(JSON.stringify(answer.result.exceptionDetails));
    return answer.result?.result?.value;
  }

  /** @param {string} method @param {object} parameters @returns {Promise<any>} */
  async send(method, parameters) {
    const id = this.#next++;
    const answer = new Promise((done) => this.#asked.set(id, done));
    const message = JSON.stringify({ id, method, params: parameters });
    await this.devtools.send("Target.sendMessageToTarget", { sessionId: this.session, message });
    return answer;
  }
}
