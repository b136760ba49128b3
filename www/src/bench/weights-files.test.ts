import { describe, expect, test } from "vitest";

import type { Field, WeightsInfo } from "../module.js";
import type { Bench } from "./bench.js";
import { benchEach } from "./bench-each.js";
import { CPU, settle, type FakeWorkers } from "./testing.js";
import { furtherChanges } from "./weights-files.js";

let workers: FakeWorkers;
let bench: Bench;

const { id, run, say, open, train } = benchEach((made) => ({ workers, bench } = made));

const DIGEST = "0123456789abcdef";
const OTHER = "fedcba9876543210";
const HELD = { digest: DIGEST, file: new Blob(["x"]), isKept: true, isShipped: false };
const info = (part: Partial<WeightsInfo> = {}): WeightsInfo => ({
  digest: DIGEST,
  format: "weights",
  link: "model=lenet5&data=mnist&v=1",
  parameters: 61_706,
  tensors: 10,
  ...part,
});
const file = (name = "saved.safetensors") => new File(["x"], name);
const methods = (): string[] => workers.last.requested.map(({ method }) => method);
const links = (): unknown[] => workers.last.sent.flatMap((sent) => (sent.type === "choose" ? [sent.link] : []));

/** The recipe at hand starts from a file that is not here. */
function openLacking(): void {
  say({ type: "opened", engine: CPU, fields: [], layerKinds: [] });
  const values = { model: "lenet5", init: DIGEST };
  const parsed = { link: `model=lenet5&init=${DIGEST}`, values, defaults: {}, notices: [] } as never;
  say({ type: "chosen", id: id(), parsed, description: {} as never, stack: null });
  say({ type: "weights", id: id(), digest: DIGEST, held: null, missed: null });
}

describe("an opened file of weights", () => {
  test("waits for a person to say what becomes of it, and nothing of it is kept until then", async () => {
    open();
    workers.last.results.readWeights = info();
    await bench.weights.open(file());
    expect(bench.state.files.offered).toMatchObject({ name: "saved.safetensors", info: { digest: DIGEST } });
    expect(methods()).toEqual(["readWeights"]);
    expect(links()).toEqual([]);
    bench.weights.close();
    expect(bench.state.files.offered).toBeNull();
  });

  test("answers in its own recipe", async () => {
    open();
    Object.assign(workers.last.results, {
      readWeights: info({ link: "model=resnet-8&data=mnist&v=1" }),
      keepWeights: HELD,
    });
    await bench.weights.open(file());
    await bench.weights.answer();
    expect(links()).toEqual([`model=resnet-8&data=mnist&v=1&init=${DIGEST}`]);
    expect(bench.state.files).toMatchObject({ offered: null, initial: { digest: DIGEST } });
    expect(bench.connection.opening.weights?.digest).toBe(DIGEST);
  });

  test.each([
    ["the recipe at hand, where it is of the same network", "model=lenet5&data=mnist&v=1", "model=lenet5"],
    ["the recipe at hand, where it does not say of which network it is", undefined, "model=lenet5"],
    ["its own recipe, where that is of another network", "model=vit&data=digits&v=1", "model=vit&data=digits&v=1"],
  ])("is trained on from in %s", async (_, link, expected) => {
    open();
    const { link: __, ...without } = info();
    Object.assign(workers.last.results, {
      readWeights: link === undefined ? without : info({ link }),
      keepWeights: HELD,
    });
    await bench.weights.open(file());
    await bench.weights.trainOn();
    expect(links()).toEqual([`${expected}&init=${DIGEST}`]);
  });

  test("is refused with a sentence while a run goes on, and where it cannot be read", async () => {
    train();
    await bench.weights.open(file());
    expect(bench.state.files.unreadable).toMatch(/^saved\.safetensors was not opened: a run is going on/);
    say({ type: "paused", id: id() });
    const { RequestError } = await import("../rpc/protocol.js");
    workers.last.request = async () => {
      throw new RequestError({ kind: "file", message: "It is damaged." });
    };
    await bench.weights.open(file());
    expect(bench.state.files).toMatchObject({ unreadable: "It is damaged.", offered: null });
    expect(run().phase).toBe("paused");
  });
});

