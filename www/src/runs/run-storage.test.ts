import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { FakeStorage } from "../../../crate/js/tests/fake-storage.js";
import { added, initialRuns } from "../state/runs.js";
import { FOLDER } from "./folder.js";
import { RunStorage } from "./run-storage.js";
import { packRecord } from "./stored-run.js";

let files: FakeStorage;

beforeEach(() => {
  files = new FakeStorage();
  files.install();
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** A run as the storage has it. */
function packed(id: string): Uint8Array {
  const text = JSON.stringify({
    link: "model=lenet5",
    check: id,
    steps: 1,
    engine: { label: "CPU" },
    data: { title: "Digits" },
    trace: btoa("\0\0\0\0"),
    scores: [],
    timings: { seconds: 1, steps: 1 },
  });
  const run = { id, name: id, values: {}, accuracy: null, stepsPerEpoch: 1, text };
  return packRecord(added(initialRuns, run, [], 1).list[0]!);
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test("what cannot be read is told apart, and no file is removed", async () => {
  const sound = textOf(packed("sound"));
  files.put(FOLDER, "sound.json", sound);
  files.put(FOLDER, "busy.json", packed("busy"));
  files.put(FOLDER, "moved.json", packed("moved"));
  files.put(FOLDER, "newer.json", JSON.stringify({ version: 2, anything: true }));
  files.put(FOLDER, "half.json", sound.slice(0, sound.length / 2));
  files.put(FOLDER, "another.json", JSON.stringify({ version: 1, id: 7 }));
  files.put(FOLDER, "values.json", sound.replace('"values":{}', '"values":null'));
  files.put(FOLDER, "text.json", sound.replace(/"text":".*"/, '"text":"{}"'));
  files.readErrors.set("busy.json", "NotReadableError");
  files.readErrors.set("moved.json", "NotFoundError");
  const { runs, ...unread } = await new RunStorage().load();
  expect(runs.map(({ id }) => id)).toEqual(["sound"]);
  expect(unread).toEqual({ unreadable: 1, newer: 1, damaged: 4 });
  expect(files.names(FOLDER)).toEqual([
    "another.json.bad",
    "busy.json",
    "half.json.bad",
    "moved.json",
    "newer.json",
    "sound.json",
    "text.json.bad",
    "values.json.bad",
  ]);
  // What could not be read only then is there the next time, and what is set aside is not told again.
  files.readErrors.clear();
  const again = await new RunStorage().load();
  expect(again.runs.map(({ id }) => id).sort()).toEqual(["busy", "moved", "sound"]);
  expect(again).toMatchObject({ unreadable: 0, newer: 1, damaged: 0 });
});
