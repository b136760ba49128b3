/**
 * What `navigator.locks` does, by messages: browsers keep locks from pages over plain http, and from frames in other sites' pages whose
 * storage they block. Nobody keeps the list here, so who is slow to answer may be passed over.
 */
import { newId } from "../runs/new-id.js";

/** Who has the lock, or waits longer for it, says so in this time. */
const ANSWER_MS = 250;
/** One that was closed with the lock has told nobody. */
const ASK_AGAIN_MS = 1_000;

interface Claim {
  id: string;
  /** When it was made; the oldest comes first. */
  since: number;
}

type Message = ({ type: "ask" } & Claim) | { type: "wait"; to: string } | { type: "free" };

export class ChannelLocks {
  /** As `LockManager.request`, with an exclusive lock. Rejects where pages cannot hear each other either. */
  async request(name: string, { signal }: { signal: AbortSignal }, work: () => unknown): Promise<void> {
    const channel = new BroadcastChannel(name);
    const mine: Claim = { id: newId(), since: performance.timeOrigin + performance.now() };
    const say = (message: Message): void => channel.postMessage(message);
    let isHeld = false;
    let isBehind = false;
    let wake = (): void => {};
    channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.type === "free") wake();
      else if (data.type === "wait") isBehind ||= data.to === mine.id;
      else if (isHeld || isBefore(mine, data)) say({ type: "wait", to: data.id });
      else isBehind = true;
    };
    const pause = (ms: number): Promise<void> =>
      new Promise((resolve) => {
        wake = resolve;
        setTimeout(resolve, ms);
      });
    try {
      while (!isHeld) {
        isBehind = false;
        say({ type: "ask", ...mine });
        await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
        if (signal.aborted) return;
        isHeld = !isBehind;
        if (!isHeld) await pause(ASK_AGAIN_MS);
      }
      await work();
    } finally {
      say({ type: "free" });
      channel.close();
    }
  }
}

function isBefore(one: Claim, other: Claim): boolean {
  return one.since < other.since || (one.since === other.since && one.id < other.id);
}
