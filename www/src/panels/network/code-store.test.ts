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

test("a program whose request another run overtook is asked for again", async () => {
  const { recipe } = fake.state.stores;
  const parsed = () => ({ link: "model=lenet5" }) as never;
  recipe.update({ parsed: parsed() });
  const store = new CodeStore(fake.bench);
  store.start();
  store.open(true);
  expect(fake.takeRequested().length).toBe(1);
  // Reset: the same recipe is chosen again, and what was asked of the run before stays without a response.
  fake.choose();
  fake.answers = { code: ({ language }) => ({ language, link: "model=lenet5", files: [], why: null }) };
  recipe.update({ parsed: parsed() });
  expect(fake.takeRequested().length).toBe(1);
  await settle();
  expect(store.code).toMatchObject({ link: "model=lenet5" });
  // What is here is not asked for once more.
  recipe.update({ parsed: parsed() });
  expect(fake.takeRequested()).toEqual([]);
});
