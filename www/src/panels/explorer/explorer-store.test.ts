import { beforeEach, describe, expect, test } from "vitest";

import { FakeBench, settle } from "../testing.js";
import { ExplorerStore, PAGE_SIZE } from "./explorer-store.js";

let fake: FakeBench;

beforeEach(() => {
  fake = new FakeBench();
  fake.choose();
});

describe("the explorer", () => {
  let store: ExplorerStore;
  const labels = Uint8Array.from({ length: 100 }, (_, index) => index % 2);

  beforeEach(() => {
    fake.answers = {
      explore: (request) => {
        switch (request.what) {
          case "labels":
            return { ...request, labels };
          case "images":
            return { ...request, images: request.indices.map(() => new Uint8Array(4)) };
          case "mean":
            return { ...request, mean: new Float32Array(4) };
          case "augmentations":
            return { ...request, augmented: null };
          case "predictedLabels":
            return { ...request, predicted: { step: 5, labels: new Uint8Array(100) } };
        }
      },
    };
    store = new ExplorerStore(fake.bench);
    store.start();
    fake.prepare();
  });

  const asked = (): string[] => fake.takeRequested().map(({ params }) => (params as { what: string }).what);

  test("asks for nothing while it is closed, and for what it shows when it is opened, once", async () => {
    expect(asked()).toEqual([]);
    fake.open("explorer-panel");
    expect(asked()).toEqual(["labels", "mean"]);
    await settle();
    expect(asked()).toEqual(["images"]);
    await settle();
    fake.open("explorer-panel", false);
    fake.open("explorer-panel");
    expect(asked()).toEqual([]);
    expect(store.exploration.images?.indices.length).toBe(PAGE_SIZE);
  });

  test("keeps what is known while its panel is moved in the document", async () => {
    fake.open("explorer-panel");
    await settle();
    await settle();
    const { exploration } = store;
    store.stop();
    store.start();
    expect(store.exploration).toBe(exploration);
    expect(exploration.images?.indices.length).toBe(PAGE_SIZE);
  });

  test("asks for another page, another class and the images that were predicted wrong", async () => {
    fake.open("explorer-panel");
    await settle();
    store.turn(1);
    expect(store.selection.page).toBe(1);
    expect(store.canTurn(1)).toBe(false);
    expect(store.indicesOnPage.length).toBe(100 - PAGE_SIZE);
    await settle();
    fake.takeRequested();
    store.choose({ split: "test" });
    expect(asked()).toEqual(["labels", "mean"]);
    fake.state.stores.results.update({ score: { step: 5 } as never });
    expect(asked()).toContain("predictedLabels");
    await settle();
    store.choose({ outcome: "wrong" });
    expect(store.indices.every((index) => labels[index] === 1)).toBe(true);
    store.choose({ label: 0 });
    expect(store.indices).toEqual([]);
    expect(store.pages).toBe(1);
  });

  test("asks for an image's augmentations where the recipe has some", async () => {
    fake.open("explorer-panel");
    await settle();
    await settle();
    fake.takeRequested();
    store.chooseImage(3);
    expect(asked()).toEqual([]);
    fake.state.stores.recipe.update({ parsed: { values: { aug: "flip" } } as never });
    expect(asked()).toEqual(["augmentations"]);
  });

  test("knows nothing of another run, asks anew, and begins anew with another data set", async () => {
    fake.open("explorer-panel");
    await settle();
    store.choose({ label: 1 });
    await settle();
    fake.choose();
    expect(store.exploration.labels).toEqual({});
    fake.takeRequested();
    fake.prepare();
    expect(asked()).toEqual(["labels", "mean"]);
    expect(store.selection.label).toBe(1);
    fake.choose();
    fake.prepare({ digest: "another" });
    expect(store.selection.label).toBeNull();
  });

  test("says why something is not to be had", async () => {
    fake.answers = { explore: () => ({ what: "unavailable", why: "The network went away." }) };
    fake.open("explorer-panel");
    await settle();
    expect(store.exploration.why).toBe("The network went away.");
  });
});
