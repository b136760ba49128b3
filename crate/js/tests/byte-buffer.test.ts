import { expect, test } from "vitest";

import { ByteBuffer, chunksOf } from "../byte-buffer.js";

test("bytes come out as they were appended", () => {
  const buffer = new ByteBuffer(Uint8Array.of(1, 2));
  buffer.append(Uint8Array.of(3));
  buffer.append(new Uint8Array(0));
  buffer.append(Uint8Array.of(4, 5, 6, 7));
  expect([...buffer.view()]).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(buffer.length).toBe(7);
});

test("where the size is known, nothing is copied", () => {
  const buffer = new ByteBuffer();
  buffer.reserve(6);
  const storage = buffer.view().buffer;
  buffer.append(Uint8Array.of(1, 2, 3));
  buffer.append(Uint8Array.of(4, 5, 6));
  expect(buffer.view().buffer).toBe(storage);
});

test("a size that no server can mean is not reserved", () => {
  const buffer = new ByteBuffer();
  buffer.reserve(2 ** 40);
  expect(buffer.view().buffer.byteLength).toBe(0);
});

test("a cleared buffer starts over", () => {
  const buffer = new ByteBuffer(Uint8Array.of(1, 2, 3));
  buffer.clear();
  buffer.append(Uint8Array.of(9));
  expect([...buffer.view()]).toEqual([9]);
});

test("the body of a response comes chunk by chunk", async () => {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(Uint8Array.of(1));
      controller.enqueue(Uint8Array.of(2, 3));
      controller.close();
    },
  });
  const chunks: number[][] = [];
  for await (const chunk of chunksOf(new Response(body))) chunks.push([...chunk]);
  expect(chunks).toEqual([[1], [2, 3]]);
});
