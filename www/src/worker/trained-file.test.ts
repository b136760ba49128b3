import { afterEach, expect, test, vi } from "vitest";
import { trainedFile } from "./trained-file.js";

const ADDRESS = "https://bench.example/assets/lenet5-mnist.safetensors";
const find = (digest: string) => (digest === "here" ? { url: ADDRESS } : undefined);

afterEach(() => vi.unstubAllGlobals());

test("a file that comes with the page is fetched, and no other is asked for", async () => {
  const fetched = vi.fn(async () => new Response(Uint8Array.of(7)));
  vi.stubGlobal("fetch", fetched);
  expect(await trainedFile("elsewhere", find)).toBeUndefined();
  expect(fetched).not.toHaveBeenCalled();
  expect(await trainedFile("here", find)).toEqual(Uint8Array.of(7));
  expect(fetched).toHaveBeenCalledWith(ADDRESS, expect.anything());
});

test.each([
  ["is not there", async () => new Response("", { status: 404 })],
  ["cannot be reached", async () => Promise.reject(new TypeError("Failed to fetch"))],
])("one that %s does not come", async (_, answer) => {
  vi.stubGlobal("fetch", answer);
  expect(await trainedFile("here", find)).toBeNull();
});
