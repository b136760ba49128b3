// Training steps of one network on several engines, in turns.
import { CPU, type BunsenCandidate, type Candidate, type PeerCandidate } from "./candidates.js";
import type { MeasuredWorker } from "./measured-worker.js";
import type { Network } from "./networks.js";
import { stepRow, type StepRow, type StepTable } from "./report.js";
import type { Session } from "./session.js";
import type { Settings } from "./settings.js";
import { COMPARED, judge } from "./verdict.js";
import type { Burst, Plan } from "./workers/burst.js";
import type { BunsenMethods, PeerMethods } from "./workers/methods.js";
import type { Start } from "./workers/start.js";

/** Timed steps after which an engine takes no more turns, where it has had its seconds: one may take many of them. */
export const ENOUGH = 3;

/** An engine that takes part, with its worker while that is open. */
type Entry = { network: Network; row: StepRow } & (
  | { ours: true; candidate: BunsenCandidate; worker: MeasuredWorker<BunsenMethods> | undefined }
  | { ours: false; candidate: PeerCandidate; worker: MeasuredWorker<PeerMethods> | undefined }
);

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
  const entries = candidates.map((candidate): Entry => entryOf(network, candidate));
  table.rows = entries.map(({ row }) => row);
  try {
    const peers = entries.filter(({ ours }) => !ours);
    const start = peers.length > 0 ? await commonStart(session, network, peers) : undefined;
    for (const entry of entries) {
      session.setProgress(`${network.title}: opening ${entry.candidate.name}`);
      await session.attempt(entry.row, () => open(session, entry, start));
      session.advance();
    }
    for (let turn = 1; turn <= settings.rounds; turn++) {
      for (const entry of entries) {
        if (entry.row.failed === null && !served(entry.row, settings)) {
          session.setProgress(`${network.title}: round ${turn} of ${settings.rounds}, ${entry.candidate.name}`);
          await session.attempt(entry.row, () => takeTurn(entry, settings));
        }
        session.advance();
      }
    }
    for (const entry of entries) await session.attempt(entry.row, () => firstLosses(session, entry, settings));
    if (session.stopped) return;
    judge(table.rows, network.parameters);
    table.judged = true;
  } finally {
    for (const { worker } of entries) session.close(worker);
  }
}

function entryOf(network: Network, candidate: Candidate): Entry {
  const row = stepRow(candidate);
  return candidate.library === "Bunsen"
    ? { ours: true, network, row, candidate, worker: undefined }
    : { ours: false, network, row, candidate, worker: undefined };
}

/** What every peer starts from. Without it none can. */
async function commonStart(session: Session, network: Network, peers: Entry[]): Promise<Start | undefined> {
  const worker = session.open<BunsenMethods>(CPU);
  const outcome: { failed: string | null } = { failed: null };
  let start: Start | undefined;
  session.setProgress(`${network.title}: the weights that all start with`);
  await session.attempt(outcome, async () => {
    await worker.request("open", CPU.options(network.compared));
    start = await worker.request("start", network.batch);
  });
  session.close(worker);
  for (const { row } of peers) row.failed = outcome.failed && `There is nothing to start from. ${outcome.failed}`;
  return start;
}

async function open(session: Session, entry: Entry, start: Start | undefined): Promise<void> {
  const { network, row } = entry;
  if (entry.ours) {
    entry.worker = session.open<BunsenMethods>(entry.candidate);
    const opened = await entry.worker.request("open", entry.candidate.options(network.link));
    row.parameters = opened.parameters;
    row.label = opened.engine.label;
  } else {
    entry.worker = session.open<PeerMethods>(entry.candidate);
    if (!start) throw new Error("There is nothing to start from.");
    const options = entry.candidate.options(network.key, start);
    const opened = await entry.worker.request("open", options, network.patience);
    row.parameters = opened.parameters;
  }
  const first = await burst(entry, {});
  row.firstMs = first.milliseconds[0] ?? null;
  const warm = await burst(entry, { steps: network.warmUp });
  row.losses.push(...first.losses, ...warm.losses);
}

async function takeTurn(entry: Entry, { seconds, rounds, every }: Settings): Promise<void> {
  const { row, candidate } = entry;
  const plan: Plan = { seconds: seconds / rounds, every, label: candidate.key };
  const turn = await burst(entry, plan);
  row.milliseconds.push(...turn.milliseconds);
  row.losses.push(...turn.losses);
  row.steps += turn.steps;
  row.rounds++;
}

/** The losses that must agree: a peer's own first ones; of ours, those of a run on the peers' one batch. */
async function firstLosses(session: Session, entry: Entry, { every }: Settings): Promise<void> {
  const { network, row, candidate } = entry;
  if (!entry.ours) {
    // Where not every loss is read back, those before the timed steps are without gaps.
    row.start = row.losses.slice(0, every === 1 ? COMPARED : 1 + network.warmUp);
    return;
  }
  session.setProgress(`${network.title}: comparing the losses of ${candidate.name}`);
  const worker = entry.worker ?? notOpen(entry);
  row.start = await worker.request("losses", { link: network.compared, count: COMPARED });
}

/** A peer that does not answer is given up, so that the others get their turn. Ours say when they cannot go on. */
async function burst(entry: Entry, plan: Plan): Promise<Burst> {
  if (entry.ours) return (entry.worker ?? notOpen(entry)).request("burst", plan);
  const patience = Math.ceil(entry.network.patience + (plan.seconds ?? 0));
  return (entry.worker ?? notOpen(entry)).request("burst", plan, patience);
}

function notOpen({ candidate }: Entry): never {
  throw new Error(`${candidate.name} is not open.`);
}
