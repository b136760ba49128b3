import { beforeEach, expect, test } from "vitest";

import { FakeBench } from "../testing.js";
import { InsideStore } from "./inside-store.js";

let fake: FakeBench;

beforeEach(() => {
  fake = new FakeBench();
  fake.choose();
});

test("another network is inspected from its first layer", () => {
  const { recipe } = fake.state.stores;
  const describe = (title: string): void => recipe.update({ description: { title, layers: [] } as never });
  describe("LeNet-5");
  new InsideStore(fake.bench).start();
  describe("LeNet-5");
  expect(fake.inspected).toEqual([]);
  describe("VGG-8");
  expect(fake.inspected).toEqual([{ layer: 0 }]);
});
