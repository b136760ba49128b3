/** What one tab tells the others of the list of runs, which is one for all of them. */
export type RunMessage =
  /** A run was put into the list, or another state of it: it is in the storage. */
  | { type: "written"; id: string }
  /** It was taken out of the list. */
  | { type: "removed"; id: string };

/** Tells the other tabs, and hears of them. */
export interface RunChannel {
  post(message: RunMessage): void;
  listen(hear: (message: RunMessage) => void): void;
  close(): void;
}

/** The browser's own; one that nobody hears where there is none. */
export function openRunChannel(): RunChannel {
  if (typeof BroadcastChannel === "undefined" || typeof document === "undefined") {
    return { post() {}, listen() {}, close() {} };
  }
  const channel = new BroadcastChannel("bunsen-runs");
  return {
    post: (message) => channel.postMessage(message),
    listen: (hear) => {
      channel.onmessage = ({ data }: MessageEvent<unknown>) => {
        if (isRunMessage(data)) hear(data);
      };
    },
    close: () => channel.close(),
  };
}

/** Whatever runs on this origin may post there, another version of this page too. */
function isRunMessage(data: unknown): data is RunMessage {
  const { type, id } = Object(data) as Record<string, unknown>;
  return (type === "written" || type === "removed") && typeof id === "string";
}
