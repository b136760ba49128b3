// Training steps of one network on several engines, in turns.
import type { Caller } from "./caller.js";
import { CPU, type Candidate } from "./candidates.js";
import type { Network } from "./networks.js";
import { stepRow, type StepRow, type StepTable } from "./report.js";
import type { Session } from "./session.js";
import type { Settings } from "./settings.js";
import { COMPARED, judge } from "./verdict.js";
import type { Opened } from "./workers/bunsen.js";
import type { Burst, Plan } from "./workers/burst.js";
import type { Start } from "./workers/start.js";

/** Timed steps after which an engine takes no more turns, where it has had its seconds: one may take many of them. */
export const ENOUGH = 3;

interface Entry {
  network: Network;
  row: StepRow;
  candidate: Candidate;
  caller: Caller | undefined;
}

/** How many parts of a session such a table is. */
export function partsOf(candidates: readonly Candidate[], { rounds }: Settings): number {
  return candidates.length * (1 + rounds);
}

/** Whether an engine takes no more turns. */
export function served({ steps, milliseconds }: StepRow, { seconds, every }: Settings): boolean {
  const spent = (every * milliseconds.reduce((sum, each) => sum + each, 0)) / 1000;
  return steps >= ENOUGH && spent >= seconds;
}

/** Fills the table's rows. */
export async function measureSteps(
  session: Session,
  table: StepTable,
  candidates: readonly Candidate[],
  settings: Settings,
): Promise<void> {
  const { network } = table;
  const entries = candidates.map((candidate): Entry => {
    return { network, candidate, row: stepRow(candidate), caller: undefined };
  });
  table.rows = entries.map(({ row }) => row);
  try {
    const peers = entries.filter(({ candidate }) => candidate.peer);
    const start = peers.length > 0 ? await beginning(session, network, peers) : undefined;
    for (const entry of entries) {
      session.tell(`${network.title}: opening ${entry.candidate.name}`);
      await session.attempt(entry.row, () => open(session, entry, start));
      session.tick();
    }
    for (let turn = 1; turn <= settings.rounds; turn++) {
      for (const entry of entries) {
        if (entry.row.failed === null && !served(entry.row, settings)) {
          session.tell(`${network.title}: round ${turn} of ${settings.rounds}, ${entry.candidate.name}`);
          await session.attempt(entry.row, () => takeTurn(entry, settings));
        }
        session.tick();
      }
    }
    for (const entry of entries) await session.attempt(entry.row, () => firstLosses(session, entry, settings));
    if (session.stopped) return;
    judge(table.rows, network.parameters);
    table.judged = true;
  } finally {
    for (const { caller } of entries) session.close(caller);
  }
}

/** What every peer starts from. Without it none can. */
async function beginning(session: Session, network: Network, peers: Entry[]): Promise<Start | undefined> {
  const caller = session.open(CPU);
  const outcome: { failed: string | null } = { failed: null };
  let start: Start | undefined;
  session.tell(`${network.title}: the weights that all start with`);
  await session.attempt(outcome, async () => {
    await caller.call("open", [CPU.options?.(network.compared)]);
    start = await caller.call<Start>("beginning", [network.batch]);
  });
  session.close(caller);
  for (const { row } of peers) row.failed = outcome.failed && `There is nothing to start from. ${outcome.failed}`;
  return start;
}

async function open(session: Session, entry: Entry, start: Start | undefined): Promise<void> {
  const { network, candidate, row } = entry;
  const caller = session.open(candidate);
  entry.caller = caller;
  const told = candidate.options?.(network.link) ?? (start && candidate.peer?.(network.key, start));
  const opened = await call<Partial<Opened>>(entry, "open", told);
  row.parameters = opened.parameters ?? null;
  row.label = opened.engine?.label ?? null;
  const first = await call<Burst>(entry, "burst", {} satisfies Plan);
  row.firstMs = first.milliseconds[0] ?? null;
  const warm = await call<Burst>(entry, "burst", { steps: network.warmUp } satisfies Plan);
  row.losses.push(...first.losses, ...warm.losses);
}

async function takeTurn(entry: Entry, { seconds, rounds, every }: Settings): Promise<void> {
  const { row, candidate } = entry;
  const plan: Plan = { seconds: seconds / rounds, every, mark: candidate.key };
  const turn = await call<Burst>(entry, "burst", plan);
  row.milliseconds.push(...turn.milliseconds);
  row.losses.push(...turn.losses);
  row.steps += turn.steps;
  row.rounds++;
}

/** The losses that must agree: a peer's own first ones; of ours, those of a run on the peers' one batch. */
async function firstLosses(session: Session, entry: Entry, { every }: Settings): Promise<void> {
  const { network, row, candidate } = entry;
  if (candidate.peer) {
    // Where not every loss is read back, those before the timed steps are without gaps.
    row.start = row.losses.slice(0, every === 1 ? COMPARED : 1 + network.warmUp);
    return;
  }
  session.tell(`${network.title}: comparing the losses of ${candidate.name}`);
  row.start = await call<number[]>(entry, "lossesOf", network.compared, COMPARED);
}

/** A peer that does not answer is given up, so that the others get their turn. Ours say when they cannot go on. */
function call<T>({ caller, candidate, network }: Entry, method: string, ...args: unknown[]): Promise<T> {
  if (!caller) return Promise.reject(new Error(`${candidate.name} is not open.`));
  const { seconds = 0 } = (args[0] ?? {}) as Plan;
  return caller.call<T>(method, args, candidate.peer ? Math.ceil(network.patience + seconds) : Infinity);
}
