/** The one worker: it owns the module, obeys the page in order, and pulls the run along in between. */
import { FileParts, type FilePart } from "./file-parts.js";
import { Inbox, macrotask, type Message } from "./inbox.js";
import { LIFE, type Ping } from "./life-messages.js";
import { announceLife } from "./life.js";
import { Runner } from "./runner.js";

const inbox = new Inbox();
const parts = new FileParts();
const runner = new Runner(
  (message, transfer = []) => self.postMessage(message, { transfer }),
  () => inbox.wake(),
);
self.onmessage = ({ data }: MessageEvent<Message | FilePart | Ping>) => {
  if (data.type === "ping") self.postMessage({ type: LIFE });
  else if (data.type === "files") parts.put(data);
  else inbox.put(data.type === "request" ? parts.whole(data) : data);
};
announceLife((message) => self.postMessage(message));

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