describe("a network that comes with the page", () => {
  test("answers in its own recipe, and no file is asked for", () => {
    open();
    bench.weights.answerBy({ link: "model=lenet5&data=mnist&v=1", digest: DIGEST });
    const link = `model=lenet5&data=mnist&v=1&init=${DIGEST}`;
    expect(links()).toEqual([link]);
    expect(methods()).toEqual([]);
    say({ type: "weights", id: id(), digest: DIGEST, held: { ...HELD, isShipped: true }, missed: null });
    expect(bench.state.files).toMatchObject({ initial: { digest: DIGEST }, missing: null });
  });

  test("is not for a run that is going on", () => {
    train();
    bench.weights.answerBy({ link: "model=lenet5&data=mnist&v=1", digest: DIGEST });
    expect(links()).toEqual([]);
    expect(run().phase).toBe("training");
  });

  test("of which the file is damaged is asked for, with why", () => {
    open();
    say({ type: "weights", id: id(), digest: DIGEST, held: null, missed: "damaged" });
    expect(bench.state.files).toMatchObject({ missing: DIGEST, missed: "damaged" });
  });
});

describe("a recipe that starts from a file which is not here", () => {
  test("asks for it, and begins with it", async () => {
    openLacking();
    expect(bench.state.files.missing).toBe(DIGEST);
    Object.assign(workers.last.results, { readWeights: info(), keepWeights: HELD });
    await bench.weights.open(file());
    expect(bench.state.files).toMatchObject({ missing: null, offered: null, initial: { digest: DIGEST } });
    expect(workers.last.commands.at(-1)).toBe("choose");
  });

  test("takes no other, and says which one that is", async () => {
    openLacking();
    workers.last.results.readWeights = info({ digest: OTHER });
    await bench.weights.open(file());
    expect(bench.state.files).toMatchObject({ missing: DIGEST, offered: null, initial: null });
    expect(bench.state.files.unreadable).toBe(
      `saved.safetensors was not used: it has weights of lenet5, its digest begins with ${OTHER}, and this run starts from the file whose digest begins with ${DIGEST}.`,
    );
    expect(methods()).toEqual(["readWeights"]);
  });

  test("asks for nothing once another recipe is chosen", () => {
    openLacking();
    bench.recipe.openLink("model=lenet5");
    expect(bench.state.files.missing).toBeNull();
  });
});

describe("a finished run is trained further", () => {
  const VALUES = { model: "lenet5", lr: "0.002", epochs: "8", steps: "0", init: "" };
  const number = { type: "number", min: 1e-5, max: 10, integer: false };
  const FIELDS = [{ key: "lr", kind: number }] as unknown as Field[];

  test("four epochs at a tenth of the rate, from its weights", () => {
    expect(furtherChanges(VALUES, FIELDS, DIGEST)).toEqual({ init: DIGEST, epochs: "4", lr: "0.0002" });
  });

  test("a run that its steps cut short is trained by epochs, and a rate that is too small already stays", () => {
    expect(furtherChanges({ ...VALUES, steps: "60", lr: "0.00002" }, FIELDS, DIGEST)).toEqual({
      init: DIGEST,
      epochs: "4",
      steps: "0",
    });
  });

  test("only one that is finished", async () => {
    train();
    await bench.weights.trainFurther();
    expect(methods()).not.toContain("keepWeights");
    say({ type: "finished", id: id(), result: { check: "c", checkedLink: null } });
    void bench.weights.trainFurther();
    await settle();
    expect(workers.last.requested.at(-1)).toEqual({ method: "keepWeights", params: { bytes: null } });
  });
});
