import { expect, test } from "vitest";

import { fromPlanes, toPlanes } from "./byte-planes.js";

test.each([0, 1, 3, 4, 5, 8, 11])("%i bytes come back as they were", (length) => {
  const bytes = Uint8Array.from({ length }, (_, index) => (index * 37) % 256);
  expect(fromPlanes(toPlanes(bytes))).toEqual(bytes);
});

test("bytes of the same place stand side by side", () => {
  expect([...toPlanes(Uint8Array.of(0, 0, 1, 11, 0, 0, 2, 12))]).toEqual([0, 0, 0, 0, 1, 2, 11, 12]);
});
