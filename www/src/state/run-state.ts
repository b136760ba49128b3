/**
 * The states of a run, the events that lead from one to another, and the table of these transitions. The page and its
 * worker each have a machine of this kind. The page's is ahead of the worker's by what a person has asked for, and
 * behind by the worker's events that are still on their way.
 *
 * `P` is what there is of a run once it is prepared: its plan on the page, the run itself in the worker.
 */
import type { Failure, FailureKind } from "../protocol.js";

/** How far a run is to be trained: to its end, or so many steps further. */
export type Goal = "end" | number;

/** What a finished run is known by. */
export interface Result {
  /** The digest of recipe, data and trace. */
  check: string;
  /** The link with that check, where it verifies anything. */
  checkedLink: string | null;
}

/** Why a link was refused. */
export interface Refusal {
  /** The field that is wrong, by its name in the link; null where it is none alone. */
  key: string | null;
  message: string;
  /** What that field may have, as the end of a sentence: "a number from 0 to 1". */
  allowed?: string | undefined;
  /** Other fields of the same link that are wrong too, whatever becomes of the first. */
  others?: readonly Refusal[] | undefined;
}

export type RunState<P> =
  /** There is no recipe: the engine is being opened, or the link was refused. */
  | { phase: "none"; reason: "opening" }
  /** `times`: how often that was found; whoever presses Train is told again. */
  | { phase: "none"; reason: "refused"; refusal: Refusal; times: number }
  /** A recipe is chosen. Its run may be prepared already, and is not trained. */
  | { phase: "ready"; prepared: P | null }
  /** Training was asked for, and has not begun. */
  | { phase: "preparing"; goal: Goal; pausing: boolean; prepared: P | null }
  /** `pausing`: Pause was asked for, and takes effect at the end of a step. */
  | { phase: "training"; goal: Goal; pausing: boolean; prepared: P }
  | { phase: "paused"; prepared: P }
  | { phase: "finished"; prepared: P; result: Result }
  /** Something failed that leaves the worker usable. */
  | Stopped<P, "suspended">
  /** The engine came to its end: only another worker leads on. */
  | Stopped<P, "dead">;

interface Stopped<P, Phase extends string> {
  phase: Phase;
  why: Failure;
  /** What it was being trained for, should it go on elsewhere; null where nobody trained it. */
  goal: Goal | null;
  prepared: P | null;
  /** Where the engine died after the run was finished. */
  result: Result | null;
}

export type Phase = RunState<unknown>["phase"];

export type RunEvent<P> =
  /** A worker is started, with a recipe. */
  | { type: "open" }
  /** A recipe is asked for, in the worker that is there. What run there was is dropped. */
  | { type: "choose" }
  /** The worker takes that recipe. */
  | { type: "chosen" }
  | { type: "refused"; refusal: Refusal }
  | { type: "train"; goal: Goal }
  /** The run can be trained; again when another engine takes it over. */
  | { type: "prepared"; prepared: P }
  /** The next step is computed from now on. */
  | { type: "started" }
  /** Pause is asked for. */
  | { type: "pause" }
  | { type: "paused" }
  | { type: "finished"; result: Result }
  | { type: "failed"; failure: Failure };

export type RunEventType = RunEvent<unknown>["type"];

/** A transition that the table does not allow: an error of the program, not of its user. */
export class ImpossibleTransition extends Error {
  constructor(phase: Phase, event: RunEventType) {
    super(`A run that is "${phase}" cannot take the event "${event}".`);
    this.name = "ImpossibleTransition";
  }
}

/** After these failures the module in the worker can do more; after all others a new worker is needed. */
const RECOVERABLE: readonly FailureKind[] = ["recipe", "data", "file", "weights", "storage", "checkpoint", "nan"];

/** Whether the engine came to its end with that. */
export function isFatal({ kind }: Failure): boolean {
  return !RECOVERABLE.includes(kind);
}

type State = RunState<unknown>;
type In<Ph extends Phase> = Extract<State, { phase: Ph }>;
type On<E extends RunEventType> = Extract<RunEvent<unknown>, { type: E }>;

/** The state that follows; null where that cannot happen. */
type Transition<Ph extends Phase, E extends RunEventType> = (state: In<Ph>, event: On<E>) => State | null;
type Row<Ph extends Phase> = { [E in RunEventType]: Transition<Ph, E> };

/** What a row has of events that cannot come in its states. */
function never<E extends RunEventType>(...events: E[]): { [K in E]: () => null } {
  return Object.fromEntries(events.map((event) => [event, () => null])) as { [K in E]: () => null };
}

const stay = <S extends State>(state: S): S => state;
const opening = (): State => ({ phase: "none", reason: "opening" });
const ready = (): State => ({ phase: "ready", prepared: null });
const refused = (_: State, { refusal }: On<"refused">): State => ({
  phase: "none",
  reason: "refused",
  refusal,
  times: 1,
});
const preparing = ({ prepared }: In<"ready" | "paused" | "suspended">, { goal }: On<"train">): State => ({
  phase: "preparing",
  goal,
  pausing: false,
  prepared,
});

function failed(state: State, { failure }: On<"failed">): State {
  return {
    phase: isFatal(failure) ? "dead" : "suspended",
    why: failure,
    goal: wantedGoal(state),
    prepared: preparedOf(state),
    result: resultOf(state),
  };
}

