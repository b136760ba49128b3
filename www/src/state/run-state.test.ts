import { describe, expect, test } from "vitest";

import architecture from "../../../ARCHITECTURE.md?raw";
import type { Failure } from "../protocol.js";
import {
  ImpossibleTransition,
  isLocked,
  isUnderWay,
  preparedOf,
  transition,
  wantedGoal,
  type Phase,
  type RunEvent,
  type RunEventType,
  type RunState,
} from "./run-state.js";

type State = RunState<string>;
type Event = RunEvent<string>;

const data: Failure = { kind: "data", message: "It could not be fetched.", during: "preparing" };
const crash: Failure = { kind: "crash", message: "The engine came to a sudden end.", during: "training" };
const result = { check: "0123456789abcdef", checkedLink: "model=lenet5&check=0123456789abcdef" };
const stopped = { goal: null, prepared: null, result: null };

/** Every state in every variant that a transition looks at. The compiler asks for every phase. */
const VARIANTS: { [Ph in Phase]: Extract<State, { phase: Ph }>[] } = {
  none: [
    { phase: "none", reason: "opening" },
    { phase: "none", reason: "refused", refusal: { key: "batch", message: "batch=0" }, times: 1 },
  ],
  ready: [
    { phase: "ready", prepared: null },
    { phase: "ready", prepared: "run" },
  ],
  preparing: [
    { phase: "preparing", goal: "end", pausing: false, prepared: null },
    { phase: "preparing", goal: 1, pausing: false, prepared: "run" },
    { phase: "preparing", goal: "end", pausing: true, prepared: "run" },
  ],
  training: [
    { phase: "training", goal: "end", pausing: false, prepared: "run" },
    { phase: "training", goal: 1, pausing: false, prepared: "run" },
    { phase: "training", goal: "end", pausing: true, prepared: "run" },
  ],
  paused: [{ phase: "paused", prepared: "run" }],
  finished: [{ phase: "finished", prepared: "run", result }],
  suspended: [
    { phase: "suspended", why: data, ...stopped },
    { phase: "suspended", why: data, ...stopped, goal: 1, prepared: "run" },
  ],
  dead: [
    { phase: "dead", why: crash, ...stopped },
    { phase: "dead", why: crash, goal: "end", prepared: "run", result },
  ],
};

/** Every event, likewise. */
const EVENTS_BY_TYPE: { [E in RunEventType]: Extract<Event, { type: E }>[] } = {
  open: [{ type: "open" }],
  choose: [{ type: "choose" }],
  chosen: [{ type: "chosen" }],
  refused: [{ type: "refused", refusal: { key: "lr", message: "lr=-1" } }],
  train: [{ type: "train", goal: "end" }],
  prepared: [{ type: "prepared", prepared: "another" }],
  started: [{ type: "started" }],
  pause: [{ type: "pause" }],
  paused: [{ type: "paused" }],
  finished: [{ type: "finished", result }],
  failed: [
    { type: "failed", failure: data },
    { type: "failed", failure: crash },
  ],
};

const STATES: State[] = Object.values(VARIANTS).flat();
const EVENTS: Event[] = Object.values(EVENTS_BY_TYPE).flat();
const PHASES = Object.keys(VARIANTS) as Phase[];
const TYPES = Object.keys(EVENTS_BY_TYPE) as RunEventType[];

/** The phases that an event leads to, from any variant of a phase. */
function targets(phase: Phase, type: RunEventType): Phase[] {
  const found = new Set<Phase>();
  for (const state of VARIANTS[phase]) {
    for (const event of EVENTS_BY_TYPE[type]) {
      try {
        found.add(transition(state, event).phase);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(ImpossibleTransition);
      }
    }
  }
  return [...found];
}

/** Where a run can come from a state by some events. */
function reachable(from: State, events: Event[]): Set<Phase> {
  const phases = new Set<Phase>();
  const seen = new Set<string>();
  const waiting = [from];
  for (let state = waiting.pop(); state; state = waiting.pop()) {
    phases.add(state.phase);
    for (const event of events) {
      let next: State;
      try {
        next = transition(state, event);
      } catch {
        continue;
      }
      const key = JSON.stringify({ ...next, times: undefined });
      if (!seen.has(key)) waiting.push(next);
      seen.add(key);
    }
  }
  return phases;
}

