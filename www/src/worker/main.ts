/** The one worker: it owns the module, obeys the page in order, and pulls the run along in between. */
import { Inbox, macrotask, type Message } from "./inbox.js";
import { Runner } from "./runner.js";

const inbox = new Inbox();
const runner = new Runner((message, transfer = []) => self.postMessage(message, { transfer }));
self.onmessage = (message: MessageEvent<Message>) => inbox.put(message.data);

async function work(): Promise<never> {
  for (;;) {
    const message = inbox.take();
    if (message) {
      await (message.type === "request" ? runner.answer(message) : runner.obey(message));
    } else {
      const idle = runner.idle();
      if (idle === 0 || !(await inbox.wait(idle))) await runner.goOn();
    }
    await macrotask();
  }
}

// A failure of the loop itself is the worker's end: the page hears of it as an error and starts another.
work().catch((thrown: unknown) => {
  setTimeout(() => {
    throw thrown;
  });
});
