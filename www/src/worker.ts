/** The one worker: it owns the module, obeys the page in order, and pulls the run along in between. */
import type { Command } from "./protocol.js";
import { Inbox, macrotask } from "./worker/inbox.js";
import { Runner } from "./worker/runner.js";

const inbox = new Inbox();
const runner = new Runner((event) => {
  // Files can be large: they are handed over, not copied.
  const file = "checkpoint" in event ? event.checkpoint.bytes : "content" in event ? event.content : undefined;
  self.postMessage(event, { transfer: file instanceof Uint8Array ? [file.buffer as ArrayBuffer] : [] });
});
self.onmessage = (message: MessageEvent<Command>) => inbox.put(message.data);

async function work(): Promise<never> {
  for (;;) {
    const command = inbox.take();
    if (command) {
      await runner.obey(command);
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