describe("the table", () => {
  /** As ARCHITECTURE.md has it: one line a phase, one column an event. */
  const written = (): string[] => {
    const cell = (phase: Phase, type: RunEventType): string => targets(phase, type).join(" or ") || "–";
    return PHASES.map((phase) => `| **${phase}** | ${TYPES.map((type) => cell(phase, type)).join(" | ")} |`);
  };

  test("is the one that ARCHITECTURE.md shows", () => {
    const lines = architecture.split("\n");
    const head = lines.indexOf(`| | ${TYPES.join(" | ")} |`);
    expect(lines.slice(head + 2, head + 2 + PHASES.length)).toEqual(written());
  });

  test("has an answer for every state and every event", () => {
    for (const state of STATES) {
      for (const event of EVENTS) {
        let next: State | undefined;
        try {
          next = transition(state, event);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(ImpossibleTransition);
          expect((thrown as Error).message).toBe(
            `A run that is "${state.phase}" cannot take the event "${event.type}".`,
          );
        }
        if (next) expect(PHASES).toContain(next.phase);
      }
    }
  });

  test("leads from the start to every state", () => {
    expect([...reachable({ phase: "none", reason: "opening" }, EVENTS)].sort()).toEqual([...PHASES].sort());
  });

  test("has no dead end but a dead engine, which only another worker leads out of", () => {
    const withoutOpen = EVENTS.filter(({ type }) => type !== "open");
    for (const state of STATES) {
      const expected = state.phase === "dead" ? ["dead"] : [...PHASES].sort();
      expect([...reachable(state, withoutOpen)].sort()).toEqual(expected);
      expect(transition(state, { type: "open" })).toEqual({ phase: "none", reason: "opening" });
    }
  });

  test("takes a failure in every state, and its kind says whether the worker can do more", () => {
    for (const state of STATES) {
      // A finished run stays finished.
      const stays = state.phase === "dead" || state.phase === "finished";
      expect(transition(state, { type: "failed", failure: data }).phase).toBe(stays ? state.phase : "suspended");
      expect(transition(state, { type: "failed", failure: crash }).phase).toBe("dead");
    }
  });

  test("changes no state in place", () => {
    for (const state of STATES) {
      const frozen = Object.freeze(structuredClone(state));
      for (const event of EVENTS) {
        try {
          transition(frozen, event);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(ImpossibleTransition);
        }
      }
      expect(frozen).toEqual(state);
    }
  });
});

function after(...events: Event[]): State {
  return events.reduce<State>(transition, { phase: "none", reason: "opening" });
}

const prepared: Event = { type: "prepared", prepared: "run" };
const toEnd: Event = { type: "train", goal: "end" };

test("a run goes from its recipe to its end", () => {
  const trained = after({ type: "chosen" }, prepared, toEnd, { type: "started" });
  expect(trained).toEqual({ phase: "training", goal: "end", pausing: false, prepared: "run" });
  expect(transition(trained, { type: "finished", result })).toEqual({ phase: "finished", prepared: "run", result });
});

test("Train may be pressed before the engine is open, and Pause before training has begun", () => {
  const asked = after(toEnd, { type: "pause" }, { type: "chosen" }, prepared, { type: "started" });
  expect(asked).toMatchObject({ phase: "training", pausing: true, goal: "end" });
  expect(wantedGoal(asked)).toBeNull();
  expect(transition(asked, { type: "paused" })).toEqual({ phase: "paused", prepared: "run" });
});

test("a run that was paused before the engine that took it over failed stands paused", () => {
  const paused = { phase: "paused", prepared: "run" };
  const asked = after({ type: "chosen" }, prepared, toEnd);
  expect(transition(asked, { type: "paused" })).toEqual(paused);
  expect(
    after({ type: "chosen" }, prepared, toEnd, { type: "started" }, { type: "paused" }, { type: "paused" }),
  ).toEqual(paused);
});

test("Train on a refused link says again why", () => {
  const refusal = { key: "batch", message: "batch=0" };
  const refused = after({ type: "refused", refusal });
  expect(transition(refused, toEnd)).toMatchObject({ reason: "refused", refusal, times: 2 });
});

test("another engine takes over without an end of training", () => {
  const trained = after({ type: "chosen" }, prepared, toEnd, { type: "started" });
  const takenOver = [{ type: "prepared", prepared: "on the GPU" } as const, { type: "started" } as const];
  expect(takenOver.reduce<State>(transition, trained)).toMatchObject({ phase: "training", prepared: "on the GPU" });
});

test("a failure keeps what the run was trained for, what there is of it and its check", () => {
  const trained = after({ type: "chosen" }, prepared, { type: "train", goal: 1 }, { type: "started" });
  const dead = transition(trained, { type: "failed", failure: crash });
  expect(dead).toEqual({ phase: "dead", why: crash, goal: 1, prepared: "run", result: null });
  const finished = transition(trained, { type: "finished", result });
  expect(transition(finished, { type: "failed", failure: data })).toEqual(finished);
  expect(transition(finished, { type: "failed", failure: crash })).toMatchObject({ phase: "dead", result });
  const paused = transition(trained, { type: "paused" });
  expect(wantedGoal(transition(paused, { type: "failed", failure: crash }))).toBeNull();
});

test("the worker may succeed with what the page has heard fail", () => {
  const suspended = after({ type: "chosen" }, toEnd, { type: "failed", failure: data });
  expect(transition(transition(suspended, prepared), { type: "started" })).toMatchObject({
    phase: "training",
    goal: "end",
  });
  expect(() => transition(suspended, { type: "started" })).toThrow(ImpossibleTransition);
});

test("the recipe is locked while a run is prepared or trained, and a paused run is under way", () => {
  const which = (test: (state: State) => boolean): Phase[] => PHASES.filter((phase) => VARIANTS[phase].every(test));
  expect(which(isLocked)).toEqual(["preparing", "training"]);
  expect(which(isUnderWay)).toEqual(["preparing", "training", "paused"]);
  expect(preparedOf(STATES[0]!)).toBeNull();
});
