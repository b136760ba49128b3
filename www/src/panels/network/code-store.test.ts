import { beforeEach, expect, test } from "vitest";

import { FakeBench, settle } from "../testing.js";
import { CodeStore } from "./code-store.js";

let fake: FakeBench;

beforeEach(() => {
  fake = new FakeBench();
  fake.choose();
});

test("the recipe as a program is asked for while the dialog is open, for each recipe and language", async () => {
  const { recipe } = fake.state.stores;
  const link = (text: string): void => recipe.update({ parsed: { link: text } as never });
  fake.answers = {
    code: ({ language }) => ({ language, link: recipe.current.parsed?.link ?? "", files: [], why: null }),
  };
  const store = new CodeStore(fake.bench);
  store.start();
  link("model=lenet5");
  expect(fake.takeRequested()).toEqual([]);
  store.open(true);
  expect(fake.takeRequested()).toEqual([{ method: "code", params: { language: "pytorch" } }]);
  expect(store.code).toBeNull();
  await settle();
  expect(store.code).toMatchObject({ language: "pytorch", link: "model=lenet5" });
  store.choose("rust");
  expect(store.code).toBeNull();
  expect(fake.takeRequested().length).toBe(1);
  await settle();
  link("model=vgg-8");
  expect(store.code).toBeNull();
  expect(fake.takeRequested().length).toBe(1);
  store.open(false);
  link("model=lenet5");
  expect(fake.takeRequested()).toEqual([]);
});