/** The compiler asks for every event in every row, and for none twice. */
const TABLE: { [Ph in Phase]: Row<Ph> } = {
  none: {
    open: opening,
    choose: ready,
    chosen: (state) => (state.reason === "opening" ? ready() : null),
    refused: (state, event) => (state.reason === "opening" ? refused(state, event) : null),
    train: (state, { goal }) =>
      state.reason === "opening"
        ? { phase: "preparing", goal, pausing: false, prepared: null }
        : { ...state, times: state.times + 1 },
    pause: stay,
    failed,
    ...never("prepared", "started", "paused", "finished"),
  },
  ready: {
    open: opening,
    choose: ready,
    chosen: stay,
    refused,
    train: preparing,
    prepared: (_, { prepared }) => ({ phase: "ready", prepared }),
    pause: stay,
    failed,
    ...never("started", "paused", "finished"),
  },
  preparing: {
    open: opening,
    choose: ready,
    chosen: stay,
    refused,
    prepared: (state, { prepared }) => ({ ...state, prepared }),
    started: ({ goal, pausing, prepared }) =>
      prepared === null ? null : { phase: "training", goal, pausing, prepared },
    pause: (state) => ({ ...state, pausing: true }),
    // The engine that was to take the run over cannot: the run stands where it stood.
    paused: ({ prepared }) => (prepared === null ? null : { phase: "paused", prepared }),
    failed,
    ...never("train", "finished"),
  },
  training: {
    open: opening,
    choose: ready,
    // Another engine takes the run over, in mid-training.
    prepared: (state, { prepared }) => ({ ...state, prepared }),
    started: stay,
    pause: (state) => ({ ...state, pausing: true }),
    paused: ({ prepared }) => ({ phase: "paused", prepared }),
    finished: ({ prepared }, { result }) => ({ phase: "finished", prepared, result }),
    failed,
    ...never("chosen", "refused", "train"),
  },
  paused: {
    open: opening,
    choose: ready,
    train: preparing,
    pause: stay,
    paused: stay,
    failed,
    ...never("chosen", "refused", "prepared", "started", "finished"),
  },
  finished: {
    open: opening,
    choose: ready,
    train: stay,
    pause: stay,
    // Its steps and its check stand, whatever fails afterwards; but nothing more is to be had of a dead engine.
    failed: (state, event) => (isFatal(event.failure) ? failed(state, event) : state),
    ...never("chosen", "refused", "prepared", "started", "paused", "finished"),
  },
  suspended: {
    open: opening,
    choose: ready,
    train: preparing,
    // Train was pressed before the page heard of the failure: the worker tries once more.
    prepared: (state, { prepared }) => ({ ...state, prepared }),
    started: ({ goal, prepared }) =>
      prepared === null ? null : { phase: "training", goal: goal ?? "end", pausing: false, prepared },
    pause: stay,
    failed,
    ...never("chosen", "refused", "paused", "finished"),
  },
  dead: {
    open: opening,
    pause: stay,
    // Whatever fails after its end says less than what it died of.
    failed: stay,
    ...never("choose", "chosen", "refused", "train", "prepared", "started", "paused", "finished"),
  },
};

/** The state that follows an event. Throws an `ImpossibleTransition` where the table does not allow it. */
export function transition<P>(state: RunState<P>, event: RunEvent<P>): RunState<P> {
  // The compiler cannot tell that row and cell fit the state and the event that they were found by.
  const next = TABLE[state.phase][event.type] as (state: State, event: RunEvent<unknown>) => State | null;
  const following = next(state, event);
  if (following === null) throw new ImpossibleTransition(state.phase, event.type);
  return following as RunState<P>;
}

/** What there is of the run, if it is prepared. */
export function preparedOf<P>(state: RunState<P>): P | null {
  return "prepared" in state ? state.prepared : null;
}

/** What it is trained for, unless Pause was asked for; null where nobody trains it. */
export function wantedGoal(state: RunState<unknown>): Goal | null {
  switch (state.phase) {
    case "preparing":
    case "training":
      // Of 0 steps a run is only made to stand where it is.
      return state.pausing || state.goal === 0 ? null : state.goal;
    case "suspended":
    case "dead":
      return state.goal;
    case "finished":
      return "end";
    default:
      return null;
  }
}

/** What the run is known by, once it was finished. */
export function resultOf(state: RunState<unknown>): Result | null {
  return "result" in state ? state.result : null;
}

/** Why it failed; null where it did not. */
export function failureOf(state: RunState<unknown>): Failure | null {
  return "why" in state ? state.why : null;
}

/** Whether the recipe may not be changed now. */
export function isLocked({ phase }: RunState<unknown>): boolean {
  return phase === "preparing" || phase === "training";
}

/** Whether a run is going on, or stands paused: something that would be lost. */
export function isUnderWay(state: RunState<unknown>): boolean {
  return isLocked(state) || state.phase === "paused";
}

/** Why the link was refused; null where it was not. */
export function refusalOf(state: RunState<unknown>): (Refusal & { times: number }) | null {
  return state.phase === "none" && state.reason === "refused" ? { ...state.refusal, times: state.times } : null;
}

/** Whether the engine is being opened, and nothing was asked for yet. */
export function isOpening(state: RunState<unknown>): boolean {
  return state.phase === "none" && state.reason === "opening";
}
