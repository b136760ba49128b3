import { afterEach, beforeEach, expect, test } from "vitest";

import { RequestClient } from "./client.js";
import { RequestError, type RequestMessage, type ResponseMessage } from "./protocol.js";
import { Transferred, serveRequests, type Port } from "./server.js";

interface Calculator {
  double: { params: number; result: number };
  divide: { params: { by: number }; result: number };
  bytes: { params: { size: number }; result: Uint8Array };
  later: { params: null; result: string };
}

class DivisionError extends Error {
  readonly kind = "recipe";
  readonly key = "by";
}

let release: (text: string) => void;
let channel: MessageChannel;
let client: RequestClient<Calculator>;
let sent: RequestMessage<Calculator>[];

beforeEach(() => {
  channel = new MessageChannel();
  sent = [];
  serveRequests<Calculator>(channel.port2 as unknown as Port, {
    double: (number) => 2 * number,
    divide: async ({ by }) => {
      if (by === 0) throw new DivisionError("0 divides nothing.");
      if (Number.isNaN(by)) throw Object.assign(new Error("full"), { name: "QuotaExceededError" });
      return 1 / by;
    },
    bytes: ({ size }) => {
      const bytes = new Uint8Array(size).fill(7);
      return new Transferred(bytes, [bytes.buffer]);
    },
    later: () => new Promise((resolve) => (release = resolve)),
  });
  client = new RequestClient((message, transfer) => {
    sent.push(message);
    channel.port1.postMessage(message, transfer as never);
  });
  channel.port1.onmessage = ({ data }: MessageEvent<ResponseMessage>) => client.receive(data);
});

afterEach(() => {
  channel.port1.close();
  channel.port2.close();
});

test("a request resolves with the method's result, and each has an id of its own", async () => {
  expect(await Promise.all([client.request("double", 3), client.request("divide", { by: 4 })])).toEqual([6, 0.25]);
  expect(sent.map(({ id }) => id)).toEqual([0, 1]);
});

test("responses may come in any order", async () => {
  const first = client.request("later", null);
  expect(await client.request("double", 1)).toBe(2);
  release("now");
  expect(await first).toBe("now");
});

test("buffers are handed over in the result", async () => {
  const bytes = await client.request("bytes", { size: 3 });
  expect([...bytes]).toEqual([7, 7, 7]);
});

test("what a method throws comes with its kind, its key and its sentence", async () => {
  const error = await client.request("divide", { by: 0 }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RequestError);
  expect(error).toMatchObject({ kind: "recipe", key: "by", message: "0 divides nothing." });
});

test("an error without a kind has its name for one", async () => {
  const pending = client.request("divide", { by: NaN });
  await expect(pending).rejects.toMatchObject({ kind: "QuotaExceededError", message: "full" });
});

test("a method that the worker does not have is an error, not silence", async () => {
  const unknown = client as unknown as RequestClient<{ nothing: { params: null; result: null } }>;
  await expect(unknown.request("nothing", null)).rejects.toThrow('This worker has no method "nothing".');
});

test("a closed client rejects what is pending and what comes later, and ignores late responses", async () => {
  const pending = client.request("later", null);
  client.close({ kind: "closed", message: "It was closed." });
  client.close({ kind: "closed", message: "Again." });
  await expect(pending).rejects.toThrow("It was closed.");
  await expect(client.request("double", 1)).rejects.toThrow("It was closed.");
  client.receive({ type: "response", id: 0, result: "late" });
});
