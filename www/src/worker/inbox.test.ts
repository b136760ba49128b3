import { expect, test } from "vitest";

import { Inbox, macrotask, type Message } from "./inbox.js";

const predict = (value: number): Message => ({
  type: "predict",
  image: 1,
  pixels: new Float32Array([value]),
  layers: [],
});

test("messages are taken in the order they came", () => {
  const inbox = new Inbox();
  inbox.put({ type: "pause" });
  inbox.put({ type: "request", id: 1, method: "measure", params: null });
  expect([inbox.take()?.type, inbox.take()?.type, inbox.take()]).toEqual(["pause", "request", undefined]);
});

test("of what is tried and inspected the latest alone is left, at the end", () => {
  const inbox = new Inbox();
  inbox.put(predict(1));
  inbox.put({ type: "inspect", request: null });
  inbox.put({ type: "pause" });
  inbox.put(predict(2));
  expect([inbox.take(), inbox.take(), inbox.take(), inbox.take()]).toEqual([
    { type: "inspect", request: null },
    { type: "pause" },
    predict(2),
    undefined,
  ]);
});

test("who waits is woken by a message, or when the time is over", async () => {
  const inbox = new Inbox();
  const waiting = inbox.wait();
  inbox.put({ type: "pause" });
  expect(await waiting).toBe(true);
  expect(await inbox.wait()).toBe(true);
  inbox.take();
  expect(await inbox.wait(1)).toBe(false);
});

test("a macrotask lets messages in that were sent before", async () => {
  const { port1, port2 } = new MessageChannel();
  let received = false;
  port2.onmessage = () => (received = true);
  port1.postMessage(null);
  await macrotask();
  await macrotask();
  expect(received).toBe(true);
  port1.close();
});
