import { expect, test } from "vitest";

import type { GivenFile, Requests } from "../protocol.js";
import type { RequestMessage } from "../rpc/protocol.js";
import { FileParts, postRequest, type FilePart } from "./file-parts.js";

type Message = RequestMessage<Requests> | FilePart;

const given = (count: number): GivenFile[] =>
  Array.from({ length: count }, (_, at) => ({ path: `${at}.png`, file: { at } as unknown as File }));

const reading = (id: number, files: GivenFile[]): RequestMessage<Requests> => ({
  type: "request",
  id,
  method: "readFiles",
  params: { files, own: true, data: "own", options: { size: 28 } },
});

/** What is left of the messages when the worker has put them together. */
function arrived(messages: readonly Message[]): RequestMessage<Requests>[] {
  const parts = new FileParts();
  return messages.flatMap((message) => {
    if (message.type !== "files") return [parts.whole(message)];
    parts.put(message);
    return [];
  });
}

test.each([0, 1, 100, 101, 2_000])(
  "%i files arrive in their order, and no message has more than 100",
  async (count) => {
    const sent: Message[] = [];
    const asked = reading(3, given(count));
    await postRequest(asked, [], (message) => sent.push(message));
    for (const message of sent) {
      const { files } = (message.type === "files" ? message : message.params) as { files: GivenFile[] };
      expect(files.length).toBeLessThanOrEqual(100);
    }
    expect(sent).toHaveLength(Math.max(1, Math.ceil(count / 100)));
    expect(arrived(sent)).toEqual([asked]);
  },
);

test("parts of two requests are told apart, and what is asked meanwhile overtakes them", async () => {
  const sent: Message[] = [];
  const post = (message: Message): void => void sent.push(message);
  const [first, second] = [reading(1, given(250)), reading(2, given(350).reverse())];
  const measure = { type: "request", id: 3, method: "measure", params: null } as const;
  await Promise.all([first, second, measure].map((message) => postRequest(message, [], post)));
  expect(arrived(sent)).toEqual([measure, first, second]);
});

test("a few files are posted at once, with what is handed over", () => {
  const sent: [Message, Transferable[]][] = [];
  const { buffer } = new Uint8Array(1);
  const asked = reading(1, given(2));
  void postRequest(asked, [buffer], (...posted) => sent.push(posted));
  expect(sent).toEqual([[asked, [buffer]]]);
});
