import { beforeEach, expect, test } from "vitest";

import type { GivenFile } from "../../protocol.js";
import { FakeBench } from "../testing.js";
import { AnswersStore } from "./answers-store.js";
import type { AnsweredImage, AnswersPart } from "./requests.js";

const FILES: GivenFile[] = [1, 2, 3].map((at) => ({ path: `${at}.png`, file: new File([], `${at}.png`) }));
const NETWORK = { job: 4, step: 40, classes: ["a", "b"], shape: { channels: 1, height: 2, width: 2 } };

function image(path: string, probability: number): AnsweredImage {
  const pixels = new Uint8Array(4);
  return { path, answer: "a", probability, top: [], probabilities: new Float32Array(2), pixels };
}

let bench: FakeBench;
let store: AnswersStore;
let parts: (AnswersPart | null)[];

beforeEach(() => {
  bench = new FakeBench();
  bench.choose();
  bench.prepare();
  bench.train(40);
  store = new AnswersStore(bench.bench);
  parts = [];
  bench.answers = {
    beginAnswers: () => NETWORK,
    nextAnswers: () => parts.shift() ?? null,
    stopAnswers: () => null,
  };
});

const part = (done: number, answers: AnsweredImage[], end: AnswersPart["end"] = null): AnswersPart => ({
  done,
  total: 3,
  answers,
  end,
});

test("parts are put together, the most doubtful first", async () => {
  const unread = [{ path: "3.png", why: "it is empty" }];
  parts = [part(1, [image("1.png", 0.9)]), part(3, [image("2.png", 0.5)], { type: "done", unread, notices: ["n"] })];
  const answering = store.answer(FILES);
  expect(store.progress).toEqual({ done: 0, total: 0 });
  await answering;
  expect(store.progress).toBeNull();
  expect(store.answered).toMatchObject({ isStopped: false, unread, notices: ["n"], network: NETWORK });
  expect(store.rows.map(({ path }) => path)).toEqual(["2.png", "1.png"]);
  expect(bench.takeRequested().map(({ method }) => method)).toEqual(["beginAnswers", "nextAnswers", "nextAnswers"]);
});

test("what is stopped, or whose run is replaced, keeps what there is, and says how far it came", async () => {
  parts = [part(1, [image("1.png", 0.9)]), null];
  await store.answer(FILES);
  expect(store.answered).toMatchObject({ isStopped: true, done: 1, total: 3 });
  expect(bench.takeRequested().at(-1)?.method).toBe("stopAnswers");
});

test("what fails is told, and nothing is shown", async () => {
  parts = [part(1, [image("1.png", 0.9)], { type: "failed", message: "It broke." })];
  await store.answer(FILES);
  expect(store.failure).toBe("It broke.");
  expect(store.answered).toBeNull();
  await store.answer(Promise.reject(new Error("There are more than 100,000 files in it.")));
  expect(store.failure).toBe("There are more than 100,000 files in it.");
  expect(store.progress).toBeNull();
});

test("files that are given later take the place of the first", async () => {
  parts = [part(3, [image("2.png", 0.5)], { type: "done", unread: [], notices: [] })];
  const first = store.answer(new Promise<GivenFile[]>((done) => setTimeout(() => done(FILES))));
  await store.answer(FILES);
  await first;
  expect(store.answered?.answers).toHaveLength(1);
  expect(bench.takeRequested().filter(({ method }) => method === "beginAnswers")).toHaveLength(1);
});

test("pages are turned as far as there are any", async () => {
  const many = Array.from({ length: 120 }, (_, index) => image(`${index}.png`, index / 120));
  parts = [part(3, many, { type: "done", unread: [], notices: [] })];
  await store.answer(FILES);
  expect(store.canTurn(-1)).toBe(false);
  store.turn(1);
  store.turn(1);
  expect([store.page, store.rows.length, store.canTurn(1)]).toEqual([2, 20, false]);
  store.choose({ kind: "unsure" });
  expect([store.page, store.rows.length]).toEqual([0, 0]);
});
