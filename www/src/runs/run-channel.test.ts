import { afterEach, expect, test, vi } from "vitest";

import { openRunChannel } from "./run-channel.js";

afterEach(() => vi.unstubAllGlobals());

/** What a page hears of what others post. */
function heard(posted: unknown[]): string[] {
  const channels: { onmessage?: (message: { data: unknown }) => void }[] = [];
  vi.stubGlobal("document", {});
  vi.stubGlobal(
    "BroadcastChannel",
    class {
      constructor() {
        channels.push(this);
      }
    },
  );
  const ids: string[] = [];
  openRunChannel().listen(({ id }) => ids.push(id));
  for (const data of posted) channels[0]!.onmessage?.({ data });
  return ids;
}

test("what is no message of a run is not heard", () => {
  const wrong = [null, undefined, 5, "x", [], {}, { type: "written" }, { type: "removed", id: 5 }, { id: "a" }];
  const others = [
    { type: "other", id: "a" },
    { type: "written", id: {} },
    { type: "toString", id: "a" },
  ];
  expect(heard([...wrong, ...others])).toEqual([]);
  expect(heard([{ type: "written", id: "a" }, null, { type: "removed", id: "b" }])).toEqual(["a", "b"]);
});
