import { beforeEach, describe, expect, test, vi } from "vitest";

import type { Bench } from "./bench.js";
import { benchEach } from "./bench-each.js";
import { runFilesOf } from "./compared-files.js";
import { answeredRunFile } from "./testing.js";
import { RequestError } from "../rpc/protocol.js";

let bench: Bench;
const { open, train } = benchEach((made) => ({ bench } = made));

const given = (path: string, text = "") => ({ path, file: new File([text], path) });
/** A run of so many steps, which is its check, too. */
const sound = (steps: number) => given(`sweep/${steps}/run.bunsen.json`, answeredRunFile(steps, 100).text);
const checks = (): string[] => bench.state.runs.list.map(({ check }) => check);

describe("run files among files", () => {
  const paths = (...all: string[]): string[] => runFilesOf(all.map((path) => given(path))).map(({ path }) => path);

  test("are those that are called so, as a person counts", () => {
    const all = ["s/10/run.bunsen.json", "s/2/run.bunsen.json", "s/table.csv", "s/2/weights.safetensors"];
    expect(paths(...all)).toEqual(["s/2/run.bunsen.json", "s/10/run.bunsen.json"]);
    expect(paths("run.bunsen (1).json", "run.bunsen(2).json", "other.json").length).toBe(2);
  });

  test("or several files of JSON, and nothing else is one", () => {
    expect(paths("a.json", "b.json")).toEqual(["a.json", "b.json"]);
    expect(paths("cats/1.png", "dogs/2.png", "labels.json")).toEqual([]);
    expect(paths("a.json")).toEqual([]);
  });
});

describe("several run files that are opened", () => {
  beforeEach(() => {
    open();
    vi.spyOn(bench.connection, "requestOrThrow").mockImplementation(async (_, params) => {
      const { text } = params as { text: string };
      if (text === "unanswered") return undefined;
      if (text === "cut") throw new RequestError({ kind: "file", message: "It is cut short." });
      return { file: JSON.parse(text) as never, values: { model: "lenet5" } } as never;
    });
  });

  test("come into the list, ticked, are compared, and leave the recipe as it is", async () => {
    const { link } = bench.state.recipe;
    await bench.compared.open([1, 2, 3].map(sound));
    expect(checks()).toEqual(["3", "2", "1"]);
    expect([...bench.state.runs.ticked.values()]).toEqual([true, true, true]);
    expect(bench.state.panels.open.has("compare-runs")).toBe(true);
    expect(bench.state.recipe.link).toBe(link);
    expect(bench.state.files).toMatchObject({ opened: null, unreadable: null });
    expect(bench.state.runs.listNotice).toBe("");
  });

  test("are as many as there is room for, which is said, and no run goes for them", async () => {
    await bench.compared.open([sound(99)]);
    await bench.compared.open(Array.from({ length: 25 }, (_, at) => sound(at + 1)));
    expect(checks().length).toBe(20);
    expect(checks()).toContain("99");
    expect(bench.state.runs.listNotice).toBe(
      "19 of 25 run files were opened, the first by their names. The list has no more room: it holds 20 runs. Remove some from it, then open the others.",
    );
    // One that is there already needs none.
    await bench.compared.open([sound(3), sound(4)]);
    expect(bench.state.runs.listNotice).toBe("");
    await bench.compared.open([sound(30), sound(31)]);
    expect(bench.state.files.unreadable).toMatch(/^0 of 2 run files were opened, .* The list has no more room/);
  });

  test("that cannot be read are named, and the others opened", async () => {
    const cut = [7, 8, 9, 10].map((at) => given(`${at}/run.bunsen.json`, "cut"));
    await bench.compared.open([sound(1), ...cut, sound(11)]);
    expect(checks()).toEqual(["11", "1"]);
    expect(bench.state.runs.listNotice).toBe(
      "2 of 6 run files were opened, the first by their names. 7/run.bunsen.json: It is cut short. 8/run.bunsen.json: It is cut short. 9/run.bunsen.json: It is cut short. One more cannot be read.",
    );
  });

  test("end where nothing answers any more, and the list is not called full", async () => {
    await bench.compared.open([sound(1), given("2/run.bunsen.json", "unanswered"), sound(3)]);
    expect(checks()).toEqual(["1"]);
    expect(bench.state.runs.listNotice).toBe("1 of 3 run files were opened, the first by their names.");
  });

  test("are not opened while a run goes on", async () => {
    train();
    await bench.compared.open([sound(1), sound(2)]);
    expect(bench.state.files.unreadable).toBe(
      "The folder was not opened: a run is going on. Pause it, then open the file.",
    );
    expect(checks()).toEqual([]);
  });
});
