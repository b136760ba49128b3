import { beforeEach, describe, expect, test } from "vitest";

import type { Example } from "../../module.js";
import { FakeBench, settle } from "../../panels/testing.js";
import { useLanguage } from "../../words/catalogue.js";
import { TryStore } from "./try-store.js";

let fake: FakeBench;

beforeEach(() => {
  fake = new FakeBench();
  fake.choose();
});

const example = (label: number): Example => ({ pixels: new Uint8Array([0, 255, 0, 255]), label }) as Example;

describe("what is tried", () => {
  const picture = {
    name: "a.png",
    width: 2,
    height: 2,
    image: { width: 2, height: 2, data: new Uint8ClampedArray(16) },
  };
  let store: TryStore;

  beforeEach(() => {
    fake.answers = { testExample: ({ index }) => example(index) };
    store = new TryStore(fake.bench);
    store.start();
  });

  test("a drawing is given to the network, and a test example takes its place", async () => {
    const pixels = new Float32Array(4);
    store.takeDrawing(pixels);
    expect(store.input.kind).toBe("drawing");
    expect(fake.state.inspection.picture).toBe(pixels);
    await store.takeExample();
    await store.takeExample();
    expect(fake.takeRequested().map(({ params }) => params)).toEqual([{ index: 0 }, { index: 1 }]);
    expect(store.input).toMatchObject({ kind: "example" });
    expect([...store.pixels!]).toEqual([0, 1, 0, 1]);
    store.clear();
    expect(fake.state.inspection.picture).toBeNull();
  });

  test("test images take turns until a person gives something", async () => {
    fake.prepare();
    await settle();
    expect(store.input).toMatchObject({ kind: "example", example: { label: 0 } });
    // It is no picture of a person's own.
    expect(fake.state.inspection.picture).toBeNull();
    expect([...store.pixels!]).toEqual([0, 1, 0, 1]);
    await store.takeTurn();
    expect(store.input).toMatchObject({ example: { label: 1 } });
    const late = store.takeTurn();
    store.takeDrawing(new Float32Array(4));
    await late;
    expect(store.input.kind).toBe("drawing");
    expect(store.takesTurns).toBe(false);
    await store.takeTurn();
    expect(store.input.kind).toBe("drawing");
  });

  test("who keeps the image before there is one keeps the first", async () => {
    store.keep();
    fake.prepare();
    await settle();
    expect(store.input).toMatchObject({ kind: "example", example: { label: 0 } });
    expect(store.takesTurns).toBe(false);
    await store.takeTurn();
    expect(store.input).toMatchObject({ example: { label: 0 } });
  });

  test("a test image that cannot be had ends the turns, without a word", async () => {
    fake.answers = {
      testExample: () => {
        throw new Error("It could not be had.");
      },
    };
    fake.prepare();
    await settle();
    expect(store.input.kind).toBe("none");
    expect(store.takesTurns).toBe(false);
    expect(fake.state.requests.failed).toEqual({});
    expect(fake.takeRequested()).toHaveLength(1);
  });

  test("other data bring another test image", async () => {
    fake.prepare();
    await settle();
    fake.choose();
    fake.prepare({ classes: ["x", "y", "z"] });
    await settle();
    expect(store.input).toMatchObject({ kind: "example", example: { label: 1 } });
    store.keep();
    expect(store.input.kind).toBe("example");
  });

  test("a picture waits for the data, and is prepared anew for other data", () => {
    store.takePicture(picture as never);
    expect(store.input).toMatchObject({ kind: "picture", message: expect.stringContaining("once the run is ready") });
    expect(store.pixels).toBeNull();
    fake.prepare({ channels: 3 });
    expect(store.pixels?.length).toBe(12);
    fake.choose();
    fake.prepare({ channels: 1, digest: "another" });
    expect(store.pixels?.length).toBe(4);
  });

  test("what was done to a picture is said in the language of the page, with what was chosen", () => {
    fake.prepare({ channels: 1 });
    store.takePicture(picture as never, { inverted: true, fit: "crop" });
    const done = "It has the network's own size, {size}, and is given as it is, {colours}.";
    useLanguage("de", { page: { [done]: "Die Größe passt: {size}, {colours}." }, module: {} });
    const { input } = store;
    useLanguage("en", null);
    expect(input).toMatchObject({
      message: expect.stringMatching(/^Die Größe passt: 2×2/),
      options: { inverted: true },
    });
    expect(store.input).toMatchObject({ message: expect.stringMatching(/^It has the network's own size/) });
  });

  test("an example is put away where the data that were chosen instead are not at hand", async () => {
    fake.prepare();
    await settle();
    expect(store.input.kind).toBe("example");
    fake.choose();
    fake.state.stores.data.update({ info: null });
    expect(store.input.kind).toBe("none");
    expect(store.pixels).toBeNull();
    // A picture of a person's own stays, and waits for them.
    store.takePicture(picture as never);
    fake.prepare();
    fake.choose();
    fake.state.stores.data.update({ info: null });
    expect(store.input).toMatchObject({ kind: "picture", message: expect.stringContaining("once the run is ready") });
    expect(store.pixels).toBeNull();
  });

  test("an example of other data is put away", async () => {
    fake.prepare();
    await store.takeExample();
    fake.choose();
    fake.prepare({ classes: ["x", "y", "z"] });
    expect(store.input.kind).toBe("none");
    expect(store.pixels).toBeNull();
  });
});
